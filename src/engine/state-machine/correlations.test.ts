import { describe, expect, it } from 'vitest';
import { createHistory, liveDay, type History } from '../../../tests/builders/tier-history.ts';
import type { EventOf } from '../../core/events.ts';
import { measureCorrelation } from './correlations.ts';

/** Correlations by pair of letters; what is not named is not known. */
const measured = (
  history: History,
  open: readonly string[],
  known: Readonly<Record<string, number>>,
): EventOf<'correlation.measured'> | null =>
  measureCorrelation(history.state(), {
    open,
    between: (left, right) => known[`${left}${right}`] ?? known[`${right}${left}`] ?? null,
    above: 0.8,
    below: 0.6,
  });

describe('pairs that move together', () => {
  it.each([
    [['A', 'B'], { AB: 0.8 }, null],
    [['A', 'B'], { AB: 0.81 }, 0.81],
    [['A', 'B', 'C'], { AB: 0.9, BC: 0.85, AC: 0.82 }, 0.82],
    [['A', 'B', 'C'], { AB: 0.9, BC: 0.85, AC: 0.5 }, null],
    [['A', 'B', 'C'], { AB: 0.9, BC: 0.85 }, null],
    [['A'], {}, null],
    [[], {}, null],
  ] as const)('%j with %j: the lowest of all is %s', (open, known, lowest) => {
    expect(measured(createHistory(), open, known)?.lowest ?? null).toBe(lowest);
  });

  it('are news once, and once more when they part', () => {
    const history = createHistory('HUNTER');
    const together = measured(history, ['A', 'B'], { AB: 0.9 });
    history.add(...(together === null ? [] : [together]));
    expect(measured(history, ['A', 'B'], { AB: 0.95 })).toBeNull();
    const apart = measured(history, ['A'], {});
    expect(apart).toMatchObject({ positions: 1, lowest: null });
    history.add(...(apart === null ? [] : [apart]));
    expect(measured(history, ['A'], {})).toBeNull();
  });

  it('are no news in an emergency: what is open was answered with it', () => {
    const history = createHistory('HUNTER');
    history.add({
      kind: 'tier.emergencyStarted',
      trigger: 'x',
      tier: 'HUNTER',
      figures: {},
      evidence: ['e'],
    });
    expect(measured(history, ['A', 'B'], { AB: 0.99 })).toBeNull();
  });
});

describe('pairs that move apart', () => {
  it('are counted among those that were traded, each apart from all the others', () => {
    const history = createHistory('HUNTER');
    for (const symbol of ['A', 'B', 'C']) liveDay(history, { trades: [{ symbol, pnl: '1' }] });
    const known = { AB: 0.59, AC: 0.6, BC: 0.1 };
    const news = measured(history, [], known);
    expect(news?.uncorrelated).toEqual(['A', 'B']);
    history.add(...(news === null ? [] : [news]));
    expect(measured(history, [], known)).toBeNull();
    expect(measured(history, [], { ...known, AC: 0.2 })?.uncorrelated).toEqual(['A', 'B', 'C']);
  });
});
