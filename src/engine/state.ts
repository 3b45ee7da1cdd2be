/**
 * The engine's durable state: one fold over the event log (invariants 16 and 17). Everything that must
 * survive a restart is in here and nothing else is: prices, connections and timers live elsewhere.
 */
import { decodeState, encodeState } from '../core/codec.ts';
import type { EventRecord } from '../core/events.ts';
import { invariant } from '../core/invariant.ts';
import { notionalFloor, ZERO_NOTIONAL, type Notional, type Quantity } from '../core/money.ts';
import { refusalCodes, type Refusal } from '../core/refusals.ts';
import type { Mode } from '../core/vocabulary.ts';
import { evolveTilt, initialTilt, type TiltState } from '../tilt/tilt-state.ts';
import { evolveIntegrity, initialIntegrity, type Integrity } from './integrity.ts';
import { evolveOrders, initialOrders, type Orders } from './executor/orders.ts';
import { evolveLedger, initialLedger, type Ledger } from './portfolio/ledger.ts';
import {
  evolvePositions,
  heldQuantity,
  initialPositions,
  positionOn,
  type Positions,
} from './portfolio/positions.ts';
import { evolveRisk, initialRisk, type RiskState } from './risk-engine/risk-state.ts';
import { evolveSettings, initialSettings, type Settings } from './settings/settings-state.ts';
import { evolveTier, initialTier, type TierState } from './state-machine/tier-state.ts';
import { evolveTrading, initialTrading, type Trading } from './trading-state.ts';

export type Account = {
  readonly accountId: string;
  readonly mode: Mode;
  readonly quoteAsset: string;
  readonly openedAt: number;
};

export type Reconciliation = {
  readonly requestId: number;
  readonly completedAt: number;
  /** Per symbol the greatest trade id known to be booked together with all before it. */
  readonly tradeCursor: ReadonlyMap<string, number>;
};

export type EngineState = {
  readonly sequence: number;
  readonly account: Account | null;
  readonly trading: Trading;
  readonly integrity: Integrity;
  readonly ledger: Ledger;
  readonly orders: Orders;
  readonly positions: Positions;
  readonly risk: RiskState;
  readonly settings: Settings;
  readonly tier: TierState;
  readonly tilt: TiltState;
  readonly reconciliation: Reconciliation;
  /** Assets of each symbol that was ever traded, so that the fold needs nothing from outside. */
  readonly assets: ReadonlyMap<string, { readonly baseAsset: string; readonly quoteAsset: string }>;
  readonly strategies: ReadonlyMap<string, string>;
  /** The last thing that was refused, for `why`. */
  readonly lastRefusal: Refusal | null;
};

/** Raised when the shape of the state changes: older snapshots are then ignored and the log is folded. */
export const STATE_SCHEMA = 18;

export const initialState: EngineState = {
  sequence: 0,
  account: null,
  trading: initialTrading,
  integrity: initialIntegrity,
  ledger: initialLedger,
  orders: initialOrders,
  positions: initialPositions,
  risk: initialRisk,
  settings: initialSettings,
  tier: initialTier,
  tilt: initialTilt,
  reconciliation: { requestId: 0, completedAt: 0, tradeCursor: new Map() },
  assets: new Map(),
  strategies: new Map(),
  lastRefusal: null,
};

export function evolve(state: EngineState, record: EventRecord): EngineState {
  invariant(record.sequence === state.sequence + 1, 'events are folded without a gap');
  const assets = evolveAssets(state.assets, record);
  return {
    sequence: record.sequence,
    account: evolveAccount(state.account, record),
    trading: evolveTrading(state.trading, record),
    integrity: evolveIntegrity(state.integrity, record.event),
    ledger: evolveLedger(state.ledger, record, (symbol) => {
      const known = assets.get(symbol);
      invariant(known !== undefined, `the assets of a traded symbol are known: ${symbol}`);
      return known;
    }),
    orders: evolveOrders(state.orders, record),
    positions: evolvePositions(state.positions, record),
    risk: evolveRisk(state.risk, record, outsideFlow(state, record, assets)),
    settings: evolveSettings(state.settings, record),
    tier: evolveTier(state.tier, record),
    tilt: evolveTilt(state.tilt, record),
    reconciliation: evolveReconciliation(state.reconciliation, record),
    assets,
    strategies: evolveStrategies(state.strategies, record),
    lastRefusal: evolveRefusal(state.lastRefusal, record),
  };
}

/** What an event moved in the quote balance that no position of ours explains (invariant 27). */
function outsideFlow(state: EngineState, record: EventRecord, assets: EngineState['assets']): Notional {
  const { event } = record;
  const quoteAsset = state.account?.quoteAsset ?? '';
  if (event.kind === 'balance.adopted')
    return event.asset === quoteAsset ? (event.delta as bigint as Notional) : ZERO_NOTIONAL;
  if (event.kind !== 'trade.adopted' || assets.get(event.symbol)?.quoteAsset !== quoteAsset)
    return ZERO_NOTIONAL;
  const fee = event.feeAsset === quoteAsset ? (event.fee as bigint) : 0n;
  if (event.side === 'BUY') return -(notionalFloor(event.price, event.quantity) + fee) as Notional;
  const position = positionOn(state.positions, event.symbol);
  const held = position === undefined ? 0n : (heldQuantity(position) as bigint);
  const outside = event.quantity > held ? event.quantity - held : 0n;
  return notionalFloor(event.price, outside as Quantity);
}

function evolveAccount(account: Account | null, record: EventRecord): Account | null {
  const { event, at } = record;
  if (event.kind !== 'account.opened') return account;
  return { accountId: event.accountId, mode: event.mode, quoteAsset: event.quoteAsset, openedAt: at };
}

function evolveAssets(assets: EngineState['assets'], record: EventRecord): EngineState['assets'] {
  const { event } = record;
  if (event.kind !== 'symbol.noticed') return assets;
  return new Map(assets).set(event.symbol, { baseAsset: event.baseAsset, quoteAsset: event.quoteAsset });
}

function evolveReconciliation(state: Reconciliation, record: EventRecord): Reconciliation {
  const { event, at } = record;
  if (event.kind !== 'reconciliation.completed') return state;
  const tradeCursor = new Map(state.tradeCursor);
  for (const [symbol, value] of Object.entries(event.tradeCursor))
    if (typeof value === 'number') tradeCursor.set(symbol, value);
  return { requestId: event.requestId, completedAt: at, tradeCursor };
}

function evolveStrategies(
  strategies: EngineState['strategies'],
  record: EventRecord,
): EngineState['strategies'] {
  const { event } = record;
  switch (event.kind) {
    case 'strategy.enabled':
      return new Map(strategies).set(event.strategy, event.symbol);
    case 'strategy.disabled': {
      const next = new Map(strategies);
      next.delete(event.strategy);
      return next;
    }
    default:
      return strategies;
  }
}

function evolveRefusal(last: Refusal | null, record: EventRecord): Refusal | null {
  const { event } = record;
  if (event.kind !== 'entry.refused' && event.kind !== 'command.refused') return last;
  const code = refusalCodes.find((known) => known === event.code);
  return code === undefined ? last : { code, figures: event.figures };
}

export function encodeEngineState(state: EngineState): string {
  return encodeState(state);
}

export function decodeEngineState(text: string): EngineState {
  return decodeState(text) as EngineState;
}
