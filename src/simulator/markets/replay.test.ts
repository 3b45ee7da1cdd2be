import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { recordings, RECORDING_START } from '../../../tests/fixtures/market/make.ts';
import { recordingVenue, runUntil, type Printed } from '../../../tests/fixtures/market/recording-venue.ts';
import { price, quantity } from '../../core/money.ts';
import { MINUTE_MS } from '../../core/time.ts';
import type { MarketDriver } from '../server/market-driver.ts';
import { FeedError } from './feed-error.ts';
import { openMarket, type FeedOptions } from './open-feed.ts';
import { openRecording } from './recording-file.ts';
import { createDepthSource } from './replay-depth.ts';

const folder = join(import.meta.dirname, '../../../tests/fixtures/market');
const options: FeedOptions = { random: { next: () => 0.5, bytes: (length) => new Uint8Array(length) } };
const START = Date.UTC(2026, 10, 23, 9, 30);
const FAR = START + 3_600_000;

const open = (name: string, more: Partial<FeedOptions> = {}): Promise<MarketDriver> =>
  openMarket(`replay:${join(folder, name)}`, { ...options, ...more });

function candleOf(prints: readonly Printed[], minute: number): readonly bigint[] {
  const own = prints.filter((print) => Math.floor((print.at - START) / MINUTE_MS) === minute);
  const prices = own.map((print) => print.price);
  const sorted = [...prices].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  const volume = own.reduce((sum, print) => sum + print.quantity, 0n);
  return [prices[0] ?? 0n, sorted.at(-1) ?? 0n, sorted[0] ?? 0n, prices.at(-1) ?? 0n, volume];
}

describe('the recordings of the tests', () => {
  it.each([...recordings().keys()])('%s is what its script makes', (name) => {
    const stored = readFileSync(join(folder, name));
    const text = (name.endsWith('.gz') ? gunzipSync(stored) : stored).toString();
    expect(text).toBe(recordings().get(name));
  });
});

describe('replayed candles', () => {
  it('print every recorded open, high, low, close and volume in their minutes', async () => {
    const driver = await open('BTCUSDT-1m-six-columns.csv');
    const { venue, prints } = recordingVenue(driver.symbols());
    driver.start(START, venue);
    runUntil(driver, venue, FAR);
    const rows = (recordings().get('BTCUSDT-1m-six-columns.csv') ?? '').trim().split('\n').slice(1);
    for (const row of rows) {
      const [time, openText = '', high = '', low = '', close = '', volume = ''] = row.split(',');
      if (volume === '0') continue;
      const minute = (Number(time) - RECORDING_START) / MINUTE_MS;
      expect(candleOf(prints, minute)).toEqual([
        price(openText),
        price(high),
        price(low),
        price(close),
        quantity(volume),
      ]);
    }
  });

  it('missing minutes are silence, minutes without volume show a book and no trade', async () => {
    const driver = await open('BTCUSDT-1m-six-columns.csv');
    const { venue, prints, quotes } = recordingVenue(driver.symbols(), true);
    driver.start(START, venue);
    runUntil(driver, venue, FAR);
    const minutesOf = (things: readonly { readonly at: number }[]): ReadonlySet<number> =>
      new Set(things.map((thing) => Math.floor((thing.at - START) / MINUTE_MS)));
    for (const silent of [5, 6, 7]) {
      expect(minutesOf(prints).has(silent)).toBe(false);
      expect(minutesOf(quotes).has(silent)).toBe(false);
    }
    expect(minutesOf(prints).has(9)).toBe(false);
    expect(minutesOf(quotes).has(9)).toBe(true);
  });

  it('stay on whole minutes when the exchange starts within one', async () => {
    const driver = await open('BTCUSDT-1m-six-columns.csv');
    const { venue, prints } = recordingVenue(driver.symbols());
    driver.start(START + 20_500, venue);
    runUntil(driver, venue, FAR);
    expect(prints[0]?.at).toBe(START + 21_000);
    expect(candleOf(prints, 1)[0]).toBe(price('40000'));
  });

  it('the symbol breaks when the recording has ended', async () => {
    const driver = await open('BTCUSDT-1m-six-columns.csv');
    const { venue, statuses } = recordingVenue(driver.symbols());
    driver.start(START, venue);
    runUntil(driver, venue, FAR);
    expect(driver.nextAt()).toBeNull();
    expect(statuses).toEqual([{ at: START + 12 * MINUTE_MS - 1_000, symbol: 'BTCUSDT', status: 'BREAK' }]);
  });

  it('reads twelve columns, microseconds and gzip, and lets the filters follow finer prices', async () => {
    const driver = await open('DUSKUSDT-1m-twelve-columns.csv.gz');
    expect(driver.symbols()[0]).toMatchObject({ symbol: 'DUSKUSDT', baseAsset: 'DUSK', quoteAsset: 'USDT' });
    const { venue, prints } = recordingVenue(driver.symbols());
    driver.start(START, venue);
    runUntil(driver, venue, FAR);
    expect(candleOf(prints, 0)).toEqual([
      price('1'),
      price('1.001'),
      price('0.978'),
      price('0.98'),
      quantity('5000'),
    ]);
    expect(candleOf(prints, 9).slice(0, 4)).toEqual([
      price('0.629392'),
      price('0.630021'),
      price('0.573773'),
      price('0.574923'),
    ]);
  });

  it('the pace sets how many steps a candle has', async () => {
    const slow = await open('BTCUSDT-1m-six-columns.csv', { pace: 0.2 });
    const { venue, prints } = recordingVenue(slow.symbols());
    slow.start(START, venue);
    runUntil(slow, venue, START + MINUTE_MS - 1);
    expect(prints).toHaveLength(12);
    expect(candleOf(prints, 0)[4]).toBe(quantity('1.84361'));
  });
});

describe('replayed trades', () => {
  it('are printed one by one, exact, at their own distances in time', async () => {
    const driver = await open('ETHUSDT-trades.csv');
    const { venue, prints } = recordingVenue(driver.symbols());
    driver.start(START + 123, venue);
    runUntil(driver, venue, FAR);
    const rows = (recordings().get('ETHUSDT-trades.csv') ?? '')
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.split(','));
    expect(prints).toHaveLength(rows.length);
    const first = Number(rows[0]?.[4]);
    for (const [index, row] of rows.entries()) {
      expect(prints[index]).toEqual({
        at: START + 123 + Number(row[4]) - first,
        symbol: 'ETHUSDT',
        price: price(row[1] ?? ''),
        quantity: quantity(row[2] ?? ''),
        buyerIsMaker: row[5] === 'true',
      });
    }
  });

  it('a book stands around the last trade, on the side it took', async () => {
    const driver = await open('ETHUSDT-trades.csv');
    const { venue, prints, newest } = recordingVenue(driver.symbols());
    driver.start(START, venue);
    runUntil(driver, venue, FAR);
    const last = prints.at(-1);
    const quoted = newest.get('ETHUSDT');
    expect(last?.buyerIsMaker === true ? quoted?.bids[0]?.price : quoted?.asks[0]?.price).toBe(last?.price);
    expect(quoted?.bids.length).toBeGreaterThanOrEqual(20);
  });
});

describe('a replayed depth recording', () => {
  it('rebuilds the recorded book without a gap or a crossing and prints its trades', async () => {
    const source = createDepthSource('SOLUSDT', await openRecording(join(folder, 'SOLUSDT-depth.jsonl.gz')));
    const { venue, prints, newest } = recordingVenue([source.spec]);
    let now = START;
    for (let at = source.peek(); at !== null; at = source.peek()) {
      now = START + at - RECORDING_START;
      source.play(now, venue);
    }
    expect(source.counts()).toMatchObject({ gaps: 0, crossed: 0 });
    // The snapshot (with the difference it was taken inside) and the 294 differences after it; the best prices are not frames.
    expect(source.counts().applied).toBe(295);
    expect(prints).toHaveLength(98);
    const lines = (recordings().get('SOLUSDT-depth.jsonl.gz') ?? '').trim().split('\n');
    const sides = rebuilt(lines);
    expect(newest.get('SOLUSDT')?.bids.map((each) => [each.price, each.quantity])).toEqual(sides.bids);
    expect(newest.get('SOLUSDT')?.asks.map((each) => [each.price, each.quantity])).toEqual(sides.asks);
  });

  it('freezes the book at a gap instead of showing a wrong one', async () => {
    const lines = (recordings().get('SOLUSDT-depth.jsonl.gz') ?? '').trim().split('\n');
    const differences = lines.flatMap((line, index) => (line.includes('depthUpdate') ? [index] : []));
    const torn = lines.filter((_line, index) => index !== differences[100]);
    const source = createDepthSource('SOLUSDT', { path: 'torn', lines: () => linesOf(torn) });
    const { venue, quotes } = recordingVenue([source.spec], true);
    for (let at = source.peek(); at !== null; at = source.peek()) source.play(at, venue);
    expect(source.counts()).toMatchObject({ gaps: 1, crossed: 0 });
    expect(quotes.at(-1)?.at).toBe(RECORDING_START + 99 * 100);
  });
});

describe('any replay', () => {
  it.each([...recordings().keys()])('%s goes on from a snapshot exactly', async (name) => {
    const original = await open(name);
    const recorded = recordingVenue(original.symbols());
    original.start(START, recorded.venue);
    runUntil(original, recorded.venue, START + 7_777);
    const saved = JSON.parse(JSON.stringify(original.snapshot())) as unknown;
    const before = recorded.prints.length;
    runUntil(original, recorded.venue, FAR);

    const restored = await open(name);
    restored.restore(saved);
    const continued = recordingVenue(restored.symbols());
    runUntil(restored, continued.venue, FAR);
    expect(continued.prints).toEqual(recorded.prints.slice(before));
    expect([...continued.newest]).toEqual([...recorded.newest]);
  });

  it('plays what was due meanwhile when the exchange comes back', async () => {
    const original = await open('ETHUSDT-trades.csv');
    const recorded = recordingVenue(original.symbols());
    original.start(START, recorded.venue);
    runUntil(original, recorded.venue, START + 5_000);
    const seen = recorded.prints.length;
    const restored = await open('ETHUSDT-trades.csv');
    restored.restore(original.snapshot());
    const later = recordingVenue(restored.symbols());
    restored.advance(START + 10_000, later.venue);
    runUntil(original, recorded.venue, START + 10_000);
    expect(later.prints.length).toBeGreaterThan(0);
    expect(later.prints).toEqual(recorded.prints.slice(seen));
  });

  it.each(['BTCUSDT-1m-six-columns.csv', 'ETHUSDT-trades.csv', 'SOLUSDT-depth.jsonl.gz'])(
    '%s goes on after hours of pause from where it stood',
    async (name) => {
      let atOnce = 0;
      const played = async (pauseMs: number): Promise<readonly Printed[]> => {
        const driver = await open(name);
        const recorded = recordingVenue(driver.symbols());
        driver.start(START, recorded.venue);
        runUntil(driver, recorded.venue, START + 5_000);
        const before = recorded.prints.length;
        const restored = await open(name);
        restored.restore(JSON.parse(JSON.stringify(driver.snapshot())));
        restored.advance(START + 5_000 + pauseMs, recorded.venue);
        atOnce = recorded.prints.length - before;
        runUntil(restored, recorded.venue, FAR + pauseMs);
        expect(restored.nextAt()).toBeNull();
        return recorded.prints;
      };
      const paused = await played(3 * 3_600_000);
      // A minute's worth at most, not the hours.
      expect(atOnce).toBeLessThan(80);
      const straight = await played(0);
      expect(paused.map(({ price: at, quantity: size }) => [at, size])).toEqual(
        straight.map(({ price: at, quantity: size }) => [at, size]),
      );
      expect((paused.at(-1)?.at ?? 0) - (straight.at(-1)?.at ?? 0)).toBeGreaterThanOrEqual(
        3 * 3_600_000 - MINUTE_MS,
      );
    },
  );

  it('begun in the middle, tells the minutes before as history', async () => {
    const whole = await open('BTCUSDT-1m-six-columns.csv');
    expect(whole.history('BTCUSDT')).toEqual([]);
    const driver = await open('BTCUSDT-1m-six-columns.csv#3m');
    const { venue, prints } = recordingVenue(driver.symbols());
    driver.start(START, venue);
    const rows = (recordings().get('BTCUSDT-1m-six-columns.csv') ?? '').trim().split('\n').slice(1, 4);
    expect(
      driver
        .history('BTCUSDT')
        .map(({ open: first, high, low, close, volume }) => [first, high, low, close, volume]),
    ).toEqual(
      rows.map((row) => {
        const [, first = '', high = '', low = '', close = '', volume = ''] = row.split(',');
        return [price(first), price(high), price(low), price(close), quantity(volume)];
      }),
    );
    runUntil(driver, venue, START + MINUTE_MS - 1);
    const played = (recordings().get('BTCUSDT-1m-six-columns.csv') ?? '').trim().split('\n')[4]?.split(',');
    expect(candleOf(prints, 0).slice(0, 4)).toEqual(played?.slice(1, 5).map((each) => price(each)));
  });

  it('begun in the middle of trades, makes the minutes before out of them', async () => {
    const made = mkdtempSync(join(tmpdir(), 'genesis-warm-'));
    const trades = Array.from({ length: 150 }, (_, index) => ({
      price: (2_000 + (index % 7)).toFixed(2),
      quantity: '0.1',
      time: RECORDING_START + index * 1_000,
    }));
    const rows = trades.map((each, index) => [index, each.price, each.quantity, each.time, index % 2 === 0]);
    const text = ['trade_id,price,qty,time,is_buyer_maker', ...rows.map((row) => row.join(','))].join('\n');
    writeFileSync(join(made, 'ETHUSDT-trades.csv'), text);
    const driver = await openMarket(`replay:${join(made, 'ETHUSDT-trades.csv')}#2m`, options);
    rmSync(made, { recursive: true });
    const { venue, prints } = recordingVenue(driver.symbols());
    driver.start(START, venue);
    runUntil(driver, venue, FAR);
    expect(driver.history('ETHUSDT').map((candle) => [candle.trades, candle.volume])).toEqual([
      [60, quantity('6')],
      [60, quantity('6')],
    ]);
    expect(driver.history('ETHUSDT').map(({ open: first, close }) => [first, close])).toEqual([
      [trades[0]?.price, trades[59]?.price].map((each) => price(each ?? '')),
      [trades[60]?.price, trades[119]?.price].map((each) => price(each ?? '')),
    ]);
    expect(prints).toHaveLength(30);
  });

  it('begun after its end, is refused with what to do', async () => {
    await expect(open('BTCUSDT-1m-six-columns.csv#9999m')).rejects.toThrow('ends before its minute 9999');
  });

  it('a folder replays every symbol in it, each in its form', async () => {
    const driver = await openMarket(`replay:${folder}`, options);
    expect(driver.symbols().map((spec) => spec.symbol)).toEqual([
      'BTCUSDT',
      'DUSKUSDT',
      'ETHUSDT',
      'SOLUSDT',
    ]);
    const { venue, prints } = recordingVenue(driver.symbols());
    driver.start(START, venue);
    runUntil(driver, venue, START + MINUTE_MS);
    expect(new Set(prints.map((print) => print.symbol)).size).toBe(4);
  });

  it('takes only the symbols it is asked for', async () => {
    const driver = await openMarket(`replay:${folder}`, { ...options, symbols: ['ETHUSDT'] });
    expect(driver.symbols().map((spec) => spec.symbol)).toEqual(['ETHUSDT']);
  });
});

describe('garbage in a recording', () => {
  const folderOfGarbage = mkdtempSync(join(tmpdir(), 'genesis-garbage-'));
  afterAll(() => rmSync(folderOfGarbage, { recursive: true, force: true }));

  async function playGarbled(name: string, garbage: readonly string[]): Promise<readonly Printed[]> {
    const lines = (recordings().get(name) ?? '').trim().split('\n');
    const garbled = lines.flatMap((line, index) =>
      index > 1 && index % 4 === 0 ? [garbage[index % garbage.length] ?? '', line] : [line],
    );
    const path = join(folderOfGarbage, name.replace('.gz', ''));
    writeFileSync(path, garbled.join('\r\n'));
    const driver = await openMarket(`replay:${path}`, options);
    const { venue, prints } = recordingVenue(driver.symbols());
    driver.start(START, venue);
    runUntil(driver, venue, FAR);
    return prints;
  }

  async function playClean(name: string): Promise<readonly Printed[]> {
    const driver = await open(name);
    const { venue, prints } = recordingVenue(driver.symbols());
    driver.start(START, venue);
    runUntil(driver, venue, FAR);
    return prints;
  }

  it.each([
    [
      'BTCUSDT-1m-six-columns.csv',
      [
        '1767571260000,NaN,1,1,1,1',
        'x'.repeat(5_000),
        '1767571260000,1e5,2,1,1,1',
        '-1,1,1,1,1,1',
        ',,,,,',
        '1767571260000,5,1,9,5,1',
      ],
    ],
    [
      'ETHUSDT-trades.csv',
      [
        '900050,-1,1,1,1767571210000,true',
        '900051,0,1,1,1767571210000,true',
        'null',
        '900052,1,NaN,1,1767571210000,true',
        '999,3000,1,3000,soon,true',
      ],
    ],
    [
      'SOLUSDT-depth.jsonl.gz',
      [
        '{',
        '[]',
        '{"recv_ns":1,"msg":{}}',
        '{"recv_ns":"1767571200000000000","msg":{"data":{"e":"trade","s":"SOLUSDT","p":"-1","q":"1"}}}',
        '{"recv_ns":"1767571200000000000","msg":null}',
      ],
    ],
  ])('is passed over in %s', async (name, garbage) => {
    expect(await playGarbled(name, garbage)).toEqual(await playClean(name));
  });
});

describe('a feed that cannot be opened', () => {
  it.each([
    ['an unknown kind', 'random-walk', 'is not a feed'],
    ['a path that does not exist', 'replay:/nowhere/BTCUSDT.csv', 'could not be opened'],
    ['a file that is no recording', `replay:${join(folder, 'make.ts')}`, 'no recording to replay'],
    ['an unknown regime', 'synthetic:lunch', 'is not a regime'],
    ['nothing', 'replay:', 'no recording to replay'],
  ])('%s is refused with what to do next', async (_name, feed, words) => {
    const refused = await openMarket(feed, options).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FeedError);
    expect(refused).toMatchObject({
      message: expect.stringContaining(words),
      advice: expect.stringMatching(/\w+/),
    });
  });

  it('a symbol the synthetic market does not know is refused', async () => {
    await expect(openMarket('synthetic', { ...options, symbols: ['NOPEUSDT'] })).rejects.toThrow(
      'does not know NOPEUSDT',
    );
  });
});

function linesOf(lines: readonly string[]): { next(): string | null } {
  let at = 0;
  return {
    next(): string | null {
      at += 1;
      return lines[at - 1] ?? null;
    },
  };
}

/** The book after all lines, by the plainest means: every difference of the file that ends after the snapshot. */
function rebuilt(lines: readonly string[]): { bids: [bigint, bigint][]; asks: [bigint, bigint][] } {
  type Message = {
    lastUpdateId?: number;
    bids?: string[][];
    asks?: string[][];
    data?: { e?: string; u: number; b: string[][]; a: string[][] };
  };
  const messages = lines.map((line) => (JSON.parse(line) as { msg: Message }).msg);
  const snapshot = messages.find((message) => message.lastUpdateId !== undefined);
  const sides = [snapshot?.bids ?? [], snapshot?.asks ?? []].map(
    (pairs) => new Map(pairs.map(([at = '', size = '']) => [price(at) as bigint, quantity(size) as bigint])),
  );
  const [bids = new Map<bigint, bigint>(), asks = new Map<bigint, bigint>()] = sides;
  for (const { data } of messages) {
    if (data?.e !== 'depthUpdate' || data.u <= (snapshot?.lastUpdateId ?? 0)) continue;
    for (const [at = '', size = ''] of data.b) bids.set(price(at), quantity(size));
    for (const [at = '', size = ''] of data.a) asks.set(price(at), quantity(size));
  }
  const sorted = (side: Map<bigint, bigint>, direction: number): [bigint, bigint][] =>
    [...side]
      .filter(([, size]) => size > 0n)
      .sort(([left], [right]) => (left < right ? -direction : direction));
  return { bids: sorted(bids, -1), asks: sorted(asks, 1) };
}
