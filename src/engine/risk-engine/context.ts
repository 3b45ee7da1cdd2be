/** Everything a risk rule may look at, gathered once per request. Rules read it and nothing else. */
import type { Notional, Price, Quantity } from '../../core/money.ts';
import type { RiskRules, TierRules } from '../../core/rules.ts';
import type { EntryRequest } from '../../core/stages.ts';
import type { SymbolRules } from '../../core/symbols.ts';
import type { MarketState, Tier } from '../../core/vocabulary.ts';
import type { RiskState } from './risk-state.ts';
import type { SizeFactor } from './size-factors.ts';

export type QuoteView = {
  readonly bid: Price;
  readonly ask: Price;
  readonly valid: boolean;
  readonly crossed: boolean;
  readonly ageMs: number;
};

export type RiskContext = {
  readonly now: number;
  readonly request: EntryRequest;
  readonly tier: Tier;
  readonly limits: TierRules;
  readonly rules: RiskRules;
  readonly symbol: SymbolRules;
  readonly quote: QuoteView | null;
  readonly lastPrice: Price | null;
  readonly equity: Notional;
  readonly freeQuote: Notional;
  readonly state: RiskState;
  readonly clockOffsetMs: number | null;
  /** Value of open positions plus reservations, per symbol and in number. */
  readonly openPositions: number;
  readonly pendingEntries: number;
  readonly positionOnSymbol: boolean;
  readonly exposureOnSymbol: Notional;
  readonly openOrdersOnSymbol: number;
  readonly unresolvedOnSymbol: number;
  /** Size left by tilt recovery, in basis points; 10,000 is full size. */
  readonly sizeMultiplierBps: number;
  readonly marketState: MarketState;
  /** Volatility over its own usual; null while unknown. */
  readonly volatilityRatio: number | null;
  /** All open orders of the account, and what they may still cost. */
  readonly openOrders: number;
  readonly reservedTotal: Notional;
  /** Mean pairwise correlation of what is held, and with this entry; null without enough observations. */
  readonly correlation: { readonly now: number | null; readonly after: number | null };
};

/** The size the rules work on, once the sizer has spoken. */
export type Sizing = {
  readonly requested: Notional;
  readonly cap: Notional;
  readonly quantity: Quantity;
  readonly reserved: Notional;
  readonly stopPrice: Price;
  readonly factors: readonly SizeFactor[];
  /** Their product. */
  readonly multiplierBps: number;
};
