/** The live market with the built-in exchange itself as the real one: same protocol, no internet. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';

import { recordingVenue, type RecordingVenue } from '../../../tests/fixtures/market/recording-venue.ts';
import { assetAmount } from '../../core/money.ts';
import { createSeededRandom } from '../../core/seeded-random.ts';
import { runExchange, type RunningExchange } from '../server/run-exchange.ts';
import type { MarketDriver } from '../server/market-driver.ts';
import { createSystemRandom, createSystemTimers } from '../../wiring/system-ports.ts';
import { openMarket } from './open-feed.ts';

const random = createSeededRandom(4);
const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function upstream(): Promise<RunningExchange> {
  const folder = mkdtempSync(join(tmpdir(), 'genesis-live-'));
  const started = await runExchange({
    folder,
    keyTypes: ['HMAC'],
    port: 0,
    adminPort: null,
    faults: null,
    speed: 1,
    market: { feed: 'synthetic', seed: 7, symbols: ['BTCUSDT'] },
    openMarket: () => openMarket('synthetic', { random: createSeededRandom(7), symbols: ['BTCUSDT'] }),
    balance: assetAmount('1000'),
    random: createSystemRandom(),
    wallNow: () => Date.now(),
    timers: createSystemTimers,
  });
  if (!started.ok) throw new Error(started.error.code);
  endings.push(async () => {
    await started.value.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return started.value;
}

async function live(url: string): Promise<{ driver: MarketDriver; recorded: RecordingVenue }> {
  const driver = await openMarket(`live:${url}`, { random, symbols: ['BTCUSDT'] });
  endings.push(() => driver.stop?.());
  return { driver, recorded: recordingVenue(driver.symbols()) };
}

test('books, trades, filters and candles are those of the exchange it listens to', async () => {
  const running = await upstream();
  const { driver, recorded } = await live(running.address.rest);
  driver.start(1_000, recorded.venue);
  const real = running.exchange.venue;
  const own = driver.symbols()[0];
  expect(own).toMatchObject({
    symbol: 'BTCUSDT',
    tickSize: real.symbol('BTCUSDT')?.tickSize,
    minNotional: real.symbol('BTCUSDT')?.minNotional,
  });
  expect(recorded.newest.get('BTCUSDT')?.bids).toHaveLength(20);
  expect(driver.history('BTCUSDT').length).toBeGreaterThan(100);
  const inputs: unknown[] = [];
  let now = 1_000;
  await vi.waitFor(
    () => {
      const input = JSON.parse(JSON.stringify(driver.collect?.())) as unknown;
      inputs.push(input);
      driver.advance((now += 50), recorded.venue, input);
      expect(recorded.prints.length).toBeGreaterThan(10);
    },
    { timeout: 10_000, interval: 50 },
  );
  // What was written down gives the same again without the network.
  const again = recordingVenue(driver.symbols());
  const { driver: other } = await live(running.address.rest);
  now = 1_000;
  for (const input of inputs) other.advance((now += 50), again.venue, input);
  expect(again.prints).toEqual(recorded.prints.slice(1));
  expect(again.newest.get('BTCUSDT')).toEqual(recorded.newest.get('BTCUSDT'));
});

test('silence stops trading and the first word lets it go on', async () => {
  const running = await upstream();
  const { driver, recorded } = await live(running.address.rest);
  driver.start(1_000, recorded.venue);
  driver.advance(2_000, recorded.venue, { frames: [], silent: true });
  expect(recorded.venue.symbol('BTCUSDT')?.status).toBe('BREAK');
  driver.advance(3_000, recorded.venue, { frames: ['{', '[]', '{"stream":"btcusdt@trade"}'], silent: false });
  expect(recorded.venue.symbol('BTCUSDT')?.status).toBe('TRADING');
});

test('without the exchange it says so, why it is all right and what next, at once', async () => {
  await expect(live('http://127.0.0.1:9')).rejects.toMatchObject({
    message: expect.stringContaining('Live prices cannot be had') as unknown,
    advice: expect.stringContaining('--feed synthetic') as unknown,
  });
});

test('an exchange that answers something else is refused', async () => {
  const server = createServer((_request, response) => response.end('{"symbols":[{"symbol":1}]}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await expect(live(`http://127.0.0.1:${port}`)).rejects.toThrow('no symbol that could be used');
});
