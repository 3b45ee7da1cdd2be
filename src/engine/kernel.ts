/**
 * The engine's single point of change: events are committed durably, folded into the state, and only
 * then published (invariants 1, 15, 16). If the log refuses, nothing of the batch is acted upon and
 * the engine stops taking risk for good (fail closed) until it is started again.
 */
import type { AggregateType, DomainEvent, EventRecord, NewEvent } from '../core/events.ts';
import type { Ids } from '../core/ids.ts';
import { invariant } from '../core/invariant.ts';
import type { EventLog } from '../core/ports/event-log.ts';
import type { Gateway, GatewayReport } from '../core/ports/gateway.ts';
import type { MarketUpdate } from '../core/ports/market-feed.ts';
import type { Rules } from '../core/rules.ts';
import type { SymbolRules } from '../core/symbols.ts';
import type { MarketView } from '../market/market-view.ts';
import type { EventBus } from './event-bus/event-bus.ts';
import type { TrustedTimers } from './trusted-timers.ts';
import { createEffectiveRules } from './settings/effective-rules.ts';
import {
  decodeEngineState,
  encodeEngineState,
  evolve,
  initialState,
  STATE_SCHEMA,
  type EngineState,
} from './state.ts';

export type EngineMessageOnBus =
  | { readonly topic: 'market'; readonly update: MarketUpdate }
  | { readonly topic: 'report'; readonly report: Exclude<GatewayReport, { readonly kind: 'market' }> }
  | { readonly topic: 'tick' }
  | { readonly topic: 'event'; readonly record: EventRecord };

export type KernelDeps = {
  readonly log: EventLog;
  readonly bus: EventBus<EngineMessageOnBus>;
  readonly timers: TrustedTimers;
  readonly ids: Ids;
  /** SHA-256 of a text, lower-case hex. */
  readonly hash: (text: string) => string;
  readonly gateway: Gateway;
  readonly view: MarketView;
  readonly rules: Rules;
};

export interface Kernel extends KernelDeps {
  state(): EngineState;
  /** Commits, folds, publishes. Returns the records; throws `StoreFailure` when nothing was stored. */
  commit(events: readonly DomainEvent[], causationId?: string): readonly EventRecord[];
  /** Lets the projections follow, and saves a snapshot when one is due: called on ticks, so that no decision waits for it. */
  maintain(): void;
  /** True once the log has refused a batch: no new risk until the next start. */
  storeFailed(): boolean;
  symbolRules(symbol: string): SymbolRules | null;
  setSymbols(symbols: readonly SymbolRules[]): void;
  /** The rules as the files say; `rules` is what binds after settings and waits. */
  loadedRules(): Rules;
  setRules(rules: Rules): void;
  allSymbols(): readonly SymbolRules[];
}

export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
}

/** Folds the log (from the newest usable snapshot) into the state it describes. */
export function foldLog(log: EventLog): EngineState {
  let state = snapshotState(log) ?? initialState;
  for (const record of log.read(state.sequence + 1)) state = evolve(state, record);
  invariant(state.sequence === log.head().sequence, 'folding the log ends at its head');
  return state;
}

/** A snapshot only shortens the fold: one that does not read is left aside, the log is what happened. */
function snapshotState(log: EventLog): EngineState | null {
  const snapshot = log.latestSnapshot();
  if (snapshot === null || snapshot.schema !== STATE_SCHEMA) return null;
  try {
    const state = decodeEngineState(snapshot.state);
    return state.sequence === snapshot.sequence ? state : null;
  } catch {
    return null;
  }
}

export function createKernel(deps: KernelDeps): Kernel {
  let state = foldLog(deps.log);
  let failed = false;
  let loaded = deps.rules;
  const effective = createEffectiveRules();
  let sinceSnapshot = 0;
  const symbols = new Map<string, SymbolRules>();

  return {
    ...deps,
    get rules(): Rules {
      return effective(loaded, state.settings);
    },
    loadedRules: () => loaded,
    setRules(rules): void {
      loaded = rules;
    },
    state: () => state,
    storeFailed: () => failed,
    symbolRules: (symbol) => symbols.get(symbol) ?? null,
    allSymbols: () => [...symbols.values()],
    setSymbols(list): void {
      for (const rules of list) symbols.set(rules.symbol, rules);
    },
    commit(events, causationId = ''): readonly EventRecord[] {
      if (events.length === 0) return [];
      if (failed) throw new StoreFailure('the event log refused an earlier batch');
      const at = deps.timers.now();
      const drafts = events.map((event): NewEvent => ({
        eventId: deps.ids.next(),
        at,
        ...aggregateOf(event, state),
        causationId,
        event,
      }));
      // Everything is folded before it is stored: a batch that the fold refuses must not become history.
      let records: readonly EventRecord[];
      const dry = dryRun(state, drafts);
      try {
        records = deps.log.append(drafts);
      } catch (error) {
        failed = true;
        throw new StoreFailure(error instanceof Error ? error.message : String(error));
      }
      const last = records.at(-1);
      invariant(
        last !== undefined && last.sequence === dry.sequence,
        'the log stores the whole batch in order',
      );
      state = dry;
      for (const record of records) {
        deps.bus.publish({ topic: 'event', record }, isUrgent(record) ? 'HIGH' : 'NORMAL');
      }
      sinceSnapshot += records.length;
      return records;
    },
    maintain(): void {
      if (failed) return;
      try {
        deps.log.settle();
        if (sinceSnapshot < loaded.trading.execution.snapshotEveryEvents) return;
        sinceSnapshot = 0;
        const { sequence, hash } = deps.log.head();
        deps.log.saveSnapshot({ sequence, hash, schema: STATE_SCHEMA, state: encodeEngineState(state) });
        deps.log.checkpoint();
      } catch (error) {
        failed = true;
        throw new StoreFailure(error instanceof Error ? error.message : String(error));
      }
    },
  };
}

/** The fold never looks at hashes, so it can run before they exist. */
function dryRun(state: EngineState, drafts: readonly NewEvent[]): EngineState {
  let next = state;
  for (const draft of drafts)
    next = evolve(next, { ...draft, sequence: next.sequence + 1, previousHash: '', hash: '' });
  return next;
}

function isUrgent(record: EventRecord): boolean {
  const { kind } = record.event;
  return kind.startsWith('order.') || kind.startsWith('position.') || kind.startsWith('trading.');
}

function aggregateOf(
  event: DomainEvent,
  state: EngineState,
): { readonly aggregateType: AggregateType; readonly aggregateId: string } {
  if ('orderId' in event) return { aggregateType: 'order', aggregateId: event.orderId };
  if ('positionId' in event) return { aggregateType: 'position', aggregateId: event.positionId };
  const accountId = event.kind === 'account.opened' ? event.accountId : (state.account?.accountId ?? '');
  const family = event.kind.slice(0, event.kind.indexOf('.'));
  switch (family) {
    case 'tilt':
    case 'action':
    case 'journal':
      return { aggregateType: 'tilt', aggregateId: accountId };
    case 'tier':
      return { aggregateType: 'tier', aggregateId: accountId };
    case 'market':
    case 'symbol':
      return {
        aggregateType: 'market',
        aggregateId: 'symbol' in event && event.symbol !== null ? event.symbol : '',
      };
    case 'strategy':
      return {
        aggregateType: 'strategy',
        aggregateId: 'strategy' in event && event.strategy !== null ? event.strategy : '',
      };
    case 'engine':
    case 'trading':
    case 'reconciliation':
      return { aggregateType: 'engine', aggregateId: accountId };
    default:
      return { aggregateType: 'account', aggregateId: accountId };
  }
}
