/**
 * A scripted engine in the busiest market a person would sit in front of: eight pairs, two positions,
 * every figure different in every picture. For measuring the console; places nothing, decides nothing.
 */
import type { Dashboard, MarketPanel } from '../../src/core/dashboard.ts';
import { createFakeEngine, type FakeEngine } from './fake-engine.ts';
import { fullDashboard } from './full-dashboard.ts';

const bases = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'ADA', 'DOGE', 'DUSK'] as const;
const PRICES = 240;

export type BusyEngine = FakeEngine & {
  /** One market update: a trade somewhere. */
  update(): void;
};

export function createBusyEngine(now: () => number): BusyEngine {
  const engine = createFakeEngine(now);
  const base = fullDashboard();
  let state = 7;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const lasts = bases.map((_, index) => 67_000 / 4 ** index);
  const closes = lasts.map((last) => Array.from({ length: PRICES }, () => last * (1 + random() / 200)));
  let updates = 0;

  const markets = (): readonly MarketPanel[] =>
    bases.map((name, index) => {
      const last = (lasts[index] ?? 1).toFixed(2);
      return {
        symbol: `${name}USDT`,
        display: `${name}/USDT`,
        baseAsset: name,
        bid: last,
        ask: last,
        last,
        priceDecimals: 2,
        spreadBps: random() * 3,
        state: random() > 0.9 ? 'VOLATILE' : 'NORMAL',
        ageMs: Math.floor(random() * 400),
        stale: false,
        closes: [...(closes[index] ?? []).slice(1 + (updates % 7)), lasts[index] ?? 1],
      };
    });

  const picture = (): Dashboard => ({
    ...base,
    at: now(),
    markets: markets(),
    account: {
      ...base.account,
      equity: (3_200 + random() * 40).toFixed(2),
      dayPnl: (random() * 40 - 10).toFixed(2),
      dayPnlBps: Math.floor(random() * 100),
      dailyLossLeft: (60 + random() * 40).toFixed(2),
      drawdownBps: Math.floor(random() * 300),
    },
    positions: base.positions.map((position, index) => ({
      ...position,
      markPrice: (lasts[index] ?? 1).toFixed(2),
      pnlDollars: (random() * 4 - 2).toFixed(2),
      stopDistanceBps: 150 + Math.floor(random() * 60),
    })),
    notices: engine.dashboard().notices,
  });

  return {
    ...engine,
    dashboard: picture,
    update(): void {
      updates += 1;
      const index = updates % bases.length;
      lasts[index] = (lasts[index] ?? 1) * (1 + (random() - 0.5) / 2_000);
    },
  };
}
