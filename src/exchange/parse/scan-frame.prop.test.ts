// The scanner and JSON.parse read the same from any bytes whatever: frames as the exchange sends them
// are scanned, and what is bent, cut or swapped in them is read alike both ways.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentOf, readFrame } from '../testing/read-frame.ts';
import { createFrameScanner } from './frame-scanner.ts';
import { parseMarketFrame } from './market-frame.ts';

const rounds = process.env['GENESIS_TEST_PROFILE'] === 'full' ? 200_000 : 3_000;
const symbols = new Map([
  ['btcusdt', 'BTCUSDT'],
  ['币安usdt', '币安USDT'],
]);
const topics = ['depth20@100ms', 'depth@100ms', 'trade', 'aggTrade', 'bookTicker', 'kline_1m'] as const;
const streams = [...symbols.keys()].flatMap((name) => topics.map((topic) => `${name}@${topic}`));
const scanner = createFrameScanner(symbols, streams);
const encoder = new TextEncoder();

const whole = fc.oneof(
  fc.integer({ min: 0, max: 2_000_000_000 }),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
);
const digits = (max: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
/** As the exchange writes amounts, and in every length the fast way takes. */
const amount = fc.oneof(
  fc.integer({ min: 1, max: 90_000_000 }).map((value) => `${(value / 100).toFixed(2)}000000`),
  fc
    .tuple(fc.integer({ min: 1, max: 999_999_999_999_999 }), digits(8))
    .map(([units, rest]) => `${units}.${rest}`),
);
const text = JSON.stringify;
const levels = (rising: boolean): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: 9_000_000_000_000_000 }), amount), { maxLength: 20 })
    .map((rows) => {
      const sorted = [...new Map(rows).entries()].sort(([left], [right]) =>
        rising ? left - right : right - left,
      );
      return `[${sorted.map(([units, size]) => `["${decimal(units)}","${size}"]`).join(',')}]`;
    });

function decimal(units: number): string {
  const all = String(units).padStart(9, '0');
  return `${all.slice(0, -8)}.${all.slice(-8)}`;
}

const record = (values: Record<string, string>): string =>
  `{${Object.entries(values)
    .map(([key, value]) => `"${key}":${value}`)
    .join(',')}}`;
const built = (fields: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<string> =>
  fc.record(fields).map((values) => record(values));
const number = whole.map(String);
const size = amount.map(text);
const name = fc.constant('"BTCUSDT"');
const flag = fc.boolean().map(String);
const word = (value: string): fc.Arbitrary<string> => fc.constant(text(value));

const payloads: Readonly<Record<(typeof topics)[number], fc.Arbitrary<string>>> = {
  'depth20@100ms': built({ lastUpdateId: number, bids: levels(false), asks: levels(true) }),
  'depth@100ms': fc
    .tuple(number, whole, fc.nat(100), levels(false), levels(true))
    .map(([E, first, more, b, a]) =>
      record({
        e: '"depthUpdate"',
        E,
        s: '"BTCUSDT"',
        U: String(first),
        u: String(Math.min(first + more, Number.MAX_SAFE_INTEGER)),
        b,
        a,
      }),
    ),
  trade: built({
    e: word('trade'),
    E: number,
    s: name,
    t: number,
    p: size,
    q: size,
    T: number,
    m: flag,
    M: flag,
  }),
  aggTrade: built({
    e: word('aggTrade'),
    E: number,
    s: name,
    a: number,
    p: size,
    q: size,
    f: number,
    l: number,
    T: number,
    m: flag,
    M: flag,
  }),
  bookTicker: built({ u: number, s: name, b: size, B: size, a: size, A: size }),
  kline_1m: fc
    .tuple(
      number,
      fc.array(fc.integer({ min: 1, max: 9_000_000_000_000_000 }), { minLength: 4, maxLength: 4 }),
      size,
      flag,
    )
    .map(([time, prices, volume, x]) => {
      const [l, o, c, h] = [...prices]
        .sort((left, right) => left - right)
        .map((units) => text(decimal(units)));
      const k = record({
        t: time,
        T: time,
        s: '"BTCUSDT"',
        i: '"1m"',
        f: '-1',
        L: '-1',
        o: o ?? '',
        c: c ?? '',
        h: h ?? '',
        l: l ?? '',
        v: volume,
        n: time,
        x,
        q: volume,
        V: volume,
        Q: volume,
        B: '"0"',
      });
      return record({ e: '"kline"', E: time, s: '"BTCUSDT"', k });
    }),
};

const frames = fc
  .tuple(fc.constantFrom(...symbols.keys()), fc.constantFrom(...topics))
  .chain(([symbol, topic]) =>
    payloads[topic].map((payload) => ({
      symbol,
      topic,
      payload,
      frame: `{"stream":"${symbol}@${topic}","data":${payload}}`,
    })),
  );

/** What may lie before and behind a frame in the buffer: nothing, or bytes that a scan must not run on into. */
const around = fc.constantFrom(
  '',
  '9',
  '9'.repeat(64),
  '"}}',
  '["1.00000000","1.00000000"]]}}',
  '}'.repeat(64),
);

/** What the scanner makes of the bytes, and what JSON.parse does. */
function bothWays(bytes: Uint8Array, beside = ''): readonly [unknown, unknown] {
  return [
    contentOf(readFrame(scanner, symbols, bytes, 7, encoder.encode(beside))),
    contentOf(parseMarketFrame(new TextDecoder().decode(bytes), symbols, 7)),
  ];
}

describe('the scanner', () => {
  it('reads every frame of the documented shape, and reads it as JSON.parse does', () => {
    fc.assert(
      fc.property(frames, around, ({ frame, symbol }, beside) => {
        const bytes = encoder.encode(frame);
        const [ours, plain] = bothWays(bytes, beside);
        expect(ours).toEqual(plain);
        // Frames name the other symbol in their text: they are read, but not by the scanner.
        const isReadable = parseMarketFrame(frame, symbols, 7).ok && symbol === 'btcusdt';
        expect(scanner.scan(bytes, 0, bytes.length, 7) !== null || !isReadable).toBe(true);
      }),
      { numRuns: rounds },
    );
  });

  it('reads frames bent in any place as JSON.parse does', () => {
    const change = fc.record({
      at: fc.nat(400),
      remove: fc.nat(3),
      insert: fc.oneof(
        fc.constantFrom(
          '"',
          ',',
          '0',
          '00',
          '-',
          '.',
          'e5',
          '\\u0030',
          ' ',
          '[]',
          '{}',
          ']',
          '}',
          'null',
          '9'.repeat(9),
          '0.0',
          '\u0000',
          '\ufeff',
          'é',
        ),
        fc.string({ maxLength: 3 }),
      ),
    });
    fc.assert(
      fc.property(
        frames,
        around,
        fc.array(change, { minLength: 1, maxLength: 3 }),
        ({ frame }, beside, changes) => {
          let bent = frame;
          for (const { at, remove, insert } of changes) {
            const place = at % (bent.length + 1);
            bent = bent.slice(0, place) + insert + bent.slice(place + remove);
          }
          {
            const [ours, plain] = bothWays(encoder.encode(bent), beside);
            expect(ours).toEqual(plain);
          }
        },
      ),
      { numRuns: rounds },
    );
  });

  it('reads bytes that are no text at all as JSON.parse does', () => {
    fc.assert(
      fc.property(
        frames,
        around,
        fc.nat(400),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(400),
        ({ frame }, beside, at, byte, cut) => {
          const bytes = encoder.encode(frame);
          bytes[at % bytes.length] = byte;
          {
            const [ours, plain] = bothWays(bytes, beside);
            expect(ours).toEqual(plain);
          }
          {
            const [ours, plain] = bothWays(bytes.subarray(0, cut % bytes.length), beside);
            expect(ours).toEqual(plain);
          }
        },
      ),
      { numRuns: rounds },
    );
  });

  it.each([
    [
      'amounts past a double',
      '{"stream":"btcusdt@trade","data":{"e":"trade","E":1,"s":"BTCUSDT","t":1,"p":"999999999999999.99999999","q":"90071992.54740993","T":1,"m":true,"M":true}}',
    ],
    [
      'a level of zero',
      '{"stream":"btcusdt@depth20@100ms","data":{"lastUpdateId":1,"bids":[["1.0","0.00000000"],["0.9","1"]],"asks":[["1.1","2"]]}}',
    ],
    [
      'crossed sides',
      '{"stream":"btcusdt@depth20@100ms","data":{"lastUpdateId":1,"bids":[["2","1"]],"asks":[["1","1"]]}}',
    ],
    [
      'levels out of order',
      '{"stream":"btcusdt@depth20@100ms","data":{"lastUpdateId":1,"bids":[["1","1"],["2","1"]],"asks":[]}}',
    ],
    [
      'another key order',
      '{"data":{"e":"trade","t":1,"p":"1","q":"1","T":1,"m":true},"stream":"btcusdt@trade"}',
    ],
    [
      'a price of zero',
      '{"stream":"btcusdt@trade","data":{"e":"trade","E":1,"s":"BTCUSDT","t":1,"p":"0.00000000","q":"1","T":1,"m":true,"M":true}}',
    ],
    [
      'escapes',
      '{"stream":"btcusdt@trade","data":{"e":"trade","E":1,"s":"BTC\\u0055SDT","t":1,"p":"1","q":"1","T":1,"m":true,"M":true}}',
    ],
  ])('reads %s as JSON.parse does', (_name, frame) => {
    const [ours, plain] = bothWays(encoder.encode(frame));
    expect(ours).toEqual(plain);
  });
});
