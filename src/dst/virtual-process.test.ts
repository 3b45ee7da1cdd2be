import { describe, expect, it } from 'vitest';
import { createVirtualTimers } from '../core/virtual-timers.ts';
import { createVirtualMachine } from './virtual-process.ts';

const START = 1_700_000_000_000;

describe('a simulated process', () => {
  it('sees the wall clock of its machine, wrong and jumping, and counts from its own start', () => {
    const base = createVirtualTimers(START);
    const machine = createVirtualMachine(base, -3_000);
    base.advance(500);
    const { timers } = machine.boot();
    expect(timers.now()).toBe(START + 500 - 3_000);
    expect(timers.monotonic()).toBe(0);
    machine.jumpWall(60_000);
    base.advance(10);
    expect(timers.now()).toBe(START + 510 + 57_000);
    expect(timers.monotonic()).toBe(10);
  });

  it('runs nothing once it is dead, whatever was asked for before', () => {
    const base = createVirtualTimers(START);
    const life = createVirtualMachine(base, 0).boot();
    const ran: string[] = [];
    life.timers.after(10, () => ran.push('timer'));
    life.kill();
    life.deliver(() => ran.push('delivery'));
    base.advance(100);
    expect(ran).toEqual([]);
    expect(life.alive()).toBe(false);
  });

  it('stalls: all that falls due waits, and comes afterwards in order', () => {
    const base = createVirtualTimers(START);
    const life = createVirtualMachine(base, 0).boot();
    const ran: string[] = [];
    const note = (what: string) => (): void => void ran.push(`${what} ${base.monotonic()}`);
    life.timers.after(10, note('timer'));
    const called = life.timers.after(20, note('called off'));
    life.stall(50);
    base.after(15, () => life.deliver(note('delivery')));
    base.advance(30);
    called();
    expect(ran).toEqual([]);
    base.advance(100);
    expect(ran).toEqual(['timer 50', 'delivery 50']);
    life.deliver(note('later'));
    expect(ran.at(-1)).toBe('later 130');
  });
});
