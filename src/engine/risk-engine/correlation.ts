/**
 * How the followed pairs move together (domain rules, "Correlation"): returns of half an hour over 30 days, at
 * least 20 observations. Sums per pair of symbols are kept and changed with each sample, never added up anew;
 * rings and the number of symbols are bounded. These are statistics; no order is made from them.
 */
import { present } from '../../core/invariant.ts';

export type CorrelationOptions = {
  readonly sampleMs: number;
  readonly samplesMax: number;
  readonly samplesMin: number;
};

export interface CorrelationBook {
  /** The price at the end of a sample; `endMs` is a whole multiple of the sample's length, else it is ignored. */
  sample(symbol: string, endMs: number, price: number): void;
  /** Place of a symbol in the matrix, or -1 when nothing is known of it. */
  indexOf(symbol: string): number;
  /** Correlation of two places; NaN with too few observations. */
  at(left: number, right: number): number;
  between(left: string, right: string): number | null;
  /** Asks for another number of observations from now on; what was measured stays. */
  require(samplesMin: number): void;
  /** Raised with every change: what was computed before it is void. */
  version(): number;
  /** Returns of one symbol by slot, for history: calls back newest first, at most `samplesMax` times. */
  forEachSlot(symbols: readonly string[], visit: (returns: Float64Array) => void): void;
}

/** More symbols than these are not followed. */
const SYMBOLS_MAX = 64;
/** So many changes are added and taken away before a pair's sums are formed anew: rounding never piles up. */
const REFRESH_AFTER = 2_048;

type Ring = {
  readonly slots: Float64Array;
  readonly returns: Float64Array;
  lastSlot: number;
  lastPrice: number;
};
type Sums = { n: number; x: number; y: number; xx: number; yy: number; xy: number; changes: number };

export function createCorrelationBook(options: CorrelationOptions): CorrelationBook {
  const { sampleMs, samplesMax } = options;
  let { samplesMin } = options;
  const places = new Map<string, number>();
  const rings: Ring[] = [];
  const sums = new Map<number, Sums>();
  const matrix = new Float64Array(SYMBOLS_MAX * SYMBOLS_MAX).fill(Number.NaN);
  let version = 0;

  const placeOf = (symbol: string): number => {
    const known = places.get(symbol);
    if (known !== undefined) return known;
    if (rings.length >= SYMBOLS_MAX) return -1;
    const place = rings.length;
    places.set(symbol, place);
    rings.push({
      slots: new Float64Array(samplesMax).fill(-1),
      returns: new Float64Array(samplesMax),
      lastSlot: -1,
      lastPrice: 0,
    });
    matrix[place * SYMBOLS_MAX + place] = 1;
    return place;
  };

  const sumsOf = (low: number, high: number): Sums => {
    const key = low * SYMBOLS_MAX + high;
    const known = sums.get(key);
    if (known !== undefined) return known;
    const fresh = { n: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0, changes: 0 };
    sums.set(key, fresh);
    return fresh;
  };

  /** Takes what a place of the ring holds out of the sums. */
  const forget = (place: number, ring: Ring, index: number): void => {
    const slot = within(ring.slots, index);
    if (slot < 0) return;
    addPairs(place, index, slot, within(ring.returns, index), -1);
    ring.slots[index] = -1;
  };

  const addPairs = (place: number, index: number, slot: number, value: number, sign: 1 | -1): void => {
    for (const [other, twin] of rings.entries()) {
      if (other === place || twin.slots[index] !== slot) continue;
      const twinValue = within(twin.returns, index);
      const pair = sumsOf(Math.min(place, other), Math.max(place, other));
      if (place < other) change(pair, value, twinValue, sign);
      else change(pair, twinValue, value, sign);
    }
  };

  const put = (place: number, ring: Ring, slot: number, value: number): void => {
    const index = slot % samplesMax;
    addPairs(place, index, slot, value, 1);
    ring.slots[index] = slot;
    ring.returns[index] = value;
  };

  const correlate = (left: number, right: number): void => {
    const low = Math.min(left, right);
    const high = Math.max(left, right);
    const pair = sumsOf(low, high);
    if (pair.changes >= REFRESH_AFTER) reform(pair, low, high);
    const value = correlationOf(pair, samplesMin);
    matrix[low * SYMBOLS_MAX + high] = value;
    matrix[high * SYMBOLS_MAX + low] = value;
  };

  const reform = (pair: Sums, low: number, high: number): void => {
    Object.assign(pair, { n: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 });
    const left = present(rings[low], 'a pair has both rings');
    const right = present(rings[high], 'a pair has both rings');
    for (let index = 0; index < samplesMax; index += 1) {
      const slot = within(left.slots, index);
      if (slot >= 0 && slot === right.slots[index])
        change(pair, within(left.returns, index), within(right.returns, index), 1);
    }
    pair.changes = 0;
  };

  return {
    sample(symbol, endMs, price): void {
      if (endMs % sampleMs !== 0 || !(price > 0)) return;
      const place = placeOf(symbol);
      const ring = rings[place];
      if (ring === undefined) return;
      const slot = endMs / sampleMs;
      if (slot <= ring.lastSlot) return;
      // Whatever a hole would leave standing beyond the span goes first.
      for (let old = Math.max(ring.lastSlot + 1, slot - samplesMax + 1); old <= slot; old += 1)
        forget(place, ring, old % samplesMax);
      if (slot === ring.lastSlot + 1) put(place, ring, slot, Math.log(price / ring.lastPrice));
      ring.lastSlot = slot;
      ring.lastPrice = price;
      for (const other of rings.keys()) if (other !== place) correlate(place, other);
      version += 1;
    },
    indexOf: (symbol) => places.get(symbol) ?? -1,
    at: (left, right) => (left < 0 || right < 0 ? Number.NaN : within(matrix, left * SYMBOLS_MAX + right)),
    between(left, right): number | null {
      const value = this.at(this.indexOf(left), this.indexOf(right));
      return Number.isNaN(value) ? null : value;
    },
    require(wanted): void {
      if (wanted === samplesMin) return;
      samplesMin = wanted;
      for (const high of rings.keys()) for (let low = 0; low < high; low += 1) correlate(low, high);
      version += 1;
    },
    version: () => version,
    forEachSlot(symbols, visit): void {
      const chosen = symbols.flatMap((symbol) => rings[places.get(symbol) ?? -1] ?? []);
      const [first] = chosen;
      if (first === undefined || chosen.length < symbols.length) return;
      const row = new Float64Array(chosen.length);
      for (let index = 0; index < samplesMax; index += 1) {
        const slot = within(first.slots, index);
        if (slot < 0 || !chosen.every((ring) => ring.slots[index] === slot)) continue;
        for (const [column, ring] of chosen.entries()) row[column] = within(ring.returns, index);
        visit(row);
      }
    },
  };
}

function within(values: Float64Array, index: number): number {
  return present(values[index], 'a place lies within its ring');
}

function change(pair: Sums, x: number, y: number, sign: 1 | -1): void {
  pair.n += sign;
  pair.x += sign * x;
  pair.y += sign * y;
  pair.xx += sign * x * x;
  pair.yy += sign * y * y;
  pair.xy += sign * x * y;
  pair.changes += 1;
}

function correlationOf({ n, x, y, xx, yy, xy }: Sums, samplesMin: number): number {
  if (n < samplesMin) return Number.NaN;
  const spreadX = xx - (x * x) / n;
  const spreadY = yy - (y * y) / n;
  // A price that did not move says nothing about moving together.
  if (!(spreadX > Number.EPSILON * xx) || !(spreadY > Number.EPSILON * yy)) return Number.NaN;
  return Math.max(-1, Math.min(1, (xy - (x * y) / n) / Math.sqrt(spreadX * spreadY)));
}
