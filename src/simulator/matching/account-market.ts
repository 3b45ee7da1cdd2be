/**
 * One account's orders and trades on one symbol: what is open, by id and by client id, and the
 * history behind it. History is bounded: past the cap the oldest closed orders and trades go first.
 */
import type { LiveList } from './live-list.ts';
import { isOpen, type LiveOrder } from './live-order.ts';
import type { AccountTrade, OrderRef } from './venue-api.ts';

/** Closed orders and trades kept per account and symbol. */
export const HISTORY_CAP = 50_000;

export class AccountMarket {
  readonly open: Map<number, LiveOrder> = new Map();
  readonly openByClientId: Map<string, LiveOrder> = new Map();
  /** Open order lists by their client id. */
  readonly openLists: Map<string, LiveList> = new Map();
  /** Ascending by order id; open ones included. Empty for unlimited accounts. */
  history: LiveOrder[] = [];
  trades: AccountTrade[] = [];
  /** Latest order under each client id, closed ones included. */
  readonly #latest: Map<string, LiveOrder> = new Map();

  accept(order: LiveOrder, keep: boolean): void {
    this.open.set(order.orderId, order);
    this.openByClientId.set(order.clientOrderId, order);
    if (keep) this.remember(order);
  }

  remember(order: LiveOrder): void {
    this.history.push(order);
    this.#latest.set(order.clientOrderId, order);
    if (this.history.length > HISTORY_CAP * 1.25) this.#forget();
  }

  close(order: LiveOrder): void {
    this.open.delete(order.orderId);
    if (this.openByClientId.get(order.clientOrderId) === order)
      this.openByClientId.delete(order.clientOrderId);
  }

  rename(order: LiveOrder, clientOrderId: string): void {
    this.openByClientId.delete(order.clientOrderId);
    order.clientOrderId = clientOrderId;
    this.openByClientId.set(clientOrderId, order);
    if (!order.account.spec.unlimited) this.#latest.set(clientOrderId, order);
  }

  traded(trade: AccountTrade): void {
    this.trades.push(trade);
    if (this.trades.length > HISTORY_CAP * 1.25) this.trades = this.trades.slice(-HISTORY_CAP);
  }

  findOpen(ref: OrderRef): LiveOrder | null {
    if ('orderId' in ref) return this.open.get(ref.orderId) ?? null;
    return this.openByClientId.get(ref.clientOrderId) ?? null;
  }

  /** Open or closed. */
  find(ref: OrderRef): LiveOrder | null {
    const open = this.findOpen(ref);
    if (open !== null) return open;
    if ('clientOrderId' in ref) return this.#latest.get(ref.clientOrderId) ?? null;
    const found = this.history[firstAtLeast(this.history, ref.orderId, (order) => order.orderId)];
    return found?.orderId === ref.orderId ? found : null;
  }

  ordersFrom(orderId: number, limit: number): readonly LiveOrder[] {
    const start = firstAtLeast(this.history, orderId, (order) => order.orderId);
    return this.history.slice(start, start + limit);
  }

  tradesFrom(tradeId: number, limit: number): readonly AccountTrade[] {
    const start = firstAtLeast(this.trades, tradeId, (trade) => trade.tradeId);
    return this.trades.slice(start, start + limit);
  }

  #forget(): void {
    let excess = this.history.length - HISTORY_CAP;
    this.history = this.history.filter((order) => {
      if (excess === 0 || isOpen(order)) return true;
      excess -= 1;
      if (this.#latest.get(order.clientOrderId) === order) this.#latest.delete(order.clientOrderId);
      return false;
    });
  }
}

/** Index of the first row whose id is not below `id`, in rows ascending by id. */
function firstAtLeast<T>(rows: readonly T[], id: number, idOf: (row: T) => number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (idOf(rows[middle]!) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
