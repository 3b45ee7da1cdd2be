/**
 * Public requests: connectivity, exchangeInfo, book, trades, candles, tickers. Weights and parameter
 * rules follow the published REST and WebSocket API documentation of July 2026.
 */
import type { SymbolSpec } from '../matching/venue-api.ts';
import {
  type Endpoint,
  checkSymbol,
  knownSymbol,
  publicEndpoint,
  readLimit,
  readOptionalSymbol,
  readSymbol,
  readTime,
  type World,
} from './endpoint.ts';
import {
  badCombination,
  duplicateSymbols,
  eitherMandatory,
  illegal,
  invalidInterval,
  invalidData,
  invalidSymbolStatus,
  invalidTickerType,
  mandatory,
  noReferencePrice,
  refuse,
  statusMismatch,
} from './errors.ts';
import { closeTimeOf, isInterval, parseTimeZone } from './intervals.ts';
import type { Params } from './params.ts';
import { aggregateTrade, depthBook, kline, publicTrade } from './render.ts';
import { symbolInfo } from './symbol-info.ts';
import { averagePrice, bookTicker, priceTicker, statisticsTicker } from './tickers.ts';

export function marketEndpoints(world: World): readonly Endpoint[] {
  return [...general(world), ...history(world), ...tickers(world)];
}

const statuses = ['TRADING', 'HALT', 'BREAK'] as const;

function readStatus(params: Params): string | null {
  const status = params.optional('symbolStatus');
  if (status === null) return null;
  return statuses.find((each) => each === status) ?? refuse(invalidSymbolStatus());
}

function general(world: World): readonly Endpoint[] {
  const { venue } = world;
  return [
    publicEndpoint({
      method: 'GET',
      path: '/api/v3/ping',
      wsMethod: 'ping',
      parameters: 0,
      weight: 1,
      prepare: () => () => ({}),
    }),
    publicEndpoint({
      method: 'GET',
      path: '/api/v3/time',
      wsMethod: 'time',
      parameters: 0,
      weight: 1,
      prepare:
        () =>
        ({ now, unit }) => ({ serverTime: now * unit }),
    }),
    publicEndpoint({
      method: 'GET',
      path: '/api/v3/exchangeInfo',
      wsMethod: 'exchangeInfo',
      parameters: 5,
      weight: 20,
      prepare(params) {
        const symbols = readSymbols(params);
        const permissions = params.list('permissions');
        const showSets = params.boolean('showPermissionSets') ?? true;
        const status = readStatus(params);
        if (symbols !== null && (permissions !== null || status !== null)) refuse(badCombination());
        return ({ now, unit }) => {
          const chosen = symbols === null ? venue.symbols() : symbols.map((each) => knownSymbol(venue, each));
          const spot = permissions === null || permissions.includes('SPOT');
          return {
            timezone: 'UTC',
            serverTime: now * unit,
            rateLimits: world.limits.specs(),
            exchangeFilters: [],
            symbols: chosen
              .filter((spec) => spot && (status === null || spec.status === status))
              .map((spec) => symbolInfo(spec, showSets)),
          };
        };
      },
    }),
    publicEndpoint({
      method: 'GET',
      path: '/api/v3/executionRules',
      wsMethod: 'executionRules',
      parameters: 3,
      weight: (params) => (params.has('symbol') ? 2 : params.has('symbols') ? 4 : 40),
      prepare(params) {
        const symbols = readSymbols(params);
        const status = readStatus(params);
        if (symbols !== null && status !== null) refuse(badCombination());
        return () => {
          for (const symbol of symbols ?? []) knownSymbol(venue, symbol);
          return { symbolRules: [] };
        };
      },
    }),
    ...(['', '/calculation'] as const).map((suffix) =>
      publicEndpoint({
        method: 'GET',
        path: `/api/v3/referencePrice${suffix}`,
        wsMethod: suffix === '' ? 'referencePrice' : 'referencePrice.calculation',
        parameters: 2,
        weight: 2,
        prepare(params) {
          const symbol = readSymbol(params);
          readStatus(params);
          return () => {
            knownSymbol(venue, symbol);
            return refuse(noReferencePrice());
          };
        },
      }),
    ),
  ];
}

function depthWeight(params: Params): number {
  const limit = Number(params.peek('limit') ?? 100);
  if (!(limit > 100)) return 5;
  if (limit <= 500) return 25;
  return limit <= 1_000 ? 50 : 250;
}

function history(world: World): readonly Endpoint[] {
  const { venue } = world;
  const trades = (path: string, wsMethod: string, withId: boolean): Endpoint =>
    publicEndpoint({
      method: 'GET',
      path,
      wsMethod,
      parameters: withId ? 3 : 2,
      weight: 25,
      prepare(params) {
        const symbol = readSymbol(params);
        const limit = readLimit(params, 500, 1_000);
        const fromId = withId ? params.integer('fromId') : null;
        return ({ unit }) => {
          knownSymbol(venue, symbol);
          return world
            .tape(symbol)
            .trades(fromId, limit)
            .map((trade) => publicTrade(trade, unit));
        };
      },
    });
  const klines = (path: string, wsMethod: string): Endpoint =>
    publicEndpoint({
      method: 'GET',
      path,
      wsMethod,
      parameters: 6,
      weight: 2,
      prepare: (params) => candles(world, params),
    });
  return [
    publicEndpoint({
      method: 'GET',
      path: '/api/v3/depth',
      wsMethod: 'depth',
      parameters: 3,
      weight: depthWeight,
      prepare(params) {
        const symbol = readSymbol(params);
        const limit = readLimit(params, 100, 5_000);
        const status = readStatus(params);
        return () => {
          requireStatus(knownSymbol(venue, symbol), status);
          return depthBook(world.depth(symbol, limit));
        };
      },
    }),
    trades('/api/v3/trades', 'trades.recent', false),
    trades('/api/v3/historicalTrades', 'trades.historical', true),
    publicEndpoint({
      method: 'GET',
      path: '/api/v3/historicalBlockTrades',
      wsMethod: 'blockTrades.historical',
      parameters: 3,
      weight: 25,
      prepare(params) {
        const symbol = readSymbol(params);
        if (params.integer('fromId') === null) refuse(mandatory('fromId'));
        readLimit(params, 500, 1_000);
        return () => {
          knownSymbol(venue, symbol);
          return [];
        };
      },
    }),
    publicEndpoint({
      method: 'GET',
      path: '/api/v3/aggTrades',
      wsMethod: 'trades.aggregate',
      parameters: 5,
      weight: 4,
      prepare: (params) => aggregates(world, params),
    }),
    klines('/api/v3/klines', 'klines'),
    klines('/api/v3/uiKlines', 'uiKlines'),
    publicEndpoint({
      method: 'GET',
      path: '/api/v3/avgPrice',
      wsMethod: 'avgPrice',
      parameters: 1,
      weight: 2,
      prepare(params) {
        const symbol = readSymbol(params);
        return ({ now, unit }) => averagePrice(world, knownSymbol(venue, symbol), now, unit);
      },
    }),
  ];
}

function aggregates(world: World, params: Params): ReturnType<Endpoint['prepare']> {
  const symbol = readSymbol(params);
  const fromId = params.integer('fromId');
  const start = readTime(params, 'startTime');
  const end = readTime(params, 'endTime');
  const limit = readLimit(params, 500, 1_000);
  if (fromId !== null && (start !== null || end !== null)) refuse(badCombination());
  return ({ unit }) => {
    knownSymbol(world.venue, symbol);
    const all = world
      .tape(symbol)
      .aggregates()
      .filter(
        (trade) =>
          (fromId === null || trade.aggregateId >= fromId) &&
          (start === null || trade.time >= start) &&
          (end === null || trade.time <= end),
      );
    const chosen = fromId === null && start === null ? all.slice(-limit) : all.slice(0, limit);
    return chosen.map((trade) => aggregateTrade(trade, unit));
  };
}

function candles(world: World, params: Params): ReturnType<Endpoint['prepare']> {
  const symbol = readSymbol(params);
  const interval = params.text('interval');
  const startTime = readTime(params, 'startTime');
  const endTime = readTime(params, 'endTime');
  const offsetMs = parseTimeZone(params.optional('timeZone') ?? '0') ?? refuse(invalidData('timeZone'));
  const limit = readLimit(params, 500, 1_000);
  return ({ now, unit }) => {
    knownSymbol(world.venue, symbol);
    if (!isInterval(interval)) return refuse(invalidInterval());
    return world
      .tape(symbol)
      .bars(now, { interval, startTime, endTime, limit, offsetMs })
      .map((bar) => kline(bar, closeTimeOf(interval, bar.openTime, offsetMs), unit));
  };
}

/** A list as the exchange writes it: no blanks, nothing but names. */
const SYMBOLS = /^\[("[\p{L}\p{N}_.-]{1,50}"(,"[\p{L}\p{N}_.-]{1,50}")*)?\]$/u;
const SYMBOLS_RANGE = '^\\[("[\\w\\-._&&[^a-z]]{1,50}"(,"[\\w\\-._&&[^a-z]]{1,50}"){0,}){0,1}\\]$';

/** `symbol` or `symbols`; null when neither was sent. */
function readSymbols(params: Params): readonly string[] | null {
  const symbol = readOptionalSymbol(params);
  const text = params.optional('symbols');
  if (symbol !== null && text !== null) refuse(badCombination());
  if (symbol !== null) return [symbol];
  if (text === null) return null;
  if (!SYMBOLS.test(text)) refuse(illegal('symbols', SYMBOLS_RANGE));
  const symbols = JSON.parse(text) as readonly string[];
  for (const each of symbols) checkSymbol(each, 'symbols');
  if (new Set(symbols).size !== symbols.length) refuse(duplicateSymbols());
  return symbols;
}

function requireStatus(spec: SymbolSpec, status: string | null): void {
  if (status !== null && spec.status !== status) refuse(statusMismatch());
}

function dayWeight(params: Params): number {
  if (params.has('symbol')) return 2;
  const count = (params.peek('symbols') ?? '').split(',').length;
  if (!params.has('symbols') || count > 100) return 80;
  return count <= 20 ? 2 : 40;
}

const WINDOW = /^(?:([1-9]|[1-5]\d)m|([1-9]|1\d|2[0-3])h|([1-7])d)$/;

function tickers(world: World): readonly Endpoint[] {
  const { venue } = world;
  type One = (
    spec: SymbolSpec,
    context: { readonly now: number; readonly unit: 1 | 1_000 },
    type: string,
    extra: string | null,
  ) => unknown;
  type Options = { readonly type: boolean; readonly extra: string | null; readonly needsSymbols: boolean };
  const ticker = (
    path: string,
    wsMethod: string,
    weight: Endpoint['weight'],
    options: Options,
    one: One,
  ): Endpoint =>
    publicEndpoint({
      method: 'GET',
      path,
      wsMethod,
      weight,
      parameters: 3 + (options.type ? 1 : 0) + (options.extra === null ? 0 : 1),
      prepare(params) {
        const single = params.has('symbol');
        const symbols = readSymbols(params);
        const type = options.type ? (params.optional('type') ?? 'FULL') : 'FULL';
        if (type !== 'FULL' && type !== 'MINI') refuse(invalidTickerType());
        const extra = options.extra === null ? null : params.optional(options.extra);
        if (options.extra === 'windowSize' && extra !== null && !WINDOW.test(extra))
          refuse(invalidData('windowSize'));
        if (options.extra === 'timeZone' && extra !== null && parseTimeZone(extra) === null)
          refuse(invalidData('timeZone'));
        const status = readStatus(params);
        if (options.needsSymbols && symbols === null) refuse(eitherMandatory('symbol', 'symbols'));
        return (context) => {
          const specs = symbols === null ? venue.symbols() : symbols.map((each) => knownSymbol(venue, each));
          if (!single) {
            return specs
              .filter((spec) => status === null || spec.status === status)
              .map((spec) => one(spec, context, type, extra));
          }
          const [spec] = specs;
          if (spec === undefined) return {};
          requireStatus(spec, status);
          return one(spec, context, type, extra);
        };
      },
    });
  const perSymbol = (params: Params): number =>
    Math.min(200, 4 * (params.peek('symbols') ?? '').split(',').length);
  const oneOrAll = (params: Params): number => (params.has('symbol') ? 2 : 4);
  const plain: Options = { type: false, extra: null, needsSymbols: false };
  return [
    ticker('/api/v3/ticker/24hr', 'ticker.24hr', dayWeight, { ...plain, type: true }, (spec, context, type) =>
      statisticsTicker(world, spec, context, { kind: 'rolling', mini: type === 'MINI' }),
    ),
    ticker(
      '/api/v3/ticker/tradingDay',
      'ticker.tradingDay',
      perSymbol,
      { type: true, extra: 'timeZone', needsSymbols: true },
      (spec, context, type, zone) =>
        statisticsTicker(world, spec, context, {
          kind: 'day',
          mini: type === 'MINI',
          offsetMs: parseTimeZone(zone ?? '0') ?? 0,
        }),
    ),
    ticker(
      '/api/v3/ticker',
      'ticker',
      perSymbol,
      { type: true, extra: 'windowSize', needsSymbols: true },
      (spec, context, type, window) =>
        statisticsTicker(world, spec, context, {
          kind: 'window',
          mini: type === 'MINI',
          windowSize: window ?? '1d',
        }),
    ),
    ticker('/api/v3/ticker/price', 'ticker.price', oneOrAll, plain, (spec) => priceTicker(world, spec)),
    ticker('/api/v3/ticker/bookTicker', 'ticker.book', oneOrAll, plain, (spec) => bookTicker(world, spec)),
  ];
}
