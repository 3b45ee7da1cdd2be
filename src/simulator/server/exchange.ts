/**
 * The protocol of the built-in exchange without a single socket: Binance Spot's REST, market streams
 * and WebSocket API in front of a venue. Synchronous; time and randomness come in through ports, so
 * that simulations run it on a virtual clock and network. The shell in serve.ts puts it on the wire.
 */
import { invariant } from '../../core/invariant.ts';
import type { Random } from '../../core/ports/random.ts';
import type { Cancel, Timers } from '../../core/ports/timers.ts';
import type { AccountSpec, Venue } from '../matching/venue-api.ts';
import { accountEndpoints } from './account-endpoints.ts';
import { createKeyring, type KeySpec, type Keyring } from './api-keys.ts';
import {
  type ApiAnswer,
  type ApiCall,
  type ApiHost,
  type ApiSession,
  createApiSession,
} from './api-session.ts';
import {
  type ConnectionConfig,
  createConnection,
  defaultConnections,
  type Session,
  type Sink,
  ABNORMAL,
  type Connection,
  GOING_AWAY,
} from './connection.ts';
import type { Endpoint, World } from './endpoint.ts';
import { type ApiError, invalidTimeUnit, Refusal } from './errors.ts';
import { createFaultMoments } from './fault-moments.ts';
import { createFaults, type FaultPlan, type Faults } from './faults.ts';
import { type Journal, type JournalEntry, journaled, replayEntry, timeOfEntry } from './journal.ts';
import { marketEndpoints } from './market-endpoints.ts';
import type { MarketDriver } from './market-driver.ts';
import { createMarketStreams } from './market-streams.ts';
import { orderEndpoints } from './order-endpoints.ts';
import { orderListEndpoints } from './order-lists.ts';
import { createPublisher } from './publisher.ts';
import { createRateLimits, defaultLimits, type LimitsConfig } from './rate-limits.ts';
import { errorReply, type HttpAnswer, type HttpQuestion, createRestHandler } from './rest.ts';
import { createStreamSession, parseStreamUrl, parseTimeUnit, type StreamSession } from './stream-session.ts';
import { switchMarket } from './switch-market.ts';

export type ExchangeOptions = {
  readonly venue: Venue;
  readonly market: MarketDriver;
  readonly timers: Timers;
  readonly random: Random;
  readonly accounts: readonly AccountSpec[];
  readonly keys: readonly KeySpec[];
  readonly limits?: Partial<LimitsConfig>;
  readonly connections?: Partial<ConnectionConfig>;
  readonly faults?: FaultPlan;
  /** Called with every input before it acts; what it was called with, replayed, gives the state again. */
  readonly journal?: Journal;
};

export type Refused = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
export type Opened =
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'refused'; readonly answer: Refused };

export interface Exchange {
  start(): void;
  /** Says `serverShutdown` on every connection, closes them and stops the market. */
  stop(): void;
  /** One REST request; null when no answer will ever come (a fault lost it). */
  request(question: HttpQuestion): HttpAnswer | null;
  openStream(url: string, remote: string, sink: Sink): Opened;
  openApi(url: string, remote: string, sink: Sink): Opened;
  state(): ExchangeState;
  /** Hands out what the venue has produced by direct calls (tests, oracles that move money). */
  settle(): void;
  readonly faults: Faults;
  setFaults(plan: FaultPlan): void;
  readonly keys: Keyring;
  revokeKey(apiKey: string): void;
  /** Gives the market another regime: null when done, else the names it knows (none for a recording). */
  switchMarket(regime: string): readonly string[] | null;
  /** Ground truth. Direct changes are seen by clients after `settle`. */
  readonly venue: Venue;
}

/** What survives a restart: a snapshot, and the inputs since. To be restored before `start`. */
export interface ExchangeState {
  snapshot(): unknown;
  restore(snapshot: unknown): void;
  /** Accounts and orders only: another market goes on with them. */
  restoreVenue(snapshot: unknown): void;
  replay(entry: JournalEntry): void;
}

type Saved = {
  readonly at: number;
  readonly venue: unknown;
  readonly market: unknown;
  readonly publisher: unknown;
};

/** The two ways the exchange ends a connection by itself. */
type Line = {
  /** Without a word, as a broken line does. */
  cut(): void;
  leave(): void;
};

function lineOf(connection: Connection): Line {
  return {
    cut: () => connection.close(ABNORMAL, ''),
    leave: () => connection.close(GOING_AWAY, 'Server shutdown'),
  };
}

export function createExchange(options: ExchangeOptions): Exchange {
  const { timers, market } = options;
  const limits = createRateLimits({ ...defaultLimits, ...options.limits });
  const connections = { ...defaultConnections, ...options.connections };
  const keyring = createKeyring(options.keys);
  const faults = createFaults();
  const rawVenue = options.venue;
  const journal: Journal = options.journal ?? (() => undefined);
  const venue = options.journal === undefined ? rawVenue : journaled(rawVenue, journal);
  const streamSessions = new Set<StreamSession & Line>();
  const apiSessions = new Set<ApiSession & Line>();
  let marketTimer: Cancel | null = null;
  let started = false;
  let restored = false;

  let latest = 0;
  /** The exchange's clock never steps back, whatever the machine's does. */
  const now = (): number => {
    latest = Math.max(latest, Math.floor(timers.now()));
    return latest;
  };
  /** What clients are told and held against. */
  const shownNow = (): number => now() + (faults.inForce('clock.skew', now()) ?? 0);

  const streams = createMarketStreams({
    venue,
    timers,
    now,
    tape: (symbol) => publisher.tape(symbol),
    depthFilter: (_symbol, what) => what !== 'diff' || faults.strikes('depth.dropped', now()) === null,
  });
  const publisher = createPublisher({ venue: rawVenue, timers, now, limits, streams, faults });

  const world: World = {
    venue,
    limits,
    random: options.random,
    tape: (symbol) => publisher.tape(symbol),
    depth: (symbol, limit) => publisher.depth(symbol, limit),
    lastExecution: (orderId) => publisher.lastExecution(orderId),
    visible: (orderTime, at) => at - orderTime >= (faults.inForce('query.lag', at) ?? 0),
    accountUpdatedAt: (accountId) => publisher.accountUpdatedAt(accountId),
    amendments: publisher.amendments,
  };
  const endpoints: readonly Endpoint[] = [
    ...marketEndpoints(world),
    ...orderEndpoints(world),
    ...orderListEndpoints(world),
    ...accountEndpoints(world),
  ];
  const byMethod = new Map(
    endpoints.flatMap((each) => (each.wsMethod === null ? [] : [[each.wsMethod, each] as const])),
  );

  function act(run: () => unknown): ApiAnswer {
    try {
      return { status: 200, result: run(), error: null };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.error.status, result: null, error: error.error };
    }
  }

  /** On REST what a request caused goes out before its answer: they take different lines anyway. */
  function actAndSettle(run: () => unknown): ApiAnswer {
    const answer = act(run);
    publisher.settle();
    return answer;
  }

  const rest = createRestHandler({ endpoints, keyring, limits, faults, now, shownNow, act: actAndSettle });

  function scheduleMarket(): void {
    const at = market.nextAt();
    marketTimer = at === null ? null : timers.after(Math.max(0, at - timers.now()), moveMarket);
  }

  function restoreVenue(snapshot: unknown): void {
    invariant(!started, 'state is restored before the start');
    const saved = snapshot as Saved;
    latest = Math.max(latest, saved.at);
    rawVenue.restore(saved.venue);
  }

  function moveMarket(): void {
    const at = now();
    const input = market.collect?.();
    journal({ kind: 'advance', now: at, input });
    market.advance(at, rawVenue, input);
    publisher.settle();
    scheduleMarket();
  }

  const moments = createFaultMoments({
    faults,
    timers,
    now,
    acts: {
      'stream.cut': () => {
        for (const session of streamSessions) session.cut();
      },
      'user.cut': () => {
        for (const session of apiSessions) session.cut();
      },
      'server.shutdown': () => {
        for (const session of [...streamSessions, ...apiSessions]) session.shutdown(now());
      },
      'symbol.status': (rule) => {
        for (const spec of venue.symbols()) {
          if (rule.symbol !== undefined && rule.symbol !== spec.symbol) continue;
          venue.setSymbol(now(), { ...spec, status: rule.status ?? 'BREAK' });
        }
        publisher.settle();
      },
      'key.revoked': (rule) => {
        for (const { apiKey } of options.keys)
          if (rule.apiKey === undefined || rule.apiKey === apiKey) exchange.revokeKey(apiKey);
      },
    },
  });

  /** Symbols of an earlier market that this one does not move can only be cancelled. */
  function listSymbols(at: number): void {
    const moved = new Map(market.symbols().map((spec) => [spec.symbol, spec]));
    for (const spec of moved.values()) rawVenue.setSymbol(at, spec);
    for (const spec of rawVenue.symbols())
      if (!moved.has(spec.symbol)) rawVenue.setSymbol(at, { ...spec, status: 'CANCEL_ONLY' });
  }

  const refused = (error: ApiError): Opened => ({ kind: 'refused', answer: errorReply(error, now()) });

  function apiHost(remote: string): ApiHost {
    return {
      now: shownNow,
      endpoint: (method) => byMethod.get(method) ?? null,
      keyring,
      users: publisher.users,
      config: connections,
      weight: () => limits.weight(now(), remote),
      orders: (accountId) => limits.orders(now(), accountId),
      call(call, reply) {
        answerApi(call, remote, reply);
      },
    };
  }

  function answerApi(call: ApiCall, remote: string, reply: (answer: ApiAnswer) => void): void {
    const free = call.endpoint?.freeOnSuccess ?? false;
    const refusal = limits.admit(now(), remote, call.weight, free);
    const failed = (error: ApiError): ApiAnswer => ({ status: error.status, result: null, error });
    if (refusal !== null) {
      reply(failed(refusal));
      return;
    }
    const fate = call.endpoint === null ? null : faults.request(now(), call.endpoint.wsMethod ?? '');
    if (fate !== null && !fate.executed) {
      if (fate.error !== null) reply(failed(fate.error));
      return;
    }
    const answer = act(call.act);
    if (!(free && answer.error === null)) limits.charge(now(), remote, call.weight);
    // On one line the answer precedes the events it caused.
    if (fate === null) reply(answer);
    else if (fate.error !== null) reply(failed(fate.error));
    publisher.settle();
  }

  const exchange: Exchange = {
    start() {
      invariant(!started, 'an exchange is started once');
      started = true;
      const at = now();
      if (!restored) listSymbols(at);
      for (const account of options.accounts)
        if (rawVenue.account(account.accountId) === null) rawVenue.openAccount(account);
      if (!restored) market.start(at, rawVenue);
      publisher.begin(at, market, !restored);
      scheduleMarket();
      exchange.setFaults(options.faults ?? { seed: 0, rules: [] });
    },
    stop() {
      marketTimer?.();
      market.stop?.();
      moments.stop();
      for (const session of [...streamSessions, ...apiSessions]) {
        session.shutdown(now());
        session.leave();
      }
      streams.stop();
    },
    request: (question) => rest(question),
    openStream(url, remote, sink) {
      const refusal = limits.admitConnection(now(), remote);
      if (refusal !== null) return refused(refusal);
      const parsed = parseStreamUrl(url);
      if (parsed === null)
        return url.includes('timeUnit')
          ? refused(invalidTimeUnit())
          : { kind: 'refused', answer: { status: 404, headers: {}, body: '' } };
      const connection = createConnection({
        timers,
        sink,
        config: connections,
        limitFrames: true,
        ended: () => {
          streamSessions.delete(entry);
          session.release();
        },
      });
      const session = createStreamSession({
        url: parsed,
        streams,
        connection,
        mostStreams: connections.streamsPerConnection,
        muted: () => faults.strikes('stream.silent', now()) !== null,
      });
      const entry = { ...session, ...lineOf(connection) };
      streamSessions.add(entry);
      return { kind: 'session', session };
    },
    openApi(url, remote, sink) {
      const refusal = limits.admitConnection(now(), remote);
      if (refusal !== null) return refused(refusal);
      const search = new URLSearchParams(url.split('?', 2)[1] ?? '');
      const unit = parseTimeUnit(search.get('timeUnit'));
      if (unit === null) return refused(invalidTimeUnit());
      limits.charge(now(), remote, 2);
      const connection = createConnection({
        timers,
        sink,
        config: connections,
        limitFrames: false,
        ended: () => {
          apiSessions.delete(entry);
          session.release();
        },
      });
      const session = createApiSession(apiHost(remote), connection, {
        unit,
        returnRateLimits: search.get('returnRateLimits') !== 'false',
      });
      const entry = { ...session, ...lineOf(connection) };
      apiSessions.add(entry);
      return { kind: 'session', session };
    },
    state: () => ({
      snapshot: () => ({
        at: now(),
        venue: rawVenue.snapshot(),
        market: market.snapshot(),
        publisher: publisher.snapshot(),
      }),
      restore(snapshot) {
        restoreVenue(snapshot);
        const saved = snapshot as Saved;
        market.restore(saved.market);
        publisher.restore(saved.publisher);
        restored = true;
      },
      restoreVenue,
      replay(entry) {
        latest = Math.max(latest, timeOfEntry(entry));
        replayEntry(entry, rawVenue, market);
        publisher.settle();
      },
    }),
    settle: () => publisher.settle(),
    faults,
    setFaults(plan) {
      faults.set(plan, now());
      moments.schedule();
    },
    keys: keyring,
    switchMarket: (regime) => switchMarket(market, journal, now(), regime),
    revokeKey(apiKey) {
      keyring.revoke(apiKey);
      for (const session of apiSessions) session.revoked(apiKey);
    },
    venue,
  };
  return exchange;
}
