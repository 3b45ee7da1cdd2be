/**
 * What the exchange says about a trading pair. Symbols are written as the exchange writes them
 * (`BTCUSDT`); `BTC/USDT` exists on screens only. Filters are read at run time, never assumed.
 */
import { larger, smaller, type Notional, type Price, type Quantity } from './money.ts';

export type SymbolStatus = 'TRADING' | 'CANCEL_ONLY' | 'HALT' | 'BREAK' | 'UNKNOWN';

export type SymbolRules = {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly status: SymbolStatus;
  readonly tickSize: Price;
  readonly minPrice: Price;
  readonly maxPrice: Price;
  readonly stepSize: Quantity;
  readonly minQuantity: Quantity;
  readonly maxQuantity: Quantity;
  /** Step and bounds for MARKET orders; a zero step means the plain step applies. */
  readonly marketStepSize: Quantity;
  readonly marketMinQuantity: Quantity;
  readonly marketMaxQuantity: Quantity;
  readonly minNotional: Notional;
  readonly maxNotional: Notional;
  /** Allowed order price relative to the average price, in basis points, by side. */
  readonly bidUpBps: number;
  readonly bidDownBps: number;
  readonly askUpBps: number;
  readonly askDownBps: number;
  readonly maxOrders: number;
  readonly maxAlgoOrders: number;
  /** Whether a stop and a target can rest as one order list. */
  readonly ocoAllowed: boolean;
};

/** `BTC/USDT` for screens. */
export function displaySymbol(rules: Pick<SymbolRules, 'baseAsset' | 'quoteAsset'>): string {
  return `${rules.baseAsset}/${rules.quoteAsset}`;
}

/** The step of what is bought or sold at the market, stops included: the coarser of the two filters. */
export function marketStep(rules: Pick<SymbolRules, 'stepSize' | 'marketStepSize'>): Quantity {
  return larger(rules.stepSize, rules.marketStepSize);
}

/** The smallest quantity at the market: the larger of the two filters. */
export function marketMinimum(rules: Pick<SymbolRules, 'minQuantity' | 'marketMinQuantity'>): Quantity {
  return larger(rules.minQuantity, rules.marketMinQuantity);
}

/** The greatest quantity at the market: the smaller of the two filters. */
export function marketMaximum(rules: Pick<SymbolRules, 'maxQuantity' | 'marketMaxQuantity'>): Quantity {
  return smaller(rules.maxQuantity, rules.marketMaxQuantity);
}
