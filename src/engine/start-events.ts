/**
 * What a start writes before anything else: the account when it is new, the build that runs and whether it may
 * be trusted (invariant 30), the limits of the files where they were never accepted, a halt asked for meanwhile.
 */
import type { DomainEvent } from '../core/events.ts';
import type { EngineDeps } from './engine-deps.ts';
import { changeSince } from './integrity.ts';
import type { EngineState } from './state.ts';

export function startEvents(
  deps: EngineDeps,
  state: EngineState,
  runId: string,
  firstLimits: readonly DomainEvent[],
): readonly DomainEvent[] {
  const events: DomainEvent[] = [];
  if (state.account === null)
    events.push({
      kind: 'account.opened',
      accountId: deps.ids.next(),
      mode: deps.mode,
      quoteAsset: deps.quoteAsset,
      tier: 'SNIPER',
    });
  if (deps.lostHistory !== null) events.push({ kind: 'history.lost', ...deps.lostHistory });
  const build = { codeHash: deps.codeHash, configHash: deps.rules.configHash };
  const changed = changeSince(state.integrity.accepted, build);
  events.push(
    {
      kind: 'engine.started',
      mode: deps.mode,
      version: deps.version,
      ...build,
      runId,
      readOnly: changed !== null,
      readOnlyReason: changed,
    },
    ...firstLimits,
  );
  const { verifiedBackup = null } = deps;
  if (verifiedBackup !== null) events.push({ kind: 'backup.verified', ...verifiedBackup });
  if (deps.requestedHalt !== null && state.trading.halt === null)
    events.push({
      kind: 'trading.halted',
      reason: deps.requestedHalt.reason,
      actor: 'emergency',
      figures: {},
      level: 2,
    });
  return events;
}
