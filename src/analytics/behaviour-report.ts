/**
 * A week of behaviour from events: the score day by day, what intervened and why, what trades entered at
 * which score brought, what was written and overridden. Figures only; no judgement and no text of entries.
 */
import type { EventRecord } from '../core/events.ts';
import { formatFixed, subtract, ZERO_NOTIONAL, type Notional } from '../core/money.ts';
import { dayNumber, DAY_MS } from '../core/time.ts';
import type { TiltLevel } from '../core/vocabulary.ts';

export type BehaviourDay = {
  readonly day: number;
  readonly trades: number;
  readonly pnl: string;
  readonly scoreMax: number;
};
export type BehaviourReport = {
  readonly from: number;
  readonly to: number;
  readonly days: readonly BehaviourDay[];
  readonly scores: readonly { readonly at: number; readonly score: number }[];
  readonly interventions: readonly {
    readonly at: number;
    readonly level: TiltLevel;
    readonly score: number;
    readonly message: string;
    readonly markedFine: boolean;
  }[];
  /** Trades entered under CAUTION, and at each level. */
  readonly byLevel: readonly { readonly level: TiltLevel; readonly trades: number; readonly pnl: string }[];
  readonly indicators: readonly { readonly indicator: string; readonly times: number }[];
  readonly journals: number;
  readonly journalWords: number;
  readonly overridesAsked: number;
  readonly overridesGranted: number;
  readonly calmTrades: number;
  readonly debt: number;
  /** Times in life that were declared, and a usual that was begun anew. */
  readonly declared: readonly {
    readonly at: number;
    readonly what: string;
    readonly untilMs: number | null;
  }[];
};

type Sum = { trades: number; pnl: Notional };
const levels: readonly TiltLevel[] = ['NORMAL', 'CAUTION', 'WARNING', 'LOCKED'];
const add = (left: Notional, right: Notional): Notional => subtract(left, subtract(ZERO_NOTIONAL, right));

/** Events from `from` (inclusive) to `to` (exclusive) are reported; earlier ones only say how it stood. */
export function behaviourReport(records: Iterable<EventRecord>, from: number, to: number): BehaviourReport {
  const days = new Map<number, Sum & { scoreMax: number }>();
  for (let day = dayNumber(from); day <= dayNumber(to - 1); day += 1)
    days.set(day, { trades: 0, pnl: ZERO_NOTIONAL, scoreMax: 0 });
  const byLevel = new Map<TiltLevel, Sum>(levels.map((level) => [level, { trades: 0, pnl: ZERO_NOTIONAL }]));
  const entries = new Map<string, TiltLevel>();
  const indicators = new Map<string, number>();
  const scores: { at: number; score: number }[] = [];
  const interventions: { id: string; at: number; level: TiltLevel; score: number; message: string }[] = [];
  const fine = new Set<string>();
  const declared: BehaviourReport['declared'][number][] = [];
  const counts = {
    journals: 0,
    journalWords: 0,
    overridesAsked: 0,
    overridesGranted: 0,
    calmTrades: 0,
    debt: 0,
  };
  let level: TiltLevel = 'NORMAL';
  for (const { event, at, eventId } of records) {
    if (at >= to) continue;
    const inside = at >= from;
    const today = days.get(dayNumber(at));
    switch (event.kind) {
      case 'order.intended':
        if (event.purpose === 'entry' && (event.actor === 'trader' || event.actor === 'api'))
          entries.set(event.positionId, level);
        break;
      case 'position.closed': {
        const entered = entries.get(event.positionId);
        entries.delete(event.positionId);
        if (!inside || entered === undefined) break;
        for (const sum of [today, byLevel.get(entered)]) {
          if (sum === undefined) continue;
          sum.trades += 1;
          sum.pnl = add(sum.pnl, event.realisedPnl);
        }
        break;
      }
      case 'tilt.scored':
        ({ level } = event);
        if (!inside) break;
        scores.push({ at, score: event.score });
        if (today !== undefined) today.scoreMax = Math.max(today.scoreMax, event.score);
        for (const name of event.indicators) indicators.set(name, (indicators.get(name) ?? 0) + 1);
        break;
      case 'tilt.levelChanged':
        level = event.to;
        if (inside && (event.to === 'LOCKED' || (event.to === 'WARNING' && event.enforced !== false)))
          interventions.push({ id: eventId, at, level, score: event.score, message: event.message });
        break;
      case 'tilt.markedFine':
        fine.add(event.interventionId);
        break;
      case 'journal.accepted':
        if (!inside) break;
        counts.journals += 1;
        counts.journalWords += event.words;
        break;
      case 'tilt.overrideAttempted':
        if (!inside || event.outcome === 'incomplete') break;
        counts.overridesAsked += 1;
        if (event.outcome === 'granted') counts.overridesGranted += 1;
        break;
      case 'tilt.tradeJudged':
        if (inside && event.disciplined) counts.calmTrades += 1;
        break;
      case 'tilt.lifeEventDeclared':
        if (inside) declared.push({ at, what: event.lifeEvent, untilMs: event.untilMs });
        break;
      case 'tilt.baselineReset':
        if (inside) declared.push({ at, what: 'reset', untilMs: null });
        break;
      case 'tilt.debtChanged':
        counts.debt = event.debt;
        break;
      default:
        break;
    }
  }
  return {
    from,
    to,
    days: [...days].map(([day, { trades, pnl, scoreMax }]) => ({
      day,
      trades,
      pnl: formatFixed(pnl),
      scoreMax,
    })),
    scores,
    interventions: interventions.map(({ id, ...shown }) => ({ ...shown, markedFine: fine.has(id) })),
    byLevel: [...byLevel].map(([name, { trades, pnl }]) => ({ level: name, trades, pnl: formatFixed(pnl) })),
    indicators: [...indicators]
      .map(([indicator, times]) => ({ indicator, times }))
      .toSorted((left, right) => right.times - left.times),
    ...counts,
    declared,
  };
}

/** The seven UTC days that end with the day of `now`. */
export function lastDays(now: number, count: number): { readonly from: number; readonly to: number } {
  const to = (dayNumber(now) + 1) * DAY_MS;
  return { from: to - count * DAY_MS, to };
}
