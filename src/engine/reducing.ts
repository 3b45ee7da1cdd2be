/**
 * Less of a position, or of all of them: the events that ask for it. What was asked for is carried out by the
 * protector, level-triggered, over refusals, lost answers and restarts (invariants 8 and 14): the stop is taken
 * back, the part is sold within `flattenSlippageMaxBps` of the best bid (exit-terms.ts says how), and a stop is
 * placed anew for the rest. Always allowed; nothing here asks admission.
 */
import type { DomainEvent } from '../core/events.ts';
import { bpsFloor, floorTo, notionalFloor, type Price, type Quantity } from '../core/money.ts';
import { marketMinimum, marketStep, type SymbolRules } from '../core/symbols.ts';
import type { Actor, CloseReason } from '../core/vocabulary.ts';
import { holdingOf, type Ledger } from './portfolio/ledger.ts';
import type { Position, Positions } from './portfolio/positions.ts';
import { sellableQuantity } from './portfolio/valuation.ts';

/** What is known of the account and the market; a kernel is one. */
export type ReducingSight = {
  symbolRules(symbol: string): SymbolRules | null;
  readonly view: { bid(symbol: string): Price | null };
  state(): { readonly ledger: Ledger };
};

export type AskedBy = { readonly actor: Actor; readonly commandId: string };

/** A close, asked for once: what is closing already stays as it is. */
export function closeEvents(position: Position, reason: CloseReason, by: AskedBy): readonly DomainEvent[] {
  if (position.closing !== null) return [];
  return [{ kind: 'position.closeRequested', positionId: position.positionId, reason, ...by }];
}

/** K3: every open position is closed. Refused exits are tried again, sliced and at last sold at any price. */
export function flattenEvents(
  positions: Positions,
  reason: CloseReason,
  by: AskedBy,
): readonly DomainEvent[] {
  return [...positions.open.values()].flatMap((position) => closeEvents(position, reason, by));
}

export type PartSize =
  /** This much is sold; the rest can be protected and sold later. */
  | { readonly kind: 'part'; readonly quantity: Quantity }
  /** The rest would be too small to protect or to sell later: all of it goes. */
  | { readonly kind: 'all' }
  /** The exchange takes no order this small. */
  | { readonly kind: 'tooSmall'; readonly quantity: Quantity };

/** What selling `wanted` of a position comes to under the exchange's filters; null without the symbol's rules. */
export function partSize(sight: ReducingSight, position: Position, wanted: Quantity): PartSize | null {
  const rules = sight.symbolRules(position.symbol);
  if (rules === null) return null;
  const step = marketStep(rules);
  const quantity = floorTo(wanted, step);
  const at: Price = sight.view.bid(position.symbol) ?? position.stopPrice;
  const isSellable = (size: bigint, price: Price): boolean =>
    size > 0n && size >= marketMinimum(rules) && notionalFloor(price, size as Quantity) >= rules.minNotional;
  if (!isSellable(quantity, at)) return { kind: 'tooSmall', quantity };
  const holding = holdingOf(sight.state().ledger, position.baseAsset);
  const rest = sellableQuantity(position, step, holding) - quantity;
  return isSellable(rest, position.stopPrice) ? { kind: 'part', quantity } : { kind: 'all' };
}

/**
 * Cuts a position by a share of what can be sold of it now: 2,500 is a quarter. A part too small for the
 * exchange sells nothing and gives no event; one that would leave too small a rest closes the position.
 * Commit the events, then call `executor.look()`. Each leg of a cut stays within the slippage limit: what the
 * book does not take there is asked for once more a second later, and what it does not take then stays, under
 * its stop (the position's size says so; the caller may ask again). A close, in contrast, is sold at any price
 * when two bounded legs have failed.
 */
export function reduceByShare(
  sight: ReducingSight,
  position: Position,
  shareBps: number,
  reason: CloseReason,
  by: AskedBy,
): readonly DomainEvent[] {
  if (position.closing !== null) return [];
  const rules = sight.symbolRules(position.symbol);
  if (rules === null) return [];
  const holding = holdingOf(sight.state().ledger, position.baseAsset);
  const sellable = sellableQuantity(position, marketStep(rules), holding);
  const size = partSize(sight, position, bpsFloor(sellable, shareBps));
  switch (size?.kind) {
    case 'part':
      return [
        {
          kind: 'position.reduceRequested',
          positionId: position.positionId,
          quantity: size.quantity,
          ...by,
        },
      ];
    case 'all':
      return closeEvents(position, reason, by);
    default:
      return [];
  }
}
