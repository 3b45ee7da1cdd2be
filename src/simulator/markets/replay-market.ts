/**
 * Recordings as a market: one or more sources merged by time and shifted so that the earliest moment of
 * the recording is the moment the exchange starts (candles stay on whole minutes). Any speed is the
 * business of the clock outside. When the last source has ended its symbols go to BREAK. After a pause
 * (a restart, a sleeping machine) it goes on from where it stood: what fell due meanwhile comes later.
 */
import { invariant } from '../../core/invariant.ts';
import type { Candle } from '../../core/ports/market-feed.ts';
import { MINUTE_MS } from '../../core/time.ts';
import type { Venue } from '../matching/venue-api.ts';
import type { MarketDriver } from '../server/market-driver.ts';
import { createMinuteCandles, type MinuteCandles } from './minute-candles.ts';
import type { ReplaySource } from './replay-source.ts';

type Saved = {
  readonly kind: 'replay';
  readonly offset: number;
  readonly ended: readonly string[];
  readonly sources: readonly { readonly symbol: string; readonly state: unknown }[];
};

const NO_HISTORY: readonly Candle[] = [];
/** Later than this is a pause; judged by the times it is advanced to, so that a journal replays it alike. */
const PAUSE_MS = 2 * MINUTE_MS;

/** `warmMinutes` of the recording are passed over at the start and told as history. */
export function createReplayMarket(sources: readonly ReplaySource[], warmMinutes = 0): MarketDriver {
  invariant(sources.length > 0, 'a replay has something to play');
  /** Exchange time minus recording time; null before the start. */
  let offset: number | null = null;
  const ended = new Set<string>();
  const wholeMinutes = warmMinutes > 0 || sources.some((source) => source.wholeMinutes);
  const histories = new Map<string, MinuteCandles>();

  /** The source whose turn is next; the earlier in the list when two are due at once. */
  function next(): ReplaySource | null {
    let first: ReplaySource | null = null;
    let at = Number.POSITIVE_INFINITY;
    for (const source of sources) {
      const time = source.peek();
      if (time !== null && time < at) {
        first = source;
        at = time;
      }
    }
    return first;
  }

  /** Exchange time minus recording time, so that recording time `first` happens at `now`. */
  function offsetFor(now: number, first: number): number {
    if (!wholeMinutes) return now - first;
    return Math.floor(now / MINUTE_MS) * MINUTE_MS - Math.floor(first / MINUTE_MS) * MINUTE_MS;
  }

  function endOf(source: ReplaySource, now: number, venue: Venue): void {
    const { symbol } = source.spec;
    if (source.peek() !== null || ended.has(symbol)) return;
    if (sources.some((other) => other.spec.symbol === symbol && other.peek() !== null)) return;
    ended.add(symbol);
    const standing = venue.symbol(symbol);
    if (standing !== null) venue.setSymbol(now, { ...standing, status: 'BREAK' });
  }

  /** What lies before `now` when the exchange starts in the middle of a minute is not played. */
  function passOver(now: number, shift: number): void {
    for (const source of sources) {
      for (let at = source.peek(); at !== null && at + shift < now; at = source.peek()) source.skip();
    }
  }

  /** Recording time the replay begins at: the first moment, or that many minutes after its minute. */
  const begins = warm(next()?.peek() ?? null);

  function warm(first: number | null): number | null {
    if (warmMinutes === 0 || first === null) return first;
    const from = Math.floor(first / MINUTE_MS) * MINUTE_MS + warmMinutes * MINUTE_MS;
    for (const source of sources) {
      const seen = histories.get(source.spec.symbol) ?? createMinuteCandles();
      histories.set(source.spec.symbol, seen);
      for (let at = source.peek(); at !== null && at < from; at = source.peek()) source.skip(seen);
    }
    return from;
  }

  /** A pause moves the rest of the recording behind it. */
  function settleAfterPause(now: number): void {
    const due = next()?.peek() ?? null;
    if (due === null || offset === null) return;
    const late = now - due - offset;
    if (late > PAUSE_MS) offset += wholeMinutes ? Math.floor(late / MINUTE_MS) * MINUTE_MS : late;
  }

  return {
    symbols: () => sources.map((source) => source.spec),
    history: (symbol) => histories.get(symbol)?.candles() ?? NO_HISTORY,
    start(now: number, venue: Venue): void {
      if (offset === null) {
        invariant(begins !== null, 'a replay has something to play');
        offset = offsetFor(now, begins);
        passOver(now, offset);
      }
      this.advance(now, venue);
    },
    advance(now: number, venue: Venue): void {
      invariant(offset !== null, 'a replay is started before it is advanced');
      settleAfterPause(now);
      for (let source = next(); source !== null; source = next()) {
        const at = (source.peek() ?? 0) + offset;
        if (at > now) break;
        source.play(at, venue);
        endOf(source, at, venue);
      }
    },
    nextAt(): number | null {
      const at = next()?.peek() ?? null;
      return at === null || offset === null ? null : at + offset;
    },
    snapshot(): Saved {
      return {
        kind: 'replay',
        offset: offset ?? 0,
        ended: [...ended],
        sources: sources.map((source) => ({
          symbol: source.spec.symbol,
          state: structuredClone(source.save()),
        })),
      };
    },
    restore(snapshot: unknown): void {
      const saved = snapshot as Saved;
      invariant(saved.kind === 'replay', 'a replay is restored from its own snapshot');
      invariant(
        saved.sources.map((source) => source.symbol).join() ===
          sources.map((source) => source.spec.symbol).join(),
        'a replay is restored with the recordings it was saved with',
      );
      offset = saved.offset;
      ended.clear();
      for (const symbol of saved.ended) ended.add(symbol);
      for (const [index, source] of sources.entries()) source.load(saved.sources[index]?.state);
    },
  };
}
