import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../core/seeded-random.ts';
import { createFaultDealer, faultKinds, planFaults, type FaultSchedule } from './faults.ts';

const plan = (seed: number): FaultSchedule =>
  planFaults(createSeededRandom(seed), { calmAtMs: 45_000 }, null);

describe('the plan of faults', () => {
  it('is the same for the same seed', () => {
    expect(plan(5)).toEqual(plan(5));
    expect(plan(5)).not.toEqual(plan(6));
  });

  it('leaves out about half of the kinds, other ones in every seed, and none for good', () => {
    const seen = new Set<string>();
    let sum = 0;
    for (let seed = 0; seed < 200; seed += 1) {
      const kinds = new Set(plan(seed).faults.map(({ kind }) => kind));
      sum += kinds.size;
      for (const kind of kinds) seen.add(kind);
    }
    expect(sum / 200).toBeGreaterThan(faultKinds.length * 0.42);
    expect(sum / 200).toBeLessThan(faultKinds.length * 0.55);
    expect([...seen].toSorted()).toEqual([...faultKinds].toSorted());
  });

  it('has nothing going on when calm begins, bans included', () => {
    for (let seed = 0; seed < 100; seed += 1) {
      for (const fault of plan(seed).faults) {
        expect(fault.fromMs).toBeLessThanOrEqual(fault.untilMs);
        const banMs = fault.kind.startsWith('exchange.limit') ? fault.ms : 0;
        expect(fault.untilMs + banMs).toBeLessThanOrEqual(45_000);
      }
    }
  });

  it('holds exactly the kinds asked for when it is told them', () => {
    const only = planFaults(createSeededRandom(1), { calmAtMs: 45_000 }, ['net.replyLost', 'process.kill']);
    expect(new Set(only.faults.map(({ kind }) => kind))).toEqual(new Set(['net.replyLost', 'process.kill']));
    expect(planFaults(createSeededRandom(1), { calmAtMs: 45_000 }, []).faults).toEqual([]);
  });
});

describe('dealing faults', () => {
  const window = { fromMs: 100, untilMs: 200, probability: 1, ms: 7 };
  const schedule: FaultSchedule = {
    calmAtMs: 1_000,
    faults: [
      { kind: 'net.replyLost', ordersOnly: true, ...window },
      { kind: 'stream.lag', ordersOnly: false, ...window },
    ],
  };

  it('happens inside its window only, to orders only where it says so, and is counted', () => {
    let now = 0;
    const dealer = createFaultDealer(schedule, createSeededRandom(1), () => now);
    expect(dealer.strikes('net.replyLost', true)).toBeNull();
    now = 150;
    expect(dealer.strikes('net.replyLost', false)).toBeNull();
    expect(dealer.strikes('net.replyLost', true)?.ms).toBe(7);
    expect(dealer.inForce('stream.lag')?.ms).toBe(7);
    now = 200;
    expect(dealer.strikes('net.replyLost', true)).toBeNull();
    expect(dealer.inForce('stream.lag')).toBeNull();
    expect(dealer.fired).toEqual({ 'net.replyLost': 1 });
    expect(dealer.lastFiredMs()).toBe(150);
  });
});
