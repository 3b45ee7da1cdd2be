/**
 * `positions`: what the fills of a position add up to. Entry is what the first fill did, exit the
 * other side; a commission taken in the base asset leaves the quantity, any other lowers the result
 * by its worth in the quote asset. While a position is open its price is the last fill's: live
 * prices belong to the engine, not to the log.
 */
import type { EventOf, EventRecord } from '../../../core/events.ts';
import {
  averagePriceFloor,
  fixed,
  formatFixed,
  formatPlaces,
  notionalFloor,
  SCALE,
  type Notional,
  type Quantity,
} from '../../../core/money.ts';
import type { Row } from '../tables.ts';
import { insert, patch, type Change, type Projection, type Rows } from './projection.ts';

export const positionsProjection: Projection = {
  name: 'positions',
  version: 1,
  tables: ['positions'],
  kinds: ['position.opened', 'order.filled', 'position.stopMoved', 'position.closed'],
  project,
};

function project({ event, at }: EventRecord, rows: Rows): readonly Change[] {
  switch (event.kind) {
    case 'position.opened': {
      const told = {
        base_asset: event.baseAsset,
        quote_asset: event.quoteAsset,
        stop_loss: formatFixed(event.stopPrice),
        market_state: event.marketState,
      };
      if (rows.get('positions', event.positionId) !== null)
        return [patch('positions', event.positionId, told)];
      const fresh = empty(rows, event.positionId, event.symbol, at);
      if (fresh === null) return [];
      return [
        insert('positions', {
          ...fresh,
          ...told,
          entry_price: formatFixed(event.entryPrice),
          current_price: formatFixed(event.entryPrice),
        }),
      ];
    }
    case 'order.filled': {
      const position = rows.get('positions', event.positionId);
      if (position !== null)
        return position.closed_at === null
          ? [patch('positions', event.positionId, filled(position, event))]
          : [];
      const fresh = empty(rows, event.positionId, event.symbol, at);
      return fresh === null ? [] : [insert('positions', { ...fresh, ...filled(fresh, event) })];
    }
    case 'position.stopMoved':
      if (rows.get('positions', event.positionId) === null) return [];
      return [patch('positions', event.positionId, { stop_loss: formatFixed(event.stopPrice) })];
    case 'position.closed': {
      const position = rows.get('positions', event.positionId);
      return position === null ? [] : [patch('positions', event.positionId, closed(position, event, at))];
    }
    default:
      return [];
  }
}

/** Null before an account is open: then there is nobody whose position it could be. */
function empty(rows: Rows, positionId: string, symbol: string, at: number): Row<'positions'> | null {
  const account = rows.latest('accounts');
  if (account === null || positionId === '') return null;
  return {
    position_id: positionId,
    account_id: account.account_id,
    symbol,
    base_asset: null,
    quote_asset: null,
    side: 'LONG',
    entry_price: '0',
    current_price: null,
    quantity: '0',
    dollar_value: '0',
    stop_loss: null,
    pnl_dollars: '0',
    pnl_percent: '0',
    opened_at: at,
    closed_at: null,
    close_reason: null,
    priority_score: 0,
    entry_quantity: '0',
    entry_value: '0',
    exit_quantity: '0',
    exit_value: '0',
    exit_price: null,
    fees: '0',
    fees_aside: '0',
    market_state: null,
  };
}

function filled(position: Row<'positions'>, event: EventOf<'order.filled'>): Partial<Row<'positions'>> {
  let entryQuantity = fixed<Quantity>(position.entry_quantity);
  let entryValue = fixed<Notional>(position.entry_value);
  let exitQuantity = fixed<Quantity>(position.exit_quantity);
  let exitValue = fixed<Notional>(position.exit_value);
  let held = fixed<Quantity>(position.quantity);
  let paidAside = fixed<Notional>(position.fees_aside);
  const isFirst = entryQuantity === 0n && exitQuantity === 0n;
  const side = isFirst ? (event.side === 'BUY' ? 'LONG' : 'SHORT') : position.side;
  const value = notionalFloor(event.price, event.quantity);
  if ((event.side === 'BUY') === (side === 'LONG')) {
    entryQuantity = (entryQuantity + event.quantity) as Quantity;
    entryValue = (entryValue + value) as Notional;
    held = (held + event.quantity) as Quantity;
  } else {
    exitQuantity = (exitQuantity + event.quantity) as Quantity;
    exitValue = (exitValue + value) as Notional;
    held = (held - event.quantity) as Quantity;
  }
  if (isBase(position, event)) held = (held - event.fee) as Quantity;
  else paidAside = (paidAside + event.feeQuote) as Notional;
  const worth = notionalFloor(event.price, held);
  const pnl = (side === 'LONG' ? exitValue + worth - entryValue : entryValue - exitValue - worth) - paidAside;
  return {
    side,
    entry_price:
      entryQuantity > 0n ? formatFixed(averagePriceFloor(entryValue, entryQuantity)) : position.entry_price,
    current_price: formatFixed(event.price),
    quantity: formatFixed(held),
    dollar_value: formatFixed(worth),
    pnl_dollars: formatFixed(pnl),
    pnl_percent: percent(pnl, entryValue),
    entry_quantity: formatFixed(entryQuantity),
    entry_value: formatFixed(entryValue),
    exit_quantity: formatFixed(exitQuantity),
    exit_value: formatFixed(exitValue),
    exit_price: exitQuantity > 0n ? formatFixed(averagePriceFloor(exitValue, exitQuantity)) : null,
    fees: formatFixed(fixed<Notional>(position.fees) + event.feeQuote),
    fees_aside: formatFixed(paidAside),
  };
}

function closed(
  position: Row<'positions'>,
  event: EventOf<'position.closed'>,
  at: number,
): Partial<Row<'positions'>> {
  return {
    entry_price: formatFixed(event.entryPrice),
    exit_price: formatFixed(event.exitPrice),
    current_price: formatFixed(event.exitPrice),
    quantity: formatFixed(event.quantity),
    dollar_value: formatFixed(notionalFloor(event.exitPrice, event.quantity)),
    pnl_dollars: formatFixed(event.realisedPnl),
    pnl_percent: percent(event.realisedPnl, notionalFloor(event.entryPrice, event.quantity)),
    fees: formatFixed(event.fees),
    // The wall clock may have stepped back while the position was open.
    closed_at: Math.max(at, position.opened_at),
    close_reason: event.reason,
  };
}

/** The symbol is base and quote written together, which decides until `position.opened` has named them. */
function isBase(position: Row<'positions'>, event: EventOf<'order.filled'>): boolean {
  return position.base_asset === null
    ? event.symbol.startsWith(event.feeAsset)
    : position.base_asset === event.feeAsset;
}

function percent(part: bigint, whole: bigint): string {
  return whole === 0n ? '0' : formatPlaces((part * 100n * SCALE) / whole, 4);
}
