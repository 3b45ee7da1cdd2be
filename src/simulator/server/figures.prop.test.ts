import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { formatFixed, parseFixed, type Price } from '../../core/money.ts';
import { DAY_MS } from '../../core/time.ts';
import { eightPlaces, multiplier, percent } from './decimals.ts';
import { closeTimeOf, intervals, openTimeOf, parseTimeZone } from './intervals.ts';
import { parseRaw } from './params.ts';
import { signedText } from './api-session.ts';
import type { TapeTrade } from './tape-rows.ts';
import { createTape } from './tape.ts';

const amount = fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n });

describe('figures', () => {
  test('eight places read back as the same amount', () => {
    fc.assert(
      fc.property(amount, (value) => {
        const text = eightPlaces(value);
        expect(text).toMatch(/^-?\d+\.\d{8}$/);
        expect(parseFixed<Price>(text)).toEqual({ ok: true, value });
        expect(Number(text)).toBe(Number(formatFixed(value)));
      }),
    );
  });

  test.each([
    [1n, 3n, '33.333'],
    [-1n, 3n, '-33.333'],
    [0n, 5n, '0.000'],
    [5n, 0n, '0.000'],
    [-1n, 2_000_000n, '0.000'],
    [123n, 100n, '123.000'],
  ])('%s of %s is %s percent', (part, whole, text) => {
    expect(percent(part, whole)).toBe(text);
  });

  test('multipliers are the shortest text', () => {
    expect([50_000, 2_000, 10_100, 10_000].map(multiplier)).toEqual(['5', '0.2', '1.01', '1']);
  });
});

describe('candles', () => {
  const instant = fc.integer({ min: Date.UTC(2017, 0), max: Date.UTC(2040, 0) });
  const offset = fc.integer({ min: -48, max: 56 }).map((quarters) => quarters * 900_000);

  test('an instant lies in its bar, and bars touch without a gap', () => {
    fc.assert(
      fc.property(fc.constantFrom(...intervals), instant, offset, (interval, at, offsetMs) => {
        const open = openTimeOf(interval, at, offsetMs);
        const close = closeTimeOf(interval, open, offsetMs);
        expect(open).toBeLessThanOrEqual(at);
        expect(close).toBeGreaterThanOrEqual(at);
        expect(openTimeOf(interval, close, offsetMs)).toBe(open);
        expect(openTimeOf(interval, close + 1, offsetMs)).toBe(close + 1);
      }),
    );
  });

  test('weeks begin on Monday, months on the first', () => {
    const at = Date.UTC(2026, 10, 26, 5);
    expect(new Date(openTimeOf('1w', at)).toISOString()).toBe('2026-11-23T00:00:00.000Z');
    expect(new Date(openTimeOf('1M', at)).toISOString()).toBe('2026-11-01T00:00:00.000Z');
    expect(new Date(closeTimeOf('1M', openTimeOf('1M', at))).toISOString()).toBe('2026-11-30T23:59:59.999Z');
  });

  test('time zones are hours, or hours and minutes, between -12 and +14', () => {
    expect(['0', '8', '-1:00', '05:45', '+14:00', '-12'].map(parseTimeZone)).toEqual([
      0, 28_800_000, -3_600_000, 20_700_000, 50_400_000, -43_200_000,
    ]);
    expect(['15', '-12:15', '1:60', 'x', ''].map(parseTimeZone)).toEqual([null, null, null, null, null]);
  });

  const trades = fc.array(
    fc.record({
      wait: fc.integer({ min: 0, max: 400_000 }),
      price: fc.bigInt(1n, 1_000n),
      quantity: fc.bigInt(1n, 50n),
      buyerIsMaker: fc.boolean(),
    }),
    { minLength: 1, maxLength: 60 },
  );
  test('bars of any interval hold exactly the trades of their time', () => {
    fc.assert(
      fc.property(trades, fc.constantFrom('1s', '1m', '5m', '1h', '1d'), (list, interval) => {
        const tape = createTape([]);
        let time = Date.UTC(2026, 0, 1);
        const all: TapeTrade[] = list.map(({ wait, ...trade }, index) => {
          // Seconds are kept for an hour and a half only.
          time += interval === '1s' ? wait % 60_000 : wait;
          return { ...trade, tradeId: index + 1, time, quoteQuantity: trade.price * trade.quantity };
        });
        for (const trade of all) tape.record(trade, 0);
        const bars = tape.bars(time, {
          interval,
          startTime: null,
          endTime: null,
          limit: 100_000,
          offsetMs: 0,
        });
        for (const bar of bars) {
          const own = all.filter((trade) => openTimeOf(interval, trade.time) === bar.openTime);
          const sum = (of: (trade: TapeTrade) => bigint): bigint =>
            own.reduce((total, trade) => total + of(trade), 0n);
          expect(bar.trades).toBe(own.length);
          expect(bar.volume).toBe(sum((trade) => trade.quantity));
          expect(bar.quoteVolume).toBe(sum((trade) => trade.quoteQuantity));
          expect(bar.takerVolume).toBe(sum((trade) => (trade.buyerIsMaker ? 0n : trade.quantity)));
          expect([bar.firstId, bar.lastId]).toEqual([own[0]?.tradeId ?? -1, own.at(-1)?.tradeId ?? -1]);
          expect(bar.close).toBe(
            all.findLast((trade) => openTimeOf(interval, trade.time) <= bar.openTime)?.price,
          );
        }
        expect(bars.reduce((count, bar) => count + bar.trades, 0)).toBe(all.length);
        const day = tape.day(time);
        expect(day?.trades).toBe(
          all.filter((trade) => openTimeOf('1m', trade.time) > openTimeOf('1m', time) - DAY_MS).length,
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('what is signed', () => {
  const name = fc.stringMatching(/^[a-z]{1,8}$/);
  const pairs = fc.uniqueArray(fc.tuple(name, fc.string({ unit: 'grapheme', maxLength: 12 })), {
    selector: ([each]) => each,
    minLength: 1,
    maxLength: 8,
  });
  const encode = (list: readonly (readonly [string, string])[]): string =>
    list.map(([each, value]) => `${each}=${encodeURIComponent(value)}`).join('&');

  test('query and body as sent, without the signature wherever it stands', () => {
    fc.assert(
      fc.property(pairs, fc.nat(8), fc.nat(8), (list, cut, at) => {
        const query = encode(list.slice(0, cut));
        const body = encode(list.slice(cut));
        const withSignature = (text: string, index: number): string => {
          const parts = text === '' ? [] : text.split('&');
          parts.splice(index, 0, 'signature=abc%3D');
          return parts.join('&');
        };
        for (const [sentQuery, sentBody] of [
          [withSignature(query, at), body],
          [query, withSignature(body, at)],
        ] as const) {
          const raw = parseRaw(sentQuery, sentBody);
          expect(raw.payload).toBe(query + body);
          expect(Object.fromEntries(raw.values)).toEqual({ ...Object.fromEntries(list), signature: 'abc=' });
        }
      }),
    );
  });

  test('on the WebSocket API the order of parameters does not matter', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const text = signedText(new Map(list));
        expect(signedText(new Map([...list].reverse()))).toBe(text);
        expect(signedText(new Map([...list, ['signature', 'x']]))).toBe(text);
      }),
    );
  });
});
