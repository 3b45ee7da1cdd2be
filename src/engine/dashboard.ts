/** What the engine shows of itself, computed on demand from folded state and the market view. Pure reading. */
import type {
  Dashboard,
  MarketPanel,
  Notice,
  OrderPanel,
  PositionPanel,
  TierPanel,
  TiltPanel,
} from '../core/dashboard.ts';
import {
  formatFixed,
  formatPlaces,
  larger,
  notionalFloor,
  ratioBps,
  subtract,
  toNumber,
  ZERO_NOTIONAL,
} from '../core/money.ts';
import type { StreamHealth } from '../core/ports/gateway.ts';
import { DAY_MS } from '../core/time.ts';
import { displaySymbol } from '../core/symbols.ts';
import { journalWordsRequired, type Scored } from '../tilt/interventions.ts';
import { scoreTilt } from '../tilt/tilt-state.ts';
import { tiltMirrorPanel } from './tilt-panel.ts';
import { readOnlyReason } from './integrity.ts';
import type { Kernel } from './kernel.ts';
import { decimalsOf } from './narrate.ts';
import { holdingOf } from './portfolio/ledger.ts';
import {
  entryPrice,
  heldQuantity,
  realisedPnl,
  unrealisedPnl,
  type Position,
} from './portfolio/positions.ts';
import type { AccountKeeper } from './portfolio/service.ts';
import { dailyLossLimit, dayPnl, drawdownBps } from './risk-engine/daily-loss.ts';
import { dustValue } from './portfolio/valuation.ts';
import { latchAt, tradingStateAt } from './trading-state.ts';

export type DashboardInput = {
  readonly kernel: Kernel;
  readonly keeper: AccountKeeper;
  readonly watched: readonly string[];
  readonly health: StreamHealth;
  readonly clockOffsetMs: number | null;
  readonly startedAtMonotonic: number;
  readonly version: string;
  readonly notices: readonly Notice[];
};

const CHART_POINTS = 240;

export function buildDashboard(input: DashboardInput): Dashboard {
  const { kernel } = input;
  const state = kernel.state();
  const latch = latchAt(state.trading, kernel.timers.now());
  const scored = scoreTilt(state.tilt, kernel.timers.now(), kernel.rules.trading);
  return {
    mode: state.account?.mode ?? 'paper',
    version: input.version,
    at: kernel.timers.now(),
    uptimeMs: Math.round(kernel.timers.monotonic() - input.startedAtMonotonic),
    tradingState: kernel.storeFailed() ? 'HALTED' : tradingStateAt(state.trading, kernel.timers.now()),
    stateReason: kernel.storeFailed()
      ? 'the event store could not be written'
      : (latch?.reason ?? readOnlyReason(state.integrity) ?? ''),
    pausedUntil: latch?.untilMs ?? null,
    readOnly: readOnlyReason(state.integrity) !== null,
    streams: input.health,
    clockOffsetMs: input.clockOffsetMs,
    sequence: state.sequence,
    markets: input.watched.map((symbol) => marketPanel(kernel, symbol)).filter((panel) => panel !== null),
    account: accountPanel(input),
    positions: [...state.positions.open.values()].map((position) => positionPanel(kernel, position)),
    orders: [...state.orders.open.values()].map((order): OrderPanel => ({
      orderId: order.orderId,
      clientOrderId: order.clientOrderId,
      symbol: order.symbol,
      side: order.side,
      type: order.type,
      purpose: order.purpose,
      status: order.status,
      quantity: order.quantity === null ? null : formatFixed(order.quantity),
      filledQuantity: formatFixed(order.filledQuantity),
      price: order.price === null ? null : formatFixed(order.price),
      stopPrice: order.stopPrice === null ? null : formatFixed(order.stopPrice),
      createdAt: order.createdAt,
    })),
    tier: tierPanel(input),
    tilt: tiltPanel(kernel, scored),
    risk: null,
    tierJourney: null,
    tiltMirror: tiltMirrorPanel(kernel, scored),
    performance: null,
    executions: [],
    strategies: [...state.strategies].map(([strategy, symbol]) => ({ strategy, symbol, enabled: true })),
    notices: input.notices,
  };
}

function marketPanel(kernel: Kernel, symbol: string): MarketPanel | null {
  const rules = kernel.symbolRules(symbol);
  if (rules === null) return null;
  const quote = kernel.view.quote(symbol);
  const last = kernel.view.lastPrice(symbol);
  const ageMs = quote === null ? null : Math.max(0, Math.round(kernel.timers.monotonic() - quote.receivedAt));
  const candles = kernel.view.candles(symbol).slice(-CHART_POINTS);
  return {
    symbol,
    display: displaySymbol(rules),
    baseAsset: rules.baseAsset,
    bid: quote === null ? null : formatFixed(quote.bid),
    ask: quote === null ? null : formatFixed(quote.ask),
    last: last === null ? null : formatFixed(last),
    priceDecimals: decimalsOf(rules.tickSize),
    spreadBps:
      quote === null || quote.bid <= 0n
        ? null
        : toNumber(((quote.ask - quote.bid) * 10_000n * 100_000_000n) / quote.bid),
    state: kernel.view.state(symbol),
    ageMs,
    stale: quote === null || !quote.valid || ageMs === null || ageMs > kernel.rules.trading.risk.bookAgeMaxMs,
    closes: candles.map((candle) => toNumber(candle.close)),
  };
}

function accountPanel(input: DashboardInput): Dashboard['account'] {
  const { kernel, keeper } = input;
  const state = kernel.state();
  const quoteAsset = state.account?.quoteAsset ?? '';
  const equity = keeper.equity();
  const limits = kernel.rules.tierGates.tiers[state.tier.tier];
  const limit = state.risk.day < 0 ? limits.dailyLossMax : dailyLossLimit(limits, state.risk);
  const result = state.risk.day < 0 ? ZERO_NOTIONAL : dayPnl(state.risk, equity);
  const spent = result < 0n ? -(result as bigint) : 0n;
  return {
    accountId: state.account?.accountId ?? '',
    equity: formatFixed(equity),
    balance: formatFixed(equity),
    quoteFree: formatFixed(holdingOf(state.ledger, quoteAsset)),
    quoteAsset,
    dayPnl: formatFixed(result),
    dayPnlBps: ratioBps(result, state.risk.dayStartEquity),
    dailyLossLimit: formatFixed(limit),
    dailyLossLeft: formatFixed(larger(subtract(limit, spent as typeof limit), ZERO_NOTIONAL)),
    peak: formatFixed(state.risk.peakEquity),
    drawdownBps: drawdownBps(state.risk.peakEquity, equity),
    entriesToday: state.risk.entriesToday,
    entriesMax: limits.entriesPerDayMax,
    dust: [...state.positions.dust].map(([asset, kept]) => ({
      asset,
      quantity: formatFixed(kept.quantity),
      value: formatFixed(dustValue(asset, kept, quoteAsset, (symbol) => kernel.view.mark(symbol))),
    })),
  };
}

function positionPanel(kernel: Kernel, position: Position): PositionPanel {
  const state = kernel.state();
  const rules = kernel.symbolRules(position.symbol);
  const bid = kernel.view.bid(position.symbol);
  const stop = [...state.orders.open.values()].find(
    (order) => order.positionId === position.positionId && order.purpose === 'stop',
  );
  const target = [...state.orders.open.values()].find(
    (order) => order.positionId === position.positionId && order.purpose === 'target',
  );
  const resting = stop !== undefined && (stop.status === 'SUBMITTED' || stop.status === 'PARTIAL');
  const pnl =
    bid === null ? null : ((unrealisedPnl(position, bid) + realisedPnl(position)) as typeof ZERO_NOTIONAL);
  return {
    positionId: position.positionId,
    symbol: position.symbol,
    display: rules === null ? position.symbol : displaySymbol(rules),
    side: 'LONG',
    quantity: formatFixed(heldQuantity(position)),
    entryPrice: formatFixed(entryPrice(position)),
    markPrice: bid === null ? null : formatFixed(bid),
    value: bid === null ? null : formatFixed(notionalFloor(bid, heldQuantity(position))),
    pnlDollars: pnl === null ? null : formatFixed(pnl),
    pnlBps: pnl === null ? null : ratioBps(pnl, position.cost),
    stopPrice: formatFixed(stop?.stopPrice ?? position.stopPrice),
    stopDistanceBps:
      bid === null || bid <= 0n ? null : ratioBps(bid - (stop?.stopPrice ?? position.stopPrice), bid),
    targetPrice: position.targetPrice === null ? null : formatFixed(position.targetPrice),
    targetResting: target !== undefined && (target.status === 'SUBMITTED' || target.status === 'PARTIAL'),
    protected: resting,
    closing: position.closing !== null,
    openedAt: position.openedAt,
  };
}

function tierPanel(input: DashboardInput): TierPanel {
  const { kernel, keeper } = input;
  const state = kernel.state();
  const { tier, startedAt } = state.tier;
  const { tierGates } = kernel.rules;
  const rule = tierGates.gates.find((candidate) => candidate.from === tier);
  const days = startedAt === 0 ? 0 : Math.max(0, Math.floor((kernel.timers.now() - startedAt) / DAY_MS));
  const equity = keeper.equity();
  const features = [
    ...tierGates.tiers[tier].entryOrderTypes,
    ...tierGates.tiers[tier].executionMethods,
    ...tierGates.tiers[tier].strategies,
  ];
  const next = rule?.to ?? null;
  const all =
    next === null
      ? []
      : [
          ...tierGates.tiers[next].entryOrderTypes,
          ...tierGates.tiers[next].executionMethods,
          ...tierGates.tiers[next].strategies,
        ];
  return {
    tier,
    startedAt,
    next,
    gates:
      rule === undefined
        ? []
        : [
            {
              gate: 'equity',
              currentValue: formatPlaces(equity, 2),
              requiredValue: formatPlaces(rule.equityMin, 2),
              passed: equity >= rule.equityMin,
            },
            {
              gate: 'days at tier',
              currentValue: String(days),
              requiredValue: String(rule.daysAtTierMin),
              passed: days >= rule.daysAtTierMin,
            },
            ...rule.gates.map((gate) => ({
              gate: gate.gate,
              currentValue: 'not yet measured',
              requiredValue: gate.required,
              passed: false,
            })),
          ],
    features,
    lockedFeatures: all.filter((feature) => !features.includes(feature)),
    dashboardFigures: tierGates.tiers[tier].dashboardFigures,
  };
}

function tiltPanel(kernel: Kernel, scored: Scored): TiltPanel {
  const { tilt } = kernel.state();
  const rules = kernel.rules.trading;
  return {
    score: scored.score,
    level: scored.level,
    indicators: scored.contributions.map((item) => ({
      name: item.indicator,
      points: item.points,
      words: item.words,
    })),
    lockedUntil: tilt.interventions.lock?.untilMs ?? null,
    journalRequired: journalWordsRequired(tilt.interventions, rules) > 0 ? 1 : 0,
    journalWords: journalWordsRequired(tilt.interventions, rules),
  };
}
