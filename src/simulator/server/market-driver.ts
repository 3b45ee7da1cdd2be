/**
 * What moves the market of the simulated exchange: a synthetic one, a replay, a live feed with local
 * matching. The exchange calls it on its own clock; the driver acts on the venue and keeps no clock
 * and no randomness but what it was made with, so that the same seed gives the same market.
 */
import type { Candle } from '../../core/ports/market-feed.ts';
import type { SymbolSpec, Venue } from '../matching/venue-api.ts';

export interface MarketDriver {
  /** Symbols it will move, with their filters; called once before start. */
  symbols(): readonly SymbolSpec[];
  /** One-minute candles before the start, oldest first, so that charts and indicators are warm. */
  history(symbol: string): readonly Candle[];
  /** Puts the first liquidity into the venue. */
  start(now: number, venue: Venue): void;
  /** What came from outside since it was last asked, as plain JSON: written down, then given to `advance`. */
  collect?(): unknown;
  /** Moves the market up to `now`; called by the exchange at least whenever `nextAt()` is due. */
  advance(now: number, venue: Venue, input?: unknown): void;
  /** When it wants to be called next (ms, exchange time), or null when the recording has ended. */
  nextAt(): number | null;
  /** Another character from the next step on; the names it knows when this is none of them. Not every market has any. */
  switchTo?(regime: string): readonly string[] | null;
  /** Everything it needs to go on after a restart, as plain JSON. */
  snapshot(): unknown;
  restore(snapshot: unknown): void;
  /** Lets go of what it holds outside (connections). */
  stop?(): void;
}
