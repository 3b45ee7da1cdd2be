/**
 * One symbol's public trades, each once and in order: what overlapping connections tell twice is
 * dropped by id, and after a loss the missed ones are put before the new ones, which wait for them
 * (failures 11, 12). Pure: it says from which id on trades are missing and asks nobody.
 */
import type { TradeTick } from '../../core/ports/market-feed.ts';

export interface TradeSequence {
  /** Passes on, holds or drops one trade of the stream. */
  take(trade: TradeTick): void;
  /** The connection was lost; what comes next may leave a hole. */
  lost(): void;
  /** The first id that is missing, once: the caller fetches from there and answers with `found`. */
  missingFrom(): number | null;
  /** The missed trades, in any order, or none when they could not be had; lets the held ones go. */
  found(missed: readonly TradeTick[]): void;
}

/** More than this is not held back for the sake of what was missed. */
const HELD_MAX = 5_000;

export function createTradeSequence(deliver: (trade: TradeTick) => void): TradeSequence {
  let last = 0;
  let isAfterLoss = false;
  let missing: number | null = null;
  let isFilling = false;
  let held: TradeTick[] = [];

  function pass(trade: TradeTick): void {
    if (trade.tradeId <= last) return;
    last = trade.tradeId;
    deliver(trade);
  }

  function release(): void {
    const waiting = held;
    held = [];
    isFilling = false;
    missing = null;
    for (const trade of waiting) pass(trade);
  }

  return {
    take(trade): void {
      if (isAfterLoss) {
        isAfterLoss = false;
        // An id behind the last one: another server, or a testnet that was wiped, counts anew.
        if (trade.tradeId < last) last = 0;
        if (last > 0 && trade.tradeId > last + 1) {
          isFilling = true;
          missing = last + 1;
        }
      }
      if (!isFilling) {
        pass(trade);
        return;
      }
      held.push(trade);
      if (held.length >= HELD_MAX) release();
    },
    lost(): void {
      release();
      isAfterLoss = true;
    },
    missingFrom(): number | null {
      const from = missing;
      missing = null;
      return from;
    },
    found(missed): void {
      if (!isFilling) return;
      const first = held[0]?.tradeId ?? Number.POSITIVE_INFINITY;
      const before = missed.filter(({ tradeId }) => tradeId < first);
      for (const trade of before.toSorted((one, other) => one.tradeId - other.tradeId)) pass(trade);
      release();
    },
  };
}
