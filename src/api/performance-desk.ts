/**
 * Keeps what was earned for whoever asks: trades of the past from the store, read once when somebody first
 * looks, and from then on the engine's own events. Nothing of it is on the way of an order.
 */
import { createPerformance, type PerformanceMetrics } from '../analytics/performance.ts';
import type { PerformancePanel } from '../core/dashboard.ts';
import type { EngineControl } from '../core/ports/engine-control.ts';
import type { OrderRepository, PositionRepository } from '../core/ports/repositories.ts';
import { DAY_MS } from '../core/time.ts';

export type PastTrades = Pick<PositionRepository, 'closed'> & {
  readonly recentOrders?: OrderRepository['recent'];
};

export const performancePeriods = ['day', 'week', 'month', 'all'] as const;
export type PerformancePeriod = (typeof performancePeriods)[number];

export interface PerformanceDesk {
  /** Null until the past has been read. */
  panel(): PerformancePanel | null;
  metrics(period: PerformancePeriod, now: number): Promise<PerformanceMetrics>;
  close(): void;
}

const periodMs: Readonly<Record<PerformancePeriod, number>> = {
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
  all: Number.POSITIVE_INFINITY,
};
const ORDERS_READ = 5_000;

export function createPerformanceDesk(control: EngineControl, past: PastTrades | undefined): PerformanceDesk {
  const performance = createPerformance();
  let reading: Promise<void> | null = null;
  let known = false;
  const stop = control.listen((message) => {
    if (message.kind === 'event') performance.event(message.record);
  });

  /** Once; a store that cannot be read leaves what the events tell. */
  const read = async (): Promise<void> => {
    if (past !== undefined) {
      const [closed, orders] = await Promise.all([
        past.closed({ from: 0, to: Number.MAX_SAFE_INTEGER }),
        past.recentOrders?.(ORDERS_READ) ?? Promise.resolve([]),
      ]);
      const strategies = new Map(
        orders
          .filter(({ purpose }) => purpose === 'entry')
          .map(({ positionId, strategy }) => [positionId, strategy]),
      );
      for (const position of closed) {
        performance.add({
          positionId: position.positionId,
          symbol: position.symbol,
          strategy: strategies.get(position.positionId) ?? null,
          pnl: position.pnl,
          openedAt: position.openedAt,
          closedAt: position.closedAt ?? position.openedAt,
        });
      }
    }
    known = true;
  };
  const once = async (): Promise<void> => {
    reading ??= read().catch(() => {
      known = true;
    });
    return reading;
  };

  return {
    panel(): PerformancePanel | null {
      if (!known) void once();
      return known ? performance.panel() : null;
    },
    async metrics(period, now): Promise<PerformanceMetrics> {
      await once();
      const span = periodMs[period];
      return performance.metrics(Number.isFinite(span) ? now - span : 0);
    },
    close: stop,
  };
}

/** The engine, with what was earned on its dashboard. */
export function withPerformance(control: EngineControl, desk: PerformanceDesk): EngineControl {
  return { ...control, dashboard: () => ({ ...control.dashboard(), performance: desk.panel() }) };
}
