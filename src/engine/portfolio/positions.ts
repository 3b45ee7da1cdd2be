/**
 * Open positions, lots and dust as a fold over fills. Any order of fills ends in the same position:
 * only sums are kept, profit is taken from them. Quantities are net of fees paid in the base asset;
 * costs and proceeds are net of fees paid in the quote asset.
 */
import type { EventOf, EventRecord } from '../../core/events.ts';
import { invariant } from '../../core/invariant.ts';
import {
  averagePriceFloor,
  larger,
  notionalFloor,
  smaller,
  ZERO_NOTIONAL,
  ZERO_PRICE,
  ZERO_QUANTITY,
  type AssetAmount,
  type Notional,
  type Price,
  type Quantity,
} from '../../core/money.ts';
import type { Actor, CloseReason } from '../../core/vocabulary.ts';

/** One entry fill, for tax lots: net quantity and what it cost, fees included. */
export type Lot = {
  readonly tradeId: number;
  readonly at: number;
  readonly quantity: Quantity;
  readonly cost: Notional;
};

export type Position = {
  readonly positionId: string;
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly openedAt: number;
  readonly stopPrice: Price;
  /** Where profit is taken; null for no target. */
  readonly targetPrice: Price | null;
  readonly bought: Quantity;
  readonly cost: Notional;
  readonly sold: Quantity;
  readonly proceeds: Notional;
  /** All fees in the quote asset's worth, for display; already inside cost and proceeds unless paid in a third asset. */
  readonly fees: Notional;
  readonly thirdAssetFees: Notional;
  readonly lots: readonly Lot[];
  /** A part that the trader asked to sell; cleared when its order is written. */
  readonly reducing: Quantity | null;
  readonly closing: {
    readonly reason: CloseReason;
    readonly actor: Actor;
    readonly at: number;
    readonly commandId: string;
  } | null;
};

export type Dust = { readonly quantity: Quantity; readonly cost: Notional };

export type Positions = {
  readonly open: ReadonlyMap<string, Position>;
  readonly dust: ReadonlyMap<string, Dust>;
};

export const initialPositions: Positions = { open: new Map(), dust: new Map() };

/** Never less than nothing: a fee in the coin, or an order believed lost, can take more than the position had. */
export function heldQuantity(position: Position): Quantity {
  return larger((position.bought - position.sold) as Quantity, ZERO_QUANTITY);
}

/** What the quantity still held has cost, rounded down. */
export function heldCost(position: Position): Notional {
  if (position.bought === 0n) return ZERO_NOTIONAL;
  return ((position.cost * heldQuantity(position)) / position.bought) as Notional;
}

/** Profit of what has been sold so far, after all fees. */
export function realisedPnl(position: Position): Notional {
  const { bought, sold, proceeds, cost, thirdAssetFees } = position;
  // What was sold beyond the position were other coins of the account: their worth is no profit.
  const others = sold > bought ? (proceeds * (sold - bought) + sold - 1n) / sold : 0n;
  return (proceeds - others - (cost - heldCost(position)) - thirdAssetFees) as Notional;
}

export function entryPrice(position: Position): Price {
  return position.bought === 0n ? ZERO_PRICE : averagePriceFloor(position.cost, position.bought);
}

/** Profit on paper at this price, after the fees paid so far. */
export function unrealisedPnl(position: Position, mark: Price): Notional {
  return (notionalFloor(mark, heldQuantity(position)) - heldCost(position)) as Notional;
}

export function positionOn(state: Positions, symbol: string): Position | undefined {
  for (const position of state.open.values()) if (position.symbol === symbol) return position;
  return undefined;
}

export function evolvePositions(state: Positions, record: EventRecord): Positions {
  const { event, at } = record;
  switch (event.kind) {
    case 'position.opened':
      return opened(state, event, at);
    case 'order.filled':
      return filled(state, event, at);
    case 'trade.adopted':
      return tradedElsewhere(state, event);
    case 'balance.adopted':
      return withdrawn(state, event);
    case 'position.stopMoved':
      return update(state, event.positionId, (position) => ({ ...position, stopPrice: event.stopPrice }));
    case 'position.targetMoved':
      return update(state, event.positionId, (position) => ({
        ...position,
        targetPrice: event.targetPrice,
      }));
    case 'position.closeRequested':
      return update(state, event.positionId, (position) => ({
        ...position,
        closing: position.closing ?? {
          reason: event.reason,
          actor: event.actor,
          at,
          commandId: event.commandId,
        },
      }));
    case 'position.reduceRequested':
      return update(state, event.positionId, (position) => ({ ...position, reducing: event.quantity }));
    case 'order.intended':
      if (event.purpose !== 'exit' || !state.open.has(event.positionId)) return state;
      return update(state, event.positionId, (position) => ({ ...position, reducing: null }));
    case 'position.closed': {
      const open = new Map(state.open);
      open.delete(event.positionId);
      return { ...state, open };
    }
    case 'dust.kept': {
      const position = state.open.get(event.positionId);
      const held = position === undefined ? 0n : heldQuantity(position);
      const cost =
        position === undefined || held === 0n
          ? ZERO_NOTIONAL
          : (((heldCost(position) * event.quantity) / held) as Notional);
      const dust = new Map(state.dust);
      if (event.quantity === 0n) dust.delete(event.asset);
      else {
        const before = dust.get(event.asset);
        dust.set(event.asset, {
          quantity: ((before?.quantity ?? 0n) + event.quantity) as Quantity,
          cost: ((before?.cost ?? 0n) + cost) as Notional,
        });
      }
      return { ...state, dust };
    }
    default:
      return state;
  }
}

function opened(state: Positions, event: EventOf<'position.opened'>, at: number): Positions {
  // Dust of earlier trades in the same coin becomes part of the position and can be sold with it.
  const dust = state.dust.get(event.baseAsset);
  const rest = new Map(state.dust);
  rest.delete(event.baseAsset);
  const position: Position = {
    positionId: event.positionId,
    symbol: event.symbol,
    baseAsset: event.baseAsset,
    quoteAsset: event.quoteAsset,
    openedAt: at,
    stopPrice: event.stopPrice,
    targetPrice: null,
    bought: dust?.quantity ?? ZERO_QUANTITY,
    cost: dust?.cost ?? ZERO_NOTIONAL,
    sold: ZERO_QUANTITY,
    proceeds: ZERO_NOTIONAL,
    fees: ZERO_NOTIONAL,
    thirdAssetFees: ZERO_NOTIONAL,
    lots: dust === undefined ? [] : [{ tradeId: 0, at, quantity: dust.quantity, cost: dust.cost }],
    reducing: null,
    closing: null,
  };
  return { open: new Map(state.open).set(event.positionId, position), dust: rest };
}

function filled(state: Positions, event: EventOf<'order.filled'>, at: number): Positions {
  // A sale believed lost may turn up when its position is long closed: the ledger books it, no position does.
  if (event.side === 'SELL' && !state.open.has(event.positionId)) return state;
  return update(state, event.positionId, (position) => {
    const value = notionalFloor(event.price, event.quantity);
    const feeInBase = event.feeAsset === position.baseAsset ? event.fee : 0n;
    const feeInQuote = event.feeAsset === position.quoteAsset ? event.fee : 0n;
    const third = feeInBase === 0n && feeInQuote === 0n ? event.feeQuote : ZERO_NOTIONAL;
    const fees = (position.fees + event.feeQuote) as Notional;
    const thirdAssetFees = (position.thirdAssetFees + third) as Notional;
    if (event.side === 'BUY') {
      const quantity = (event.quantity - feeInBase) as Quantity;
      const cost = (value + feeInQuote) as Notional;
      return {
        ...position,
        fees,
        thirdAssetFees,
        bought: (position.bought + quantity) as Quantity,
        cost: (position.cost + cost) as Notional,
        lots: [...position.lots, { tradeId: event.tradeId, at, quantity, cost }],
      };
    }
    return {
      ...position,
      fees,
      thirdAssetFees,
      sold: (position.sold + event.quantity + feeInBase) as Quantity,
      proceeds: (position.proceeds + value - feeInQuote) as Notional,
    };
  });
}

/** Somebody sold (or bought) the coin of an open position outside this system: the position shrinks with it. */
function tradedElsewhere(state: Positions, event: EventOf<'trade.adopted'>): Positions {
  const position = positionOn(state, event.symbol);
  if (position === undefined || event.side === 'BUY') return state;
  const quantity = smaller(event.quantity, heldQuantity(position));
  return update(state, position.positionId, (current) => ({
    ...current,
    sold: (current.sold + quantity) as Quantity,
    proceeds: (current.proceeds + notionalFloor(event.price, quantity)) as Notional,
  }));
}

/**
 * What the exchange holds less than we believed was taken out by somebody: first from the dust, then from
 * the positions in that coin, at cost. A withdrawal is no sale and has no profit (invariants 8 and 27).
 */
function withdrawn(state: Positions, event: EventOf<'balance.adopted'>): Positions {
  const dust = state.dust.get(event.asset);
  let excess = (dust?.quantity ?? 0n) - event.total;
  for (const position of state.open.values())
    if (position.baseAsset === event.asset) excess += heldQuantity(position);
  if (excess <= 0n) return state;
  let next = state;
  if (dust !== undefined) {
    const taken = excess < dust.quantity ? excess : dust.quantity;
    excess -= taken;
    const rest = new Map(state.dust);
    if (taken === dust.quantity) rest.delete(event.asset);
    else
      rest.set(event.asset, {
        quantity: (dust.quantity - taken) as Quantity,
        cost: (dust.cost - (dust.cost * taken) / dust.quantity) as Notional,
      });
    next = { ...state, dust: rest };
  }
  for (const position of state.open.values()) {
    const held = heldQuantity(position);
    if (excess <= 0n || position.baseAsset !== event.asset || held === 0n) continue;
    const taken = excess < held ? excess : held;
    excess -= taken;
    next = update(next, position.positionId, (current) => ({
      ...current,
      bought: (current.bought - taken) as Quantity,
      cost: (current.cost - (heldCost(current) * taken) / held) as Notional,
    }));
  }
  return next;
}

function update(state: Positions, positionId: string, change: (position: Position) => Position): Positions {
  const position = state.open.get(positionId);
  invariant(position !== undefined, 'a position event belongs to an open position');
  return { ...state, open: new Map(state.open).set(positionId, change(position)) };
}

/** What a position's remains are called in the dust ledger. */
export function dustOf(position: Position): AssetAmount {
  return heldQuantity(position) as bigint as AssetAmount;
}
