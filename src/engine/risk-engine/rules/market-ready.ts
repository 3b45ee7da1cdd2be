/** The market must be open, its book fresh, whole and uncrossed, the clock right (invariants 21 and 22). */
import { refusal, type Refusal } from '../../../core/refusals.ts';
import type { RiskContext } from '../context.ts';

export function marketReady(context: RiskContext): Refusal | null {
  const { symbol, quote, rules, clockOffsetMs, unresolvedOnSymbol } = context;
  if (symbol.status !== 'TRADING')
    return refusal('risk.symbolNotTrading', { symbol: symbol.symbol, status: symbol.status });
  if (quote === null) return refusal('risk.bookMissing', { symbol: symbol.symbol });
  if (!quote.valid || quote.ageMs > rules.bookAgeMaxMs) {
    return refusal('risk.bookStale', {
      symbol: symbol.symbol,
      ageMs: Math.round(quote.ageMs),
      limitMs: rules.bookAgeMaxMs,
    });
  }
  if (quote.crossed || quote.bid <= 0n || quote.ask <= 0n)
    return refusal('risk.bookCrossed', { symbol: symbol.symbol });
  if (clockOffsetMs === null || Math.abs(clockOffsetMs) > rules.clockOffsetMaxMs) {
    return refusal('risk.clockOffset', { offsetMs: clockOffsetMs, limitMs: rules.clockOffsetMaxMs });
  }
  if (unresolvedOnSymbol > 0)
    return refusal('risk.outcomeUnknown', { symbol: symbol.symbol, orders: unresolvedOnSymbol });
  return null;
}
