/**
 * `executionReport` of the user stream. The order's own id is `c`, except when a cancel is reported:
 * there `c` is the cancel request's id and `C` the order's (failure 20). Unknown words survive as
 * OTHER (failure 24).
 */
import type { AssetAmount, Notional, Price, Quantity } from '../../core/money.ts';
import type { ExchangeFill } from '../../core/ports/gateway.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { fieldsOf, type Json } from './fields.ts';
import { sideOf, statusOf, type ParsedOrder } from './order.ts';

/** The order as this report shows it, and the one fill it tells of, if it does. */
export function parseExecutionReport(event: Json): Result<ParsedOrder, string> {
  const fields = fieldsOf(event);
  const execution = fields.text('x');
  const rawStatus = fields.text('X');
  const original = fields.textOr('C', '');
  const ofCancel = (execution === 'CANCELED' || execution === 'REPLACED') && original !== '';
  const exchangeTime = fields.integer('T');
  const fills: ExchangeFill[] = [];
  if (execution === 'TRADE') {
    fills.push({
      tradeId: fields.integer('t'),
      price: fields.amount<Price>('L'),
      quantity: fields.amount<Quantity>('l'),
      fee: fields.amount<AssetAmount>('n'),
      feeAsset: fields.textOr('N', ''),
      isMaker: fields.flag('m'),
      exchangeTime,
    });
  }
  const parsed: ParsedOrder = {
    order: {
      symbol: fields.text('s'),
      clientOrderId: ofCancel ? original : fields.text('c'),
      exchangeOrderId: fields.integer('i'),
      side: sideOf(fields, 'S'),
      type: fields.text('o'),
      status: statusOf(rawStatus),
      rawStatus,
      quantity: fields.amount<Quantity>('q'),
      executedQuantity: fields.amount<Quantity>('z'),
      cumulativeQuote: fields.amount<Notional>('Z'),
      price: fields.amount<Price>('p'),
      stopPrice: fields.amount<Price>('P'),
      exchangeTime,
    },
    fills,
  };
  const problem = fields.problem();
  return problem === null ? ok(parsed) : err(problem);
}
