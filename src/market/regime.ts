/**
 * The state of one symbol's market (domain rules, "Market states"): DEAD, NORMAL, VOLATILE or PANIC by
 * volatility and range against their own history, spread against normal and the last minute's move;
 * MAINTENANCE when the symbol does not trade. Rising is immediate, falling waits, so that the
 * state does not flap. `classify` is pure; the recorder around it only keeps windows. Volume
 * anomaly and depth join as further figures.
 */
import type { Figures } from '../core/events.ts';
import { createAtr } from '../core/stats/atr.ts';
import { createRollingRank } from '../core/stats/rolling-rank.ts';
import { createRollingStd } from '../core/stats/rolling-std.ts';
import type { SymbolStatus } from '../core/symbols.ts';
import { createRecentMove } from './recent-move.ts';
import { unreachable } from '../core/invariant.ts';
import type { MarketState } from '../core/vocabulary.ts';

export type RegimeFigures = {
  /** The greater of realised volatility and range over their own medians. */
  readonly ratio: number;
  /** The greater of deviation and range of a minute now, in bps. */
  readonly minuteBps: number;
  /** Share of this symbol's history that was calmer, 0 to 1. */
  readonly rank: number;
  readonly spreadBps: number;
  /** Spread over its own median. */
  readonly spreadRatio: number;
  /** The last 60 seconds' move over the usual deviation of a minute. */
  readonly moveSigmas: number;
  /** The same move in bps. */
  readonly moveBps: number;
};

/** Calm to panic; a state's place is its severity. */
const severities: readonly MarketState[] = ['DEAD', 'NORMAL', 'VOLATILE', 'PANIC'];

/**
 * Limits, against the symbol's own normal, set on recorded one-minute klines. BTC 2022: 83.4 % of minutes
 * NORMAL, 11.2 % VOLATILE, 1.5 % PANIC, 4 % DEAD, under five changes a day; July 2023, very calm: one
 * PANIC in 22 days, a fifth DEAD; 2020-03-12 and 2021-05-19 are PANIC for hours.
 */
export const regimeLimits = {
  deadRatio: 0.42,
  deadRank: 0.1,
  volatileRatio: 2.5,
  volatileRank: 0.9,
  panicRatio: 6,
  panicRank: 0.98,
  /** Both also need this deviation of a minute: a calm market that stirs is neither. */
  volatileMinuteBps: 12,
  panicMinuteBps: 25,
  /** A minute's move of so many sigmas, and at least so many bps, is panic at once. */
  panicMoveSigmas: 12,
  panicMoveBps: 200,
  volatileMoveSigmas: 7,
  volatileMoveBps: 75,
  /** A spread so many times its normal, and at least so many bps, makes a volatile market a panic one. */
  panicSpreadRatio: 20,
  panicSpreadBps: 5,
  /** A state is left downwards when the figures have passed its limit by this share … */
  leaveShare: 0.7,
  /** … for so many closed minutes in a row. */
  leaveMinutes: 10,
} as const;

/** The state these figures alone speak for; `held` widens the limits of the state that is held now. */
export function classify(figures: RegimeFigures, held: MarketState): Exclude<MarketState, 'MAINTENANCE'> {
  const limits = regimeLimits;
  const panicLeave = held === 'PANIC' ? limits.leaveShare : 1;
  const volatileLeave = held === 'PANIC' || held === 'VOLATILE' ? limits.leaveShare : 1;
  const moved = (sigmas: number, bps: number, leave: number): boolean =>
    figures.moveSigmas >= sigmas * leave && figures.moveBps >= bps * leave;
  const volatile =
    (figures.ratio >= limits.volatileRatio * volatileLeave &&
      figures.rank >= limits.volatileRank * volatileLeave &&
      figures.minuteBps >= limits.volatileMinuteBps * volatileLeave) ||
    moved(limits.volatileMoveSigmas, limits.volatileMoveBps, volatileLeave);
  const panic =
    (figures.ratio >= limits.panicRatio * panicLeave &&
      figures.rank >= limits.panicRank * panicLeave &&
      figures.minuteBps >= limits.panicMinuteBps * panicLeave) ||
    moved(limits.panicMoveSigmas, limits.panicMoveBps, panicLeave) ||
    (volatile &&
      figures.spreadRatio >= limits.panicSpreadRatio * panicLeave &&
      figures.spreadBps >= limits.panicSpreadBps * panicLeave);
  if (panic) return 'PANIC';
  if (volatile) return 'VOLATILE';
  const deadLeave = held === 'DEAD' ? 1 / limits.leaveShare : 1;
  if (figures.ratio <= limits.deadRatio * deadLeave && figures.rank <= limits.deadRank * deadLeave)
    return 'DEAD';
  return 'NORMAL';
}

export interface RegimeRecorder {
  /** A closed minute, prices as plain numbers. */
  minute(high: number, low: number, close: number): void;
  /** The touch at monotonic time `atMs`; sampled once a second, the rest is ignored. Returns true when the state may have changed. */
  touch(atMs: number, mid: number, spreadBps: number): boolean;
  status(status: SymbolStatus): void;
  state(): MarketState;
  /** Volatility over this symbol's own usual; null before any history. */
  volatilityRatio(): number | null;
  /** What the state rests on, for events and explanations. */
  figures(): Figures;
}

/** Samples of history per symbol, and the minutes between them once a first day is known minute by minute: 30 days. */
const HISTORY_SAMPLES = 2_880;
const DENSE_SAMPLES = 1_440;
const SPARSE_MINUTES = 15;
const ATR_MINUTES = 14;
const VOLATILITY_MINUTES = 30;
const MOVE_SPAN_MS = 60_000;
/** One hour of spreads, every ten seconds. */
const SPREAD_SAMPLES = 360;
const SPREAD_EVERY = 10;
/** Deviation of a one-minute return before any history is known, in bps (BTC 2022: 7.3), and how many minutes it weighs. */
const PRIOR_MINUTE_BPS = 8;
const PRIOR_WEIGHT = 60;
/** Wilder's range of a minute over its deviation for a random walk, about √(8/π). */
const RANGE_OVER_DEVIATION = 1.6;

export function createRegimeRecorder(): RegimeRecorder {
  const atr = createAtr(ATR_MINUTES);
  const deviation = createRollingStd(VOLATILITY_MINUTES);
  const deviations = createRollingRank(HISTORY_SAMPLES);
  const ranges = createRollingRank(HISTORY_SAMPLES);
  const spreads = createRollingRank(SPREAD_SAMPLES);
  const recent = createRecentMove(MOVE_SPAN_MS);
  let minutes = 0;
  let sampled = 0;
  let lastClose = 0;
  let spreadNow = 0;
  let ratio = 1;
  let minuteBps = 0;
  let rank = 0.5;
  let usualBps = PRIOR_MINUTE_BPS;
  let trading = true;
  let state: Exclude<MarketState, 'MAINTENANCE'> = 'NORMAL';
  let calmMinutes = 0;

  function current(): RegimeFigures {
    const usualSpread = spreads.quantile(0.5);
    const moveBps = Math.abs(recent.moveBps());
    return {
      ratio,
      minuteBps,
      rank,
      spreadBps: spreadNow,
      spreadRatio: usualSpread === null || usualSpread <= 0 ? 1 : spreadNow / usualSpread,
      moveSigmas: moveBps / usualBps,
      moveBps,
    };
  }

  /** Up at once; down one severity at a time, after enough calm minutes. */
  function decide(minuteClosed: boolean): boolean {
    const target = classify(current(), state);
    const held = severities.indexOf(state);
    const wanted = severities.indexOf(target);
    // DEAD is a calm state: entering it waits like every other way down.
    if (wanted > held) {
      calmMinutes = 0;
      state = target;
      return true;
    }
    if (wanted === held) {
      calmMinutes = 0;
      return false;
    }
    if (minuteClosed) calmMinutes += 1;
    if (calmMinutes < regimeLimits.leaveMinutes) return false;
    calmMinutes = 0;
    state = stepDown(state);
    return true;
  }

  return {
    minute(high: number, low: number, close: number): void {
      if (lastClose > 0 && close > 0) {
        const spread = deviation.push(Math.log(close / lastClose) * 10_000);
        const range = atr.push(high, low, close);
        if (spread !== null && range !== null) {
          const rangeBps = ((range / close) * 10_000) / RANGE_OVER_DEVIATION;
          minutes += 1;
          if (minutes <= DENSE_SAMPLES || minutes % SPARSE_MINUTES === 0) {
            deviations.push(spread);
            ranges.push(rangeBps);
          }
          const known = deviations.count();
          const usual = (figure: number | null): number =>
            ((figure ?? PRIOR_MINUTE_BPS) * known + PRIOR_MINUTE_BPS * PRIOR_WEIGHT) / (known + PRIOR_WEIGHT);
          usualBps = usual(deviations.quantile(0.5));
          ratio = Math.max(spread / usualBps, rangeBps / usual(ranges.quantile(0.5)));
          minuteBps = Math.max(spread, rangeBps);
          const share = Math.max(deviations.rank(spread), ranges.rank(rangeBps));
          // Little history ranks nothing: the share is drawn to what the ratio alone would say.
          const alone = ratio >= 1 ? 1 - 0.5 / (ratio * ratio) : 0.5 * ratio * ratio;
          rank = (share * known + alone * PRIOR_WEIGHT) / (known + PRIOR_WEIGHT);
        }
      }
      lastClose = close;
      decide(true);
    },
    touch(atMs: number, mid: number, spreadBps: number): boolean {
      if (!recent.push(atMs, mid)) return false;
      spreadNow = spreadBps;
      if (sampled % SPREAD_EVERY === 0) spreads.push(spreadBps);
      sampled += 1;
      return decide(false);
    },
    status(status: SymbolStatus): void {
      trading = isTrading(status);
    },
    state: () => (trading ? state : 'MAINTENANCE'),
    volatilityRatio: () => (minutes === 0 ? null : ratio),
    figures(): Figures {
      const figures = current();
      return {
        trading,
        volatilityRatio: rounded(figures.ratio),
        minuteBps: rounded(figures.minuteBps),
        volatilityRank: rounded(figures.rank),
        spreadBps: rounded(figures.spreadBps),
        spreadRatio: rounded(figures.spreadRatio),
        moveBps: rounded(figures.moveBps),
        moveSigmas: rounded(figures.moveSigmas),
      };
    },
  };
}

function stepDown(state: Exclude<MarketState, 'MAINTENANCE'>): Exclude<MarketState, 'MAINTENANCE'> {
  switch (state) {
    case 'PANIC':
      return 'VOLATILE';
    case 'VOLATILE':
      return 'NORMAL';
    case 'NORMAL':
    case 'DEAD':
      return 'DEAD';
    default:
      return unreachable(state);
  }
}

function isTrading(status: SymbolStatus): boolean {
  return status === 'TRADING';
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
