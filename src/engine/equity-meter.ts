/**
 * What the account is worth now, kept up to date instead of added up anew: each position's value changes
 * when its mark does (by a book or by a trade that confirms one), everything else when the fold does. Always equal
 * to `equityOf` over the same state (domain rules, "Equity"); asked on every tick and by every admission.
 */
import { ZERO_NOTIONAL, type Notional, type Price } from '../core/money.ts';
import { holdingOf } from './portfolio/ledger.ts';
import type { Positions } from './portfolio/positions.ts';
import { dustValue, positionValue } from './portfolio/valuation.ts';
import type { EngineState } from './state.ts';

export interface EquityMeter {
  equity(): Notional;
  /** Open positions at their marks. */
  exposure(): Notional;
  /** One position at its mark; zero for one that is not open. */
  valueOf(positionId: string): Notional;
  /** The position on this symbol at its mark; null when none is open. */
  heldOn(symbol: string): Notional | null;
}

type Item = {
  readonly symbol: string;
  readonly isDust: boolean;
  readonly worth: () => Notional;
  mark: Price | null;
  value: Notional;
};

export function createEquityMeter(
  state: () => Pick<EngineState, 'ledger' | 'positions' | 'account'>,
  markOf: (symbol: string) => Price | null,
  /** Raised whenever a mark may have moved: until then none is looked at again. */
  marksVersion: () => number,
): EquityMeter {
  let seen: Positions | null = null;
  let seenMarks = -1;
  let positionsTotal = 0n;
  let dustTotal = 0n;
  let items: Item[] = [];
  let positions = new Map<string, Item>();
  /** Of two on one symbol, which only a lost history can leave behind, the older. */
  let bySymbol = new Map<string, Item>();

  const rebuild = (next: Positions, quoteAsset: string): void => {
    seen = next;
    items = [];
    positions = new Map();
    bySymbol = new Map();
    positionsTotal = 0n;
    dustTotal = 0n;
    for (const position of next.open.values()) {
      const item = added(position.symbol, false, () => positionValue(position, markOf));
      positions.set(position.positionId, item);
      if (!bySymbol.has(position.symbol)) bySymbol.set(position.symbol, item);
    }
    for (const [asset, dust] of next.dust)
      added(`${asset}${quoteAsset}`, true, () => dustValue(asset, dust, quoteAsset, markOf));
  };

  const added = (symbol: string, isDust: boolean, worth: () => Notional): Item => {
    const item: Item = { symbol, isDust, worth, mark: markOf(symbol), value: worth() };
    items.push(item);
    if (isDust) dustTotal += item.value;
    else positionsTotal += item.value;
    return item;
  };

  const refresh = (): void => {
    const { positions: now, account } = state();
    const version = marksVersion();
    if (now === seen && version === seenMarks) return;
    seenMarks = version;
    if (now !== seen) {
      rebuild(now, account?.quoteAsset ?? '');
      return;
    }
    for (const item of items) {
      const mark = markOf(item.symbol);
      if (mark === item.mark) continue;
      item.mark = mark;
      const value = item.worth();
      if (item.isDust) dustTotal += value - item.value;
      else positionsTotal += value - item.value;
      item.value = value;
    }
  };

  return {
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
    heldOn(symbol): Notional | null {
      refresh();
      return bySymbol.get(symbol)?.value ?? null;
    },
  };
}
