/**
 * One-minute candles of the time before a synthetic market starts: the same price process in steps of
 * five seconds, shifted as a whole so that the last close is the start price. The volatility it ends
 * with is the one the market starts with, so that clusters run across the seam.
 */
import { fixedFromNumber, toNumber, type Notional, type Price, type Quantity } from '../../core/money.ts';
import type { Candle } from '../../core/ports/market-feed.ts';
import { MINUTE_MS } from '../../core/time.ts';
import type { SymbolSpec } from '../matching/venue-api.ts';
import { ARRIVAL_VOLATILITY_POWER, ORDER_SIZE_SIGMA, type Character, type Regime } from './calibration.ts';
import type { Noise } from './noise.ts';
import type { PriceProcess } from './price-process.ts';

const STEP_S = 5;
const STEPS_PER_MINUTE = 60 / STEP_S;
/** Mean over median of a lognormal order; a minute's volume varies by this much more (2022: sd of log volume 1.2, most of it shared with volatility). */
const MEAN_OVER_MEDIAN = Math.exp(ORDER_SIZE_SIGMA ** 2 / 2);
const VOLUME_SIGMA = 0.6;

type RawCandle = { open: number; high: number; low: number; close: number; volatility: number };

/** Candles per symbol, oldest first, the last one closing just before `end` at the start price. */
export function syntheticHistory(
  process: PriceProcess,
  noise: Noise,
  specs: readonly SymbolSpec[],
  characters: readonly Character[],
  startPrices: readonly number[],
  span: { readonly end: number; readonly minutes: number; readonly regime: Regime },
): ReadonlyMap<string, readonly Candle[]> {
  const first = span.end - span.minutes * MINUTE_MS;
  const raw: RawCandle[][] = specs.map(() => []);
  for (let minute = 0; minute < span.minutes; minute += 1) {
    const opened = process.state.symbols.map((symbol) => symbol.logPrice);
    for (const [index, candles] of raw.entries()) {
      const open = opened[index] ?? 0;
      candles.push({ open, high: open, low: open, close: open, volatility: 0 });
    }
    for (let step = 0; step < STEPS_PER_MINUTE; step += 1) {
      process.step(first + minute * MINUTE_MS + step * STEP_S * 1000, STEP_S, span.regime);
      for (const [index, candles] of raw.entries()) {
        const candle = candles[minute];
        const symbol = process.state.symbols[index];
        if (candle === undefined || symbol === undefined) continue;
        candle.close = symbol.logPrice;
        candle.high = Math.max(candle.high, symbol.logPrice);
        candle.low = Math.min(candle.low, symbol.logPrice);
        candle.volatility += symbol.secondVolatility / STEPS_PER_MINUTE;
      }
    }
  }
  const histories = new Map<string, readonly Candle[]>();
  for (const [index, spec] of specs.entries()) {
    const symbol = process.state.symbols[index];
    const character = characters[index];
    if (symbol === undefined || character === undefined) continue;
    const target = Math.log(startPrices[index] ?? 1);
    const shift = target - symbol.logPrice;
    symbol.logPrice = target;
    histories.set(
      spec.symbol,
      (raw[index] ?? []).map((candle, minute) =>
        finished(candle, shift, first + minute * MINUTE_MS, { spec, character, regime: span.regime, noise }),
      ),
    );
  }
  return histories;
}

function finished(
  raw: RawCandle,
  shift: number,
  openTime: number,
  of: {
    readonly spec: SymbolSpec;
    readonly character: Character;
    readonly regime: Regime;
    readonly noise: Noise;
  },
): Candle {
  const { spec, character, regime, noise } = of;
  const priceOf = (log: number): Price => {
    const ticks = BigInt(Math.max(1, Math.round(Math.exp(log + shift) / toNumber(spec.tickSize))));
    return (ticks * spec.tickSize) as Price;
  };
  const centre = (regime.dailyVolatility * character.volatility) / Math.sqrt(86_400);
  const activity = regime.activity * (raw.volatility / centre) ** ARRIVAL_VOLATILITY_POWER;
  const trades = noise.poisson(character.ordersPerSecond * 60 * activity);
  const turnover =
    trades *
    character.orderNotional *
    MEAN_OVER_MEDIAN *
    Math.exp(VOLUME_SIGMA * noise.gaussian() - VOLUME_SIGMA ** 2 / 2);
  const close = Math.exp(raw.close + shift);
  const steps = BigInt(Math.round(turnover / (close * toNumber(spec.stepSize))));
  const volume = (steps * spec.stepSize) as Quantity;
  return {
    openTime,
    closeTime: openTime + MINUTE_MS - 1,
    open: priceOf(raw.open),
    high: priceOf(raw.high),
    low: priceOf(raw.low),
    close: priceOf(raw.close),
    volume,
    quoteVolume: fixedFromNumber<Notional>(toNumber(volume) * close),
    trades,
  };
}
