/**
 * Candles for tests. The made file holds 600 one-minute candles from a seeded walk with slow swings
 * (no recording of any market), small enough to ship.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixedFromNumber, price, quantity, ZERO_NOTIONAL, type Price } from '../../src/core/money.ts';
import type { Candle, CandleUpdate } from '../../src/core/ports/market-feed.ts';
import { MINUTE_MS } from '../../src/core/time.ts';

export const madeCandlesPath: string = join(
  import.meta.dirname,
  '..',
  'fixtures',
  'candles',
  'BTCUSDT-1m-made.csv',
);

/** The made candles as the feed would give them. */
export function madeCandles(): readonly Candle[] {
  const [, ...rows] = readFileSync(madeCandlesPath, 'utf8').trim().split('\n');
  return rows.map((row) => {
    const [openTime, open, high, low, close, volume] = row.split(',');
    return {
      openTime: Number(openTime),
      closeTime: Number(openTime) + MINUTE_MS - 1,
      open: price(open ?? ''),
      high: price(high ?? ''),
      low: price(low ?? ''),
      close: price(close ?? ''),
      volume: quantity(volume ?? ''),
      quoteVolume: ZERO_NOTIONAL,
      trades: 1,
    };
  });
}

/** A flat candle at `close`. */
export function candleAt(openTime: number, close: number): Candle {
  const at = fixedFromNumber<Price>(close);
  return {
    openTime,
    closeTime: openTime + MINUTE_MS - 1,
    open: at,
    high: at,
    low: at,
    close: at,
    volume: quantity('1'),
    quoteVolume: ZERO_NOTIONAL,
    trades: 1,
  };
}

export function closedCandle(symbol: string, candle: Candle): CandleUpdate {
  return { kind: 'candle', symbol, interval: '1m', candle, closed: true, receivedAt: candle.closeTime };
}
