/**
 * What follows from the tilt score, and what it binds (invariants 7 and 28). `decideInterventions`
 * says what to put into the log; `clearForEntry` and `sizeMultiplierBps` are asked by admission, so
 * that they bind on every path. Exits and stops never ask. A lock is lifted by `tilt.lockEnded`
 * alone, which needs its time to be over and, for a lock from evidence, a journal entry.
 * The caller passes the exchange's time rather than the machine's where it has it: a wall clock set
 * forward by hand must not end a lock. Rules: domain rules, "Tilt", interventions.
 */
import type { DomainEvent } from '../core/events.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import type { TiltRules } from '../core/rules.ts';
import type { TiltLevel } from '../core/vocabulary.ts';
import type { DetectorScore } from './detector.ts';
import type { InterventionsState } from './interventions-state.ts';
import { levelMessage } from './messages.ts';

/** A fading score is announced again when it has fallen by this much; a rising one at once. */
const FALL_ANNOUNCED = 5;
/** Most event ids kept in one `tilt.scored`. */
const EVIDENCE_KEPT = 32;
const FULL_SIZE_BPS = 10_000;

/** A score with the level it and what is in force add up to. */
export type Scored = DetectorScore & { readonly level: TiltLevel };

const nothing: readonly DomainEvent[] = [];

/** The level that a score and what is in force add up to. */
export function levelOf(
  state: InterventionsState,
  { score, contributions }: DetectorScore,
  rules: TiltRules,
): TiltLevel {
  if (state.lock?.byEvidence === true) return 'LOCKED';
  const { answeredAt } = state;
  const unanswered = contributions.some(({ newestAt }) => answeredAt === null || newestAt > answeredAt);
  if (unanswered && score >= rules.lockedFrom && contributions.length >= rules.lockKindsMin) return 'LOCKED';
  if (unanswered && score >= rules.warningFrom) return 'WARNING';
  if (state.paused) return 'WARNING';
  return score >= rules.cautionFrom ? 'CAUTION' : 'NORMAL';
}

/** What to record now, in order; empty when nothing changed. Folding the answer makes the next call empty. */
export function decideInterventions(
  state: InterventionsState,
  scored: Scored,
  at: number,
  rules: TiltRules,
): readonly DomainEvent[] {
  const { lock } = state;
  const ended = lock !== null && at >= lock.untilMs && (!lock.byEvidence || lock.journalAccepted);
  if (!ended && scored.score === 0 && state.score === 0 && scored.level === state.level) return nothing;
  const events: DomainEvent[] = [];
  const level = ended && lock.byEvidence ? levelAfterLock(scored.score, rules) : scored.level;
  if (isNews(state, scored)) {
    events.push({
      kind: 'tilt.scored',
      score: scored.score,
      level,
      indicators: scored.contributions.map(({ indicator }) => indicator),
      evidence: scored.contributions.flatMap(({ evidence }) => evidence).slice(-EVIDENCE_KEPT),
      figures: Object.fromEntries(scored.contributions.map(({ indicator, points }) => [indicator, points])),
    });
  }
  if (ended)
    events.push({ kind: 'tilt.lockEnded', reason: lock.byEvidence ? 'timeOverAndJournal' : 'timeOver' });
  if (level !== state.level) {
    const message = levelMessage(level, scored.contributions, rules);
    events.push({ kind: 'tilt.levelChanged', from: state.level, to: level, score: scored.score, message });
  }
  if (level === 'LOCKED' && lock?.byEvidence !== true) events.push(nextLock(state, at, rules));
  return events.length === 0 ? nothing : events;
}

/** Whether the score is worth a line in the log: it rose, it fell noticeably, or other indicators speak. */
function isNews(state: InterventionsState, scored: Scored): boolean {
  const fell = state.score - scored.score;
  if (fell < 0 || fell >= FALL_ANNOUNCED || (fell > 0 && scored.score === 0)) return true;
  const { contributions } = scored;
  return (
    contributions.length !== state.indicators.length ||
    contributions.some(({ indicator }) => !state.indicators.includes(indicator))
  );
}

function levelAfterLock(score: number, rules: TiltRules): 'NORMAL' | 'CAUTION' {
  return score >= rules.cautionFrom ? 'CAUTION' : 'NORMAL';
}

/** The next step of the graduated lock: longer when the last one is not long ago. */
function nextLock(state: InterventionsState, at: number, rules: TiltRules): DomainEvent {
  const { lastLock } = state;
  const repeated = lastLock !== null && at - lastLock.at < rules.lockRepetitionWithinMs;
  const repetition = repeated ? lastLock.repetition + 1 : 1;
  const durationMs = rules.lockStepsMs[Math.min(repetition, rules.lockStepsMs.length) - 1] ?? 0;
  return { kind: 'tilt.locked', untilMs: at + durationMs, reason: 'evidence', repetition };
}

/** The lock a trader asks for (`lock 24h`): never shortens one that is on, and nobody lifts it early. */
export function lockAskedFor(durationMs: number, at: number): DomainEvent {
  return { kind: 'tilt.locked', untilMs: at + durationMs, reason: 'asked', repetition: 0 };
}

/** Words the journal still has to bring before entries open again; 0 when none is required. */
export function journalWordsRequired(state: InterventionsState, rules: TiltRules): number {
  const forLock = state.lock?.byEvidence === true && !state.lock.journalAccepted;
  return state.paused || forLock ? rules.journalWordsMin : 0;
}

/** Why an entry into `symbol` must wait, or null. Exits never ask. */
export function clearForEntry(
  state: InterventionsState,
  at: number,
  symbol: string,
  rules: TiltRules,
): Refusal | null {
  const { lock } = state;
  if (lock !== null) {
    const remainingMs = Math.max(0, lock.untilMs - at);
    return refusal('tilt.locked', {
      untilMs: lock.untilMs,
      remainingMs: Number.isFinite(remainingMs) ? remainingMs : null,
      wordsMin: journalWordsRequired(state, rules),
    });
  }
  if (state.paused) return refusal('tilt.paused', { wordsMin: rules.journalWordsMin });
  const stop = state.stops.find((candidate) => candidate.symbol === symbol);
  // Written so that a time that is not a number refuses.
  if (stop !== undefined && !(at - stop.at >= rules.reentryWithinMs)) {
    const waitMs = Math.min(rules.reentryWithinMs, rules.reentryWithinMs - (at - stop.at));
    return refusal('tilt.reentryAfterStop', {
      symbol,
      waitMs: Number.isFinite(waitMs) ? Math.ceil(waitMs) : rules.reentryWithinMs,
    });
  }
  return null;
}

/** The share of the usual size an entry may have now, in basis points: 10,000 is all of it. */
export function sizeMultiplierBps(state: InterventionsState, at: number, rules: TiltRules): number {
  let multiplier = FULL_SIZE_BPS;
  const { reopenedAt, calmTrades } = state;
  if (reopenedAt !== null && !(at - reopenedAt >= rules.reopenedForMs)) multiplier = rules.reopenedSizeBps;
  if (calmTrades !== null) {
    const step = Math.floor(calmTrades / rules.calmTradesPerSizeStep);
    multiplier = Math.min(multiplier, rules.sizeAfterLockBps[step] ?? FULL_SIZE_BPS);
  }
  return multiplier;
}
