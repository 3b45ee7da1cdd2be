/**
 * Volume-weighted average trade price over the last minutes of one market, in one-second buckets:
 * the reference of PERCENT_PRICE_BY_SIDE and of MARKET notionals (Binance, filters.md; avgPrice).
 * Sums are doubles over ticks and lots: a statistic, deterministic, never a settlement figure.
 */
export class AveragePrice {
  seconds: Float64Array;
  lots: Float64Array;
  value: Float64Array;
  #cachedSecond = -1;
  #cached = 0;

  constructor(minutes: number) {
    const size = Math.max(1, minutes) * 60;
    this.seconds = new Float64Array(size).fill(-1);
    this.lots = new Float64Array(size);
    this.value = new Float64Array(size);
  }

  add(now: number, ticks: number, lots: number): void {
    const second = Math.floor(now / 1_000);
    const at = second % this.seconds.length;
    if (this.seconds[at] !== second) {
      this.seconds[at] = second;
      this.lots[at] = 0;
      this.value[at] = 0;
    }
    this.lots[at]! += lots;
    this.value[at]! += ticks * lots;
    this.#cachedSecond = -1;
  }

  restore(second: number, lots: number, value: number): void {
    const at = second % this.seconds.length;
    this.seconds[at] = second;
    this.lots[at] = lots;
    this.value[at] = value;
  }

  /** Follows a market to a finer grid. */
  rescale(ticks: number, lots: number): void {
    for (let at = 0; at < this.lots.length; at += 1) {
      this.lots[at]! *= lots;
      this.value[at]! *= ticks * lots;
    }
    this.#cachedSecond = -1;
  }

  /** Average in ticks (not whole), or 0 when nothing traded in the window. */
  ticks(now: number): number {
    const second = Math.floor(now / 1_000);
    if (second === this.#cachedSecond) return this.#cached;
    const oldest = second - this.seconds.length;
    let lots = 0;
    let value = 0;
    for (let at = 0; at < this.seconds.length; at += 1) {
      const when = this.seconds[at]!;
      if (when <= oldest || when > second) continue;
      lots += this.lots[at]!;
      value += this.value[at]!;
    }
    this.#cachedSecond = second;
    this.#cached = lots > 0 ? value / lots : 0;
    return this.#cached;
  }
}
