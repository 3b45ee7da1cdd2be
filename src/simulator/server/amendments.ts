/**
 * The history of amended orders, as `order/amendments` tells it. The venue reports an order as it is;
 * what it was before is remembered here while it is open.
 */
import { eightPlaces } from './decimals.ts';
import type { Json, TimeUnit } from './render.ts';
import type { Execution } from './render-user.ts';

export type Amendment = {
  readonly accountId: number;
  readonly symbol: string;
  readonly orderId: number;
  readonly executionId: number;
  readonly origClientOrderId: string;
  readonly newClientOrderId: string;
  readonly origQty: string;
  readonly newQty: string;
  readonly time: number;
};

export interface Amendments {
  /** To be told every execution in order; gives the client id an amended order had before, else null. */
  observe(event: Execution): string | null;
  of(accountId: number, symbol: string, orderId: number): readonly Amendment[];
  snapshot(): unknown;
  restore(snapshot: unknown): void;
}

/** Amendments kept in all, newest. */
const KEPT = 10_000;
const OPEN: ReadonlySet<string> = new Set(['NEW', 'PENDING_NEW', 'PARTIALLY_FILLED']);

type Before = { readonly clientOrderId: string; readonly quantity: string };

export function createAmendments(): Amendments {
  const open = new Map<string, Before>();
  let amendments: Amendment[] = [];

  return {
    observe({ order, executionType, executionId, at }) {
      const key = `${order.symbol} ${order.orderId}`;
      const quantity = eightPlaces(order.originalQuantity);
      const before = open.get(key);
      if (OPEN.has(order.status)) open.set(key, { clientOrderId: order.clientOrderId, quantity });
      else open.delete(key);
      if (executionType !== 'REPLACED' || before === undefined) return null;
      amendments.push({
        accountId: order.accountId,
        symbol: order.symbol,
        orderId: order.orderId,
        executionId,
        origClientOrderId: before.clientOrderId,
        newClientOrderId: order.clientOrderId,
        origQty: before.quantity,
        newQty: quantity,
        time: at,
      });
      if (amendments.length > 2 * KEPT) amendments = amendments.slice(-KEPT);
      return before.clientOrderId;
    },
    of: (accountId, symbol, orderId) =>
      amendments.filter(
        (each) => each.accountId === accountId && each.symbol === symbol && each.orderId === orderId,
      ),
    snapshot: () => ({ open: [...open], amendments: amendments.slice(-KEPT) }),
    restore(snapshot) {
      const saved = snapshot as {
        readonly open: readonly (readonly [string, Before])[];
        readonly amendments: readonly Amendment[];
      };
      for (const [key, before] of saved.open) open.set(key, before);
      amendments = [...saved.amendments];
    },
  };
}

export function renderAmendment({ accountId: _accountId, ...shown }: Amendment, unit: TimeUnit): Json {
  return { ...shown, time: shown.time * unit };
}
