/**
 * One symbol's rolling window of one-minute candles. A minute the candle stream has spoken about
 * belongs to that stream; minutes it has not reached are built from trades, so that nothing waits
 * for a stream that is late or absent. Longer intervals are aggregated on demand.
 */
import { notionalFloor, larger, smaller, type Notional, type Quantity } from '../core/money.ts';
import type { Candle, CandleUpdate, TradeTick } from '../core/ports/market-feed.ts';
import { MINUTE_MS } from '../core/time.ts';

export interface CandleWindow {
  /** Takes a candle of the stream or of history, in any order; returns true when it closed a minute for the first time. */
  apply(update: CandleUpdate): boolean;
  /** Returns true when this trade opened a new minute and so closed the one before. */
  trade(tick: TradeTick): boolean;
  /** Closed candles, oldest first, at most the limit. A live view: valid until the next update. */
  closed(): readonly Candle[];
  /** The minute still running, or null. */
  forming(): Candle | null;
}

/** Keeps the newest `limit` closed candles. */
export function createCandleWindow(limit: number): CandleWindow {
  const closed: Candle[] = [];
  let forming: Candle | null = null;
  /** True when the stream, not trades, speaks for the forming minute. */
  let streamed = false;

  /** Puts a finished minute in its place; true when it is new. */
  function close(candle: Candle): boolean {
    let at = closed.length;
    while (at > 0 && (closed[at - 1]?.openTime ?? 0) > candle.openTime) at -= 1;
    if (closed[at - 1]?.openTime === candle.openTime) {
      closed[at - 1] = candle;
      return false;
    }
    if (closed.length >= limit && at === 0) return false;
    closed.splice(at, 0, candle);
    if (closed.length > limit) closed.shift();
    return true;
  }

  return {
    apply(update: CandleUpdate): boolean {
      const { candle } = update;
      if (update.closed) {
        if (forming !== null && forming.openTime <= candle.openTime) {
          // A forming minute that is older than this one will hear no more.
          if (forming.openTime < candle.openTime) close(forming);
          forming = null;
        }
        return close(candle);
      }
      const newest = closed.at(-1)?.openTime ?? -1;
      if (candle.openTime <= newest || (forming !== null && candle.openTime < forming.openTime)) return false;
      const before = forming;
      forming = candle;
      streamed = true;
      return before !== null && before.openTime < candle.openTime && close(before);
    },
    trade(tick: TradeTick): boolean {
      const openTime = Math.floor(tick.exchangeTime / MINUTE_MS) * MINUTE_MS;
      if (forming !== null && forming.openTime === openTime) {
        if (!streamed) forming = extended(forming, tick);
        return false;
      }
      if (openTime < (forming?.openTime ?? 0) || openTime <= (closed.at(-1)?.openTime ?? -1)) return false;
      const before = forming;
      forming = opened(openTime, tick);
      streamed = false;
      return before !== null && close(before);
    },
    closed: () => closed,
    forming: () => forming,
  };
}

function opened(openTime: number, tick: TradeTick): Candle {
  return {
    openTime,
    closeTime: openTime + MINUTE_MS - 1,
    open: tick.price,
    high: tick.price,
    low: tick.price,
    close: tick.price,
    volume: tick.quantity,
    quoteVolume: notionalFloor(tick.price, tick.quantity),
    trades: 1,
  };
}

function extended(candle: Candle, tick: TradeTick): Candle {
  return {
    openTime: candle.openTime,
    closeTime: candle.closeTime,
    open: candle.open,
    high: larger(candle.high, tick.price),
    low: smaller(candle.low, tick.price),
    close: tick.price,
    volume: (candle.volume + tick.quantity) as Quantity,
    quoteVolume: (candle.quoteVolume + notionalFloor(tick.price, tick.quantity)) as Notional,
    trades: candle.trades + 1,
  };
}

/**
 * Candles of a longer interval, aligned to whole intervals of UTC, oldest first. Missing minutes are
 * left out as the exchange leaves them out; the last candle is unfinished unless its last minute is there.
 */
export function aggregateCandles(minutes: readonly Candle[], intervalMs: number): readonly Candle[] {
  const result: Candle[] = [];
  for (const minute of minutes) {
    const openTime = Math.floor(minute.openTime / intervalMs) * intervalMs;
    const last = result.at(-1);
    if (last === undefined || last.openTime !== openTime) {
      result.push({ ...minute, openTime, closeTime: openTime + intervalMs - 1 });
      continue;
    }
    result[result.length - 1] = {
      ...last,
      high: larger(last.high, minute.high),
      low: smaller(last.low, minute.low),
      close: minute.close,
      volume: (last.volume + minute.volume) as Quantity,
      quoteVolume: (last.quoteVolume + minute.quoteVolume) as Notional,
      trades: last.trades + minute.trades,
    };
  }
  return result;
}
