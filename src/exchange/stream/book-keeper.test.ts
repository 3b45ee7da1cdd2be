// True books on a market stream, on manual time: alarms, snapshots and their budget. Numbers in
// brackets are the failures of binance.md section 4.
import { describe, expect, it } from 'vitest';
import { price, quantity } from '../../core/money.ts';
import { createGatewayBench, type GatewayBench } from '../testing/gateway-bench.ts';
import { html, json } from '../testing/scripted-http.ts';
import { createSettlingTimers } from '../testing/settling-timers.ts';
import { createSnapshotQueue } from './snapshot-queue.ts';

type Row = readonly [string, string];

function diff(first: number, last: number, bids: readonly Row[] = [], asks: readonly Row[] = []): unknown {
  const data = { e: 'depthUpdate', E: 1, s: 'BTCUSDT', U: first, u: last, b: bids, a: asks };
  return { stream: 'btcusdt@depth@100ms', data };
}

const snapshot = (lastUpdateId: number): unknown => ({
  lastUpdateId,
  bids: [['100.00', '1']],
  asks: [['101.00', '1']],
});

async function live(): Promise<GatewayBench> {
  const bench = createGatewayBench();
  bench.http.on('GET /depth', () => json(snapshot(200)));
  await bench.started();
  bench.marketStream().say(diff(200, 201, [['100.50', '2']]));
  await bench.timers.settle();
  bench.clear();
  return bench;
}

const updates = (bench: GatewayBench): readonly unknown[] => bench.of('market').map(({ update }) => update);

describe('a book kept from diffs', () => {
  it('starts from a deep snapshot and shows each change as a picture', async () => {
    const bench = await live();
    expect(bench.http.of('GET /depth')[0]?.parameters).toEqual({ symbol: 'BTCUSDT', limit: '1000' });
    bench.marketStream().say(diff(202, 203, [['100.50', '0']], [['100.90', '3']]));
    expect(updates(bench)).toMatchObject([
      {
        kind: 'book',
        updateId: 203,
        bids: [{ price: price('100'), quantity: quantity('1') }],
        asks: [{ price: price('100.9') }, { price: price('101') }],
      },
    ]);
  });

  it('is not to be trusted after a gap, and is mended with one snapshot [16]', async () => {
    const bench = await live();
    const asked = bench.http.of('GET /depth').length;
    bench.http.on('GET /depth', () => json(snapshot(210)));
    bench.marketStream().say(diff(205, 206));
    bench.marketStream().say(diff(207, 211, [['100.20', '1']]));
    await bench.timers.settle();
    expect(updates(bench)).toMatchObject([
      { kind: 'bookInvalid', reason: 'gap' },
      { kind: 'book', updateId: 211, bids: [{ price: price('100.2') }, { price: price('100') }] },
    ]);
    expect(bench.http.of('GET /depth').length).toBe(asked + 1);
  });

  it('raises the alarm when its sides cross, and starts over [16]', async () => {
    const bench = await live();
    bench.http.on('GET /depth', () => json(snapshot(300)));
    bench.marketStream().say(diff(202, 202, [['101.50', '1']]));
    bench.marketStream().say(diff(203, 204));
    await bench.timers.settle();
    expect(updates(bench)).toMatchObject([
      { kind: 'bookInvalid', reason: 'crossed' },
      { kind: 'book', updateId: 300 },
    ]);
  });

  it('asks again, unhurried, while snapshots are older than its diffs [16]', async () => {
    const bench = await live();
    const asked = bench.http.of('GET /depth').length;
    bench.marketStream().say(diff(300, 301));
    await bench.timers.advance(1_400);
    expect(bench.http.of('GET /depth').length).toBe(asked + 3);
    bench.http.on('GET /depth', () => json(snapshot(301)));
    await bench.timers.advance(500);
    expect(updates(bench).at(-1)).toMatchObject({ kind: 'book', updateId: 301 });
  });

  it('survives a snapshot that is no JSON', async () => {
    const bench = await live();
    bench.http.on('GET /depth', () => html(502));
    bench.marketStream().say(diff(300, 301));
    await bench.timers.settle();
    bench.http.on('GET /depth', () => json(snapshot(301)));
    await bench.timers.advance(1_001);
    expect(updates(bench).at(-1)).toMatchObject({ kind: 'book', updateId: 301 });
  });
});

describe('trades missed while the stream was down', () => {
  const trade = (id: number): unknown => ({
    stream: 'btcusdt@trade',
    data: { e: 'trade', E: 1, s: 'BTCUSDT', t: id, p: '100', q: '1', T: id, m: false, M: true },
  });

  it('are fetched by id and told in their place [11]', async () => {
    const bench = await live();
    bench.http.on('GET /historicalTrades', () =>
      json([12, 11, 13].map((id) => ({ id, price: '100', qty: '1', time: id, isBuyerMaker: true }))),
    );
    bench.marketStream().say(trade(10));
    bench.marketStream().close(1006);
    await bench.timers.advance(300);
    bench.marketStream().open();
    bench.marketStream().say(trade(13));
    await bench.timers.settle();
    expect(bench.http.of('GET /historicalTrades')[0]?.parameters).toMatchObject({ fromId: '11' });
    const ids = bench.of('market').flatMap(({ update }) => (update.kind === 'trade' ? [update.tradeId] : []));
    expect(ids).toEqual([10, 11, 12, 13]);
  });
});

describe('the snapshot queue', () => {
  it('asks one by one and not more often than its budget, whoever is in need [15]', async () => {
    const timers = createSettlingTimers();
    const askedAt: number[] = [];
    let under = 0;
    let most = 0;
    const delivered: string[] = [];
    const queue = createSnapshotQueue({
      timers,
      perMinute: 40,
      async fetch() {
        askedAt.push(timers.monotonic());
        under += 1;
        most = Math.max(most, under);
        await new Promise<void>((resolve) => timers.after(100, resolve));
        under -= 1;
        return { lastUpdateId: 1, bids: [], asks: [] };
      },
      deliver: (symbol) => void delivered.push(symbol),
    });
    for (let count = 0; count < 100; count += 1) {
      queue.want(`S${count}`, 0);
      queue.want(`S${count}`, 0);
    }
    await timers.advance(180_000);
    expect(most).toBe(1);
    expect(delivered).toHaveLength(100);
    expect(new Set(delivered).size).toBe(100);
    for (const at of askedAt) {
      expect(askedAt.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(40);
    }
  });

  it('forgets what waited and what was under way when the connection is lost', async () => {
    const timers = createSettlingTimers();
    const delivered: string[] = [];
    const queue = createSnapshotQueue({
      timers,
      perMinute: 40,
      async fetch() {
        await new Promise<void>((resolve) => timers.after(100, resolve));
        return { lastUpdateId: 1, bids: [], asks: [] };
      },
      deliver: (symbol) => void delivered.push(symbol),
    });
    queue.want('A', 0);
    queue.want('B', 0);
    queue.clear();
    queue.want('C', 0);
    await timers.advance(1_000);
    expect(delivered).toEqual(['C']);
  });
});
