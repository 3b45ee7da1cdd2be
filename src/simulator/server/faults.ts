/**
 * A declarative plan of what the exchange does wrong: kinds, probabilities, windows, a seed. The same
 * plan on the same run gives the same faults. Kinds follow the project's table of twenty-five failures
 * and the S faults of its reliability page; nothing here changes the ground truth in the venue except
 * where the kind says so (symbol status, revoked keys).
 */
import { createSeededRandom } from '../../core/seeded-random.ts';
import type { SymbolStatus } from '../matching/venue-api.ts';
import { type ApiError, banned, internal, overloaded, timeout } from './errors.ts';

export const requestFaults = [
  'request.lost',
  'reply.lost',
  'reply.truncated',
  'timeout.executed',
  'timeout.notExecuted',
  'unexpected.executed',
  'html.executed',
  'html.notExecuted',
  'overloaded.executed',
  'overloaded.notExecuted',
  'limit.429',
  'limit.418',
  'order.limit',
  'clock.rejected',
] as const;
export const ambientFaults = [
  'query.lag',
  'clock.skew',
  'stream.silent',
  'user.silent',
  'user.dropped',
  'user.duplicated',
  'user.reordered',
  'user.late',
  'depth.stale',
  'depth.dropped',
  'enum.unknown',
] as const;
export const momentFaults = [
  'stream.cut',
  'user.cut',
  'symbol.status',
  'key.revoked',
  'server.shutdown',
] as const;

export type RequestFault = (typeof requestFaults)[number];
export type AmbientFault = (typeof ambientFaults)[number];
export type MomentFault = (typeof momentFaults)[number];
export type FaultKind = RequestFault | AmbientFault | MomentFault;
export const faultKinds: readonly FaultKind[] = [...requestFaults, ...ambientFaults, ...momentFaults];

export type FaultRule = {
  readonly kind: FaultKind;
  /** Chance each time it could happen; 1 when left out. */
  readonly probability?: number;
  /** Milliseconds after the plan was set; the whole time when left out. */
  readonly from?: number;
  readonly until?: number;
  /** For what happens at a moment (cuts, status changes, revocations): that moment, else `from`, else now. */
  readonly at?: number;
  /** At most so many times. */
  readonly limit?: number;
  /** Only requests whose `METHOD path` or WebSocket method contains this. */
  readonly match?: string;
  /** Lag, skew, lateness, length of a ban. */
  readonly ms?: number;
  readonly symbol?: string;
  readonly status?: SymbolStatus;
  readonly apiKey?: string;
};

export type FaultPlan = { readonly seed: number; readonly rules: readonly FaultRule[] };

export const noFaults: FaultPlan = { seed: 0, rules: [] };

/** What becomes of one request. */
export type Fate = {
  readonly kind: RequestFault;
  /** Whether it is carried out, whatever the answer says. */
  readonly executed: boolean;
  /** The answer instead of the true one; null: none ever comes, or the true one cut short. */
  readonly error: ApiError | null;
  /** An HTML page in place of JSON. */
  readonly html: boolean;
};

export interface Faults {
  plan(): FaultPlan;
  set(plan: FaultPlan, now: number): void;
  /** How often each kind has happened. */
  readonly fired: Readonly<Record<string, number>>;
  request(now: number, name: string): Fate | null;
  /** Whether an ambient fault strikes now; its `ms` or 0, null when it does not. */
  strikes(kind: AmbientFault, now: number): number | null;
  /** Whether it lies in force, without counting: for states such as skew and lag. */
  inForce(kind: AmbientFault, now: number): number | null;
  /** Moments still to come or overdue, in order; each is given once. */
  due(now: number): readonly FaultRule[];
  /** When the next moment is, or null. */
  nextAt(): number | null;
}

type Armed = { readonly rule: FaultRule; times: number; done: boolean };

export function createFaults(): Faults {
  let plan = noFaults;
  let since = 0;
  let armed: Armed[] = [];
  let chance = createSeededRandom(0);
  let fired: Record<string, number> = {};

  function inWindow({ rule }: Armed, now: number): boolean {
    const at = now - since;
    return at >= (rule.from ?? 0) && at < (rule.until ?? Infinity);
  }

  function strike(each: Armed): boolean {
    if (each.rule.limit !== undefined && each.times >= each.rule.limit) return false;
    if (each.rule.probability !== undefined && chance.next() >= each.rule.probability) return false;
    each.times += 1;
    fired[each.rule.kind] = (fired[each.rule.kind] ?? 0) + 1;
    return true;
  }

  function momentOf({ rule }: Armed): number {
    return since + (rule.at ?? rule.from ?? 0);
  }

  const moments = (): Armed[] =>
    armed.filter((each) => !each.done && (momentFaults as readonly string[]).includes(each.rule.kind));

  return {
    plan: () => plan,
    set(given, now) {
      plan = given;
      since = now;
      chance = createSeededRandom(given.seed);
      fired = {};
      armed = given.rules.map((rule) => ({ rule, times: 0, done: false }));
    },
    get fired() {
      return fired;
    },
    request(now, name) {
      for (const each of armed) {
        const { kind, match } = each.rule;
        if (!isRequestFault(kind) || !inWindow(each, now)) continue;
        if (match !== undefined && !name.includes(match)) continue;
        if (strike(each)) return fateOf(kind, now, each.rule.ms ?? 0);
      }
      return null;
    },
    strikes(kind, now) {
      for (const each of armed) {
        if (each.rule.kind === kind && inWindow(each, now) && strike(each)) return each.rule.ms ?? 0;
      }
      return null;
    },
    inForce(kind, now) {
      const found = armed.find((each) => each.rule.kind === kind && inWindow(each, now));
      if (found === undefined) return null;
      if (found.times === 0) {
        found.times = 1;
        fired[kind] = (fired[kind] ?? 0) + 1;
      }
      return found.rule.ms ?? 0;
    },
    due(now) {
      const ready = moments()
        .filter((each) => momentOf(each) <= now)
        .sort((one, other) => momentOf(one) - momentOf(other));
      for (const each of ready) each.done = true;
      return ready.filter(strike).map((each) => each.rule);
    },
    nextAt() {
      const times = moments().map(momentOf);
      return times.length === 0 ? null : Math.min(...times);
    },
  };
}

function isRequestFault(kind: FaultKind): kind is RequestFault {
  return (requestFaults as readonly string[]).includes(kind);
}

function fateOf(kind: RequestFault, now: number, ms: number): Fate {
  const retryAt = now + (ms > 0 ? ms : 120_000);
  const fate = (executed: boolean, error: ApiError | null, html = false): Fate => ({
    kind,
    executed,
    error,
    html,
  });
  switch (kind) {
    case 'request.lost':
      return fate(false, null);
    case 'reply.lost':
    case 'reply.truncated':
      return fate(true, null);
    case 'timeout.executed':
      return fate(true, timeout());
    case 'timeout.notExecuted':
      return fate(false, timeout());
    case 'unexpected.executed':
      return fate(true, {
        status: 504,
        code: -1006,
        message: 'An unexpected response was received from the message bus. Execution status unknown.',
      });
    case 'html.executed':
      return fate(true, { ...internal(), status: 502 }, true);
    case 'html.notExecuted':
      return fate(false, { ...internal(), status: 503 }, true);
    case 'overloaded.executed':
      return fate(true, overloaded());
    case 'overloaded.notExecuted':
      return fate(false, overloaded());
    case 'limit.429':
      return fate(false, {
        ...banned(retryAt),
        status: 429,
        message: 'Too many requests queued.',
        retryAt: now + (ms > 0 ? ms : 1_000),
      });
    case 'limit.418':
      return fate(false, banned(retryAt));
    case 'order.limit':
      return fate(false, {
        status: 429,
        code: -1015,
        message: 'Too many new orders; current limit is 100 orders per 10 SECOND.',
        retryAt: now + (ms > 0 ? ms : 10_000),
      });
    case 'clock.rejected':
      return fate(false, {
        status: 400,
        code: -1021,
        message: 'Timestamp for this request is outside of the recvWindow.',
      });
    default:
      return kind satisfies never;
  }
}
