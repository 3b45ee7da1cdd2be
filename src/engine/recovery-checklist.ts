/**
 * The way out of a halt (controls, section 1: re-armed by a person): a checklist whose items are measured or
 * written, then the sentence. Nothing but this lifts a halt. Written lines stay on this machine; the log
 * keeps their length and fingerprint. After a drawdown halt the limit is measured from a new reference, so
 * that the account is not locked for ever and not let down another whole step (invariant 12).
 */
import type { CommandOrigin } from '../core/commands.ts';
import type { DomainEvent } from '../core/events.ts';
import { smaller, type Notional } from '../core/money.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RiskRules } from '../core/rules.ts';
import { isUnresolved } from './executor/orders.ts';
import type { Kernel } from './kernel.ts';
import type { AccountKeeper } from './portfolio/service.ts';
import { drawdownBps } from './risk-engine/daily-loss.ts';
import type { EngineState } from './state.ts';

export type ChecklistItem = {
  readonly item: string;
  readonly words: string;
  readonly done: boolean;
};

/** Typed by a person when all else is done; anything else is refused with this sentence. */
const RESUME_PHRASE = 'I have checked the account';

const writtenItems = ['cause', 'plan'] as const;
type Written = (typeof writtenItems)[number];
const writtenWords: Readonly<Record<Written, string>> = {
  cause: 'what led to the halt, in your words',
  plan: 'what will be different from here on',
};

export type ChecklistDeps = { readonly kernel: Kernel; readonly keeper: AccountKeeper };

/** Whether trading stands still for a person to lift it. */
export function isHeld(state: EngineState): boolean {
  return state.trading.halt !== null || state.trading.reduceOnly !== null;
}

/** Every item with its standing now; empty while nothing is halted. */
export function checklistOf({ kernel, keeper }: ChecklistDeps): readonly ChecklistItem[] {
  const state = kernel.state();
  const { trading } = state;
  const latch = trading.halt ?? trading.reduceOnly;
  if (latch === null) return [];
  const { risk } = kernel.rules.trading;
  const readAgoMs = keeper.reconciledAgoMs();
  const items: ChecklistItem[] = [
    {
      item: 'account',
      words: 'the account was read after the halt and agrees with the exchange',
      done: trading.phase === 'READY' && readAgoMs <= kernel.timers.now() - latch.since,
    },
    {
      item: 'orders',
      words: 'the outcome of every order is known',
      done: ![...state.orders.open.values()].some(isUnresolved),
    },
    { item: 'stops', words: 'every open position has its stop', done: everyStopRests(state) },
  ];
  if (trading.halt?.level === 3)
    items.push({ item: 'flat', words: 'everything is sold', done: state.positions.open.size === 0 });
  for (const item of writtenItems)
    items.push({
      item,
      words: `${writtenWords[item]}, ${risk.checklistWordsMin} words: resume ${item} …`,
      done: trading.checklist.has(item),
    });
  if (drawdownNow(state, keeper.equity()) >= risk.drawdownHaltBps)
    items.push({
      item: 'journal',
      words: 'a journal entry since the halt: journal …',
      done: trading.checklist.has('journal'),
    });
  return items;
}

function everyStopRests(state: EngineState): boolean {
  const stops = new Set<string>();
  for (const order of state.orders.open.values())
    if (order.purpose === 'stop' && !isUnresolved(order)) stops.add(order.positionId);
  for (const position of state.positions.open.values())
    if (position.closing === null && !stops.has(position.positionId)) return false;
  return true;
}

function drawdownNow(state: EngineState, equity: Notional): number {
  return state.risk.day < 0 ? 0 : drawdownBps(state.risk.peakEquity, equity);
}

/** The list as lines for a person. */
export function checklistLines(items: readonly ChecklistItem[]): readonly string[] {
  const open = items.filter(({ done }) => !done).length;
  return [
    ...items.map(({ done, words }) => `${done ? 'done' : 'open'}  ${words}`),
    open === 0 ? `then type: resume ${RESUME_PHRASE}` : `${open} of ${items.length} left, then the sentence`,
  ];
}

export type ChecklistStep = { readonly events: readonly DomainEvent[]; readonly lines: readonly string[] };

/** What `resume …` comes to: a written line, or the sentence once everything is done. */
export function resumeStep(
  deps: ChecklistDeps,
  phrase: string,
  origin: CommandOrigin,
): Result<ChecklistStep, Refusal> {
  const text = phrase.trim();
  const written = writtenItems.find((item) => text === item || text.startsWith(`${item} `));
  if (written !== undefined) return write(deps, written, text.slice(written.length).trim(), origin);
  if (text !== RESUME_PHRASE) return err(refusal('command.phraseWrong', { phrase: RESUME_PHRASE }));
  const open = checklistOf(deps).filter(({ done }) => !done);
  if (open.length > 0)
    return err(
      refusal('command.checklistOpen', {
        open: open.map(({ words }) => words).join('; '),
        left: open.length,
        hint: null,
      }),
    );
  return ok({
    events: [
      ...rebased(deps.kernel.state(), deps.keeper.equity(), deps.kernel.rules.trading.risk),
      ...drilled(deps.kernel, origin),
      { kind: 'trading.rearmed', reason: 'the recovery checklist is done', actor: origin.actor },
    ],
    lines: ['armed again; the account is read once more first'],
  });
}

function write(
  { kernel, keeper }: ChecklistDeps,
  item: Written,
  text: string,
  origin: CommandOrigin,
): Result<ChecklistStep, Refusal> {
  const wordsMin = kernel.rules.trading.risk.checklistWordsMin;
  const words = new Set(
    text
      .toLowerCase()
      .split(/\s+/u)
      .filter((word) => /[\p{L}\p{N}]/u.test(word)),
  ).size;
  const textHash = kernel.hash(text);
  const recycled = [...kernel.state().trading.checklist.values()].includes(textHash);
  if (words < wordsMin || origin.behaviour?.pasted === true || recycled)
    return err(
      refusal('command.checklistOpen', {
        open: `${item} has ${words} different words of its own, and ${wordsMin} are asked for`,
        left: 1,
        hint: 'Write it by hand, in your words.',
      }),
    );
  const done: DomainEvent = {
    kind: 'trading.checklistItemDone',
    item,
    words,
    textHash,
    actor: origin.actor,
  };
  const items = checklistOf({ kernel, keeper }).map((known) =>
    known.item === item ? { ...known, done: true } : known,
  );
  return ok({ events: [done], lines: checklistLines(items) });
}

/**
 * The recovery drill of the gate to STRATEGIST, on paper: everything that was open was sold on a person's word, and
 * the way back was gone to its end. Where money is real a recovery has to be a real one.
 */
function drilled(kernel: Kernel, origin: CommandOrigin): readonly DomainEvent[] {
  const { tier, account } = kernel.state();
  const { killed } = tier.evidence;
  if (killed === null || origin.actor !== 'trader' || account === null || account.mode === 'live') return [];
  const tookMs = Math.max(0, kernel.timers.now() - killed.at);
  return [{ kind: 'drill.passed', drill: 'recovery', figures: { positions: killed.positions, tookMs } }];
}

/**
 * After the drawdown halt the peak moves down, so that the account stands `rearmedDrawdownBps` under it: sizes stay
 * those of the recovery protocol, which keeps the old peak, and the next halt is not a whole step away.
 */
function rebased(state: EngineState, equity: Notional, rules: RiskRules): readonly DomainEvent[] {
  const { peakEquity } = state.risk;
  if (drawdownNow(state, equity) < rules.drawdownHaltBps) return [];
  const left = BigInt(10_000 - rules.rearmedDrawdownBps);
  const to = smaller(((equity * 10_000n + left - 1n) / left) as Notional, peakEquity);
  return [
    {
      kind: 'account.peakRebased',
      from: peakEquity,
      to,
      equity,
      reason: 'the recovery checklist is done; the halt is measured from here',
    },
  ];
}
