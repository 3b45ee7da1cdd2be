/**
 * Order lists: OCO, OTO, OTOCO and the deprecated form of OCO; cancelling and asking for lists.
 * Which type may stand above and which below is checked here, price relations by the venue.
 */
import type { ListKind, PlaceOrder, VenueOrder, VenueOrderList } from '../matching/venue-api.ts';
import { DAY_MS } from '../../core/time.ts';
import {
  accountEndpoint,
  type Context,
  type Endpoint,
  knownSymbol,
  readLimit,
  readSymbol,
  readTime,
  tradeEndpoint,
  type World,
} from './endpoint.ts';
import {
  badCombination,
  eitherMandatory,
  fromVenue,
  invalidOrderType,
  lookupTooWide,
  noSuchList,
  notRequired,
  refuse,
} from './errors.ts';
import {
  checkOrderForm,
  type OrderForm,
  type OrderNames,
  prefixedNames,
  readOrderForm,
  readResponseType,
  readSelfTradeMode,
  readSide,
  toPlaceOrder,
} from './order-form.ts';
import { generatedId, refusePegs, withinOrderLimit } from './order-placing.ts';
import type { Params } from './params.ts';
import { cancelledOrder, type Json, orderList, placedOrder } from './render.ts';

export function orderListEndpoints(world: World): readonly Endpoint[] {
  return [
    placement(world, {
      path: '/api/v3/orderList/oco',
      wsMethod: 'orderList.place.oco',
      parameters: 30,
      kind: 'OCO',
      read: readOco,
    }),
    placement(world, {
      path: '/api/v3/order/oco',
      wsMethod: 'orderList.place',
      parameters: 19,
      kind: 'OCO',
      read: readDeprecatedOco,
    }),
    placement(world, {
      path: '/api/v3/orderList/oto',
      wsMethod: 'orderList.place.oto',
      parameters: 30,
      kind: 'OTO',
      read: readOto,
    }),
    placement(world, {
      path: '/api/v3/orderList/otoco',
      wsMethod: 'orderList.place.otoco',
      parameters: 42,
      kind: 'OTOCO',
      read: readOtoco,
    }),
    ...refusals(),
    cancelList(world),
    ...queries(world),
  ];
}

type Placement = {
  readonly path: string;
  readonly wsMethod: string;
  readonly parameters: number;
  readonly kind: ListKind;
  readonly read: (params: Params) => readonly OrderForm[];
};

function placement(world: World, shape: Placement): Endpoint {
  return tradeEndpoint({
    method: 'POST',
    path: shape.path,
    wsMethod: shape.wsMethod,
    parameters: shape.parameters,
    weight: 1,
    prepare(params) {
      const symbol = readSymbol(params);
      const listClientOrderId = params.clientId('listClientOrderId');
      const forms = shape.read(params);
      const responseType = readResponseType(params) ?? 'RESULT';
      const selfTradeMode = readSelfTradeMode(params);
      return (context) => {
        knownSymbol(world.venue, symbol);
        for (const form of forms) checkOrderForm(form);
        checkKind(shape.kind, forms);
        const orders: readonly PlaceOrder[] = forms.map((form) =>
          toPlaceOrder(form, {
            accountId: context.accountId,
            symbol,
            selfTradeMode,
            clientOrderId: form.clientOrderId ?? generatedId(world),
          }),
        );
        const placed = withinOrderLimit(world, context, orders.length, () =>
          world.venue.placeList(context.now, {
            accountId: context.accountId,
            symbol,
            kind: shape.kind,
            orders,
            listClientOrderId: listClientOrderId ?? generatedId(world),
          }),
        );
        return {
          ...orderList(placed.list, context.unit),
          orderReports: placed.placed.map((each) =>
            placedOrder(each, responseType, context.unit, context.now),
          ),
        };
      };
    },
  });
}

/** Offered by the exchange on some symbols, on none here (`opoAllowed`, no `sors`). */
function refusals(): readonly Endpoint[] {
  const refusal = (path: string, wsMethod: string, message: string): Endpoint =>
    tradeEndpoint({
      method: 'POST',
      path,
      wsMethod,
      parameters: 60,
      weight: 1,
      prepare: (params) => {
        params.readAll();
        return () => refuse({ status: 400, code: -1013, message });
      },
    });
  const opo = 'OPO orders are not supported for this symbol.';
  const sor = 'SOR orders are not supported for this symbol.';
  return [
    refusal('/api/v3/orderList/opo', 'orderList.place.opo', opo),
    refusal('/api/v3/orderList/opoco', 'orderList.place.opoco', opo),
    refusal('/api/v3/sor/order', 'sor.order.place', sor),
    refusal('/api/v3/sor/order/test', 'sor.order.test', sor),
  ];
}

function readLeg(params: Params, prefix: string, side: string, quantity: string): OrderForm {
  const form = readOrderForm(params, prefixedNames(prefix, side, quantity));
  refusePegs(params, prefix);
  return form;
}

function readOco(params: Params): readonly OrderForm[] {
  return [readLeg(params, 'above', 'side', 'quantity'), readLeg(params, 'below', 'side', 'quantity')];
}

function readOto(params: Params): readonly OrderForm[] {
  return [
    readLeg(params, 'working', 'workingSide', 'workingQuantity'),
    readLeg(params, 'pending', 'pendingSide', 'pendingQuantity'),
  ];
}

function readOtoco(params: Params): readonly OrderForm[] {
  return [
    readLeg(params, 'working', 'workingSide', 'workingQuantity'),
    readLeg(params, 'pendingAbove', 'pendingSide', 'pendingQuantity'),
    readLeg(params, 'pendingBelow', 'pendingSide', 'pendingQuantity'),
  ];
}

function readDeprecatedOco(params: Params): readonly OrderForm[] {
  const side = readSide(params, 'side');
  const limitNames: OrderNames = {
    ...prefixedNames('limit', 'side', 'quantity'),
    price: 'price',
    stopPrice: 'limitStopPrice',
    trailingDelta: 'limitTrailingDelta',
    timeInForce: 'limitTimeInForce',
  };
  const stopNames: OrderNames = {
    ...prefixedNames('stop', 'side', 'quantity'),
    price: 'stopLimitPrice',
    stopPrice: 'stopPrice',
    trailingDelta: 'trailingDelta',
    timeInForce: 'stopLimitTimeInForce',
  };
  const limit = readOrderForm(params, limitNames, 'LIMIT_MAKER');
  const stop = readOrderForm(
    params,
    stopNames,
    params.has('stopLimitPrice') ? 'STOP_LOSS_LIMIT' : 'STOP_LOSS',
  );
  return side === 'SELL' ? [limit, stop] : [stop, limit];
}

function checkKind(kind: ListKind, forms: readonly OrderForm[]): void {
  const [first, second, third] = forms;
  if (kind === 'OCO') {
    if (first !== undefined && second !== undefined) checkOcoPair(first, second);
    return;
  }
  if (first !== undefined && first.type !== 'LIMIT' && first.type !== 'LIMIT_MAKER')
    refuse(invalidOrderType());
  if (kind === 'OTOCO' && second !== undefined && third !== undefined) checkOcoPair(second, third);
  for (const form of forms) if (form.quoteOrderQuantity !== null) refuse(notRequired('quoteOrderQty'));
}

/** Selling: the target above, the stop below; buying: the other way round. */
function checkOcoPair(above: OrderForm, below: OrderForm): void {
  const rule = (code: number, message: string): never => refuse({ status: 400, code, message });
  const supported = (form: OrderForm): boolean => form.type !== 'LIMIT' && form.type !== 'MARKET';
  if (!supported(above) || !supported(below)) rule(-1158, 'Order type not supported in OCO.');
  const isLimit = (form: OrderForm): boolean => form.type === 'LIMIT_MAKER';
  const isStop = (form: OrderForm): boolean => form.type === 'STOP_LOSS' || form.type === 'STOP_LOSS_LIMIT';
  const isTarget = (form: OrderForm): boolean =>
    form.type === 'TAKE_PROFIT' || form.type === 'TAKE_PROFIT_LIMIT';
  if (isLimit(above) && isLimit(below)) rule(-1168, 'At least one OCO order must be contingent.');
  if (above.side === 'BUY') {
    if (isLimit(above)) rule(-1165, 'A limit order in a buy OCO must be below.');
    if (isStop(below)) rule(-1196, 'A stop loss order in a buy OCO must be above.');
    if (isTarget(above)) rule(-1198, 'A take profit order in a buy OCO must be below.');
  } else {
    if (isLimit(below)) rule(-1166, 'A limit order in a sell OCO must be above.');
    if (isStop(above)) rule(-1197, 'A stop loss order in a sell OCO must be below.');
    if (isTarget(below)) rule(-1199, 'A take profit order in a sell OCO must be above.');
  }
}

export function listCancellation(
  list: VenueOrderList,
  orders: readonly VenueOrder[],
  requestClientOrderId: string,
  context: Context,
): Json {
  return {
    ...orderList(list, context.unit),
    orderReports: orders.map((order) =>
      cancelledOrder(order, requestClientOrderId, context.unit, context.now),
    ),
  };
}

function cancelList(world: World): Endpoint {
  return tradeEndpoint({
    method: 'DELETE',
    path: '/api/v3/orderList',
    wsMethod: 'orderList.cancel',
    parameters: 4,
    weight: 1,
    prepare(params) {
      const symbol = readSymbol(params);
      const orderListId = params.integer('orderListId');
      const listClientOrderId = params.clientId('listClientOrderId');
      const newClientOrderId = params.clientId('newClientOrderId');
      const reference =
        orderListId !== null
          ? { orderListId }
          : listClientOrderId !== null
            ? { listClientOrderId }
            : refuse(eitherMandatory('orderListId', 'listClientOrderId'));
      return (context) => {
        knownSymbol(world.venue, symbol);
        const requestId = newClientOrderId ?? generatedId(world);
        const result = world.venue.cancelList(context.now, context.accountId, symbol, reference, requestId);
        if (!result.ok) return refuse(fromVenue(result.error));
        return listCancellation(result.value.list, result.value.orders, requestId, context);
      };
    },
  });
}

function queries(world: World): readonly Endpoint[] {
  return [
    accountEndpoint({
      method: 'GET',
      path: '/api/v3/orderList',
      wsMethod: 'orderList.status',
      parameters: 3,
      weight: 4,
      prepare(params) {
        params.optional('symbol');
        const orderListId = params.integer('orderListId');
        const clientId = params.clientId('origClientOrderId');
        if (orderListId === null && clientId === null)
          refuse(eitherMandatory('orderListId', 'origClientOrderId'));
        return ({ accountId, unit }) => {
          const list =
            orderListId === null
              ? world.venue
                  .orderLists(accountId, false)
                  .findLast((each) => each.listClientOrderId === clientId)
              : world.venue.orderList(accountId, orderListId);
          return list === null || list === undefined ? refuse(noSuchList()) : orderList(list, unit);
        };
      },
    }),
    accountEndpoint({
      method: 'GET',
      path: '/api/v3/openOrderList',
      wsMethod: 'openOrderLists.status',
      parameters: 0,
      weight: 6,
      prepare:
        () =>
        ({ accountId, unit }) =>
          world.venue.orderLists(accountId, true).map((list) => orderList(list, unit)),
    }),
    accountEndpoint({
      method: 'GET',
      path: '/api/v3/allOrderList',
      wsMethod: 'allOrderLists',
      parameters: 4,
      weight: 20,
      prepare(params) {
        const fromId = params.integer('fromId');
        const start = readTime(params, 'startTime');
        const end = readTime(params, 'endTime');
        const limit = readLimit(params, 500, 1_000);
        if (fromId !== null && (start !== null || end !== null)) refuse(badCombination());
        if (start !== null && end !== null && end - start > DAY_MS) refuse(lookupTooWide(24));
        return ({ accountId, unit }) => {
          const all = world.venue
            .orderLists(accountId, false)
            .filter(
              (list) =>
                (fromId === null || list.orderListId >= fromId) &&
                (start === null || list.transactionTime >= start) &&
                (end === null || list.transactionTime <= end),
            );
          return (fromId === null && start === null ? all.slice(-limit) : all.slice(0, limit)).map((list) =>
            orderList(list, unit),
          );
        };
      },
    }),
  ];
}
