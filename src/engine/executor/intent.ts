/**
 * The durable intent: what is committed before an order leaves (invariant 1). Its hash covers
 * everything the exchange will be asked, so that what was sent can be proved from the log.
 */
import type { EventOf } from '../../core/events.ts';
import { clientOrderIdOf } from '../../core/ids.ts';
import { formatFixed, ZERO_NOTIONAL } from '../../core/money.ts';
import type { OrderRequest } from '../../core/ports/gateway.ts';
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
    },
    ids.hash,
  );
}

/** The intent of an exit or a protective stop. Passes no entry stage and reserves nothing. */
export function reduceIntent(reduce: Reduce, ids: Omit<IntentIds, 'positionId'>): Intent {
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
      type: reduce.purpose === 'stop' ? 'STOP_LOSS' : reduce.price === null ? 'MARKET' : 'LIMIT',
      timeInForce: reduce.price === null ? null : 'IOC',
      quantity: reduce.quantity,
      quoteQuantity: null,
      price: reduce.price,
      stopPrice: reduce.stopPrice,
      referencePrice: reduce.referencePrice,
      reserved: ZERO_NOTIONAL,
      figures: { reason: reduce.reason },
    },
    ids.hash,
  );
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
