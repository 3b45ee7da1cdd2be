/**
 * What the durable log says, folded by the oracle's own hand from the stored text. It knows less than
 * the engine's fold and knows it differently; where the two disagree, one of them is wrong.
 */
import type { StoredEvent } from '../../data/event-log/chain.ts';
import { units, unitsOrNull, worth } from './units.ts';

export type OwnOrder = {
  readonly orderId: string;
  readonly clientId: string;
  readonly positionId: string;
  readonly purpose: string;
  readonly symbol: string;
  readonly side: string;
  readonly type: string;
  readonly timeInForce: string | null;
  readonly quantity: bigint | null;
  readonly quoteQuantity: bigint | null;
  readonly price: bigint | null;
  readonly stopPrice: bigint | null;
  readonly reserved: bigint;
  readonly intentHash: string;
  /** The order list it is one leg of. */
  readonly listId: string | null;
  /** The last word of the log on it. */
  status: 'PENDING' | 'ACCEPTED' | 'UNKNOWN' | 'REJECTED' | 'FAILED' | 'ENDED';
  endedAs: string | null;
  executed: bigint | null;
  filled: bigint;
};

export type OwnPosition = {
  readonly positionId: string;
  readonly symbol: string;
  readonly baseAsset: string;
  bought: bigint;
  sold: bigint;
  /** Part of `sold` that went away as fees of sales. */
  feesSold: bigint;
  closing: boolean;
  stopPrice: bigint;
  /** Where profit is to be taken; null for no target. */
  target: bigint | null;
};

export type Booking = {
  readonly orderId: string | null;
  readonly price: bigint;
  readonly quantity: bigint;
  readonly fee: bigint;
  readonly feeAsset: string;
  readonly side: string;
};

export type Facts = {
  readonly orders: Map<string, OwnOrder>;
  readonly byClientId: Map<string, OwnOrder>;
  /** `SYMBOL:tradeId` → how it was booked. */
  readonly booked: Map<string, Booking>;
  readonly doubleBooked: string[];
  readonly positions: Map<string, OwnPosition>;
  readonly dust: Map<string, bigint>;
  readonly ledger: Map<string, bigint>;
  readonly assets: Map<string, { readonly base: string; readonly quote: string }>;
  /** `SYMBOL:exchangeOrderId` of somebody else's orders that were adopted. */
  readonly adopted: Set<string>;
  readonly strangers: Set<string>;
  tier: string;
  /** Positions of which the exchange has refused an order list. */
  readonly listsRefused: Set<string>;
  /** Positions that ever had a target. */
  readonly targeted: Set<string>;
  /** The account has been read whole once. */
  reconciled: boolean;
  /** A stranger's order was found and no emergency has answered it. */
  alarm: boolean;
  emergency: boolean;
  halted: boolean;
  locked: boolean;
  phase: string;
  /** Whether a first look at the balances has been recorded. */
  looked: boolean;
};

export function emptyFacts(): Facts {
  return {
    orders: new Map(),
    byClientId: new Map(),
    booked: new Map(),
    doubleBooked: [],
    positions: new Map(),
    dust: new Map(),
    ledger: new Map(),
    assets: new Map(),
    adopted: new Set(),
    strangers: new Set(),
    tier: 'SNIPER',
    listsRefused: new Set(),
    targeted: new Set(),
    reconciled: false,
    alarm: false,
    emergency: false,
    halted: false,
    locked: false,
    phase: 'STARTING',
    looked: false,
  };
}

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(stored: StoredEvent): Fields {
  return JSON.parse(stored.data) as Fields;
}

function say(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

const amount = (fields: Fields, name: string): bigint => units(say(fields, name));

/** Takes the next stored event into the facts. */
export function learn(facts: Facts, kind: string, fields: Fields): void {
  const order = facts.orders.get(say(fields, 'orderId'));
  switch (kind) {
    case 'engine.started':
      facts.phase = 'STARTING';
      break;
    case 'trading.stateChanged':
      if (fields['to'] === 'HALTED') facts.halted = true;
      else if (fields['to'] === 'STARTING' || fields['to'] === 'RECONCILING' || fields['to'] === 'READY')
        facts.phase = fields['to'];
      break;
    case 'trading.halted':
      facts.halted = true;
      break;
    case 'trading.rearmed':
      facts.halted = false;
      break;
    case 'tilt.locked':
      facts.locked = true;
      break;
    case 'tilt.lockEnded':
      facts.locked = false;
      break;
    case 'account.opened':
      facts.tier = say(fields, 'tier');
      break;
    case 'tier.changed':
      facts.tier = say(fields, 'to');
      break;
    case 'tier.emergencyStarted':
      facts.alarm = false;
      facts.emergency = true;
      break;
    case 'tier.emergencyEnded':
      facts.emergency = false;
      break;
    case 'reconciliation.completed':
      facts.reconciled = true;
      break;
    case 'symbol.noticed':
      facts.assets.set(say(fields, 'symbol'), {
        base: say(fields, 'baseAsset'),
        quote: say(fields, 'quoteAsset'),
      });
      break;
    case 'balance.adopted':
      facts.looked = true;
      post(facts, say(fields, 'asset'), amount(fields, 'delta'));
      takenOut(facts, say(fields, 'asset'), amount(fields, 'total'));
      break;
    case 'order.intended':
      intended(facts, fields);
      break;
    case 'order.accepted':
      if (
        order !== undefined &&
        (order.status === 'PENDING' ||
          order.status === 'UNKNOWN' ||
          order.status === 'FAILED' ||
          order.status === 'REJECTED')
      )
        order.status = 'ACCEPTED';
      break;
    case 'order.filled':
      filled(facts, fields, order);
      break;
    case 'order.ended':
      if (order !== undefined) {
        order.status = 'ENDED';
        order.endedAs = say(fields, 'status');
        order.executed = amount(fields, 'executedQuantity');
      }
      break;
    case 'order.rejected':
      if (order !== undefined) order.status = 'REJECTED';
      if (order?.listId !== null && order !== undefined) facts.listsRefused.add(order.positionId);
      break;
    case 'order.failed':
      if (order !== undefined) order.status = 'FAILED';
      break;
    case 'order.unknown':
      if (order !== undefined) order.status = 'UNKNOWN';
      break;
    case 'order.adopted':
      strangerFound(facts, fields);
      facts.adopted.add(`${say(fields, 'symbol')}:${say(fields, 'exchangeOrderId')}`);
      break;
    case 'trade.adopted':
      strangerFound(facts, fields);
      adoptedTrade(facts, fields);
      break;
    case 'position.opened':
      openPosition(facts, fields);
      break;
    case 'position.closeRequested': {
      const position = facts.positions.get(say(fields, 'positionId'));
      if (position !== undefined) position.closing = true;
      break;
    }
    case 'position.stopMoved': {
      const position = facts.positions.get(say(fields, 'positionId'));
      if (position !== undefined) position.stopPrice = amount(fields, 'stopPrice');
      break;
    }
    case 'position.targetMoved': {
      const position = facts.positions.get(say(fields, 'positionId'));
      if (position !== undefined) position.target = unitsOrNull(fields['targetPrice']);
      if (position?.target !== null) facts.targeted.add(say(fields, 'positionId'));
      break;
    }
    case 'dust.kept':
      facts.dust.set(say(fields, 'asset'), amount(fields, 'quantity'));
      break;
    case 'position.closed':
      facts.positions.delete(say(fields, 'positionId'));
      break;
    default:
  }
}

/** An order nobody here placed, seen for the first time by its own word or by a trade of it. */
function strangerFound(facts: Facts, fields: Fields): void {
  const key = `${say(fields, 'symbol')}:${say(fields, 'exchangeOrderId')}`;
  if (facts.reconciled && !facts.strangers.has(key)) facts.alarm = true;
  facts.strangers.add(key);
}

function intended(facts: Facts, fields: Fields): void {
  const order: OwnOrder = {
    orderId: say(fields, 'orderId'),
    clientId: say(fields, 'clientOrderId'),
    positionId: say(fields, 'positionId'),
    purpose: say(fields, 'purpose'),
    symbol: say(fields, 'symbol'),
    side: say(fields, 'side'),
    type: say(fields, 'type'),
    timeInForce: typeof fields['timeInForce'] === 'string' ? fields['timeInForce'] : null,
    quantity: unitsOrNull(fields['quantity']),
    quoteQuantity: unitsOrNull(fields['quoteQuantity']),
    price: unitsOrNull(fields['price']),
    stopPrice: unitsOrNull(fields['stopPrice']),
    reserved: amount(fields, 'reserved'),
    intentHash: say(fields, 'intentHash'),
    listId: typeof fields['listClientOrderId'] === 'string' ? fields['listClientOrderId'] : null,
    status: 'PENDING',
    endedAs: null,
    executed: null,
    filled: 0n,
  };
  facts.orders.set(order.orderId, order);
  facts.byClientId.set(order.clientId, order);
}

function bookingOf(fields: Fields, orderId: string | null): Booking {
  return {
    orderId,
    price: amount(fields, 'price'),
    quantity: amount(fields, 'quantity'),
    fee: amount(fields, 'fee'),
    feeAsset: say(fields, 'feeAsset'),
    side: say(fields, 'side'),
  };
}

function book(facts: Facts, fields: Fields, booking: Booking): void {
  const symbol = say(fields, 'symbol');
  const key = `${symbol}:${say(fields, 'tradeId')}`;
  if (facts.booked.has(key)) facts.doubleBooked.push(key);
  facts.booked.set(key, booking);
  const assets = facts.assets.get(symbol);
  if (assets === undefined) return;
  const sign = booking.side === 'BUY' ? 1n : -1n;
  post(facts, assets.base, sign * booking.quantity);
  post(facts, assets.quote, -sign * worth(booking.price, booking.quantity));
  post(facts, booking.feeAsset, -booking.fee);
}

function filled(facts: Facts, fields: Fields, order: OwnOrder | undefined): void {
  const booking = bookingOf(fields, say(fields, 'orderId'));
  book(facts, fields, booking);
  if (order !== undefined) {
    order.filled += booking.quantity;
    if (order.status !== 'ENDED') order.status = 'ACCEPTED';
  }
  const position = facts.positions.get(say(fields, 'positionId'));
  if (position === undefined) return;
  const feeInBase = booking.feeAsset === position.baseAsset ? booking.fee : 0n;
  if (booking.side === 'BUY') position.bought += booking.quantity - feeInBase;
  else {
    position.sold += booking.quantity + feeInBase;
    position.feesSold += feeInBase;
  }
}

function adoptedTrade(facts: Facts, fields: Fields): void {
  const booking = bookingOf(fields, null);
  book(facts, fields, booking);
  if (booking.side !== 'SELL') return;
  for (const position of facts.positions.values()) {
    if (position.symbol !== say(fields, 'symbol')) continue;
    const held = position.bought - position.sold;
    position.sold += booking.quantity < held ? booking.quantity : held;
  }
}

function openPosition(facts: Facts, fields: Fields): void {
  const baseAsset = say(fields, 'baseAsset');
  facts.positions.set(say(fields, 'positionId'), {
    positionId: say(fields, 'positionId'),
    symbol: say(fields, 'symbol'),
    baseAsset,
    bought: facts.dust.get(baseAsset) ?? 0n,
    sold: 0n,
    feesSold: 0n,
    closing: false,
    stopPrice: amount(fields, 'stopPrice'),
    target: null,
  });
  facts.dust.delete(baseAsset);
}

/** Nobody can hold more of a coin than there is: dust goes first, then positions in the order they were opened. */
function takenOut(facts: Facts, asset: string, total: bigint): void {
  const dust = facts.dust.get(asset) ?? 0n;
  let missing = dust - total;
  const holders = [...facts.positions.values()].filter((position) => position.baseAsset === asset);
  for (const holder of holders) missing += holder.bought - holder.sold;
  if (missing <= 0n) return;
  const fromDust = missing < dust ? missing : dust;
  if (fromDust > 0n) facts.dust.set(asset, dust - fromDust);
  missing -= fromDust;
  for (const holder of holders) {
    const held = holder.bought - holder.sold;
    const part = missing < held ? missing : held;
    holder.bought -= part;
    missing -= part;
  }
}

function post(facts: Facts, asset: string, delta: bigint): void {
  facts.ledger.set(asset, (facts.ledger.get(asset) ?? 0n) + delta);
}
