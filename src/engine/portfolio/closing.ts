/** The events of a position's end, and the stop that belongs to its beginning: pure arithmetic over fills. */
import type { DomainEvent } from '../../core/events.ts';
import {
  averagePriceFloor,
  bpsFloor,
  floorTo,
  notionalFloor,
  smaller,
  ZERO_PRICE,
  type AssetAmount,
  type Notional,
  type Price,
  type Quantity,
} from '../../core/money.ts';
import type { ExchangeFill } from '../../core/ports/gateway.ts';
import type { SymbolRules } from '../../core/symbols.ts';
import type { CloseReason } from '../../core/vocabulary.ts';
import { dustOf, entryPrice, realisedPnl, type Position } from './positions.ts';

/** `holding` is what the account has of the coin: dust is never more than that. */
export function closingEvents(
  position: Position,
  holding: AssetAmount,
  reason: CloseReason,
  now: number,
): readonly DomainEvent[] {
  const dust = smaller(dustOf(position), holding);
  const events: DomainEvent[] = [];
  if (dust > 0n)
    events.push({
      kind: 'dust.kept',
      asset: position.baseAsset,
      quantity: dust,
      positionId: position.positionId,
    });
  events.push({
    kind: 'position.closed',
    positionId: position.positionId,
    symbol: position.symbol,
    reason,
    entryPrice: entryPrice(position),
    exitPrice: position.sold === 0n ? ZERO_PRICE : averagePriceFloor(position.proceeds, position.sold),
    quantity: position.sold,
    realisedPnl: realisedPnl(position),
    fees: position.fees,
    heldMs: Math.max(0, now - position.openedAt),
  });
  return events;
}

/** The protective stop: the configured distance below the average price paid, floored to the tick. */
export function averageStop(
  fills: readonly ExchangeFill[],
  rules: Pick<SymbolRules, 'tickSize'>,
  distanceBps: number,
): Price {
  let cost = 0n;
  let size = 0n;
  for (const fill of fills) {
    cost += notionalFloor(fill.price, fill.quantity);
    size += fill.quantity;
  }
  if (size === 0n) return ZERO_PRICE;
  return floorTo(
    bpsFloor(averagePriceFloor(cost as Notional, size as Quantity), 10_000 - distanceBps),
    rules.tickSize,
  );
}
