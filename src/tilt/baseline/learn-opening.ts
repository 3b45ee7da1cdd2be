/**
 * Stakes follow the account. After a deposit or a withdrawal sessions begin at another level, before anything was lost
 * or won in them: when two in a row do, with a night between, that level is the usual one. One alone is not, so that
 * whoever doubles from day to day is always ahead of what is usual; and stakes raised after a loss teach nothing here.
 */
import { HOUR_MS } from '../../core/time.ts';
import type { Baseline } from './baseline.ts';
import { measureIndex } from './channels.ts';

/** An opening this far off, in standard deviations of openings, is another level. */
const FAR = 2;
/** Sessions closer together than this say it once: a loss is still fresh after a pause. */
const NIGHT_MS = 8 * HOUR_MS;
/** The most the level moves at once: a factor of four. */
const STEP_MAX = Math.log(4);

/** The stakes of a session until its first close: their mean above the usual, in log units, and how many. */
export type Opening = { readonly mean: number; readonly count: number; readonly at: number };

/** `before` is the baseline the opening was measured against, `baseline` what the session made of it. */
export function learnOpening(baseline: Baseline, before: Baseline, { mean, count, at }: Opening): Baseline {
  const size = measureIndex.size;
  const variance = before.variance[size]! * (before.between[size]! + before.doubt[size]! + 1 / count);
  if (!(Math.abs(mean) > FAR * Math.sqrt(variance)))
    return baseline.opening === null ? baseline : { ...baseline, opening: null };
  const away = mean - (baseline.location[size]! - before.location[size]!);
  const known = baseline.opening;
  if (known === null || known.away > 0 !== away > 0 || at < known.at)
    return { ...baseline, opening: { away, at } };
  const nearer = Math.abs(known.away) < Math.abs(away) ? known.away : away;
  if (at - known.at < NIGHT_MS) return { ...baseline, opening: { away: nearer, at: known.at } };
  const step = Math.min(STEP_MAX, Math.max(-STEP_MAX, nearer));
  const moved = (values: readonly number[]): readonly number[] =>
    values.map((value, index) => (index === size ? value + step : value));
  return { ...baseline, location: moved(baseline.location), anchor: moved(baseline.anchor), opening: null };
}
