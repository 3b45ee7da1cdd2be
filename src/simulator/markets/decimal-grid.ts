/**
 * Recorded figures on a symbol's grid. A recording may become finer on its way (exchanges change tick
 * sizes; a collapsing coin needs ever smaller ones): the filters then follow, as they did in reality.
 */
import { parseFixed, type Fixed, type Price, type Quantity } from '../../core/money.ts';
import type { SymbolSpec, Venue } from '../matching/venue-api.ts';
import { recordedSpec } from './symbols.ts';

/** Decimals a plain number is written with, trailing zeros aside. */
function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  if (point === -1) return 0;
  let end = text.length;
  while (end > point + 1 && text.charCodeAt(end - 1) === 48) end -= 1;
  return Math.min(8, end - point - 1);
}

/** Greatest decimals of the given texts. */
export function greatestDecimals(texts: Iterable<string>): number {
  let greatest = 0;
  for (const text of texts) greatest = Math.max(greatest, decimalsOf(text));
  return greatest;
}

/** A recorded amount, or null when it is malformed, negative, or finer than 10⁻⁸. */
export function amountOf<T extends Fixed>(text: string | undefined): T | null {
  const parsed = parseFixed<T>(text ?? '');
  return parsed.ok && parsed.value >= 0n ? parsed.value : null;
}

/** True when both are whole multiples of the symbol's tick and step. */
export function onGrid(spec: SymbolSpec, prices: readonly Price[], quantity: Quantity): boolean {
  return quantity % spec.stepSize === 0n && prices.every((price) => price % spec.tickSize === 0n);
}

/** Filters fine enough for these figures, put into force on the venue; keeps the status that is there. */
export function refineOn(
  venue: Venue | null,
  now: number,
  spec: SymbolSpec,
  texts: { readonly prices: readonly string[]; readonly quantities: readonly string[] },
): SymbolSpec {
  const finer = recordedSpec(
    spec.symbol,
    Math.max(greatestDecimals(texts.prices), unitDecimals(spec.tickSize)),
    Math.max(greatestDecimals(texts.quantities), unitDecimals(spec.stepSize)),
  );
  const standing = venue?.symbol(spec.symbol);
  if (venue !== null && standing !== undefined && standing !== null)
    venue.setSymbol(now, { ...finer, status: standing.status });
  return finer;
}

/** Decimals needed to write a tick or step. */
export function unitDecimals(unit: bigint): number {
  let decimals = 8;
  for (let rest = unit; decimals > 0 && rest % 10n === 0n; rest /= 10n) decimals -= 1;
  return decimals;
}
