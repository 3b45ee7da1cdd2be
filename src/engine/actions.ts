/**
 * What the trader can do besides entering: close, sell a part, tighten a stop, cancel, lock, halt, resume,
 * switch a strategy. Each gives the events to write, the lines to show and what to do afterwards.
 */
import type { Command, CommandOrigin } from '../core/commands.ts';
import type { DomainEvent } from '../core/events.ts';
import {
  bpsFloor,
  formatFixed,
  formatPlaces,
  notionalFloor,
  quantityFloor,
  type Price,
  type Quantity,
} from '../core/money.ts';
import { momentOfMs } from '../core/explain-figures.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { JournalStore } from '../core/ports/journal-store.ts';
import { minuteName } from '../core/time.ts';
import { isComplete } from './executor/orders.ts';
import type { Executor } from './executor/service.ts';
import type { Kernel } from './kernel.ts';
import { moveStop, moveTarget } from './levels.ts';
import { heldQuantity, positionOn } from './portfolio/positions.ts';
import type { AccountKeeper } from './portfolio/service.ts';
import { haltAction } from './kill-levels.ts';
import { isHeld, resumeStep } from './recovery-checklist.ts';
import { earnedStrategy } from './state-machine/authorise.ts';
import { closeEvents, flattenEvents, partSize } from './reducing.ts';
import { calmAt } from './calm.ts';
import { acceptChange } from './integrity.ts';
import { declaredAction } from './declared-actions.ts';
import { createTiltActions } from './tilt-actions.ts';
import type { SettingsKeeper } from './settings-keeper.ts';
import type { TierAct } from './tier-actions.ts';
import { latchAt } from './trading-state.ts';

export type ActionDeps = {
  readonly kernel: Kernel;
  readonly executor: Executor;
  readonly keeper: AccountKeeper;
  readonly settings: SettingsKeeper;
  readonly strategyNames: readonly string[];
  readonly journals: JournalStore;
  readonly tierAct: TierAct;
};

export type Action = {
  readonly events: readonly DomainEvent[];
  readonly lines: readonly string[];
  readonly afterwards?: () => void;
  /** Refused all the same; the events are written with it. */
  readonly refused?: Refusal;
  /** Nothing was done: the lines are the answer. */
  readonly answered?: boolean;
};

export type Act = (asked: Command, commandId: string, origin: CommandOrigin) => Result<Action, Refusal>;

export function createActions(deps: ActionDeps): Act {
  const { kernel, executor, keeper } = deps;
  const tilt = createTiltActions(deps);

  const act = (asked: Command, commandId: string, origin: CommandOrigin): Result<Action, Refusal> => {
    const state = kernel.state();
    switch (asked.kind) {
      case 'close': {
        const position = positionOn(state.positions, asked.symbol);
        if (position === undefined) return err(refusal('command.noPosition', { symbol: asked.symbol }));
        return done(closeEvents(position, 'manual', { actor: origin.actor, commandId }), [
          `closing ${asked.symbol}: the stop is taken back, then the position is sold at the market`,
        ]);
      }
      case 'closeAll':
        return done(flattenEvents(state.positions, 'emergency', { actor: origin.actor, commandId }), [
          `closing ${state.positions.open.size} open positions`,
        ]);
      case 'sell':
        return sell(asked, commandId, origin);
      case 'cancel': {
        const entries = [...state.orders.open.values()].filter(
          (order) =>
            order.purpose === 'entry' &&
            !isComplete(order) &&
            (asked.symbol === null || order.symbol === asked.symbol),
        );
        if (entries.length === 0) return err(refusal('command.nothingToCancel', { symbol: asked.symbol }));
        return done([], [`cancelling ${entries.length} resting entries; stops stay`], () => {
          for (const order of entries) executor.cancel(order, 'asked by the trader');
        });
      }
      case 'stop':
        return moveStop(kernel, asked);
      case 'target':
        return moveTarget(kernel, asked);
      case 'lock': {
        const untilMs = kernel.timers.now() + asked.durationMs;
        const current = state.trading.pause?.untilMs ?? 0;
        if (current > untilMs) return err(refusal('command.durationOutOfRange', { untilMs: current }));
        return done(
          [
            {
              kind: 'trading.stateChanged',
              from: state.trading.phase,
              to: 'PAUSED',
              reason: 'locked by the trader',
              untilMs,
            },
          ],
          [`Entries rest until ${momentOfMs(untilMs)}. Exits and stops go on as always.`],
        );
      }
      case 'halt':
        return haltAction(kernel, executor, asked, commandId, origin);
      case 'resume':
        if (!isHeld(state)) {
          // A pause ends with its time, never by asking.
          const pause = latchAt(state.trading, kernel.timers.now());
          return err(
            pause === null
              ? refusal('command.notHere', { command: 'resume' })
              : refusal('engine.paused', { reason: pause.reason, untilMs: pause.untilMs }),
          );
        }
        return resume(asked.phrase, origin);
      case 'accept': {
        const calm = calmAt(kernel, keeper.equity());
        const { acceptAfterMs } = kernel.rules.trading.integrity;
        const accepted = acceptChange(state.integrity, asked.phrase, calm, acceptAfterMs);
        if ('code' in accepted) return err(accepted);
        return done(accepted.events, [
          accepted.maturesAt <= calm.now
            ? 'accepted; entries are open to what the rules allow'
            : `recorded; it takes effect at ${minuteName(accepted.maturesAt)} UTC, on a calm account; exits and stops go on`,
        ]);
      }
      case 'strategy': {
        if (!deps.strategyNames.includes(asked.strategy))
          return err(
            refusal('command.unknownStrategy', {
              strategy: asked.strategy,
              known: deps.strategyNames.join(', '),
            }),
          );
        if (asked.on && origin.actor === 'api' && state.risk.suspended.has(asked.strategy))
          return err(refusal('risk.strategySuspended', { strategy: asked.strategy }));
        if (!asked.on)
          return done(
            [{ kind: 'strategy.disabled', strategy: asked.strategy, reason: 'switched off by the trader' }],
            [`${asked.strategy} is off`],
          );
        const symbol = asked.symbol ?? kernel.allSymbols()[0]?.symbol ?? '';
        if (kernel.symbolRules(symbol) === null) return err(refusal('command.unknownSymbol', { symbol }));
        const unearned = earnedStrategy(asked.strategy, state.tier.tier, kernel.rules.tierGates);
        if (unearned !== null) return err(unearned);
        return done(
          [
            ...(state.risk.suspended.has(asked.strategy)
              ? [{ kind: 'strategy.rearmed', strategy: asked.strategy, actor: origin.actor } as const]
              : []),
            { kind: 'strategy.enabled', strategy: asked.strategy, symbol },
          ],
          [`${asked.strategy} is on for ${symbol}; its orders pass the same limits`],
        );
      }
      case 'set':
        return deps.settings.set(asked, origin);
      case 'journal':
      case 'recover':
      case 'override':
      case 'fine':
        return tilt(asked, origin);
      case 'relearn':
      case 'life':
        return declaredAction(kernel, keeper.equity(), asked, origin);
      case 'tier':
      case 'trial':
        return deps.tierAct(asked, origin);
      case 'buy':
      case 'short':
      case 'slice':
      case 'view':
        return err(refusal('command.notHere', { command: asked.kind }));
    }
  };

  const resume = (phrase: string, origin: CommandOrigin): Result<Action, Refusal> => {
    const step = resumeStep(deps, phrase, origin);
    if (!step.ok) return step;
    return done(step.value.events, step.value.lines, () => keeper.request('doubt'));
  };

  const sell = (
    asked: Extract<Command, { readonly kind: 'sell' }>,
    commandId: string,
    origin: CommandOrigin,
  ): Result<Action, Refusal> => {
    const position = positionOn(kernel.state().positions, asked.symbol);
    const rules = kernel.symbolRules(asked.symbol);
    if (position === undefined || rules === null)
      return err(refusal('command.noPosition', { symbol: asked.symbol }));
    const bid = kernel.view.bid(asked.symbol);
    const held = heldQuantity(position);
    const wanted = wantedQuantity(asked.amount, held, bid);
    if (wanted === null) return err(refusal('risk.bookMissing', { symbol: asked.symbol }));
    if (wanted > held)
      return err(refusal('command.amountTooLarge', { asked: formatFixed(wanted), held: formatFixed(held) }));
    const size = partSize(kernel, position, wanted);
    if (size === null) return err(refusal('risk.bookMissing', { symbol: asked.symbol }));
    if (size.kind === 'tooSmall') {
      const at = bid ?? position.stopPrice;
      return err(
        refusal('risk.belowExchangeMinimum', {
          quantity: formatFixed(size.quantity),
          valueAtStop: formatPlaces(notionalFloor(at, size.quantity), 2),
          minimum: formatPlaces(rules.minNotional, 2),
        }),
      );
    }
    // A rest too small to protect or to sell later is sold along: no stranded remainders.
    if (size.kind === 'all') {
      return done(closeEvents(position, 'manual', { actor: origin.actor, commandId }), [
        'the rest would be too small to protect, so all of it is sold',
      ]);
    }
    const part = size.quantity;
    return done(
      [
        {
          kind: 'position.reduceRequested',
          positionId: position.positionId,
          quantity: part,
          actor: origin.actor,
          commandId,
        },
      ],
      [`selling ${formatFixed(part)} ${rules.baseAsset} at the market; the stop is placed anew for the rest`],
    );
  };

  return act;
}

function done(
  events: readonly DomainEvent[],
  lines: readonly string[],
  afterwards?: () => void,
): Result<Action, Refusal> {
  return ok(afterwards === undefined ? { events, lines } : { events, lines, afterwards });
}

function wantedQuantity(
  amount: Extract<Command, { readonly kind: 'sell' }>['amount'],
  held: Quantity,
  bid: Price | null,
): Quantity | null {
  switch (amount.unit) {
    case 'base':
      return amount.amount;
    case 'share':
      return bpsFloor(held, amount.shareBps);
    case 'quote':
      return bid === null ? null : quantityFloor(amount.amount, bid);
  }
}
