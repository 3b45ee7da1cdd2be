/**
 * Losing streaks, as a fold and as what follows from it (domain rules, "Tiers"): three losing trades in a row
 * force a break and a journal entry, two losing days in a row halve size until a winning day. A break is
 * recorded, so that neither restart nor configuration shortens it (invariant 28).
 */
import type { DomainEvent } from '../../core/events.ts';
import type { RiskRules } from '../../core/rules.ts';

export type Break = {
  readonly untilMs: number;
  /** Words of the longest journal entry accepted since it began. */
  readonly journalWords: number;
};

export type Streaks = {
  readonly lossesInARow: number;
  readonly losingDaysInARow: number;
  readonly rest: Break | null;
};

export const initialStreaks: Streaks = { lossesInARow: 0, losingDaysInARow: 0, rest: null };

export function evolveStreaks(
  state: Streaks,
  event: Extract<
    DomainEvent,
    { kind: 'position.closed' | 'risk.breakStarted' | 'journal.accepted' | 'risk.breakEnded' }
  >,
): Streaks {
  switch (event.kind) {
    case 'position.closed':
      return { ...state, lossesInARow: event.realisedPnl < 0n ? state.lossesInARow + 1 : 0 };
    case 'risk.breakStarted':
      return {
        ...state,
        rest: { untilMs: Math.max(event.untilMs, state.rest?.untilMs ?? 0), journalWords: 0 },
      };
    case 'journal.accepted':
      if (state.rest === null) return state;
      return {
        ...state,
        rest: { ...state.rest, journalWords: Math.max(state.rest.journalWords, event.words) },
      };
    case 'risk.breakEnded':
      return { ...state, rest: null, lossesInARow: 0 };
  }
}

/** A day is over with this result: nothing won and nothing lost says nothing. */
export function afterDay(state: Streaks, result: bigint): Streaks {
  if (result === 0n) return state;
  return { ...state, losingDaysInARow: result < 0n ? state.losingDaysInARow + 1 : 0 };
}

/** Whether so many losing days came in a row that size stays halved. */
export function daysHalve(state: Streaks, rules: RiskRules): boolean {
  return state.losingDaysInARow >= rules.losingDaysMax;
}

/** The break that binds now, begun or due, or null. */
export function restAt(
  state: Streaks,
  now: number,
  rules: RiskRules,
): { readonly untilMs: number | null; readonly journalMissing: boolean } | null {
  const { rest } = state;
  if (rest === null) {
    // Not written yet: the trade closed within this very step.
    return state.lossesInARow >= rules.losingTradesMax ? { untilMs: null, journalMissing: true } : null;
  }
  const journalMissing = rest.journalWords < rules.checklistWordsMin;
  // Written so that a time that is not a number keeps resting.
  return now >= rest.untilMs && !journalMissing ? null : { untilMs: rest.untilMs, journalMissing };
}

/** What to record now about the break; folding the answer makes the next call empty. */
export function decideBreak(state: Streaks, now: number, rules: RiskRules): readonly DomainEvent[] {
  if (state.rest === null) {
    if (state.lossesInARow < rules.losingTradesMax) return [];
    return [
      {
        kind: 'risk.breakStarted',
        untilMs: now + rules.losingBreakMs,
        lossesInARow: state.lossesInARow,
      },
    ];
  }
  if (restAt(state, now, rules) !== null) return [];
  return [{ kind: 'risk.breakEnded', reason: 'its time is over and an entry is in the journal' }];
}
