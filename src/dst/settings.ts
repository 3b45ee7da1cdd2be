/**
 * What one world is like, drawn from its seed: symbols, money, fees, market, distances and clocks; and
 * the shipped rules with the few figures changed that would keep a short life from getting anywhere
 * (ten entries a day, one position). No control is switched off but tilt, and that in half of the worlds.
 */
import { assetAmount, bpsFloor, notional, type AssetAmount } from '../core/money.ts';
import type { Rules, TierRules } from '../core/rules.ts';
import type { SeededRandom } from '../core/seeded-random.ts';
import type { Tier } from '../core/vocabulary.ts';
import { regimes, type Regime } from '../simulator/markets/calibration.ts';
import type { Latency } from './network.ts';

export type WorldSettings = {
  readonly startsAtMs: number;
  /** Until when things go wrong and the trader types. */
  readonly calmAtMs: number;
  readonly symbols: readonly string[];
  readonly balances: readonly { readonly asset: string; readonly free: AssetAmount }[];
  readonly makerRate: number;
  readonly takerRate: number;
  readonly feesInBnb: boolean;
  readonly regime: Regime;
  readonly pace: number;
  readonly latency: Latency;
  readonly wallOffsetMs: number;
  readonly commands: number;
  /** The tier the account has come to before the world begins. */
  readonly tier: Tier;
  readonly rules: Rules;
};

const COINS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT', 'DOGEUSDT', 'BNBUSDT'] as const;
const DAY_MS = 86_400_000;

export function drawSettings(random: SeededRandom, shipped: Rules): WorldSettings {
  const symbolCount = random.between(1, 3);
  const first = random.between(0, COINS.length - 1);
  const symbols = Array.from(
    { length: symbolCount },
    (_, index) => COINS[(first + index) % COINS.length] ?? 'BTCUSDT',
  );
  const calmAtMs = random.between(30_000, 60_000);
  // Now and then a day ends in the middle of it.
  const day = 20_000 + random.between(0, 500);
  const intoDay = random.chance(0.2)
    ? DAY_MS - random.between(5_000, 40_000)
    : random.between(0, DAY_MS - 200_000);
  const feesInBnb = random.chance(0.3);
  const money = random.pick(['500', '700', '2000', '12000']);
  const near = random.chance(0.6);
  return {
    startsAtMs: day * DAY_MS + intoDay,
    calmAtMs,
    symbols,
    balances: [
      { asset: 'USDT', free: assetAmount(money) },
      ...(feesInBnb ? [{ asset: 'BNB', free: assetAmount(random.pick(['0.001', '1'])) }] : []),
    ],
    makerRate: 1_000,
    takerRate: 1_000,
    feesInBnb,
    regime: regimes[random.pick(['dead', 'normal', 'normal', 'volatile', 'panic'] as const)],
    pace: random.pick([1, 2, 4]),
    latency: {
      fixedMs: near ? random.between(0, 5) : random.between(20, 150),
      randomMs: near ? random.between(1, 10) : random.between(10, 200),
      longChance: random.pick([0, 0.01, 0.05]),
      longMs: random.between(100, 900),
    },
    // Most machines are right within a second; some are an hour off.
    wallOffsetMs: random.chance(0.95) ? random.between(-450, 450) : random.between(-3_600_000, 3_600_000),
    commands: random.between(16, 40),
    tier: random
      .fork('tier')
      .pick(['SNIPER', 'SNIPER', 'SNIPER', 'HUNTER', 'HUNTER', 'STRATEGIST', 'ARCHITECT'] as const),
    rules: drawRules(random.fork('rules'), shipped, BigInt(money)),
  };
}

function drawRules(random: SeededRandom, shipped: Rules, money: bigint): Rules {
  const { risk, tilt } = shipped.trading;
  const roomy = (tier: TierRules): TierRules => ({
    ...tier,
    entriesPerDayMax: 1_000,
    openPositionsMax: random.between(1, 3),
    dailyLossMax: notional(String(money)),
    dailyLossMaxBps: 2_000,
  });
  const { tiers } = shipped.tierGates;
  const room = roomy(tiers.SNIPER);
  const everyTier: Rules['tierGates']['tiers'] = {
    SNIPER: room,
    HUNTER: { ...room, ...forms(tiers.HUNTER) },
    STRATEGIST: { ...room, ...forms(tiers.STRATEGIST) },
    ARCHITECT: { ...room, ...forms(tiers.ARCHITECT) },
  };
  const calm = random.chance(0.5);
  return {
    ...shipped,
    tierGates: { ...shipped.tierGates, tiers: everyTier },
    trading: {
      ...shipped.trading,
      risk: {
        ...risk,
        stopDistanceBps: random.pick([200, 200, 50, 20, 12]),
        // So near in some worlds that a target is reached within seconds.
        stopDistanceMinBps: random.pick([10, 1]),
        entriesPerMinuteMax: random.pick([5, 30]),
        // So low in some worlds that a loss of a few cents reaches it.
        drawdownHaltBps: random.pick([1_500, 1_500, 10, 3]),
        drawdownWarningsBps: random.pick([risk.drawdownWarningsBps, []]),
      },
      execution: {
        ...shipped.trading.execution,
        snapshotEveryEvents: random.pick([10, 60, 500]),
        equityMarkEveryMs: random.pick([1_000, 10_000]),
      },
      tilt: calm ? { ...tilt, cautionFrom: 98, warningFrom: 99, lockedFrom: 100, reentryWithinMs: 1 } : tilt,
    },
  };
}

/** What a tier has earned; everything else is drawn. */
function forms(tier: TierRules): Pick<TierRules, 'entryOrderTypes' | 'executionMethods' | 'strategies'> {
  const { entryOrderTypes, executionMethods, strategies } = tier;
  return { entryOrderTypes, executionMethods, strategies };
}

/** The same market with almost nothing in its book: orders are filled in parts, or not at all. */
export function thinned(regime: Regime): Regime {
  return { ...regime, depth: regime.depth / 20_000 };
}

/** How much of a balance somebody else moves: from a hundredth to a tenth. */
export function partOf(amount: AssetAmount, random: SeededRandom): AssetAmount {
  return bpsFloor(amount, random.between(100, 1_000));
}
