/** The regime switched through the admin port: felt at once, written down, the same after a restart. */
import { expect, test } from 'vitest';

import { createSeededRandom } from '../../core/seeded-random.ts';
import { createVirtualTimers } from '../../core/virtual-timers.ts';
import { createSyntheticMarket } from '../markets/synthetic.ts';
import { createVenue } from '../matching/venue.ts';
import { administer } from './admin.ts';
import { countingRandom, harness, START, symbolSpec } from '../../../tests/builders/exchange-harness.ts';
import { createExchange, type Exchange } from './exchange.ts';
import type { JournalEntry } from './journal.ts';

const symbols = [symbolSpec('BTCUSDT', 'BTC', 'USDT')];

function synthetic(journal: (entry: JournalEntry) => void) {
  const timers = createVirtualTimers(START);
  const exchange = createExchange({
    venue: createVenue(),
    timers,
    random: countingRandom(),
    journal,
    market: createSyntheticMarket({ random: createSeededRandom(3), symbols, historyMinutes: 10 }),
    accounts: [],
    keys: [],
  });
  return { exchange, timers };
}

const put = (exchange: Exchange, now: number, regime: string): unknown =>
  administer(exchange, () => now, 'PUT', '/market', JSON.stringify({ regime }));

test('a panic called through the admin port widens the spread, and a restart knows of it', () => {
  const journal: JournalEntry[] = [];
  const { exchange, timers } = synthetic((entry) => journal.push(entry));
  exchange.start();
  timers.advance(5_000);
  const before = exchange.state().snapshot();
  const seen = journal.length;
  expect(put(exchange, timers.now(), 'panic')).toEqual({ status: 200, body: { regime: 'panic' } });
  timers.advance(60_000);
  const bid = exchange.venue.bestBid('BTCUSDT')?.price ?? 0n;
  const ask = exchange.venue.bestAsk('BTCUSDT')?.price ?? 0n;
  expect(ask - bid).toBeGreaterThan(10n * 1_000_000n);

  const again = synthetic(() => undefined);
  again.exchange.state().restore(JSON.parse(JSON.stringify(before)));
  for (const entry of journal.slice(seen))
    again.exchange.state().replay(JSON.parse(JSON.stringify(entry)) as JournalEntry);
  expect(again.exchange.state().snapshot()).toEqual(exchange.state().snapshot());
});

test('an unknown regime is refused with the known ones, a market without regimes says so', () => {
  const { exchange } = synthetic(() => undefined);
  exchange.start();
  expect(put(exchange, START, 'nonsense')).toMatchObject({
    status: 400,
    body: { problems: [expect.stringContaining('flash-crash, depeg, halt')] },
  });
  expect(put(harness().exchange, START, 'panic')).toMatchObject({ status: 400 });
});
