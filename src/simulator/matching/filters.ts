/**
 * The symbol filters (Binance, filters.md; defaults in binance.md section 1): what an order must look
 * like, in the order the exchange lists them. A zero switches a check off. The count filters, which
 * need to know what else is open, answer with the engine's code.
 */
import { notionalFloor, type Price, type Quantity } from '../../core/money.ts';
import { ok, type Result } from '../../core/result.ts';
import type { AccountMarket } from './account-market.ts';
import type { Account } from './ledger.ts';
import { isMarketType, isStopType, triggersAbove } from './live-order.ts';
import { referencePrice, type Market } from './market.ts';
import {
  countFailure,
  filterFailure,
  icebergExceedsQuantity,
  selfTradeModeNotAllowed,
  zeroNotional,
} from './rejects.ts';
import type { PlaceOrder, SymbolSpec, VenueReject } from './venue-api.ts';

/** Most ticks or lots a book counts exactly. */
const MOST = BigInt(Number.MAX_SAFE_INTEGER);

export function checkFilters(market: Market, now: number, order: PlaceOrder): Result<null, VenueReject> {
  const { spec } = market;
  if (order.selfTradeMode !== null && !spec.allowedSelfTradeModes.includes(order.selfTradeMode)) {
    return selfTradeModeNotAllowed();
  }
  for (const price of [order.price, order.stopPrice]) {
    if (price !== null && !passesPriceFilter(market, price)) return filterFailure('PRICE_FILTER');
  }
  if (order.price !== null && !passesPercentPrice(market, now, order)) {
    return filterFailure('PERCENT_PRICE_BY_SIDE');
  }
  return checkQuantities(market, now, order);
}

/** The part of the filters that depends on the quantity: all that an amended order passes again. */
export function checkQuantities(market: Market, now: number, order: PlaceOrder): Result<null, VenueReject> {
  const { spec } = market;
  for (const quantity of [order.quantity, positiveOrNull(order.icebergQuantity)]) {
    if (quantity !== null && !passesLotSize(market, quantity)) return filterFailure('LOT_SIZE');
  }
  if (order.type === 'MARKET' && order.quantity !== null && !passesMarketLotSize(spec, order.quantity)) {
    return filterFailure('MARKET_LOT_SIZE');
  }
  if (!passesNotional(market, now, order)) return filterFailure('NOTIONAL');
  if (!passesIcebergParts(spec, order)) return filterFailure('ICEBERG_PARTS');
  if (!passesTrailingDelta(spec, order)) return filterFailure('TRAILING_DELTA');
  return ok(null);
}

/** What the engine checks of the order itself before it looks at money. */
export function checkComposition(order: PlaceOrder): Result<null, VenueReject> {
  if (order.icebergQuantity !== null && order.quantity !== null && order.icebergQuantity > order.quantity) {
    return icebergExceedsQuantity();
  }
  if (order.price !== null && order.quantity !== null && notionalFloor(order.price, order.quantity) <= 0n) {
    return zeroNotional();
  }
  return ok(null);
}

/** Limits on how much may be open at once; `adding` counts every order of a list. */
export function checkCounts(
  market: Market,
  account: Account,
  mine: AccountMarket,
  adding: readonly PlaceOrder[],
): Result<null, VenueReject> {
  const { spec } = market;
  if (spec.maxOrders > 0 && mine.open.size + adding.length > spec.maxOrders)
    return countFailure('MAX_NUM_ORDERS');
  const newStops = adding.filter((order) => isStopType(order.type)).length;
  if (newStops > 0 && spec.maxAlgoOrders > 0) {
    let stops = newStops;
    for (const order of mine.open.values()) if (isStopType(order.type)) stops += 1;
    if (stops > spec.maxAlgoOrders) return countFailure('MAX_NUM_ALGO_ORDERS');
  }
  const { maxPosition } = spec;
  if (maxPosition !== null && maxPosition > 0n) {
    for (const order of adding) {
      if (order.side === 'BUY' && position(market, account, mine) + (order.quantity ?? 0n) > maxPosition) {
        return countFailure('MAX_POSITION');
      }
    }
  }
  return ok(null);
}

function passesLotSize({ spec, scale }: Market, quantity: Quantity): boolean {
  // A symbol without a maximum still has the one its book can count.
  if (quantity / scale.lot > MOST) return false;
  return onGrid(quantity, spec.minQuantity, spec.maxQuantity, spec.stepSize);
}

function passesMarketLotSize(spec: SymbolSpec, quantity: Quantity): boolean {
  return onGrid(quantity, spec.marketMinQuantity, spec.marketMaxQuantity, spec.marketStepSize);
}

function passesPriceFilter({ spec, scale }: Market, price: Price): boolean {
  if (price / scale.tick > MOST) return false;
  return onGrid(price, spec.minPrice, spec.maxPrice, spec.tickSize);
}

function onGrid(value: bigint, least: bigint, most: bigint, step: bigint): boolean {
  if (value < least) return false;
  if (most > 0n && value > most) return false;
  return step === 0n || value % step === 0n;
}

function passesPercentPrice(market: Market, now: number, order: PlaceOrder): boolean {
  const reference = referencePrice(market, now);
  if (reference === null || order.price === null) return true;
  const { spec } = market;
  const up = order.side === 'BUY' ? spec.bidMultiplierUpBps : spec.askMultiplierUpBps;
  const down = order.side === 'BUY' ? spec.bidMultiplierDownBps : spec.askMultiplierDownBps;
  const scaled = order.price * 10_000n;
  if (up > 0 && scaled > reference * BigInt(up)) return false;
  return down === 0 || scaled >= reference * BigInt(down);
}

function passesNotional(market: Market, now: number, order: PlaceOrder): boolean {
  const { spec } = market;
  const unpriced = isMarketType(order.type);
  if (unpriced && !spec.applyMinToMarket && !spec.applyMaxToMarket) return true;
  let value: bigint;
  if (order.quoteOrderQuantity !== null) {
    value = order.quoteOrderQuantity;
  } else {
    const price = order.price ?? referencePrice(market, now);
    if (price === null || order.quantity === null) return true;
    value = notionalFloor(price, order.quantity);
  }
  if (spec.minNotional > 0n && value < spec.minNotional && (!unpriced || spec.applyMinToMarket)) return false;
  return !(spec.maxNotional > 0n && value > spec.maxNotional && (!unpriced || spec.applyMaxToMarket));
}

function passesIcebergParts(spec: SymbolSpec, order: PlaceOrder): boolean {
  const shown = positiveOrNull(order.icebergQuantity);
  if (shown === null || order.quantity === null || spec.icebergParts === 0) return true;
  return (order.quantity + shown - 1n) / shown <= BigInt(spec.icebergParts);
}

function passesTrailingDelta(spec: SymbolSpec, order: PlaceOrder): boolean {
  const delta = order.trailingDeltaBps;
  if (delta === null) return true;
  const limits = spec.trailingDeltaBps;
  if (triggersAbove(order.type, order.side)) return delta >= limits.minAbove && delta <= limits.maxAbove;
  return delta >= limits.minBelow && delta <= limits.maxBelow;
}

function position(market: Market, account: Account, mine: AccountMarket): bigint {
  const holding = account.holdings.get(market.spec.baseAsset);
  let sum = (holding?.free ?? 0n) + (holding?.locked ?? 0n);
  for (const order of mine.open.values()) {
    if (order.side === 'BUY')
      sum += order.originalQuantity - order.executedQuantity - order.preventedQuantity;
  }
  return sum;
}

function positiveOrNull(quantity: Quantity | null): Quantity | null {
  return quantity !== null && quantity > 0n ? quantity : null;
}
