/** The Risk view's figures: every limit that binds with its use, and what the rules hold against now. Pure reading. */
import type { RiskPanel } from '../core/dashboard.ts';
import { dollars } from '../core/explain-figures.ts';
import { fixedFromNumber, formatFixed, formatPlaces, ratioBps, type Notional } from '../core/money.ts';
import { sizeMultiplierBps } from '../tilt/return-size.ts';
import type { Kernel } from './kernel.ts';
import type { AccountKeeper } from './portfolio/service.ts';
import { checklistOf } from './recovery-checklist.ts';
import { dailyLossLimit, dayPnl, drawdownBps } from './risk-engine/daily-loss.ts';
import { messagesWithin } from './risk-engine/message-count.ts';
import { meanOf, heldTogether } from './risk-engine/portfolio-risk.ts';
import { recoveryAt } from './risk-engine/recovery.ts';
import { sizeFactors } from './risk-engine/size-factors.ts';
import { restAt } from './risk-engine/streaks.ts';
import { limitsNow } from './state-machine/limits.ts';
import type { RiskWatch } from './risk-watch.ts';
import { pendingName } from './settings/decide-settings.ts';
import { shown, type SettingsKeeper } from './settings-keeper.ts';

export type RiskPanelInput = {
  readonly kernel: Kernel;
  readonly keeper: AccountKeeper;
  readonly watch: RiskWatch;
  readonly settings: SettingsKeeper;
  readonly watched: readonly string[];
};

type Limit = RiskPanel['limits'][number];

export function riskPanel(input: RiskPanelInput): RiskPanel {
  const { kernel, keeper, watch, settings } = input;
  const state = kernel.state();
  const now = kernel.timers.now();
  const rules = kernel.rules.trading.risk;
  const equity = keeper.equity();
  const exposure = keeper.exposure();
  const { risk, trading } = state;
  const recovery = recoveryAt(risk.recovery, risk.peakEquity, equity, rules);
  const lossAtRisk = watch.valueAtRisk();
  const rest = restAt(risk.streaks, now, rules);
  return {
    limits: limitsOf(input, equity),
    exposure: formatFixed(exposure),
    exposureBps: ratioBps(exposure, equity),
    drawdown: {
      bps: drawdownBps(risk.peakEquity, equity),
      warningsBps: rules.drawdownWarningsBps,
      haltBps: rules.drawdownHaltBps,
    },
    deleveraging: rules.deleverageAtBps.map((atBps, stage) => ({
      atBps,
      cutBps: rules.deleverageCutBps[stage] ?? 10_000,
      done: atBps <= risk.deleveragedAtBps,
    })),
    sizeFactors: sizeFactors({
      tier: state.tier.tier,
      rules,
      state: risk,
      equity,
      sizeMultiplierBps: sizeMultiplierBps(state.tilt.interventions, now, kernel.rules.trading.interventions),
      marketState: worstState(input),
      volatilityRatio: null,
    }),
    losingTradesInRow: risk.streaks.lossesInARow,
    losingDaysInRow: risk.streaks.losingDaysInARow,
    breakUntil: rest?.untilMs ?? null,
    recovery:
      recovery === null
        ? null
        : {
            quarter: recovery.quarter,
            sizeBps: recovery.sizeBps,
            lost: formatFixed(recovery.lost),
            earnedBack: formatFixed(recovery.earnedBack),
          },
    correlation: correlationOf(input),
    valueAtRisk:
      lossAtRisk === null
        ? null
        : {
            confidenceBps: rules.valueAtRiskConfidenceBps,
            valueAtRisk: formatPlaces(fixedFromNumber<Notional>(lossAtRisk.valueAtRisk), 2),
            expectedShortfall: formatPlaces(fixedFromNumber<Notional>(lossAtRisk.expectedShortfall), 2),
            observations: lossAtRisk.observations,
            horizonMs: rules.correlationSampleMs,
          },
    latches: latchesOf(input, now),
    checklist: checklistOf({ kernel, keeper }),
    pendingSettings: [...state.settings.pending].map(([name, { from, to, maturesAtMs }]) => ({
      setting: pendingName(name),
      from: shown(name, from),
      to: shown(name, to),
      maturesAt: maturesAtMs,
      waitsFor: now >= maturesAtMs || trading.halt !== null ? settings.waitsFor() : null,
    })),
  };
}

/** The state that leaves the least size among the followed pairs: what an entry may meet at worst. */
function worstState({ kernel, watched }: RiskPanelInput): ReturnType<Kernel['view']['state']> {
  const sizes = kernel.rules.trading.risk.marketStateSizeBps;
  let worst: ReturnType<Kernel['view']['state']> = 'NORMAL';
  for (const symbol of watched) {
    const state = kernel.view.state(symbol);
    if (sizes[state] < sizes[worst]) worst = state;
  }
  return worst;
}

function limitsOf({ kernel, keeper }: RiskPanelInput, equity: Notional): readonly Limit[] {
  const { risk, tier, positions, orders } = kernel.state();
  const rules = kernel.rules.trading.risk;
  const limits = limitsNow(tier, kernel.rules.tierGates, kernel.timers.now());
  const dayLimit = risk.day < 0 ? limits.dailyLossMax : dailyLossLimit(limits, risk);
  const result = risk.day < 0 ? (0n as Notional) : dayPnl(risk, equity);
  const lost = (result < 0n ? -result : 0n) as Notional;
  const count = (limit: string, words: string, used: number, max: number): Limit => ({
    limit,
    words,
    used: String(used),
    max: String(max),
    usedBps: max === 0 ? 10_000 : Math.floor((used * 10_000) / max),
  });
  const money = (limit: string, words: string, used: Notional, max: Notional): Limit => ({
    limit,
    words,
    used: dollars(formatFixed(used)),
    max: dollars(formatFixed(max)),
    usedBps: ratioBps(used, max),
  });
  const fall = drawdownBps(risk.peakEquity, equity);
  return [
    money('dailyLoss', 'today’s loss', lost, dayLimit),
    {
      limit: 'drawdown',
      words: 'below the peak',
      used: `${(fall / 100).toFixed(1)} %`,
      max: `${(rules.drawdownHaltBps / 100).toFixed(0)} %`,
      usedBps: Math.floor((fall * 10_000) / rules.drawdownHaltBps),
    },
    count('openPositions', 'open positions', positions.open.size, limits.openPositionsMax),
    count('entriesToday', 'entries today', risk.entriesToday, limits.entriesPerDayMax),
    money(
      'positionValue',
      'the largest position',
      largest(kernel, keeper),
      cap(equity, limits.positionValueMaxBps),
    ),
    count('openOrders', 'orders at the exchange', orders.sums.open, rules.openOrdersTotalMax),
    money('openOrdersValue', 'entries that wait', orders.sums.reserved, rules.openOrdersValueMax),
    count(
      'messages',
      'orders and cancels a minute',
      messagesWithin(risk.messages, kernel.timers.now()),
      rules.messagesPerMinuteMax,
    ),
  ];
}

function cap(equity: Notional, bps: number): Notional {
  return ((equity * BigInt(bps)) / 10_000n) as Notional;
}

function largest(kernel: Kernel, keeper: AccountKeeper): Notional {
  let most = 0n;
  for (const positionId of kernel.state().positions.open.keys()) {
    const value = keeper.valueOf(positionId);
    if (value > most) most = value;
  }
  return most as Notional;
}

/** The matrix of what is held and followed; null while there is nothing to compare. */
function correlationOf({ kernel, watch, watched }: RiskPanelInput): RiskPanel['correlation'] {
  const rules = kernel.rules.trading.risk;
  const held = [...kernel.state().positions.open.values()].map(({ symbol }) => symbol);
  const symbols = [...new Set([...held, ...watched])].slice(0, 20);
  if (symbols.length < 2) return null;
  const place = symbols.map((symbol) => watch.book.indexOf(symbol));
  const mean = meanOf(heldTogether(watch.book, held));
  return {
    symbols,
    matrix: place.map((row, index) =>
      place.map((column, other) => {
        if (index === other) return 1;
        const value = watch.book.at(row, column);
        return Number.isNaN(value) ? null : Math.round(value * 100) / 100;
      }),
    ),
    mean: mean === null ? null : Math.round(mean * 100) / 100,
    warnAbove: rules.correlationWarn,
    refuseAbove: rules.correlationRefuse,
    cutAbove: rules.correlationCut,
  };
}

function latchesOf({ kernel }: RiskPanelInput, now: number): RiskPanel['latches'] {
  const { trading, risk, tilt } = kernel.state();
  const latches: RiskPanel['latches'][number][] = [];
  if (trading.halt !== null)
    latches.push({ latch: `HALTED K${trading.halt.level}`, ...latchFields(trading.halt) });
  if (trading.reduceOnly !== null) latches.push({ latch: 'REDUCE_ONLY', ...latchFields(trading.reduceOnly) });
  if (trading.pause !== null && now < (trading.pause.untilMs ?? 0))
    latches.push({ latch: 'PAUSED', ...latchFields(trading.pause) });
  const { lock } = tilt.interventions;
  if (lock !== null)
    latches.push({
      latch: 'LOCKED',
      reason: 'rest from entries',
      since: lock.lockedAt,
      untilMs: lock.untilMs,
    });
  const rules = kernel.rules.trading.risk;
  const rest = restAt(risk.streaks, now, rules);
  if (rest !== null)
    latches.push({
      latch: 'BREAK',
      reason: `${risk.streaks.lossesInARow} losing trades in a row${rest.journalMissing ? '; a journal entry is open' : ''}`,
      since: (rest.untilMs ?? now + rules.losingBreakMs) - rules.losingBreakMs,
      untilMs: rest.untilMs,
    });
  if (risk.flashCrash !== null && now < risk.flashCrash.untilMs)
    latches.push({
      latch: 'FLASH_CRASH',
      reason: `${risk.flashCrash.symbol} fell fast`,
      since: risk.flashCrash.untilMs - rules.flashCrashBlockMs,
      untilMs: risk.flashCrash.untilMs,
    });
  for (const strategy of risk.suspended)
    latches.push({ latch: 'STRATEGY_OFF', reason: `${strategy} repeated itself`, since: 0, untilMs: null });
  return latches;
}

function latchFields(latch: {
  readonly reason: string;
  readonly since: number;
  readonly untilMs: number | null;
}): {
  readonly reason: string;
  readonly since: number;
  readonly untilMs: number | null;
} {
  const { reason, since, untilMs } = latch;
  return { reason, since, untilMs };
}
