/**
 * The answers of the seed's REST API, field by field as it names them (seed/architecture.md "REST
 * API Spec"), made from the dashboard and the log. Amounts are decimal text, times ISO 8601 UTC.
 * `genesis status|positions|tier|tilt --json` print exactly these.
 */
import { encodeEvent } from '../core/codec.ts';
import type { Dashboard, PositionPanel } from '../core/dashboard.ts';
import type { StoredPosition } from '../core/ports/repositories.ts';
import type { EventRecord } from '../core/events.ts';
import { formatFixed, ratioBps } from '../core/money.ts';

export type HealthStatus = {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly uptime_seconds: number;
  readonly components: {
    readonly exchange_gateway: string;
    readonly event_bus: string;
    readonly database: string;
    readonly websocket_streams: string;
  };
  readonly trading_state: string;
  readonly mode: string;
  readonly version: string;
  readonly pid: number;
};

const alive = (stream: string): boolean => stream === 'connected';

/** Healthy when it trades with both streams; unhealthy when halted or read-only; degraded between. */
export function healthStatus(dashboard: Dashboard, pid: number): HealthStatus {
  const streamsLive = alive(dashboard.streams.market) && alive(dashboard.streams.user);
  const stopped = dashboard.tradingState === 'HALTED' || dashboard.readOnly;
  const trading =
    dashboard.tradingState === 'READY' ||
    dashboard.tradingState === 'PAUSED' ||
    dashboard.tradingState === 'REDUCE_ONLY';
  return {
    status: stopped ? 'unhealthy' : streamsLive && trading ? 'healthy' : 'degraded',
    uptime_seconds: Math.floor(dashboard.uptimeMs / 1_000),
    components: {
      exchange_gateway: dashboard.streams.user,
      event_bus: 'live',
      database: dashboard.readOnly ? 'read-only' : 'live',
      websocket_streams: dashboard.streams.market,
    },
    trading_state: dashboard.tradingState,
    mode: dashboard.mode,
    version: dashboard.version,
    pid,
  };
}

export type AccountStatus = {
  readonly account_id: string;
  readonly balance: string;
  readonly tier: string;
  readonly tier_started_at: string;
  readonly gates_passed: readonly string[];
  readonly locked_features: readonly string[];
  readonly equity: string;
  readonly day_pnl: string;
  readonly trading_state: string;
  readonly mode: string;
};

export function accountStatus(dashboard: Dashboard): AccountStatus {
  return {
    account_id: dashboard.account.accountId,
    balance: dashboard.account.balance,
    tier: dashboard.tier.tier,
    tier_started_at: isoTime(dashboard.tier.startedAt),
    gates_passed: dashboard.tier.gates.filter((gate) => gate.passed).map((gate) => gate.gate),
    locked_features: dashboard.tier.lockedFeatures,
    equity: dashboard.account.equity,
    day_pnl: dashboard.account.dayPnl,
    trading_state: dashboard.tradingState,
    mode: dashboard.mode,
  };
}

export type SeedPosition = {
  readonly position_id: string;
  readonly symbol: string;
  readonly side: 'LONG' | 'SHORT';
  readonly entry_price: string;
  readonly quantity: string;
  readonly pnl_dollars: string;
  readonly pnl_percent: number;
  readonly opened_at: string;
  readonly closed_at?: string;
  readonly stop_price?: string | null;
  readonly protected?: boolean;
  readonly close_reason?: string;
};

export function openPosition(position: PositionPanel): SeedPosition {
  return {
    position_id: position.positionId,
    symbol: position.symbol,
    side: position.side,
    entry_price: position.entryPrice,
    quantity: position.quantity,
    pnl_dollars: position.pnlDollars ?? '0',
    pnl_percent: (position.pnlBps ?? 0) / 100,
    opened_at: isoTime(position.openedAt),
    stop_price: position.stopPrice,
    protected: position.protected,
  };
}

/** A closed position from its closing event; null for any other event. */
export function closedPosition(record: EventRecord): SeedPosition | null {
  const { event } = record;
  if (event.kind !== 'position.closed') return null;
  const cost = (event.entryPrice * event.quantity) / 100_000_000n;
  return {
    position_id: event.positionId,
    symbol: event.symbol,
    side: 'LONG',
    entry_price: formatFixed(event.entryPrice),
    quantity: formatFixed(event.quantity),
    pnl_dollars: formatFixed(event.realisedPnl),
    pnl_percent: ratioBps(event.realisedPnl, cost) / 100,
    opened_at: isoTime(record.at - event.heldMs),
    closed_at: isoTime(record.at),
    close_reason: event.reason,
  };
}

export function storedPosition(position: StoredPosition): SeedPosition {
  return {
    position_id: position.positionId,
    symbol: position.symbol,
    side: position.side,
    entry_price: formatFixed(position.entryPrice),
    quantity: formatFixed(position.quantity),
    pnl_dollars: formatFixed(position.pnl),
    pnl_percent: Number(position.pnlPercent),
    opened_at: isoTime(position.openedAt),
    ...(position.closedAt === null ? {} : { closed_at: isoTime(position.closedAt) }),
    ...(position.closeReason === null ? {} : { close_reason: position.closeReason }),
  };
}

export type TiltStatus = {
  readonly tilt_score: number;
  readonly tilt_level: string;
  readonly indicators_triggered: readonly string[];
  readonly intervention_active: boolean;
  readonly journal_entries_required: number;
  readonly locked_until: string | null;
};

export function tiltStatus(dashboard: Dashboard): TiltStatus {
  const { tilt } = dashboard;
  return {
    tilt_score: tilt.score,
    tilt_level: tilt.level,
    indicators_triggered: tilt.indicators
      .filter((indicator) => indicator.points > 0)
      .map((indicator) => indicator.name),
    intervention_active: tilt.level === 'WARNING' || tilt.level === 'LOCKED' || tilt.lockedUntil !== null,
    journal_entries_required: tilt.journalRequired,
    locked_until: tilt.lockedUntil === null ? null : isoTime(tilt.lockedUntil),
  };
}

export type TierConfig = {
  readonly current_tier: string;
  readonly next_tier: string | null;
  readonly next_tier_requirements: readonly {
    readonly gate: string;
    readonly current_value: string;
    readonly required_value: string;
    readonly passed: boolean;
  }[];
};

export function tierConfig(dashboard: Dashboard): TierConfig {
  return {
    current_tier: dashboard.tier.tier,
    next_tier: dashboard.tier.next,
    next_tier_requirements: dashboard.tier.gates.map((gate) => ({
      gate: gate.gate,
      current_value: gate.currentValue,
      required_value: gate.requiredValue,
      passed: gate.passed,
    })),
  };
}

export type SeedEvent = {
  readonly event_id: string;
  readonly event_type: string;
  readonly aggregate_id: string;
  readonly aggregate_type: string;
  readonly event_data: unknown;
  readonly created_at: string;
  readonly sequence_number: number;
};

export function seedEvent(record: EventRecord): SeedEvent {
  return {
    event_id: record.eventId,
    event_type: record.event.kind,
    aggregate_id: record.aggregateId,
    aggregate_type: record.aggregateType,
    event_data: JSON.parse(encodeEvent(record.event)) as unknown,
    created_at: isoTime(record.at),
    sequence_number: record.sequence,
  };
}

export type CloseAllResult = {
  readonly positions_closed: number;
  readonly total_pnl: string;
  readonly errors: readonly string[];
};

/** `2026-11-23T14:02:11.000Z`; times outside the calendar are the epoch. */
function isoTime(atMs: number): string {
  return new Date(Number.isFinite(atMs) && Math.abs(atMs) < 8.64e15 ? atMs : 0).toISOString();
}
