/**
 * Entries: every wish to add risk, from anyone, is gathered into one context, passes the one admission
 * point, is written, and only then leaves (invariants 1, 9, 10). Nothing runs in between.
 */
import type { DomainEvent, Figures } from '../core/events.ts';
import { orderWord } from '../core/order-words.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import { err, type Result } from '../core/result.ts';
import type { EntryRequest } from '../core/stages.ts';
import { admitEntry, type Denied } from './admission.ts';
import type { Intent } from './executor/intent.ts';
import type { Executor } from './executor/service.ts';
import { riskContextOf, type RiskContextDeps } from './risk-context.ts';
import type { Authorisation } from './state-machine/authorise.ts';
import type { GrantHolder } from './state-machine/grants.ts';
import type { TierTools } from './unlock.ts';

export type EntryDeps = RiskContextDeps & {
  readonly executor: Executor;
  readonly grants: GrantHolder;
  readonly tools: () => TierTools;
  /** Answers alarms that wait: no entry is decided between an alarm and the fall it brings. */
  readonly settleTier: () => void;
  /** False for a pair that is only looked at. */
  readonly isTraded: (symbol: string) => boolean;
};

export interface Entries {
  /** What admission would say now; changes nothing. */
  admit(request: EntryRequest): Result<Authorisation, Denied>;
  /** Admits and sends, or records the refusal; `before` is written in the same batch. */
  enter(request: EntryRequest, before: readonly DomainEvent[]): Result<Authorisation, Denied>;
}

export function createEntries(deps: EntryDeps): Entries {
  const { kernel, executor, keeper } = deps;
  const admit = (request: EntryRequest): Result<Authorisation, Denied> => {
    const rules = kernel.symbolRules(request.symbol);
    if (rules === null || !deps.isTraded(request.symbol))
      return err({ stage: 'risk', refusal: refusal('command.unknownSymbol', { symbol: request.symbol }) });
    return admitEntry({
      state: kernel.state(),
      risk: riskContextOf(deps, request, rules),
      grant: deps.grants.current(),
      rules: kernel.rules,
      reconciledAgoMs: keeper.reconciledAgoMs(),
    });
  };

  /** Admission, then the durable intent, then the wire: nothing runs in between (invariant 10). */
  const enter = (request: EntryRequest, before: readonly DomainEvent[]): Result<Authorisation, Denied> => {
    deps.settleTier();
    const admitted = admit(request);
    if (!admitted.ok) {
      refuseEntry(request, admitted.error, before);
      return admitted;
    }
    const planned = plan(admitted.value);
    if (!planned.ok) {
      const denied: Denied = { stage: 'tier', refusal: planned.error };
      refuseEntry(request, denied, before);
      return err(denied);
    }
    executor.send(before, planned.value);
    return admitted;
  };

  /** The planner of the order's form, from the folders that are loaded. */
  const plan = ({ entry, grant }: Authorisation): Result<Intent, Refusal> => {
    const word = orderWord(entry);
    if (entry.method !== 'whole')
      return err(
        refusal('command.notHere', { command: entry.method, reason: 'slicing is not built in yet' }),
      );
    const planner = deps.tools().planners.get(word);
    // Just earned, and its folder is still being read; or not earned, and then there is none.
    if (planner === undefined) return err(refusal('tier.notLoaded', { what: word, tier: grant.tier }));
    return planner(grant, entry, {
      orderId: kernel.ids.next(),
      positionId: kernel.ids.next(),
      hash: kernel.hash,
    });
  };

  const refuseEntry = (request: EntryRequest, denied: Denied, before: readonly DomainEvent[]): void => {
    const events: DomainEvent[] = [
      ...before,
      {
        kind: 'entry.refused',
        commandId: request.commandId,
        actor: request.actor,
        symbol: request.symbol,
        side: request.side,
        requested: request.amount.unit === 'quote' ? request.amount.amount : null,
        stage: denied.stage,
        code: denied.refusal.code,
        figures: denied.refusal.figures,
      },
    ];
    // A guard that throws means halt, never "carry on".
    if (denied.stage === 'guard')
      events.push({
        kind: 'trading.halted',
        reason: 'a guard failed',
        actor: 'system',
        figures: denied.refusal.figures,
        level: 2,
      });
    if (denied.refusal.code === 'risk.entryRate' && request.strategy !== null)
      events.push(...suspension(request.strategy, denied.refusal.figures));
    kernel.commit(events, request.commandId);
  };

  /** The repeated-execution throttle: off, until a person arms it again. */
  const suspension = (strategy: string, figures: Figures): readonly DomainEvent[] => {
    const reason = 'it wanted to enter more often than is allowed';
    const off: DomainEvent[] = [{ kind: 'strategy.suspended', strategy, reason, figures }];
    if (kernel.state().strategies.has(strategy))
      off.push({ kind: 'strategy.disabled', strategy, reason: `switched off: ${reason}` });
    return off;
  };

  return { admit, enter };
}
