/**
 * Which best bid may value the account. A bid far from the last one believed is an outlier until the market
 * itself confirms it: most of the last trades were made near it, or it has stood for a while. So one bad print
 * neither raises the equity peak nor halts at the drawdown limit (invariant 12), and a real crash, in which
 * people trade, is believed within moments, at the latest after `confirmMs`.
 */
import type { Price } from '../core/money.ts';

export type TickFilterRules = {
  /** Farther than this from the last believed bid is doubtful. */
  readonly outlierBps: number;
  /** So many of the newest trades near a doubtful bid confirm it: more than half of those looked at. */
  readonly confirmTrades: number;
  /** A doubtful bid that has stood this long is believed. */
  readonly confirmMs: number;
};

export interface TickFilter {
  /** Monotonic time; a price that is not positive is ignored. */
  bid(price: Price, at: number): void;
  /** Gives whether this trade confirmed a doubtful bid, and so moved the mark. */
  trade(price: Price): boolean;
  /** The bid to value things with; null before the first. */
  mark(): Price | null;
}

/** The rules are read at each use: they may change while it runs. */
export function createTickFilter(rules: TickFilterRules): TickFilter {
  const trades: Price[] = [];
  let believed: Price | null = null;
  let doubtful: Price | null = null;
  let doubtfulSince = 0;
  let reachBps = rules.outlierBps;
  let reach = BigInt(reachBps);

  const isNear = (price: Price, other: Price): boolean => {
    if (rules.outlierBps !== reachBps) {
      reachBps = rules.outlierBps;
      reach = BigInt(reachBps);
    }
    const distance = price > other ? price - other : other - price;
    return distance * 10_000n <= other * reach;
  };

  const isTraded = (price: Price): boolean => {
    let near = 0;
    for (const trade of trades) if (isNear(trade, price)) near += 1;
    return near >= rules.confirmTrades;
  };

  return {
    mark: () => believed,
    trade(price): boolean {
      if (price <= 0n) return false;
      trades.push(price);
      while (trades.length > 2 * rules.confirmTrades - 1) trades.shift();
      if (doubtful === null || !isTraded(doubtful)) return false;
      believed = doubtful;
      doubtful = null;
      return true;
    },
    bid(price, at): void {
      if (price <= 0n) return;
      if (believed === null || isNear(price, believed)) {
        believed = price;
        doubtful = null;
        return;
      }
      if (doubtful === null || !isNear(price, doubtful)) doubtfulSince = at;
      doubtful = price;
      if (at - doubtfulSince < rules.confirmMs && !isTraded(price)) return;
      believed = price;
      doubtful = null;
    },
  };
}
