/**
 * The desk: takes a command from anyone, passes entries through the one admission point, answers at
 * once. What follows (fills, stop, close) arrives as events. Every command is written before it acts.
 */
import type { Command, CommandOrigin } from '../core/commands.ts';
import type { CommandReply, Preview } from '../core/dashboard.ts';
import type { DomainEvent } from '../core/events.ts';
import { explain } from '../core/explain.ts';
import {
  bpsFloor,
  floorTo,
  formatFixed,
  formatPlaces,
  notionalFloor,
  quantityFloor,
  type Price,
  type Quantity,
} from '../core/money.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import { err, type Result } from '../core/result.ts';
import type { EntryRequest } from '../core/stages.ts';
import type { SymbolRules } from '../core/symbols.ts';
import { sizeMultiplierBps } from '../tilt/interventions.ts';
import { admitEntry, type Denied } from './admission.ts';
import { isComplete, isUnresolved, reservedOf } from './executor/orders.ts';
import type { Executor } from './executor/service.ts';
import type { Kernel } from './kernel.ts';
import { previewLines, priceText } from './narrate.ts';
import { heldQuantity, positionOn, type Position } from './portfolio/positions.ts';
import type { AccountKeeper } from './portfolio/service.ts';
import { holdingOf } from './portfolio/ledger.ts';
import { positionValue, sellableQuantity } from './portfolio/valuation.ts';
import type { RiskContext } from './risk-engine/context.ts';
import type { Authorisation } from './state-machine/authorise.ts';
import type { GrantHolder } from './state-machine/grants.ts';
import { latchAt } from './trading-state.ts';
import type { TierTools } from './unlock.ts';

export interface Desk {
  command(command: Command, origin: CommandOrigin): CommandReply;
  preview(command: Command): Preview;
  /** A strategy's wish to enter or leave: the same admission, no words. */
  enter(request: Omit<EntryRequest, 'commandId'>): Result<Authorisation, Denied>;
  lastRefusal(): Refusal | null;
}

export type DeskDeps = {
  readonly kernel: Kernel;
  readonly executor: Executor;
  readonly keeper: AccountKeeper;
  readonly grants: GrantHolder;
  readonly tools: () => TierTools;
  readonly clockOffsetMs: () => number | null;
  readonly strategyNames: readonly string[];
};

const RESUME_PHRASE = 'I have checked the account';

export function createDesk(deps: DeskDeps): Desk {
  const { kernel, executor, keeper } = deps;
  let last: Refusal | null = null;

  const riskContext = (request: EntryRequest, rules: SymbolRules): RiskContext => {
    const state = kernel.state();
    const quote = kernel.view.quote(request.symbol);
    const orders = [...state.orders.open.values()];
    const onSymbol = orders.filter((order) => order.symbol === request.symbol && !isComplete(order));
    const position = positionOn(state.positions, request.symbol);
    const bidOf = (symbol: string): Price | null => kernel.view.quote(symbol)?.bid ?? null;
    let exposure = position === undefined ? 0n : (positionValue(position, bidOf) as bigint);
    for (const order of onSymbol) exposure += reservedOf(order);
    let reserved = 0n;
    for (const order of orders) reserved += reservedOf(order);
    const pendingEntries = orders.filter(
      (order) =>
        order.purpose === 'entry' && !isComplete(order) && !state.positions.open.has(order.positionId),
    ).length;
    const now = kernel.timers.now();
    return {
      now,
      request,
      tier: state.tier.tier,
      limits: kernel.rules.tierGates.tiers[state.tier.tier],
      rules: kernel.rules.trading.risk,
      symbol: rules,
      quote:
        quote === null
          ? null
          : {
              bid: quote.bid,
              ask: quote.ask,
              valid: quote.valid,
              crossed: quote.crossed,
              ageMs: kernel.timers.monotonic() - quote.receivedAt,
            },
      lastPrice: kernel.view.lastPrice(request.symbol),
      equity: keeper.equity(),
      freeQuote: (holdingOf(state.ledger, rules.quoteAsset) - reserved) as RiskContext['freeQuote'],
      state: state.risk,
      clockOffsetMs: deps.clockOffsetMs(),
      openPositions: state.positions.open.size,
      pendingEntries,
      positionOnSymbol: position !== undefined,
      exposureOnSymbol: exposure as RiskContext['exposureOnSymbol'],
      openOrdersOnSymbol: onSymbol.length,
      unresolvedOnSymbol: onSymbol.filter(isUnresolved).length,
      sizeMultiplierBps: sizeMultiplierBps(state.tilt, now),
    };
  };

  const admit = (request: EntryRequest): Result<Authorisation, Denied> => {
    const rules = kernel.symbolRules(request.symbol);
    if (rules === null)
      return err({ stage: 'risk', refusal: refusal('command.unknownSymbol', { symbol: request.symbol }) });
    return admitEntry({
      state: kernel.state(),
      risk: riskContext(request, rules),
      grant: deps.grants.current(),
      rules: kernel.rules,
      reconciledAgoMs: keeper.reconciledAgoMs(),
    });
  };

  /** Admission, then the durable intent, then the wire: nothing runs in between (invariant 10). */
  const enter = (request: EntryRequest, before: readonly DomainEvent[]): Result<Authorisation, Denied> => {
    const admitted = admit(request);
    if (!admitted.ok) {
      refuseEntry(request, admitted.error, before);
      return admitted;
    }
    const planned = deps.tools().planWholeOrder(admitted.value.grant, admitted.value.entry, {
      orderId: kernel.ids.next(),
      positionId: kernel.ids.next(),
      hash: kernel.hash,
    });
    if (!planned.ok) {
      const denied: Denied = { stage: 'tier', refusal: planned.error };
      refuseEntry(request, denied, before);
      return err(denied);
    }
    executor.send(before, planned.value);
    return admitted;
  };

  const refuseEntry = (request: EntryRequest, denied: Denied, before: readonly DomainEvent[]): void => {
    last = denied.refusal;
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
      });
    kernel.commit(events, request.commandId);
  };

  const refuse = (
    commandId: string,
    command: Command,
    why: Refusal,
    before: readonly DomainEvent[],
  ): CommandReply => {
    last = why;
    kernel.commit(
      [
        ...before,
        { kind: 'command.refused', commandId, command: command.kind, code: why.code, figures: why.figures },
      ],
      commandId,
    );
    return refusedReply(commandId, why);
  };

  const command = (asked: Command, origin: CommandOrigin): CommandReply => {
    const commandId = kernel.ids.next();
    if (asked.kind === 'view')
      return {
        commandId,
        outcome: 'answered',
        lines: asked.view === 'why' ? whyLines(last) : [],
        refusal: null,
      };
    if (kernel.storeFailed())
      return refusedReply(
        commandId,
        refusal('engine.halted', { reason: 'the event store could not be written' }),
      );
    const before = receivedEvents(commandId, asked, origin);
    const requested = entryRequest(asked, commandId, origin);
    if (requested !== null) {
      const admitted = enter(requested, before);
      if (!admitted.ok) return refusedReply(commandId, admitted.error.refusal);
      const rules = kernel.symbolRules(requested.symbol);
      return {
        commandId,
        outcome: 'accepted',
        lines: rules === null ? [] : previewLines(admitted.value.entry, rules),
        refusal: null,
      };
    }
    const done = act(asked, commandId, origin);
    if (!done.ok) return refuse(commandId, asked, done.error, before);
    kernel.commit([...before, ...done.value.events], commandId);
    done.value.then?.();
    executor.look();
    return { commandId, outcome: 'accepted', lines: done.value.lines, refusal: null };
  };

  type Action = {
    readonly events: readonly DomainEvent[];
    readonly lines: readonly string[];
    readonly then?: () => void;
  };
  const act = (asked: Command, commandId: string, origin: CommandOrigin): Result<Action, Refusal> => {
    const state = kernel.state();
    switch (asked.kind) {
      case 'close': {
        const position = positionOn(state.positions, asked.symbol);
        if (position === undefined) return err(refusal('command.noPosition', { symbol: asked.symbol }));
        return done(closing(position, 'manual', commandId, origin), [
          `closing ${asked.symbol}: the stop is taken back, then the position is sold at the market`,
        ]);
      }
      case 'closeAll':
        return done(
          [...state.positions.open.values()].flatMap((position) =>
            closing(position, 'emergency', commandId, origin),
          ),
          [`closing ${state.positions.open.size} open positions`],
        );
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
        return moveStop(asked);
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
          ['no entries until then; exits and stops go on'],
        );
      }
      case 'halt': {
        const entries = [...state.orders.open.values()].filter(
          (order) => order.purpose === 'entry' && !isComplete(order),
        );
        return done(
          [{ kind: 'trading.halted', reason: asked.reason, actor: origin.actor, figures: {} }],
          ['halted: no entries, entry orders are cancelled, stops stay'],
          () => {
            for (const order of entries) if (!isUnresolved(order)) executor.cancel(order, 'halted');
          },
        );
      }
      case 'resume':
        if (state.trading.halt === null && state.trading.reduceOnly === null) {
          // A pause ends with its time, never by asking.
          const pause = latchAt(state.trading, kernel.timers.now());
          return err(
            pause === null
              ? refusal('command.notHere', { command: 'resume' })
              : refusal('engine.paused', { reason: pause.reason, untilMs: pause.untilMs }),
          );
        }
        if (asked.phrase.trim() !== RESUME_PHRASE)
          return err(refusal('command.phraseWrong', { phrase: RESUME_PHRASE }));
        return done(
          [{ kind: 'trading.rearmed', reason: 'the phrase was typed', actor: origin.actor }],
          ['armed again; the account is read once more first'],
          () => keeper.request('doubt'),
        );
      case 'strategy': {
        if (!deps.strategyNames.includes(asked.strategy))
          return err(
            refusal('command.unknownStrategy', {
              strategy: asked.strategy,
              known: deps.strategyNames.join(', '),
            }),
          );
        if (!asked.on)
          return done(
            [{ kind: 'strategy.disabled', strategy: asked.strategy, reason: 'switched off by the trader' }],
            [`${asked.strategy} is off`],
          );
        const symbol = asked.symbol ?? kernel.allSymbols()[0]?.symbol ?? '';
        if (!kernel.rules.tierGates.tiers[state.tier.tier].strategies.includes(asked.strategy))
          return err(
            refusal('tier.strategy', { what: asked.strategy, tier: state.tier.tier, earnedAt: 'HUNTER' }),
          );
        return done(
          [{ kind: 'strategy.enabled', strategy: asked.strategy, symbol }],
          [`${asked.strategy} is on for ${symbol}; its orders pass the same limits`],
        );
      }
      case 'journal': {
        const words = asked.text
          .trim()
          .split(/\s+/)
          .filter((word) => word !== '').length;
        return done(
          [{ kind: 'journal.accepted', words, textHash: kernel.hash(asked.text), reason: 'typed' }],
          [`${words} words kept`],
        );
      }
      case 'buy':
      case 'slice':
      case 'view':
        return err(refusal('command.notHere', { command: asked.kind }));
    }
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
    const bid = kernel.view.quote(asked.symbol)?.bid ?? null;
    const held = heldQuantity(position);
    const wanted = wantedQuantity(asked.amount, held, bid);
    if (wanted === null) return err(refusal('risk.bookMissing', { symbol: asked.symbol }));
    if (wanted > held)
      return err(refusal('command.amountTooLarge', { asked: formatFixed(wanted), held: formatFixed(held) }));
    const part = floorTo(wanted, rules.stepSize);
    const rest = (sellableQuantity(position, rules.stepSize) - part) as Quantity;
    const at = bid ?? position.stopPrice;
    if (part <= 0n || notionalFloor(at, part) < rules.minNotional) {
      return err(
        refusal('risk.belowExchangeMinimum', {
          quantity: formatFixed(part),
          valueAtStop: formatPlaces(notionalFloor(at, part), 2),
          minimum: formatPlaces(rules.minNotional, 2),
        }),
      );
    }
    // A rest too small to protect or to sell later is sold along: no stranded remainders.
    if (rest < rules.minQuantity || notionalFloor(position.stopPrice, rest) < rules.minNotional) {
      return done(closing(position, 'manual', commandId, origin), [
        'the rest would be too small to protect, so all of it is sold',
      ]);
    }
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

  const moveStop = (asked: Extract<Command, { readonly kind: 'stop' }>): Result<Action, Refusal> => {
    const position = positionOn(kernel.state().positions, asked.symbol);
    const rules = kernel.symbolRules(asked.symbol);
    if (position === undefined || rules === null)
      return err(refusal('command.noPosition', { symbol: asked.symbol }));
    const bid = kernel.view.quote(asked.symbol)?.bid ?? null;
    if (bid === null) return err(refusal('risk.bookMissing', { symbol: asked.symbol }));
    const raw =
      asked.price ??
      (asked.distanceBps === null ? position.stopPrice : bpsFloor(bid, 10_000 - asked.distanceBps));
    const stopPrice = floorTo(raw, rules.tickSize);
    if (stopPrice >= bid || stopPrice <= 0n)
      return err(refusal('command.stopOutOfRange', { stop: formatFixed(stopPrice), bid: formatFixed(bid) }));
    if (stopPrice <= position.stopPrice)
      return err(
        refusal('command.stopOnlyTightens', {
          stop: formatFixed(stopPrice),
          current: formatFixed(position.stopPrice),
        }),
      );
    return done(
      [
        {
          kind: 'position.stopMoved',
          positionId: position.positionId,
          stopPrice,
          reason: 'tightened by the trader',
        },
      ],
      [`the stop moves up to ${priceText(stopPrice, rules)}`],
    );
  };

  const preview = (asked: Command): Preview => {
    const requested = entryRequest(asked, '', { actor: 'trader', text: '', behaviour: null });
    if (requested === null) return { outcome: 'answered', lines: [], figures: {} };
    const rules = kernel.symbolRules(requested.symbol);
    const admitted = admit(requested);
    if (!admitted.ok || rules === null) {
      const why = admitted.ok
        ? refusal('command.unknownSymbol', { symbol: requested.symbol })
        : admitted.error.refusal;
      const words = explain(why);
      return {
        outcome: 'refused',
        lines: [words.what, words.next],
        figures: { ...why.figures, code: why.code },
      };
    }
    const { entry } = admitted.value;
    return {
      outcome: 'wouldSend',
      lines: previewLines(entry, rules),
      figures: {
        ...entry.figures,
        quantity: formatFixed(entry.quantity),
        reserved: formatFixed(entry.reserved),
        stopPrice: formatFixed(entry.stopPrice),
        price: formatFixed(entry.referencePrice),
      },
    };
  };

  return {
    command,
    preview,
    enter: (request) => enter({ ...request, commandId: kernel.ids.next() }, []),
    lastRefusal: () => last,
  };
}

function done(
  events: readonly DomainEvent[],
  lines: readonly string[],
  then?: () => void,
): Result<
  { readonly events: readonly DomainEvent[]; readonly lines: readonly string[]; readonly then?: () => void },
  Refusal
> {
  return { ok: true, value: then === undefined ? { events, lines } : { events, lines, then } };
}

function closing(
  position: Position,
  reason: 'manual' | 'emergency',
  commandId: string,
  origin: CommandOrigin,
): readonly DomainEvent[] {
  if (position.closing !== null) return [];
  return [
    {
      kind: 'position.closeRequested',
      positionId: position.positionId,
      reason,
      actor: origin.actor,
      commandId,
    },
  ];
}

function entryRequest(asked: Command, commandId: string, origin: CommandOrigin): EntryRequest | null {
  const base = {
    commandId,
    actor: origin.actor,
    strategy: null,
    type: 'MARKET',
    timeInForce: null,
    price: null,
  } as const;
  if (asked.kind === 'buy')
    return { ...base, symbol: asked.symbol, side: 'BUY', method: 'whole', amount: asked.amount };
  if (asked.kind === 'slice')
    return { ...base, symbol: asked.symbol, side: asked.side, method: asked.method, amount: asked.amount };
  return null;
}

function receivedEvents(commandId: string, asked: Command, origin: CommandOrigin): readonly DomainEvent[] {
  const { behaviour } = origin;
  // Journal text stays out of the log; its hash is kept by the journal's own event.
  const text = asked.kind === 'journal' ? 'journal' : origin.text;
  return [
    { kind: 'command.received', commandId, actor: origin.actor, command: asked.kind, text },
    {
      kind: 'action.recorded',
      action: 'command',
      symbol: 'symbol' in asked ? asked.symbol : null,
      figures: {
        command: asked.kind,
        decisionMs: behaviour?.decisionMs ?? null,
        keys: behaviour?.keys ?? 0,
        corrections: behaviour?.corrections ?? 0,
        pasted: behaviour?.pasted ?? false,
      },
    },
  ];
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

function refusedReply(commandId: string, why: Refusal): CommandReply {
  const explanation = explain(why);
  return {
    commandId,
    outcome: 'refused',
    lines: [explanation.what, explanation.why, explanation.next],
    refusal: { code: why.code, figures: why.figures, explanation },
  };
}

function whyLines(last: Refusal | null): readonly string[] {
  if (last === null) return ['nothing was refused in this session'];
  const { what, why, next } = explain(last);
  return [
    what,
    why,
    next,
    Object.entries(last.figures)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(' · '),
  ];
}
