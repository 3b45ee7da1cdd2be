import { describe, expect, it } from 'vitest';
import { createSeededRandom } from './seeded-random.ts';
import { createVirtualTimers } from './virtual-timers.ts';

const START = 1_700_000_000_000;

describe('virtual timers', () => {
  it('run tasks in order of time, and of asking within one instant', () => {
    const timers = createVirtualTimers(START);
    const ran: string[] = [];
    timers.after(20, () => ran.push('c'));
    timers.after(10, () => ran.push('a'));
    timers.after(10, () => ran.push('b'));
    timers.advance(15);
    expect(ran).toEqual(['a', 'b']);
    expect(timers.monotonic()).toBe(15);
    expect(timers.now()).toBe(START + 15);
    timers.advance(5);
    expect(ran).toEqual(['a', 'b', 'c']);
  });

  it('run what a task asks for, within the same advance', () => {
    const timers = createVirtualTimers(START);
    const at: number[] = [];
    const again = (): void => {
      at.push(timers.monotonic());
      timers.after(10, again);
    };
    timers.after(10, again);
    timers.advance(35);
    expect(at).toEqual([10, 20, 30]);
    expect(timers.nextAt()).toBe(40);
  });

  it('forget a task that was called off, also twice and after it ran', () => {
    const timers = createVirtualTimers(START);
    const ran: string[] = [];
    const cancel = timers.after(5, () => ran.push('x'));
    const late = timers.after(1, () => ran.push('y'));
    cancel();
    cancel();
    timers.advance(10);
    late();
    expect(ran).toEqual(['y']);
    expect(timers.waiting()).toBe(0);
    expect(timers.nextAt()).toBeNull();
  });

  it('leave monotonic time and what waits alone when the wall clock jumps', () => {
    const timers = createVirtualTimers(START);
    let ran = false;
    timers.after(10, () => (ran = true));
    timers.jumpWall(-3_600_000);
    expect(timers.now()).toBe(START - 3_600_000);
    timers.advance(10);
    expect(ran).toBe(true);
    expect(timers.monotonic()).toBe(10);
  });

  it('step one task at a time, never past the limit given', () => {
    const timers = createVirtualTimers(START);
    timers.after(10, () => {});
    expect(timers.runNext(9)).toBe(false);
    expect(timers.runNext(10)).toBe(true);
    expect(timers.monotonic()).toBe(10);
    expect(timers.runNext()).toBe(false);
  });

  it('keep the order for any mix of asking and calling off', () => {
    const random = createSeededRandom(11);
    for (let round = 0; round < 50; round += 1) {
      const timers = createVirtualTimers(0);
      const expected: { at: number; id: number }[] = [];
      const ran: number[] = [];
      for (let id = 0; id < 60; id += 1) {
        const at = random.between(0, 30);
        const cancel = timers.after(at, () => ran.push(id));
        if (random.chance(0.3)) cancel();
        else expected.push({ at, id });
      }
      expected.sort((left, right) => left.at - right.at || left.id - right.id);
      timers.advance(30);
      expect(ran).toEqual(expected.map(({ id }) => id));
    }
  });
});
