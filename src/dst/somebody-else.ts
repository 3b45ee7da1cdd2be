/**
 * Somebody else on the same account, and the exchange's own staff: orders, sales, cancels, deposits
 * and withdrawals that the engine did not ask for, and filters that change while it trades. They act
 * on the venue directly, as another program with the same keys would (invariants 14, 20, 27).
 */
import type { AssetAmount, Price, Quantity } from '../core/money.ts';
import type { SeededRandom } from '../core/seeded-random.ts';
import type { Exchange } from '../simulator/server/exchange.ts';
import type { PlaceOrder } from '../simulator/matching/venue-api.ts';
import type { FaultKind } from './faults.ts';
import { partOf } from './settings.ts';

export type SomebodyDeps = {
  readonly exchange: Exchange;
  readonly accountId: number;
  readonly random: SeededRandom;
  readonly symbols: readonly string[];
  /** The venue's clock. */
  readonly now: () => number;
};

export interface SomebodyElse {
  /** Does it if there is anything to do it to; tells what was done, or null. */
  act(kind: FaultKind): string | null;
}

export function createSomebodyElse(deps: SomebodyDeps): SomebodyElse {
  const { exchange, accountId, random } = deps;
  const { venue } = exchange;
  let orders = 0;

  function place(change: Partial<PlaceOrder> & Pick<PlaceOrder, 'symbol' | 'side' | 'type'>): string | null {
    orders += 1;
    const placed = venue.place(deps.now(), {
      accountId,
      timeInForce: null,
      quantity: null,
      quoteOrderQuantity: null,
      price: null,
      stopPrice: null,
      trailingDeltaBps: null,
      icebergQuantity: null,
      clientOrderId: `elsewhere-${orders}`,
      selfTradeMode: null,
      strategyId: null,
      strategyType: null,
      ...change,
    });
    return placed.ok
      ? `${change.side} ${change.type} ${change.symbol} is order ${placed.value.order.orderId}`
      : null;
  }

  function order(symbol: string): string | null {
    const spec = venue.symbol(symbol);
    const bid = venue.bestBid(symbol);
    if (spec === null || bid === null) return null;
    const value = spec.minNotional * 2n;
    // A resting bid a good way below, or a small purchase at the market.
    const at = ((bid.price * 97n) / 100n / spec.tickSize) * spec.tickSize;
    const size = ((value * 100_000_000n) / at / spec.stepSize + 1n) * spec.stepSize;
    const quantity = size as Quantity;
    return random.chance(0.5)
      ? place({ symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity, price: at as Price })
      : place({ symbol, side: 'BUY', type: 'MARKET', quantity });
  }

  function sale(symbol: string): string | null {
    const spec = venue.symbol(symbol);
    if (spec === null) return null;
    const stop = venue.openOrders(accountId, symbol).find((each) => each.side === 'SELL');
    if (stop !== undefined && random.chance(0.5)) cancel(symbol, stop.clientOrderId);
    const free = venue.balances(accountId).find((each) => each.asset === spec.baseAsset)?.free ?? 0n;
    const size = (free / spec.stepSize) * spec.stepSize;
    const part = random.chance(0.5) ? size : (size / 2n / spec.stepSize) * spec.stepSize;
    return part <= 0n ? null : place({ symbol, side: 'SELL', type: 'MARKET', quantity: part as Quantity });
  }

  function cancel(symbol: string, clientOrderId: string): string | null {
    const done = venue.cancel(deps.now(), {
      accountId,
      symbol,
      order: { clientOrderId },
      requestClientOrderId: `cancel-elsewhere-${(orders += 1)}`,
      restriction: null,
    });
    return done.ok ? `cancelled ${clientOrderId}` : null;
  }

  function move(sign: 1n | -1n): string | null {
    const held = venue.balances(accountId).filter((each) => each.free > 0n);
    if (held.length === 0) return null;
    const balance = random.pick(held);
    const delta = (sign * partOf(balance.free, random)) as AssetAmount;
    if (delta === 0n) return null;
    return venue.transfer(deps.now(), accountId, balance.asset, delta).ok
      ? `${balance.asset} ${delta}e-8`
      : null;
  }

  function filters(symbol: string): string | null {
    const spec = venue.symbol(symbol);
    if (spec === null) return null;
    const stepSize = (spec.stepSize * 10n) as Quantity;
    const minQuantity = spec.minQuantity > stepSize ? spec.minQuantity : stepSize;
    venue.setSymbol(deps.now(), { ...spec, stepSize, minQuantity, tickSize: (spec.tickSize * 10n) as Price });
    return `${symbol} has ten times its tick and step`;
  }

  function does(kind: FaultKind): string | null {
    const symbol = random.pick(deps.symbols);
    switch (kind) {
      case 'foreign.order':
        return order(symbol);
      case 'foreign.sale':
        return sale(symbol);
      case 'foreign.cancelsStop': {
        const stops = deps.symbols.flatMap((each) =>
          venue.openOrders(accountId, each).filter((open) => open.stopPrice > 0n),
        );
        const [stop] = stops;
        return stop === undefined ? null : cancel(stop.symbol, stop.clientOrderId);
      }
      case 'foreign.deposit':
        return move(1n);
      case 'foreign.withdrawal':
        return move(-1n);
      case 'venue.filtersChange':
        return filters(symbol);
      default:
        return null;
    }
  }

  return {
    act(kind): string | null {
      const done = does(kind);
      exchange.settle();
      return done;
    },
  };
}
