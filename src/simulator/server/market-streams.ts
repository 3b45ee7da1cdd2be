/**
 * Publishes market streams to whoever subscribed, and computes nothing nobody listens to: the clocks
 * for book and candle streams run only while such a stream has a subscriber. Ticks stand on whole
 * tenths of seconds and seconds of exchange time, so the same run gives the same frames.
 */
import type { Cancel, Timers } from '../../core/ports/timers.ts';
import type { Venue } from '../matching/venue-api.ts';
import { createDepthFeed, type DepthFeed, diffPayload, partialPayload } from './depth-streams.ts';
import { type Bar, type Interval, openTimeOf } from './intervals.ts';
import type { TimeUnit } from './render.ts';
import { parseStreamName, type StreamKind } from './stream-names.ts';
import {
  aggregatePayload,
  averagePricePayload,
  type BestPrices,
  bookTickerPayload,
  klinePayload,
  miniTickerPayload,
  tickerPayload,
  tradePayload,
  windowTickerPayload,
} from './stream-payloads.ts';
import type { AggregateTrade, TapeTrade } from './tape-rows.ts';
import type { Tape } from './tape.ts';

export type Subscriber = {
  readonly unit: TimeUnit;
  deliver(stream: string, payload: string): void;
};

export interface MarketStreams {
  /** Null when the name has no stream's form. */
  subscribe(name: string, subscriber: Subscriber): StreamKind | null;
  unsubscribe(name: string, subscriber: Subscriber): void;
  traded(symbol: string, trade: TapeTrade): void;
  /** An aggregate trade is complete: its order has no more trades at this price. */
  aggregated(symbol: string, aggregate: AggregateTrade): void;
  /** To be called after every change of the venue: best prices are published as they change. */
  changed(): void;
  stop(): void;
}

type Channel = {
  readonly name: string;
  readonly kind: StreamKind;
  readonly subscribers: Set<Subscriber>;
  /** What was last published, to tell whether anything is new. */
  lastUpdate: number;
  best: BestPrices | null;
  barTrades: number;
  barOpenTime: number;
};

type Source = {
  readonly venue: Venue;
  readonly timers: Timers;
  now(): number;
  tape(symbol: string): Tape;
  /** Diffs and partial books pass here (faults may drop or delay them). */
  readonly depthFilter: (symbol: string, delta: 'diff' | 'partial') => boolean;
};

const FAST_MS = 100;
const SLOW_MS = 1_000;
const KLINE_MS = 2_000;

export function createMarketStreams(source: Source): MarketStreams {
  const { venue, timers } = source;
  const channels = new Map<string, Channel>();
  const feeds = new Map<string, DepthFeed>();
  let tickTimer: Cancel | null = null;
  let tickEveryMs = Infinity;

  function publish(channel: Channel, payload: (unit: TimeUnit) => string): void {
    let milli: string | null = null;
    let micro: string | null = null;
    for (const subscriber of channel.subscribers) {
      const text = subscriber.unit === 1 ? (milli ??= payload(1)) : (micro ??= payload(1_000));
      subscriber.deliver(channel.name, text);
    }
  }

  function neededEveryMs(): number {
    let every = Infinity;
    for (const { kind } of channels.values()) {
      switch (kind.kind) {
        case 'diffDepth':
        case 'partialDepth':
          every = Math.min(every, FAST_MS);
          break;
        case 'kline':
        case 'miniTicker':
        case 'ticker':
        case 'windowTicker':
        case 'avgPrice':
        case 'allMiniTickers':
        case 'allWindowTickers':
          every = Math.min(every, SLOW_MS);
          break;
        default:
      }
    }
    return every;
  }

  function schedule(): void {
    const every = neededEveryMs();
    if (every === tickEveryMs && tickTimer !== null) return;
    tickTimer?.();
    tickTimer = null;
    tickEveryMs = every;
    if (every === Infinity) return;
    const now = source.now();
    tickTimer = timers.after(Math.floor(now / every) * every + every - now, tick);
  }

  function tick(): void {
    tickTimer = null;
    const now = source.now();
    // A real timer may fire a little early or late: the tick meant is the nearest one.
    const at = Math.round(now / tickEveryMs) * tickEveryMs;
    if (tickEveryMs === FAST_MS) for (const feed of feeds.values()) feed.collect();
    for (const channel of channels.values()) tickChannel(channel, now, at);
    schedule();
  }

  function tickChannel(channel: Channel, now: number, at: number): void {
    const { kind } = channel;
    const onSecond = at % SLOW_MS === 0;
    switch (kind.kind) {
      case 'diffDepth':
        if (kind.everyMs === FAST_MS || onSecond) tickDiff(channel, kind.symbol, kind.everyMs, now);
        break;
      case 'partialDepth':
        if (kind.everyMs === FAST_MS || onSecond) tickPartial(channel, kind.symbol, kind.levels);
        break;
      case 'kline':
        if (onSecond) tickKline(channel, kind, now, at);
        break;
      default:
        if (onSecond) tickStatistics(channel, now);
    }
  }

  function tickDiff(channel: Channel, symbol: string, everyMs: number, now: number): void {
    const feed = feeds.get(symbol);
    const delta = everyMs === FAST_MS ? (feed?.fast ?? null) : (feed?.takeSlow() ?? null);
    if (delta === null || !source.depthFilter(symbol, 'diff')) return;
    publish(channel, (unit) => diffPayload(symbol, delta, now, unit));
  }

  function tickPartial(channel: Channel, symbol: string, count: number): void {
    if (venue.symbol(symbol) === null || !source.depthFilter(symbol, 'partial')) return;
    const book = venue.depth(symbol, count);
    if (book.lastUpdateId === channel.lastUpdate) return;
    channel.lastUpdate = book.lastUpdateId;
    publish(channel, () => partialPayload(book));
  }

  function tickKline(
    channel: Channel,
    kind: Extract<StreamKind, { kind: 'kline' }>,
    now: number,
    at: number,
  ): void {
    if (venue.symbol(kind.symbol) === null) return;
    const send = (bar: Bar, closed: boolean): void => {
      publish(channel, (unit) =>
        klinePayload(kind.symbol, kind.interval, bar, { now, unit, closed, offsetMs: kind.offsetMs }),
      );
    };
    const current = currentBar(kind.symbol, kind.interval, kind.offsetMs, now);
    if (current === null) return;
    if (channel.barOpenTime < current.openTime) {
      for (const bar of closedBars(kind, channel.barOpenTime, current.openTime, now)) send(bar, true);
      channel.barTrades = -1;
    }
    channel.barOpenTime = current.openTime;
    if (kind.interval !== '1s' && at % KLINE_MS !== 0) return;
    if (current.trades === channel.barTrades) return;
    channel.barTrades = current.trades;
    send(current, false);
  }

  function currentBar(symbol: string, interval: Interval, offsetMs: number, now: number): Bar | null {
    if (offsetMs === 0) return source.tape(symbol).follow(now, interval);
    return (
      source
        .tape(symbol)
        .bars(now, { interval, startTime: null, endTime: null, limit: 1, offsetMs })
        .at(-1) ?? null
    );
  }

  function closedBars(
    kind: Extract<StreamKind, { kind: 'kline' }>,
    from: number,
    before: number,
    now: number,
  ): readonly Bar[] {
    const query = {
      interval: kind.interval,
      startTime: from,
      endTime: before - 1,
      limit: 100,
      offsetMs: kind.offsetMs,
    };
    return source.tape(kind.symbol).bars(now, query);
  }

  function tickStatistics(channel: Channel, now: number): void {
    const { kind } = channel;
    switch (kind.kind) {
      case 'miniTicker':
      case 'ticker': {
        const day = venue.symbol(kind.symbol) === null ? null : source.tape(kind.symbol).day(now);
        if (day === null) return;
        const lastQuantity = source.tape(kind.symbol).lastTrade?.quantity ?? 0n;
        publish(channel, (unit) =>
          kind.kind === 'ticker'
            ? tickerPayload(kind.symbol, day, { now, unit, best: bestOf(kind.symbol), lastQuantity })
            : miniTickerPayload(kind.symbol, day, now, unit),
        );
        return;
      }
      case 'allMiniTickers': {
        const days = venue.symbols().flatMap(({ symbol }) => {
          const day = source.tape(symbol).day(now);
          return day === null ? [] : [{ symbol, day }];
        });
        if (days.length > 0)
          publish(
            channel,
            (unit) =>
              `[${days.map(({ symbol, day }) => miniTickerPayload(symbol, day, now, unit)).join(',')}]`,
          );
        return;
      }
      case 'windowTicker':
        tickWindow(channel, kind.symbol, kind.window, now);
        return;
      case 'allWindowTickers':
        tickAllWindows(channel, kind.window, now);
        return;
      case 'avgPrice':
        tickAverage(channel, kind.symbol, now);
        return;
      default:
    }
  }

  function windowOf(symbol: string, window: '1h' | '4h' | '1d', now: number): Bar | null {
    const hours = window === '1h' ? 1 : window === '4h' ? 4 : 24;
    const openTime = openTimeOf('1m', now - hours * 3_600_000);
    const bar = source.tape(symbol).span(now, openTime);
    return bar === null ? null : { ...bar, openTime };
  }

  function tickWindow(channel: Channel, symbol: string, window: '1h' | '4h' | '1d', now: number): void {
    const bar = venue.symbol(symbol) === null ? null : windowOf(symbol, window, now);
    if (bar !== null) publish(channel, (unit) => windowTickerPayload(symbol, window, bar, { now, unit }));
  }

  function tickAllWindows(channel: Channel, window: '1h' | '4h' | '1d', now: number): void {
    const bars = venue.symbols().flatMap(({ symbol }) => {
      const bar = windowOf(symbol, window, now);
      return bar === null ? [] : [{ symbol, bar }];
    });
    if (bars.length === 0) return;
    publish(channel, (unit) => {
      const texts = bars.map(({ symbol, bar }) => windowTickerPayload(symbol, window, bar, { now, unit }));
      return `[${texts.join(',')}]`;
    });
  }

  function tickAverage(channel: Channel, symbol: string, now: number): void {
    const spec = venue.symbol(symbol);
    const price = spec === null ? null : venue.averagePrice(now, symbol);
    if (spec === null || price === null) return;
    const lastTradeTime = source.tape(symbol).lastTrade?.time ?? now;
    publish(channel, (unit) =>
      averagePricePayload(symbol, { minutes: spec.averagePriceMinutes, price, lastTradeTime, now, unit }),
    );
  }

  function bestOf(symbol: string): BestPrices {
    const book = venue.depth(symbol, 1);
    const bid = book.bids[0];
    const ask = book.asks[0];
    return {
      updateId: book.lastUpdateId,
      bidPrice: bid?.price ?? 0n,
      bidQuantity: bid?.quantity ?? 0n,
      askPrice: ask?.price ?? 0n,
      askQuantity: ask?.quantity ?? 0n,
    };
  }

  function sameBest(one: BestPrices, other: BestPrices): boolean {
    return (
      one.bidPrice === other.bidPrice &&
      one.bidQuantity === other.bidQuantity &&
      one.askPrice === other.askPrice &&
      one.askQuantity === other.askQuantity
    );
  }

  function followDepth(symbol: string): void {
    const follows = [...channels.values()].some(
      ({ kind }) => kind.kind === 'diffDepth' && kind.symbol === symbol,
    );
    if (!follows) {
      feeds.delete(symbol);
    } else if (!feeds.has(symbol) && venue.symbol(symbol) !== null) {
      const feed = createDepthFeed(venue, symbol);
      feed.reset();
      feeds.set(symbol, feed);
    }
  }

  const bookTickers = new Set<Channel>();

  return {
    subscribe(name, subscriber) {
      const kind = parseStreamName(name);
      if (kind === null) return null;
      let channel = channels.get(name);
      if (channel === undefined) {
        channel = {
          name,
          kind,
          subscribers: new Set(),
          lastUpdate: -1,
          best: null,
          barTrades: -1,
          barOpenTime: kind.kind === 'kline' ? openTimeOf(kind.interval, source.now(), kind.offsetMs) : -1,
        };
        channels.set(name, channel);
        if (kind.kind === 'bookTicker' && venue.symbol(kind.symbol) !== null) bookTickers.add(channel);
        if (kind.kind === 'diffDepth') followDepth(kind.symbol);
      }
      channel.subscribers.add(subscriber);
      // A newcomer gets the current picture with the next tick even when nothing has moved.
      channel.lastUpdate = -1;
      channel.barTrades = -1;
      channel.best = null;
      schedule();
      return kind;
    },
    unsubscribe(name, subscriber) {
      const channel = channels.get(name);
      if (channel === undefined || !channel.subscribers.delete(subscriber) || channel.subscribers.size > 0)
        return;
      channels.delete(name);
      bookTickers.delete(channel);
      if (channel.kind.kind === 'diffDepth') followDepth(channel.kind.symbol);
      schedule();
    },
    traded(symbol, trade) {
      const channel = channels.get(`${symbol.toLowerCase()}@trade`);
      if (channel !== undefined) publish(channel, (unit) => tradePayload(symbol, trade, unit));
    },
    aggregated(symbol, aggregate) {
      const channel = channels.get(`${symbol.toLowerCase()}@aggTrade`);
      if (channel !== undefined)
        publish(channel, (unit) => aggregatePayload(symbol, aggregate, aggregate.time, unit));
    },
    changed() {
      for (const channel of bookTickers) {
        if (channel.kind.kind !== 'bookTicker') continue;
        const { symbol } = channel.kind;
        const best = bestOf(symbol);
        if (channel.best !== null && sameBest(channel.best, best)) continue;
        channel.best = best;
        publish(channel, () => bookTickerPayload(symbol, best));
      }
    },
    stop() {
      tickTimer?.();
      tickTimer = null;
      channels.clear();
      bookTickers.clear();
      feeds.clear();
    },
  };
}
