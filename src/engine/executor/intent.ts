/**
 * The durable intent: what is committed before an order leaves (invariant 1). Its hash covers
 * everything the exchange will be asked, so that what was sent can be proved from the log.
 */
import type { EventOf } from '../../core/events.ts';
import { clientOrderIdOf } from '../../core/ids.ts';
import { invariant } from '../../core/invariant.ts';
import { formatFixed, ZERO_NOTIONAL } from '../../core/money.ts';
import type { OrderListRequest, OrderRequest, OrderType } from '../../core/ports/gateway.ts';
import type { Reduce, TierAuthorised } from '../../core/stages.ts';

export type Intent = EventOf<'order.intended'>;

/** Text over which the intent's hash is taken. */
function intentText(intent: Omit<Intent, 'intentHash' | 'kind'>): string {
  const amount = (value: bigint | null): string => (value === null ? '-' : formatFixed(value));
  return [
    intent.clientOrderId,
    intent.symbol,
    intent.side,
    intent.type,
    intent.timeInForce ?? '-',
    amount(intent.quantity),
    amount(intent.quoteQuantity),
    amount(intent.price),
    amount(intent.stopPrice),
    intent.purpose,
    intent.positionId,
    ...(intent.listClientOrderId === null ? [] : [intent.listClientOrderId]),
  ].join('|');
}

export type IntentIds = {
  readonly orderId: string;
  readonly positionId: string;
  readonly hash: (text: string) => string;
};

/** The intent of an authorised entry, as planned by the tier's own execution method. */
export function entryIntent(entry: TierAuthorised, ids: IntentIds): Intent {
  return seal(
    {
      orderId: ids.orderId,
      clientOrderId: clientOrderIdOf(ids.orderId),
      positionId: ids.positionId,
      commandId: entry.commandId,
      purpose: 'entry',
      actor: entry.actor,
      strategy: entry.strategy,
      symbol: entry.symbol,
      side: entry.side,
      type: entry.type,
      timeInForce: entry.timeInForce,
      quantity: entry.quantity,
      quoteQuantity: null,
      price: entry.price,
      stopPrice: entry.triggerPrice,
      referencePrice: entry.referencePrice,
      reserved: entry.reserved,
      figures: entry.figures,
      listClientOrderId: null,
    },
    ids.hash,
  );
}

export type ReduceIds = Omit<IntentIds, 'positionId'> & {
  /** The order list this is a leg of, if it is one. */
  readonly listClientOrderId?: string;
};

/** The intent of an exit, a protective stop or a target. Passes no entry stage and reserves nothing. */
export function reduceIntent(reduce: Reduce, ids: ReduceIds): Intent {
  return seal(
    {
      orderId: ids.orderId,
      clientOrderId: clientOrderIdOf(ids.orderId),
      positionId: reduce.positionId,
      commandId: reduce.commandId,
      purpose: reduce.purpose,
      actor: reduce.actor,
      strategy: null,
      symbol: reduce.symbol,
      side: 'SELL',
      type: reduceType(reduce),
      timeInForce: reduceType(reduce) === 'LIMIT' ? 'IOC' : null,
      quantity: reduce.quantity,
      quoteQuantity: null,
      price: reduce.price,
      stopPrice: reduce.stopPrice,
      referencePrice: reduce.referencePrice,
      reserved: ZERO_NOTIONAL,
      figures: { reason: reduce.reason },
      listClientOrderId: ids.listClientOrderId ?? null,
    },
    ids.hash,
  );
}

function reduceType(reduce: Reduce): OrderType {
  switch (reduce.purpose) {
    case 'stop':
      return 'STOP_LOSS';
    case 'target':
      return 'LIMIT_MAKER';
    case 'exit':
      return reduce.price === null ? 'MARKET' : 'LIMIT';
  }
}

function seal(fields: Omit<Intent, 'intentHash' | 'kind'>, hash: (text: string) => string): Intent {
  return { kind: 'order.intended', ...fields, intentHash: hash(intentText(fields)) };
}

/** What goes to the gateway: made from the committed intent and from nothing else. */
export function requestOf(intent: Intent): OrderRequest {
  return {
    clientOrderId: intent.clientOrderId,
    symbol: intent.symbol,
    side: intent.side,
    type: intent.type,
    timeInForce: intent.timeInForce as OrderRequest['timeInForce'],
    quantity: intent.quantity,
    quoteQuantity: intent.quoteQuantity,
    price: intent.price,
    stopPrice: intent.stopPrice,
    lane: intent.purpose === 'entry' ? 'enter' : 'reduce',
  };
}

/** A stop and a target as one request: made from their two committed intents. */
export function listRequestOf(stop: Intent, target: Intent): OrderListRequest {
  const { listClientOrderId } = stop;
  invariant(
    listClientOrderId !== null && listClientOrderId === target.listClientOrderId,
    'both legs of an order list name it',
  );
  invariant(
    stop.stopPrice !== null && target.price !== null && stop.quantity !== null,
    'a stop has its trigger, a target its price',
  );
  invariant(stop.quantity === target.quantity, 'both legs of an order list sell the same');
  return {
    listClientOrderId,
    symbol: stop.symbol,
    quantity: stop.quantity,
    stop: { clientOrderId: stop.clientOrderId, stopPrice: stop.stopPrice },
    target: { clientOrderId: target.clientOrderId, price: target.price },
  };
}
