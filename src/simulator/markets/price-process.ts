/**
 * Fair value of every symbol: a log price with stochastic volatility that clusters (three
 * mean-reverting parts, shared by the market and own), jumps that run out within seconds and leave
 * excitement behind, and correlation through one market factor. Statistics only: floating point
 * here never reaches an order. Steps of any length follow the exact transition of each part.
 */
import {
  dayInflation,
  HOURLY_ACTIVITY,
  JUMP_DAILY_SHARE,
  JUMP_EXCITEMENT,
  JUMP_HALF_LIFE_S,
  MAX_LOG_VOLATILITY,
  VOLATILITY_PARTS,
  type Character,
  type Regime,
} from './calibration.ts';
import { DAY_MS, HOUR_MS } from '../../core/time.ts';
import type { Noise } from './noise.ts';

const DAY_S = 86_400;
const HOURLY_LOG: readonly number[] = HOURLY_ACTIVITY.map((factor) => Math.log(factor));

/** Parts of log volatility, as plain figures. */
export type VolatilityState = { slow: number; medium: number; fast: number };

export type SymbolProcess = {
  logPrice: number;
  /** Rest of a jump that has not run out yet, in log price. */
  pendingJump: number;
  own: VolatilityState;
  /** Standard deviation of one second's log return, from the last step. */
  secondVolatility: number;
};

export type ProcessState = { market: VolatilityState; symbols: SymbolProcess[] };

export interface PriceProcess {
  /** Moves fair values by `seconds`, ending at wall time `at` (ms), under this regime; pegged coins are this much wilder. */
  step(at: number, seconds: number, regime: Regime, pegVolatility?: number): void;
  readonly state: ProcessState;
}

/** A process whose volatility starts at its long-run distribution. */
export function createPriceProcess(
  noise: Noise,
  characters: readonly Character[],
  logPrices: readonly number[],
): PriceProcess {
  const draw = (share: 'market' | 'own'): VolatilityState => ({
    slow: noise.gaussian() * spreadOf('slow', share),
    medium: noise.gaussian() * spreadOf('medium', share),
    fast: noise.gaussian() * spreadOf('fast', share),
  });
  const state: ProcessState = {
    market: draw('market'),
    symbols: characters.map((_, index) => ({
      logPrice: logPrices[index] ?? 0,
      pendingJump: 0,
      own: draw('own'),
      secondVolatility: 0,
    })),
  };
  return continuePriceProcess(noise, characters, state);
}

/** A process that goes on from a state; the state object is owned and changed by it. */
export function continuePriceProcess(
  noise: Noise,
  characters: readonly Character[],
  state: ProcessState,
): PriceProcess {
  // Nearly every step has the same length, so its coefficients are kept.
  let transition = transitionOf(1);
  return {
    state,
    step(at: number, seconds: number, regime: Regime, pegVolatility = 1): void {
      if (transition.seconds !== seconds) transition = transitionOf(seconds);
      revert(state.market, transition, 'market', noise);
      const marketShock = noise.gaussian();
      const marketJump = jumpOf(noise, regime.marketJumpsPerDay, seconds, regime.downShare);
      if (marketJump !== 0) state.market.fast += JUMP_EXCITEMENT;
      const season = seasonAt(at);
      const marketVolatility = regime.dailyVolatility / dayInflation(regime);
      for (let index = 0; index < characters.length; index += 1) {
        const character = characters[index];
        const symbol = state.symbols[index];
        if (character === undefined || symbol === undefined) continue;
        revert(symbol.own, transition, 'own', noise);
        const level = bounded(total(state.market) + total(symbol.own), MAX_LOG_VOLATILITY) + season;
        const dayVolatility =
          marketVolatility * character.volatility * (character.peg === undefined ? 1 : pegVolatility);
        symbol.secondVolatility = (dayVolatility * Math.exp(level)) / Math.sqrt(DAY_S);
        const ownJump = jumpOf(noise, regime.ownJumpsPerDay, seconds, regime.downShare);
        if (ownJump !== 0) symbol.own.fast += JUMP_EXCITEMENT;
        symbol.pendingJump +=
          (marketJump + ownJump) * JUMP_DAILY_SHARE * dayVolatility * Math.exp(total(state.market) / 2);
        const running = symbol.pendingJump * (1 - transition.jumpLeft);
        symbol.pendingJump -= running;
        const loading = character.loading;
        const shock = loading * marketShock + Math.sqrt(1 - loading * loading) * noise.gaussian();
        symbol.logPrice +=
          symbol.secondVolatility * Math.sqrt(seconds) * shock +
          running +
          (regime.driftPerDay * seconds) / DAY_S;
      }
    },
  };
}

type Part = keyof typeof VOLATILITY_PARTS;
type Share = 'market' | 'own';
type Transition = {
  readonly seconds: number;
  readonly keep: Readonly<Record<Part, number>>;
  readonly shock: Readonly<Record<Share, Readonly<Record<Part, number>>>>;
  readonly jumpLeft: number;
};

/** Stationary standard deviation of one part, market-wide or own. */
function spreadOf(part: Part, share: Share): number {
  const { variance, marketShare } = VOLATILITY_PARTS[part];
  return Math.sqrt(variance * (share === 'market' ? marketShare : 1 - marketShare));
}

function transitionOf(seconds: number): Transition {
  const keep = {
    slow: keptOver(VOLATILITY_PARTS.slow.halfLifeS, seconds),
    medium: keptOver(VOLATILITY_PARTS.medium.halfLifeS, seconds),
    fast: keptOver(VOLATILITY_PARTS.fast.halfLifeS, seconds),
  };
  const shockOf = (share: Share): Record<Part, number> => ({
    slow: spreadOf('slow', share) * Math.sqrt(1 - keep.slow ** 2),
    medium: spreadOf('medium', share) * Math.sqrt(1 - keep.medium ** 2),
    fast: spreadOf('fast', share) * Math.sqrt(1 - keep.fast ** 2),
  });
  return {
    seconds,
    keep,
    shock: { market: shockOf('market'), own: shockOf('own') },
    jumpLeft: keptOver(JUMP_HALF_LIFE_S, seconds),
  };
}

/** What a mean-reverting quantity keeps after `seconds`. */
export function keptOver(halfLifeS: number, seconds: number): number {
  return 2 ** (-seconds / halfLifeS);
}

function revert(state: VolatilityState, transition: Transition, share: Share, noise: Noise): void {
  const { keep } = transition;
  const shock = transition.shock[share];
  state.slow = state.slow * keep.slow + shock.slow * noise.gaussian();
  state.medium = state.medium * keep.medium + shock.medium * noise.gaussian();
  state.fast = state.fast * keep.fast + shock.fast * noise.gaussian();
}

function total(state: VolatilityState): number {
  return state.slow + state.medium + state.fast;
}

function bounded(value: number, limit: number): number {
  return value > limit ? limit : value < -limit ? -limit : value;
}

/** Signed exponential size of a jump in this step, nearly always 0. */
function jumpOf(noise: Noise, perDay: number, seconds: number, downShare: number): number {
  if (noise.uniform() >= (perDay * seconds) / DAY_S) return 0;
  const size = -Math.log(1 - noise.uniform());
  return noise.uniform() < downShare ? -size : size;
}

/** Log of the hour's activity, linear between the middles of the hours. */
function seasonAt(at: number): number {
  const hour = (((at % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS - 0.5;
  const before = Math.floor(hour);
  const share = hour - before;
  const left = HOURLY_LOG[(before + 24) % 24] ?? 0;
  const right = HOURLY_LOG[(before + 25) % 24] ?? 0;
  return left + (right - left) * share;
}
