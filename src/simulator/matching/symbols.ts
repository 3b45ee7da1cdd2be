/**
 * Adding a symbol and changing its rules while it trades: status changes are told, open orders stay,
 * and a finer tick or step re-lays the book on a grid that still holds every resting order, each
 * keeping its place in its queue.
 */
import { AveragePrice } from './average-price.ts';
import type { Engine } from './engine.ts';
import { makeMarket, type Market } from './market.ts';
import { ASK, BID, OrderBook } from './order-book.ts';
import { scaleFor, type Scale } from './scale.ts';
import type { SymbolSpec } from './venue-api.ts';

export function setSymbol(engine: Engine, now: number, spec: SymbolSpec): void {
  const market = engine.markets.get(spec.symbol);
  if (market === undefined) {
    engine.markets.set(spec.symbol, makeMarket(spec, engine.fees));
    return;
  }
  const before = market.spec;
  market.spec = spec;
  if (spec.averagePriceMinutes !== before.averagePriceMinutes)
    market.average = new AveragePrice(spec.averagePriceMinutes);
  const scale = scaleFor(spec.tickSize, spec.stepSize, market.scale);
  if (scale.tick !== market.scale.tick || scale.lot !== market.scale.lot) relay(engine, market, scale);
  if (spec.status !== before.status) {
    engine.events.push({ kind: 'symbolStatus', at: now, symbol: spec.symbol, status: spec.status });
  }
}

function relay(engine: Engine, market: Market, scale: Scale): void {
  const old = market.book;
  const ticks = Number(market.scale.tick / scale.tick);
  const lots = Number(market.scale.lot / scale.lot);
  const book = new OrderBook(scale, engine.fees);
  const orders = market.orders;
  market.orders = [];
  for (const side of [BID, ASK] as const) {
    const ladder = old.ladder(side);
    for (let at = ladder.count - 1; at >= 0; at -= 1) {
      for (let slot = old.head[ladder.levels[at]!]!; slot >= 0; slot = old.next[slot]!) {
        const moved = book.add(side, old.priceAt(slot) * ticks, 0, 0, old.owner[slot]!);
        book.place(moved, old.visible[slot]! * lots, old.hidden[slot]! * lots, old.peak[slot]! * lots);
        const order = orders[slot] ?? null;
        while (market.orders.length <= moved) market.orders.push(null);
        market.orders[moved] = order;
        if (order !== null) order.slot = moved;
      }
    }
  }
  book.updates = old.updates;
  book.restoreTouched(rescale(old.touchedKeys(), ticks));
  market.average.rescale(ticks, lots);
  market.book = book;
  market.scale = scale;
}

function rescale(keys: readonly number[] | null, ticks: number): number[] | null {
  return keys === null ? null : keys.map((key) => key * ticks);
}
