/** One market closely, for the Market view: its newest candles and the visible book. Pure reading, made on demand. */
import type { MarketDetail } from '../core/dashboard.ts';
import { formatFixed, toNumber } from '../core/money.ts';
import type { Candle, Level } from '../core/ports/market-feed.ts';
import type { MarketView } from '../market/market-view.ts';

const CANDLES_SHOWN = 240;
const LEVELS_SHOWN = 20;

export function marketDetail(view: MarketView, symbol: string): MarketDetail {
  const book = view.book(symbol);
  const forming = view.formingCandle(symbol);
  const closed = view.candles(symbol).slice(-CANDLES_SHOWN);
  return {
    symbol,
    candles: (forming === null ? closed : [...closed, forming]).map(candleFigures),
    bids: (book?.bids() ?? []).slice(0, LEVELS_SHOWN).map(levelText),
    asks: (book?.asks() ?? []).slice(0, LEVELS_SHOWN).map(levelText),
  };
}

function candleFigures(candle: Candle): MarketDetail['candles'][number] {
  return {
    at: candle.openTime,
    open: toNumber(candle.open),
    high: toNumber(candle.high),
    low: toNumber(candle.low),
    close: toNumber(candle.close),
    volume: toNumber(candle.volume),
  };
}

function levelText({ price, quantity }: Level): readonly [string, string] {
  return [formatFixed(price), formatFixed(quantity)];
}
