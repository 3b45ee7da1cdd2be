/**
 * The console as words and lines, for screen readers and simple terminals: nothing is painted, nothing moves,
 * the terminal edits the line itself. What happens is said once, as it happens. An order is previewed
 * first and sent by an empty line; several lines at once are never carried out.
 */
import { parseCommand } from '../core/command-grammar.ts';
import type { TradedSymbol } from '../core/command-grammar-errors.ts';
import { tokensOf } from '../core/command-grammar-words.ts';
import type { Behaviour } from '../core/commands.ts';
import type { Dashboard, Notice } from '../core/dashboard.ts';
import { dollars, signedDollars } from '../core/explain-figures.ts';
import type { ConsoleEngine, EngineSession } from './console-engine.ts';
import type { Leaving } from './console-store.ts';
import { grammarOf } from './view-model/console-state.ts';
import { previewed } from './view-model/line-change.ts';
import { viewOfWord } from './view-model/show-view.ts';
import { clean, rowText } from './view-model/spans.ts';
import { printedView } from './view-model/views/all-views.ts';
import { clockIn, type Zone } from './view-model/zone.ts';

export type PlainOptions = {
  readonly engine: ConsoleEngine;
  readonly zone: Zone;
  readonly width: number;
  readonly readOnly: boolean;
  readonly write: (text: string) => void;
  /** Settings that could not be taken as they are. */
  readonly problems?: readonly string[];
};

export interface PlainConsole {
  /** Lines as they came, several of them when they came at once. */
  lines(lines: readonly string[]): Promise<void>;
  open(): Promise<void>;
  close(): void;
  readonly left: Promise<Leaving>;
}

/** Nothing is seen of the keys here: the terminal edits the line. */
const unseen: Behaviour = { decisionMs: null, keys: 0, corrections: 0, pasted: false };

export function createPlainConsole(options: PlainOptions): PlainConsole {
  const { engine, zone, width, readOnly } = options;
  let session: EngineSession | null = null;
  let symbols: readonly TradedSymbol[] = [];
  let dashboard: Dashboard | null = null;
  let said = '';
  /** The order whose preview was read out. */
  let waiting: string | null = null;
  let leaving = false;
  let resolveLeft: (how: Leaving) => void = () => {};
  const left = new Promise<Leaving>((resolve) => (resolveLeft = resolve));

  const say = (...texts: readonly string[]): void => {
    for (const text of texts) options.write(`${clean(text)}\n`);
  };
  const notice = ({ at, text }: Notice): void => say(`${clockIn(zone, at)} ${text}`);

  /** Said when it changes: what holds the engine, and how unusual things are. */
  const picture = (shown: Dashboard): void => {
    dashboard = shown;
    const words = stateWords(shown);
    if (words === said) return;
    said = words;
    say(words);
  };

  const join = async (found: EngineSession): Promise<void> => {
    session = found;
    const answer = await found.symbols();
    if (answer.ok) symbols = answer.value;
    found.listen({
      snapshot: picture,
      notice,
      loss: ({ symbol, realizedPnl }) => {
        if (!readOnly) void found.action({ action: 'lossSeen', symbol, figures: { realizedPnl } });
      },
      closed: () => {
        if (session !== found) return;
        session = null;
        say(
          'The engine does not answer any more. Stops at the exchange stay there. An empty line tries again.',
        );
      },
    });
    if (!readOnly) void found.action({ action: 'connect', symbol: null, figures: {} });
  };

  const attach = async (): Promise<void> => {
    const found = (await engine.attach()) ?? null;
    if (found !== null) return join(found);
    const started = await engine.start();
    if (started.ok) return join(started.value);
    return say(started.error.what, started.error.why, started.error.next);
  };

  const leave = async (answer: string): Promise<void> => {
    leaving = false;
    if (answer === 's' && !readOnly) {
      const stopped = (await session?.stopEngine()) ?? { ok: true as const };
      return resolveLeft({ engineStopped: stopped.ok, problem: stopped.ok ? null : stopped.error });
    }
    if (answer === 'k') return resolveLeft({ engineStopped: false, problem: null });
    return say('Staying.');
  };

  const send = async (line: string): Promise<void> => {
    waiting = null;
    if (readOnly) return say('This console only watches, so nothing was sent.');
    if (session === null) return say('The engine is not connected, so nothing was sent.');
    const reply = await session.command(line, unseen);
    if (!reply.ok) return say(reply.error.what, reply.error.why, reply.error.next);
    const { refusal, lines } = reply.value;
    if (refusal !== null)
      return say(refusal.explanation.what, refusal.explanation.why, refusal.explanation.next);
    return say(...(lines.length === 0 ? ['Done.'] : lines));
  };

  const one = async (typed: string): Promise<void> => {
    const line = typed.trim();
    const word = line.toLowerCase();
    if (leaving) return leave(word);
    if (line === '' && session === null) return attach();
    if (line === '')
      return waiting === null ? say(dashboard === null ? 'Opening.' : stateWords(dashboard)) : send(waiting);
    waiting = null;
    if (word === 'quit' || word === 'exit' || word === 'q') {
      leaving = true;
      return say('Does the engine keep running? k keep it, s stop it, anything else stay here.');
    }
    const view = viewOfWord(word);
    if (view !== null && dashboard !== null)
      return say(
        ...printedView(view, dashboard, width)
          .map((row) => rowText(row).trim())
          .filter((text) => text !== ''),
      );
    const read = parseCommand(line, grammarOf(symbols, dashboard));
    if (!read.ok || !previewed.has(read.value.kind) || session === null) return send(line);
    const preview = await session.preview(line);
    if (!preview.ok) return say(preview.error.what, preview.error.why, preview.error.next);
    say(...preview.value.lines);
    if (preview.value.outcome === 'refused') return undefined;
    waiting = line;
    return say(`An empty line sends ${tokensOf(line)[0]?.lower ?? 'it'}; anything else leaves it.`);
  };

  return {
    left,
    async lines(lines): Promise<void> {
      if (lines.length <= 1) return one(lines[0] ?? '');
      waiting = null;
      return say(`${lines.length} lines came at once. None was carried out: one line at a time.`);
    },
    async open(): Promise<void> {
      say('GENESIS. help lists what can be typed; quit leaves.', ...(options.problems ?? []));
      return attach();
    },
    close(): void {
      session?.close();
      resolveLeft({ engineStopped: false, problem: null });
    },
  };
}

/** One sentence or two on where things stand. */
function stateWords({ mode, tradingState, stateReason, account, tier, tilt, positions }: Dashboard): string {
  const state =
    tradingState === 'READY'
      ? ''
      : ` ${tradingState.toLowerCase().replace('_', ' ')}${stateReason === '' ? '' : `: ${stateReason}`}.`;
  const level = tilt.level === 'NORMAL' ? '' : ` Tilt is ${tilt.level.toLowerCase()}, score ${tilt.score}.`;
  const open = positions.length === 0 ? 'Nothing is open.' : `${positions.length} open.`;
  // Rounded to dollars, so that it is said when it matters and not with every tick.
  const today = signedDollars(account.dayPnl).replace(/\.\d\d$/, '');
  const rest = dollars(account.dailyLossLeft).replace(/\.\d\d$/, '');
  return `${mode}, ${tier.tier}.${state}${level} ${today} today, ${rest} left to lose. ${open}`;
}
