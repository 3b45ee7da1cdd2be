import { describe, expect, it } from 'vitest';
import { candleAt, closedCandle, madeCandles } from '../../tests/builders/candles.ts';
import { MINUTE_MS } from '../core/time.ts';
import { createStrategyRegistry, type StrategyRegistry } from './registry.ts';
import { sniperManifest } from './sniper/manifest.ts';
import type { Strategy } from './strategy.ts';

const enabled = new Map([['sma_cross', 'BTCUSDT']]);

function spoken(registry: StrategyRegistry, symbol: string, on: ReadonlyMap<string, string>): number {
  let count = 0;
  let isOpen = false;
  for (const candle of madeCandles()) {
    const wishes = registry.onCandle(on, closedCandle(symbol, candle), isOpen);
    count += wishes.length;
    for (const { kind } of wishes) isOpen = kind === 'enter';
  }
  return count;
}

/** Wishes to enter on every candle and counts them in its state. */
const eager: Strategy<number> = {
  name: 'eager',
  summary: '',
  initial: 0,
  onCandle: (seen, { symbol }) => ({
    state: seen + 1,
    signals: [{ strategy: 'eager', symbol, side: 'LONG', kind: 'enter', reason: '', figures: { seen } }],
  }),
};

describe('the strategy registry', () => {
  it('names the strategies of the folders it was given', () => {
    expect(createStrategyRegistry([sniperManifest]).names).toEqual(['sma_cross']);
  });

  it('lets a strategy speak only when it is on, and for its symbol', () => {
    expect(spoken(createStrategyRegistry([sniperManifest]), 'BTCUSDT', enabled)).toBeGreaterThan(4);
    expect(spoken(createStrategyRegistry([sniperManifest]), 'BTCUSDT', new Map())).toBe(0);
    expect(spoken(createStrategyRegistry([sniperManifest]), 'ETHUSDT', enabled)).toBe(0);
  });

  it('gives each candle once, whatever the stream repeats', () => {
    const registry = createStrategyRegistry([{ tier: 'SNIPER', strategies: [eager] }]);
    const on = new Map([['eager', 'BTCUSDT']]);
    const tell = (minute: number): readonly unknown[] =>
      registry
        .onCandle(on, closedCandle('BTCUSDT', candleAt(minute * MINUTE_MS, 1)), false)
        .map(({ figures }) => figures);
    expect([tell(1), tell(1), tell(0), tell(2)]).toEqual([[{ seen: 0 }], [], [], [{ seen: 1 }]]);
  });

  it('waits for a candle to close', () => {
    const registry = createStrategyRegistry([{ tier: 'SNIPER', strategies: [eager] }]);
    const open = { ...closedCandle('BTCUSDT', candleAt(0, 1)), closed: false };
    expect(registry.onCandle(new Map([['eager', 'BTCUSDT']]), open, false)).toEqual([]);
  });

  it('keeps symbols apart', () => {
    const registry = createStrategyRegistry([{ tier: 'SNIPER', strategies: [eager] }]);
    const tell = (symbol: string): unknown =>
      registry.onCandle(new Map([['eager', symbol]]), closedCandle(symbol, candleAt(0, 1)), false)[0]
        ?.figures;
    expect([tell('BTCUSDT'), tell('ETHUSDT')]).toEqual([{ seen: 0 }, { seen: 0 }]);
  });

  it('refuses two strategies of one name', () => {
    expect(() => createStrategyRegistry([sniperManifest, sniperManifest])).toThrow('a name of its own');
  });
});
