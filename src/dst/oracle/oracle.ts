/**
 * The judge of a simulated world. It reads the exchange's own state and the durable log, shares no code
 * with the engine, and looks after every step. Each finding names an invariant of docs/invariants.md.
 */
import type { HttpReply, HttpRequest } from '../../core/ports/network.ts';
import type { StoredEvent } from '../../data/event-log/chain.ts';
import type { MemoryDisk } from '../../data/event-log/memory-event-log.ts';
import type { AccountTrade, Venue } from '../../simulator/matching/venue-api.ts';
import type { WireWatch } from '../network.ts';
import { createEventChecks } from './event-checks.ts';
import { emptyFacts, fieldsOf, learn, type Facts } from './facts.ts';
import { createLogReader } from './log-reader.ts';
import { createProtectionCheck } from './protection-check.ts';
import { differences, type Difference } from './settled.ts';
import { createWireChecks } from './wire-checks.ts';

export type Violation = { readonly invariant: string; readonly detail: string; readonly atMs: number };

export type OracleOptions = {
  readonly disk: MemoryDisk;
  readonly venue: Venue;
  readonly accountId: number;
  readonly symbols: readonly string[];
  readonly drawdownHaltBps: number;
  readonly positionMaxBps: number;
  readonly nowMs: () => number;
  readonly filtersChangedMs: () => number;
  readonly somebodyElseActed: () => boolean;
  readonly wellSinceMs: () => number | null;
  /** Hears of every durable event once. */
  readonly stored: (event: StoredEvent) => void;
};

export interface Oracle {
  readonly watch: WireWatch;
  readonly facts: Facts;
  readonly violations: readonly Violation[];
  /** After every step of the world. */
  look(): void;
  restarted(): void;
  /** What keeps the world from being settled; empty when log and exchange agree. */
  differences(): readonly Difference[];
  unprotected(): readonly string[];
  violated(invariant: string, detail: string): void;
  acceptedUnanswered(): number;
}

const TRADES_PAGE = 1_000;

export function createOracle(options: OracleOptions): Oracle {
  const { disk, venue, accountId, symbols, nowMs } = options;
  const violations: Violation[] = [];
  const facts = emptyFacts();
  const trades = new Map<string, AccountTrade[]>(symbols.map((symbol) => [symbol, []]));
  const tradesById = new Map<string, AccountTrade>();
  let lookedAt = 0;

  /** The first finding of a kind tells the story; its echoes do not. */
  function violated(invariant: string, detail: string): void {
    if (violations.filter((each) => each.invariant === invariant).length < 3)
      violations.push({ invariant, detail, atMs: nowMs() });
  }

  const reader = createLogReader((detail) => violated('15', detail));
  const wire = createWireChecks({
    facts,
    venue,
    accountId,
    positionMaxBps: options.positionMaxBps,
    nowMs,
    filtersChangedMs: options.filtersChangedMs,
    somebodyElseActed: options.somebodyElseActed,
    violated,
  });
  const events = createEventChecks({
    facts,
    venue,
    accountId,
    drawdownHaltBps: options.drawdownHaltBps,
    somebodyElseActed: options.somebodyElseActed,
    violated,
    trade(symbol, tradeId): AccountTrade | null {
      readTrades();
      return tradesById.get(`${symbol}:${tradeId}`) ?? null;
    },
  });
  const protection = createProtectionCheck({
    facts,
    venue,
    accountId,
    nowMs,
    wellSinceMs: options.wellSinceMs,
    violated,
  });

  function readTrades(): void {
    for (const symbol of symbols) {
      const known = trades.get(symbol) ?? [];
      const from = (known.at(-1)?.tradeId ?? -1) + 1;
      for (const trade of venue.trades(accountId, symbol, from, TRADES_PAGE)) {
        known.push(trade);
        tradesById.set(`${symbol}:${trade.tradeId}`, trade);
      }
    }
  }

  function readLog(): void {
    for (const event of reader.fresh(disk.events)) {
      options.stored(event);
      const fields = fieldsOf(event);
      learn(facts, event.kind, fields);
      events.stored(event.kind, fields, event.sequence);
    }
  }

  return {
    facts,
    violations,
    violated,
    watch: {
      sending(request: HttpRequest): void {
        readLog();
        wire.sending(request);
      },
      arriving: () => {},
      answered: (question, answer) => wire.answered(question, answer),
      delivered: (request: HttpRequest, reply: HttpReply) =>
        wire.delivered(request, reply.status, reply.headers),
    },
    look(): void {
      readLog();
      if (nowMs() - lookedAt < 100) return;
      lookedAt = nowMs();
      protection.look();
    },
    restarted: () => wire.restarted(),
    differences(): readonly Difference[] {
      readLog();
      readTrades();
      return differences({ facts, venue, accountId, symbols, trades: (symbol) => trades.get(symbol) ?? [] });
    },
    unprotected: () => protection.unprotected(),
    acceptedUnanswered: () => wire.acceptedUnanswered(),
  };
}
