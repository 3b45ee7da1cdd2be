/**
 * What one request of the exchange is: where it is reached (REST and WebSocket API share one
 * definition), what it costs, who may call it, what it reads and what it does.
 */
import type { Random } from '../../core/ports/random.ts';
import type { BookDepth, CancelOrder, SymbolSpec, Venue } from '../matching/venue-api.ts';
import type { Amendments } from './amendments.ts';
import type { Permission } from './api-keys.ts';
import { DAY_MS } from '../../core/time.ts';
import { illegal, invalidSymbol, lookupTooWide, refuse, SYMBOL_RANGE } from './errors.ts';
import type { Params } from './params.ts';
import type { RateLimits } from './rate-limits.ts';
import type { TimeUnit } from './render.ts';
import type { Execution } from './render-user.ts';
import type { Tape } from './tape.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export type Context = {
  readonly now: number;
  readonly unit: TimeUnit;
  /** 0 for public requests. */
  readonly accountId: number;
};

/** What endpoints act on. */
export type World = {
  readonly venue: Venue;
  readonly limits: RateLimits;
  readonly random: Random;
  tape(symbol: string): Tape;
  /** The book as queries see it (fault: a stale snapshot). */
  depth(symbol: string, limit: number): BookDepth;
  /** The latest execution of an order among what the current request caused. */
  lastExecution(orderId: number): Execution | null;
  /** Queries see a fresh order only after this time (fault: query lag); normally always. */
  visible(orderTime: number, now: number): boolean;
  /** When the account's balances last changed, 0 before any change. */
  accountUpdatedAt(accountId: number): number;
  readonly amendments: Amendments;
};

export type Endpoint = {
  readonly method: Method;
  readonly path: string;
  /** Name on the WebSocket API, null where it has none. */
  readonly wsMethod: string | null;
  readonly security: 'NONE' | Permission;
  /** Names it knows, security parameters aside: more than that is -1101. */
  readonly parameters: number;
  readonly weight: number | ((params: Params) => number);
  /** Costs no weight when it succeeds (since 2026-04-02). */
  readonly freeOnSuccess: boolean;
  /** Whether replies carry order counts and whether it may change state. */
  readonly trading: boolean;
  /** Reads every parameter and returns what to do with them: nothing happens before all were read. */
  prepare(params: Params): (context: Context) => unknown;
};

type Shape = Pick<Endpoint, 'method' | 'path' | 'wsMethod' | 'parameters' | 'weight' | 'prepare'>;

export function publicEndpoint(shape: Shape): Endpoint {
  return { security: 'NONE', freeOnSuccess: false, trading: false, ...shape };
}

export function accountEndpoint(shape: Shape): Endpoint {
  return { security: 'USER_DATA', freeOnSuccess: false, trading: false, ...shape };
}

export function tradeEndpoint(shape: Shape & { readonly freeOnSuccess?: boolean }): Endpoint {
  return { security: 'TRADE', freeOnSuccess: true, trading: true, ...shape };
}

/** ASCII lower case is refused; letters and digits of other scripts are symbols since 2025. */
const SYMBOL = /^[\p{L}\p{N}_.-]{1,50}$/u;

export function readSymbol(params: Params, name = 'symbol'): string {
  return checkSymbol(params.text(name), name);
}

export function readOptionalSymbol(params: Params): string | null {
  const symbol = params.optional('symbol');
  return symbol === null ? null : checkSymbol(symbol, 'symbol');
}

export function checkSymbol(symbol: string, name: string): string {
  if (!SYMBOL.test(symbol) || /[a-z]/.test(symbol)) refuse(illegal(name, SYMBOL_RANGE));
  return symbol;
}

export function knownSymbol(venue: Venue, symbol: string): SymbolSpec {
  return venue.symbol(symbol) ?? refuse(invalidSymbol());
}

/** Milliseconds of a time given in milliseconds or microseconds. */
export function readTime(params: Params, name: string): number | null {
  const value = params.integer(name);
  if (value === null) return null;
  return value >= 1e15 ? Math.floor(value / 1_000) : value;
}

/** `limit`, or the default when none was sent; above the maximum the maximum is meant. */
export function readLimit(params: Params, byDefault: number, most: number): number {
  const limit = params.integer('limit');
  return Math.min(limit === null || limit === 0 ? byDefault : limit, most);
}

/** `startTime` to `endTime`, each in milliseconds or null; at most a day apart (-1127). */
export type Span = { readonly start: number | null; readonly end: number | null };

/** Reads both ends of a look-up. */
export function readSpan(params: Params): Span {
  const start = readTime(params, 'startTime');
  const end = readTime(params, 'endTime');
  if (start !== null && end !== null && end - start > DAY_MS) refuse(lookupTooWide(24));
  return { start, end };
}

export function within(span: Span, time: number): boolean {
  return (span.start === null || time >= span.start) && (span.end === null || time <= span.end);
}

export type CancelRestriction = CancelOrder['restriction'];
