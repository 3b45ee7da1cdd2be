/**
 * Our own message caps: at most a share of each limit the exchange publishes, of which each lane may
 * fill a part, so that entries always leave room for exits, cancels and look-ups; and silence after
 * 429 or 418 until the exchange's own instant, kept over restarts (invariant 23; failures 8, 9, 15).
 *
 * The exchange counts in windows aligned to its clock. Counting ours over a rolling window of the
 * same length keeps every aligned window under the cap, wherever its edges lie. The exchange's own
 * count (per IP or per account, so it includes others) is taken over while its window lasts.
 */
import type { Lane, NotSentReason } from '../core/ports/gateway.ts';
import type { Timers } from '../core/ports/timers.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../core/time.ts';
import type { BanStore, LaneShares } from './settings.ts';

export type LimitKind = 'weight' | 'orders' | 'requests';

export type LimitRule = { readonly kind: LimitKind; readonly intervalMs: number; readonly limit: number };

export type Cost = {
  readonly weight: number;
  readonly orders: number;
  /** The exchange charges no weight when this succeeds. */
  readonly refunded: boolean;
};

export function weightOf(weight: number): Cost {
  return { weight, orders: 0, refunded: false };
}

export const orderCost: Cost = { weight: 1, orders: 1, refunded: true };
/** Both legs of an order list count. */
export const listCost: Cost = { weight: 1, orders: 2, refunded: true };
export const cancelCost: Cost = { weight: 1, orders: 0, refunded: true };

export type LimitUse = {
  readonly weightUsed: number;
  readonly weightLimit: number;
  /** Wall-clock instant the ban ends, or null. */
  readonly bannedUntil: number | null;
};

export interface RateLimiter {
  setRules(rules: readonly LimitRule[]): void;
  /** Charges the cost, or says why not. */
  take(lane: Lane, cost: Cost): NotSentReason | null;
  /** The exchange does not charge weight for orders that succeed. */
  refundWeight(weight: number): void;
  /** Reads the exchange's own counts from an answer's headers (names in lower case). */
  observe(headers: Readonly<Record<string, string>>): void;
  ban(untilMs: number): void;
  isBanned(): boolean;
  use(): LimitUse;
}

export type RateLimiterOptions = {
  readonly timers: Timers;
  /** The exchange's time, for the edges of its windows. */
  readonly exchangeNow: () => number;
  readonly share: number;
  readonly laneShares: LaneShares;
  readonly banStore: BanStore | null;
};

/** In force until exchangeInfo has been read: the published figures (binance.md section 1). */
const defaultRules: readonly LimitRule[] = [
  { kind: 'weight', intervalMs: MINUTE_MS, limit: 6_000 },
  { kind: 'orders', intervalMs: 10 * SECOND_MS, limit: 50 },
  { kind: 'orders', intervalMs: DAY_MS, limit: 160_000 },
  { kind: 'requests', intervalMs: 5 * MINUTE_MS, limit: 61_000 },
];

/** No ban is longer (binance.md: two minutes to three days). */
const BAN_MAX_MS = 3 * DAY_MS;

type Counter = {
  readonly rule: LimitRule;
  readonly header: string | null;
  readonly own: RollingCount;
  told: { readonly count: number; readonly untilMs: number } | null;
};

export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { timers } = options;
  let counters = defaultRules.map(newCounter);
  let bannedUntil: { readonly monotonic: number; readonly wall: number } | null = null;

  function used(counter: Counter): number {
    const own = counter.own.sum(timers.monotonic());
    if (counter.told === null || options.exchangeNow() >= counter.told.untilMs) return own;
    return Math.max(own, counter.told.count);
  }

  function banUntil(wallMs: number): void {
    const remaining = Math.min(Math.max(wallMs - timers.now(), 0), BAN_MAX_MS);
    const known = isBanned() ? bannedUntil : null;
    // Answers to requests sent before the ban was known may name an earlier end: the latest counts.
    if (remaining === 0 || (known !== null && known.monotonic >= timers.monotonic() + remaining)) return;
    bannedUntil = { monotonic: timers.monotonic() + remaining, wall: Math.ceil(timers.now() + remaining) };
  }

  function isBanned(): boolean {
    if (bannedUntil !== null && timers.monotonic() >= bannedUntil.monotonic) bannedUntil = null;
    return bannedUntil !== null;
  }

  const stored = options.banStore?.load() ?? null;
  if (stored !== null) banUntil(stored);

  return {
    setRules(rules): void {
      counters = rules.map((rule) => {
        const known = counters.find((each) => sameWindow(each.rule, rule));
        return known === undefined ? newCounter(rule) : { ...known, rule };
      });
    },
    take(lane, cost): NotSentReason | null {
      if (isBanned()) return 'banned';
      const share = options.share * options.laneShares[lane];
      for (const counter of counters) {
        const amount = amountOf(counter.rule.kind, cost);
        if (amount > 0 && used(counter) + amount > counter.rule.limit * share) return 'rateBudget';
      }
      const now = timers.monotonic();
      for (const counter of counters) counter.own.add(now, amountOf(counter.rule.kind, cost));
      return null;
    },
    refundWeight(weight): void {
      for (const counter of counters) {
        if (counter.rule.kind === 'weight') counter.own.add(timers.monotonic(), -weight);
      }
    },
    observe(headers): void {
      for (const counter of counters) {
        const text = counter.header === null ? undefined : headers[counter.header];
        if (text === undefined || !/^\d{1,9}$/.test(text)) continue;
        const window = counter.rule.intervalMs;
        const endsAt = (Math.floor(options.exchangeNow() / window) + 1) * window;
        counter.told = { count: Number(text), untilMs: endsAt };
      }
    },
    ban(untilMs): void {
      banUntil(untilMs);
      if (bannedUntil !== null) options.banStore?.save(bannedUntil.wall);
    },
    isBanned,
    use(): LimitUse {
      const weight = counters.find((each) => each.rule.kind === 'weight');
      const remaining =
        isBanned() && bannedUntil !== null ? bannedUntil.monotonic - timers.monotonic() : null;
      return {
        weightUsed: weight === undefined ? 0 : used(weight),
        weightLimit: weight?.rule.limit ?? 0,
        // By the wall clock as it is now: it may have been set since the ban was told.
        bannedUntil: remaining === null ? null : Math.ceil(timers.now() + remaining),
      };
    },
  };
}

function newCounter(rule: LimitRule): Counter {
  return { rule, header: headerOf(rule), own: createRollingCount(rule.intervalMs), told: null };
}

function sameWindow(left: LimitRule, right: LimitRule): boolean {
  return left.kind === right.kind && left.intervalMs === right.intervalMs;
}

function amountOf(kind: LimitKind, cost: Cost): number {
  if (kind === 'weight') return cost.weight;
  return kind === 'orders' ? cost.orders : 1;
}

/** `x-mbx-used-weight-1m`, `x-mbx-order-count-10s`, `x-mbx-order-count-1d`. */
function headerOf(rule: LimitRule): string | null {
  if (rule.kind === 'requests') return null;
  const name = rule.kind === 'weight' ? 'x-mbx-used-weight' : 'x-mbx-order-count';
  const units: readonly (readonly [string, number])[] = [
    ['d', DAY_MS],
    ['h', 60 * MINUTE_MS],
    ['m', MINUTE_MS],
    ['s', SECOND_MS],
  ];
  const unit = units.find(([, length]) => rule.intervalMs % length === 0);
  return unit === undefined ? null : `${name}-${rule.intervalMs / unit[1]}${unit[0]}`;
}

interface RollingCount {
  add(now: number, amount: number): void;
  /** Never less than what was added within the interval; up to a tenth of an interval more. */
  sum(now: number): number;
}

const PARTS = 10;

function createRollingCount(intervalMs: number): RollingCount {
  const partMs = intervalMs / PARTS;
  const parts: { index: number; count: number }[] = [];
  return {
    add(now, amount): void {
      if (amount === 0) return;
      const index = Math.floor(now / partMs);
      const last = parts.at(-1);
      if (last?.index === index) last.count += amount;
      else parts.push({ index, count: amount });
    },
    sum(now): number {
      const oldest = Math.floor(now / partMs) - PARTS;
      while (parts[0] !== undefined && parts[0].index < oldest) parts.shift();
      let total = 0;
      for (const part of parts) total += part.count;
      return Math.max(total, 0);
    },
  };
}

/**
 * The instant (wall clock, ms) a 429 or 418 asks us to wait for: the later of `Retry-After` in seconds
 * and the instant named in the message, else the end of the minute for 429 and two minutes for 418.
 * The instant is told by the exchange's clock, and our wall clock may be an hour off: it counts by the
 * exchange's time, and where that is not known (null) only when there is no `Retry-After`.
 */
export function banEnd(
  status: number,
  headers: Readonly<Record<string, string>>,
  message: string,
  now: number,
  exchangeNow: number | null,
): number {
  const named = /banned until (\d{13})/.exec(message)?.[1];
  const retryAfter = headers['retry-after'];
  const waits = [now];
  const hasRetryAfter = retryAfter !== undefined && /^\d{1,7}$/.test(retryAfter);
  if (hasRetryAfter) waits.push(now + Number(retryAfter) * SECOND_MS);
  if (named !== undefined && (exchangeNow !== null || !hasRetryAfter)) {
    waits.push(now + Number(named) - (exchangeNow ?? now));
  }
  if (waits.length === 1) waits.push(now + (status === 418 ? 2 : 1) * MINUTE_MS);
  return Math.max(...waits);
}
