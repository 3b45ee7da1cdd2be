/**
 * Running sums over the open orders, changed with each order that changes, so that admission adds up
 * nothing (invariants 9 and 10): what is reserved in all and per symbol, how many rest, how many are
 * unresolved, and which entries are still under way.
 */
import { ZERO_NOTIONAL, type Notional } from '../../core/money.ts';

export type SymbolSums = {
  readonly reserved: Notional;
  /** Orders that can still do something, of any purpose. */
  readonly open: number;
  readonly unresolved: number;
  readonly entries: number;
};

export type OrderSums = {
  readonly reserved: Notional;
  readonly open: number;
  readonly bySymbol: ReadonlyMap<string, SymbolSums>;
  /** Entries under way: their order, and the position it opens or has opened. */
  readonly entries: ReadonlyMap<string, string>;
};

/** What one order adds to the sums now. */
export type OrderShare = {
  readonly orderId: string;
  readonly positionId: string;
  readonly symbol: string;
  readonly reserved: Notional;
  readonly isOpen: boolean;
  readonly isUnresolved: boolean;
  readonly isEntry: boolean;
};

export const initialSums: OrderSums = {
  reserved: ZERO_NOTIONAL,
  open: 0,
  bySymbol: new Map(),
  entries: new Map(),
};

export const NO_SUMS: SymbolSums = { reserved: ZERO_NOTIONAL, open: 0, unresolved: 0, entries: 0 };

/** The sums once an order's share has become `after`; the same object when nothing that is counted changed. */
export function changedSums(sums: OrderSums, before: OrderShare | null, after: OrderShare): OrderSums {
  const reserved = (after.reserved - (before?.reserved ?? 0n)) as Notional;
  const open = Number(after.isOpen) - Number(before?.isOpen ?? false);
  const unresolved = Number(after.isUnresolved) - Number(before?.isUnresolved ?? false);
  const entries = changedEntries(sums.entries, after);
  if (reserved === 0n && open === 0 && unresolved === 0)
    return entries === sums.entries ? sums : { ...sums, entries };
  const symbol = sums.bySymbol.get(after.symbol) ?? NO_SUMS;
  const next: SymbolSums = {
    reserved: (symbol.reserved + reserved) as Notional,
    open: symbol.open + open,
    unresolved: symbol.unresolved + unresolved,
    entries: symbol.entries + (entries === sums.entries ? 0 : entries.size - sums.entries.size),
  };
  const bySymbol = new Map(sums.bySymbol);
  if (next.open === 0) bySymbol.delete(after.symbol);
  else bySymbol.set(after.symbol, next);
  return { reserved: (sums.reserved + reserved) as Notional, open: sums.open + open, bySymbol, entries };
}

function changedEntries(entries: OrderSums['entries'], share: OrderShare): OrderSums['entries'] {
  const underWay = share.isEntry && share.isOpen;
  if (underWay === entries.has(share.orderId)) return entries;
  const next = new Map(entries);
  if (underWay) next.set(share.orderId, share.positionId);
  else next.delete(share.orderId);
  return next;
}
