/**
 * The figures the synthetic market is built on, each with where it was measured. Sources are the
 * recordings used in development (never shipped): [K] Binance BTCUSDT 1-minute klines of 2022,
 * 525,599 returns; [D] the BTCUSDT depth and trade recording of 2024-08-08/09, 6,493 updates and
 * 19,904 trades; [H] hourly closes 2024-06 to 2025-06; [W] klines of single windows, named.
 */
export const regimeNames = ['dead', 'normal', 'volatile', 'panic', 'flash-crash', 'depeg', 'halt'] as const;
export type RegimeName = (typeof regimeNames)[number];

/** Events that come upon a regime (episodes.ts). */
export type EpisodeKind = 'flashCrash' | 'depeg' | 'halt';

/** A regime is plain figures, and at most one kind of event. */
export type Regime = {
  /** Median realised volatility of BTC per day, as a fraction. */
  readonly dailyVolatility: number;
  readonly driftPerDay: number;
  /** Jumps per day: of the whole market, and of each symbol alone. */
  readonly marketJumpsPerDay: number;
  readonly ownJumpsPerDay: number;
  /** Share of jumps that go down. */
  readonly downShare: number;
  /** Multipliers on order arrivals, book depth and spread. */
  readonly activity: number;
  readonly depth: number;
  readonly spread: number;
  readonly episode?: EpisodeKind;
};

// [K] median daily RV 2.78 % (5 to 95 %: 1.22 to 5.89 %).
const normal: Regime = {
  dailyVolatility: 0.0278,
  driftPerDay: 0,
  marketJumpsPerDay: 3,
  ownJumpsPerDay: 1,
  downShare: 0.5,
  activity: 1,
  depth: 1,
  spread: 1,
};

export const regimes: Readonly<Record<RegimeName, Regime>> = {
  // [W] 2023-07-20..08-10: median daily RV 1.05 %, volume per minute 18 % of the 2022 mean.
  dead: {
    dailyVolatility: 0.0105,
    driftPerDay: 0,
    marketJumpsPerDay: 0.7,
    ownJumpsPerDay: 0.3,
    downShare: 0.5,
    activity: 0.2,
    depth: 0.8,
    spread: 1,
  },
  normal,
  // [W] 2021-05-12..24: median daily RV 8.75 %, volume as in 2022.
  volatile: {
    dailyVolatility: 0.0875,
    driftPerDay: -0.01,
    marketJumpsPerDay: 6,
    ownJumpsPerDay: 1.5,
    downShare: 0.6,
    activity: 2,
    depth: 0.5,
    spread: 1.5,
  },
  // [W] 2020-03-05..16: daily RV 25.6 % at the 95th percentile, 99.9 % of minutes under 374 bps.
  panic: {
    dailyVolatility: 0.256,
    driftPerDay: -0.25,
    marketJumpsPerDay: 16,
    ownJumpsPerDay: 3,
    downShare: 0.7,
    activity: 4,
    depth: 0.15,
    spread: 4,
  },
  'flash-crash': { ...normal, episode: 'flashCrash' },
  depeg: { ...normal, episode: 'depeg' },
  halt: { ...normal, episode: 'halt' },
};

/**
 * Log volatility is a sum of three mean-reverting parts. Variances and half-lives were chosen so that
 * the autocorrelation of absolute 1-minute returns comes out near [K]: 0.38 at 1 min, 0.30 at 5,
 * 0.26 at 15, 0.22 at 60, 0.16 at 240, 0.15 at a day; sd of log daily RV 0.48.
 */
export type VolatilityPart = {
  readonly variance: number;
  readonly halfLifeS: number;
  readonly marketShare: number;
};
export const VOLATILITY_PARTS: {
  readonly slow: VolatilityPart;
  readonly medium: VolatilityPart;
  readonly fast: VolatilityPart;
} = {
  slow: { variance: 0.18, halfLifeS: 3 * 86_400, marketShare: 0.8 },
  medium: { variance: 0.14, halfLifeS: 3 * 3_600, marketShare: 0.8 },
  fast: { variance: 0.16, halfLifeS: 300, marketShare: 0.5 },
};

/**
 * A day's realised volatility over the centre of the process: the parts above vary within the day, and
 * jumps add their own. Fitted to simulations of 6 times 30 days in every regime, so that the median
 * day comes out at `dailyVolatility`.
 */
export function dayInflation(regime: Regime): number {
  return Math.sqrt(1.4 + 0.15 * (regime.marketJumpsPerDay + regime.ownJumpsPerDay));
}

/** Log volatility never leaves its centre by more than this. */
export const MAX_LOG_VOLATILITY = 2.2;

/** Absolute 1-minute returns by hour of day (UTC) over their mean [K]. */
export const HOURLY_ACTIVITY: readonly number[] = [
  1.1, 0.94, 0.89, 0.83, 0.79, 0.78, 0.83, 0.86, 0.91, 0.83, 0.85, 0.88, 1.07, 1.24, 1.31, 1.23, 1.19, 1.07,
  1.13, 1.12, 1.07, 1, 1.05, 1,
];

/**
 * A jump's mean size as a share of the day's volatility; exponential beyond. With the rates above it
 * brings the kurtosis of 1-minute returns near [K] (97; the three parts alone give about 22).
 */
export const JUMP_DAILY_SHARE = 0.12;
/** A jump runs through the book within seconds and leaves excited minutes behind. */
export const JUMP_HALF_LIFE_S = 1.2;
export const JUMP_EXCITEMENT = 0.8;

/** Mean-reverting noise of the quoted middle, in seconds' worth of volatility. */
export const NOISE_SHARE = 0.3;
export const NOISE_HALF_LIFE_S = 3;

/**
 * The quoted middle waits until fair value has left it by this many seconds' worth of volatility
 * [D]: 89 % of 100 ms intervals leave the middle where it was, although 1-second returns show the
 * full volatility.
 */
export const QUOTE_STICKINESS = 0.6;

/** Reference of the scales below: sd of a 1-minute BTC return in bps at 2.78 % a day. */
export const REFERENCE_MINUTE_BPS = 7.3;
/** Spread in bps at the reference; grows with the square of volatility. [D]: one tick (0.0016 bps) at 10 bps a minute. */
export const SPREAD_AT_REFERENCE_BPS = 0.004;
/** Depth falls with this power of volatility over the reference. */
export const DEPTH_POWER = 0.7;

/** [D]: 20 levels span 6.8 USDT (1.1 bps); sizes are lognormal with this spread of the logarithm. */
export const DENSE_LEVELS = 20;
export const DENSE_SPAN_BPS = 1.1;
export const LEVEL_SIZE_SIGMA = 1.3;
/** [D]: median touch 2.05 BTC = 0.45 bps' worth of depth, ranging over three orders of magnitude. */
export const TOUCH_EXTRA_BPS = 0.45;
export const TOUCH_SIZE_SIGMA = 1.5;
/** The sparse levels reach this far from the touch. */
export const OUTER_SPAN_BPS = 60;

/** Order arrivals excite each other. [D]: variance over mean of orders per second 12.6, autocorrelation 0.30, 0.20, 0.05 at 1, 2, 5 s. */
export const ARRIVAL_BRANCHING = 0.7;
export const ARRIVAL_DECAY_PER_S = 2;
/** Arrivals per unit of volatility over the symbol's own centre. */
export const ARRIVAL_VOLATILITY_POWER = 0.8;
/** [D]: notional of one taker order, lognormal around 201 USDT with sd 2.5 of the logarithm, greatest 847,000. */
export const ORDER_SIZE_SIGMA = 2.4;
export const ORDER_NOTIONAL_MAX_SHARE = 4_000;
/** [D]: the next order goes the same way in 70 %: copied in half of the cases, else drawn. */
export const DIRECTION_COPY = 0.5;
export const DIRECTION_PULL = 0.35;

/** How one symbol differs from the market. */
export type Character = {
  /** Last hourly close of 2025-06-13 [H]. */
  readonly startPrice: number;
  /** Volatility over BTC's [H, W 2021-05]. */
  readonly volatility: number;
  /** Correlation of its returns with the common factor; products give pairwise ones ([W] 0.82 to 0.89 BTC-ETH, 0.60 to 0.72 others). */
  readonly loading: number;
  /** Taker orders per second. BTC from [D]; others by turnover over BTC's [W 2021-05, 2022], thinned. */
  readonly ordersPerSecond: number;
  readonly orderNotional: number;
  /** Resting notional per basis point and side. BTC from [D] (4.5 BTC); others as above. */
  readonly depthPerBps: number;
  /** A coin that is worth one dollar while the peg holds, and comes back to it within this half-life. */
  readonly peg?: { readonly halfLifeS: number };
};

const characters: Readonly<Record<string, Character>> = {
  BTCUSDT: {
    startPrice: 104_895,
    volatility: 1,
    loading: 0.97,
    ordersPerSecond: 11,
    orderNotional: 200,
    depthPerBps: 278_000,
  },
  ETHUSDT: {
    startPrice: 2_526.45,
    volatility: 1.35,
    loading: 0.96,
    ordersPerSecond: 8,
    orderNotional: 170,
    depthPerBps: 200_000,
  },
  BNBUSDT: {
    startPrice: 655,
    volatility: 1.1,
    loading: 0.8,
    ordersPerSecond: 2.5,
    orderNotional: 120,
    depthPerBps: 60_000,
  },
  SOLUSDT: {
    startPrice: 144.85,
    volatility: 1.6,
    loading: 0.82,
    ordersPerSecond: 4,
    orderNotional: 130,
    depthPerBps: 90_000,
  },
  XRPUSDT: {
    startPrice: 2.1295,
    volatility: 1.6,
    loading: 0.76,
    ordersPerSecond: 4,
    orderNotional: 130,
    depthPerBps: 90_000,
  },
  ADAUSDT: {
    startPrice: 0.6356,
    volatility: 1.65,
    loading: 0.78,
    ordersPerSecond: 1.5,
    orderNotional: 90,
    depthPerBps: 30_000,
  },
  DOGEUSDT: {
    startPrice: 0.1755,
    volatility: 1.9,
    loading: 0.76,
    ordersPerSecond: 2.5,
    orderNotional: 100,
    depthPerBps: 50_000,
  },
  LTCUSDT: {
    startPrice: 83.8,
    volatility: 1.45,
    loading: 0.78,
    ordersPerSecond: 1,
    orderNotional: 90,
    depthPerBps: 20_000,
  },
  LINKUSDT: {
    startPrice: 13.24,
    volatility: 1.6,
    loading: 0.8,
    ordersPerSecond: 1,
    orderNotional: 90,
    depthPerBps: 20_000,
  },
  // Minutes of 0.68 bps before the depeg (Kraken 2023-03-01..09), much of it the bounce between ticks.
  USDCUSDT: {
    startPrice: 0.9999,
    volatility: 0.03,
    loading: 0,
    ordersPerSecond: 1.5,
    orderNotional: 250,
    depthPerBps: 900_000,
    peg: { halfLifeS: 1_200 },
  },
};

/** Figures of a symbol that has none of its own: a small coin. */
const SMALL_COIN: Character = {
  startPrice: 1,
  volatility: 1.7,
  loading: 0.75,
  ordersPerSecond: 0.8,
  orderNotional: 80,
  depthPerBps: 12_000,
};

export function characterOf(symbol: string): Character {
  return characters[symbol] ?? SMALL_COIN;
}
