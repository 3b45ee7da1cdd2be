/**
 * Events of the log as facts of behaviour (core/behaviour.ts), the language of the detector: what the
 * trader did and what happened to them, never what a strategy or a guard did. Keeps the little it needs to
 * tell them apart; bounded. An entry that was refused for how the trader trades, or in a rest
 * that another rule asks for, is a wish and counts as one.
 */
import type { BehaviourEvent, BehaviourFact, ClosedBy } from '../core/behaviour.ts';
import type { EventOf, Figures } from '../core/events.ts';
import { toNumber } from '../core/money.ts';
import type { Actor, CloseReason, MarketState } from '../core/vocabulary.ts';
import type { Observed } from './indicators/indicator.ts';

export type BehaviourContext = {
  /** Decision time of the command whose order has not come yet. */
  readonly decisionMs: number | null;
  readonly lastCommandId: string;
  /** The trader's last entry orders. */
  readonly entries: readonly { readonly orderId: string; readonly at: number }[];
  /** Positions whose first fill was told. */
  readonly opened: readonly string[];
  /** Symbols whose market is not normal. */
  readonly markets: readonly { readonly symbol: string; readonly state: MarketState }[];
};

export const initialBehaviourContext: BehaviourContext = {
  decisionMs: null,
  lastCommandId: '',
  entries: [],
  opened: [],
  markets: [],
};

const ENTRIES_KEPT = 32;
const OPENED_KEPT = 32;
const MARKETS_KEPT = 64;
/** A line left half typed over lunch is no decision. */
const DECISION_MAX_MS = 600_000;

/** What a market state means as volatility, where 1 is normal. */
const volatilityOf: Readonly<Record<MarketState, number>> = {
  DEAD: 0.6,
  NORMAL: 1,
  VOLATILE: 1.8,
  PANIC: 3,
  MAINTENANCE: 1,
};

/** Rests that other rules ask for: wanting in all the same says as much as wanting in while tilt holds. */
const rests: ReadonlySet<string> = new Set([
  'risk.losingStreak',
  'risk.dailyLoss',
  'risk.dailyEntries',
  'engine.paused',
]);

const isWish = ({ stage, code }: EventOf<'entry.refused'>): boolean => stage === 'tilt' || rests.has(code);

const isTrader = (actor: Actor): boolean => actor === 'trader' || actor === 'api';

export type Behaved = { readonly context: BehaviourContext; readonly facts: readonly BehaviourEvent[] };

/** The facts in an event, none for most. */
export function behaviourOf(context: BehaviourContext, observed: Observed): Behaved {
  const { event, at: t, eventId: id } = observed;
  const tell = (next: BehaviourContext, ...facts: readonly BehaviourFact[]): Behaved => ({
    context: next,
    facts: facts.map((fact) => ({ t, id, fact })),
  });
  switch (event.kind) {
    case 'action.recorded':
      if (event.action === 'command') return command(context, event.figures, tell);
      return withFact(context, actionFact(event.action, event.symbol, event.figures), tell);
    case 'order.intended': {
      if (event.purpose !== 'entry' || !isTrader(event.actor)) return { context, facts: [] };
      // Slices of one command are one wish.
      if (event.commandId !== '' && event.commandId === context.lastCommandId) return { context, facts: [] };
      const entries = [...context.entries.slice(1 - ENTRIES_KEPT), { orderId: event.orderId, at: t }];
      const order = wish(
        context,
        event.symbol,
        event.side,
        event.orderId,
        toNumber(event.reserved),
        event.type,
      );
      return tell({ ...context, entries, decisionMs: null, lastCommandId: event.commandId }, ...order);
    }
    case 'entry.refused': {
      if (!isWish(event) || !isTrader(event.actor)) return { context, facts: [] };
      const notional = event.requested === null ? Number.NaN : toNumber(event.requested);
      const order = wish(context, event.symbol, event.side, event.commandId, notional, 'refused');
      return tell({ ...context, decisionMs: null }, ...order);
    }
    case 'order.filled': {
      const { orderId, positionId } = event;
      const own = context.entries.some((entry) => entry.orderId === orderId);
      if (!own || context.opened.includes(positionId)) return { context, facts: [] };
      const opened = [...context.opened.slice(1 - OPENED_KEPT), positionId];
      return tell(
        { ...context, opened },
        {
          type: 'fill',
          id: orderId,
          symbol: event.symbol,
          side: event.side,
          price: toNumber(event.price),
          quantity: toNumber(event.quantity),
          opens: true,
          closedBy: null,
          realizedPnl: 0,
        },
      );
    }
    case 'position.closed': {
      const fill: BehaviourFact = {
        type: 'fill',
        id: event.positionId,
        symbol: event.symbol,
        side: 'SELL',
        price: toNumber(event.exitPrice),
        quantity: toNumber(event.quantity),
        opens: false,
        closedBy: closedBy(event.reason),
        realizedPnl: toNumber(event.realisedPnl),
      };
      return tell({ ...context, opened: context.opened.filter((each) => each !== event.positionId) }, fill);
    }
    case 'order.cancelRequested': {
      const entry = context.entries.find(({ orderId }) => orderId === event.orderId);
      if (entry === undefined || event.reason !== 'asked by the trader') return { context, facts: [] };
      return tell(context, { type: 'cancel', id: event.orderId, ageMs: Math.max(0, t - entry.at) });
    }
    case 'position.stopMoved':
      return event.reason === 'tightened by the trader'
        ? tell(context, { type: 'amend', id: event.positionId })
        : { context, facts: [] };
    case 'command.refused':
      // A stop only tightens: asking for the other direction is a limit one wanted looser.
      return event.code === 'command.stopOnlyTightens'
        ? tell(context, { type: 'settings', key: 'stop', direction: 'loosen' })
        : { context, facts: [] };
    case 'setting.requested':
    case 'setting.refused':
      return event.direction === 'loosen'
        ? tell(context, { type: 'settings', key: event.setting, direction: 'loosen' })
        : { context, facts: [] };
    case 'market.stateChanged': {
      const others = context.markets.filter(({ symbol }) => symbol !== event.symbol);
      const markets =
        event.to === 'NORMAL'
          ? others
          : [...others.slice(1 - MARKETS_KEPT), { symbol: event.symbol, state: event.to }];
      return { context: { ...context, markets }, facts: [] };
    }
    default:
      return { context, facts: [] };
  }
}

type Tell = (next: BehaviourContext, ...facts: readonly BehaviourFact[]) => Behaved;

/** The market the order goes into, then the order. */
function wish(
  context: BehaviourContext,
  symbol: string,
  side: 'BUY' | 'SELL',
  id: string,
  notional: number,
  kind: string,
): readonly BehaviourFact[] {
  const state = context.markets.find((market) => market.symbol === symbol)?.state ?? 'NORMAL';
  return [
    { type: 'market', volatility: volatilityOf[state] },
    {
      type: 'order',
      id,
      symbol,
      side,
      notional,
      kind,
      decisionMs: context.decisionMs,
      afterLossMs: null,
      reduces: false,
    },
  ];
}

/** The line that was typed, and how long the decision took that its order will carry. */
function command(context: BehaviourContext, figures: Figures, tell: Tell): Behaved {
  const { command: asked, decisionMs, keys, corrections, pasted } = figures;
  const took = typeof decisionMs === 'number' && decisionMs >= 0 && decisionMs <= DECISION_MAX_MS;
  const enters = asked === 'buy' || asked === 'slice';
  const next = enters ? { ...context, decisionMs: took && pasted !== true ? decisionMs : null } : context;
  if (typeof keys !== 'number' || !(keys > 0)) return { context: next, facts: [] };
  return tell(next, {
    type: 'keys',
    count: keys,
    errors: number(corrections),
    pastes: pasted === true ? 1 : 0,
    // Thinking is part of the decision, so its time says nothing about the hands.
    durationMs: 0,
  });
}

function withFact(context: BehaviourContext, fact: BehaviourFact | null, tell: Tell): Behaved {
  return fact === null ? { context, facts: [] } : tell(context, fact);
}

/** What the console reported (ActionReport), or null for what the detector does not know. */
function actionFact(action: string, symbol: string | null, figures: Figures): BehaviourFact | null {
  switch (action) {
    case 'keys':
      return {
        type: 'keys',
        count: number(figures['count']),
        errors: number(figures['errors']),
        pastes: number(figures['pastes']),
        durationMs: number(figures['durationMs']),
      };
    case 'view':
      return { type: 'view', name: typeof figures['name'] === 'string' ? figures['name'] : '' };
    case 'preview':
      return {
        type: 'preview',
        symbol: symbol ?? '',
        side: figures['side'] === 'SELL' ? 'SELL' : 'BUY',
        notional: number(figures['notional']),
      };
    case 'lossSeen':
      return { type: 'lossNotice', symbol: symbol ?? '', realizedPnl: number(figures['realizedPnl']) };
    case 'abandon':
    case 'connect':
    case 'disconnect':
      return { type: action };
    default:
      return null;
  }
}

function number(value: unknown): number {
  const read = typeof value === 'string' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : 0;
}

function closedBy(reason: CloseReason): ClosedBy {
  return reason === 'stop_loss' ? 'stop' : reason === 'take_profit' ? 'target' : 'manual';
}
