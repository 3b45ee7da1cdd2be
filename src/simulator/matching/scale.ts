/**
 * How one market counts: prices in ticks, quantities in lots, both safe integers, so that matching
 * never touches bigint. Money outside the book stays exact fixed-point bigint; the crossings are here.
 */
import { invariant } from '../../core/invariant.ts';
import { SCALE, type Price, type Quantity } from '../../core/money.ts';

export type Scale = {
  readonly tick: bigint;
  readonly lot: bigint;
  readonly tickUnits: number;
  readonly lotUnits: number;
  /** Quote units at 10⁻⁸ in one tick × lot = numerator / denominator. */
  readonly numerator: number;
  readonly denominator: number;
};

export function makeScale(tick: bigint, lot: bigint): Scale {
  const product = tick * lot;
  const divisor = greatestCommonDivisor(product, SCALE);
  return {
    tick,
    lot,
    tickUnits: Number(tick),
    lotUnits: Number(lot),
    numerator: Number(product / divisor),
    denominator: Number(SCALE / divisor),
  };
}

/** The coarsest grid that holds both the new steps and everything already on the old one. */
export function scaleFor(tickSize: Price, stepSize: Quantity, previous: Scale | null): Scale {
  const tick = tickSize > 0n ? tickSize : 1n;
  const lot = stepSize > 0n ? stepSize : 1n;
  if (previous === null) return makeScale(tick, lot);
  return makeScale(greatestCommonDivisor(tick, previous.tick), greatestCommonDivisor(lot, previous.lot));
}

/** Ticks of a price, rounded down to the grid. */
export function ticksOf(scale: Scale, price: Price): number {
  return countOf(price, scale.tick, scale.tickUnits);
}

/** Lots of a quantity, rounded down to the grid. */
export function lotsOf(scale: Scale, quantity: Quantity): number {
  return countOf(quantity, scale.lot, scale.lotUnits);
}

function countOf(value: bigint, step: bigint, stepUnits: number): number {
  // Dividing doubles is several times cheaper than bigint, and exact here once corrected downwards.
  const units = Number(value);
  if (units <= Number.MAX_SAFE_INTEGER) {
    const count = Math.floor(units / stepUnits);
    return count * stepUnits > units ? count - 1 : count;
  }
  const count = Number(value / step);
  invariant(count <= Number.MAX_SAFE_INTEGER, 'a price and a quantity fit the grid of their market');
  return count;
}

export function priceOf(scale: Scale, ticks: number): Price {
  return (BigInt(ticks) * scale.tick) as Price;
}

export function quantityOf(scale: Scale, lots: number): Quantity {
  return (BigInt(lots) * scale.lot) as Quantity;
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let a = left;
  let b = right;
  while (b > 0n) [a, b] = [b, a % b];
  return a;
}
