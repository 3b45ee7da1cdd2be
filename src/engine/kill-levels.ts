/**
 * The kill levels (controls, section 1): K1 no new risk, K2 cancels resting entries as well, K3 sells everything.
 * Latched and durable, never lowered by a second halt, the same answer however often it is asked (invariant 24).
 * What a level asks for is carried out level-triggered: here at once, and by every later look (risk-watch.ts for
 * K3, the executor for K2), over refusals and restarts.
 */
import type { Command, CommandOrigin, KillLevel } from '../core/commands.ts';
import type { DomainEvent } from '../core/events.ts';
import type { Refusal } from '../core/refusals.ts';
import { ok, type Result } from '../core/result.ts';
import type { Action } from './actions.ts';
import { isComplete, isUnresolved } from './executor/orders.ts';
import type { Executor } from './executor/service.ts';
import type { Kernel } from './kernel.ts';
import { flattenEvents } from './reducing.ts';

const lines: Readonly<Record<KillLevel, string>> = {
  1: 'halted: no new risk; resting entries wait, stops stay',
  2: 'halted: no new risk, entry orders are cancelled, stops stay',
  3: 'halted: no new risk, entry orders are cancelled, every position is sold',
};

export function haltAction(
  kernel: Kernel,
  executor: Executor,
  asked: Extract<Command, { readonly kind: 'halt' }>,
  commandId: string,
  origin: CommandOrigin,
): Result<Action, Refusal> {
  const { trading, orders, positions } = kernel.state();
  const level = asked.level ?? 1;
  const events: DomainEvent[] = [];
  // Asked again at the same level or a lower one, nothing new is written.
  if (trading.halt === null || trading.halt.level < level)
    events.push({ kind: 'trading.halted', reason: asked.reason, actor: origin.actor, figures: {}, level });
  if (level === 3) events.push(...flattenEvents(positions, 'emergency', { actor: origin.actor, commandId }));
  const resting = [...orders.open.values()].filter(
    (order) => order.purpose === 'entry' && !isComplete(order) && !isUnresolved(order),
  );
  return ok({
    events,
    lines: [lines[level]],
    afterwards(): void {
      if (level >= 2) for (const order of resting) executor.cancel(order, 'halted');
    },
  });
}
