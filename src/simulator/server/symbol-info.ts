/**
 * `exchangeInfo`: a symbol's rules as the exchange publishes them, filters in the recorded order and
 * spelling. Everything is derived from the venue's own filters, so what is published is what is checked.
 */
import { orderTypes, type SymbolSpec } from '../matching/venue-api.ts';
import { eightPlaces, multiplier } from './decimals.ts';
import type { Json } from './render.ts';

export function symbolInfo(spec: SymbolSpec, showPermissionSets: boolean): Json {
  return {
    symbol: spec.symbol,
    status: spec.status,
    baseAsset: spec.baseAsset,
    baseAssetPrecision: 8,
    quoteAsset: spec.quoteAsset,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: [...orderTypes].sort(),
    icebergAllowed: true,
    ocoAllowed: true,
    otoAllowed: true,
    opoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: true,
    cancelReplaceAllowed: true,
    amendAllowed: true,
    pegInstructionsAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: filters(spec),
    permissions: [],
    permissionSets: showPermissionSets ? [['SPOT']] : [],
    defaultSelfTradePreventionMode: spec.defaultSelfTradeMode,
    allowedSelfTradePreventionModes: [...spec.allowedSelfTradeModes],
  };
}

export function filters(spec: SymbolSpec): readonly Json[] {
  const minutes = spec.averagePriceMinutes;
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: eightPlaces(spec.minPrice),
      maxPrice: eightPlaces(spec.maxPrice),
      tickSize: eightPlaces(spec.tickSize),
    },
    {
      filterType: 'LOT_SIZE',
      minQty: eightPlaces(spec.minQuantity),
      maxQty: eightPlaces(spec.maxQuantity),
      stepSize: eightPlaces(spec.stepSize),
    },
    { filterType: 'ICEBERG_PARTS', limit: spec.icebergParts },
    {
      filterType: 'MARKET_LOT_SIZE',
      minQty: eightPlaces(spec.marketMinQuantity),
      maxQty: eightPlaces(spec.marketMaxQuantity),
      stepSize: eightPlaces(spec.marketStepSize),
    },
    {
      filterType: 'TRAILING_DELTA',
      minTrailingAboveDelta: spec.trailingDeltaBps.minAbove,
      maxTrailingAboveDelta: spec.trailingDeltaBps.maxAbove,
      minTrailingBelowDelta: spec.trailingDeltaBps.minBelow,
      maxTrailingBelowDelta: spec.trailingDeltaBps.maxBelow,
    },
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: multiplier(spec.bidMultiplierUpBps),
      bidMultiplierDown: multiplier(spec.bidMultiplierDownBps),
      askMultiplierUp: multiplier(spec.askMultiplierUpBps),
      askMultiplierDown: multiplier(spec.askMultiplierDownBps),
      avgPriceMins: minutes,
    },
    {
      filterType: 'NOTIONAL',
      minNotional: eightPlaces(spec.minNotional),
      applyMinToMarket: spec.applyMinToMarket,
      maxNotional: eightPlaces(spec.maxNotional),
      applyMaxToMarket: spec.applyMaxToMarket,
      avgPriceMins: minutes,
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: spec.maxOrders },
    { filterType: 'MAX_NUM_ORDER_LISTS', maxNumOrderLists: spec.maxOrderLists },
    { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: spec.maxAlgoOrders },
    { filterType: 'MAX_NUM_ORDER_AMENDS', maxNumOrderAmends: spec.maxOrderAmends },
    ...(spec.maxPosition === null
      ? []
      : [{ filterType: 'MAX_POSITION', maxPosition: eightPlaces(spec.maxPosition) }]),
  ];
}
