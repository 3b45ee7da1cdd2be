/** A venue symbol's filters in the words of the engine; a bound of zero binds nothing. */
import { fixed, type Fixed } from '../core/money.ts';
import type { SymbolRules, SymbolStatus } from '../core/symbols.ts';
import type { SymbolSpec } from '../simulator/matching/venue-api.ts';

const NO_UPPER_BOUND = '999999999999999';

export function rulesOfSpec(spec: SymbolSpec): SymbolRules {
  return {
    symbol: spec.symbol,
    baseAsset: spec.baseAsset,
    quoteAsset: spec.quoteAsset,
    status: statusOf(spec.status),
    tickSize: spec.tickSize,
    minPrice: spec.minPrice,
    maxPrice: bound(spec.maxPrice),
    stepSize: spec.stepSize,
    minQuantity: spec.minQuantity,
    maxQuantity: bound(spec.maxQuantity),
    marketStepSize: spec.marketStepSize,
    marketMinQuantity: spec.marketMinQuantity,
    marketMaxQuantity: bound(spec.marketMaxQuantity),
    minNotional: spec.minNotional,
    maxNotional: bound(spec.maxNotional),
    bidUpBps: spec.bidMultiplierUpBps,
    bidDownBps: spec.bidMultiplierDownBps,
    askUpBps: spec.askMultiplierUpBps,
    askDownBps: spec.askMultiplierDownBps,
    maxOrders: spec.maxOrders,
    maxAlgoOrders: spec.maxAlgoOrders,
    ocoAllowed: true,
  };
}

function bound<T extends Fixed>(value: T): T {
  return value === 0n ? fixed<T>(NO_UPPER_BOUND) : value;
}

function statusOf(status: SymbolSpec['status']): SymbolStatus {
  return status === 'END_OF_DAY' ? 'BREAK' : status;
}
