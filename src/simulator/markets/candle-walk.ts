/**
 * The path of a price inside one recorded candle: open, the nearer extreme first (low before high when
 * it closed higher, and the other way round), the other extreme, close, in small steps between. Exact:
 * touches all four prices, never leaves the range, and its trades sum to the volume.
 */
import type { Price, Quantity } from '../../core/money.ts';
import type { SymbolSpec } from '../matching/venue-api.ts';
import { createNoise } from './noise.ts';

export type RecordedCandle = {
  readonly openTime: number;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: Quantity;
};

export type WalkStep = {
  readonly price: Price;
  /** 0: nothing trades in this step. */
  readonly quantity: Quantity;
  readonly buys: boolean;
};

/** Share of the range by which steps stray from the straight line. */
const STRAY = 0.06;
const SIZE_SIGMA = 0.8;

/** The steps of one candle, evenly spread over it; `count` at least 4. The same candle always walks the same way. */
export function walkCandle(candle: RecordedCandle, spec: SymbolSpec, count: number): readonly WalkStep[] {
  const rises = candle.close >= candle.open;
  const corners = [
    candle.open,
    rises ? candle.low : candle.high,
    rises ? candle.high : candle.low,
    candle.close,
  ] as const;
  const ticks = corners.map((corner) => Number(corner / spec.tickSize));
  const places = cornerPlaces(ticks, count);
  const noise = createNoise([
    candle.openTime | 0,
    Math.floor(candle.openTime / 4_294_967_296),
    ticks[0] ?? 0,
    ticks[3] ?? 0,
  ]);
  for (let round = 0; round < 8; round += 1) noise.uniform();
  const lowest = Math.min(...ticks);
  const highest = Math.max(...ticks);
  const path: number[] = [];
  for (let step = 0; step < count; step += 1) {
    let leg = 2;
    while (leg > 0 && step < (places[leg] ?? 0)) leg -= 1;
    const from = ticks[leg] ?? 0;
    const to = ticks[leg + 1] ?? from;
    const start = places[leg] ?? 0;
    const end = places[leg + 1] ?? start;
    if (places.includes(step)) {
      path.push(ticks[places.lastIndexOf(step)] ?? from);
      continue;
    }
    const straight = from + ((to - from) * (step - start)) / Math.max(1, end - start);
    const strayed = Math.round(straight + STRAY * (highest - lowest) * noise.gaussian());
    path.push(Math.min(highest, Math.max(lowest, strayed)));
  }
  const sizes = shares(Number(candle.volume / spec.stepSize), count, places, () =>
    Math.exp(SIZE_SIGMA * noise.gaussian()),
  );
  let buys = rises;
  return path.map((price, index) => {
    const before = path[index - 1] ?? price;
    if (price !== before) buys = price > before;
    else if (index > 0) buys = noise.uniform() < 0.5;
    return {
      price: (BigInt(price) * spec.tickSize) as Price,
      quantity: (BigInt(sizes[index] ?? 0) * spec.stepSize) as Quantity,
      buys,
    };
  });
}

/** Step at which each corner is touched: by the length of the legs, all different where the prices are. */
function cornerPlaces(ticks: readonly number[], count: number): readonly [number, number, number, number] {
  const leg = (index: number): number => Math.abs((ticks[index + 1] ?? 0) - (ticks[index] ?? 0));
  const total = leg(0) + leg(1) + leg(2);
  const last = count - 1;
  if (total === 0) return [0, 0, 0, last];
  const first = Math.max(leg(0) > 0 ? 1 : 0, Math.min(last - 2, Math.round((last * leg(0)) / total)));
  const second = Math.max(
    first + (leg(1) > 0 ? 1 : 0),
    Math.min(last - (leg(2) > 0 ? 1 : 0), Math.round((last * (leg(0) + leg(1))) / total)),
  );
  return [0, first, second, last];
}

/** Splits `units` over the steps by random weights; the corners come first when there are few. */
function shares(
  units: number,
  count: number,
  corners: readonly number[],
  weight: () => number,
): readonly number[] {
  const result: number[] = Array.from({ length: count }, () => 0);
  let left = units;
  for (const corner of corners) {
    if (left > 0 && result[corner] === 0) {
      result[corner] = 1;
      left -= 1;
    }
  }
  const weights = result.map(() => weight());
  const total = weights.reduce((sum, each) => sum + each, 0);
  let given = 0;
  for (let index = 0; index < count; index += 1) {
    const share = Math.floor((left * (weights[index] ?? 0)) / total);
    result[index] = (result[index] ?? 0) + share;
    given += share;
  }
  // What rounding left over trades at the close, which every candle has.
  result[count - 1] = (result[count - 1] ?? 0) + left - given;
  return result;
}
