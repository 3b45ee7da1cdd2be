/**
 * A believable order book around a touch: dense levels near it, sparse ones further out on round
 * prices, lognormal sizes that change level by level. Used by the synthetic market and around
 * replayed candles and trades. Ticks and steps are whole numbers; amounts are made exact on the way
 * to the venue. Levels that did not change keep their object, so that a reader can compare by identity.
 */
import { invariant } from '../../core/invariant.ts';
import { toNumber, type Price, type Quantity } from '../../core/money.ts';
import type { BookLevel, SymbolSpec } from '../matching/venue-api.ts';
import {
  DENSE_LEVELS,
  DENSE_SPAN_BPS,
  LEVEL_SIZE_SIGMA,
  OUTER_SPAN_BPS,
  TOUCH_EXTRA_BPS,
  TOUCH_SIZE_SIGMA,
} from './calibration.ts';
import type { Noise } from './noise.ts';

/** A trade against one level, in ticks and steps. */
export type Taken = { readonly ticks: number; readonly steps: number };

export type BookSideState = { ticks: number[]; steps: number[]; noise: number[]; depth: number };
export type QuotedBookState = { bids: BookSideState; asks: BookSideState };

export interface QuotedBook {
  /** Places the touch and lays the levels behind it; depth scales multiply the symbol's normal depth. */
  quote(bidTicks: number, askTicks: number, bidDepth: number, askDepth: number): void;
  /** New sizes on a few levels of each side, at the present touch. */
  stir(changes: number): void;
  /** Takes up to this notional from one side, best level first, at most `maxLevels` levels. */
  take(side: 'bids' | 'asks', amount: number, maxLevels: number): readonly Taken[];
  bidTicks(): number;
  askTicks(): number;
  bids(): readonly BookLevel[];
  asks(): readonly BookLevel[];
  state(): QuotedBookState;
  restore(state: QuotedBookState): void;
}

type Side = BookSideState & {
  readonly published: (
    { readonly ticks: number; readonly steps: number; readonly level: BookLevel } | undefined
  )[];
  readonly direction: 1 | -1;
};

/** A coin near its smallest price has ticks of hundreds of bps; its levels do not hold all of that depth. */
const WIDEST_LEVEL_BPS = 20;
/** Well inside the safe integers, whatever the coin. */
const MOST_STEPS = 1e14;

/** An empty book; `quote` fills it. `depthPerBps` is notional per basis point and side; `count` levels a side. */
export function createQuotedBook(
  spec: SymbolSpec,
  noise: Noise,
  depthPerBps: number,
  count: number,
): QuotedBook {
  invariant(count > DENSE_LEVELS, 'a book has more levels than its dense part');
  const tickValue = toNumber(spec.tickSize);
  const stepValue = toNumber(spec.stepSize);
  const slots = slotsOf(count);
  const bids = emptySide(-1);
  const asks = emptySide(1);

  /** Whole steps of a level that stands for `widthTicks` of the depth, given its present noise. */
  function sizeOf(side: Side, index: number, widthTicks: number): number {
    const price = (side.ticks[index] ?? 1) * tickValue;
    const widthBps = Math.min(WIDEST_LEVEL_BPS, (widthTicks * tickValue * 10_000) / price);
    const touch = index === 0;
    const sigma = touch ? TOUCH_SIZE_SIGMA : LEVEL_SIZE_SIGMA;
    // The dense levels keep their mean through the correction; the touch is known by its median.
    const noiseTerm = sigma * (side.noise[index] ?? 0) - (touch ? 0 : (sigma * sigma) / 2);
    const notional =
      depthPerBps *
      side.depth *
      (touch ? Math.max(TOUCH_EXTRA_BPS, widthBps / 2) : widthBps) *
      Math.exp(noiseTerm);
    return Math.min(MOST_STEPS, Math.max(1, Math.round(notional / (price * stepValue))));
  }

  function widthAt(side: Side, index: number): number {
    const here = side.ticks[index] ?? 0;
    const inner = index === 0 ? here : (side.ticks[index - 1] ?? here);
    const outer = side.ticks[index + 1] ?? here + (here - inner);
    return Math.max(0.5, Math.abs(outer - inner) / 2);
  }

  function lay(side: Side, touchTicks: number, depth: number): void {
    side.depth = depth;
    const moved = side.ticks[0] !== touchTicks;
    const bpsInTicks = touchTicks / 10_000;
    let previous = touchTicks;
    side.ticks[0] = touchTicks;
    for (let index = 1; index < count; index += 1) {
      const slot = slots[index] ?? NO_SLOT;
      const target = touchTicks + side.direction * slot.offsetBps * bpsInTicks;
      const grid = slot.dense ? 1 : roundUnit((slot.widthBps * bpsInTicks) / 2);
      const snapped = (side.direction < 0 ? Math.floor(target / grid) : Math.ceil(target / grid)) * grid;
      const outward = side.direction * (snapped - previous);
      previous = outward > 0 ? snapped : previous + side.direction;
      // The lowest levels of a coin near its smallest price would pass zero.
      if (previous < 1) {
        side.ticks.length = index;
        break;
      }
      side.ticks[index] = previous;
    }
    for (let index = 0; index < side.ticks.length; index += 1) {
      const fresh = side.noise[index] === undefined || (moved && (index === 0 || noise.uniform() < 0.3));
      if (fresh) side.noise[index] = noise.gaussian();
      side.steps[index] = sizeOf(side, index, widthAt(side, index));
    }
    side.steps.length = side.ticks.length;
  }

  function publish(side: Side): readonly BookLevel[] {
    const levels: BookLevel[] = [];
    for (let index = 0; index < side.ticks.length; index += 1) {
      const steps = side.steps[index] ?? 0;
      if (steps <= 0) continue;
      const ticks = side.ticks[index] ?? 0;
      let cached = side.published[index];
      if (cached === undefined || cached.ticks !== ticks || cached.steps !== steps) {
        const level = {
          price: (BigInt(ticks) * spec.tickSize) as Price,
          quantity: (BigInt(steps) * spec.stepSize) as Quantity,
        };
        cached = { ticks, steps, level };
        side.published[index] = cached;
      }
      levels.push(cached.level);
    }
    return levels;
  }

  function firstTicks(side: Side): number {
    const index = side.steps.findIndex((steps) => steps > 0);
    return side.ticks[index === -1 ? 0 : index] ?? 0;
  }

  return {
    quote(bidTicks: number, askTicks: number, bidDepth: number, askDepth: number): void {
      invariant(bidTicks > 0 && askTicks > bidTicks, 'a quoted book is positive and never crosses');
      lay(bids, bidTicks, bidDepth);
      lay(asks, askTicks, askDepth);
    },
    stir(changes: number): void {
      for (const side of [bids, asks]) {
        for (let change = 0; change < changes; change += 1) {
          const index = Math.floor(noise.uniform() ** 2 * side.ticks.length);
          side.noise[index] = noise.gaussian();
          side.steps[index] = sizeOf(side, index, widthAt(side, index));
        }
      }
    },
    take(sideName: 'bids' | 'asks', amount: number, maxLevels: number): readonly Taken[] {
      const side = sideName === 'bids' ? bids : asks;
      const taken: Taken[] = [];
      let left = amount;
      for (let index = 0; index < side.ticks.length && taken.length < maxLevels && left > 0; index += 1) {
        const available = side.steps[index] ?? 0;
        if (available <= 0) continue;
        const ticks = side.ticks[index] ?? 0;
        const stepNotional = ticks * tickValue * stepValue;
        const wanted = Math.max(1, Math.round(left / stepNotional));
        const steps = Math.min(wanted, available);
        // A side is never emptied: the last level keeps one step.
        const kept = index === side.ticks.length - 1 ? Math.max(1, available - steps) : available - steps;
        side.steps[index] = kept;
        left -= steps * stepNotional;
        taken.push({ ticks, steps });
        if (wanted <= available) break;
      }
      return taken;
    },
    bidTicks: () => firstTicks(bids),
    askTicks: () => firstTicks(asks),
    bids: () => publish(bids),
    asks: () => publish(asks),
    state: () => ({ bids: sideState(bids), asks: sideState(asks) }),
    restore(state: QuotedBookState): void {
      Object.assign(bids, sideState(state.bids));
      Object.assign(asks, sideState(state.asks));
    },
  };
}

function emptySide(direction: 1 | -1): Side {
  return { ticks: [], steps: [], noise: [], published: [], direction, depth: 1 };
}

function sideState(side: BookSideState): BookSideState {
  return { ticks: [...side.ticks], steps: [...side.steps], noise: [...side.noise], depth: side.depth };
}

type Slot = { readonly offsetBps: number; readonly widthBps: number; readonly dense: boolean };
const NO_SLOT: Slot = { offsetBps: 0, widthBps: 0, dense: true };
const GOLDEN = 0.618_033_988_75;

/** Distance from the touch of each level, and how much of the depth it stands for, in bps. */
function slotsOf(count: number): readonly Slot[] {
  const even = DENSE_SPAN_BPS / DENSE_LEVELS;
  const ratio = (OUTER_SPAN_BPS / DENSE_SPAN_BPS) ** (1 / (count - DENSE_LEVELS));
  const slots: Slot[] = [NO_SLOT];
  let offsetBps = 0;
  for (let index = 1; index < count; index += 1) {
    const dense = index < DENSE_LEVELS;
    // Golden-ratio steps: irregular as in a real book, yet the same for every book.
    const widthBps = dense ? even * (0.4 + 1.2 * ((index * GOLDEN) % 1)) : offsetBps * (ratio - 1);
    offsetBps += widthBps;
    slots.push({ offsetBps, widthBps, dense });
  }
  return slots;
}

/** The greatest of 1, 2, 5, 10, 20, … that is not above `ticks`; at least 1. */
function roundUnit(ticks: number): number {
  if (ticks < 2) return 1;
  const magnitude = 10 ** Math.floor(Math.log10(ticks));
  const lead = ticks / magnitude;
  return magnitude * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1);
}
