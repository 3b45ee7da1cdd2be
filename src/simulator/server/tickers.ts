/** Ticker answers: rolling day, trading day, rolling window, last price, best prices, average price. */
import type { Price } from '../../core/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/time.ts';
import type { SymbolSpec } from '../matching/venue-api.ts';
import { eightPlaces } from './decimals.ts';
import type { World } from './endpoint.ts';
import { openTimeOf } from './intervals.ts';
import { type Json, statistics, type TimeUnit } from './render.ts';
import type { DayStatistics } from './tape.ts';

type At = { readonly now: number; readonly unit: TimeUnit };

export type Statistics =
  | { readonly kind: 'rolling'; readonly mini: boolean }
  | { readonly kind: 'day'; readonly mini: boolean; readonly offsetMs: number }
  | { readonly kind: 'window'; readonly mini: boolean; readonly windowSize: string };

export function statisticsTicker(world: World, spec: SymbolSpec, { now, unit }: At, asked: Statistics): Json {
  const day = select(world, spec.symbol, now, asked) ?? emptyDay(now);
  const { mini, change } = statistics(spec.symbol, day, unit);
  if (asked.mini) return mini;
  const { symbol: _symbol, openPrice, highPrice, lowPrice, lastPrice, ...totals } = mini;
  if (asked.kind !== 'rolling') return { ...change, openPrice, highPrice, lowPrice, lastPrice, ...totals };
  const bid = world.venue.bestBid(spec.symbol);
  const ask = world.venue.bestAsk(spec.symbol);
  return {
    ...change,
    prevClosePrice: eightPlaces(day.previousClose),
    lastPrice,
    lastQty: eightPlaces(world.tape(spec.symbol).lastTrade?.quantity ?? 0n),
    bidPrice: eightPlaces(bid?.price ?? 0n),
    bidQty: eightPlaces(bid?.quantity ?? 0n),
    askPrice: eightPlaces(ask?.price ?? 0n),
    askQty: eightPlaces(ask?.quantity ?? 0n),
    openPrice,
    highPrice,
    lowPrice,
    ...totals,
  };
}

function select(world: World, symbol: string, now: number, asked: Statistics): DayStatistics | null {
  const tape = world.tape(symbol);
  if (asked.kind === 'rolling') return tape.day(now);
  const openTime =
    asked.kind === 'day'
      ? openTimeOf('1d', now, asked.offsetMs)
      : openTimeOf('1m', now - windowMs(asked.windowSize));
  const sum = tape.span(now, openTime);
  if (sum === null) return null;
  return {
    ...sum,
    openTime,
    closeTime: asked.kind === 'day' ? openTime + DAY_MS - 1 : now,
    previousClose: sum.open,
  };
}

function windowMs(windowSize: string): number {
  const unit = windowSize.at(-1) === 'm' ? MINUTE_MS : windowSize.at(-1) === 'h' ? HOUR_MS : DAY_MS;
  return Number.parseInt(windowSize, 10) * unit;
}

function emptyDay(now: number): DayStatistics {
  return {
    openTime: now - DAY_MS,
    closeTime: now,
    previousClose: 0n,
    open: 0n,
    high: 0n,
    low: 0n,
    close: 0n,
    volume: 0n,
    quoteVolume: 0n,
    takerVolume: 0n,
    takerQuoteVolume: 0n,
    trades: 0,
    firstId: -1,
    lastId: -1,
  };
}

export function priceTicker(world: World, spec: SymbolSpec): Json {
  return { symbol: spec.symbol, price: eightPlaces(lastPriceOf(world, spec.symbol)) };
}

export function bookTicker(world: World, spec: SymbolSpec): Json {
  const bid = world.venue.bestBid(spec.symbol);
  const ask = world.venue.bestAsk(spec.symbol);
  return {
    symbol: spec.symbol,
    bidPrice: eightPlaces(bid?.price ?? 0n),
    bidQty: eightPlaces(bid?.quantity ?? 0n),
    askPrice: eightPlaces(ask?.price ?? 0n),
    askQty: eightPlaces(ask?.quantity ?? 0n),
  };
}

export function averagePrice(world: World, spec: SymbolSpec, now: number, unit: TimeUnit): Json {
  return {
    mins: spec.averagePriceMinutes,
    price: eightPlaces(world.venue.averagePrice(now, spec.symbol) ?? lastPriceOf(world, spec.symbol)),
    closeTime: (world.tape(spec.symbol).lastTrade?.time ?? now) * unit,
  };
}

/** The venue's last trade, or before the first one the close of the history. */
function lastPriceOf(world: World, symbol: string): Price {
  const known = world.venue.lastPrice(symbol);
  if (known !== null) return known;
  const bar = world
    .tape(symbol)
    .bars(0, { interval: '1m', startTime: null, endTime: null, limit: 1, offsetMs: 0 })
    .at(-1);
  return (bar?.close ?? 0n) as Price;
}
