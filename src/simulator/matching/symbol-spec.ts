/**
 * The rules of one symbol of the simulated exchange, as its exchangeInfo tells them (Binance, filters.md,
 * enums.md). The file venue-api.ts passes these types on: import them from there.
 */
import type { Notional, Price, Quantity } from '../../core/money.ts';

export type SymbolStatus = 'TRADING' | 'BREAK' | 'HALT' | 'CANCEL_ONLY' | 'END_OF_DAY';

/** What happens when both sides of a trade belong to one account (self_trade_prevention_faq.md). */
export const selfTradeModes = [
  'NONE',
  'EXPIRE_TAKER',
  'EXPIRE_MAKER',
  'EXPIRE_BOTH',
  'DECREMENT',
  'TRANSFER',
] as const;
export type SelfTradeMode = (typeof selfTradeModes)[number];

/** Filters of one symbol, in the exchange's own meaning; a zero switches the single check off. */
export type SymbolSpec = {
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
  readonly marketStepSize: Quantity;
  readonly marketMinQuantity: Quantity;
  readonly marketMaxQuantity: Quantity;
  readonly minNotional: Notional;
  readonly applyMinToMarket: boolean;
  readonly maxNotional: Notional;
  readonly applyMaxToMarket: boolean;
  /** PERCENT_PRICE_BY_SIDE multipliers in basis points of the reference price (5 = 50,000). */
  readonly bidMultiplierUpBps: number;
  readonly bidMultiplierDownBps: number;
  readonly askMultiplierUpBps: number;
  readonly askMultiplierDownBps: number;
  readonly averagePriceMinutes: number;
  readonly maxOrders: number;
  readonly maxAlgoOrders: number;
  readonly maxOrderLists: number;
  readonly maxOrderAmends: number;
  readonly icebergParts: number;
  readonly trailingDeltaBps: {
    readonly minAbove: number;
    readonly maxAbove: number;
    readonly minBelow: number;
    readonly maxBelow: number;
  };
  readonly maxPosition: Quantity | null;
  /** Execution rule PRICE_RANGE: where a taker may trade, in basis points of the reference price. */
  readonly executionRange?: ExecutionRange | null;
  readonly defaultSelfTradeMode: SelfTradeMode;
  readonly allowedSelfTradeModes: readonly SelfTradeMode[];
};

/** A zero leaves that direction open. */
export type ExecutionRange = {
  readonly bidUpBps: number;
  readonly bidDownBps: number;
  readonly askUpBps: number;
  readonly askDownBps: number;
};
