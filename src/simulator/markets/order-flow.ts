/**
 * Arrivals of taker orders on one symbol: counts that excite each other (a discrete Hawkes process),
 * heavy-tailed sizes, and directions that persist and lean towards where the price is going.
 */
import {
  ARRIVAL_BRANCHING,
  ARRIVAL_DECAY_PER_S,
  DIRECTION_COPY,
  DIRECTION_PULL,
  ORDER_NOTIONAL_MAX_SHARE,
  ORDER_SIZE_SIGMA,
} from './calibration.ts';
import type { Noise } from './noise.ts';

export type TakerOrder = {
  /** Milliseconds after the step began. */
  readonly offsetMs: number;
  readonly buys: boolean;
  /** Quote notional. */
  readonly notional: number;
};

export type FlowState = { excitement: number; lastBuys: boolean };

/**
 * The orders of one step, by time. `rate` is the mean per second, `pressure` the step's coming
 * move in standard deviations (positive: up), `size` the median notional; more than `mostOrders` are
 * drawn together into bigger ones.
 */
export function drawOrders(
  state: FlowState,
  noise: Noise,
  step: {
    readonly seconds: number;
    readonly mostOrders: number;
    readonly rate: number;
    readonly pressure: number;
    readonly size: number;
  },
): readonly TakerOrder[] {
  const { seconds, mostOrders, rate, pressure, size } = step;
  const kept = Math.exp(-ARRIVAL_DECAY_PER_S * seconds);
  const drawn = noise.poisson(rate * (1 - ARRIVAL_BRANCHING) * seconds + state.excitement);
  state.excitement = Math.min(
    state.excitement * kept + ARRIVAL_BRANCHING * (1 - kept) * drawn,
    20 * rate * seconds + 1,
  );
  const count = Math.min(drawn, mostOrders);
  const orders: TakerOrder[] = [];
  const stepMs = Math.max(1, Math.floor(seconds * 1000));
  for (let index = 0; index < count; index += 1) {
    const buys =
      noise.uniform() < DIRECTION_COPY
        ? state.lastBuys
        : noise.uniform() < 0.5 + DIRECTION_PULL * Math.tanh(pressure);
    state.lastBuys = buys;
    const notional = Math.min(
      size * Math.exp(ORDER_SIZE_SIGMA * noise.gaussian()),
      size * ORDER_NOTIONAL_MAX_SHARE,
    );
    orders.push({
      offsetMs: Math.floor(noise.uniform() * stepMs),
      buys,
      notional: (notional * drawn) / count,
    });
  }
  return orders.length > 1 ? orders.sort((left, right) => left.offsetMs - right.offsetMs) : orders;
}
