/**
 * What a lock asks for besides strength: several kinds of evidence, and no counting twice. Stakes and pace
 * both raise turnover, and pace shows in pauses and in entries a minute: below a lock the sum of them all is the
 * sharper sign, but nobody is locked for one busy hour that three channels saw.
 */
import { kindOf, kinds, measureIndex, MEASURES, rateIndex, zeros } from '../baseline/channels.ts';
import { mixture, type Evidence } from './evidence.ts';
import { patternNames, PATTERNS, tests, testsOfPattern, type PatternName } from './patterns.ts';

/** What a kind has to say to count as one more. */
const KIND_GAIN_MIN = 1;
const KINDS_MIN = 2;
/** Hesitation and what is merely unusual take this much more: a lock holds back acts. */
const IDLE_LESS = 2;
const idle: readonly PatternName[] = ['paralysis', 'unusual'];
const less: readonly number[] = patternNames.map((name) => (idle.includes(name) ? IDLE_LESS : 0));

/** The evidence with what two channels see together counted once; null when a single kind speaks. */
export function countedOnce(evidence: Evidence, weights: readonly number[]): number | null {
  if (kindsSpeaking(evidence) < KINDS_MIN) return null;
  const once = evidence.pattern.map((sum, pattern) =>
    Math.max(0, sum - less[pattern]! - seenTwice(evidence.gain, pattern)),
  );
  return mixture(once, weights);
}

/** In the strongest pattern. */
function kindsSpeaking({ pattern, gain }: Evidence): number {
  let strongest = 0;
  for (let index = 1; index < PATTERNS; index += 1)
    if (pattern[index]! > pattern[strongest]!) strongest = index;
  const said = zeros(kinds.length);
  for (const test of testsOfPattern[strongest]!) said[kindOf[tests[test]!.channel]!]! += gain[test]!;
  return said.filter((sum, kind) => kinds[kind] !== 'none' && sum >= KIND_GAIN_MIN).length;
}

const testOf = (channel: number): readonly (number | null)[] =>
  testsOfPattern.map(
    (own) => own.find((test) => tests[test]!.channel === channel && tests[test]!.way !== 'steady') ?? null,
  );
const size = testOf(measureIndex.size);
const interval = testOf(measureIndex.interval);
const turnover = testOf(measureIndex.turnover);
const orders = testOf(MEASURES + rateIndex.orders);

function seenTwice(gain: readonly number[], pattern: number): number {
  const of = (test: readonly (number | null)[]): number => Math.max(0, gain[test[pattern] ?? -1] ?? 0);
  const pauses = of(interval);
  const entries = of(orders);
  const both = of(size) + Math.max(pauses, entries);
  return Math.min(pauses, entries) + Math.min(both, of(turnover));
}
