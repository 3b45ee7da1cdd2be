/**
 * Orders of one market that wait for a trade price: stops and take-profits, plain and trailing
 * (Binance, trailing-stop-faq.md). Plain ones stand in two arrays sorted so that the next to trigger
 * is last; trailing ones follow the market in entry order. A quiet market costs two comparisons.
 */
import type { Price } from '../../core/money.ts';
import { triggersAbove, type LiveOrder } from './live-order.ts';

export class StopIndex {
  /** Trigger at or above their price; lowest last. */
  readonly #rising: LiveOrder[] = [];
  /** Trigger at or below their price; highest last. */
  readonly #falling: LiveOrder[] = [];
  readonly #trailing: LiveOrder[] = [];

  get size(): number {
    return this.#rising.length + this.#falling.length + this.#trailing.length;
  }

  add(order: LiveOrder): void {
    if (order.trailingDeltaBps !== null) {
      this.#trailing.push(order);
      return;
    }
    const above = triggersAbove(order.type, order.side);
    const waiting = above ? this.#rising : this.#falling;
    let at = waiting.length;
    // Of two at one price the older triggers first, so the newer goes in front of it.
    while (at > 0) {
      const other = waiting[at - 1]!.stopPrice;
      if (above ? other > order.stopPrice : other < order.stopPrice) break;
      at -= 1;
    }
    waiting.splice(at, 0, order);
  }

  remove(order: LiveOrder): void {
    for (const waiting of [this.#rising, this.#falling, this.#trailing]) {
      const at = waiting.indexOf(order);
      if (at >= 0) waiting.splice(at, 1);
    }
  }

  /** Shows a trade to the waiting orders; those it triggers leave the index and go to `triggered`. */
  observe(now: number, traded: Price, triggered: LiveOrder[]): void {
    const rising = this.#rising;
    while (rising.length > 0 && rising.at(-1)!.stopPrice <= traded) triggered.push(rising.pop()!);
    const falling = this.#falling;
    while (falling.length > 0 && falling.at(-1)!.stopPrice >= traded) triggered.push(falling.pop()!);
    for (let at = 0; at < this.#trailing.length; at += 1) {
      const order = this.#trailing[at]!;
      if (!follow(order, now, traded)) continue;
      triggered.push(order);
      this.#trailing.splice(at, 1);
      at -= 1;
    }
  }

  /** In an order that, added one by one to an empty index, rebuilds this one. */
  all(): readonly LiveOrder[] {
    return [...this.#rising.toReversed(), ...this.#falling.toReversed(), ...this.#trailing];
  }
}

/** Moves a trailing order along with the market; true when the market turned far enough. */
function follow(order: LiveOrder, now: number, traded: Price): boolean {
  if (order.trailingExtreme === null) {
    const above = triggersAbove(order.type, order.side);
    const started = order.stopPrice === 0n || (above ? traded >= order.stopPrice : traded <= order.stopPrice);
    if (!started) return false;
    order.trailingExtreme = traded;
    order.trailingTime = now;
    return false;
  }
  const delta = BigInt(order.trailingDeltaBps ?? 0);
  if (order.side === 'SELL') {
    if (traded > order.trailingExtreme) order.trailingExtreme = traded;
    return traded * 10_000n <= order.trailingExtreme * (10_000n - delta);
  }
  if (traded < order.trailingExtreme) order.trailingExtreme = traded;
  return traded * 10_000n >= order.trailingExtreme * (10_000n + delta);
}
