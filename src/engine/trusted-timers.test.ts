import { describe, expect, it } from 'vitest';
import { createVirtualTimers } from '../core/virtual-timers.ts';
import { createTrustedTimers } from './trusted-timers.ts';

describe('engine time', () => {
  it("is the machine's until the exchange's is known", () => {
    const timers = createVirtualTimers(1_000);
    const trusted = createTrustedTimers(timers);
    expect(trusted.isTrusted()).toBe(false);
    timers.jumpWall(500);
    expect(trusted.now()).toBe(1_500);
  });

  it('is not moved by the wall clock afterwards (invariants 13, 22, 28)', () => {
    const timers = createVirtualTimers(1_000_000);
    const trusted = createTrustedTimers(timers);
    trusted.measured(-250);
    expect(trusted.isTrusted()).toBe(true);
    expect(trusted.now()).toBe(999_750);
    timers.jumpWall(3_600_000);
    expect(trusted.now()).toBe(999_750);
    timers.advance(1_000.7);
    expect(trusted.now()).toBe(1_000_750);
    timers.jumpWall(-7_200_000);
    trusted.measured(3_600_000 - 250);
    expect(trusted.now()).toBe(1_000_750);
  });

  it('waits by the monotonic clock', () => {
    const timers = createVirtualTimers(0);
    const trusted = createTrustedTimers(timers);
    let ran = 0;
    trusted.after(100, () => (ran += 1));
    trusted.after(100, () => (ran += 1))();
    timers.jumpWall(1_000);
    expect([ran, trusted.monotonic()]).toEqual([0, 0]);
    timers.advance(100);
    expect(ran).toBe(1);
  });
});
