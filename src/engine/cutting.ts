/**
 * Taking a share off a position by the engine's own wish: deleveraging and correlation. Never less than asked:
 * a part too small for the exchange is raised to what it takes, and a rest too small to protect is sold along
 * (reducing.ts says which, and sells within the slippage limit).
 */
import type { DomainEvent } from '../core/events.ts';
import { bpsCeil, ceilTo, larger, SCALE, smaller, type Price, type Quantity } from '../core/money.ts';
import { marketMinimum, marketStep, type SymbolRules } from '../core/symbols.ts';
import { holdingOf } from './portfolio/ledger.ts';
import type { Position } from './portfolio/positions.ts';
import { sellableQuantity } from './portfolio/valuation.ts';
import { closeEvents, partSize, type ReducingSight } from './reducing.ts';

const BY = { actor: 'system', commandId: '' } as const;

/** The events that cut this share off; none while the position is being closed. */
export function cutEvents(sight: ReducingSight, position: Position, cutBps: number): readonly DomainEvent[] {
  if (position.closing !== null) return [];
  const rules = sight.symbolRules(position.symbol);
  if (rules === null) return closeEvents(position, 'emergency', BY);
  const step = marketStep(rules);
  const sellable = sellableQuantity(position, step, holdingOf(sight.state().ledger, position.baseAsset));
  const wanted = ceilTo(bpsCeil(sellable, cutBps), step);
  const at = sight.view.bid(position.symbol) ?? position.stopPrice;
  const size = partSize(sight, position, smaller(larger(wanted, leastSellable(rules, at, step)), sellable));
  if (size?.kind !== 'part') return closeEvents(position, 'emergency', BY);
  return [
    {
      kind: 'position.reduceRequested',
      positionId: position.positionId,
      quantity: size.quantity,
      ...BY,
    },
  ];
}

/** The smallest part the exchange takes at this price. */
function leastSellable(rules: SymbolRules, at: Price, step: Quantity): Quantity {
  if (at <= 0n) return marketMinimum(rules);
  const byValue = ((rules.minNotional * SCALE + at - 1n) / at) as Quantity;
  return larger(ceilTo(byValue, step), marketMinimum(rules));
}
