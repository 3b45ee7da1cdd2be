import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientOrderIdOf, createIds, isOwnClientOrderId } from './ids.ts';
import { createSeededRandom } from './seeded-random.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('ids', () => {
  it('grow strictly within one millisecond, also past the counter', () => {
    const ids = createIds(() => 1_700_000_000_000, createSeededRandom(1));
    let before = '';
    for (let index = 0; index < 10_000; index += 1) {
      const id = ids.next();
      expect(id > before).toBe(true);
      before = id;
    }
    expect(before).toMatch(UUID_V7);
  });

  it('grow strictly while the wall clock jumps forwards and back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3_600_000, max: 3_600_000 })), fc.integer(), (jumps, seed) => {
        let wall = 1_700_000_000_000;
        const ids = createIds(() => wall, createSeededRandom(seed >>> 0));
        let before = ids.next();
        for (const jump of jumps) {
          wall = Math.max(1, wall + jump);
          const id = ids.next();
          expect(id > before).toBe(true);
          expect(id).toMatch(UUID_V7);
          before = id;
        }
      }),
    );
  });

  it('carry the time of the clock in front', () => {
    const ids = createIds(() => 0x0123_4567_89ab, createSeededRandom(7));
    expect(ids.next().startsWith('01234567-89ab-7')).toBe(true);
  });

  it('survive a random source that gives too little', () => {
    const ids = createIds(() => 5, { next: () => 0.999_999, bytes: () => new Uint8Array(0) });
    expect(ids.next()).toMatch(UUID_V7);
  });
});

describe('client order ids', () => {
  const ids = createIds(() => 1_700_000_000_000, createSeededRandom(3));

  it('fit the exchange and are known as ours', () => {
    const clientOrderId = clientOrderIdOf(ids.next());
    expect(clientOrderId).toMatch(/^[a-zA-Z0-9-_]{1,36}$/);
    expect(isOwnClientOrderId(clientOrderId)).toBe(true);
  });

  it.each([
    '',
    'web_1234',
    'g-',
    'g-0123',
    'x-0193747f00007000800000000000aaaa',
    'G-019374d0000070008000000000000001',
  ])('do not take %j for ours', (other) => {
    expect(isOwnClientOrderId(other)).toBe(false);
  });

  it('do not take an id with something after it for ours', () => {
    expect(isOwnClientOrderId(`${clientOrderIdOf(ids.next())}0`)).toBe(false);
  });
});
