import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { price } from '../core/money.ts';
import { createTickFilter, type TickFilter } from './tick-filter.ts';

const rules = { outlierBps: 200, confirmTrades: 3, confirmMs: 2_000 };
const settled = (): TickFilter => {
  const filter = createTickFilter(rules);
  filter.bid(price('100'), 0);
  for (let count = 0; count < 5; count += 1) filter.trade(price('100'));
  return filter;
};

describe('what values the account', () => {
  it('is nothing before the first bid, then the first', () => {
    const filter = createTickFilter(rules);
    expect(filter.mark()).toBeNull();
    filter.bid(price('0'), 0);
    expect(filter.mark()).toBeNull();
    filter.bid(price('7'), 0);
    expect(filter.mark()).toBe(price('7'));
  });

  it.each([
    ['2 % up at once', '102', '102'],
    ['2 % down at once', '98', '98'],
    ['more up not at once', '102.05', '100'],
    ['more down not at once', '97.99', '100'],
    ['nothing to nothing', '0.00000001', '100'],
  ])('%s', (_name, next, expected) => {
    const filter = settled();
    filter.bid(price(next), 100);
    expect(filter.mark()).toBe(price(expected));
  });

  it('forgets a doubtful bid with the next good one', () => {
    const filter = settled();
    filter.bid(price('500'), 100);
    filter.bid(price('100.5'), 200);
    filter.bid(price('500'), 3_000);
    filter.bid(price('500'), 4_999);
    expect(filter.mark()).toBe(price('100.5'));
  });

  it.each([
    [1_999, '100'],
    [2_000, '80'],
  ])('believes what has stood for %s ms: %s', (ms, expected) => {
    const filter = settled();
    filter.bid(price('80'), 0);
    filter.bid(price('80'), ms);
    expect(filter.mark()).toBe(price(expected));
  });

  it.each([
    [2, '100'],
    [3, '80'],
  ])('believes what %s trades confirm: %s', (count, expected) => {
    const filter = settled();
    filter.bid(price('80'), 10);
    for (let each = 0; each < count; each += 1) filter.trade(price('80.1'));
    expect(filter.mark()).toBe(price(expected));
  });

  it('does not believe a bid because of one trade at it, nor trades because of no bid', () => {
    const filter = settled();
    filter.trade(price('500'));
    filter.bid(price('500'), 10);
    expect(filter.mark()).toBe(price('100'));
    const other = settled();
    for (let each = 0; each < 9; each += 1) other.trade(price('500'));
    expect(other.mark()).toBe(price('100'));
  });

  it('is never moved by a single print, whatever it is and whenever it comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 9_950, max: 10_050 }), { minLength: 10, maxLength: 40 }),
        fc.nat(39),
        fc.bigInt({ min: 1n, max: 10n ** 15n }),
        (cents, position, print) => {
          const filter = settled();
          let at = 0;
          let highest = price('100') as bigint;
          let lowest = highest;
          for (const [index, cent] of cents.entries()) {
            at += 100;
            const bid = (BigInt(cent) * 1_000_000n) as never;
            if (index === position) {
              filter.trade(print as never);
              filter.bid(print as never, at);
            } else {
              filter.trade(bid);
              filter.bid(bid, at);
            }
            const mark = filter.mark() as bigint;
            highest = mark > highest ? mark : highest;
            lowest = mark < lowest ? mark : lowest;
          }
          // A print near the market is a price like any other.
          expect(highest <= 10_251_000_000n && lowest >= 9_750_000_000n).toBe(true);
        },
      ),
    );
  });

  it('sees a crash that falls step by step within two seconds of each step', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 5, max: 60 }), { minLength: 1, maxLength: 5 }), (drops) => {
        const filter = settled();
        let level = 100_000_000_000n;
        let at = 0;
        for (const drop of drops) {
          level = (level * BigInt(100 - drop)) / 100n;
          for (let picture = 0; picture <= 20; picture += 1) filter.bid(level as never, (at += 100));
          expect(filter.mark()).toBe(level);
        }
      }),
    );
  });
});
