/**
 * One engine from its parts: the fold, the bus, the desk, the executor, the account's keeper. Started,
 * it reads the account before it allows an entry (STARTING → RECONCILING → READY). Everything that
 * differs between live, paper, backtest and simulation comes in through `EngineDeps`.
 */
import { encodeState } from '../core/codec.ts';
import type { ActionReport, EngineControl, EngineMessage } from '../core/ports/engine-control.ts';
import type { CommandReply, Notice } from '../core/dashboard.ts';
import type { EventRecord } from '../core/events.ts';
import type { GatewayReport, StreamHealth } from '../core/ports/gateway.ts';
import type { Cancel } from '../core/ports/timers.ts';
import { createMarketView } from '../market/market-view.ts';
import { buildDashboard } from './dashboard.ts';
import { marketDetail } from './market-detail.ts';
import { withLockLedger } from './carried-locks.ts';
import { createDesk } from './desk.ts';
import type { EngineDeps } from './engine-deps.ts';
import { createEventBus } from './event-bus/event-bus.ts';
import { createExecutor } from './executor/service.ts';
import { createKernel, StoreFailure, type EngineMessageOnBus, type Kernel } from './kernel.ts';
import { createPace } from './pace.ts';
import { markRules } from './mark-rules.ts';
import { noticeOf } from './narrate.ts';
import { createOutageWatch } from './outages.ts';
import { connectPipeline } from './pipeline.ts';
import { createAccountKeeper } from './portfolio/service.ts';
import { reconfigure, type ConfigRead } from './reconfigure.ts';
import { soundFigures } from './reported.ts';
import { createRiskWatch } from './risk-watch.ts';
import { createSettingsKeeper } from './settings-keeper.ts';
import { startEvents } from './start-events.ts';
import { createGrantHolder } from './state-machine/grants.ts';
import type { EngineState } from './state.ts';
import { createTierActions } from './tier-actions.ts';
import { createTierKeeper } from './tier-keeper.ts';
import { createTrustedTimers } from './trusted-timers.ts';

export interface Engine extends EngineControl {
  start(): void;
  /** Writes the stop and lets go of the exchange; resting stops stay there. */
  stop(reason: string): void;
  state(): EngineState;
  /** The configuration files were read again: rules that hold together, or what is wrong with them. */
  reconfigure(read: ConfigRead): void;
  /** The answer of the proof that `provesHistory` announced; `fault` says what does not prove, null when all does. */
  historyProved(fault: string | null): void;
}

const TICK_MS = 250;
const NOTICES_KEPT = 60;

export function createEngine(deps: EngineDeps): Engine {
  const bus = createEventBus<EngineMessageOnBus>();
  const timers = createTrustedTimers(deps.timers);
  const listeners = new Set<(message: EngineMessage) => void>();
  const notices: Notice[] = [];
  const startedAtMonotonic = timers.monotonic();
  let health: StreamHealth = { market: 'disconnected', user: 'disconnected' };
  let clockOffsetMs: number | null = null;
  let running = false;
  let isProved = !deps.provesHistory;
  /** After a bug or a broken store nothing is acted upon any more: the next start reads what is true. */
  let dead = false;
  let runId = '';
  let cancelTick: Cancel = () => {};

  const pace = createPace(() => timers.monotonic());

  /** Everything from outside enters here; one message after the other, never nested. */
  let busy = false;
  const guarded = (work: () => void): void => {
    if (dead) return;
    // An answer that comes back while we are still sending waits its turn on the bus.
    if (busy) {
      work();
      return;
    }
    busy = true;
    try {
      work();
      bus.drain();
    } catch (error) {
      onTrouble(error);
    } finally {
      busy = false;
    }
  };

  const onTrouble = (error: unknown): void => {
    dead = true;
    if (error instanceof StoreFailure)
      tell({
        at: timers.now(),
        tone: 'caution',
        text: 'the event store could not be written; no new risk is taken, stops stay at the exchange',
        commandId: null,
        done: false,
      });
    running = false;
    cancelTick();
    deps.onFatal(error);
  };

  const listener = (report: GatewayReport): void => {
    if (!running) return;
    if (report.kind === 'market') {
      const { update } = report;
      bus.publish(
        { topic: 'market', update },
        'NORMAL',
        // The two share a place: a picture never waits behind the word that an older one is void.
        update.kind === 'book' || update.kind === 'bookInvalid' ? `book:${update.symbol}` : undefined,
      );
    } else {
      bus.publish({ topic: 'report', report }, 'HIGH');
    }
    guarded(() => {});
  };

  const kernel: Kernel = createKernel({
    log: withLockLedger(deps.log, deps.locks),
    bus,
    timers,
    ids: deps.ids,
    hash: deps.hash,
    gateway: deps.gateway(listener),
    view: createMarketView({
      marks: markRules(() => kernel.rules.trading.risk),
    }),
    rules: deps.rules,
  });
  const grants = createGrantHolder(kernel.state().tier.tier);
  const executor = createExecutor(kernel);
  const keeper = createAccountKeeper({
    kernel,
    executor,
    watchedSymbols: deps.symbols,
    isListening: () => health.user === 'connected' && isProved,
  });
  const watch = createRiskWatch(kernel, keeper);
  const settings = createSettingsKeeper(kernel, keeper);
  const tiers = createTierKeeper(
    kernel,
    () => keeper.equity(),
    (left, right) => watch.book.between(left, right),
  );
  const outages = createOutageWatch(kernel, keeper);
  const tierAct = createTierActions(kernel, tiers, () => keeper.equity());
  const watchedOnly = new Set((deps.watched ?? []).filter((symbol) => !deps.symbols.includes(symbol)));
  const isTraded = (symbol: string): boolean => !watchedOnly.has(symbol);
  const desk = createDesk({
    tierAct,
    settleTier: () => tiers.settle(),
    kernel,
    executor,
    keeper,
    watch,
    settings,
    grants,
    tools: () => deps.tools.current(),
    clockOffsetMs: () => clockOffsetMs,
    isTraded,
    strategyNames: deps.strategies.names,
    journals: deps.journals,
  });

  const onConnection = (report: Exclude<GatewayReport, { readonly kind: 'market' }>): void => {
    switch (report.kind) {
      case 'symbols':
        // An order refused under the old rules need not wait for its next turn under the new ones.
        if (
          report.symbols.some((rules) => encodeState(rules) !== encodeState(kernel.symbolRules(rules.symbol)))
        )
          executor.forgive();
        kernel.setSymbols(report.symbols);
        for (const change of kernel.view.setRules(report.symbols))
          kernel.commit([{ kind: 'market.stateChanged', ...change }]);
        break;
      case 'clock':
        clockOffsetMs = report.offsetMs;
        timers.measured(report.offsetMs);
        break;
      case 'streams':
        onStreams(report.health);
        break;
      case 'quarantined':
        // What could not be read on the account's stream may have been a fill: read the account instead.
        if (report.origin === 'user') keeper.doubt();
        break;
      case 'unauthorised':
        if (kernel.state().trading.halt === null)
          kernel.commit([
            {
              kind: 'trading.halted',
              reason: 'the exchange refused the key',
              actor: 'system',
              figures: { message: report.message },
              level: 2,
            },
          ]);
        break;
      default:
        break;
    }
  };

  /** Subscribe first, then reconcile: what happened while we were deaf is read, not guessed. */
  const onStreams = (next: StreamHealth): void => {
    const before = health;
    health = next;
    if (next.user === before.user) return;
    const { phase } = kernel.state().trading;
    if (next.user === 'connected') {
      if (phase !== 'RECONCILING')
        kernel.commit([
          {
            kind: 'trading.stateChanged',
            from: phase,
            to: 'RECONCILING',
            reason: 'connected; reading the account',
            untilMs: null,
          },
        ]);
      keeper.request(phase === 'STARTING' ? 'start' : 'reconnected');
    } else if (phase === 'READY') {
      kernel.commit([
        {
          kind: 'trading.stateChanged',
          from: phase,
          to: 'RECONCILING',
          reason: 'the account stream is not connected',
          untilMs: null,
        },
      ]);
    }
  };

  const onEvent = (record: EventRecord): void => {
    const notice = noticeOf(record, kernel.state(), (symbol) => kernel.symbolRules(symbol));
    say({ kind: 'event', record });
    if (notice !== null) tell(notice);
  };

  const tell = (notice: Notice): void => {
    notices.push(notice);
    if (notices.length > NOTICES_KEPT) notices.shift();
    say({ kind: 'notice', notice });
  };

  /** A fault of whoever listens stays at that edge: it is not called again, and no exit waits for it. */
  const say = (message: EngineMessage): void => {
    for (const hear of listeners) {
      try {
        hear(message);
      } catch {
        listeners.delete(hear);
      }
    }
  };

  connectPipeline({
    kernel,
    executor,
    keeper,
    desk,
    watch,
    settings,
    grants,
    tiers,
    outages,
    tools: deps.tools,
    strategies: deps.strategies,
    locks: deps.locks,
    onConnection,
    onEvent,
  });

  const tick = (): void => {
    if (!running) return;
    bus.publish({ topic: 'tick' }, 'HIGH');
    guarded(() => {});
    if (running) cancelTick = timers.after(TICK_MS, tick);
  };

  return {
    start(): void {
      running = true;
      guarded(() => {
        runId = deps.ids.next();
        kernel.commit(startEvents(deps, kernel.state(), runId, settings.firstLimits()));
        // What is open is followed too, whatever was asked for: its stop needs looking after.
        const { positions, orders } = kernel.state();
        const open = [...positions.open.values(), ...orders.open.values()].map(({ symbol }) => symbol);
        kernel.gateway.start([...new Set([...deps.symbols, ...open])], deps.watched ?? []);
      });
      cancelTick = timers.after(TICK_MS, tick);
    },
    stop(reason): void {
      if (!running) return;
      guarded(() => {
        if (!kernel.storeFailed()) kernel.commit([{ kind: 'engine.stopped', runId, reason }]);
      });
      running = false;
      cancelTick();
      kernel.gateway.stop();
    },
    state: () => kernel.state(),
    reconfigure(read): void {
      guarded(() => {
        const notice = reconfigure(kernel, settings, read);
        if (notice !== null) tell(notice);
      });
    },
    historyProved(fault): void {
      if (isProved) return;
      isProved = true;
      guarded(() => {
        if (fault !== null && !kernel.storeFailed())
          kernel.commit([{ kind: 'engine.distrusted', detail: fault }]);
        // The account may have been read meanwhile: once more, so that what follows stands on a fresh reading.
        if (running && health.user === 'connected' && kernel.state().trading.phase !== 'READY')
          keeper.request('start');
      });
    },
    dashboard: () =>
      buildDashboard({
        kernel,
        keeper,
        watch,
        settings,
        tiers,
        watched: [...new Set([...deps.symbols, ...(deps.watched ?? [])])],
        health,
        clockOffsetMs,
        startedAtMonotonic,
        version: deps.version,
        notices,
      }),
    market: (symbol) => (deps.symbols.includes(symbol) ? marketDetail(kernel.view, symbol) : null),
    preview: (command) => desk.preview(command),
    command(command, origin) {
      let answer: CommandReply | null = null;
      guarded(() => {
        // What is already waiting came first.
        bus.drain();
        answer = desk.command(command, origin);
      });
      return (
        answer ?? {
          commandId: '',
          outcome: 'refused',
          lines: ['the engine has stopped; it starts again by itself'],
          refusal: null,
        }
      );
    },
    action(report: ActionReport): void {
      guarded(() => {
        // Beyond what hands can do it is a fault or a flood: neither says anything, nor fills the store.
        if (!kernel.storeFailed() && pace.takes(kernel.rules.trading.tilt.actionsPerSecondMax))
          kernel.commit([
            {
              kind: 'action.recorded',
              action: report.action,
              symbol: report.symbol,
              figures: soundFigures(report.figures),
            },
          ]);
      });
    },
    recentEvents(limit, afterMs) {
      const from = Math.max(1, kernel.state().sequence - limit + 1);
      return [...deps.log.read(from)]
        .filter((record) => afterMs === null || record.at > afterMs)
        .toReversed();
    },
    symbols: () =>
      kernel
        .allSymbols()
        .filter(({ symbol }) => isTraded(symbol))
        .map(({ symbol, baseAsset, quoteAsset }) => ({ symbol, baseAsset, quoteAsset })),
    listen(hear): () => void {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
  };
}
