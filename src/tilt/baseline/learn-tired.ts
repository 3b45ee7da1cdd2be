/**
 * What the late hours of a session do to a trader: decisions and hands get slower. The late part is held against the
 * early part of the same calm session, so that a slow day is not taken for tiredness. Only slower is learned, and only
 * up to a cap far below a drift: stakes, pace and answers to losses are never excused by the hour, and a hurry
 * late in the day is the more unusual for it. Thresholds and limits do not know of it.
 */
import { profiles, TIRED, TIRED_MEASURES, type Baseline } from './baseline.ts';
import type { Lesson } from './learn.ts';

/** Of the own scale: the most that tiredness is believed to slow a trader down. */
export const TIRED_MAX = 0.5;
/** Fewer observations than this on either side of the line say nothing. */
const OBSERVATIONS_MIN = 3;
/** Late and early hours differ this much without tiredness, in variances of one observation. */
const WANDERS = 0.05;
const INNOVATION_MAX = 2.2;
const DOUBT_MIN = 0.004;

type Learned = { readonly profile: number[]; readonly profileDoubt: number[] } & Pick<Baseline, 'variance'>;

export function learnTired(next: Learned, lesson: Lesson): void {
  for (const [place, index] of TIRED_MEASURES.entries()) {
    const late = lesson.tiredCount[place]!;
    const early = lesson.count[index]! - late;
    if (late < OBSERVATIONS_MIN || early < OBSERVATIONS_MIN) continue;
    const cell = index * profiles.length + TIRED;
    const doubt = next.profileDoubt[cell]!;
    const total = doubt + 1 / late + 1 / early + WANDERS;
    const limit = INNOVATION_MAX * Math.sqrt(total);
    const sum = lesson.tiredSum[place]!;
    // Late surprises are already measured from what is known of the late hours: this is what is still missing.
    const apart = sum / late - (lesson.sum[index]! - sum) / early;
    const step = (doubt * Math.min(limit, Math.max(-limit, apart))) / total;
    const scale = Math.sqrt(next.variance[index]!);
    next.profile[cell] = Math.min(TIRED_MAX * scale, Math.max(0, next.profile[cell]! + scale * step));
    next.profileDoubt[cell] = Math.max(DOUBT_MIN, doubt * (1 - doubt / total));
  }
}
