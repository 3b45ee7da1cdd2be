/**
 * One-minute candles of what a replay passes over before its start, so that charts and indicators are
 * warm: in the recording's own time, oldest first, no more than the exchange keeps.
 */
import { notionalFloor, type Price, type Quantity } from '../../core/money.ts';
import type { Candle } from '../../core/ports/market-feed.ts';
import { MINUTE_MS } from '../../core/time.ts';

export interface MinuteCandles {
  /** A trade at recording time `time` (ms). */
  trade(time: number, price: Price, quantity: Quantity): void;
  /** A whole minute as recorded. */
  minute(openTime: number, figures: Pick<Candle, 'open' | 'high' | 'low' | 'close' | 'volume'>): void;
  candles(): readonly Candle[];
}

const MOST = 1_000;

export function createMinuteCandles(): MinuteCandles {
  let kept: Candle[] = [];

  function add(candle: Candle): void {
    kept.push(candle);
    if (kept.length > 2 * MOST) kept = kept.slice(-MOST);
  }

  return {
    trade(time, price, quantity) {
      const openTime = Math.floor(time / MINUTE_MS) * MINUTE_MS;
      const last = kept.at(-1);
      if (last?.openTime !== openTime) {
        add(candleOf(openTime, { open: price, high: price, low: price, close: price, volume: quantity }, 1));
        return;
      }
      kept[kept.length - 1] = {
        ...last,
        high: price > last.high ? price : last.high,
        low: price < last.low ? price : last.low,
        close: price,
        volume: (last.volume + quantity) as Quantity,
        quoteVolume: (last.quoteVolume + notionalFloor(price, quantity)) as Candle['quoteVolume'],
        trades: last.trades + 1,
      };
    },
    // How many trades a recorded minute had is not in every recording: one stands for them.
    minute: (openTime, figures) => add(candleOf(openTime, figures, figures.volume > 0n ? 1 : 0)),
    candles: () => kept.slice(-MOST),
  };
}

function candleOf(
  openTime: number,
  figures: Pick<Candle, 'open' | 'high' | 'low' | 'close' | 'volume'>,
  trades: number,
): Candle {
  return {
    openTime,
    closeTime: openTime + MINUTE_MS - 1,
    ...figures,
    quoteVolume: notionalFloor(figures.close, figures.volume),
    trades,
  };
}
