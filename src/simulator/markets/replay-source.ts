/**
 * One recorded symbol on its way through time: says when (by the recording's clock) something happens
 * next, and does it to the venue at the exchange's time. The replay market merges several of them.
 */
import type { SymbolSpec, Venue } from '../matching/venue-api.ts';
import type { MinuteCandles } from './minute-candles.ts';

export interface ReplaySource {
  /** Filters at the start; a recording with finer figures later changes them on the venue itself. */
  readonly spec: SymbolSpec;
  /** True when its times must fall on the exchange's whole minutes (candles). */
  readonly wholeMinutes: boolean;
  /** Recording time (ms) of what comes next, or null at the end. */
  peek(): number | null;
  /** Does what comes next, at exchange time `now`. */
  play(now: number, venue: Venue): void;
  /** Passes over what comes next without touching the venue; tells its trade or candle to `seen`. */
  skip(seen?: MinuteCandles): void;
  /** Plain JSON from which `load`, on a fresh source of the same recording, goes on exactly. */
  save(): unknown;
  load(saved: unknown): void;
}
