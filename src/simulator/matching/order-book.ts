/**
 * Price-time priority for one market, on whole ticks and lots: resting orders are slots in typed
 * arrays, chained first-in-first-out at their level; levels stand in a sorted ladder per side.
 * Matching writes fills, with both sides' fees, to a tape and allocates nothing. The book knows
 * owners only as numbers; owner 0 is the outside market. It never crosses: callers match first, and
 * add what is left. Reasons and messages are the venue's business, not this file's.
 */
import { invariant } from '../../core/invariant.ts';
import { feeUnits, type FeeSchedule } from './commission.ts';
import { FillTape } from './fill-tape.ts';
import { PriceLadder } from './price-ladder.ts';
import type { Scale } from './scale.ts';

export const BID = 0;
export const ASK = 1;
export type BookSide = typeof BID | typeof ASK;
export const OUTSIDE = 0;
export const NOBODY = -1;

const NONE = -1;

export class OrderBook {
  readonly bids: PriceLadder = new PriceLadder();
  readonly asks: PriceLadder = new PriceLadder();
  readonly tape: FillTape = new FillTape();
  /** Counts every change of a level: the update id of depth and of its deltas. */
  updates = 0;
  /** The resting order of the guarded owner that stopped the last match, or -1. */
  blocked: number = NONE;

  // Slots.
  next: Int32Array = new Int32Array(256);
  previous: Int32Array = new Int32Array(256);
  level: Int32Array = new Int32Array(256);
  owner: Int32Array = new Int32Array(256);
  visible: Float64Array = new Float64Array(256);
  hidden: Float64Array = new Float64Array(256);
  /** Size an iceberg shows after each refill; 0 for an order that hides nothing. */
  peak: Float64Array = new Float64Array(256);

  // Levels.
  head: Int32Array = new Int32Array(64);
  tail: Int32Array = new Int32Array(64);
  key: Float64Array = new Float64Array(64);
  volume: Float64Array = new Float64Array(64);
  sideOf: Uint8Array = new Uint8Array(64);
  dirty: Uint8Array = new Uint8Array(64);

  #freeSlot: number = NONE;
  #freeLevel: number = NONE;
  #slots = 0;
  #levels = 0;
  #touched: number[] | null = null;
  readonly #scale: Scale;
  readonly #fees: FeeSchedule;

  constructor(scale: Scale, fees: FeeSchedule) {
    this.#scale = scale;
    this.#fees = fees;
  }

  ladder(side: BookSide): PriceLadder {
    return side === BID ? this.bids : this.asks;
  }

  /** Best price in ticks, or -1 for an empty side. */
  best(side: BookSide): number {
    const ladder = side === BID ? this.bids : this.asks;
    if (ladder.count === 0) return NONE;
    const key = ladder.keys[ladder.count - 1]!;
    return side === BID ? key : -key;
  }

  /** Whether a taker with this limit would meet a resting order. */
  crosses(takerSide: BookSide, limit: number): boolean {
    const best = this.best(takerSide === BID ? ASK : BID);
    if (best === NONE) return false;
    return takerSide === BID ? best <= limit : best >= limit;
  }

  priceAt(slot: number): number {
    const level = this.level[slot]!;
    const key = this.key[level]!;
    return this.sideOf[level] === BID ? key : -key;
  }

  /** Everything left of a resting order, shown or hidden. */
  remaining(slot: number): number {
    return this.visible[slot]! + this.hidden[slot]!;
  }

  /** Shown quantity that trades before this order does. Walks the queue. */
  queueAhead(slot: number): number {
    let ahead = 0;
    for (let at = this.previous[slot]!; at !== NONE; at = this.previous[at]!) {
      ahead += this.visible[at]!;
    }
    return ahead;
  }

  /** Rests an order behind all others at its price; `peak` > 0 shows only so much of it at a time. */
  add(side: BookSide, price: number, lots: number, peak: number, owner: number): number {
    const key = side === BID ? price : -price;
    const ladder = side === BID ? this.bids : this.asks;
    const found = ladder.find(key);
    let level: number;
    if (found >= 0) {
      level = ladder.levels[found]!;
    } else {
      level = this.#newLevel(side, key);
      ladder.insertAt(~found, key, level);
    }
    const slot = this.#newSlot();
    const shown = peak > 0 && peak < lots ? peak : lots;
    this.visible[slot] = shown;
    this.hidden[slot] = lots - shown;
    this.peak[slot] = peak;
    this.owner[slot] = owner;
    this.level[slot] = level;
    this.#append(level, slot);
    this.volume[level]! += shown;
    this.#changed(level);
    return slot;
  }

  /** Lays down an order's exact state, for a book rebuilt from another. */
  place(slot: number, visible: number, hidden: number, peak: number): void {
    const level = this.level[slot]!;
    this.volume[level]! += visible - this.visible[slot]!;
    this.visible[slot] = visible;
    this.hidden[slot] = hidden;
    this.peak[slot] = peak;
  }

  remove(slot: number): void {
    const level = this.level[slot]!;
    this.volume[level]! -= this.visible[slot]!;
    this.#unlink(level, slot);
    this.#release(slot);
    this.#changed(level);
    if (this.head[level] === NONE) this.#dropLevel(level);
  }

  /** Takes quantity off an order without moving it in the queue; hidden quantity goes first. */
  reduce(slot: number, lots: number): void {
    invariant(lots < this.remaining(slot), 'a reduced order keeps some quantity');
    const fromHidden = Math.min(lots, this.hidden[slot]!);
    this.hidden[slot]! -= fromHidden;
    const fromShown = lots - fromHidden;
    if (fromShown === 0) return;
    this.visible[slot]! -= fromShown;
    const level = this.level[slot]!;
    this.volume[level]! -= fromShown;
    this.#changed(level);
  }

  /** Sets the shown quantity of an outside place in a queue; a growth is only right for the last one. */
  resize(slot: number, lots: number): void {
    const change = lots - this.visible[slot]!;
    if (change === 0) return;
    const level = this.level[slot]!;
    this.visible[slot] = lots;
    this.volume[level]! += change;
    this.#changed(level);
  }

  /**
   * Trades an incoming order against the other side, best price first, oldest first, up to `limit`
   * (±Infinity for none), appending to the tape. Returns the lots left over. Stops in front of an
   * order of the `guarded` owner and names it in `blocked`.
   */
  match(takerSide: BookSide, limit: number, lots: number, taker: number, guarded: number): number {
    const ladder = takerSide === BID ? this.asks : this.bids;
    this.blocked = NONE;
    let left = lots;
    while (left > 0 && ladder.count > 0) {
      const key = ladder.keys[ladder.count - 1]!;
      const price = takerSide === BID ? -key : key;
      if (takerSide === BID ? price > limit : price < limit) break;
      const level = ladder.levels[ladder.count - 1]!;
      const before = left;
      let slot = this.head[level]!;
      while (left > 0 && slot !== NONE) {
        if (this.owner[slot] === guarded) {
          this.blocked = slot;
          if (left < before) this.#changed(level);
          return left;
        }
        const after = this.next[slot]!;
        const shown = this.visible[slot]!;
        const size = left < shown ? left : shown;
        left -= size;
        this.#fill(takerSide, price, slot, level, size, taker);
        // A refilled iceberg went to the tail: if it was alone it comes up again at once.
        slot = after !== NONE ? after : this.head[level]!;
      }
      this.#changed(level);
      if (this.head[level] === NONE) this.#dropBest(ladder, level);
    }
    return left;
  }

  /** One fill against a chosen resting order, out of turn: how an outside print reaches client orders. */
  take(slot: number, lots: number, taker: number): void {
    const level = this.level[slot]!;
    const side = this.sideOf[level]!;
    const price = side === BID ? this.key[level]! : -this.key[level]!;
    this.#fill(side === BID ? ASK : BID, price, slot, level, lots, taker);
    this.#changed(level);
    if (this.head[level] === NONE) this.#dropLevel(level);
  }

  /** Starts remembering which levels change, and gives (as signed keys per side) those since the last call. */
  takeTouched(): { readonly bids: readonly number[]; readonly asks: readonly number[] } {
    const bids = new Set<number>();
    const asks = new Set<number>();
    if (this.#touched === null) {
      for (let at = 0; at < this.bids.count; at += 1) bids.add(this.bids.keys[at]!);
      for (let at = 0; at < this.asks.count; at += 1) asks.add(this.asks.keys[at]!);
    } else {
      // Bid keys are positive ticks and ask keys negative: the sign tells the side.
      for (const key of this.#touched) (key > 0 ? bids : asks).add(key);
    }
    this.#touched = [];
    this.dirty.fill(0);
    return { bids: [...bids], asks: [...asks] };
  }

  touchedKeys(): readonly number[] | null {
    return this.#touched;
  }

  restoreTouched(keys: readonly number[] | null): void {
    this.#touched = keys === null ? null : [...keys];
  }

  #fill(takerSide: BookSide, price: number, slot: number, level: number, size: number, taker: number): void {
    const tape = this.tape;
    if (tape.count === tape.slot.length) tape.grow();
    const row = tape.count;
    tape.count = row + 1;
    const maker = this.owner[slot]!;
    const scale = this.#scale;
    let quote = price * size * scale.numerator;
    if (quote > Number.MAX_SAFE_INTEGER) {
      quote = -1;
    } else if (scale.denominator !== 1) {
      const floor = Math.floor(quote / scale.denominator);
      quote = floor * scale.denominator > quote ? floor - 1 : floor;
    }
    let base = size * scale.lotUnits;
    if (base > Number.MAX_SAFE_INTEGER) base = -1;
    tape.slot[row] = slot;
    tape.maker[row] = maker;
    tape.price[row] = price;
    tape.lots[row] = size;
    tape.quote[row] = quote;
    tape.takerFee[row] = feeUnits(takerSide === BID ? base : quote, this.#fees.taker[taker]!);
    tape.makerFee[row] = feeUnits(takerSide === BID ? quote : base, this.#fees.maker[maker]!);
    const shown = this.visible[slot]! - size;
    this.volume[level]! -= size;
    this.visible[slot] = shown;
    if (shown > 0) {
      tape.emptied[row] = 0;
      return;
    }
    this.#unlink(level, slot);
    const hidden = this.hidden[slot]!;
    if (hidden > 0) {
      tape.emptied[row] = 0;
      const peak = this.peak[slot]!;
      const refill = peak < hidden ? peak : hidden;
      this.visible[slot] = refill;
      this.hidden[slot] = hidden - refill;
      this.volume[level]! += refill;
      this.#append(level, slot);
    } else {
      tape.emptied[row] = 1;
      this.#release(slot);
    }
  }

  #changed(level: number): void {
    this.updates += 1;
    if (this.#touched !== null && this.dirty[level] === 0) {
      this.dirty[level] = 1;
      this.#touched.push(this.key[level]!);
      // Nobody is reading: keep one entry per price instead of growing without end.
      if (this.#touched.length % 8_192 === 0) this.#touched = [...new Set(this.#touched)];
    }
  }

  #append(level: number, slot: number): void {
    const last = this.tail[level]!;
    this.previous[slot] = last;
    this.next[slot] = NONE;
    if (last === NONE) this.head[level] = slot;
    else this.next[last] = slot;
    this.tail[level] = slot;
  }

  #unlink(level: number, slot: number): void {
    const before = this.previous[slot]!;
    const after = this.next[slot]!;
    if (before === NONE) this.head[level] = after;
    else this.next[before] = after;
    if (after === NONE) this.tail[level] = before;
    else this.previous[after] = before;
  }

  #dropBest(ladder: PriceLadder, level: number): void {
    ladder.count -= 1;
    this.#freeTheLevel(level);
  }

  #dropLevel(level: number): void {
    const ladder = this.sideOf[level] === BID ? this.bids : this.asks;
    ladder.removeAt(ladder.find(this.key[level]!));
    this.#freeTheLevel(level);
  }

  #freeTheLevel(level: number): void {
    this.head[level] = this.#freeLevel;
    this.#freeLevel = level;
  }

  #release(slot: number): void {
    this.next[slot] = this.#freeSlot;
    this.#freeSlot = slot;
  }

  #newSlot(): number {
    const free = this.#freeSlot;
    if (free !== NONE) {
      this.#freeSlot = this.next[free]!;
      return free;
    }
    if (this.#slots === this.next.length) this.#growSlots();
    this.#slots += 1;
    return this.#slots - 1;
  }

  #newLevel(side: BookSide, key: number): number {
    let level = this.#freeLevel;
    if (level !== NONE) {
      this.#freeLevel = this.head[level]!;
    } else {
      if (this.#levels === this.head.length) this.#growLevels();
      level = this.#levels;
      this.#levels += 1;
    }
    this.head[level] = NONE;
    this.tail[level] = NONE;
    this.key[level] = key;
    this.volume[level] = 0;
    this.sideOf[level] = side;
    this.dirty[level] = 0;
    return level;
  }

  #growSlots(): void {
    const size = this.next.length * 2;
    this.next = wider(new Int32Array(size), this.next);
    this.previous = wider(new Int32Array(size), this.previous);
    this.level = wider(new Int32Array(size), this.level);
    this.owner = wider(new Int32Array(size), this.owner);
    this.visible = wider(new Float64Array(size), this.visible);
    this.hidden = wider(new Float64Array(size), this.hidden);
    this.peak = wider(new Float64Array(size), this.peak);
  }

  #growLevels(): void {
    const size = this.head.length * 2;
    this.head = wider(new Int32Array(size), this.head);
    this.tail = wider(new Int32Array(size), this.tail);
    this.key = wider(new Float64Array(size), this.key);
    this.volume = wider(new Float64Array(size), this.volume);
    this.sideOf = wider(new Uint8Array(size), this.sideOf);
    this.dirty = wider(new Uint8Array(size), this.dirty);
  }
}

function wider<T extends Int32Array | Float64Array | Uint8Array>(into: T, from: T): T {
  into.set(from);
  return into;
}
