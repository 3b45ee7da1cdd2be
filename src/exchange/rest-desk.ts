/**
 * The one door to the exchange's REST API. Everything that leaves passes the same checks (ban,
 * breaker of its lane, rate budget) and everything that comes back is read for the exchange's own
 * counts, bans and clock complaints (invariant 23; failures 3, 8, 9). It never sends twice.
 */
import type { Lane, NotSentReason } from '../core/ports/gateway.ts';
import type { HttpFailure, HttpReply } from '../core/ports/network.ts';
import type { Timers } from '../core/ports/timers.ts';
import type { Result } from '../core/result.ts';
import { createBreaker, type Breaker } from './breaker.ts';
import { classify, codes, isKeyRefusal, isLineFailure, type Outcome } from './errors.ts';
import { banEnd, type Cost, type RateLimiter } from './rate-limit.ts';
import type { GatewaySettings } from './settings.ts';

export type DeskEvents = {
  /** -1021: our timestamps are off. */
  readonly clockComplaint: () => void;
  readonly keyRefused: (message: string) => void;
  /** The exchange's own counts, or a ban, have been read. */
  readonly limitsRead: () => void;
  /** A lane's breaker has opened: after this many milliseconds one query may probe it. */
  readonly breakerOpened: (lane: Lane, probeAfterMs: number) => void;
};

export interface RestDesk {
  /** Charges the budget, or says why nothing may leave on this lane now. */
  admit(lane: Lane, cost: Cost): NotSentReason | null;
  /** Reads an answer for limits, bans and complaints, and returns its meaning. */
  settle(lane: Lane, cost: Cost, result: Result<HttpReply, HttpFailure>): Outcome;
  /** `admit`, the call, `settle`. The promise never rejects for what the network did. */
  ask(lane: Lane, cost: Cost, send: () => Promise<Result<HttpReply, HttpFailure>>): Promise<Outcome>;
  /** One query past an open breaker, to find out whether it may close; still within ban and budget. */
  probe(lane: Lane, cost: Cost, send: () => Promise<Result<HttpReply, HttpFailure>>): Promise<boolean>;
}

export type RestDeskOptions = {
  readonly timers: Timers;
  readonly limiter: RateLimiter;
  readonly settings: GatewaySettings;
  /** The exchange's clock, null before it has been measured. */
  readonly exchangeNow: () => number | null;
  readonly events: DeskEvents;
};

export function createRestDesk(options: RestDeskOptions): RestDesk {
  const { timers, limiter, settings, events } = options;
  const breakers: Readonly<Record<Lane, Breaker>> = {
    enter: newBreaker(),
    query: newBreaker(),
    reduce: newBreaker(),
  };

  function newBreaker(): Breaker {
    return createBreaker({ failures: settings.breakerFailures, windowMs: settings.breakerWindowMs });
  }

  function admit(lane: Lane, cost: Cost): NotSentReason | null {
    if (limiter.isBanned()) return 'banned';
    if (breakers[lane].isOpen()) return 'breakerOpen';
    return limiter.take(lane, cost);
  }

  function read(cost: Cost, result: Result<HttpReply, HttpFailure>): Outcome {
    const outcome = classify(result);
    if (!result.ok) return outcome;
    const { status, headers } = result.value;
    limiter.observe(headers);
    // Placing and cancelling cost nothing when they succeed (binance.md section 1).
    if (outcome.kind === 'answered' && cost.refunded) limiter.refundWeight(cost.weight);
    if (status === 429 || status === 418) {
      const message = outcome.kind === 'refused' ? outcome.message : '';
      limiter.ban(banEnd(status, headers, message, timers.now(), options.exchangeNow()));
    }
    events.limitsRead();
    if (outcome.kind === 'refused') {
      if (outcome.code === codes.timestamp) events.clockComplaint();
      if (isKeyRefusal(outcome.code)) events.keyRefused(outcome.message);
    }
    return outcome;
  }

  function settle(lane: Lane, cost: Cost, result: Result<HttpReply, HttpFailure>): Outcome {
    const outcome = read(cost, result);
    if (isLineFailure(outcome) && breakers[lane].failed(timers.monotonic())) {
      events.breakerOpened(lane, settings.breakerHalfOpenMs[lane]);
    }
    return outcome;
  }

  return {
    admit,
    settle,
    async ask(lane, cost, send): Promise<Outcome> {
      const reason = admit(lane, cost);
      if (reason !== null) return { kind: 'notSent', reason };
      return settle(lane, cost, await send());
    },
    async probe(lane, cost, send): Promise<boolean> {
      if (limiter.take('query', cost) !== null) return false;
      const outcome = read(cost, await send());
      const success = !isLineFailure(outcome);
      breakers[lane].probed(success);
      return success;
    },
  };
}
