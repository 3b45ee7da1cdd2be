/**
 * The text of an order request: exactly the characters that are signed and sent (failure 4), with
 * amounts as plain decimals (failure 5). Written by hand instead of through ccxt because it lies on
 * the path from decision to wire; see docs/decisions for the measurement.
 */
import { invariant } from '../core/invariant.ts';
import { formatFixed } from '../core/money.ts';
import type { OrderListRequest, OrderRequest } from '../core/ports/gateway.ts';
import type { Signer } from './signer.ts';

export type OrderTextOptions = {
  readonly timestampMs: number;
  readonly recvWindowMs: number;
  readonly selfTradePreventionMode: string;
};

/** The unsigned parameters of a new order, percent-encoded, in the order they go on the wire. */
export function orderParameters(order: OrderRequest, options: OrderTextOptions): string {
  invariant(
    (order.quantity === null) !== (order.quoteQuantity === null),
    'an order gives exactly one of quantity and quote quantity',
  );
  let text = `symbol=${encoded(order.symbol)}&side=${order.side}&type=${order.type}`;
  if (order.timeInForce !== null) text += `&timeInForce=${order.timeInForce}`;
  if (order.quantity !== null) text += `&quantity=${formatFixed(order.quantity)}`;
  if (order.quoteQuantity !== null) text += `&quoteOrderQty=${formatFixed(order.quoteQuantity)}`;
  if (order.price !== null) text += `&price=${formatFixed(order.price)}`;
  if (order.stopPrice !== null) text += `&stopPrice=${formatFixed(order.stopPrice)}`;
  return `${text}&newClientOrderId=${encoded(order.clientOrderId)}${common(options)}`;
}

/** The unsigned parameters of a stop and a target that cancel each other (`orderList/oco`, selling). */
export function listParameters(list: OrderListRequest, options: OrderTextOptions): string {
  const { stop, target } = list;
  return (
    `symbol=${encoded(list.symbol)}&side=SELL&quantity=${formatFixed(list.quantity)}` +
    `&aboveType=LIMIT_MAKER&abovePrice=${formatFixed(target.price)}` +
    `&aboveClientOrderId=${encoded(target.clientOrderId)}` +
    `&belowType=STOP_LOSS&belowStopPrice=${formatFixed(stop.stopPrice)}` +
    `&belowClientOrderId=${encoded(stop.clientOrderId)}` +
    `&listClientOrderId=${encoded(list.listClientOrderId)}${common(options)}`
  );
}

function common(options: OrderTextOptions): string {
  return (
    `&newOrderRespType=FULL&selfTradePreventionMode=${options.selfTradePreventionMode}` +
    `&recvWindow=${options.recvWindowMs}&timestamp=${options.timestampMs}`
  );
}

/** Parameters with their signature: the body of the POST. */
export function signed(parameters: string, signer: Signer): string {
  const signature = signer.sign(parameters);
  return `${parameters}&signature=${signer.keyType === 'HMAC' ? signature : encodeURIComponent(signature)}`;
}

const PLAIN = /^[A-Za-z0-9_-]*$/;

function encoded(text: string): string {
  return PLAIN.test(text) ? text : encodeURIComponent(text);
}
