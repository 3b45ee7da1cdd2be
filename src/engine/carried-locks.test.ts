import { describe, expect, it } from 'vitest';
import { createMemoryLockLedger } from '../core/ports/lock-ledger.ts';
import { HOUR_MS } from '../core/time.ts';
import { carriedLocks } from './carried-locks.ts';
import { initialState } from './state.ts';

const now = Date.UTC(2026, 5, 1, 12);

describe('what is carried over', () => {
  it.each([
    { outside: ['pause'], carried: ['tilt.levelChanged'] },
    { outside: ['evidence'], carried: ['tilt.locked'] },
    { outside: ['pause', 'evidence'], carried: ['tilt.locked'] },
  ] as const)('of $outside is $carried: a lock holds more than a pause', ({ outside, carried }) => {
    const ledger = createMemoryLockLedger();
    for (const kind of outside)
      ledger.record({ kind, untilMs: kind === 'pause' ? now - 1 : now + HOUR_MS, repetition: 0 }, now);
    expect(carriedLocks(initialState, ledger, now).map(({ kind }) => kind)).toEqual(carried);
  });
});
