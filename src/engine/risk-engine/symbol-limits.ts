/** Limits of single symbols, ours tighter than those of all, and the exchange's: the collar, and the size of one order. */
import { smaller, type Quantity } from '../../core/money.ts';
import type { RiskRules, SymbolLimit } from '../../core/rules.ts';
import type { SymbolRules } from '../../core/symbols.ts';

function limitOf(rules: RiskRules, symbol: string): SymbolLimit | undefined {
  return Object.hasOwn(rules.symbolLimits, symbol) ? rules.symbolLimits[symbol] : undefined;
}

/** How far from the last trade this symbol may be bought, in basis points. */
export function collarBpsOf(rules: RiskRules, symbol: string): number {
  return Math.min(limitOf(rules, symbol)?.priceCollarBps ?? rules.priceCollarBps, rules.priceCollarBps);
}

/** The largest quantity of one order, or null where only its value is bounded. */
export function quantityMaxOf(rules: RiskRules, symbol: string): Quantity | null {
  return limitOf(rules, symbol)?.orderQuantityMax ?? null;
}

/** The largest quantity the exchange takes. The stop sells at the market, so its maximum binds whatever the entry is. */
export function exchangeQuantityMax(symbol: SymbolRules): Quantity {
  return symbol.marketMaxQuantity > 0n
    ? smaller(symbol.maxQuantity, symbol.marketMaxQuantity)
    : symbol.maxQuantity;
}
