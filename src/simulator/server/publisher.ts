/**
 * Turns what happened in the venue into what clients see: tapes, market streams, user data, refunds
 * of the order count. Events go out in exactly the venue's order; a call made by a listener while
 * events go out only adds to the queue, so nothing overtakes.
 */
import { invariant } from '../../core/invariant.ts';
import { notionalFloor } from '../../core/money.ts';
import type { Timers } from '../../core/ports/timers.ts';
import type { BookDepth, Venue, VenueEvent } from '../matching/venue-api.ts';
import { type Amendments, createAmendments } from './amendments.ts';
import type { Faults } from './faults.ts';
import { MINUTE_MS } from '../../core/time.ts';
import type { MarketDriver } from './market-driver.ts';
import type { MarketStreams } from './market-streams.ts';
import type { RateLimits } from './rate-limits.ts';
import type { TimeUnit } from './render.ts';
import { accountEvent, type Execution } from './render-user.ts';
import type { AggregateTrade } from './tape-rows.ts';
import { createTape, type Tape } from './tape.ts';
import { accountOf, createUserStreams, type UserStreams } from './user-streams.ts';

export interface Publisher {
  readonly users: UserStreams;
  readonly amendments: Amendments;
  tape(symbol: string): Tape;
  depth(symbol: string, limit: number): BookDepth;
  lastExecution(orderId: number): Execution | null;
  accountUpdatedAt(accountId: number): number;
  /** Makes the tapes; with `fresh` they begin with the market's history. */
  begin(now: number, market: MarketDriver, fresh: boolean): void;
  settle(): void;
  snapshot(): unknown;
  restore(snapshot: unknown): void;
}

function withFormerId(event: Execution, former: string): Execution {
  return former === event.order.clientOrderId ? event : { ...event, formerClientOrderId: former };
}

export function createPublisher(given: {
  readonly venue: Venue;
  readonly timers: Timers;
  now(): number;
  readonly limits: RateLimits;
  readonly streams: MarketStreams;
  readonly faults: Faults;
}): Publisher {
  const { venue, streams, faults } = given;
  const users = createUserStreams();
  const amendments = createAmendments();
  const tapes = new Map<string, Tape>();
  const updatedAt = new Map<number, number>();
  const shownDepth = new Map<string, BookDepth>();
  let queue: VenueEvent[] = [];
  let going = false;
  let latest: readonly VenueEvent[] = [];
  /** Held back by the reordering fault until the next event of the account has gone. */
  const held = new Map<number, VenueEvent>();

  function tape(symbol: string): Tape {
    let found = tapes.get(symbol);
    if (found === undefined) {
      found = createTape([]);
      tapes.set(symbol, found);
    }
    return found;
  }

  function settle(): void {
    const fresh = venue.drain();
    if (fresh.length > 0) {
      latest = fresh;
      queue = queue.length === 0 ? [...fresh] : [...queue, ...fresh];
    }
    if (going) return;
    going = true;
    try {
      while (queue.length > 0) {
        const batch = queue;
        queue = [];
        publishBatch(batch);
      }
      streams.changed();
    } finally {
      going = false;
    }
  }

  function publishBatch(batch: readonly VenueEvent[]): void {
    const open = new Map<string, AggregateTrade>();
    for (const event of batch) {
      if (event.kind === 'trade') {
        const before = open.get(event.symbol);
        const aggregate = publishTrade(event);
        if (before !== undefined && before !== aggregate) streams.aggregated(event.symbol, before);
        open.set(event.symbol, aggregate);
      } else {
        publishPrivate(event);
      }
    }
    for (const [symbol, aggregate] of open) streams.aggregated(symbol, aggregate);
  }

  function publishTrade(event: Extract<VenueEvent, { kind: 'trade' }>): AggregateTrade {
    const trade = {
      tradeId: event.tradeId,
      price: event.price,
      quantity: event.quantity,
      quoteQuantity: notionalFloor(event.price, event.quantity),
      time: event.at,
      buyerIsMaker: event.buyerIsMaker,
    };
    const aggregate = tape(event.symbol).record(
      trade,
      event.buyerIsMaker ? event.sellerOrderId : event.buyerOrderId,
    );
    streams.traded(event.symbol, trade);
    return aggregate;
  }

  function publishPrivate(event: VenueEvent): void {
    const accountId = accountOf(event);
    if (accountId === null) return;
    const amended = event.kind === 'execution' ? amendments.observe(event) : null;
    if (
      event.kind === 'execution' &&
      event.fill !== null &&
      event.order.executedQuantity === event.fill.quantity
    ) {
      given.limits.refundFill(event.at, accountId, event.fill.isMaker);
    }
    if (event.kind === 'balances') updatedAt.set(accountId, event.at);
    tell(accountId, amended === null || event.kind !== 'execution' ? event : withFormerId(event, amended));
  }

  function tell(accountId: number, event: VenueEvent): void {
    const now = given.now();
    if (faults.strikes('user.silent', now) !== null || faults.strikes('user.dropped', now) !== null) return;
    const late = faults.strikes('user.late', now);
    if (late !== null) {
      given.timers.after(late, () => send(accountId, event));
      return;
    }
    const waiting = held.get(accountId);
    if (waiting === undefined && faults.strikes('user.reordered', now) !== null) {
      held.set(accountId, event);
      return;
    }
    send(accountId, event);
    if (waiting !== undefined) {
      held.delete(accountId);
      send(accountId, waiting);
    }
    if (faults.strikes('user.duplicated', now) !== null) send(accountId, event);
  }

  function send(accountId: number, event: VenueEvent): void {
    const odd = event.kind === 'execution' && faults.strikes('enum.unknown', given.now()) !== null;
    if (!odd) users.publish(accountId, event);
    else
      users.deliver(accountId, (unit: TimeUnit) =>
        JSON.stringify({ ...accountEvent(event, unit), X: 'UNDER_REVIEW', zz: 'new' }),
      );
  }

  return {
    users,
    amendments,
    tape,
    depth(symbol, limit) {
      const before = shownDepth.get(symbol);
      if (before !== undefined && faults.strikes('depth.stale', given.now()) !== null) {
        return { ...before, bids: before.bids.slice(0, limit), asks: before.asks.slice(0, limit) };
      }
      const book = venue.depth(symbol, limit);
      if (faults.plan().rules.length > 0) shownDepth.set(symbol, book);
      return book;
    },
    lastExecution(orderId) {
      const drained = venue.drain();
      queue.push(...drained);
      return (
        queue.findLast(
          (event): event is Execution => event.kind === 'execution' && event.order.orderId === orderId,
        ) ??
        latest.findLast(
          (event): event is Execution => event.kind === 'execution' && event.order.orderId === orderId,
        ) ??
        null
      );
    },
    accountUpdatedAt: (accountId) => updatedAt.get(accountId) ?? 0,
    begin(now, market, fresh) {
      invariant(!going, 'tapes are made before anything is published');
      if (fresh) {
        for (const { symbol } of market.symbols()) {
          const history = market.history(symbol);
          const last = history.at(-1);
          // A recording's past is laid right before the present, so that charts have no hole.
          const shift =
            last === undefined ? 0 : Math.floor(now / MINUTE_MS) * MINUTE_MS - MINUTE_MS - last.openTime;
          const shifted =
            shift === 0
              ? history
              : history.map((candle) => ({
                  ...candle,
                  openTime: candle.openTime + shift,
                  closeTime: candle.closeTime + shift,
                }));
          tapes.set(symbol, createTape(shifted));
        }
      }
      settle();
    },
    settle,
    snapshot: () => ({
      tapes: Object.fromEntries([...tapes].map(([symbol, each]) => [symbol, each.snapshot()])),
      updatedAt: [...updatedAt],
      amendments: amendments.snapshot(),
    }),
    restore(snapshot) {
      const saved = snapshot as {
        readonly tapes: Readonly<Record<string, unknown>>;
        readonly updatedAt: readonly (readonly [number, number])[];
        readonly amendments: unknown;
      };
      for (const [symbol, each] of Object.entries(saved.tapes)) tape(symbol).restore(each);
      for (const [accountId, at] of saved.updatedAt) updatedAt.set(accountId, at);
      amendments.restore(saved.amendments);
    },
  };
}
