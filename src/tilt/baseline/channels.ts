/**
 * What is measured of a trader, and what is believed of anyone before they have shown their own: the
 * population prior of each channel. Measures are logarithms (a factor counts the same at any size), rates
 * are counts per unit of exposure. These are a model's constants, not rules of the domain: the fold takes
 * no configuration, so that replaying a log never depends on one. Where they come from and what was
 * tried instead: docs/decisions, "tilt evidence".
 */

/** What a channel tells of. Channels of one kind see the same thing; `none` follows from others (turnover is stakes times pace). */
export const kinds = ['none', 'decisions', 'pace', 'answers', 'stakes', 'hands', 'plans', 'looking'] as const;
export type Kind = (typeof kinds)[number];

export type Measure = {
  readonly name: string;
  readonly kind: Kind;
  /** Natural logarithm of the population's typical value (ms, dollars, ratio). */
  readonly location: number;
  /** How far apart traders are, and one trader's own spread within a session: both in log units. */
  readonly between: number;
  readonly scale: number;
  /** No one is believed to be more regular than this. */
  readonly scaleMin: number;
  /** Variance from session to session, as a share of `scale` squared. */
  readonly sessions: number;
  /** Change with the logarithm of volatility, and how far traders differ in that. */
  readonly volatility: number;
  /** Share of an observation that the one before did not already say; 1 unless said. */
  readonly fresh?: number;
};

/** Indices into `measures`; the order is part of the stored state (STATE_SCHEMA). */
export const measureIndex = {
  decision: 0,
  interval: 1,
  pauseAfterLoss: 2,
  pauseAfterWin: 3,
  size: 4,
  sizeAfterLoss: 5,
  sizeAfterWin: 6,
  turnover: 7,
  typing: 8,
  heldLoser: 9,
  heldWinner: 10,
  lossDepth: 11,
} as const;

const log = Math.log;
const SECOND = 1_000;
const MINUTE = 60_000;

export const measures: readonly Measure[] = [
  {
    name: 'decision',
    kind: 'decisions',
    location: log(6 * SECOND),
    between: 0.8,
    scale: 0.55,
    scaleMin: 0.25,
    sessions: 0.1,
    volatility: -0.2,
  },
  {
    name: 'interval',
    kind: 'pace',
    location: log(5 * MINUTE),
    between: 1.2,
    scale: 1,
    scaleMin: 0.4,
    sessions: 0.08,
    volatility: -0.4,
  },
  {
    name: 'pauseAfterLoss',
    kind: 'answers',
    location: log(4 * MINUTE),
    between: 1.2,
    scale: 0.9,
    scaleMin: 0.4,
    sessions: 0.1,
    volatility: -0.3,
  },
  {
    name: 'pauseAfterWin',
    kind: 'answers',
    location: log(4 * MINUTE),
    between: 1.2,
    scale: 0.9,
    scaleMin: 0.4,
    sessions: 0.1,
    volatility: -0.3,
  },
  {
    name: 'size',
    kind: 'stakes',
    location: log(200),
    between: 2.5,
    scale: 0.45,
    scaleMin: 0.12,
    sessions: 0.15,
    volatility: 0.1,
  },
  {
    name: 'sizeAfterLoss',
    kind: 'answers',
    location: 0,
    between: 0.2,
    scale: 0.45,
    scaleMin: 0.12,
    sessions: 0.05,
    volatility: 0,
  },
  {
    name: 'sizeAfterWin',
    kind: 'answers',
    location: 0,
    between: 0.2,
    scale: 0.45,
    scaleMin: 0.12,
    sessions: 0.05,
    volatility: 0,
  },
  {
    name: 'turnover',
    kind: 'none',
    location: 0.4,
    between: 0.6,
    scale: 0.6,
    scaleMin: 0.3,
    sessions: 0.15,
    volatility: 0.2,
    fresh: 0.8,
  },
  {
    name: 'typing',
    kind: 'hands',
    location: log(180),
    between: 0.45,
    scale: 0.3,
    scaleMin: 0.12,
    sessions: 0.15,
    volatility: -0.05,
  },
  {
    name: 'heldLoser',
    kind: 'plans',
    location: log(15 * MINUTE),
    between: 1.5,
    scale: 1,
    scaleMin: 0.4,
    sessions: 0.1,
    volatility: -0.4,
  },
  {
    name: 'heldWinner',
    kind: 'plans',
    location: log(15 * MINUTE),
    between: 1.5,
    scale: 1,
    scaleMin: 0.4,
    sessions: 0.1,
    volatility: -0.4,
  },
  {
    name: 'lossDepth',
    kind: 'plans',
    location: log(0.01),
    between: 1,
    scale: 0.8,
    scaleMin: 0.3,
    sessions: 0.1,
    volatility: 0.8,
  },
];

/** What a rate is counted against. */
export const exposures = ['minutes', 'orders', 'keys', 'lines', 'previews', 'stops', 'losses'] as const;
export type Exposure = (typeof exposures)[number];
export const exposureIndex: Readonly<Record<Exposure, number>> = {
  minutes: 0,
  orders: 1,
  keys: 2,
  lines: 3,
  previews: 4,
  stops: 5,
  losses: 6,
};

export type Rate = {
  readonly name: string;
  readonly kind: Kind;
  readonly per: Exposure;
  /** The population's rate, and how sure it is of any one trader: a gamma distribution of this shape. */
  readonly rate: number;
  readonly shape: number;
  /** Sessions differ: variance = mean + mean² × this. */
  readonly spread: number;
  /** Evidence is judged over at least this much exposure, so that one early event proves nothing. */
  readonly exposureMin: number;
};

export const rateIndex = {
  typingErrors: 0,
  pastes: 1,
  quickCancels: 2,
  cancels: 3,
  amends: 4,
  abandons: 5,
  views: 6,
  loosened: 7,
  disconnects: 8,
  reentries: 9,
  adds: 10,
  orders: 11,
  previewsAsked: 12,
  staring: 13,
  oddHours: 14,
  reflexes: 15,
} as const;

export const rates: readonly Rate[] = [
  { name: 'typingErrors', kind: 'hands', per: 'keys', rate: 0.05, shape: 2, spread: 0.3, exposureMin: 40 },
  { name: 'pastes', kind: 'hands', per: 'lines', rate: 0.05, shape: 1, spread: 1, exposureMin: 5 },
  {
    name: 'quickCancels',
    kind: 'decisions',
    per: 'orders',
    rate: 0.06,
    shape: 1.5,
    spread: 0.7,
    exposureMin: 4,
  },
  { name: 'cancels', kind: 'decisions', per: 'orders', rate: 0.15, shape: 1.5, spread: 0.7, exposureMin: 4 },
  { name: 'amends', kind: 'plans', per: 'orders', rate: 0.25, shape: 1.5, spread: 0.7, exposureMin: 4 },
  {
    name: 'abandons',
    kind: 'decisions',
    per: 'previews',
    rate: 0.2,
    shape: 1.5,
    spread: 0.5,
    exposureMin: 4,
  },
  { name: 'views', kind: 'looking', per: 'minutes', rate: 0.6, shape: 1.2, spread: 0.5, exposureMin: 10 },
  { name: 'loosened', kind: 'plans', per: 'minutes', rate: 0.003, shape: 1, spread: 1, exposureMin: 60 },
  {
    name: 'disconnects',
    kind: 'looking',
    per: 'minutes',
    rate: 0.005,
    shape: 1,
    spread: 1.5,
    exposureMin: 60,
  },
  { name: 'reentries', kind: 'answers', per: 'stops', rate: 0.06, shape: 1.5, spread: 0.7, exposureMin: 2 },
  { name: 'adds', kind: 'stakes', per: 'orders', rate: 0.1, shape: 1, spread: 0.8, exposureMin: 4 },
  { name: 'orders', kind: 'pace', per: 'minutes', rate: 0.12, shape: 1, spread: 0.5, exposureMin: 15 },
  {
    name: 'previewsAsked',
    kind: 'decisions',
    per: 'orders',
    rate: 1,
    shape: 1.5,
    spread: 0.4,
    exposureMin: 3,
  },
  { name: 'staring', kind: 'looking', per: 'minutes', rate: 0.004, shape: 1, spread: 1, exposureMin: 60 },
  { name: 'oddHours', kind: 'looking', per: 'orders', rate: 0.05, shape: 1, spread: 3, exposureMin: 6 },
  { name: 'reflexes', kind: 'answers', per: 'losses', rate: 0.05, shape: 1, spread: 1, exposureMin: 3 },
];

export const MEASURES: number = measures.length;
export const RATES: number = rates.length;

/** Channels are numbered through: measures first, then rates. */
export const CHANNELS: number = MEASURES + RATES;

/** By channel: an index into `kinds`. */
export const kindOf: readonly number[] = [...measures, ...rates].map(({ kind }) => kinds.indexOf(kind));

/** Kept as floating point from the start, so that the form of the array never changes later. */
export function zeros(length: number): number[] {
  return filled(length, 0.5).fill(0);
}

export function filled(length: number, value: number): number[] {
  return Array.from({ length }, () => value);
}
