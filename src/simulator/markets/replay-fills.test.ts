import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assetAmount, price, quantity, type Price } from '../../core/money.ts';
import { createVenue } from '../matching/venue.ts';
import type { AccountTrade, Venue, VenueSide } from '../matching/venue-api.ts';
import { openMarket } from './open-feed.ts';

const folder = join(import.meta.dirname, '../../../tests/fixtures/market');
const START = Date.UTC(2026, 10, 23, 9, 30);
const options = { random: { next: () => 0.5, bytes: (length: number) => new Uint8Array(length) } };

/** Fills of one resting order while a recording is replayed against the matching core. */
async function fillsOf(
  file: string,
  symbol: string,
  side: VenueSide,
  at: Price,
): Promise<{ readonly fills: readonly AccountTrade[]; readonly venue: Venue }> {
  const driver = await openMarket(`replay:${join(folder, file)}`, options);
  const venue = createVenue();
  for (const spec of driver.symbols()) venue.setSymbol(START, spec);
  const base = venue.symbol(symbol)?.baseAsset ?? '';
  venue.openAccount({
    accountId: 1,
    makerRate: 1_000,
    takerRate: 1_000,
    feesInBnb: false,
    unlimited: false,
    balances: [
      { asset: 'USDT', free: assetAmount('1000000') },
      { asset: base, free: assetAmount('1000') },
    ],
  });
  driver.start(START, venue);
  const placed = venue.place(START, {
    accountId: 1,
    symbol,
    side,
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: quantity('0.1'),
    quoteOrderQuantity: null,
    price: at,
    stopPrice: null,
    trailingDeltaBps: null,
    icebergQuantity: null,
    clientOrderId: 'resting',
    selfTradeMode: null,
    strategyId: null,
    strategyType: null,
  });
  expect(placed).toMatchObject({ ok: true });
  for (let next = driver.nextAt(); next !== null; next = driver.nextAt()) driver.advance(next, venue);
  return { fills: venue.trades(1, symbol, 0, 100), venue };
}

describe('a resting order in a replayed market', () => {
  // The first candle opens at 40000 and falls to 39991.01.
  it('is filled at its own price when the recording trades through it', async () => {
    const { fills, venue } = await fillsOf('BTCUSDT-1m-six-columns.csv', 'BTCUSDT', 'BUY', price('39995'));
    expect(fills.length).toBeGreaterThan(0);
    expect(fills.every((fill) => fill.price === price('39995') && fill.isMaker)).toBe(true);
    expect(fills.reduce((sum, fill) => sum + fill.quantity, 0n)).toBe(quantity('0.1'));
    expect(fills[0]?.time).toBeLessThan(START + 60_000);
    expect(venue.openOrders(1, null)).toEqual([]);
  });

  it('is not filled when the recording never reached it', async () => {
    const { fills, venue } = await fillsOf('BTCUSDT-1m-six-columns.csv', 'BTCUSDT', 'BUY', price('39000'));
    expect(fills).toEqual([]);
    expect(venue.openOrders(1, null)).toHaveLength(1);
  });

  it('is filled by the recorded book when that crosses it', async () => {
    const { fills } = await fillsOf('SOLUSDT-depth.jsonl.gz', 'SOLUSDT', 'SELL', price('200.35'));
    expect(fills.length).toBeGreaterThan(0);
    expect(fills.every((fill) => fill.price === price('200.35') && fill.isMaker)).toBe(true);
  });
});
