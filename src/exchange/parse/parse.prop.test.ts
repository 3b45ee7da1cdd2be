// Whatever the exchange sends, a parser answers with a value or a reason, never an exception, and
// what it accepts it has read exactly.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFixed, type Quantity } from '../../core/money.ts';
import { parseAccount, parseOrders } from './account.ts';
import { parseExchangeInfo } from './exchange-info.ts';
import { parseMarketFrame } from './market-frame.ts';
import { parseOrder } from './order.ts';
import { parseTrades } from './trade-history.ts';
import { parseUserFrame } from './user-event.ts';
import { bookFrame, executionReport } from '../testing/gateway-bench.ts';
import { BTCUSDT, orderBody, RATE_LIMITS, tradeBody } from '../testing/scripted-http.ts';

const rounds = process.env['GENESIS_TEST_PROFILE'] === 'full' ? 20_000 : 150;
const symbols = new Map([['btcusdt', 'BTCUSDT']]);

/** Values that have broken parsers before, and any JSON. */
const hostile = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    null,
    '',
    '0',
    '-1',
    'NaN',
    'Infinity',
    '1e308',
    '1e-9',
    '9'.repeat(40),
    '0.123456789',
    -0,
    1.5,
    2 ** 60,
    [],
    {},
    '\u202e',
    { toString: 'x' },
    true,
  ),
);

/** The template with one field, somewhere, replaced or taken away. */
function broken(template: unknown): fc.Arbitrary<unknown> {
  const paths: (readonly (string | number)[])[] = [];
  const visit = (value: unknown, path: readonly (string | number)[]): void => {
    paths.push(path);
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) visit((value as Record<string, unknown>)[key], [...path, key]);
  };
  visit(template, []);
  return fc.tuple(fc.constantFrom(...paths), hostile, fc.boolean()).map(([path, value, remove]) => {
    if (path.length === 0) return value;
    const copy = structuredClone(template) as Record<string, unknown>;
    let at = copy;
    for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
    const last = path.at(-1) ?? '';
    if (remove) delete at[last];
    else at[last] = value;
    return copy;
  });
}

const filled = executionReport({
  x: 'TRADE',
  X: 'FILLED',
  l: '0.0004',
  z: '0.0004',
  L: '64000',
  n: '0',
  N: 'BTC',
  t: 1,
});
const positions = { event: { e: 'outboundAccountPosition', u: 1, B: [{ a: 'USDT', f: '1', l: '0' }] } };
const kline = {
  stream: 'btcusdt@kline_1m',
  data: { k: { t: 0, T: 1, o: '1', h: '2', l: '1', c: '2', v: '1', q: '1', n: 1, x: true } },
};

describe('parsers', () => {
  it.each<readonly [string, unknown, (body: unknown) => unknown]>([
    [
      'an order',
      orderBody({ fills: [{ tradeId: 1, price: '1', qty: '1', commission: '0', commissionAsset: 'BTC' }] }),
      parseOrder,
    ],
    ['a list of orders', [orderBody()], parseOrders],
    ['trades', [tradeBody()], parseTrades],
    ['an account', { balances: [{ asset: 'BTC', free: '1', locked: '0' }] }, parseAccount],
    ['exchangeInfo', { symbols: [BTCUSDT], rateLimits: RATE_LIMITS }, parseExchangeInfo],
    ['an execution report', filled, (body) => parseUserFrame(JSON.stringify(body))],
    ['balances', positions, (body) => parseUserFrame(JSON.stringify(body))],
    ['a book', bookFrame(), (body) => parseMarketFrame(JSON.stringify(body), symbols, 0)],
    ['a candle', kline, (body) => parseMarketFrame(JSON.stringify(body), symbols, 0)],
  ])('of %s never throw on a broken one', (_name, template, parse) => {
    fc.assert(
      fc.property(broken(template), (body) => {
        expect(typeof parse(body)).toBe('object');
      }),
      { numRuns: rounds },
    );
  });

  it('never throw on text that is no JSON at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(typeof parseUserFrame(text).kind).toBe('string');
        expect(typeof parseMarketFrame(text, symbols, 0).ok).toBe('boolean');
      }),
      { numRuns: rounds },
    );
  });

  it('of a book give back every level exactly', () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 20n });
    fc.assert(
      fc.property(fc.uniqueArray(amount, { minLength: 2, maxLength: 40 }), amount, (prices, size) => {
        const sorted = [...prices].sort((left, right) => (left < right ? -1 : 1));
        const middle = Math.floor(sorted.length / 2);
        const row = (price: bigint): string[] => [formatFixed(price), formatFixed(size)];
        const frame = bookFrame(7, {
          bids: sorted.slice(0, middle).reverse().map(row),
          asks: sorted.slice(middle).map(row),
        });
        const parsed = parseMarketFrame(JSON.stringify(frame), symbols, 5);
        expect(parsed.ok && parsed.value).toEqual({
          kind: 'book',
          symbol: 'BTCUSDT',
          updateId: 7,
          receivedAt: 5,
          bids: sorted
            .slice(0, middle)
            .reverse()
            .map((price) => ({ price, quantity: size as Quantity })),
          asks: sorted.slice(middle).map((price) => ({ price, quantity: size as Quantity })),
        });
      }),
      { numRuns: Math.min(rounds, 2_000) },
    );
  });
});

describe('symbol rules', () => {
  const parsed = (changes: Readonly<Record<string, unknown>>): ReturnType<typeof parseExchangeInfo> =>
    parseExchangeInfo({ symbols: [{ ...BTCUSDT, ...changes }], rateLimits: RATE_LIMITS });

  it('keep statuses that nobody knows apart from trading', () => {
    for (const status of ['TRADING', 'CANCEL_ONLY', 'HALT', 'BREAK'] as const) {
      const info = parsed({ status });
      expect(info.ok && info.value.symbols[0]?.status).toBe(status);
    }
    const info = parsed({ status: 'AUCTION_MATCH' });
    expect(info.ok && info.value.symbols[0]?.status).toBe('UNKNOWN');
  });

  it('take an older price band and notional filter for both sides', () => {
    const info = parsed({
      filters: [
        { filterType: 'PERCENT_PRICE', multiplierUp: '1.3000', multiplierDown: '0.7000', avgPriceMins: 5 },
        { filterType: 'MIN_NOTIONAL', minNotional: '10.00000000', applyToMarket: true, avgPriceMins: 5 },
      ],
    });
    expect(info.ok && info.value.symbols[0]).toMatchObject({
      bidUpBps: 13_000,
      askDownBps: 7_000,
      minNotional: 1_000_000_000n,
    });
  });

  it('set a symbol aside whose filter cannot be read, and keep the others', () => {
    const info = parseExchangeInfo({
      symbols: [
        BTCUSDT,
        { ...BTCUSDT, symbol: 'ETHUSDT', filters: [{ filterType: 'LOT_SIZE', stepSize: 0.001 }] },
      ],
    });
    expect(info.ok && info.value.symbols.map((rules) => rules.symbol)).toEqual(['BTCUSDT']);
    expect(info.ok && info.value.unreadable).toMatchObject([{ symbol: 'ETHUSDT' }]);
  });

  it('read limits past our range as none', () => {
    const info = parsed({
      filters: [{ filterType: 'LOT_SIZE', minQty: '1', maxQty: '9'.repeat(20), stepSize: '1' }],
    });
    expect(info.ok && info.value.symbols[0]?.maxQuantity).toBe(99_999_999_999_999_900_000_000n);
  });

  it('bring the exchange’s own limits', () => {
    const info = parsed({});
    expect(info.ok && info.value.limits).toContainEqual({ kind: 'orders', intervalMs: 10_000, limit: 100 });
  });
});
