/** The account's own trades from `myTrades`. */
import type { AssetAmount, Price, Quantity } from '../../core/money.ts';
import type { ExchangeTrade } from '../../core/ports/gateway.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { fieldsOf, isJson } from './fields.ts';

/** All rows in the order given, or the first problem. */
export function parseTrades(body: unknown): Result<readonly ExchangeTrade[], string> {
  if (!Array.isArray(body)) return err('trades are not a list');
  const trades: ExchangeTrade[] = [];
  for (const row of body as readonly unknown[]) {
    const fields = fieldsOf(isJson(row) ? row : {});
    trades.push({
      symbol: fields.text('symbol'),
      exchangeOrderId: fields.integer('orderId'),
      side: fields.flag('isBuyer') ? 'BUY' : 'SELL',
      tradeId: fields.integer('id'),
      price: fields.amount<Price>('price'),
      quantity: fields.amount<Quantity>('qty'),
      fee: fields.amount<AssetAmount>('commission'),
      feeAsset: fields.text('commissionAsset'),
      isMaker: fields.flag('isMaker'),
      exchangeTime: fields.integer('time'),
    });
    const problem = fields.problem();
    if (problem !== null) return err(`a trade: ${problem}`);
  }
  return ok(trades);
}
