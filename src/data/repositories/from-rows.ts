/** Rows as the ports show them: decimal text becomes money, JSON becomes lists, words keep their unions. One way for every database. */
import type { EventRecord } from '../../core/events.ts';
import { fixed, type Fixed } from '../../core/money.ts';
import type {
  EquityPoint,
  StoredAccount,
  StoredCorrelation,
  StoredFill,
  StoredMarketState,
  StoredOrder,
  StoredPosition,
  StoredSession,
  StoredTiltEvent,
  StoredTiltProfile,
} from '../../core/ports/repositories.ts';
import type { Row } from './tables.ts';

export function accountFrom(row: Row<'accounts'>): StoredAccount {
  return {
    accountId: row.account_id,
    mode: row.mode as StoredAccount['mode'],
    quoteAsset: row.quote_asset,
    balance: fixed(row.balance),
    peakBalance: fixed(row.peak_balance),
    drawdownBps: row.drawdown_bps,
    dayPnl: fixed(row.day_pnl),
    tier: row.tier as StoredAccount['tier'],
    tierStartedAt: row.tier_started_at,
    gatesPassed: textsIn(row.gates_passed),
    lockedFeatures: textsIn(row.locked_features),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function positionFrom(row: Row<'positions'>): StoredPosition {
  return {
    positionId: row.position_id,
    accountId: row.account_id,
    symbol: row.symbol,
    baseAsset: row.base_asset,
    quoteAsset: row.quote_asset,
    side: row.side as StoredPosition['side'],
    entryPrice: fixed(row.entry_price),
    currentPrice: fixedOrNull(row.current_price),
    quantity: fixed(row.quantity),
    value: fixed(row.dollar_value),
    stopLoss: fixedOrNull(row.stop_loss),
    pnl: fixed(row.pnl_dollars),
    pnlPercent: row.pnl_percent,
    fees: fixed(row.fees),
    exitPrice: fixedOrNull(row.exit_price),
    openedAt: row.opened_at,
    closedAt: row.closed_at,
    closeReason: row.close_reason as StoredPosition['closeReason'],
    marketState: row.market_state as StoredPosition['marketState'],
  };
}

export function orderFrom(row: Row<'orders'>): StoredOrder {
  return {
    orderId: row.order_id,
    positionId: row.position_id,
    clientOrderId: row.client_order_id,
    exchangeOrderId: row.exchange_order_id,
    symbol: row.symbol,
    type: row.type,
    side: row.side as StoredOrder['side'],
    purpose: row.purpose as StoredOrder['purpose'],
    strategy: row.strategy,
    price: fixedOrNull(row.price),
    stopPrice: fixedOrNull(row.stop_price),
    referencePrice: fixedOrNull(row.reference_price),
    quantity: fixedOrNull(row.quantity),
    quoteQuantity: fixedOrNull(row.quote_quantity),
    filledQuantity: fixed(row.filled_quantity),
    filledValue: fixed(row.filled_value),
    status: row.status as StoredOrder['status'],
    statusReason: row.status_reason,
    sliceNumber: row.slice_number,
    totalSlices: row.total_slices,
    latencyMs: row.latency_ms,
    slippagePercent: row.slippage_percent,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    executedAt: row.executed_at,
  };
}

export function sessionFrom(row: Row<'trading_sessions'>): StoredSession {
  return {
    sessionId: row.session_id,
    accountId: row.account_id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    startingBalance: fixed(row.starting_balance),
    endingBalance: fixedOrNull(row.ending_balance),
    totalTrades: row.total_trades,
    winningTrades: row.winning_trades,
    losingTrades: row.losing_trades,
    maxDrawdown: fixed(row.max_drawdown),
    tiltEvents: row.tilt_events_count,
    type: row.session_type as StoredSession['type'],
  };
}

export function tiltProfileFrom(row: Row<'tilt_profiles'>): StoredTiltProfile {
  return {
    profileId: row.profile_id,
    accountId: row.account_id,
    score: row.current_tilt_score,
    level: row.tilt_level as StoredTiltProfile['level'],
    indicators: textsIn(row.indicators),
    consecutiveLosses: row.consecutive_losses,
    lastInterventionAt: row.last_intervention_at,
    lockedUntil: row.locked_until,
    recoveryRequired: row.recovery_required === 1,
    journalEntriesRequired: row.journal_entries_required,
  };
}

export function tiltEventFrom(row: Row<'tilt_events'>): StoredTiltEvent {
  return {
    eventId: row.event_id,
    type: row.event_type,
    indicators: textsIn(row.tilt_indicators),
    scoreBefore: row.tilt_score_before,
    scoreAfter: row.tilt_score_after,
    message: row.intervention_message,
    response: row.trader_response,
    at: row.created_at,
  };
}

export function marketStateFrom(row: Row<'market_states'>): StoredMarketState {
  return {
    stateId: row.state_id,
    symbol: row.symbol,
    state: row.state as StoredMarketState['state'],
    detectedAt: row.detected_at,
    durationSeconds: row.state_duration_seconds,
  };
}

/** A row of the bidirectional view. */
export type CorrelationRow = {
  readonly correlation_id: string;
  readonly position_a: string;
  readonly position_b: string;
  readonly correlation_coefficient: string | null;
  readonly last_calculated: number;
};

export function correlationFrom(row: CorrelationRow): StoredCorrelation {
  return {
    positionA: row.position_a,
    positionB: row.position_b,
    coefficient: row.correlation_coefficient,
    calculatedAt: row.last_calculated,
  };
}

/** Null for an event of another kind. */
export function equityPointFrom({ event, at }: EventRecord): EquityPoint | null {
  if (event.kind !== 'equity.marked') return null;
  return { at, equity: event.equity, peak: event.peak, dayPnl: event.dayPnl };
}

/** Null for an event of another kind. */
export function fillFrom({ event, sequence }: EventRecord): StoredFill | null {
  if (event.kind !== 'order.filled' && event.kind !== 'trade.adopted') return null;
  const isOurs = event.kind === 'order.filled';
  return {
    sequence,
    orderId: isOurs ? event.orderId : null,
    positionId: isOurs ? event.positionId : null,
    symbol: event.symbol,
    tradeId: event.tradeId,
    side: event.side,
    price: event.price,
    quantity: event.quantity,
    fee: event.fee,
    feeAsset: event.feeAsset,
    exchangeTime: event.exchangeTime,
  };
}

function fixedOrNull<T extends Fixed>(text: string | null): T | null {
  return text === null ? null : fixed<T>(text);
}

function textsIn(json: string): readonly string[] {
  return JSON.parse(json) as readonly string[];
}
