// The recorded depth stream through our own feed handling and book, as the gateway runs them: every
// frame scanned, no gap, no crossing, and the recorded best prices wherever ids agree.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { price, quantity } from '../../../src/core/money.ts';
import type { Level } from '../../../src/core/ports/market-feed.ts';
import { parseBookFrame } from '../../../src/exchange/parse/book-frame.ts';
import { createFrameScanner } from '../../../src/exchange/parse/frame-scanner.ts';
import { isJson } from '../../../src/exchange/parse/fields.ts';
import { parseMarketFrame } from '../../../src/exchange/parse/market-frame.ts';
import { createLocalBook } from '../../../src/exchange/stream/local-book.ts';
import { contentOf, levelsOf as both, readFrame } from '../../../src/exchange/testing/read-frame.ts';
import { hasRecorded, recorded } from './recorded-data.ts';

const FILE = 'depth/BTCUSDT-ws-depth-trade-bookticker-2024-08-08T2354_2024-08-09T0005.jsonl.gz';
const symbols = new Map([['btcusdt', 'BTCUSDT']]);
const streams = ['btcusdt@depth@100ms', 'btcusdt@trade', 'btcusdt@bookTicker'];

type Row = readonly [string, string];
type Recorded = {
  readonly stream?: string;
  readonly lastUpdateId?: number;
  readonly bids?: readonly Row[];
  readonly asks?: readonly Row[];
  readonly data?: {
    readonly U: number;
    readonly u: number;
    readonly b: readonly Row[];
    readonly a: readonly Row[];
  };
};

/** The frames as they arrived: what stands behind `"msg":`, to the closing brace of the line. */
function framesOf(): string[] {
  const lines = gunzipSync(readFileSync(recorded(FILE)))
    .toString('utf8')
    .split('\n');
  return lines.filter((line) => line !== '').map((line) => line.slice(line.indexOf('"msg":') + 6, -1).trim());
}

const levelsOf = (side: ReadonlyMap<string, string>, direction: 1 | -1): Level[] =>
  [...side]
    .map(([at, size]) => ({ price: price(at), quantity: quantity(size) }))
    .filter((level) => level.quantity > 0n)
    .sort((one, other) => (one.price < other.price ? -direction : direction));

describe.runIf(hasRecorded(FILE))('the recorded frames', () => {
  it('are read from their bytes exactly as by JSON.parse', { timeout: 90_000 }, () => {
    const scanner = createFrameScanner(symbols, streams);
    const encoder = new TextEncoder();
    let compared = 0;
    let scanned = 0;
    for (const [index, frame] of framesOf().entries()) {
      // Books, trades and best prices alternate: one in seven is enough of all of them.
      if (index % 7 !== 0) continue;
      compared += 1;
      const bytes = encoder.encode(frame);
      if (scanner.scan(bytes, 0, bytes.length, 1) !== null) scanned += 1;
      const read = readFrame(scanner, symbols, bytes, 1);
      expect(contentOf(read)).toEqual(contentOf(parseMarketFrame(frame, symbols, 1)));
    }
    expect(compared).toBeGreaterThan(10_000);
    expect(compared - scanned).toBeLessThan(5);
  });

  it(
    'make the book without a gap or a crossing, equal to the recorded snapshot and best prices',
    { timeout: 90_000 },
    () => {
      const scanner = createFrameScanner(symbols, streams);
      const encoder = new TextEncoder();
      const book = createLocalBook();
      const plain = { bids: new Map<string, string>(), asks: new Map<string, string>() };
      const best = new Map<number, readonly [bigint, bigint, bigint, bigint]>();
      const frames = framesOf();
      for (const frame of frames) {
        const read = readFrame(scanner, symbols, encoder.encode(frame), 1);
        if (!read.ok || read.value.kind !== 'book') continue;
        const { bids, asks, updateId } = read.value;
        best.set(updateId, [
          bids[0]?.price ?? 0n,
          bids[0]?.quantity ?? 0n,
          asks[0]?.price ?? 0n,
          asks[0]?.quantity ?? 0n,
        ]);
      }
      const verdicts: Record<string, number> = {};
      let compared = 0;
      const shown: unknown[] = [];
      const meant: unknown[] = [];
      for (const frame of frames) {
        const bytes = encoder.encode(frame);
        const read = readFrame(scanner, symbols, bytes, 1);
        if (read.ok && read.value.kind === 'diff') {
          const verdict = book.diff(read.value);
          verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
          if (verdict !== 'applied') continue;
          const { b = [], a = [] } = (JSON.parse(frame) as Recorded).data ?? {};
          for (const [at, size] of b) plain.bids.set(at, size);
          for (const [at, size] of a) plain.asks.set(at, size);
          const quoted = best.get(book.lastUpdateId());
          if (quoted === undefined) continue;
          compared += 1;
          const { bids, asks } = book.top(1);
          shown.push([bids[0]?.price, bids[0]?.quantity, asks[0]?.price, asks[0]?.quantity]);
          meant.push(quoted);
        } else if (frame.startsWith('{"lastUpdateId"')) {
          const raw = JSON.parse(frame) as Recorded;
          const snapshot = parseBookFrame(isJson(raw) ? raw : {}, 'BTCUSDT', 1);
          if (!snapshot.ok || snapshot.value.kind !== 'book') throw new Error('the snapshot is readable');
          const { updateId } = snapshot.value;
          // Before any diff, the book is the snapshot.
          const fresh = createLocalBook();
          fresh.snapshot({ ...snapshot.value, lastUpdateId: snapshot.value.updateId });
          shown.push(both(fresh.top(5_000)));
          meant.push({ bids: snapshot.value.bids, asks: snapshot.value.asks });
          for (const [at, size] of raw.bids ?? []) plain.bids.set(at, size);
          for (const [at, size] of raw.asks ?? []) plain.asks.set(at, size);
          shown.push(book.snapshot({ ...snapshot.value, lastUpdateId: snapshot.value.updateId }));
          meant.push('applied');
          // The buffered diff that straddles it was applied with it.
          const straddling = frames
            .map((each) =>
              each.startsWith('{"stream":"btcusdt@depth') ? (JSON.parse(each) as Recorded).data : undefined,
            )
            .find((data) => data !== undefined && data.U <= updateId && data.u > updateId);
          for (const [at, size] of straddling?.b ?? []) plain.bids.set(at, size);
          for (const [at, size] of straddling?.a ?? []) plain.asks.set(at, size);
        }
      }
      expect(shown).toEqual(meant);
      expect(verdicts['gap'] ?? 0).toBe(0);
      expect(verdicts['crossed'] ?? 0).toBe(0);
      expect(verdicts['applied']).toBe(6_492);
      expect(compared).toBeGreaterThan(1_000);
      expect(both(book.top(10_000))).toEqual({
        bids: levelsOf(plain.bids, -1),
        asks: levelsOf(plain.asks, 1),
      });
    },
  );
});
