/**
 * Reading an order as a client writes it, alone or as a leg of an order list: first every parameter
 * is read and its spelling checked, then the combination (what each type needs and forbids).
 * Rules and wording: the exchange's published order parameters and error codes.
 */
import type { Fixed, Notional, Price, Quantity } from '../../core/money.ts';
import {
  orderTypes,
  type PlaceOrder,
  type SelfTradeMode,
  selfTradeModes,
  type TimeInForce,
  type VenueOrderType,
  type VenueSide,
} from '../matching/venue-api.ts';
import {
  badCombination,
  badStrategyType,
  eitherMandatory,
  icebergNeedsGtc,
  invalidOrderType,
  invalidQuantity,
  invalidSide,
  invalidTimeInForce,
  mandatory,
  notRequired,
  refuse,
} from './errors.ts';
import type { Params } from './params.ts';
import type { ResponseType } from './render.ts';

/** How the parameters of one order are called; legs of lists carry a prefix. */
export type OrderNames = {
  readonly type: string;
  readonly side: string;
  readonly timeInForce: string;
  readonly quantity: string;
  readonly quoteOrderQty: string | null;
  readonly price: string;
  readonly stopPrice: string;
  readonly trailingDelta: string;
  readonly icebergQty: string;
  readonly clientOrderId: string;
  readonly strategyId: string;
  readonly strategyType: string;
};

export const plainNames: OrderNames = {
  type: 'type',
  side: 'side',
  timeInForce: 'timeInForce',
  quantity: 'quantity',
  quoteOrderQty: 'quoteOrderQty',
  price: 'price',
  stopPrice: 'stopPrice',
  trailingDelta: 'trailingDelta',
  icebergQty: 'icebergQty',
  clientOrderId: 'newClientOrderId',
  strategyId: 'strategyId',
  strategyType: 'strategyType',
};

/** `aboveType`, `abovePrice` and so on. */
export function prefixedNames(prefix: string, side: string, quantity: string): OrderNames {
  return {
    type: `${prefix}Type`,
    side,
    timeInForce: `${prefix}TimeInForce`,
    quantity,
    quoteOrderQty: null,
    price: `${prefix}Price`,
    stopPrice: `${prefix}StopPrice`,
    trailingDelta: `${prefix}TrailingDelta`,
    icebergQty: `${prefix}IcebergQty`,
    clientOrderId: `${prefix}ClientOrderId`,
    strategyId: `${prefix}StrategyId`,
    strategyType: `${prefix}StrategyType`,
  };
}

export type OrderForm = {
  readonly names: OrderNames;
  readonly type: VenueOrderType;
  readonly side: VenueSide;
  readonly timeInForce: TimeInForce | null;
  readonly quantity: Quantity | null;
  readonly quoteOrderQuantity: Notional | null;
  readonly price: Price | null;
  readonly stopPrice: Price | null;
  readonly trailingDeltaBps: number | null;
  readonly icebergQuantity: Quantity | null;
  readonly clientOrderId: string | null;
  readonly strategyId: number | null;
  readonly strategyType: number | null;
};

export function readOrderForm(
  params: Params,
  names: OrderNames,
  fixedType: VenueOrderType | null = null,
): OrderForm {
  const side = readSide(params, names.side);
  const type = fixedType ?? readType(params, names.type);
  const timeInForce = readTimeInForce(params, names.timeInForce);
  const form: OrderForm = {
    names,
    side,
    type,
    timeInForce,
    quantity: params.decimal<Quantity>(names.quantity),
    quoteOrderQuantity: names.quoteOrderQty === null ? null : params.decimal<Notional>(names.quoteOrderQty),
    price: params.decimal<Price>(names.price),
    stopPrice: params.decimal<Price>(names.stopPrice),
    trailingDeltaBps: params.integer(names.trailingDelta),
    icebergQuantity: params.decimal<Quantity>(names.icebergQty),
    clientOrderId: params.clientId(names.clientOrderId),
    strategyId: params.integer(names.strategyId),
    strategyType: params.integer(names.strategyType),
  };
  if (form.strategyType !== null && form.strategyType < 1_000_000)
    refuse(badStrategyType(names.strategyType));
  return form;
}

export function readSide(params: Params, name: string): VenueSide {
  const side = params.text(name);
  return side === 'BUY' || side === 'SELL' ? side : refuse(invalidSide());
}

function readType(params: Params, name: string): VenueOrderType {
  const type = params.text(name);
  return orderTypes.find((each) => each === type) ?? refuse(invalidOrderType());
}

function readTimeInForce(params: Params, name: string): TimeInForce | null {
  const value = params.optional(name);
  if (value === null || value === 'GTC' || value === 'IOC' || value === 'FOK') return value;
  return refuse(invalidTimeInForce());
}

export function readSelfTradeMode(params: Params): SelfTradeMode | null {
  return params.oneOf('selfTradePreventionMode', selfTradeModes);
}

export function readResponseType(params: Params): ResponseType | null {
  return params.oneOf('newOrderRespType', ['ACK', 'RESULT', 'FULL'] as const);
}

type Need = 'needed' | 'allowed' | 'forbidden';
type Needs = {
  readonly timeInForce: Need;
  readonly price: Need;
  readonly trigger: Need;
  readonly iceberg: Need;
};

const NEEDS: Readonly<Record<VenueOrderType, Needs>> = {
  LIMIT: { timeInForce: 'needed', price: 'needed', trigger: 'forbidden', iceberg: 'allowed' },
  LIMIT_MAKER: { timeInForce: 'forbidden', price: 'needed', trigger: 'forbidden', iceberg: 'allowed' },
  MARKET: { timeInForce: 'forbidden', price: 'forbidden', trigger: 'forbidden', iceberg: 'forbidden' },
  STOP_LOSS: { timeInForce: 'forbidden', price: 'forbidden', trigger: 'needed', iceberg: 'forbidden' },
  TAKE_PROFIT: { timeInForce: 'forbidden', price: 'forbidden', trigger: 'needed', iceberg: 'forbidden' },
  STOP_LOSS_LIMIT: { timeInForce: 'needed', price: 'needed', trigger: 'needed', iceberg: 'allowed' },
  TAKE_PROFIT_LIMIT: { timeInForce: 'needed', price: 'needed', trigger: 'needed', iceberg: 'allowed' },
};

/** Refuses a form whose parameters do not belong together. */
export function checkOrderForm(form: OrderForm): void {
  const { names } = form;
  const needs = NEEDS[form.type];
  check(needs.timeInForce, form.timeInForce, names.timeInForce);
  checkQuantity(form);
  check(needs.price, form.price, names.price);
  if (needs.trigger === 'needed' && form.stopPrice === null && form.trailingDeltaBps === null) {
    refuse(eitherMandatory(names.stopPrice, names.trailingDelta));
  }
  if (needs.trigger === 'forbidden') {
    check('forbidden', form.stopPrice, names.stopPrice);
    check('forbidden', form.trailingDeltaBps, names.trailingDelta);
  }
  check(needs.iceberg, form.icebergQuantity, names.icebergQty);
  positive(form.price, 'price');
  positive(form.stopPrice, 'stopPrice');
  if (
    form.icebergQuantity !== null &&
    form.icebergQuantity > 0n &&
    form.timeInForce !== null &&
    form.timeInForce !== 'GTC'
  ) {
    refuse(icebergNeedsGtc(names.icebergQty, names.timeInForce));
  }
}

function checkQuantity(form: OrderForm): void {
  const { names } = form;
  if (form.type !== 'MARKET' || names.quoteOrderQty === null) {
    if (form.quantity === null) refuse(mandatory(names.quantity));
    if (names.quoteOrderQty !== null) check('forbidden', form.quoteOrderQuantity, names.quoteOrderQty);
  } else {
    if (form.quantity === null && form.quoteOrderQuantity === null) {
      refuse(eitherMandatory(names.quantity, names.quoteOrderQty));
    }
    if (form.quantity !== null && form.quoteOrderQuantity !== null) refuse(badCombination());
  }
  positive(form.quantity, 'quantity');
  positive(form.quoteOrderQuantity, 'quote order qty');
}

function check(need: Need, value: unknown, name: string): void {
  if (need === 'needed' && value === null) refuse(mandatory(name));
  if (need === 'forbidden' && value !== null) refuse(notRequired(name));
}

function positive(value: Fixed | null, what: 'quantity' | 'price' | 'stopPrice' | 'quote order qty'): void {
  if (value !== null && value <= 0n) refuse(invalidQuantity(what));
}

/** The venue's order of a checked form; the quantity of a list's leg may be shared. */
export function toPlaceOrder(
  form: OrderForm,
  given: {
    readonly accountId: number;
    readonly symbol: string;
    readonly selfTradeMode: SelfTradeMode | null;
    readonly clientOrderId: string;
  },
): PlaceOrder {
  return {
    ...given,
    side: form.side,
    type: form.type,
    timeInForce: form.timeInForce,
    quantity: form.quantity,
    quoteOrderQuantity: form.quoteOrderQuantity,
    price: form.price,
    stopPrice: form.stopPrice,
    trailingDeltaBps: form.trailingDeltaBps,
    icebergQuantity: form.icebergQuantity !== null && form.icebergQuantity > 0n ? form.icebergQuantity : null,
    strategyId: form.strategyId,
    strategyType: form.strategyType,
  };
}
