/** Payloads of the market streams other than the book's, written as text: the hot path of the exchange. */
import { eightPlaces, percent } from './decimals.ts';
import { type Bar, closeTimeOf, type Interval } from './intervals.ts';
import { firstTradeOf, type TimeUnit, weightedAverage } from './render.ts';
import type { AggregateTrade, TapeTrade } from './tape-rows.ts';
import type { DayStatistics } from './tape.ts';

export function tradePayload(symbol: string, trade: TapeTrade, unit: TimeUnit): string {
  return `{"e":"trade","E":${trade.time * unit},"s":"${symbol}","t":${trade.tradeId},"p":"${eightPlaces(trade.price)}","q":"${eightPlaces(trade.quantity)}","T":${trade.time * unit},"m":${trade.buyerIsMaker},"M":true}`;
}

export function aggregatePayload(symbol: string, trade: AggregateTrade, now: number, unit: TimeUnit): string {
  return `{"e":"aggTrade","E":${now * unit},"s":"${symbol}","a":${trade.aggregateId},"p":"${eightPlaces(trade.price)}","q":"${eightPlaces(trade.quantity)}","f":${trade.firstId},"l":${trade.lastId},"T":${trade.time * unit},"m":${trade.buyerIsMaker},"M":true}`;
}

export type BestPrices = {
  readonly updateId: number;
  readonly bidPrice: bigint;
  readonly bidQuantity: bigint;
  readonly askPrice: bigint;
  readonly askQuantity: bigint;
};

export function bookTickerPayload(symbol: string, best: BestPrices): string {
  return `{"u":${best.updateId},"s":"${symbol}","b":"${eightPlaces(best.bidPrice)}","B":"${eightPlaces(best.bidQuantity)}","a":"${eightPlaces(best.askPrice)}","A":"${eightPlaces(best.askQuantity)}"}`;
}

export function klinePayload(
  symbol: string,
  interval: Interval,
  bar: Bar,
  given: {
    readonly now: number;
    readonly unit: TimeUnit;
    readonly closed: boolean;
    readonly offsetMs: number;
  },
): string {
  const { now, unit } = given;
  const close = closeTimeOf(interval, bar.openTime, given.offsetMs);
  const closeTime = unit === 1 ? close : close * unit + 999;
  return `{"e":"kline","E":${now * unit},"s":"${symbol}","k":{"t":${bar.openTime * unit},"T":${closeTime},"s":"${symbol}","i":"${interval}","f":${bar.firstId},"L":${bar.lastId},"o":"${eightPlaces(bar.open)}","c":"${eightPlaces(bar.close)}","h":"${eightPlaces(bar.high)}","l":"${eightPlaces(bar.low)}","v":"${eightPlaces(bar.volume)}","n":${bar.trades},"x":${given.closed},"q":"${eightPlaces(bar.quoteVolume)}","V":"${eightPlaces(bar.takerVolume)}","Q":"${eightPlaces(bar.takerQuoteVolume)}","B":"0"}}`;
}

export function miniTickerPayload(symbol: string, day: DayStatistics, now: number, unit: TimeUnit): string {
  return `{"e":"24hrMiniTicker","E":${now * unit},"s":"${symbol}","c":"${eightPlaces(day.close)}","o":"${eightPlaces(day.open)}","h":"${eightPlaces(day.high)}","l":"${eightPlaces(day.low)}","v":"${eightPlaces(day.volume)}","q":"${eightPlaces(day.quoteVolume)}"}`;
}

export function tickerPayload(
  symbol: string,
  day: DayStatistics,
  given: {
    readonly now: number;
    readonly unit: TimeUnit;
    readonly best: BestPrices;
    readonly lastQuantity: bigint;
  },
): string {
  const { now, unit, best } = given;
  return `{"e":"24hrTicker","E":${now * unit},"s":"${symbol}","p":"${eightPlaces(day.close - day.open)}","P":"${percent(day.close - day.open, day.open)}","w":"${eightPlaces(weightedAverage(day))}","x":"${eightPlaces(day.previousClose)}","c":"${eightPlaces(day.close)}","Q":"${eightPlaces(given.lastQuantity)}","b":"${eightPlaces(best.bidPrice)}","B":"${eightPlaces(best.bidQuantity)}","a":"${eightPlaces(best.askPrice)}","A":"${eightPlaces(best.askQuantity)}","o":"${eightPlaces(day.open)}","h":"${eightPlaces(day.high)}","l":"${eightPlaces(day.low)}","v":"${eightPlaces(day.volume)}","q":"${eightPlaces(day.quoteVolume)}","O":${day.openTime * unit},"C":${day.closeTime * unit},"F":${firstTradeOf(day)},"L":${day.lastId},"n":${day.trades}}`;
}

export function windowTickerPayload(
  symbol: string,
  window: string,
  day: Bar,
  given: { readonly now: number; readonly unit: TimeUnit },
): string {
  const { now, unit } = given;
  return `{"e":"${window}Ticker","E":${now * unit},"s":"${symbol}","p":"${eightPlaces(day.close - day.open)}","P":"${percent(day.close - day.open, day.open)}","o":"${eightPlaces(day.open)}","h":"${eightPlaces(day.high)}","l":"${eightPlaces(day.low)}","c":"${eightPlaces(day.close)}","w":"${eightPlaces(weightedAverage(day))}","v":"${eightPlaces(day.volume)}","q":"${eightPlaces(day.quoteVolume)}","O":${day.openTime * unit},"C":${now * unit},"F":${firstTradeOf(day)},"L":${day.lastId},"n":${day.trades}}`;
}

export function averagePricePayload(
  symbol: string,
  given: {
    readonly minutes: number;
    readonly price: bigint;
    readonly lastTradeTime: number;
    readonly now: number;
    readonly unit: TimeUnit;
  },
): string {
  return `{"e":"avgPrice","E":${given.now * given.unit},"s":"${symbol}","i":"${given.minutes}m","w":"${eightPlaces(given.price)}","T":${given.lastTradeTime * given.unit}}`;
}
