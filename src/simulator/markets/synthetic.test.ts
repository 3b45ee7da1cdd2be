import { describe, expect, it } from 'vitest';
import {
  recordingVenue,
  runUntil,
  type RecordingVenue,
} from '../../../tests/fixtures/market/recording-venue.ts';
import { toNumber } from '../../core/money.ts';
import type { Random } from '../../core/ports/random.ts';
import { MINUTE_MS } from '../../core/time.ts';
import { createVenue } from '../matching/venue.ts';
import type { SymbolSpec } from '../matching/venue-api.ts';
import { createNoise } from './noise.ts';
import { listedSpec } from './symbols.ts';
import { createSyntheticMarket, type SyntheticMarket, type SyntheticOptions } from './synthetic.ts';

const START = Date.UTC(2026, 10, 23, 12, 0, 30);
const SECOND = 1_000;

function randomOf(seed: number): Random {
  const noise = createNoise([seed, seed + 1, seed + 2, seed + 3]);
  return {
    next: () => noise.uniform(),
    bytes: (length) => Uint8Array.from({ length }, () => Math.floor(noise.uniform() * 256)),
  };
}

function spec(symbol: string): SymbolSpec {
  const found = listedSpec(symbol);
  if (found === null) throw new Error(`${symbol} is listed`);
  return found;
}

const pair = [spec('BTCUSDT'), spec('ETHUSDT')];

function market(seed: number, options: Partial<SyntheticOptions> = {}): SyntheticMarket {
  return createSyntheticMarket({ random: randomOf(seed), symbols: pair, ...options });
}

function played(driver: SyntheticMarket, seconds: number): RecordingVenue {
  const recorded = recordingVenue(driver.symbols());
  driver.start(START, recorded.venue);
  runUntil(driver, recorded.venue, START + seconds * SECOND);
  return recorded;
}

describe('the synthetic market', () => {
  it('is the same for the same seed, trade by trade', () => {
    const first = played(market(7), 60);
    const second = played(market(7), 60);
    expect(first.prints.length).toBeGreaterThan(500);
    expect(second.prints).toEqual(first.prints);
    expect([...second.newest]).toEqual([...first.newest]);
    expect(played(market(8), 60).prints).not.toEqual(first.prints);
  });

  it('does not depend on how often it is asked to advance', () => {
    const eager = played(market(7), 30);
    const lazy = recordingVenue(pair);
    const driver = market(7);
    driver.start(START, lazy.venue);
    for (let second = 3; second <= 30; second += 3) driver.advance(START + second * SECOND, lazy.venue);
    expect(lazy.prints).toEqual(eager.prints);
  });

  it('never crosses, never leaves the grid, never steps back in time, in any regime', () => {
    // The recording venue refuses all three.
    for (const regime of ['dead', 'normal', 'volatile', 'panic'] as const) {
      const recorded = played(market(3, { regime }), 60);
      expect(recorded.prints.length).toBeGreaterThan(10);
      for (const quoted of recorded.newest.values()) {
        expect(quoted.bids.length).toBeGreaterThanOrEqual(20);
        expect(quoted.asks.length).toBeGreaterThanOrEqual(20);
      }
    }
  });

  it('has a price, a book on both sides and a trade from the first moment', () => {
    const driver = market(1, { startPrices: { BTCUSDT: 60_000 } });
    const recorded = recordingVenue(pair);
    driver.start(START, recorded.venue);
    expect(recorded.prints.map((print) => print.symbol).sort()).toEqual(['BTCUSDT', 'ETHUSDT']);
    const btc = recorded.newest.get('BTCUSDT');
    expect(toNumber(btc?.bids[0]?.price ?? 0n)).toBeCloseTo(60_000, -2);
  });

  it('has history that ends where the market starts', () => {
    const driver = market(5);
    expect(driver.history('BTCUSDT')).toEqual([]);
    const recorded = recordingVenue(pair);
    driver.start(START, recorded.venue);
    const history = driver.history('BTCUSDT');
    expect(history).toHaveLength(500);
    for (const [index, candle] of history.entries()) {
      expect(candle.low <= candle.open && candle.low <= candle.close).toBe(true);
      expect(candle.high >= candle.open && candle.high >= candle.close).toBe(true);
      const before = history[index - 1];
      if (before === undefined) continue;
      expect(candle.openTime - before.openTime).toBe(MINUTE_MS);
      expect(candle.open).toBe(before.close);
    }
    const last = history.at(-1);
    expect(last?.closeTime).toBe(Math.floor(START / MINUTE_MS) * MINUTE_MS - 1);
    const touch = recorded.newest.get('BTCUSDT')?.bids[0]?.price ?? 0n;
    expect(Math.abs(toNumber(touch) / toNumber(last?.close ?? 1n) - 1)).toBeLessThan(0.001);
  });

  it('goes on from a snapshot exactly as it would have gone on', () => {
    const original = market(11);
    const recorded = recordingVenue(pair);
    original.start(START, recorded.venue);
    // In the middle of a step, with trades planned.
    runUntil(original, recorded.venue, START + 10 * SECOND + 37);
    const saved = JSON.parse(JSON.stringify(original.snapshot())) as unknown;
    const before = recorded.prints.length;
    runUntil(original, recorded.venue, START + 40 * SECOND);

    const restored = market(999);
    restored.restore(saved);
    const continued = recordingVenue(pair);
    runUntil(restored, continued.venue, START + 40 * SECOND);
    expect(continued.prints).toEqual(recorded.prints.slice(before));
    expect(restored.snapshot()).toEqual(original.snapshot());
  });

  it('catches up after a long sleep in few steps and then goes on as usual', () => {
    const driver = market(4);
    const recorded = recordingVenue(pair);
    driver.start(START, recorded.venue);
    const awake = START + 60 * MINUTE_MS;
    driver.advance(awake, recorded.venue);
    expect(recorded.prints.length).toBeLessThan(40_000);
    expect(recorded.prints.at(-1)?.at).toBeLessThanOrEqual(awake);
    const next = driver.nextAt() ?? 0;
    expect(next - awake).toBeLessThanOrEqual(100);
    const before = recorded.prints.length;
    runUntil(driver, recorded.venue, awake + 20 * SECOND);
    expect(recorded.prints.length).toBeGreaterThan(before);
  });

  it('leaves a symbol that does not trade alone and comes back to it', () => {
    const driver = market(6);
    const recorded = recordingVenue(pair);
    driver.start(START, recorded.venue);
    recorded.venue.setSymbol(START, { ...spec('BTCUSDT'), status: 'BREAK' });
    const halted = recorded.newest.get('BTCUSDT');
    runUntil(driver, recorded.venue, START + 20 * SECOND);
    expect(recorded.newest.get('BTCUSDT')).toBe(halted);
    expect(recorded.prints.filter((print) => print.symbol === 'ETHUSDT').length).toBeGreaterThan(50);
    recorded.venue.setSymbol(START + 20 * SECOND, spec('BTCUSDT'));
    runUntil(driver, recorded.venue, START + 25 * SECOND);
    expect(recorded.newest.get('BTCUSDT')).not.toBe(halted);
  });

  it('a change of regime is felt in spread, depth and activity', () => {
    const calm = played(market(9, { regime: 'dead' }), 60);
    const wild = played(market(9, { regime: 'panic' }), 60);
    const spreadOf = (recorded: RecordingVenue): number => {
      const quoted = recorded.newest.get('BTCUSDT');
      return toNumber((quoted?.asks[0]?.price ?? 0n) - (quoted?.bids[0]?.price ?? 0n));
    };
    const depthOf = (recorded: RecordingVenue): number =>
      (recorded.newest.get('BTCUSDT')?.bids ?? []).reduce((sum, level) => sum + toNumber(level.quantity), 0);
    expect(spreadOf(wild)).toBeGreaterThan(10 * spreadOf(calm));
    expect(depthOf(wild)).toBeLessThan(depthOf(calm) / 3);
    expect(wild.prints.length).toBeGreaterThan(3 * calm.prints.length);
  });
});

describe('with the matching core', () => {
  it('fills resting client orders when the market trades through them, at their own price', () => {
    const venue = createVenue();
    const btc = spec('BTCUSDT');
    venue.setSymbol(START, btc);
    const driver = createSyntheticMarket({ random: randomOf(12), symbols: [btc], regime: 'volatile' });
    venue.openAccount({
      accountId: 1,
      makerRate: 1_000,
      takerRate: 1_000,
      feesInBnb: false,
      unlimited: false,
      balances: [
        { asset: 'USDT', free: (10n ** 13n) as never },
        { asset: 'BTC', free: (10n ** 9n) as never },
      ],
    });
    driver.start(START, venue);
    const bid = venue.bestBid('BTCUSDT')?.price ?? 0n;
    const order = (side: 'BUY' | 'SELL', price: bigint): void => {
      const placed = venue.place(START, {
        accountId: 1,
        symbol: 'BTCUSDT',
        side,
        type: 'LIMIT',
        timeInForce: 'GTC',
        quantity: 100_000n as never,
        quoteOrderQuantity: null,
        price: price as never,
        stopPrice: null,
        trailingDeltaBps: null,
        icebergQuantity: null,
        clientOrderId: `c-${side}`,
        selfTradeMode: null,
        strategyId: null,
        strategyType: null,
      });
      expect(placed.ok).toBe(true);
    };
    // Ten basis points away on either side: a volatile minute or two reaches one of them.
    const distance = (bid / 1_000n / btc.tickSize) * btc.tickSize;
    order('BUY', bid - distance);
    order('SELL', bid + distance);
    for (let next = driver.nextAt(); next !== null && next < START + 10 * MINUTE_MS; next = driver.nextAt())
      driver.advance(next, venue);
    const fills = venue.trades(1, 'BTCUSDT', 0, 100);
    expect(fills.length).toBeGreaterThan(0);
    for (const fill of fills) {
      expect(fill.isMaker).toBe(true);
      expect([bid - distance, bid + distance]).toContain(fill.price);
    }
  });
});
