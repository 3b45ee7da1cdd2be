/**
 * A synthetic book kept around recorded trades: the touch follows the last trade (a buyer lifted the ask,
 * a seller hit the bid), the spread is learnt from how far trades of opposite sides lie apart, the
 * depth from the turnover. Recordings without depth are replayed inside it.
 */
import { invariant } from '../../core/invariant.ts';
import type { SymbolSpec, Venue } from '../matching/venue-api.ts';
import { createNoise, noiseStateFrom } from './noise.ts';
import { createQuotedBook, type QuotedBook, type QuotedBookState } from './quoted-book.ts';

export interface BookAround {
  /** A trade happened at this many ticks. Call `publish` to show it. */
  follow(ticks: number, buys: boolean): void;
  /** Sets the venue's liquidity: at once when the touch moved, else with a few sizes changed. */
  publish(now: number, venue: Venue): void;
  /** True when the touch has moved since it was last published. */
  moved(): boolean;
  /** Turnover per minute in quote, from which depth follows. */
  setTurnover(perMinute: number): void;
  /** Spread in ticks, when it is known from elsewhere than opposite trades. */
  setSpread(ticks: number): void;
  save(): BookAroundState;
}

export type BookAroundState = {
  readonly book: QuotedBookState;
  readonly noise: readonly number[];
  readonly spread: number;
  readonly depth: number;
  readonly lastTicks: number;
  readonly lastBuys: boolean;
  readonly bid: number;
  readonly ask: number;
};

const LEVELS = 40;
/** Notional within one basis point over a minute's turnover: BTC 278,000 against 3.3 million (calibration). */
const DEPTH_OVER_TURNOVER = 1 / 12;
const LEAST_DEPTH_PER_BPS = 500;
/** Weight of the newest distance between opposite trades in the learnt spread. */
const SPREAD_WEIGHT = 0.05;
const MOST_SPREAD_SHARE = 0.02;

export function createBookAround(spec: SymbolSpec, saved: BookAroundState | null): BookAround {
  const noise = createNoise(saved === null ? seedOf(spec.symbol) : noiseStateFrom(saved.noise));
  const book: QuotedBook = createQuotedBook(spec, noise, 1, LEVELS);
  if (saved !== null) book.restore(saved.book);
  let spread = saved?.spread ?? 1;
  let depth = saved?.depth ?? LEAST_DEPTH_PER_BPS;
  let lastTicks = saved?.lastTicks ?? 0;
  let lastBuys = saved?.lastBuys ?? true;
  let bid = saved?.bid ?? 0;
  let ask = saved?.ask ?? 0;

  return {
    follow(ticks: number, buys: boolean): void {
      invariant(ticks > 0, 'a followed trade has a price');
      if (lastTicks > 0 && buys !== lastBuys) {
        const apart = Math.min(Math.abs(ticks - lastTicks), Math.max(1, ticks * MOST_SPREAD_SHARE));
        spread += SPREAD_WEIGHT * (apart - spread);
      }
      lastTicks = ticks;
      lastBuys = buys;
      const whole = Math.max(1, Math.round(spread));
      // A touch that already stands there stays; only a trade elsewhere moves it.
      if (buys ? ask === ticks : bid === ticks) return;
      bid = Math.max(1, buys ? ticks - whole : ticks);
      ask = Math.max(bid + 1, buys ? ticks : ticks + whole);
    },
    publish(now: number, venue: Venue): void {
      if (bid === 0 || venue.symbol(spec.symbol)?.status !== 'TRADING') return;
      if (book.bidTicks() !== bid || book.askTicks() !== ask) book.quote(bid, ask, depth, depth);
      else book.stir(2);
      venue.setLiquidity(now, spec.symbol, book.bids(), book.asks());
    },
    moved: () => book.bidTicks() !== bid || book.askTicks() !== ask,
    setTurnover(perMinute: number): void {
      depth = Math.max(LEAST_DEPTH_PER_BPS, perMinute * DEPTH_OVER_TURNOVER);
    },
    setSpread(ticks: number): void {
      spread = Math.max(1, ticks);
    },
    save: () => ({ book: book.state(), noise: noise.state(), spread, depth, lastTicks, lastBuys, bid, ask }),
  };
}

function seedOf(text: string): readonly [number, number, number, number] {
  let hash = 2_166_136_261;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  return [hash, ~hash, hash ^ 0x9e3779b9, 1];
}
