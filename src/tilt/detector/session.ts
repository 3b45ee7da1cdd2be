/**
 * What of a session is kept while it lasts, all of it bounded: the last times and outcomes that
 * observations are measured from, what is open, and the sums that teach the baseline when it ends.
 */
import { OUTCOME_MEASURES, TIRED_MEASURES } from '../baseline/baseline.ts';
import { exposures, MEASURES, RATES, zeros } from '../baseline/channels.ts';

export const NEUTRAL = 0;
export const AFTER_LOSS = 1;
export const AFTER_WIN = 2;

export type OpenPosition = { readonly symbol: string; readonly openedAt: number };

/** What teaches the baseline when the session ends: see baseline/learn.ts. */
export type Sums = {
  readonly count: readonly number[];
  readonly sum: readonly number[];
  readonly squares: readonly number[];
  readonly volatility: readonly number[];
  readonly outcomeCount: readonly number[];
  readonly outcomeSum: readonly number[];
  /** The part of it that is tired, by place in TIRED_MEASURES. */
  readonly tiredCount: readonly number[];
  readonly tiredSum: readonly number[];
  readonly rateCount: readonly number[];
  readonly hours: readonly number[];
};

export type Session = {
  readonly startedAt: number | null;
  readonly lastAt: number;
  readonly ended: boolean;
  readonly orders: number;
  /** Logarithm of volatility now. */
  readonly volatility: number;
  readonly lastEntryAt: number | null;
  readonly lastEntryLog: number | null;
  readonly lastSymbol: string;
  readonly lastSide: string;
  readonly lastOrderIds: readonly string[];
  /** Turnover of the last minutes in dollars, fading, as of `turnoverAt`. */
  readonly turnover: number;
  readonly turnoverAt: number;
  readonly lastLossAt: number | null;
  readonly lastWinAt: number | null;
  /** Of the last close: NEUTRAL, AFTER_LOSS or AFTER_WIN. */
  readonly outcome: number;
  readonly lossStreak: number;
  readonly winStreak: number;
  readonly lastCloseSymbol: string;
  readonly lastCloseAt: number | null;
  /** The last thing done rather than looked at; moves on by each stretch of staring. */
  readonly lastActionAt: number;
  /** When a loss was last noticed and not yet answered by any action. */
  readonly noticedAt: number | null;
  readonly ordersSinceLoss: number;
  readonly amendedId: string;
  readonly amendedCount: number;
  /** Entries before anything closed: how many, and by how much their stakes lay above the usual, in log units. */
  readonly openingCount: number;
  readonly openingSum: number;
  readonly smallest: number | null;
  readonly largest: number | null;
  readonly disconnectedAt: readonly number[];
  readonly open: readonly OpenPosition[];
  readonly stops: readonly { readonly symbol: string; readonly at: number }[];
  /** Nothing at all is learned from it: not what is usual, not at which stakes days begin, not how high evidence goes. */
  readonly silent: boolean;
  /** The highest evidence so far, and how far above the bar: see calibration.ts. */
  readonly highestValue: number;
  readonly highest: number;
  readonly sums: Sums;
  readonly exposure: readonly number[];
};

const initialSums: Sums = {
  count: zeros(MEASURES),
  sum: zeros(MEASURES),
  squares: zeros(MEASURES),
  volatility: zeros(MEASURES),
  outcomeCount: zeros(OUTCOME_MEASURES.length * 2),
  outcomeSum: zeros(OUTCOME_MEASURES.length * 2),
  tiredCount: zeros(TIRED_MEASURES.length),
  tiredSum: zeros(TIRED_MEASURES.length),
  rateCount: zeros(RATES),
  hours: zeros(24),
};

export const initialSession: Session = {
  startedAt: null,
  lastAt: 0,
  ended: false,
  orders: 0,
  volatility: 0,
  lastEntryAt: null,
  lastEntryLog: null,
  lastSymbol: '',
  lastSide: '',
  lastOrderIds: [],
  turnover: 0,
  turnoverAt: 0,
  lastLossAt: null,
  lastWinAt: null,
  outcome: NEUTRAL,
  lossStreak: 0,
  winStreak: 0,
  lastCloseSymbol: '',
  lastCloseAt: null,
  lastActionAt: 0,
  noticedAt: null,
  ordersSinceLoss: 0,
  amendedId: '',
  amendedCount: 0,
  openingCount: 0,
  openingSum: 0,
  smallest: null,
  largest: null,
  disconnectedAt: [],
  open: [],
  stops: [],
  silent: false,
  highestValue: 0,
  highest: -10,
  sums: initialSums,
  exposure: zeros(exposures.length),
};
