/**
 * The account's worth over time: starts the day, marks equity, warns on the way down from the peak and
 * halts at the drawdown limit within the same step (invariant 12). What is marked is realised,
 * unrealised and fees together.
 */
import type { DomainEvent } from '../core/events.ts';
import { formatPlaces, type Notional } from '../core/money.ts';
import { dayNumber } from '../core/time.ts';
import type { Kernel } from './kernel.ts';
import { percentText } from './narrate.ts';
import type { Positions } from './portfolio/positions.ts';
import { dayPnl, drawdownBps } from './risk-engine/daily-loss.ts';
import { decideRecovery } from './risk-engine/recovery.ts';

export interface EquityMarks {
  /** Starts the day by engine time, once the account has been read. */
  startDay(): void;
  /** Marks now. */
  mark(): void;
  /** Marks at once what must not be lost in a crash: a new peak, a warning, the limit. */
  onMarket(): void;
  /** Marks at intervals while something is open, and once more when what is held has become nothing. */
  onTick(): void;
}

/** Equity above the recorded peak by this much is recorded at once, so that a crash loses nothing that matters. */
const PEAK_STEP_BPS = 10n;

export function createEquityMarks(kernel: Kernel, equity: () => Notional): EquityMarks {
  let lastMarkAt = Number.NEGATIVE_INFINITY;
  /** What was held at the last mark; null before the first. */
  let markedFor: Positions | null = null;

  const startDay = (): void => {
    const state = kernel.state();
    const day = dayNumber(kernel.timers.now());
    if (day <= state.risk.day || state.trading.phase !== 'READY') return;
    kernel.commit([{ kind: 'day.started', day, equity: equity() }]);
  };

  /** The warnings that this drawdown has reached and that were not given since the last peak. */
  const warningsAt = (drawdown: number): readonly number[] =>
    kernel.rules.trading.risk.drawdownWarningsBps.filter(
      (limitBps) => limitBps <= drawdown && limitBps > kernel.state().risk.drawdownWarnedBps,
    );

  const mark = (value: Notional): void => {
    const { risk: memory, positions, trading } = kernel.state();
    const { risk } = kernel.rules.trading;
    if (memory.day < 0) return;
    lastMarkAt = kernel.timers.monotonic();
    markedFor = positions;
    const peak = value > memory.peakEquity ? value : memory.peakEquity;
    const drawdown = drawdownBps(peak, value);
    const events: DomainEvent[] = [
      {
        kind: 'equity.marked',
        equity: value,
        peak,
        drawdownBps: drawdown,
        dayPnl: dayPnl(memory, value),
        day: memory.day,
      },
    ];
    if (drawdown >= risk.drawdownHaltBps && (trading.halt?.level ?? 0) < 2) {
      events.push({
        kind: 'trading.halted',
        actor: 'system',
        reason: `the account is ${percentText(risk.drawdownHaltBps)} or more below its peak`,
        figures: {
          drawdownBps: drawdown,
          limitBps: risk.drawdownHaltBps,
          peak: formatPlaces(peak, 2),
          equity: formatPlaces(value, 2),
        },
        level: 2,
      });
    }
    events.push(...decideRecovery(memory.recovery, peak, value, risk));
    for (const limitBps of warningsAt(drawdown))
      events.push({
        kind: 'account.drawdownWarned',
        limitBps,
        drawdownBps: drawdown,
        haltBps: risk.drawdownHaltBps,
        equity: value,
        peak,
      });
    kernel.commit(events);
  };

  return {
    startDay,
    mark: () => mark(equity()),
    onMarket(): void {
      const state = kernel.state();
      if (
        state.risk.day < 0 ||
        (state.positions.open.size === 0 && state.positions.dust.size === 0) ||
        kernel.storeFailed()
      )
        return;
      const value = equity();
      const { peakEquity, recovery } = state.risk;
      const { risk } = kernel.rules.trading;
      const newPeak = value > peakEquity + (peakEquity * PEAK_STEP_BPS) / 10_000n;
      const drawdown = drawdownBps(peakEquity, value);
      const crossed = drawdown >= risk.drawdownHaltBps && (state.trading.halt?.level ?? 0) < 2;
      const recovers = decideRecovery(recovery, peakEquity, value, risk).length > 0;
      if (newPeak || crossed || recovers || warningsAt(drawdown).length > 0) mark(value);
    },
    onTick(): void {
      startDay();
      const { risk: memory, positions } = kernel.state();
      if (memory.day < 0) return;
      const isOpen = positions.open.size > 0;
      const due = kernel.timers.monotonic() - lastMarkAt >= kernel.rules.trading.execution.equityMarkEveryMs;
      // A position that came and went between two marks is a result all the same.
      if (isOpen ? due : markedFor !== positions) mark(equity());
    },
  };
}
