import { describe, expect, it } from 'vitest';
import { interventionsLoop, type InterventionsLoop } from '../../tests/builders/interventions.ts';
import { testRules } from '../../tests/builders/rules.ts';
import { decided, journal, noon } from '../../tests/builders/tilt.ts';
import { notional } from '../core/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/time.ts';
import { dangerousHours } from './dangerous-hours.ts';
import { evolveInterventions, initialInterventions } from './interventions-state.ts';
import { evolveMirror, initialMirror, type MirrorState } from './mirror-state.ts';

const rules = testRules().trading;

/** The mirror after everything the loop has written. */
function mirrorOf(loop: InterventionsLoop): MirrorState {
  let state = initialMirror;
  let interventions = initialInterventions;
  for (const observed of loop.log) {
    state = evolveMirror(state, observed, interventions);
    interventions = evolveInterventions(interventions, observed);
  }
  return state;
}

describe('the mirror', () => {
  it('counts what trades brought by the score they were entered at', () => {
    const loop = interventionsLoop(rules);
    loop.trade('calm', noon, MINUTE_MS);
    loop.score(45, noon + HOUR_MS);
    loop.trade('hasty', noon + HOUR_MS, MINUTE_MS);
    loop.trade('again', noon + HOUR_MS + MINUTE_MS, MINUTE_MS);
    const { steps } = mirrorOf(loop);
    expect(steps.map(({ trades }) => trades)).toEqual([1, 0, 0, 0, 2, 0, 0, 0, 0, 0]);
    expect(steps[4]?.pnl).toBe(notional('-2'));
  });

  it('counts interventions and those that were called fine, and loosens nothing by it', () => {
    const loop = interventionsLoop(rules);
    loop.score(70, noon);
    const id = loop.state().lastIntervention?.eventId ?? '';
    loop.give({ kind: 'tilt.markedFine', interventionId: id, level: 'WARNING' }, noon + 1);
    expect(mirrorOf(loop)).toMatchObject({ interventions: 1, fine: 1 });
    expect(loop.state()).toMatchObject({ paused: true, lastIntervention: { fine: true } });
  });

  it('says after which way back a calm day followed', () => {
    const loop = interventionsLoop(rules);
    loop.score(70, noon);
    loop.give(journal('one'), noon + MINUTE_MS);
    loop.fade(0, noon + HOUR_MS);
    loop.give(decided(5_000), noon + 2 * DAY_MS);
    loop.score(70, noon + 3 * DAY_MS);
    loop.give(journal('two'), noon + 3 * DAY_MS + MINUTE_MS);
    loop.score(75, noon + 3 * DAY_MS + HOUR_MS);
    expect(mirrorOf(loop).waysBack).toEqual([{ step: 'journal', taken: 2, calmAfter: 1 }]);
  });

  it('keeps its size however long it looks', () => {
    const loop = interventionsLoop(rules);
    for (let hour = 0; hour < 600; hour += 1) loop.score((hour * 7) % 59, noon + hour * HOUR_MS);
    const { history, hours } = mirrorOf(loop);
    expect(history.length).toBeLessThanOrEqual(240);
    expect(hours).toHaveLength(24);
  });
});

describe('dangerous hours', () => {
  const quiet = Array.from({ length: 24 }, () => ({ active: 40, tilted: 1 }));

  it('names the hour that stands out, with a range that holds its chance', () => {
    const hours = quiet.map((hour, index) => (index === 15 ? { active: 40, tilted: 16 } : hour));
    const [first, second] = dangerousHours(hours);
    expect(first?.hour).toBe(15);
    expect(first?.chance).toBeGreaterThan((second?.chance ?? 1) * 3);
    for (const { low, chance, high } of dangerousHours(hours)) {
      expect(low).toBeLessThanOrEqual(chance);
      expect(high).toBeGreaterThanOrEqual(chance);
    }
  });

  it('one bad hour seen once is mostly the rate of all hours, and its range is wide', () => {
    const hours = quiet.map((hour, index) => (index === 3 ? { active: 5, tilted: 1 } : hour));
    const seen = dangerousHours(hours).find(({ hour }) => hour === 3);
    expect(seen?.chance).toBeLessThan(0.12);
    expect((seen?.high ?? 0) - (seen?.low ?? 0)).toBeGreaterThan(0.15);
  });

  it('nothing is said of hours with hardly any history', () => {
    expect(dangerousHours(Array.from({ length: 24 }, () => ({ active: 4, tilted: 4 })))).toEqual([]);
  });
});
