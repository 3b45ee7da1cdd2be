/**
 * Our answers beside the exchange's own, recorded: the same members, in the same order where order is
 * kept, with values of the same kind. Members that the exchange added after a recording was made are
 * named here one by one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

import { layBook, harness } from '../../../tests/builders/exchange-harness.ts';

const folder = join(import.meta.dirname, '../../../../shared/market-data');
const present = existsSync(folder);
if (!present) {
  console.warn(
    `RECORDINGS ABSENT: ${folder} does not exist, so answers are not compared with recorded ones.`,
  );
}

type Recorded = { method: string; path: string; params: Record<string, string>; response: unknown };
function zipped<T>(name: string): T {
  return JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString('utf8')) as T;
}
function recorded(path: string, where: (record: Recorded) => boolean = () => true): unknown {
  const record = zipped<readonly Recorded[]>('api-recordings/spot-rest-recorded.json.gz').find(
    (each) => each.path === path && where(each),
  );
  return Array.isArray(record?.response) ? (record.response as unknown[])[0] : record?.response;
}
function frames(name: string): readonly Record<string, unknown>[] {
  return readFileSync(join(folder, 'api-recordings', name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The shape of a value: texts that are numbers are told from other texts, and from their number of places. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (typeof value === 'string') return /^-?\d+\.\d{8}$/.test(value) ? 'eight places' : 'text';
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shape(each)]));
}
const keys = (value: unknown): string[] => Object.keys(value as object);

function busy() {
  const at = harness();
  layBook(at.exchange.venue, at.timers.now(), 'BTCUSDT', 100);
  at.signed('POST', '/api/v3/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.5' });
  at.signed('POST', '/api/v3/order', {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '1',
    price: '90',
  });
  at.timers.advance(1_000);
  return at;
}

describe.runIf(!present)('without the recordings', () => {
  test('nothing is compared: skipped because ../shared/market-data is absent', () => {
    expect(present).toBe(false);
  });
});

describe.runIf(present)('REST', () => {
  const symbol = 'BTCUSDT';
  test.each([
    ['/api/v3/ticker/24hr', { symbol }],
    ['/api/v3/ticker/price', { symbol }],
    ['/api/v3/ticker/bookTicker', { symbol }],
  ])('%s', (path, params) => {
    expect(shape(busy().get(path, params).json)).toEqual({
      ...(shape(recorded(path, (each) => 'symbol' in each.params)) as object),
      ...(path.endsWith('24hr') ? { priceChangePercent: 'text' } : {}),
    });
  });

  test.each([
    ['/api/v3/trades', { symbol }],
    ['/api/v3/klines', { symbol, interval: '1m' }],
  ])('%s', (path, params) => {
    const ours = (busy().get(path, params).json as unknown[]).at(-1);
    const theirs = recorded(path);
    expect(shape(ours)).toEqual(shape(theirs));
    const kinds = (value: unknown): unknown =>
      Array.isArray(value) ? value.map((each) => typeof each) : typeof value;
    expect(kinds(ours)).toEqual(kinds(theirs));
  });

  test('/api/v3/aggTrades', () => {
    const ours = (busy().get('/api/v3/aggTrades', { symbol }).json as unknown[]).at(-1);
    expect(shape(ours)).toEqual(shape(recorded('/api/v3/aggTrades', (each) => each.params['limit'] === '5')));
  });

  test('/api/v3/exchangeInfo: members, filters and limits', () => {
    type Info = {
      rateLimits: { rateLimitType: string }[];
      symbols: ({ symbol: string; filters: { filterType: string }[] } & Record<string, unknown>)[];
    } & Record<string, unknown>;
    const theirs = zipped<Info>('exchange-info/exchangeInfo-2024-09-08.json.gz');
    const ours = busy().get('/api/v3/exchangeInfo').json as Info;
    expect(keys(ours)).toEqual(keys(theirs));
    expect(ours.rateLimits.map((limit) => limit.rateLimitType)).toEqual(
      theirs.rateLimits.map((limit) => limit.rateLimitType),
    );
    const recordedSymbol = theirs.symbols.find((each) => each.symbol === symbol)!;
    const ourSymbol = ours.symbols[0]!;
    const addedSince = ['opoAllowed', 'amendAllowed', 'pegInstructionsAllowed'];
    expect(keys(ourSymbol).filter((key) => !addedSince.includes(key))).toEqual(keys(recordedSymbol));
    for (const filter of recordedSymbol.filters) {
      const own = ourSymbol.filters.find((each) => each.filterType === filter.filterType);
      expect(own, filter.filterType).toBeDefined();
      expect(keys(own)).toEqual(keys(filter));
    }
    const filtersSince = ['MAX_NUM_ORDER_LISTS', 'MAX_NUM_ORDER_AMENDS'];
    expect(
      ourSymbol.filters.map((each) => each.filterType).filter((type) => !filtersSince.includes(type)),
    ).toEqual(recordedSymbol.filters.map((each) => each.filterType));
  });

  test('the documented samples have no member that ours lack', () => {
    const samples = zipped<readonly { file: string; text: string }[]>(
      'api-recordings/spot-samples-per-endpoint.json.gz',
    );
    const at = busy();
    const sample = (name: string): Record<string, unknown> => {
      const { text } = samples.find((each) => each.file === `Endpoints/Spot/${name}.txt`)!;
      const body = JSON.parse(text.slice(text.search(/[[{]/)).replaceAll(/\/\/.*$/gm, '')) as unknown;
      return (Array.isArray(body) ? body[0] : body) as Record<string, unknown>;
    };
    const first = (value: unknown): object =>
      Array.isArray(value) ? (value as object[])[0]! : (value as object);
    const compared = [
      ['Account/GetAccountInfo', at.signed('GET', '/api/v3/account').json],
      ['Trading/GetOpenOrders', at.signed('GET', '/api/v3/openOrders', { symbol }).json],
      ['Trading/GetOrder', at.signed('GET', '/api/v3/order', { symbol, orderId: 1 }).json],
      ['ExchangeData/GetAvgPrice', at.get('/api/v3/avgPrice', { symbol }).json],
      ['ExchangeData/GetTicker', at.get('/api/v3/ticker/24hr', { symbol }).json],
      ['ExchangeData/GetRollingWindowTicker', at.get('/api/v3/ticker', { symbol }).json],
      ['ExchangeData/GetTradingDayTicker', at.get('/api/v3/ticker/tradingDay', { symbol }).json],
      ['ExchangeData/GetServerTime', at.get('/api/v3/time').json],
      ['Trading/CancelAllOrders', at.signed('DELETE', '/api/v3/openOrders', { symbol }).json],
    ] as const;
    for (const [name, ours] of compared) {
      expect(keys(first(ours)), name).toEqual(expect.arrayContaining(keys(sample(name))));
    }
  });
});

describe.runIf(present)('user data', () => {
  test('a market buy is reported with the recorded members, and BNB pays the fee', () => {
    const [theirNew, theirTrade] = frames('user-stream-market-buy-ARBUSDT-2023-09-19.jsonl');
    const at = harness();
    const client = at.api();
    client.signed('userDataStream.subscribe.signature');
    at.signed('POST', '/api/v3/order', {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quoteOrderQty: '50',
    });
    const [ourNew, ourTrade, ourAccount] = client
      .messages()
      .slice(1)
      .map((message) => message['event']);
    const without = (names: readonly string[], value: unknown) =>
      Object.fromEntries(Object.entries(value as object).filter(([name]) => !names.includes(name)));
    // 'n' is "0" before a trade and eight places after it, as recorded.
    expect(shape(ourNew)).toEqual(shape(theirNew));
    expect(shape(ourTrade)).toEqual(shape(theirTrade));
    expect(keys(ourNew)).toEqual(keys(theirNew));
    const same = [
      'e',
      'S',
      'o',
      'f',
      'p',
      'P',
      'F',
      'g',
      'C',
      'x',
      'X',
      'r',
      'l',
      'z',
      'L',
      'n',
      'N',
      't',
      'w',
      'm',
      'M',
      'Z',
      'Y',
    ];
    for (const name of same) expect((ourNew as Record<string, unknown>)[name], name).toEqual(theirNew![name]);
    expect(without([], ourTrade)).toMatchObject({ x: 'TRADE', X: 'FILLED', w: false, m: false, M: true });
    expect(keys(ourAccount)).toEqual(['e', 'E', 'u', 'B']);
  });

  test('a limit order and its cancel are reported as recorded', () => {
    const [, , theirNew, theirAccount, theirCancel] = [
      null,
      ...frames('user-stream-testnet-limit-cancel-2020-11-19.jsonl'),
    ];
    const at = harness();
    const client = at.api();
    client.signed('userDataStream.subscribe.signature');
    at.signed('POST', '/api/v3/order', {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.1',
      price: '90',
      newClientOrderId: 'order',
    });
    at.signed('DELETE', '/api/v3/order', {
      symbol: 'BTCUSDT',
      origClientOrderId: 'order',
      newClientOrderId: 'cancel',
    });
    const [ourNew, ourAccount, ourCancel] = client
      .messages()
      .slice(1)
      .map((message) => message['event'] as Record<string, unknown>);
    const since2020 = ['V', 'W'];
    expect(keys(ourNew).filter((key) => !since2020.includes(key))).toEqual(keys(theirNew));
    expect(shape(ourAccount)).toEqual(shape(theirAccount));
    expect(keys(ourCancel).filter((key) => !since2020.includes(key))).toEqual(keys(theirCancel));
    for (const name of [
      'x',
      'X',
      'r',
      'l',
      'z',
      'L',
      'n',
      'N',
      't',
      'w',
      'm',
      'M',
      'Z',
      'Y',
      'Q',
      'P',
      'F',
      'g',
    ]) {
      expect(ourNew?.[name], `new ${name}`).toEqual(theirNew?.[name]);
      expect(ourCancel?.[name], `cancel ${name}`).toEqual(theirCancel?.[name]);
    }
    expect([ourCancel?.['c'], ourCancel?.['C']]).toEqual(['cancel', 'order']);
  });
});

describe.runIf(present)('market streams', () => {
  test('ticker, candle, trade and diff have the recorded members', () => {
    const theirs = new Map(
      frames('spot-ws-frames.jsonl').map((frame) => [
        String(frame['stream']).split('@')[1],
        frame['data'] as Record<string, unknown>,
      ]),
    );
    const at = harness();
    const heard = at.stream('/stream?streams=btcusdt@ticker/btcusdt@kline_1m/btcusdt@trade/btcusdt@depth');
    at.signed('POST', '/api/v3/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.5' });
    at.timers.advance(2_000);
    const ours = (name: string) =>
      heard.messages().find((message) => message['stream'] === `btcusdt@${name}`)?.['data'] as Record<
        string,
        unknown
      >;
    expect(keys(ours('ticker'))).toEqual(keys(theirs.get('ticker')));
    expect(keys(ours('kline_1m'))).toEqual(keys(theirs.get('kline_1m')));
    expect(keys(ours('kline_1m')['k'])).toEqual(keys(theirs.get('kline_1m')?.['k']));
    // The orders' ids have left the trade stream since.
    expect(keys(ours('trade'))).toEqual(
      keys(theirs.get('trade')).filter((key) => key !== 'b' && key !== 'a'),
    );
    expect(keys(ours('depth'))).toEqual(keys(theirs.get('depth')));
  });
});
