import { describe, expect, it } from 'vitest';
import { createPatience } from './patience.ts';

describe('patience', () => {
  it('waits longer after each failure, and no longer than the last delay', () => {
    let now = 0;
    const patience = createPatience(
      () => now,
      () => [1_000, 2_000],
    );
    for (const delay of [1_000, 2_000, 2_000]) {
      patience.failed('position');
      now += delay - 1;
      expect(patience.isWaiting('position')).toBe(true);
      now += 1;
      expect(patience.isWaiting('position')).toBe(false);
    }
    expect(patience.isWaiting('another')).toBe(false);
  });

  it('counts refusals apart from failures', () => {
    const patience = createPatience(
      () => 0,
      () => [1_000],
    );
    patience.failed('position');
    expect(patience.refused('position')).toBe(1);
    expect(patience.refused('position')).toBe(2);
  });

  it('begins anew after a quiet while, and keeps nothing of what is long past', () => {
    let now = 0;
    const patience = createPatience(
      () => now,
      () => [1_000, 30_000],
    );
    patience.refused('position');
    now = 31_000;
    expect(patience.refused('position')).toBe(2);
    now = 61_000 + 30_001;
    expect(patience.refused('position')).toBe(1);
  });

  it('waits at least a second when no delays are configured', () => {
    let now = 0;
    const patience = createPatience(
      () => now,
      () => [],
    );
    patience.failed('position');
    now = 999;
    expect(patience.isWaiting('position')).toBe(true);
  });

  it('forgets one or all', () => {
    const patience = createPatience(
      () => 0,
      () => [1_000],
    );
    patience.failed('a');
    patience.failed('b');
    patience.forget('a');
    expect([patience.isWaiting('a'), patience.isWaiting('b')]).toEqual([false, true]);
    patience.clear();
    expect(patience.isWaiting('b')).toBe(false);
  });
});
