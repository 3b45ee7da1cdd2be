import { expect, test } from 'vitest';
import { price } from '../core/money.ts';
import { parseCandles } from './candle-history.ts';

const row = [
  1_767_225_600_000,
  '100.5',
  '101',
  '99.9',
  '100',
  '12.5',
  1_767_225_659_999,
  '1250',
  42,
  '6',
  '600',
  '0',
];

test('rows of klines become candles with exact amounts', () => {
  const parsed = parseCandles([row]);
  expect(parsed).toMatchObject({
    ok: true,
    value: [{ openTime: 1_767_225_600_000, open: price('100.5'), low: price('99.9'), trades: 42 }],
  });
});

test.each([
  ['no list', {}],
  ['a row that is no list', [{}]],
  ['a float instead of text', [[...row.slice(0, 1), 100.5, ...row.slice(2)]]],
  ['a high under the low', [[...row.slice(0, 2), '1', ...row.slice(3)]]],
  ['a price of zero', [[...row.slice(0, 3), '0', ...row.slice(4)]]],
])('%s refuses the whole answer', (_what, body) => {
  expect(parseCandles(body).ok).toBe(false);
});
