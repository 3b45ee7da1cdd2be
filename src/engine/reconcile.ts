/**
 * The account as the exchange has it against the account as we believe it: pure. The exchange wins.
 * 1. A trade not yet booked is booked to its order, or adopted as external (invariants 5 and 27).
 * 2. An open order we do not know is adopted as external; one we think open and the exchange does not
 *    list is looked up, never assumed (invariants 4 and 6).
 * 3. A balance that our bookings do not explain is adopted as a labelled external flow (invariant 18),
 *    but only from a quiet read: nothing of ours was under way while it was taken.
 */
import type { DomainEvent, Figures } from '../core/events.ts';
import type { AssetAmount } from '../core/money.ts';
import type { ExchangeTrade, GatewayReport } from '../core/ports/gateway.ts';
import { isOwnClientOrderId } from '../core/ids.ts';
import { mergeReport, type FeeWorth } from './executor/reports.ts';
import { exchangeKey, findOrder, isBooked, isUnresolved, type Orders } from './executor/orders.ts';
import { holdingOf, type Ledger } from './portfolio/ledger.ts';

export type AccountRead = Extract<GatewayReport, { readonly kind: 'account' }>;

export type Findings = {
  readonly events: readonly DomainEvent[];
  /** Orders whose fate only a look-up can tell. */
  readonly lookUps: readonly string[];
  readonly fillsBooked: number;
  readonly externalFound: number;
  readonly ordersResolved: number;
  readonly differences: readonly string[];
  readonly tradeCursor: Figures;
};

export type ReconcileInput = {
  readonly orders: Orders;
  readonly ledger: Ledger;
  readonly read: AccountRead;
  readonly orderIdOf: (clientOrderId: string) => string | null;
  readonly newOrderId: () => string;
  readonly feeWorth: FeeWorth;
  readonly tradeFeeAssets: (
    symbol: string,
  ) => { readonly baseAsset: string; readonly quoteAsset: string } | null;
};

/** Steps 1 and 2: orders and trades. Applied before balances are compared. */
export function reconcileOrders(input: ReconcileInput): Findings {
  const { read } = input;
  const events: DomainEvent[] = [];
  const lookUps = new Set<string>();
  const differences: string[] = [];
  let fillsBooked = 0;
  let externalFound = 0;
  let ordersResolved = 0;

  const listed = new Set<string>();
  const byExchangeId = new Map(input.orders.byExchangeId);
  for (const picture of read.openOrders) {
    const key = exchangeKey(picture.symbol, picture.exchangeOrderId);
    const orderId = input.orderIdOf(picture.clientOrderId) ?? byExchangeId.get(key) ?? null;
    const order = orderId === null ? undefined : findOrder(input.orders, orderId);
    if (order === undefined) {
      if (byExchangeId.has(key)) continue;
      const adoptedId = input.newOrderId();
      byExchangeId.set(key, adoptedId);
      externalFound += 1;
      differences.push(`order ${picture.exchangeOrderId} on ${picture.symbol} was not placed by this system`);
      events.push({
        kind: 'order.adopted',
        orderId: adoptedId,
        clientOrderId: picture.clientOrderId,
        exchangeOrderId: picture.exchangeOrderId,
        symbol: picture.symbol,
        side: picture.side,
        type: picture.type,
        quantity: picture.quantity,
        executedQuantity: picture.executedQuantity,
        price: picture.price,
      });
      continue;
    }
    listed.add(order.orderId);
    byExchangeId.set(key, order.orderId);
    const outcome = mergeReport(input.orders, order, picture, [], input.feeWorth);
    if (outcome.events.length > 0) ordersResolved += 1;
    events.push(...outcome.events);
    if (outcome.fillsMissing) lookUps.add(order.orderId);
  }

  for (const order of input.orders.open.values()) {
    if (listed.has(order.orderId)) continue;
    if (order.purpose === 'external') {
      // Gone from the list: filled or cancelled; its trades, if any, are in the trade history.
      events.push({
        kind: 'order.ended',
        orderId: order.orderId,
        status: 'CANCELLED',
        executedQuantity: order.filledQuantity,
        reason: 'no longer open at the exchange',
      });
      continue;
    }
    lookUps.add(order.orderId);
  }

  const unresolved = [...input.orders.open.values()].some(
    (order) => order.exchangeOrderId === null && isUnresolved(order),
  );
  for (const trade of read.trades) {
    if (isBooked(input.orders, trade.symbol, trade.tradeId)) continue;
    const orderId = byExchangeId.get(exchangeKey(trade.symbol, trade.exchangeOrderId));
    const order = orderId === undefined ? undefined : findOrder(input.orders, orderId);
    if (order !== undefined && order.purpose !== 'external') {
      // Booked through its look-up, together with its end, so that sums and status move as one.
      lookUps.add(order.orderId);
      continue;
    }
    if (unresolved && order === undefined) {
      // It may belong to an order of ours whose fate is still unknown: decide when that is known.
      differences.push(`trade ${trade.tradeId} on ${trade.symbol} waits for an unknown outcome`);
      continue;
    }
    if (input.tradeFeeAssets(trade.symbol) === null) continue;
    externalFound += 1;
    fillsBooked += 1;
    differences.push(`trade ${trade.tradeId} on ${trade.symbol} was not made by this system`);
    events.push(adoptTrade(trade));
  }
  return {
    events,
    lookUps: [...lookUps],
    fillsBooked,
    externalFound,
    ordersResolved,
    differences,
    tradeCursor: read.tradeCursor,
  };
}

/** Step 3: what the exchange holds per asset and we cannot explain. `watched` limits it to assets we account for. */
export function reconcileBalances(
  ledger: Ledger,
  read: AccountRead,
  watched: (asset: string) => boolean,
  reason: string,
): readonly DomainEvent[] {
  const events: DomainEvent[] = [];
  const seen = new Set<string>();
  for (const balance of read.balances) {
    seen.add(balance.asset);
    if (!watched(balance.asset) && !ledger.has(balance.asset)) continue;
    const total = balance.free + balance.locked;
    push(balance.asset, total);
  }
  // The exchange leaves out assets with nothing in them.
  for (const asset of ledger.keys()) if (!seen.has(asset)) push(asset, 0n);
  return events;

  function push(asset: string, total: bigint): void {
    const delta = total - holdingOf(ledger, asset);
    if (delta === 0n && ledger.has(asset)) return;
    events.push({
      kind: 'balance.adopted',
      asset,
      delta: delta as AssetAmount,
      total: total as AssetAmount,
      reason,
    });
  }
}

function adoptTrade(trade: ExchangeTrade): DomainEvent {
  return {
    kind: 'trade.adopted',
    symbol: trade.symbol,
    tradeId: trade.tradeId,
    exchangeOrderId: trade.exchangeOrderId,
    side: trade.side,
    price: trade.price,
    quantity: trade.quantity,
    fee: trade.fee,
    feeAsset: trade.feeAsset,
    exchangeTime: trade.exchangeTime,
  };
}

/** The order a client order id of ours stands for; null for anybody else's. */
export function ownOrderId(clientOrderId: string): string | null {
  if (!isOwnClientOrderId(clientOrderId)) return null;
  const hex = clientOrderId.slice(2);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
