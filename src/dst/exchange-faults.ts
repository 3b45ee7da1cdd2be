/** The part of a world's faults that the exchange deals itself, in the words of its own fault plan. */
import type { FaultKind as OwnKind, FaultPlan, FaultRule } from '../simulator/server/faults.ts';
import { exchangeKinds, type FaultSchedule, type PlannedFault } from './faults.ts';

/** For a plan set at the start of the world. */
export function exchangePlan(schedule: FaultSchedule, seed: number): FaultPlan {
  const kinds: readonly string[] = exchangeKinds;
  return { seed, rules: schedule.faults.filter((fault) => kinds.includes(fault.kind)).flatMap(rulesOf) };
}

function rulesOf(fault: PlannedFault): readonly FaultRule[] {
  const kind = fault.kind.slice('exchange.'.length) as OwnKind;
  const window = { from: fault.fromMs, until: fault.untilMs };
  if (kind === 'symbol.status') {
    const status = fault.ms % 2 === 0 ? 'BREAK' : 'CANCEL_ONLY';
    return [
      { kind, at: fault.fromMs, status },
      { kind, at: fault.untilMs, status: 'TRADING' },
    ];
  }
  if (kind.endsWith('.cut') || kind === 'key.revoked' || kind === 'server.shutdown')
    return [{ kind, at: fault.fromMs }];
  return [
    {
      kind,
      ...window,
      probability: fault.probability,
      ms: fault.ms,
      ...(fault.ordersOnly ? { match: 'POST /api/v3/order' } : {}),
    },
  ];
}
