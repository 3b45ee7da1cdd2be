/**
 * The console's one moving part: holds the state, talks to the engine through its port, and says
 * when the picture has changed. What the market moves is shown ten times a second at most; a key is
 * shown at once. Everything it decides about text and keys is pure and lives in view-model/.
 */
import type { GrammarContext } from '../core/command-grammar-errors.ts';
import type { Dashboard, Notice } from '../core/dashboard.ts';
import type { ActionReport } from '../core/ports/engine-control.ts';
import type { Cancel, Timers } from '../core/ports/timers.ts';
import type { Explanation } from '../core/refusals.ts';
import type { ConsoleEngine, EngineSession, HistoryStore, TourStore } from './console-engine.ts';
import { sameRow } from './terminal/frame-painter.ts';
import { ceremonyDue } from './view-model/ceremony.ts';
import { afterFailure, afterPreview, afterReply } from './view-model/console-answers.ts';
import { afterIdle, afterKey } from './view-model/console-keys.ts';
import { worthRemembering } from './view-model/enter-key.ts';
import { journalDue } from './view-model/journal-editor.ts';
import type { Key } from './view-model/key.ts';
import {
  grammarOf,
  initialState,
  type Connection,
  type ConsoleState,
  type Effect,
  type KeyContext,
  type Step,
} from './view-model/console-state.ts';
import { newestFirst } from './view-model/newest-first.ts';
import { screenRows } from './view-model/screen.ts';
import type { Row } from './view-model/spans.ts';
import { marketInView } from './view-model/views/market.ts';
import { nothingRemembered, type MarketMemory } from './view-model/views/view.ts';
import { utc, type Zone } from './view-model/zone.ts';
import { withSpreads } from './view-model/spread-memory.ts';
import { tourFollows, tourOffered } from './view-model/tour.ts';
import { afterHold } from './view-model/undo-window.ts';

export type ConsoleStoreOptions = {
  readonly engine: ConsoleEngine;
  readonly timers: Timers;
  readonly history: HistoryStore;
  /** Whether the guided tour was taken; none is offered where this is not given. */
  readonly tour?: TourStore;
  /** False where only plain signs can be shown. */
  readonly unicode: boolean;
  readonly size: { readonly columns: number; readonly rows: number };
  /** Only watches: nothing is sent, not even what is noticed. */
  readonly readOnly?: boolean;
  /** Of what is shown; UTC when none is given. */
  readonly zone?: Zone;
  /** Settings that could not be taken as they are; said first. */
  readonly problems?: readonly string[];
};

/** How the console was left. */
export type Leaving = { readonly engineStopped: boolean; readonly problem: Explanation | null };

export interface ConsoleStore {
  subscribe(listener: () => void): () => void;
  /** The rows of the screen; the same array until something changes. */
  rows(): readonly Row[];
  key(key: Key): void;
  resize(columns: number, rows: number): void;
  /** Opens the engine and begins to listen. */
  open(): void;
  close(): void;
  readonly left: Promise<Leaving>;
}

const FRAME_MS = 100;
const SPREAD_EVERY_MS = 5_000;
const DETAIL_EVERY_MS = 1_000;
const PREVIEW_AFTER_MS = 80;
/** No picture for this long: the engine is not answering. */
const SILENT_MS = 1_200;
const WATCH_EVERY_MS = 250;
const REATTACH_EVERY_MS = 400;
/** How long leaving waits for what is on its way. */
const PARTING_MS = 1_000;
/** Attempts that find nothing before the engine is said to have stopped. */
const ATTEMPTS_BEFORE_STOPPED = 2;

const stopped: Explanation = {
  what: 'The engine does not answer any more.',
  why: 'Stops that rest at the exchange stay there and do their work without it.',
  next: 'Press Enter to start it again; it compares its books with the exchange before anything else.',
};

export function createConsoleStore(options: ConsoleStoreOptions): ConsoleStore {
  const { engine, timers, history, unicode, zone = utc, readOnly = false, problems = [] } = options;
  const listeners = new Set<() => void>();
  let size = options.size;
  let state: ConsoleState = initialState(history.load(), problems);
  let connection: Connection = { kind: 'opening' };
  let session: EngineSession | null = null;
  let symbols: GrammarContext['symbols'] = [];
  let dashboard: Dashboard | null = null;
  let extraNotices: readonly Notice[] = [];
  let market: MarketMemory = nothingRemembered;
  let spreadsAt = Number.NEGATIVE_INFINITY;
  let detailAt = Number.NEGATIVE_INFINITY;
  let lastPictureAt = 0;
  let tourDue = !readOnly && options.tour?.taken() === false;
  let emptyAttempts = 0;
  let painted: readonly Row[] = [];
  let closed = false;
  /** Left; what ends it now only tidies up. */
  let gone = false;
  /** The command on its way. */
  let sending: Promise<void> = Promise.resolve();
  let cancelFrame: Cancel | null = null;
  let cancelPreview: Cancel | null = null;
  let cancelWatch: Cancel | null = null;
  let cancelReattach: Cancel | null = null;
  let cancelHold: Cancel | null = null;
  let lastFrameAt = Number.NEGATIVE_INFINITY;
  let resolveLeft: (leaving: Leaving) => void = () => {};
  const left = new Promise<Leaving>((resolve) => {
    resolveLeft = resolve;
  });

  /** Paints anew, and tells the painter only when a row differs. */
  const paint = (): void => {
    cancelFrame?.();
    cancelFrame = null;
    lastFrameAt = timers.monotonic();
    const rows = screenRows({
      state,
      dashboard,
      notices: newestFirst(dashboard, extraNotices),
      connection,
      size,
      unicode,
      market,
      zone,
      readOnly,
      nowMs: timers.monotonic(),
    });
    if (rows.length === painted.length && rows.every((row, index) => sameRow(row, painted[index]))) return;
    painted = rows;
    for (const listener of listeners) listener();
  };

  /** For what the market moves: at most one frame each tenth of a second. */
  const paintSoon = (): void => {
    if (cancelFrame !== null || closed) return;
    const wait = lastFrameAt + FRAME_MS - timers.monotonic();
    if (wait <= 0) paint();
    else cancelFrame = timers.after(wait, paint);
  };

  /** An engine that is gone is the news: an older answer makes room for it. */
  const stop = (problem: Explanation): void => {
    connection = { kind: 'stopped', problem };
    state = { ...state, answer: null };
  };

  const live = (found: EngineSession): void => {
    session = found;
    emptyAttempts = 0;
    connection = { kind: 'live' };
    lastPictureAt = timers.monotonic();
    void found.symbols().then((answer) => {
      if (answer.ok) symbols = answer.value;
    });
    found.listen({
      snapshot: (picture) => {
        if (session !== found) return;
        // Not before the past is known: who traded over the API alone has traded.
        if (tourDue && picture.performance !== null) {
          tourDue = false;
          state = tourOffered(state, picture);
        }
        state = ceremonyDue(state, picture);
        if (!readOnly) state = journalDue(state, picture, timers.monotonic());
        dashboard = picture;
        apply(tourFollows(state, picture));
        extraNotices = [];
        lastPictureAt = timers.monotonic();
        connection = { kind: 'live' };
        look(found);
        paintSoon();
      },
      notice: (notice) => {
        if (session !== found) return;
        extraNotices = [...extraNotices, notice];
        paintSoon();
      },
      loss: ({ symbol, realizedPnl }) => {
        if (session !== found) return;
        state = { ...state, lossAt: timers.monotonic() };
        report({ action: 'lossSeen', symbol, figures: { realizedPnl } });
      },
      closed: () => {
        if (session === found) lost();
      },
    });
    report({ action: 'connect', symbol: null, figures: {} });
    paint();
  };

  /** What only an open Market view needs: spreads every few seconds, depth and candles once a second. */
  const look = (from: EngineSession): void => {
    const now = timers.monotonic();
    if (dashboard === null) return;
    if (now - spreadsAt >= SPREAD_EVERY_MS) {
      spreadsAt = now;
      market = withSpreads(market, dashboard.markets);
    }
    if (state.view !== 'market' || now - detailAt < DETAIL_EVERY_MS) return;
    const looked = marketInView(dashboard, market.chosen);
    if (looked === null) return;
    detailAt = now;
    void from.market(looked.symbol).then((answer) => {
      if (session !== from || !answer.ok) return;
      market = { ...market, detail: answer.value };
      paintSoon();
    });
  };

  /** The stream ended or fell silent: look for the engine again until it is found. */
  const lost = (): void => {
    session?.close();
    session = null;
    if (closed) return;
    if (connection.kind === 'live') connection = { kind: 'reconnecting', sinceMs: lastPictureAt };
    reattach();
    paint();
  };

  const reattach = (): void => {
    cancelReattach?.();
    cancelReattach = null;
    void engine.attach().then((found) => {
      if (closed || session !== null) return found?.close();
      if (found !== null) return live(found);
      emptyAttempts += 1;
      if (emptyAttempts >= ATTEMPTS_BEFORE_STOPPED && connection.kind === 'reconnecting') stop(stopped);
      cancelReattach = timers.after(REATTACH_EVERY_MS, reattach);
      paint();
    });
  };

  const start = async (): Promise<void> => {
    cancelReattach?.();
    connection = { kind: 'opening' };
    paint();
    const started = await engine.start();
    if (closed) return;
    if (started.ok) return live(started.value);
    stop(started.error);
    paint();
  };

  const watch = (): void => {
    if (closed) return;
    cancelWatch = timers.after(WATCH_EVERY_MS, watch);
    apply(afterIdle(state, timers.monotonic()));
    if (connection.kind === 'live' && timers.monotonic() - lastPictureAt > SILENT_MS) lost();
    else if (connection.kind !== 'live') paint();
  };

  const leave = (leaving: Leaving): void => {
    if (gone) return;
    gone = true;
    // A cancel that was asked for is not forgotten because its window was still open.
    if (state.held !== null) apply(afterHold(state, state.held.sendAt, connection.kind === 'live'));
    const told = readOnly ? null : session?.action({ action: 'disconnect', symbol: null, figures: {} });
    // What is on its way arrives before the line is cut, or has had its time.
    const part = (): void => {
      cancelParting();
      resolveLeft(leaving);
    };
    const cancelParting = timers.after(PARTING_MS, part);
    void Promise.allSettled([sending, told]).then(part);
  };

  const send = async (
    line: string,
    behaviour: Extract<Effect, { kind: 'send' }>['behaviour'],
  ): Promise<void> => {
    const to = session;
    if (to === null) return;
    const reply = await to.command(line, behaviour);
    state = reply.ok
      ? afterReply(state, reply.value)
      : afterFailure(state, reply.error, reply.error.fateUnknown);
    paint();
  };

  const preview = (line: string): void => {
    cancelPreview?.();
    cancelPreview = timers.after(PREVIEW_AFTER_MS, () => {
      if (state.line.text !== line) return;
      void session?.preview(line).then((answer) => {
        if (answer.ok) apply(tourFollows(afterPreview(state, line, answer.value), dashboard));
        paint();
      });
    });
  };

  const stopEngine = async (): Promise<void> => {
    const answer = await (session?.stopEngine() ?? Promise.resolve({ ok: true as const, value: null }));
    leave({ engineStopped: answer.ok, problem: answer.ok ? null : answer.error });
  };

  const keyContext = (): KeyContext => ({
    now: timers.monotonic(),
    grammar: grammarOf(symbols, dashboard),
    connection: connection.kind,
    journalWords: dashboard?.tilt.journalWords ?? 0,
    dashboard,
    readOnly,
  });

  const apply = (step: Step): void => {
    state = step.state;
    step.effects.forEach(perform);
  };

  /** What the detector is told; a console that only watches tells nothing. */
  const report = (noticed: ActionReport): void => {
    if (!readOnly) void session?.action(noticed);
  };

  /** The undo window of a cancel has passed. */
  const release = (sendAt: number): void => {
    if (closed) return;
    // The answer to another line is awaited first: one at a time.
    if (state.sent !== null && state.held?.sendAt === sendAt) {
      cancelHold = timers.after(PREVIEW_AFTER_MS, () => release(sendAt));
      return;
    }
    apply(afterHold(state, sendAt, connection.kind === 'live'));
    paint();
  };

  const perform = (effect: Effect): void => {
    switch (effect.kind) {
      case 'send':
        sending = send(effect.line, effect.behaviour);
        return;
      case 'preview':
        return preview(effect.line);
      case 'action':
        report(effect.report);
        return;
      case 'remember':
        return worthRemembering(effect.line) ? history.append(effect.line) : undefined;
      case 'hold':
        cancelHold = timers.after(effect.sendAt - timers.monotonic(), () => release(effect.sendAt));
        return;
      case 'choose':
        market = { ...market, chosen: effect.symbol };
        detailAt = Number.NEGATIVE_INFINITY;
        return;
      case 'tourDone':
        return options.tour?.finish();
      case 'leave':
        return leave({ engineStopped: false, problem: null });
      case 'stopEngine':
        return void stopEngine();
      case 'startEngine':
        return void start();
    }
  };

  return {
    left,
    subscribe(listener): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    rows: () => painted,
    key(key): void {
      apply(afterKey(state, key, keyContext()));
      apply(tourFollows(state, dashboard));
      if (session !== null) look(session);
      paint();
    },
    resize(columns, rows): void {
      if (columns === size.columns && rows === size.rows) return;
      size = { columns, rows };
      paint();
    },
    open(): void {
      paint();
      watch();
      void engine.attach().then(async (found) => (found === null ? start() : live(found)));
    },
    close(): void {
      if (closed) return;
      leave({ engineStopped: false, problem: null });
      closed = true;
      for (const cancel of [cancelFrame, cancelPreview, cancelWatch, cancelReattach, cancelHold]) cancel?.();
      void left.then(() => session?.close());
    },
  };
}
