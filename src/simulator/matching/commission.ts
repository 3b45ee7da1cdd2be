/**
 * Fees: rate × received amount, rounded down to 10⁻⁸, in the received asset, or in BNB at 25 % off
 * (Binance, commission FAQ). The number form is exact below 2^53 and says -1 past it; the bigint form
 * is the same rule without a limit. Rates are hundredths of a basis point: 0.1 % = 1,000.
 */
import type { AssetAmount, Price } from '../../core/money.ts';

const RATE_UNIT = 1_000_000;
/** Share of the standard rate that remains when paying in BNB, in percent. */
const BNB_PERCENT = 75n;

/** Rates by owner number, readable in the matching loop without a call. Owner 0 pays nothing. */
export class FeeSchedule {
  maker: Float64Array = new Float64Array(16);
  taker: Float64Array = new Float64Array(16);

  set(owner: number, makerRate: number, takerRate: number): void {
    if (owner >= this.maker.length) {
      const size = Math.max(owner + 1, this.maker.length * 2);
      const maker = new Float64Array(size);
      maker.set(this.maker);
      this.maker = maker;
      const taker = new Float64Array(size);
      taker.set(this.taker);
      this.taker = taker;
    }
    this.maker[owner] = makerRate;
    this.taker[owner] = takerRate;
  }
}

/** Exact floor(amount × rate / 1,000,000) for whole units below 2^53; -1 passes through. */
export function feeUnits(amount: number, rate: number): number {
  if (amount < 0) return -1;
  let millions = Math.floor(amount / RATE_UNIT);
  let rest = amount - millions * RATE_UNIT;
  if (rest < 0) {
    millions -= 1;
    rest += RATE_UNIT;
  }
  return millions * rate + Math.floor((rest * rate) / RATE_UNIT);
}

export function feeFloor(amount: bigint, rate: number): AssetAmount {
  return ((amount * BigInt(rate)) / BigInt(RATE_UNIT)) as AssetAmount;
}

/** The discounted fee in BNB on an amount of an asset of which one BNB costs `bnbPrice`. */
export function feeInBnb(amount: bigint, rate: number, bnbPrice: Price): AssetAmount {
  return ((amount * BigInt(rate) * BNB_PERCENT * 100_000_000n) /
    (BigInt(RATE_UNIT) * 100n * bnbPrice)) as AssetAmount;
}
