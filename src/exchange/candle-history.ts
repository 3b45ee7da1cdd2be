/**
 * One-minute candles from before the stream: charts and indicators are warm from the first second, and
 * minutes and trades missed while a stream was down are filled in (domain rules: missed data is
 * fetched over REST). Best effort: what cannot be read is left to the stream.
 */
import type { Candle, CandleUpdate, TradeTick } from '../core/ports/market-feed.ts';
import type { Notional, Price, Quantity } from '../core/money.ts';
import type { Timers } from '../core/ports/timers.ts';
import { err, ok, type Result } from '../core/result.ts';
import { askQuery, readOutcome, type Asking } from './order-lookup.ts';
import { fieldsOf, isJson } from './parse/fields.ts';

/** Four hours: what the console's chart shows. */
const MINUTES = 240;
const KLINES_WEIGHT = 2;
const TRADES_WEIGHT = 25;

/** Closed candles of the last hours, oldest first; empty when they cannot be had. */
export async function candleHistory(
  asking: Asking,
  symbol: string,
  timers: Timers,
  exchangeNow: () => number,
): Promise<readonly CandleUpdate[]> {
  const outcome = await askQuery(asking, KLINES_WEIGHT, { name: 'candles', symbol, limit: MINUTES });
  const candles = readOutcome(outcome, parseCandles);
  if (!candles.ok) return [];
  const now = exchangeNow();
  const receivedAt = timers.monotonic();
  return candles.value
    .filter((candle) => candle.closeTime < now)
    .map((candle) => ({ kind: 'candle', symbol, interval: '1m', candle, closed: true, receivedAt }));
}

/** Public trades from `fromId` on, at most a thousand; empty when they cannot be had. */
export async function missedTrades(
  asking: Asking,
  symbol: string,
  fromId: number,
  timers: Timers,
): Promise<readonly TradeTick[]> {
  const outcome = await askQuery(asking, TRADES_WEIGHT, { name: 'publicTrades', symbol, fromId });
  const trades = readOutcome(outcome, (body) => parsePublicTrades(body, symbol, timers.monotonic()));
  return trades.ok ? trades.value : [];
}

function parsePublicTrades(
  body: unknown,
  symbol: string,
  receivedAt: number,
): Result<readonly TradeTick[], string> {
  if (!Array.isArray(body)) return err('trades are not a list');
  const trades: TradeTick[] = [];
  for (const row of body as readonly unknown[]) {
    const fields = fieldsOf(isJson(row) ? row : {});
    trades.push({
      kind: 'trade',
      symbol,
      tradeId: fields.integer('id'),
      price: fields.amount<Price>('price'),
      quantity: fields.amount<Quantity>('qty'),
      buyerIsMaker: fields.flag('isBuyerMaker'),
      exchangeTime: fields.integer('time'),
      receivedAt,
    });
    const problem = fields.problem();
    if (problem !== null) return err(`a trade: ${problem}`);
  }
  return ok(trades);
}

/** Rows of `klines`: arrays in the documented order. The first malformed row refuses them all. */
export function parseCandles(body: unknown): Result<readonly Candle[], string> {
  if (!Array.isArray(body)) return err('candles are not a list');
  const candles: Candle[] = [];
  for (const row of body as readonly unknown[]) {
    const fields = fieldsOf(
      Array.isArray(row) ? Object.fromEntries((row as readonly unknown[]).entries()) : {},
    );
    const candle: Candle = {
      openTime: fields.integer('0'),
      closeTime: fields.integer('6'),
      open: fields.amount<Price>('1'),
      high: fields.amount<Price>('2'),
      low: fields.amount<Price>('3'),
      close: fields.amount<Price>('4'),
      volume: fields.amount<Quantity>('5'),
      quoteVolume: fields.amount<Notional>('7'),
      trades: fields.integer('8'),
    };
    const problem = fields.problem();
    if (problem !== null) return err(`a candle: ${problem}`);
    if (candle.low <= 0n || candle.high < candle.low) return err('a candle: high and low do not enclose it');
    candles.push(candle);
  }
  return ok(candles);
}
