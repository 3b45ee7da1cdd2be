/**
 * What still differs between the durable log and the exchange (invariants 3, 5, 6, 18, 27, 32). Empty
 * when everything has settled. Each line begins with the number of the invariant it belongs to.
 */
import type { AccountTrade, Venue } from '../../simulator/matching/venue-api.ts';
import type { Facts } from './facts.ts';
import { decimal } from './units.ts';

export type SettledContext = {
  readonly facts: Facts;
  readonly venue: Venue;
  readonly accountId: number;
  readonly symbols: readonly string[];
  readonly trades: (symbol: string) => readonly AccountTrade[];
};

export type Difference = { readonly invariant: string; readonly detail: string };

export function differences(context: SettledContext): readonly Difference[] {
  const found: Difference[] = [];
  const add = (invariant: string, detail: string): void => void found.push({ invariant, detail });
  orders(context, add);
  trades(context, add);
  balances(context, add);
  return found;
}

type Add = (invariant: string, detail: string) => void;

function orders({ facts, venue, accountId, symbols }: SettledContext, add: Add): void {
  const resting = new Set<string>();
  for (const symbol of symbols) {
    for (const order of venue.openOrders(accountId, symbol)) {
      const own = facts.byClientId.get(order.clientOrderId);
      if (own === undefined) {
        if (!facts.adopted.has(`${symbol}:${order.orderId}`))
          add('27', `order ${order.orderId} of somebody else is not adopted`);
        continue;
      }
      resting.add(own.orderId);
      if (own.status !== 'ACCEPTED')
        add('6', `order ${own.clientId} rests at the exchange and is ${own.status} in the log`);
      if (own.filled !== order.executedQuantity)
        add(
          '3',
          `order ${own.clientId} has ${decimal(own.filled)} booked of ${decimal(order.executedQuantity)} executed`,
        );
    }
  }
  for (const own of facts.orders.values()) {
    if (resting.has(own.orderId)) continue;
    const real = venue.order(accountId, own.symbol, { clientOrderId: own.clientId });
    if (real === null) {
      if (own.status !== 'REJECTED' && own.status !== 'FAILED')
        add('4', `order ${own.clientId} is ${own.status} in the log and the exchange never had it`);
      continue;
    }
    if (own.status !== 'ENDED')
      add('6', `order ${own.clientId} is ${own.status} in the log and ${real.status} at the exchange`);
    if (own.filled !== real.executedQuantity)
      add(
        '3',
        `order ${own.clientId} has ${decimal(own.filled)} booked of ${decimal(real.executedQuantity)} executed`,
      );
  }
}

function trades({ facts, venue, accountId, symbols, trades: tradesOf }: SettledContext, add: Add): void {
  for (const symbol of symbols) {
    for (const trade of tradesOf(symbol)) {
      const home = venue.order(accountId, symbol, { orderId: trade.orderId });
      const own = home === null ? undefined : facts.byClientId.get(home.clientOrderId);
      const booking = facts.booked.get(`${symbol}:${trade.tradeId}`);
      if (own !== undefined && booking?.orderId !== own.orderId)
        add('5', `trade ${symbol}:${trade.tradeId} of ${own.clientId} is not booked`);
    }
  }
}

/** Foreign trades may have entered as trades or as labelled flows; the sums have to agree either way. */
function balances({ facts, venue, accountId }: SettledContext, add: Add): void {
  const real = new Map(
    venue.balances(accountId).map((each) => [each.asset, (each.free as bigint) + (each.locked as bigint)]),
  );
  // Coins that were never traded nor paid in are not this system's business.
  const accounted = new Set(facts.ledger.keys());
  for (const { base, quote } of facts.assets.values()) accounted.add(base).add(quote);
  for (const asset of accounted) {
    const booked = facts.ledger.get(asset) ?? 0n;
    const held = real.get(asset) ?? 0n;
    if (booked !== held)
      add('18', `${asset}: ${decimal(booked)} by the log, ${decimal(held)} at the exchange`);
  }
}
