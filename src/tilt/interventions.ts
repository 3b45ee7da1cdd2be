/**
 * What follows from the tilt score, and what it binds (invariants 7 and 28). `decideInterventions`
 * says what to put into the log; `clearForEntry` and the size (return-size.ts) are asked by admission, so
 * that they bind on every path. Exits and stops never ask. A lock ends when its time is over and its
 * checklist is done (recovery.ts), or by a rationed override whose delay has passed (override.ts).
 * The caller passes the exchange's time rather than the machine's: a wall clock set forward by hand
 * ends nothing. Rules: domain rules, "Tilt", interventions.
 */
import type { DomainEvent } from '../core/events.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import type { TradingRules } from '../core/rules.ts';
import type { TiltLevel } from '../core/vocabulary.ts';
import type { DetectorScore } from './detector.ts';
import { isLearning, type InterventionsState } from './interventions-state.ts';
import { levelMessage } from './messages.ts';
import { isRecovered, judgeTrades } from './recovery.ts';

/** The parts of the rules that tilt reads. */
export type TiltRuleSet = Pick<TradingRules, 'tilt' | 'interventions'>;

/** A score with the level it and what is in force add up to. */
export type Scored = DetectorScore & { readonly level: TiltLevel };

/** A fading score is announced again when it has fallen by this much. */
const FALL_ANNOUNCED = 5;
/** Most event ids kept in one `tilt.scored`. */
const EVIDENCE_KEPT = 32;

const nothing: readonly DomainEvent[] = [];

/** The level that a score and what is in force add up to. */
export function levelOf(
  state: InterventionsState,
  { score, contributions, orders }: DetectorScore,
  at: number,
  rules: TiltRuleSet,
): TiltLevel {
  if (state.lock !== null) return 'LOCKED';
  const { answeredAt } = state;
  const unanswered = contributions.some(({ newestAt }) => answeredAt === null || newestAt > answeredAt);
  const { lockedFrom, lockKindsMin, cautionFrom } = rules.tilt;
  // Looking and typing alone, however odd, never lock: a lock rests on what was traded or asked for.
  const lockable = orders > 0 && contributions.length >= lockKindsMin;
  if (unanswered && score >= lockedFrom && lockable) return 'LOCKED';
  if (unanswered && score >= warningFrom(state, at, rules)) return 'WARNING';
  if (state.paused) return 'WARNING';
  return score >= cautionFrom ? 'CAUTION' : 'NORMAL';
}

/** Where WARNING begins now: sooner for who has come close to it several times within a day. */
function warningFrom(state: InterventionsState, at: number, rules: TiltRuleSet): number {
  const { approachRecallMs, approachPoints, approachPointsMax } = rules.interventions;
  const recent = state.approaches.filter((time) => !(at - time >= approachRecallMs)).length;
  const sooner = Math.min(Math.max(0, recent - 1) * approachPoints, approachPointsMax);
  return Math.max(rules.tilt.cautionFrom, rules.tilt.warningFrom - sooner);
}

/** What to record now, in order; empty when nothing changed. Folding the answer makes the next call empty. */
export function decideInterventions(
  state: InterventionsState,
  scored: Scored,
  at: number,
  rules: TiltRuleSet,
): readonly DomainEvent[] {
  const { lock, override } = state;
  const lapsed = override !== null && hasNewEvidence(state, scored, override.grantedAt, at, rules);
  const overridden = override !== null && !lapsed && at >= override.effectiveAtMs;
  const ended = lock !== null && !overridden && isRecovered(lock, at);
  const quiet = scored.score === 0 && state.score === 0 && scored.level === state.level;
  if (quiet && !ended && override === null && state.unjudged.length === 0) return nothing;

  const over = ended || overridden;
  const level = over ? levelAfter(scored.score, rules) : scored.level;
  const events: DomainEvent[] = [...judgeTrades(state, rules.interventions)];
  if (isApproach(state, scored, at, rules))
    events.push({
      kind: 'tilt.approached',
      approaches: recentApproaches(state, at, rules) + 1,
      peak: state.peak,
    });
  if (isNews(state, scored, rules))
    events.push(scoredEvent(scored, level), ...gathered(state, scored, level, at, rules));
  if (lapsed) events.push({ kind: 'tilt.overrideEnded', outcome: 'lapsed' });
  if (overridden) events.push({ kind: 'tilt.overrideEnded', outcome: 'tookEffect' });
  if (ended) events.push({ kind: 'tilt.lockEnded', reason: 'timeOverAndRecovered' });
  const enforced = isEnforced(state, level, at, rules);
  const nowEnforced = level === 'WARNING' && enforced && !state.paused;
  if (level !== state.level || nowEnforced) {
    const message = levelMessage(level, { ...scored, enforced }, rules.interventions);
    events.push({
      kind: 'tilt.levelChanged',
      from: state.level,
      to: level,
      score: scored.score,
      message,
      enforced,
    });
  }
  if (level === 'LOCKED' && lock === null) events.push(nextLock(state, at, rules));
  return events.length === 0 ? nothing : events;
}

/** In the learning days a WARNING is shown and holds nothing back; a lock always binds. */
function isEnforced(state: InterventionsState, level: TiltLevel, at: number, rules: TiltRuleSet): boolean {
  return level !== 'WARNING' || state.paused || !isLearning(state, at, rules.interventions.learningMs);
}

function hasNewEvidence(
  state: InterventionsState,
  { score, contributions }: DetectorScore,
  since: number,
  at: number,
  rules: TiltRuleSet,
): boolean {
  return score >= warningFrom(state, at, rules) && contributions.some(({ newestAt }) => newestAt > since);
}

function recentApproaches(state: InterventionsState, at: number, rules: TiltRuleSet): number {
  return state.approaches.filter((time) => !(at - time >= rules.interventions.approachRecallMs)).length;
}

/** The score came close to WARNING and has gone back under CAUTION. */
function isApproach(state: InterventionsState, scored: Scored, at: number, rules: TiltRuleSet): boolean {
  if (scored.score >= rules.tilt.cautionFrom || state.paused || state.lock !== null) return false;
  return state.peak >= warningFrom(state, at, rules) - rules.interventions.approachBelow;
}

function scoredEvent(scored: Scored, level: TiltLevel): DomainEvent {
  return {
    kind: 'tilt.scored',
    score: scored.score,
    level,
    indicators: scored.contributions.map(({ indicator }) => indicator),
    evidence: scored.contributions.flatMap(({ evidence }) => evidence).slice(-EVIDENCE_KEPT),
    figures: Object.fromEntries(scored.contributions.map(({ indicator, points }) => [indicator, points])),
  };
}

/** Points gathered while tilted: what the score rose by, above WARNING, where that is acted upon. */
function gathered(
  state: InterventionsState,
  scored: Scored,
  level: TiltLevel,
  at: number,
  rules: TiltRuleSet,
): readonly DomainEvent[] {
  if (level !== 'WARNING' && level !== 'LOCKED') return nothing;
  if (!isEnforced(state, level, at, rules)) return nothing;
  const rise = scored.score - Math.max(state.score, rules.tilt.warningFrom);
  const debt = Math.min(rules.interventions.debtMax, state.debt + rise);
  if (rise <= 0 || debt <= state.debt) return nothing;
  const evidence = scored.contributions
    .flatMap((contribution) => contribution.evidence)
    .slice(-EVIDENCE_KEPT);
  return [{ kind: 'tilt.debtChanged', debt, delta: debt - state.debt, reason: 'gathered', evidence }];
}

/**
 * Whether the score is worth a line in the log. From CAUTION on: it rose, it fell noticeably, or other indicators
 * speak. Below it nothing follows from a point more or less, and a line for every action would bury the rest: there
 * a rise is news when it enters another ten, which is as fine as the mirror counts.
 */
function isNews(state: InterventionsState, scored: Scored, rules: TiltRuleSet): boolean {
  const fell = state.score - scored.score;
  if (fell >= FALL_ANNOUNCED || (fell > 0 && scored.score === 0)) return true;
  if (scored.score < rules.tilt.cautionFrom) return tenOf(scored.score) > tenOf(state.score);
  if (fell < 0) return true;
  const { contributions } = scored;
  return (
    contributions.length !== state.indicators.length ||
    contributions.some(({ indicator }) => !state.indicators.includes(indicator))
  );
}

const tenOf = (score: number): number => Math.floor(score / 10);

function levelAfter(score: number, rules: TiltRuleSet): 'NORMAL' | 'CAUTION' {
  return score >= rules.tilt.cautionFrom ? 'CAUTION' : 'NORMAL';
}

/** The next step of the graduated lock: longer when the last one is not long ago. */
function nextLock(state: InterventionsState, at: number, rules: TiltRuleSet): DomainEvent {
  const { lockStepsMs, lockRepetitionWithinMs } = rules.interventions;
  const { lastLock } = state;
  const repeated = lastLock !== null && at - lastLock.at < lockRepetitionWithinMs;
  const repetition = repeated ? lastLock.repetition + 1 : 1;
  const durationMs = lockStepsMs[Math.min(repetition, lockStepsMs.length) - 1] ?? 0;
  return { kind: 'tilt.locked', untilMs: at + durationMs, reason: 'evidence', repetition };
}

/** Words the journal still has to bring before entries open again; 0 when none is required. */
export function journalWordsRequired(state: InterventionsState, rules: TiltRuleSet): number {
  const forLock = state.lock !== null && !state.lock.done.some(({ step }) => step === 'journal');
  return state.paused || forLock ? rules.interventions.journalWordsMin : 0;
}

/** Whether entries rest or wait for everyone and every pair: resting ones are cancelled meanwhile. */
export function holdsEntries(state: InterventionsState): boolean {
  return state.paused || state.lock !== null;
}

/** Why an entry into `symbol` must wait, or null. Exits never ask. */
export function clearForEntry(
  state: InterventionsState,
  at: number,
  symbol: string,
  rules: TiltRuleSet,
): Refusal | null {
  const { lock } = state;
  if (lock !== null) {
    const remainingMs = Math.max(0, lock.untilMs - at);
    return refusal('tilt.locked', {
      untilMs: lock.untilMs,
      remainingMs: Number.isFinite(remainingMs) && remainingMs > 0 ? remainingMs : null,
      wordsMin: journalWordsRequired(state, rules),
    });
  }
  if (state.paused) return refusal('tilt.paused', { wordsMin: rules.interventions.journalWordsMin });
  const stop = state.stops.find((candidate) => candidate.symbol === symbol);
  const { reentryWithinMs } = rules.tilt;
  // Written so that a time that is not a number refuses.
  if (stop !== undefined && !(at - stop.at >= reentryWithinMs)) {
    const waitMs = Math.min(reentryWithinMs, reentryWithinMs - (at - stop.at));
    return refusal('tilt.reentryAfterStop', {
      symbol,
      waitMs: Number.isFinite(waitMs) ? Math.ceil(waitMs) : reentryWithinMs,
    });
  }
  return null;
}
