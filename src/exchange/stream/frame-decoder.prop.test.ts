// The frame decoder against ws, on the same random byte streams cut anywhere; and each thing a server
// may not do, at every place the bytes can be cut.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as ws from 'ws';
import { createFrameDecoder } from './frame-decoder.ts';

const rounds = process.env['GENESIS_TEST_PROFILE'] === 'full' ? 8_000 : 1_500;
const MESSAGE_MAX = 1_000;

type Part = {
  readonly first: number;
  readonly payload: Uint8Array;
  readonly width?: 7 | 16 | 64;
  readonly masked?: boolean;
};

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** One frame as a server writes it, `first` with all its bits. */
function frame({ first, payload, width = 7, masked = false }: Part): Buffer {
  const { length } = payload;
  const bit = masked ? 0x80 : 0;
  const wide = length > 65_535 ? 64 : length > 125 && width === 7 ? 16 : width;
  const head = Buffer.alloc(wide === 7 ? 2 : wide === 16 ? 4 : 10);
  head[0] = first;
  head[1] = bit | (wide === 7 ? length : wide === 16 ? 126 : 127);
  if (wide === 16) head.writeUInt16BE(length, 2);
  if (wide === 64) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** The bytes in pieces that end where these cuts say. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const edges = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])];
  edges.sort((one, other) => one - other);
  return edges.slice(1).map((edge, index) => bytes.slice(edges[index], edge));
}

/** What our decoder tells, through one buffer that is written over again and again, as a socket's is. */
function ours(parts: readonly Uint8Array[], scans = false): string[] {
  const told: string[] = [];
  const buffer = Buffer.alloc(4_096);
  const decoder = createFrameDecoder(
    {
      scan(bytes, start, end): boolean {
        const found = Buffer.from(bytes.subarray(start, end)).toString('latin1');
        if (!scans || !/^[\x20-\x7e]*$/.test(found)) return false;
        told.push(`text ${found}`);
        return true;
      },
      text: (message) => told.push(`text ${message}`),
      binary: () => told.push('binary'),
      ping: (payload) => told.push(`ping ${Buffer.from(payload).toString('hex')}`),
      pong: () => told.push('pong'),
      closing: (code, reason) => told.push(`close ${code} ${reason}`),
    },
    MESSAGE_MAX,
  );
  for (const part of parts) {
    for (let from = 0; from < part.length; from += buffer.length) {
      const length = Math.min(buffer.length, part.length - from);
      buffer.fill(0xff);
      buffer.set(part.subarray(from, from + length));
      const fault = decoder.push(buffer, length);
      if (fault !== null) {
        told.push(`fault ${fault.code}`);
        return told;
      }
    }
  }
  return told;
}

type Reading = new (options: object) => NodeJS.WritableStream;

/** What the receiver of ws tells of the same. */
async function theirs(parts: readonly Uint8Array[]): Promise<string[]> {
  const told: string[] = [];
  const receiver = new (ws as unknown as { readonly Receiver: Reading }).Receiver({
    maxPayload: MESSAGE_MAX,
    allowSynchronousEvents: true,
  });
  let isOver = false;
  const tell = (what: string): void => {
    if (!isOver) told.push(what);
  };
  receiver.on('message', (data: Buffer, isBinary: boolean) =>
    tell(isBinary ? 'binary' : `text ${data.toString('utf8')}`),
  );
  receiver.on('ping', (data: Buffer) => tell(`ping ${data.toString('hex')}`));
  receiver.on('pong', () => tell('pong'));
  receiver.on('conclude', (code: number, reason: Buffer) => {
    tell(`close ${code} ${reason.toString('utf8')}`);
    isOver = true;
  });
  receiver.on('error', (error: Error) => {
    const code = Object.getOwnPropertySymbols(error)
      .filter((symbol) => symbol.description === 'status-code')
      .map((symbol) => (error as unknown as Record<symbol, unknown>)[symbol])[0];
    tell(`fault ${String(code)}`);
    isOver = true;
  });
  for (const part of parts) {
    if (isOver) break;
    receiver.write(Buffer.from(part));
  }
  // It tells of faults one turn later.
  await new Promise(setImmediate);
  return told;
}

const payload = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }).map(text) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 100, max: 1_100 }).map((length) => new Uint8Array(length).fill(97)),
  },
);
const closing = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(999, 1000, 1001, 1004, 1005, 1006, 1011, 1014, 1015, 2999, 3000, 4999, 5000),
      fc.nat(65_535),
    ),
    fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }).map(text), fc.uint8Array({ maxLength: 20 })),
  )
  .map(([code, reason]) => Buffer.concat([Buffer.of(code >> 8, code & 255), reason]));
/** Mostly what a server may send, in fragments or whole, with control frames between; now and then anything. */
const anyFrame = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ first: fc.constantFrom(0x81, 0x81, 0x81, 0x82, 0x01, 0x02, 0x00, 0x80), payload }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ first: fc.constantFrom(0x89, 0x8a), payload: fc.uint8Array({ maxLength: 130 }) }),
  },
  { weight: 1, arbitrary: closing.map((bytes) => ({ first: 0x88, payload: bytes })) },
  {
    weight: 1,
    arbitrary: fc.record({
      first: fc.nat(255),
      payload,
      width: fc.constantFrom(7 as const, 16 as const, 64 as const),
      masked: fc.boolean(),
    }),
  },
);
/** A legal conversation: whole messages or fragments, pings between them. */
const legal = fc
  .array(
    fc.tuple(
      fc.string({ unit: 'grapheme', maxLength: 60 }).map(text),
      fc.array(fc.nat(60), { maxLength: 3 }),
      fc.option(fc.uint8Array({ maxLength: 20 })),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((messages) =>
    messages.flatMap(([body, cuts, ping]) => {
      const split = body.length === 0 ? [body] : pieces(body, cuts);
      return split.flatMap((part, index): Part[] => {
        const first = (index === split.length - 1 ? 0x80 : 0) | (index === 0 ? 1 : 0);
        const between: Part[] = ping === null ? [] : [{ first: 0x89, payload: ping }];
        return [{ first, payload: part }, ...between];
      });
    }),
  );

describe('the frame decoder', () => {
  it.each([
    ['a legal conversation', legal],
    ['frames of any kind', fc.array(anyFrame, { minLength: 1, maxLength: 8 })],
  ])('tells of %s what ws tells, wherever the bytes are cut', async (_name, conversation) => {
    await fc.assert(
      fc.asyncProperty(
        conversation,
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.boolean(),
        async (parts, cuts, scans) => {
          const bytes = Buffer.concat((parts as readonly Part[]).map(frame));
          const split = pieces(bytes, cuts);
          expect(ours(split, scans)).toEqual(await theirs(split));
        },
      ),
      { numRuns: rounds },
    );
  });

  it('tells of bytes that are no frames at all what ws tells', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 60 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        async (bytes, cuts) => {
          const split = pieces(bytes, cuts);
          expect(ours(split)).toEqual(await theirs(split));
        },
      ),
      { numRuns: rounds },
    );
  });

  const hello = frame({ first: 0x81, payload: text('hello ü') });
  it.each<readonly [string, readonly Buffer[], readonly string[]]>([
    ['whole messages', [hello, hello], ['text hello ü', 'text hello ü']],
    ['an empty message', [frame({ first: 0x81, payload: text('') })], ['text ']],
    [
      'a message in fragments with control frames between',
      [
        frame({ first: 0x01, payload: text('{"a":') }),
        frame({ first: 0x89, payload: text('?') }),
        frame({ first: 0x00, payload: text('') }),
        frame({ first: 0x8a, payload: text('') }),
        frame({ first: 0x80, payload: text('1}') }),
        hello,
      ],
      ['ping 3f', 'pong', 'text {"a":1}', 'text hello ü'],
    ],
    [
      'a letter cut in two by its fragments',
      [
        frame({ first: 0x01, payload: Buffer.from([0xc3]) }),
        frame({ first: 0x80, payload: Buffer.from([0xbc]) }),
      ],
      ['text ü'],
    ],
    [
      'lengths of two bytes',
      [frame({ first: 0x81, payload: text('x'.repeat(126)) })],
      [`text ${'x'.repeat(126)}`],
    ],
    [
      'a length in more bytes than it needs',
      [frame({ first: 0x81, payload: text('hi'), width: 64 })],
      ['text hi'],
    ],
    [
      'a goodbye, and nothing after it',
      [frame({ first: 0x88, payload: Buffer.from([3, 232, 111, 107]) }), hello],
      ['close 1000 ok'],
    ],
    ['a goodbye without a code', [frame({ first: 0x88, payload: text('') })], ['close 1005 ']],
    ['half a close code', [frame({ first: 0x88, payload: Buffer.from([3]) })], ['fault 1002']],
    [
      'a close code that may not be sent',
      [frame({ first: 0x88, payload: Buffer.from([3, 237]) })],
      ['fault 1002'],
    ],
    [
      'a close reason that is not UTF-8',
      [frame({ first: 0x88, payload: Buffer.from([3, 232, 0xff]) })],
      ['fault 1007'],
    ],
    ['reserved bit 1', [hello, frame({ first: 0xc1, payload: text('x') })], ['text hello ü', 'fault 1002']],
    ['reserved bit 2', [frame({ first: 0xa1, payload: text('x') })], ['fault 1002']],
    ['reserved bit 3', [frame({ first: 0x91, payload: text('x') })], ['fault 1002']],
    ['an unknown opcode', [frame({ first: 0x83, payload: text('x') })], ['fault 1002']],
    ['a masked frame', [frame({ first: 0x81, payload: text('xxxxx'), masked: true })], ['fault 1002']],
    ['a ping in fragments', [frame({ first: 0x09, payload: text('x') })], ['fault 1002']],
    ['a ping that is too long', [frame({ first: 0x89, payload: new Uint8Array(126) })], ['fault 1002']],
    ['a continuation of nothing', [frame({ first: 0x80, payload: text('x') })], ['fault 1002']],
    [
      'a message inside another',
      [frame({ first: 0x01, payload: text('x') }), frame({ first: 0x81, payload: text('y') })],
      ['fault 1002'],
    ],
    [
      'the longest message',
      [frame({ first: 0x81, payload: text('x'.repeat(MESSAGE_MAX)) })],
      [`text ${'x'.repeat(MESSAGE_MAX)}`],
    ],
    [
      'a message too long by one',
      [frame({ first: 0x81, payload: new Uint8Array(MESSAGE_MAX + 1) })],
      ['fault 1009'],
    ],
    [
      'an unspeakable length',
      [Buffer.from([0x81, 127, 255, 255, 255, 255, 255, 255, 255, 255])],
      ['fault 1009'],
    ],
    [
      'fragments too long together',
      [
        frame({ first: 0x01, payload: new Uint8Array(MESSAGE_MAX).fill(97) }),
        frame({ first: 0x80, payload: text('x') }),
      ],
      ['fault 1009'],
    ],
    ['text that is not UTF-8', [frame({ first: 0x81, payload: Buffer.from([0x61, 0xff]) })], ['fault 1007']],
    [
      'a surrogate in text',
      [frame({ first: 0x81, payload: Buffer.from([0xed, 0xa0, 0x80]) })],
      ['fault 1007'],
    ],
    ['a binary message', [frame({ first: 0x82, payload: Buffer.from([0xff]) })], ['binary']],
  ])('reads %s, cut at every place and byte by byte', async (_name, parts, expected) => {
    const bytes = Buffer.concat(parts);
    for (let cut = 0; cut <= bytes.length; cut += 1) expect(ours(pieces(bytes, [cut]))).toEqual(expected);
    expect(ours([...bytes].map((byte) => Buffer.of(byte)))).toEqual(expected);
    expect(await theirs([bytes])).toEqual(expected);
  });

  it('reads nothing more once it has been stopped in the middle of what it was reading', () => {
    let told = 0;
    const decoder = createFrameDecoder(
      {
        scan(): boolean {
          told += 1;
          decoder.stop();
          return false;
        },
        text: () => (told += 100),
        binary: () => undefined,
        ping: () => undefined,
        pong: () => undefined,
        closing: () => undefined,
      },
      MESSAGE_MAX,
    );
    const bytes = Buffer.concat([hello, hello]);
    expect(decoder.push(bytes, bytes.length)).toBeNull();
    expect(decoder.push(bytes, bytes.length)).toBeNull();
    expect(told).toBe(1);
  });
});
