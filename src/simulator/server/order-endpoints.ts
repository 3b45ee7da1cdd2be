/**
 * Placing, testing, cancelling, replacing and amending single orders. Only unfilled orders that
 * reached the matching engine count against the order limits; the engine's refusals are passed on
 * in its own words.
 */
import { invariant } from '../../core/invariant.ts';
import type { Quantity } from '../../core/money.ts';
import { err, type Result } from '../../core/result.ts';
import type {
  OrderRef,
  Placed,
  PlaceOrder,
  VenueOrder,
  VenueOrderList,
  VenueReject,
} from '../matching/venue-api.ts';
import { rate } from './decimals.ts';
import {
  type CancelRestriction,
  type Context,
  type Endpoint,
  knownSymbol,
  readSymbol,
  tradeEndpoint,
  type World,
} from './endpoint.ts';
import {
  type ApiError,
  eitherMandatory,
  fromVenue,
  invalidCancelRestrictions,
  invalidQuantity,
  mandatory,
  refuse,
  unknownOrder,
  unsupportedOperation,
  wrongClientId,
} from './errors.ts';
import {
  checkOrderForm,
  type OrderForm,
  plainNames,
  readOrderForm,
  readResponseType,
  readSelfTradeMode,
  toPlaceOrder,
} from './order-form.ts';
import { listCancellation } from './order-lists.ts';
import { counted, generatedId, refusePegs, withinOrderLimit } from './order-placing.ts';
import type { Params } from './params.ts';
import {
  amendedOrder,
  cancelledOrder,
  type Json,
  orderList,
  placedOrder,
  type ResponseType,
} from './render.ts';

export function orderEndpoints(world: World): readonly Endpoint[] {
  return [place(world), test(world), cancel(world), cancelAll(world), cancelReplace(world), amend(world)];
}

type OrderInput = {
  readonly symbol: string;
  readonly form: OrderForm;
  readonly responseType: ResponseType | null;
  build(context: Context): PlaceOrder;
};

function readOrder(world: World, params: Params): OrderInput {
  const symbol = readSymbol(params);
  const form = readOrderForm(params, plainNames);
  const responseType = readResponseType(params);
  const selfTradeMode = readSelfTradeMode(params);
  refusePegs(params, '');
  return {
    symbol,
    form,
    responseType,
    build(context) {
      knownSymbol(world.venue, symbol);
      checkOrderForm(form);
      const clientOrderId = form.clientOrderId ?? generatedId(world);
      return toPlaceOrder(form, { accountId: context.accountId, symbol, selfTradeMode, clientOrderId });
    },
  };
}

/** FULL for LIMIT and MARKET, ACK for the others. */
function responseTypeOf(input: OrderInput): ResponseType {
  return input.responseType ?? (input.form.type === 'LIMIT' || input.form.type === 'MARKET' ? 'FULL' : 'ACK');
}

function place(world: World): Endpoint {
  return tradeEndpoint({
    method: 'POST',
    path: '/api/v3/order',
    wsMethod: 'order.place',
    parameters: 18,
    weight: 1,
    prepare(params) {
      const input = readOrder(world, params);
      return (context) => {
        const order = input.build(context);
        const placed = withinOrderLimit(world, context, 1, () => world.venue.place(context.now, order));
        return placedOrder(placed, responseTypeOf(input), context.unit, context.now);
      };
    },
  });
}

function test(world: World): Endpoint {
  return tradeEndpoint({
    method: 'POST',
    path: '/api/v3/order/test',
    wsMethod: 'order.test',
    parameters: 19,
    freeOnSuccess: false,
    weight: (params) => (params.peek('computeCommissionRates') === 'true' ? 20 : 1),
    prepare(params) {
      const input = readOrder(world, params);
      const rates = params.boolean('computeCommissionRates') ?? false;
      return (context) => {
        const tested = world.venue.test(context.now, input.build(context));
        if (!tested.ok) refuse(fromVenue(tested.error));
        return rates ? commissionForOrder(world, context.accountId) : {};
      };
    },
  });
}

function commissionForOrder(world: World, accountId: number): Json {
  const account = world.venue.account(accountId);
  invariant(account !== null, 'a key belongs to an open account');
  return {
    standardCommissionForOrder: { maker: rate(account.makerRate), taker: rate(account.takerRate) },
    specialCommissionForOrder: { maker: rate(0), taker: rate(0) },
    taxCommissionForOrder: { maker: rate(0), taker: rate(0) },
    discount: discount(account.feesInBnb),
  };
}

/** A quarter off standard rates while fees are paid in BNB. */
export function discount(enabled: boolean): Json {
  return { enabledForAccount: enabled, enabledForSymbol: true, discountAsset: 'BNB', discount: '0.25000000' };
}

type Reference = { readonly orderId: number | null; readonly clientOrderId: string | null };

function readReference(params: Params, idName: string, clientIdName: string): Reference {
  const reference = { orderId: params.integer(idName), clientOrderId: params.clientId(clientIdName) };
  if (reference.orderId === null && reference.clientOrderId === null)
    refuse(eitherMandatory(clientIdName, idName));
  return reference;
}

/** The order id decides; a client id sent with it must be that order's (-2039). */
function resolve(world: World, accountId: number, symbol: string, reference: Reference): OrderRef {
  if (reference.orderId === null) {
    invariant(reference.clientOrderId !== null, 'an order is named by one of its ids');
    return { clientOrderId: reference.clientOrderId };
  }
  if (reference.clientOrderId !== null) {
    const order = world.venue.order(accountId, symbol, { orderId: reference.orderId });
    if (order !== null && order.clientOrderId !== reference.clientOrderId) refuse(wrongClientId());
  }
  return { orderId: reference.orderId };
}

function readRestriction(params: Params): CancelRestriction {
  const value = params.optional('cancelRestrictions');
  if (value === null || value === 'ONLY_NEW' || value === 'ONLY_PARTIALLY_FILLED') return value;
  return refuse(invalidCancelRestrictions());
}

type Cancelled = {
  readonly order: VenueOrder;
  readonly list: VenueOrderList | null;
  readonly siblings: readonly VenueOrder[];
};

/** Cancels one order; a leg takes its whole list with it. */
function cancelOne(
  world: World,
  context: Context,
  symbol: string,
  order: OrderRef,
  requestClientOrderId: string,
  restriction: CancelRestriction,
): Result<Cancelled, VenueReject> {
  const known = world.venue.order(context.accountId, symbol, order);
  if (known === null) return err({ code: -2011, message: unknownOrder().message });
  const result = world.venue.cancel(context.now, {
    accountId: context.accountId,
    symbol,
    order,
    requestClientOrderId,
    restriction,
  });
  if (!result.ok) return result;
  if (known.orderListId < 0) return { ok: true, value: { order: result.value, list: null, siblings: [] } };
  const list = world.venue.orderList(context.accountId, known.orderListId);
  const siblings = (list?.orders ?? []).flatMap(
    (each) => world.venue.order(context.accountId, symbol, { orderId: each.orderId }) ?? [],
  );
  return { ok: true, value: { order: result.value, list, siblings } };
}

function cancellation(cancelled: Cancelled, requestId: string, context: Context): Json {
  if (cancelled.list === null) return cancelledOrder(cancelled.order, requestId, context.unit, context.now);
  return listCancellation(cancelled.list, cancelled.siblings, requestId, context);
}

function cancel(world: World): Endpoint {
  return tradeEndpoint({
    method: 'DELETE',
    path: '/api/v3/order',
    wsMethod: 'order.cancel',
    parameters: 5,
    weight: 1,
    prepare(params) {
      const symbol = readSymbol(params);
      const reference = readReference(params, 'orderId', 'origClientOrderId');
      const newClientOrderId = params.clientId('newClientOrderId');
      const restriction = readRestriction(params);
      return (context) => {
        knownSymbol(world.venue, symbol);
        const order = resolve(world, context.accountId, symbol, reference);
        const requestId = newClientOrderId ?? generatedId(world);
        const result = cancelOne(world, context, symbol, order, requestId, restriction);
        return result.ok ? cancellation(result.value, requestId, context) : refuse(fromVenue(result.error));
      };
    },
  });
}

function cancelAll(world: World): Endpoint {
  return tradeEndpoint({
    method: 'DELETE',
    path: '/api/v3/openOrders',
    wsMethod: 'openOrders.cancelAll',
    parameters: 1,
    weight: 1,
    prepare(params) {
      const symbol = readSymbol(params);
      return (context) => {
        knownSymbol(world.venue, symbol);
        const requestId = generatedId(world);
        const answers: Json[] = [];
        const listsDone = new Set<number>();
        for (const open of world.venue.openOrders(context.accountId, symbol)) {
          if (open.orderListId >= 0 && listsDone.has(open.orderListId)) continue;
          listsDone.add(open.orderListId);
          const result = cancelOne(world, context, symbol, { orderId: open.orderId }, requestId, null);
          if (result.ok) answers.push(cancellation(result.value, requestId, context));
        }
        return answers.length === 0 ? refuse(unknownOrder()) : answers;
      };
    },
  });
}

function cancelReplace(world: World): Endpoint {
  return tradeEndpoint({
    method: 'POST',
    path: '/api/v3/order/cancelReplace',
    wsMethod: 'order.cancelReplace',
    parameters: 24,
    weight: 1,
    prepare(params) {
      const mode =
        params.oneOf('cancelReplaceMode', ['STOP_ON_FAILURE', 'ALLOW_FAILURE'] as const) ??
        refuse(mandatory('cancelReplaceMode'));
      const reference = readReference(params, 'cancelOrderId', 'cancelOrigClientOrderId');
      const cancelId = params.clientId('cancelNewClientOrderId');
      const restriction = readRestriction(params);
      const exceeded =
        params.oneOf('orderRateLimitExceededMode', ['DO_NOTHING', 'CANCEL_ONLY'] as const) ?? 'DO_NOTHING';
      const input = readOrder(world, params);
      return (context) => {
        const order = input.build(context);
        const tooMany = world.limits.admitOrders(context.now, context.accountId, 1);
        if (tooMany !== null && exceeded === 'DO_NOTHING') refuse(tooMany);
        const reference_ = resolve(world, context.accountId, input.symbol, reference);
        const requestId = cancelId ?? generatedId(world);
        const cancelled = cancelOne(world, context, input.symbol, reference_, requestId, restriction);
        let placed: Result<Placed, ApiError> | null = null;
        if (tooMany !== null) placed = cancelled.ok || mode === 'ALLOW_FAILURE' ? err(tooMany) : null;
        else if (cancelled.ok || mode === 'ALLOW_FAILURE') {
          const result = counted(world, context, 1, world.venue.place(context.now, order));
          placed = result.ok ? result : err(fromVenue(result.error));
        } else world.limits.countOrders(context.now, context.accountId, 1);
        return replaceAnswer(cancelled, placed, {
          cancel: (value) => cancellation(value, requestId, context),
          place: (value) => placedOrder(value, responseTypeOf(input), context.unit, context.now),
        });
      };
    },
  });
}

function replaceAnswer(
  cancelled: Result<Cancelled, VenueReject>,
  placed: Result<Placed, ApiError> | null,
  render: { readonly cancel: (value: Cancelled) => Json; readonly place: (value: Placed) => Json },
): Json {
  const data = {
    cancelResult: cancelled.ok ? 'SUCCESS' : 'FAILURE',
    newOrderResult: placed === null ? 'NOT_ATTEMPTED' : placed.ok ? 'SUCCESS' : 'FAILURE',
    cancelResponse: cancelled.ok
      ? render.cancel(cancelled.value)
      : { code: cancelled.error.code, msg: cancelled.error.message },
    newOrderResponse:
      placed === null
        ? null
        : placed.ok
          ? render.place(placed.value)
          : { code: placed.error.code, msg: placed.error.message },
  };
  const placedWell = placed?.ok === true;
  if (cancelled.ok && placedWell) return data;
  const limited = placed !== null && !placed.ok && placed.error.code === -1015 ? placed.error : null;
  const retry = limited?.retryAt === undefined ? {} : { retryAt: limited.retryAt };
  return cancelled.ok || placedWell
    ? refuse({
        status: limited?.status ?? 409,
        code: -2021,
        message: 'Order cancel-replace partially failed.',
        data,
        ...retry,
      })
    : refuse({
        status: limited?.status ?? 400,
        code: -2022,
        message: 'Order cancel-replace failed.',
        data,
        ...retry,
      });
}

function amend(world: World): Endpoint {
  return tradeEndpoint({
    method: 'PUT',
    path: '/api/v3/order/amend/keepPriority',
    wsMethod: 'order.amend.keepPriority',
    parameters: 5,
    weight: 4,
    freeOnSuccess: false,
    prepare(params) {
      const symbol = readSymbol(params);
      const reference = readReference(params, 'orderId', 'origClientOrderId');
      const newClientOrderId = params.clientId('newClientOrderId');
      const newQuantity = params.decimal<Quantity>('newQty') ?? refuse(mandatory('newQty'));
      return (context) => {
        knownSymbol(world.venue, symbol);
        if (newQuantity <= 0n) refuse(invalidQuantity('quantity'));
        const order = resolve(world, context.accountId, symbol, reference);
        const before = world.venue.order(context.accountId, symbol, order);
        const result = world.venue.amend(
          context.now,
          context.accountId,
          symbol,
          order,
          newQuantity,
          newClientOrderId ?? generatedId(world),
        );
        if (!result.ok) return refuse(fromVenue(result.error));
        invariant(before !== null, 'an amended order was known before');
        const execution = world.lastExecution(result.value.orderId);
        const list =
          before.orderListId < 0 ? null : world.venue.orderList(context.accountId, before.orderListId);
        return {
          transactTime: context.now * context.unit,
          executionId: execution?.executionId ?? refuse(unsupportedOperation()),
          amendedOrder: amendedOrder(result.value, before.clientOrderId, context.unit),
          ...(list === null ? {} : { listStatus: withoutTimes(orderList(list, context.unit)) }),
        };
      };
    },
  });
}

/** The list inside an amend's answer lacks its status type and time. */
function withoutTimes(list: Json): Json {
  const { listStatusType: _type, transactionTime: _time, ...rest } = list;
  return rest;
}
