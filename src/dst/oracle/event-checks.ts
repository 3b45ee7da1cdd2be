/**
 * Judges each event as it becomes durable, against what the exchange itself knows at that instant.
 * Invariants 3, 4, 5, 12, 24 and the shape of positions (8).
 */
import type { AccountTrade, Venue } from '../../simulator/matching/venue-api.ts';
import type { Facts, Fields } from './facts.ts';
import { decimal, units, worth } from './units.ts';

const QUOTE = 'USDT';
/** The most a position may be worth in an emergency (domain rules, Demotion). */
const SMALLEST: bigint = units('10');

export type EventContext = {
  readonly facts: Facts;
  readonly venue: Venue;
  readonly accountId: number;
  readonly drawdownHaltBps: number;
  readonly somebodyElseActed: () => boolean;
  readonly trade: (symbol: string, tradeId: number) => AccountTrade | null;
  readonly violated: (invariant: string, detail: string) => void;
};

export interface EventChecks {
  /** One durable event, after the facts have learnt it. */
  stored(kind: string, fields: Fields, sequence: number): void;
}

export function createEventChecks(context: EventContext): EventChecks {
  const { facts, venue, violated } = context;
  let mustHaltBy: number | null = null;
  let peak = 0n;
  let lastEquity = 0n;

  function stored(kind: string, fields: Fields, sequence: number): void {
    if (mustHaltBy !== null && (kind === 'trading.halted' || facts.halted)) mustHaltBy = null;
    if (mustHaltBy !== null && sequence > mustHaltBy) {
      violated(
        '12',
        `the drawdown limit was passed at event ${mustHaltBy - 1} and the next event is no halt`,
      );
      mustHaltBy = null;
    }
    switch (kind) {
      case 'order.intended':
        intended(fields);
        break;
      case 'order.filled':
        filled(fields);
        break;
      case 'trade.adopted':
        adopted(fields);
        // Somebody else's purchase is no loss of ours: what was paid has left the account.
        if (fields['side'] === 'BUY')
          flowed(
            -worth(units(String(fields['price'])), units(String(fields['quantity']))) -
              (fields['feeAsset'] === QUOTE ? units(String(fields['fee'])) : 0n),
          );
        break;
      case 'order.ended':
        ended(fields);
        break;
      case 'order.rejected':
      case 'order.failed':
        givenUp(kind, fields);
        break;
      case 'position.closed':
        closed(fields);
        break;
      case 'balance.adopted':
        if (fields['asset'] === QUOTE) flowed(units(String(fields['delta'])));
        break;
      case 'day.started':
        lastEquity = units(String(fields['equity']));
        break;
      case 'equity.marked':
        marked(fields, sequence);
        break;
      default:
    }
    for (const key of facts.doubleBooked.splice(0)) violated('5', `trade ${key} is booked twice`);
  }

  /** Money paid in or taken out is no result: the peak moves along, what is taken out in proportion. */
  function flowed(delta: bigint): void {
    const after = lastEquity + delta;
    const inProportion = delta < 0n && lastEquity > 0n && after > 0n;
    if (peak > 0n) peak = inProportion ? (peak * after) / lastEquity : peak + delta;
    lastEquity = after;
  }

  function intended(fields: Fields): void {
    if (fields['purpose'] === 'entry') {
      if (facts.alarm) violated('13', "an entry is decided between a stranger's order and its answer");
      // The smallest position, and a hair of rounding up.
      if (facts.emergency && units(String(fields['reserved'])) > SMALLEST + SMALLEST / 1_000n)
        violated('13', `an entry of ${String(fields['reserved'])} is decided in an emergency`);
    }
    const orderId = String(fields['orderId']);
    let same = 0;
    for (const order of facts.orders.values()) if (order.clientId === fields['clientOrderId']) same += 1;
    if (same !== 1) violated('2', `client id ${String(fields['clientOrderId'])} is used by ${same} intents`);
    if (!facts.orders.has(orderId)) violated('1', `intent ${orderId} is not in the log`);
  }

  function filled(fields: Fields): void {
    const order = facts.orders.get(String(fields['orderId']));
    const symbol = String(fields['symbol']);
    const tradeId = Number(fields['tradeId']);
    const real = context.trade(symbol, tradeId);
    if (order === undefined) {
      violated('5', `trade ${symbol}:${tradeId} is booked to an order the log does not know`);
      return;
    }
    if (real === null) {
      violated('5', `trade ${symbol}:${tradeId} is booked and the exchange never made it`);
      return;
    }
    const booking = facts.booked.get(`${symbol}:${tradeId}`);
    const home = venue.order(context.accountId, symbol, { orderId: real.orderId });
    if (home?.clientOrderId !== order.clientId)
      violated(
        '5',
        `trade ${symbol}:${tradeId} of ${home?.clientOrderId ?? 'nobody'} is booked to ${order.clientId}`,
      );
    if (
      booking?.price !== real.price ||
      booking.quantity !== real.quantity ||
      booking.fee !== real.commission ||
      booking.feeAsset !== real.commissionAsset ||
      (booking.side === 'BUY') !== real.isBuyer
    )
      violated('5', `trade ${symbol}:${tradeId} is not booked as it was made`);
    if (order.quantity !== null && order.filled > order.quantity)
      violated(
        '3',
        `fills of ${order.clientId} sum to ${decimal(order.filled)} of ${decimal(order.quantity)}`,
      );
    if (home !== null && order.filled > home.executedQuantity)
      violated(
        '3',
        `fills of ${order.clientId} sum to ${decimal(order.filled)}, executed are ${decimal(home.executedQuantity)}`,
      );
    overSold(String(fields['positionId']));
  }

  function overSold(positionId: string): void {
    const position = facts.positions.get(positionId);
    // Coins that somebody else sold may be missing from the position and not from the account.
    if (context.somebodyElseActed()) return;
    if (position !== undefined && position.sold - position.feesSold > position.bought)
      violated(
        '8',
        `position ${positionId} has sold ${decimal(position.sold)} of ${decimal(position.bought)}`,
      );
  }

  function adopted(fields: Fields): void {
    const symbol = String(fields['symbol']);
    const tradeId = Number(fields['tradeId']);
    const real = context.trade(symbol, tradeId);
    if (real === null) {
      violated('5', `trade ${symbol}:${tradeId} is adopted and the exchange never made it`);
      return;
    }
    const home = venue.order(context.accountId, symbol, { orderId: real.orderId });
    if (home !== null && facts.byClientId.has(home.clientOrderId))
      violated('5', `trade ${symbol}:${tradeId} is our own and adopted as somebody else's`);
  }

  function ended(fields: Fields): void {
    const order = facts.orders.get(String(fields['orderId']));
    if (order === undefined) return;
    const real = venue.order(context.accountId, order.symbol, { clientOrderId: order.clientId });
    if (real === null) {
      violated('4', `order ${order.clientId} has ended in the log and the exchange never had it`);
      return;
    }
    if (real.status === 'NEW' || real.status === 'PARTIALLY_FILLED')
      violated('6', `order ${order.clientId} has ended in the log and rests at the exchange`);
    else if (order.executed !== real.executedQuantity)
      violated(
        '3',
        `order ${order.clientId} ended with ${decimal(order.executed ?? 0n)}, executed are ${decimal(real.executedQuantity)}`,
      );
  }

  function givenUp(kind: string, fields: Fields): void {
    const order = facts.orders.get(String(fields['orderId']));
    if (order === undefined) return;
    const real = venue.order(context.accountId, order.symbol, { clientOrderId: order.clientId });
    if (real !== null)
      violated('4', `${kind} for ${order.clientId}, which the exchange has as ${real.status}`);
  }

  /** Profit is said to be taken only where a target was asked for, and never for less than it when it rested. */
  function closed(fields: Fields): void {
    const positionId = String(fields['positionId']);
    const sold = [...facts.orders.values()].filter(
      (order) => order.positionId === positionId && order.side === 'SELL' && order.filled > 0n,
    );
    if (fields['reason'] === 'take_profit' && !facts.targeted.has(positionId))
      violated('3', `position ${positionId} took a profit that nobody asked for`);
    if (fields['reason'] === 'take_profit' && sold.length === 0)
      violated('3', `position ${positionId} took a profit and sold nothing`);
  }

  /** Invariant 12 by the figures the event itself carries, with the peak kept here. */
  function marked(fields: Fields, sequence: number): void {
    const equity = units(String(fields['equity']));
    const shown = units(String(fields['peak']));
    if (shown < peak) violated('12', `the peak falls from ${decimal(peak)} to ${decimal(shown)}`);
    peak = shown > peak ? shown : peak;
    lastEquity = equity;
    if (equity > shown) violated('12', `equity ${decimal(equity)} is above its peak ${decimal(shown)}`);
    const drawdownBps = shown === 0n ? 0n : ((shown - equity) * 10_000n) / shown;
    if (drawdownBps >= BigInt(context.drawdownHaltBps) && !facts.halted) mustHaltBy = sequence + 1;
  }

  return { stored };
}
