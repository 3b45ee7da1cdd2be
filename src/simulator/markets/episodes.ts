/**
 * Events on top of a regime, each with the recording it was measured on: the flash crash (BTC
 * 2020-03-12/13 and 2021-05-19), the depeg of a stable coin (USDC 2023-03-10..15), the halt of the whole
 * exchange (2021-04-25, 2021-08-13, 2023-03-24). Drawn from the market's own noise, plain JSON, so that
 * a restored market goes on in the middle of one. docs/markets.md shows measured against real.
 */
import { HOUR_MS, MINUTE_MS } from '../../core/time.ts';
import type { SymbolSpec, Venue } from '../matching/venue-api.ts';
import type { EpisodeKind, Regime } from './calibration.ts';
import type { Noise } from './noise.ts';

/** What an episode does at one moment. Factors multiply the regime's figures. */
export type Pull = {
  /** Log price against where it was before: of the whole market, of stable coins. */
  readonly market: number;
  readonly stable: number;
  readonly volatility: number;
  readonly stableVolatility: number;
  readonly activity: number;
  readonly depth: number;
  readonly spread: number;
  readonly halted: boolean;
};

export type Episode = {
  readonly kind: EpisodeKind;
  readonly startsAt: number;
  /** Fall (crash) or stop (halt). */
  readonly spanMs: number;
  /** Log price at the worst moment; share of the crash that comes back; 0 where it has no meaning. */
  readonly worst: number;
  readonly rebound: number;
};

export const CALM: Pull = {
  market: 0,
  stable: 0,
  volatility: 1,
  stableVolatility: 1,
  activity: 1,
  depth: 1,
  spread: 1,
  halted: false,
};

/** From the start of the market to its first episode, so that charts show what was before. */
const FIRST_AFTER_MS: Readonly<Record<EpisodeKind, number>> = {
  flashCrash: 3 * MINUTE_MS,
  depeg: 3 * MINUTE_MS,
  halt: 5 * MINUTE_MS,
};
/** Mean time from the end of one to the next. */
const NEXT_AFTER_MS = 6 * HOUR_MS;
/** What is left of an episode fades this long after its span. */
const FADES_MS = 4 * HOUR_MS;
/** Minutes in which nothing traded: 80 absent and 72 empty ones (2023-03-24), 270 (2021-08-13), 284 (2021-04-25). */
const HALT_MINUTES = [80, 152, 270, 284] as const;
/** USDC on Kraken from 2023-03-11 00:00 UTC: hours, price. The low is 07:15. */
const DEPEG_PATH: readonly (readonly [number, number])[] = [
  [0, 0.998],
  [4, 0.96],
  [6, 0.943],
  [7.25, 0.874],
  [8, 0.9],
  [12, 0.914],
  [18, 0.95],
  [24, 0.968],
  [36, 0.959],
  [42, 0.968],
  [48, 0.9916],
  [60, 0.9897],
  [66, 0.9989],
  [84, 0.9996],
  [96, 1],
];

/** The next episode of this kind; the first begins minutes after `now`. */
export function drawEpisode(kind: EpisodeKind, now: number, first: boolean, noise: Noise): Episode {
  const wait = first ? FIRST_AFTER_MS[kind] : NEXT_AFTER_MS * -Math.log(1 - noise.uniform());
  const startsAt = Math.round(now + wait);
  switch (kind) {
    case 'flashCrash':
      // Worst quarter of an hour: -22.2 % (2020), -18.0 % (2021); back within ten minutes: half of it and more.
      return {
        kind,
        startsAt,
        spanMs: Math.round((6 + 9 * noise.uniform()) * MINUTE_MS),
        worst: Math.log(1 - (0.12 + 0.1 * noise.uniform())),
        rebound: 0.5 + 0.4 * noise.uniform(),
      };
    case 'depeg':
      return { kind, startsAt, spanMs: 96 * HOUR_MS, worst: 0.7 + 0.6 * noise.uniform(), rebound: 1 };
    case 'halt': {
      const minutes = HALT_MINUTES[Math.floor(noise.uniform() * HALT_MINUTES.length)] ?? HALT_MINUTES[0];
      return { kind, startsAt, spanMs: minutes * MINUTE_MS, worst: 0, rebound: 0 };
    }
    default:
      return kind satisfies never;
  }
}

/** True when nothing of it is left but the price it led to. */
export function isOver(episode: Episode, at: number): boolean {
  return at >= episode.startsAt + episode.spanMs + FADES_MS;
}

/** What it does at `at`. */
export function pullOf(episode: Episode, at: number): Pull {
  const since = at - episode.startsAt;
  if (since < 0) return CALM;
  const after = since - episode.spanMs;
  switch (episode.kind) {
    case 'flashCrash':
      return crash(episode, since, after);
    case 'depeg':
      return depeg(episode, since);
    case 'halt':
      // Reopening: a first minute of 0.6 to 1.5 % between low and high, volume 7 to 16 times the usual.
      return after < 0
        ? { ...CALM, halted: true }
        : { ...CALM, volatility: 1 + 5 * faded(after, 10), activity: 1 + 3 * faded(after, 10) };
    default:
      return episode.kind satisfies never;
  }
}

/** The regime's figures with the pull's factors. */
export function underPull(regime: Regime, pull: Pull): Regime {
  if (pull === CALM) return regime;
  return {
    ...regime,
    dailyVolatility: regime.dailyVolatility * pull.volatility,
    activity: regime.activity * pull.activity,
    depth: regime.depth * pull.depth,
    spread: regime.spread * pull.spread,
  };
}

/** Stops every symbol that trades, or lets every stopped one trade again; other states are someone else's. */
export function halt(venue: Venue, at: number, specs: readonly SymbolSpec[], halted: boolean): void {
  for (const { symbol } of specs) {
    const standing = venue.symbol(symbol);
    if (standing?.status === (halted ? 'TRADING' : 'BREAK'))
      venue.setSymbol(at, { ...standing, status: halted ? 'BREAK' : 'TRADING' });
  }
}

/** Half of the fall comes slowly, half in the last minute or so: 1-minute -8 to -11 % of 15-minute -18 to -22 %. */
function crash(episode: Episode, since: number, after: number): Pull {
  const share = Math.min(1, since / episode.spanMs);
  const lastMinutes = (1.3 * episode.spanMs) / MINUTE_MS;
  const fallen = 0.45 * share ** 1.5 + 0.55 * share ** lastMinutes;
  const back = after <= 0 ? 0 : episode.rebound * (1 - faded(after, 3));
  const stress = after <= 0 ? fallen : faded(after, 12);
  return {
    ...CALM,
    market: episode.worst * (fallen - back),
    volatility: 1 + 6 * stress,
    activity: 1 + 3 * stress,
    // No recording of a book in a crash is at hand: thinner by a factor of 12, as its market orders walked.
    depth: 1 / (1 + 11 * stress),
    spread: 1 + 7 * stress,
  };
}

function depeg(episode: Episode, since: number): Pull {
  const hours = since / HOUR_MS;
  const path = Math.log(along(DEPEG_PATH, hours)) * episode.worst;
  // Minutes of 26 bps during it, 0.7 before; other coins about half as wild again.
  const stress = Math.min(1, -path / 0.03);
  return {
    ...CALM,
    stable: path,
    stableVolatility: 1 + 60 * stress,
    volatility: 1 + 0.8 * stress,
    activity: 1 + 1.5 * stress,
    depth: 1 / (1 + 2 * stress),
    spread: 1 + stress,
  };
}

function faded(ms: number, halfLifeMinutes: number): number {
  return 2 ** (-ms / (halfLifeMinutes * MINUTE_MS));
}

function along(path: readonly (readonly [number, number])[], x: number): number {
  for (const [index, [right, value]] of path.entries()) {
    if (x > right) continue;
    const [left, before] = path[index - 1] ?? [right, value];
    return right === left ? value : before + ((value - before) * (x - left)) / (right - left);
  }
  return path.at(-1)?.[1] ?? 1;
}
