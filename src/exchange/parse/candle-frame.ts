/** A one-minute candle in the making or just closed (`@kline_1m`). */
import type { Notional, Price, Quantity } from '../../core/money.ts';
import type { Candle, CandleUpdate } from '../../core/ports/market-feed.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { fieldsOf, isJson, type Json } from './fields.ts';

/** The candle; one whose prices are not positive or whose high and low do not enclose it is unreadable. */
export function parseCandleFrame(
  data: Json,
  symbol: string,
  receivedAt: number,
): Result<CandleUpdate, string> {
  const kline = data['k'];
  if (!isJson(kline)) return err('"k" is missing');
  const fields = fieldsOf(kline);
  const candle: Candle = {
    openTime: fields.integer('t'),
    closeTime: fields.integer('T'),
    open: fields.amount<Price>('o'),
    high: fields.amount<Price>('h'),
    low: fields.amount<Price>('l'),
    close: fields.amount<Price>('c'),
    volume: fields.amount<Quantity>('v'),
    quoteVolume: fields.amount<Notional>('q'),
    trades: fields.integer('n'),
  };
  const closed = fields.flag('x');
  const problem = fields.problem();
  if (problem !== null) return err(problem);
  const { open, high, low, close } = candle;
  if (low <= 0n || low > open || low > close || high < open || high < close) {
    return err('high and low do not enclose open and close');
  }
  return ok({ kind: 'candle', symbol, interval: '1m', candle, closed, receivedAt });
}
