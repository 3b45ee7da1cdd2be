/**
 * The exchange's limits: request weight and raw requests per address, unfilled orders per account,
 * connection attempts per address. Windows are fixed and clock-aligned, days are UTC. Going on after
 * a 429 earns a ban that doubles, two minutes to three days.
 * Figures: recorded exchangeInfo and the 2026 changelog, as collected in the project's facts.
 */
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../core/time.ts';
import {
  type ApiError,
  banned,
  tooManyConnections,
  tooManyOrders,
  tooManyRequests,
  tooMuchWeight,
} from './errors.ts';

export type LimitSpec = {
  readonly rateLimitType: 'REQUEST_WEIGHT' | 'ORDERS' | 'RAW_REQUESTS';
  readonly interval: 'SECOND' | 'MINUTE' | 'DAY';
  readonly intervalNum: number;
  readonly limit: number;
};

export type LimitsConfig = {
  readonly weightPerMinute: number;
  readonly ordersPerTenSeconds: number;
  readonly ordersPerDay: number;
  readonly rawRequestsPerFiveMinutes: number;
  readonly connectionsPerFiveMinutes: number;
  /** So many refused requests (429) in one window bring a ban. */
  readonly refusalsBeforeBan: number;
  readonly firstBanMs: number;
  readonly longestBanMs: number;
};

export const defaultLimits: LimitsConfig = {
  weightPerMinute: 6_000,
  ordersPerTenSeconds: 100,
  ordersPerDay: 200_000,
  rawRequestsPerFiveMinutes: 300_000,
  connectionsPerFiveMinutes: 300,
  refusalsBeforeBan: 10,
  firstBanMs: 2 * MINUTE_MS,
  longestBanMs: 3 * DAY_MS,
};

const FIRST_FILL_AS_TAKER = 1;
/** Example of the exchange's order-count page; the real figure is not published. */
const FIRST_FILL_AS_MAKER = 5;

type Window = { index: number; count: number };
type Address = {
  weight: Window;
  raw: Window;
  refusals: Window;
  connections: Window;
  bannedUntil: number;
  bans: number;
};
type Orders = { short: Window; day: Window };

export type LimitCount = LimitSpec & { readonly count: number };

export interface RateLimits {
  specs(): readonly LimitSpec[];
  /** Refusal for this address now, or null; counts the request itself. */
  admit(now: number, remote: string, weight: number, free: boolean): ApiError | null;
  charge(now: number, remote: string, weight: number): void;
  weight(now: number, remote: string): LimitCount;
  /** Refusal when `orders` more unfilled orders would exceed a window. */
  admitOrders(now: number, accountId: number, orders: number): ApiError | null;
  countOrders(now: number, accountId: number, orders: number): void;
  refundFill(now: number, accountId: number, asMaker: boolean): void;
  orders(now: number, accountId: number): readonly [LimitCount, LimitCount];
  admitConnection(now: number, remote: string): ApiError | null;
  /** For fault plans: bans the address as the exchange would. */
  ban(now: number, remote: string, ms: number): void;
}

export function createRateLimits(config: LimitsConfig): RateLimits {
  const addresses = new Map<string, Address>();
  const accounts = new Map<number, Orders>();
  const specs = limitSpecs(config);
  const [weightSpec, shortSpec, daySpec] = specs;

  function address(remote: string): Address {
    let found = addresses.get(remote);
    if (found === undefined) {
      found = { weight: none(), raw: none(), refusals: none(), connections: none(), bannedUntil: 0, bans: 0 };
      addresses.set(remote, found);
    }
    return found;
  }
  function unfilled(accountId: number): Orders {
    let found = accounts.get(accountId);
    if (found === undefined) {
      found = { short: none(), day: none() };
      accounts.set(accountId, found);
    }
    return found;
  }
  function violated(now: number, from: Address, refusal: ApiError): ApiError {
    roll(from.refusals, now, MINUTE_MS).count += 1;
    if (from.refusals.count <= config.refusalsBeforeBan) return refusal;
    from.bannedUntil = now + Math.min(config.firstBanMs * 2 ** from.bans, config.longestBanMs);
    from.bans += 1;
    from.refusals.count = 0;
    return banned(from.bannedUntil);
  }

  return {
    specs: () => specs,
    admit(now, remote, weight, free) {
      const from = address(remote);
      if (now < from.bannedUntil) return banned(from.bannedUntil);
      const raw = roll(from.raw, now, 5 * MINUTE_MS);
      raw.count += 1;
      if (raw.count > config.rawRequestsPerFiveMinutes) {
        return violated(
          now,
          from,
          tooManyRequests(config.rawRequestsPerFiveMinutes, '5 MINUTE', end(now, 5 * MINUTE_MS)),
        );
      }
      const used = roll(from.weight, now, MINUTE_MS);
      if (used.count + (free ? 0 : weight) > config.weightPerMinute) {
        used.count += weight;
        return violated(now, from, tooMuchWeight(config.weightPerMinute, '1 MINUTE', end(now, MINUTE_MS)));
      }
      return null;
    },
    charge(now, remote, weight) {
      roll(address(remote).weight, now, MINUTE_MS).count += weight;
    },
    weight(now, remote) {
      return { ...weightSpec, count: roll(address(remote).weight, now, MINUTE_MS).count };
    },
    admitOrders(now, accountId, orders) {
      const counts = unfilled(accountId);
      if (roll(counts.short, now, 10 * SECOND_MS).count + orders > config.ordersPerTenSeconds) {
        return tooManyOrders(config.ordersPerTenSeconds, '10 SECOND', end(now, 10 * SECOND_MS));
      }
      if (roll(counts.day, now, DAY_MS).count + orders > config.ordersPerDay) {
        return tooManyOrders(config.ordersPerDay, '1 DAY', end(now, DAY_MS));
      }
      return null;
    },
    countOrders(now, accountId, orders) {
      const counts = unfilled(accountId);
      roll(counts.short, now, 10 * SECOND_MS).count += orders;
      roll(counts.day, now, DAY_MS).count += orders;
    },
    refundFill(now, accountId, asMaker) {
      const refund = asMaker ? FIRST_FILL_AS_MAKER : FIRST_FILL_AS_TAKER;
      const counts = unfilled(accountId);
      for (const window of [roll(counts.short, now, 10 * SECOND_MS), roll(counts.day, now, DAY_MS)]) {
        window.count = Math.max(0, window.count - refund);
      }
    },
    orders(now, accountId) {
      const counts = unfilled(accountId);
      return [
        { ...shortSpec, count: roll(counts.short, now, 10 * SECOND_MS).count },
        { ...daySpec, count: roll(counts.day, now, DAY_MS).count },
      ];
    },
    admitConnection(now, remote) {
      const from = address(remote);
      if (now < from.bannedUntil) return banned(from.bannedUntil);
      const attempts = roll(from.connections, now, 5 * MINUTE_MS);
      attempts.count += 1;
      if (attempts.count <= config.connectionsPerFiveMinutes) return null;
      return tooManyConnections(config.connectionsPerFiveMinutes, '5 MINUTE', end(now, 5 * MINUTE_MS));
    },
    ban(now, remote, ms) {
      address(remote).bannedUntil = now + ms;
    },
  };
}

function limitSpecs(config: LimitsConfig): readonly [LimitSpec, LimitSpec, LimitSpec, LimitSpec] {
  return [
    { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: config.weightPerMinute },
    { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: config.ordersPerTenSeconds },
    { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: config.ordersPerDay },
    {
      rateLimitType: 'RAW_REQUESTS',
      interval: 'MINUTE',
      intervalNum: 5,
      limit: config.rawRequestsPerFiveMinutes,
    },
  ];
}

function none(): Window {
  return { index: -1, count: 0 };
}

function roll(window: Window, now: number, lengthMs: number): Window {
  const index = Math.floor(now / lengthMs);
  if (window.index !== index) {
    window.index = index;
    window.count = 0;
  }
  return window;
}

function end(now: number, lengthMs: number): number {
  return (Math.floor(now / lengthMs) + 1) * lengthMs;
}
