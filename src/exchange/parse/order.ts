/**
 * Orders as the exchange writes them over REST: the FULL answer to a new order, the answer to a
 * cancel, and queries. Unknown words are kept and flagged, never a crash (failure 24); the order's
 * own client id is taken, not the cancel request's (failure 20).
 */
import { ZERO_PRICE, type AssetAmount, type Notional, type Price, type Quantity } from '../../core/money.ts';
import type { ExchangeFill, ExchangeOrder, ExchangeOrderStatus, Side } from '../../core/ports/gateway.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { fieldsOf, isJson, type Fields } from './fields.ts';

export type ParsedOrder = { readonly order: ExchangeOrder; readonly fills: readonly ExchangeFill[] };

const statuses: Readonly<Record<string, ExchangeOrderStatus>> = {
  NEW: 'NEW',
  PENDING_NEW: 'NEW',
  PARTIALLY_FILLED: 'PARTIALLY_FILLED',
  FILLED: 'FILLED',
  CANCELED: 'CANCELED',
  REJECTED: 'REJECTED',
  EXPIRED: 'EXPIRED',
  EXPIRED_IN_MATCH: 'EXPIRED',
};

export function statusOf(raw: string): ExchangeOrderStatus {
  return Object.hasOwn(statuses, raw) ? (statuses[raw] ?? 'OTHER') : 'OTHER';
}

export function sideOf(fields: Fields, key: string): Side {
  const side = fields.text(key);
  if (side !== 'BUY' && side !== 'SELL') fields.fail(`"${key}" is neither BUY nor SELL`);
  return side === 'SELL' ? 'SELL' : 'BUY';
}

/** An order from a REST body; the error says which field could not be read. */
export function parseOrder(body: unknown): Result<ParsedOrder, string> {
  if (!isJson(body)) return err('an order is not an object');
  const fields = fieldsOf(body);
  const rawStatus = fields.text('status');
  const time = fields.integerOr('transactTime', fields.integerOr('updateTime', fields.integerOr('time', -1)));
  if (time < 0) fields.fail('an order has no time');
  const cancelled = fields.textOr('origClientOrderId', '');
  const order: ExchangeOrder = {
    symbol: fields.text('symbol'),
    clientOrderId: cancelled === '' ? fields.text('clientOrderId') : cancelled,
    exchangeOrderId: fields.integer('orderId'),
    side: sideOf(fields, 'side'),
    type: fields.text('type'),
    status: statusOf(rawStatus),
    rawStatus,
    quantity: fields.amount<Quantity>('origQty'),
    executedQuantity: fields.amount<Quantity>('executedQty'),
    cumulativeQuote: fields.amount<Notional>('cummulativeQuoteQty'),
    price: fields.amount<Price>('price'),
    stopPrice: fields.amountOr<Price>('stopPrice', ZERO_PRICE),
    exchangeTime: time,
  };
  const fills = parseFills(body['fills'], time, fields);
  const problem = fields.problem();
  return problem === null ? ok({ order, fills }) : err(problem);
}

/** Fills told with the order's own answer: all of them took liquidity. */
function parseFills(raw: unknown, exchangeTime: number, into: Fields): readonly ExchangeFill[] {
  if (raw === undefined) return [];
  if (!Array.isArray(raw)) {
    into.fail('"fills" is not a list');
    return [];
  }
  return raw.map((each: unknown): ExchangeFill => {
    const fields = fieldsOf(isJson(each) ? each : {});
    const fill: ExchangeFill = {
      tradeId: fields.integer('tradeId'),
      price: fields.amount<Price>('price'),
      quantity: fields.amount<Quantity>('qty'),
      fee: fields.amount<AssetAmount>('commission'),
      feeAsset: fields.text('commissionAsset'),
      isMaker: false,
      exchangeTime,
    };
    const problem = fields.problem();
    if (problem !== null) into.fail(`a fill: ${problem}`);
    return fill;
  });
}

/** Do these fills account for everything the order executed? */
export function isComplete(parsed: ParsedOrder): boolean {
  let total = 0n;
  for (const fill of parsed.fills) total += fill.quantity;
  return total === parsed.order.executedQuantity;
}
