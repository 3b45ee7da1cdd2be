/**
 * What the public sees of one symbol's past: recent trades, aggregate trades, candles of every
 * interval and the rolling day. Fed by the venue's trades only, after the market driver's history.
 * Keeps seconds for 1s candles and minutes for all others; longer bars are added up from minutes.
 */
import { invariant } from '../../core/invariant.ts';
import type { Candle } from '../../core/ports/market-feed.ts';
import { DAY_MS, MINUTE_MS } from '../../core/time.ts';
import { absorb, type Bar, flatBar, type Interval, openTimeOf } from './intervals.ts';
import {
  aggregateColumns,
  barColumns,
  fromRow,
  toRow,
  tradeColumns,
  type AggregateTrade,
  type TapeTrade,
} from './tape-rows.ts';

export type DayStatistics = Bar & { readonly closeTime: number; readonly previousClose: bigint };

export type BarQuery = {
  readonly interval: Interval;
  readonly startTime: number | null;
  readonly endTime: number | null;
  readonly limit: number;
  readonly offsetMs: number;
};

export interface Tape {
  /** `takerOrderId` tells which trades one order made: those at one price are one aggregate trade. */
  record(trade: TapeTrade, takerOrderId: number): AggregateTrade;
  readonly lastTrade: TapeTrade | null;
  trades(fromId: number | null, limit: number): readonly TapeTrade[];
  aggregates(): readonly AggregateTrade[];
  bars(now: number, query: BarQuery): readonly Bar[];
  /** The bar being built, kept up to date from now on; null before there is any price. */
  follow(now: number, interval: Interval): Bar | null;
  /** All minutes from the one that opens at or after `from`, added up. */
  span(now: number, from: number): Bar | null;
  day(now: number): DayStatistics | null;
  snapshot(): unknown;
  restore(snapshot: unknown): void;
}

/** Ten times what one request can ask for, so that fromId can page back. */
const TRADES_KEPT = 10_000;
/** A week of minutes, an hour and a half of seconds. */
const MINUTES_KEPT = 10_080;
const SECONDS_KEPT = 5_400;

export function createTape(history: readonly Candle[]): Tape {
  let trades: TapeTrade[] = [];
  let aggregates: AggregateTrade[] = [];
  let nextAggregateId = 1;
  let lastTaker = -1;
  let minutes: Bar[] = history.slice(-MINUTES_KEPT).map(fromCandle);
  let seconds: Bar[] = [];
  const followed = new Map<Interval, Bar>();
  let dayCache: { minute: number; bar: Bar; previousClose: bigint } | null = null;

  function lastPrice(): bigint | null {
    return minutes.at(-1)?.close ?? null;
  }

  /** Brings a series up to the bar of `now`, with flat bars where nobody traded. */
  function advance(series: Bar[], interval: '1s' | '1m', now: number, kept: number): void {
    const open = openTimeOf(interval, now);
    const last = series.at(-1);
    const price = lastPrice();
    if (price === null || (last !== undefined && last.openTime >= open)) return;
    const length = interval === '1s' ? 1_000 : MINUTE_MS;
    const from = last === undefined ? open : Math.max(last.openTime + length, open - (kept - 1) * length);
    for (let at = from; at <= open; at += length) series.push(flatBar(at, price));
    if (series.length > kept * 2) series.splice(0, series.length - kept);
  }

  function advanceFollowed(now: number): void {
    for (const [interval, bar] of followed) {
      const open = openTimeOf(interval, now);
      if (bar.openTime < open) followed.set(interval, flatBar(open, bar.close));
    }
  }

  function addTo(bar: Bar, trade: TapeTrade): void {
    if (bar.trades === 0 && bar.volume === 0n) {
      bar.open = trade.price;
      bar.high = trade.price;
      bar.low = trade.price;
    }
    if (trade.price > bar.high) bar.high = trade.price;
    if (trade.price < bar.low) bar.low = trade.price;
    bar.close = trade.price;
    bar.volume += trade.quantity;
    bar.quoteVolume += trade.quoteQuantity;
    if (!trade.buyerIsMaker) {
      bar.takerVolume += trade.quantity;
      bar.takerQuoteVolume += trade.quoteQuantity;
    }
    bar.trades += 1;
    if (bar.firstId < 0) bar.firstId = trade.tradeId;
    bar.lastId = trade.tradeId;
  }

  function aggregate(trade: TapeTrade, takerOrderId: number): AggregateTrade {
    const last = aggregates.at(-1);
    if (
      last !== undefined &&
      takerOrderId > 0 &&
      takerOrderId === lastTaker &&
      last.price === trade.price &&
      last.time === trade.time &&
      last.buyerIsMaker === trade.buyerIsMaker
    ) {
      last.quantity += trade.quantity;
      last.lastId = trade.tradeId;
      return last;
    }
    lastTaker = takerOrderId;
    const made: AggregateTrade = {
      aggregateId: nextAggregateId,
      price: trade.price,
      quantity: trade.quantity,
      firstId: trade.tradeId,
      lastId: trade.tradeId,
      time: trade.time,
      buyerIsMaker: trade.buyerIsMaker,
    };
    nextAggregateId += 1;
    aggregates.push(made);
    if (aggregates.length > TRADES_KEPT * 2) aggregates = aggregates.slice(-TRADES_KEPT);
    return made;
  }

  function sumOf(bars: readonly Bar[], interval: Interval, offsetMs: number): Bar[] {
    const sums: Bar[] = [];
    for (const bar of bars) {
      const open = openTimeOf(interval, bar.openTime, offsetMs);
      const last = sums.at(-1);
      if (last !== undefined && last.openTime === open) absorb(last, bar);
      else sums.push({ ...bar, openTime: open });
    }
    return sums;
  }

  function roll(now: number): void {
    advance(seconds, '1s', now, SECONDS_KEPT);
    advance(minutes, '1m', now, MINUTES_KEPT);
    advanceFollowed(now);
  }

  const tape: Tape = {
    get lastTrade() {
      return trades.at(-1) ?? null;
    },
    record(trade, takerOrderId) {
      if (minutes.length === 0) minutes.push(flatBar(openTimeOf('1m', trade.time), trade.price));
      roll(trade.time);
      const second = seconds.at(-1);
      const minute = minutes.at(-1);
      invariant(second !== undefined && minute !== undefined, 'a trade falls into a second and a minute');
      addTo(second, trade);
      addTo(minute, trade);
      for (const bar of followed.values()) addTo(bar, trade);
      trades.push(trade);
      if (trades.length > TRADES_KEPT * 2) trades = trades.slice(-TRADES_KEPT);
      return aggregate(trade, takerOrderId);
    },
    trades(fromId, limit) {
      if (fromId === null) return trades.slice(-limit);
      const from = trades.findIndex((trade) => trade.tradeId >= fromId);
      return from < 0 ? [] : trades.slice(from, from + limit);
    },
    aggregates: () => aggregates,
    bars(now, query) {
      roll(now);
      const base = query.interval === '1s' ? seconds : minutes;
      const whole = query.interval === '1s' || (query.interval === '1m' && query.offsetMs % MINUTE_MS === 0);
      const bars = whole ? base : sumOf(base, query.interval, query.offsetMs);
      const from = query.startTime === null ? 0 : firstAtOrAfter(bars, query.startTime);
      const to = query.endTime === null ? bars.length : firstAtOrAfter(bars, query.endTime + 1);
      return query.startTime === null
        ? bars.slice(Math.max(0, to - query.limit), to)
        : bars.slice(from, Math.min(to, from + query.limit));
    },
    follow(now, interval) {
      roll(now);
      const known = followed.get(interval);
      if (known !== undefined) return known;
      const current = tape
        .bars(now, { interval, startTime: null, endTime: null, limit: 1, offsetMs: 0 })
        .at(-1);
      if (current === undefined) return null;
      const bar = { ...current };
      followed.set(interval, bar);
      return bar;
    },
    span(now, from) {
      roll(now);
      const index = firstAtOrAfter(minutes, from);
      const first = minutes[index];
      if (first === undefined) return null;
      const sum: Bar = { ...first };
      for (const bar of minutes.slice(index + 1)) absorb(sum, bar);
      return sum;
    },
    day(now) {
      roll(now);
      const current = minutes.at(-1);
      if (current === undefined) return null;
      if (dayCache === null || dayCache.minute !== current.openTime) {
        const from = Math.max(0, firstAtOrAfter(minutes, current.openTime - DAY_MS + MINUTE_MS));
        const first = minutes[from] ?? current;
        const sum: Bar = { ...first };
        for (let index = from + 1; index < minutes.length - 1; index += 1) absorb(sum, minutes[index] ?? sum);
        const bar = from === minutes.length - 1 ? flatBar(current.openTime, current.open) : sum;
        dayCache = { minute: current.openTime, bar, previousClose: minutes[from - 1]?.close ?? first.open };
      }
      const bar: Bar = { ...dayCache.bar };
      absorb(bar, current);
      return { ...bar, openTime: now - DAY_MS, closeTime: now, previousClose: dayCache.previousClose };
    },
    snapshot: () => ({
      trades: trades.slice(-1_000).map((each) => toRow(tradeColumns, each)),
      aggregates: aggregates.slice(-1_000).map((each) => toRow(aggregateColumns, each)),
      nextAggregateId,
      lastTaker,
      minutes: minutes.slice(-1_500).map((each) => toRow(barColumns, each)),
      seconds: seconds.slice(-60).map((each) => toRow(barColumns, each)),
    }),
    restore(snapshot) {
      const state = snapshot as Record<
        'trades' | 'aggregates' | 'minutes' | 'seconds',
        readonly unknown[]
      > & {
        readonly nextAggregateId: number;
        readonly lastTaker: number;
      };
      trades = state.trades.map((each) => fromRow(tradeColumns, each));
      aggregates = state.aggregates.map((each) => fromRow(aggregateColumns, each));
      nextAggregateId = state.nextAggregateId;
      lastTaker = state.lastTaker;
      const live = state.minutes.map((each): Bar => fromRow(barColumns, each));
      const firstLive = live[0]?.openTime ?? Infinity;
      minutes = [...minutes.filter((bar) => bar.openTime < firstLive), ...live];
      seconds = state.seconds.map((each) => fromRow(barColumns, each));
      followed.clear();
      dayCache = null;
    },
  };
  return tape;
}

/** History knows no taker side: half of the volume is taken as bought. */
function fromCandle(candle: Candle): Bar {
  return {
    openTime: candle.openTime,
    open: candle.open,
    high: candle.high,
    low: candle.low,
    close: candle.close,
    volume: candle.volume,
    quoteVolume: candle.quoteVolume,
    takerVolume: candle.volume / 2n,
    takerQuoteVolume: candle.quoteVolume / 2n,
    trades: candle.trades,
    firstId: -1,
    lastId: -1,
  };
}

/** Index of the first bar that opens at or after `time`; bars are in order. */
function firstAtOrAfter(bars: readonly Bar[], time: number): number {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const bar = bars[middle];
    if (bar !== undefined && bar.openTime < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
