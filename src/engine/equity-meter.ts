/**
 * What the account is worth now, kept up to date instead of added up anew: each position's value changes
 * when its bid does, everything else when the fold does. Always equal to `equityOf` over the same state
 * (domain rules, "Equity"); asked on every tick and by every admission.
 */
import { notionalFloor, ZERO_NOTIONAL, type Notional, type Price } from '../core/money.ts';
import { holdingOf } from './portfolio/ledger.ts';
import type { Positions } from './portfolio/positions.ts';
import { positionValue } from './portfolio/valuation.ts';
import type { EngineState } from './state.ts';

export interface EquityMeter {
  /** The bid of this symbol may have changed. */
  touched(symbol: string): void;
  equity(): Notional;
  /** Open positions at the best bid. */
  exposure(): Notional;
  /** One position at the best bid; zero for one that is not open. */
  valueOf(positionId: string): Notional;
}

type Item = { readonly symbol: string; value: Notional; readonly valued: () => Notional };

export function createEquityMeter(
  state: () => Pick<EngineState, 'ledger' | 'positions' | 'account'>,
  bidOf: (symbol: string) => Price | null,
): EquityMeter {
  let seen: Positions | null = null;
  let positionsTotal = 0n;
  let dustTotal = 0n;
  let positions = new Map<string, Item>();
  let bySymbol = new Map<string, Item[]>();
  const dusty = new Set<Item>();
  const dirty = new Set<string>();

  const rebuild = (next: Positions, quoteAsset: string): void => {
    seen = next;
    positions = new Map();
    bySymbol = new Map();
    dusty.clear();
    dirty.clear();
    positionsTotal = 0n;
    dustTotal = 0n;
    for (const position of next.open.values()) {
      const item = itemOf(position.symbol, () => positionValue(position, bidOf));
      positions.set(position.positionId, item);
      positionsTotal += item.value;
    }
    for (const [asset, dust] of next.dust) {
      const symbol = `${asset}${quoteAsset}`;
      const item = itemOf(symbol, () => {
        const bid = bidOf(symbol);
        return bid === null ? dust.cost : notionalFloor(bid, dust.quantity);
      });
      dusty.add(item);
      dustTotal += item.value;
    }
  };

  const itemOf = (symbol: string, valued: () => Notional): Item => {
    const item = { symbol, value: valued(), valued };
    const same = bySymbol.get(symbol);
    if (same === undefined) bySymbol.set(symbol, [item]);
    else same.push(item);
    return item;
  };

  const refresh = (): void => {
    const { positions: now, account } = state();
    if (now !== seen) {
      rebuild(now, account?.quoteAsset ?? '');
      return;
    }
    if (dirty.size === 0) return;
    for (const symbol of dirty) for (const item of bySymbol.get(symbol) ?? []) revalue(item);
    dirty.clear();
  };

  const revalue = (item: Item): void => {
    const value = item.valued();
    if (dusty.has(item)) dustTotal += value - item.value;
    else positionsTotal += value - item.value;
    item.value = value;
  };

  return {
    touched(symbol): void {
      if (bySymbol.has(symbol)) dirty.add(symbol);
    },
    equity(): Notional {
      refresh();
      const { ledger, account } = state();
      return (holdingOf(ledger, account?.quoteAsset ?? '') + positionsTotal + dustTotal) as Notional;
    },
    exposure(): Notional {
      refresh();
      return positionsTotal as Notional;
    },
    valueOf(positionId): Notional {
      refresh();
      return positions.get(positionId)?.value ?? ZERO_NOTIONAL;
    },
  };
}
