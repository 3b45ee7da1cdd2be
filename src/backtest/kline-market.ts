/**
 * Recorded one-minute candles as a market of the matching core. Each candle is walked at four moments,
 * a quarter of a minute apart: open, one extreme, the other, close. Around each price stands a small
 * book with an assumed spread; a resting stop on the way is met at its own price, and while one rests
 * the low comes before the high, whichever came first in truth. Assumptions: docs/backtest.md.
 */
import {
  bpsCeil,
  bpsFloor,
  ceilTo,
  floorTo,
  larger,
  quantityFloor,
  type Notional,
  type Price,
  type Quantity,
} from '../core/money.ts';
import type { Candle, Level } from '../core/ports/market-feed.ts';
import { MINUTE_MS } from '../core/time.ts';
import type { SymbolSpec, Venue } from '../simulator/matching/venue-api.ts';

export const MOMENTS_PER_CANDLE = 4;
export const MOMENT_MS: number = MINUTE_MS / MOMENTS_PER_CANDLE;

/** Levels of the assumed book: distance from the touch and share of the candle's volume, in basis points. */
const LEVELS: readonly { readonly awayBps: number; readonly volumeBps: number }[] = [
  { awayBps: 0, volumeBps: 200 },
  { awayBps: 5, volumeBps: 800 },
  { awayBps: 20, volumeBps: 4_000 },
];

export type KlineMarketOptions = {
  readonly venue: Venue;
  readonly spec: SymbolSpec;
  /** Bid to ask, in basis points of the price; at least one tick on each side of it. */
  readonly spreadBps: number;
  /** Least worth of a level, so that a minute without trades can still be left. */
  readonly levelWorthMin: Notional;
};

export type BookPicture = { readonly bids: readonly Level[]; readonly asks: readonly Level[] };

export interface KlineMarket {
  /** Follows a recording that is written in finer figures than the filters know; true when they changed. */
  refine(now: number, candle: Candle): boolean;
  /** Moves to moment 0 to 3 of the candle; `stops` are the account's resting stop prices. Returns the book. */
  play(now: number, candle: Candle, moment: number, stops: readonly Price[]): BookPicture;
}

export function createKlineMarket(options: KlineMarketOptions): KlineMarket {
  const { venue, spreadBps, levelWorthMin } = options;
  let { spec } = options;
  let last: Price | null = null;

  /** Laid out once per candle: where the levels stand around a price, and how much is there. */
  let laidOut: {
    readonly candle: Candle;
    readonly levels: readonly Level[];
    readonly traded: Quantity;
  } | null = null;

  const layOut = (candle: Candle): NonNullable<typeof laidOut> => {
    if (laidOut?.candle === candle) return laidOut;
    const { open, volume } = candle;
    const half = larger(ceilTo((bpsCeil(open, spreadBps) / 2n) as Price, spec.tickSize), spec.tickSize);
    const least = quantityFloor(levelWorthMin, open);
    const levels: Level[] = [];
    for (const { awayBps, volumeBps } of LEVELS) {
      const away = ceilTo((half + bpsFloor(open, awayBps)) as Price, spec.tickSize);
      const size = ceilTo(larger(bpsFloor(volume, volumeBps), least), spec.stepSize);
      if (away !== levels.at(-1)?.price) levels.push({ price: away, quantity: size });
    }
    const traded = floorTo((volume / BigInt(MOMENTS_PER_CANDLE)) as Quantity, spec.stepSize);
    laidOut = { candle, levels, traded: larger(traded, spec.stepSize) };
    return laidOut;
  };

  const put = (now: number, at: Price, candle: Candle, size: Quantity | null): BookPicture => {
    const { levels, traded } = layOut(candle);
    const bids: Level[] = [];
    const asks: Level[] = [];
    // Prices lie on the grid (see `refine`) and so do the distances.
    for (const { price: away, quantity } of levels) {
      if (at > away) bids.push({ price: (at - away) as Price, quantity });
      asks.push({ price: (at + away) as Price, quantity });
    }
    // The book first: a stop that this price sets off must not meet bids that have gone.
    venue.setLiquidity(now, spec.symbol, bids, asks);
    venue.printTrade(now, spec.symbol, at, size ?? traded, true);
    last = at;
    return { bids, asks };
  };

  return {
    refine(now, candle): boolean {
      const { open, high, low, close, volume } = candle;
      let { tickSize, stepSize } = spec;
      while ([open, high, low, close].some((at) => at % tickSize !== 0n))
        tickSize = (tickSize / 10n) as Price;
      while (volume % stepSize !== 0n) stepSize = (stepSize / 10n) as Quantity;
      if (tickSize === spec.tickSize && stepSize === spec.stepSize) return false;
      spec = { ...spec, tickSize, minPrice: tickSize, stepSize, minQuantity: stepSize };
      venue.setSymbol(now, spec);
      return true;
    },
    play(now, candle, moment, stops): BookPicture {
      const path = pathOf(candle, stops.length > 0);
      const to = path[moment] ?? candle.close;
      // Within a candle the price passes every stop on its way; between candles it may jump over them.
      if (moment > 0 && last !== null) {
        const from = last;
        const met = stops.filter((stop) => stop < from && stop > to).toSorted((a, b) => (a > b ? -1 : 1));
        for (const stop of met) put(now, stop, candle, spec.stepSize);
      }
      return put(now, to, candle, null);
    },
  };
}

/** Open, extreme, extreme, close: the near extreme first, unless a stop rests below. */
function pathOf(candle: Candle, lowFirst: boolean): readonly [Price, Price, Price, Price] {
  const { open, high, low, close } = candle;
  return lowFirst || close >= open ? [open, low, high, close] : [open, high, low, close];
}
