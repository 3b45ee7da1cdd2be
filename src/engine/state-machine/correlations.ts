/**
 * What the gates and the demotion triggers know of pairs that move together, as the event they wait for: written
 * when all open positions begin or cease to do so, and when the number of traded pairs that move apart changes.
 */
import type { EventOf } from '../../core/events.ts';
import type { TierState } from './tier-state.ts';

/** Correlation of two pairs, or null with too few observations. */
export type Between = (left: string, right: string) => number | null;

export type CorrelationInput = {
  readonly open: readonly string[];
  readonly between: Between;
  /** Positions are together above this. */
  readonly above: number;
  /** Pairs move apart below this. */
  readonly below: number;
};

/** The event that is news, or null. In an emergency nothing is: what is open then was answered with it. */
export function measureCorrelation(
  state: TierState,
  { open, between, above, below }: CorrelationInput,
): EventOf<'correlation.measured'> | null {
  if (state.emergency !== null) return null;
  const { signals, evidence } = state;
  const lowest = lowestOf(open, between);
  const uncorrelated = movingApart([...evidence.pairs.keys()], between, below);
  const wasTogether = signals.correlated !== null && signals.correlated.lowest > above;
  const isTogether = lowest !== null && lowest > above;
  const known = evidence.uncorrelated?.pairs ?? 0;
  if (wasTogether === isTogether && known === uncorrelated.length) return null;
  return { kind: 'correlation.measured', positions: open.length, lowest, uncorrelated };
}

/** Of every two; null when there are no two, or one of them is not known well enough. */
function lowestOf(symbols: readonly string[], between: Between): number | null {
  let lowest: number | null = null;
  for (const [index, left] of symbols.entries())
    for (const right of symbols.slice(index + 1)) {
      const value = between(left, right);
      if (value === null) return null;
      lowest = lowest === null ? value : Math.min(lowest, value);
    }
  return lowest;
}

/** Taken one after the other, each apart from all that were taken before; one alone is no pair that moves apart. */
function movingApart(symbols: readonly string[], between: Between, below: number): readonly string[] {
  const taken: string[] = [];
  for (const symbol of symbols) {
    const apart = taken.every((other) => {
      const value = between(symbol, other);
      return value !== null && value < below;
    });
    if (apart) taken.push(symbol);
  }
  return taken.length > 1 ? taken : [];
}
