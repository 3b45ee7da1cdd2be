/** After three losing trades in a row entries rest, for a while and for a journal entry (domain rules, "Tiers"). */
import { refusal, type Refusal } from '../../../core/refusals.ts';
import type { RiskContext } from '../context.ts';
import { restAt } from '../streaks.ts';

export function losingStreak(context: RiskContext): Refusal | null {
  const { state, rules, now } = context;
  const rest = restAt(state.streaks, now, rules);
  if (rest === null) return null;
  const untilMs = rest.untilMs ?? now + rules.losingBreakMs;
  return refusal('risk.losingStreak', {
    losses: state.streaks.lossesInARow,
    untilMs,
    remainingMs: Math.max(0, untilMs - now),
    wordsMin: rest.journalMissing ? rules.checklistWordsMin : null,
  });
}
