// Properties of the response parser: however the bytes are cut, the answer is the same; and no bytes
// at all make it throw or hang.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createResponseParser, type ParserState } from './response-parser.ts';

const rounds = process.env['GENESIS_TEST_PROFILE'] === 'full' ? 5_000 : 300;

function feed(bytes: Buffer, cuts: readonly number[], close: boolean): ParserState {
  const parser = createResponseParser();
  const edges = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  let state: ParserState = { kind: 'more' };
  for (let index = 1; index < edges.length; index += 1) {
    state = parser.push(bytes.subarray(edges[index - 1], edges[index]));
    if (state.kind !== 'more') return state;
  }
  return close ? parser.end() : state;
}

type Shape = 'length' | 'chunked' | 'untilClose';

function write(shape: Shape, body: Buffer, chunks: readonly number[]): Buffer {
  const head = 'HTTP/1.1 200 OK\r\nX-MBX-USED-WEIGHT-1M: 7\r\n';
  if (shape === 'length') {
    return Buffer.concat([Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n`), body]);
  }
  if (shape === 'untilClose') return Buffer.concat([Buffer.from(`${head}\r\n`), body]);
  const parts: Buffer[] = [Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n`)];
  let from = 0;
  for (const size of [...chunks, body.length]) {
    const piece = body.subarray(from, from + size);
    if (piece.length > 0) {
      parts.push(Buffer.from(`${piece.length.toString(16)};ext=1\r\n`), piece, Buffer.from('\r\n'));
    }
    from += piece.length;
  }
  return Buffer.concat([...parts, Buffer.from('0\r\nTrailer: 1\r\n\r\n')]);
}

describe('the response parser', () => {
  it('gives the same answer however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Shape>('length', 'chunked', 'untilClose'),
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (shape, body, chunks, cuts) => {
          const bytes = write(shape, Buffer.from(body), chunks);
          const state = feed(bytes, cuts, shape === 'untilClose');
          expect(state.kind).toBe('done');
          if (state.kind !== 'done') return;
          expect(state.reply.body).toBe(body);
          expect(state.reply.status).toBe(200);
          expect(state.reply.headers['x-mbx-used-weight-1m']).toBe('7');
          expect(state.reusable).toBe(shape !== 'untilClose');
        },
      ),
      { numRuns: rounds },
    );
  });

  it('is never done with an answer that was cut short', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Shape>('length', 'chunked'),
        fc.string({ minLength: 1, maxLength: 60 }),
        fc.nat(),
        (shape, body, at) => {
          const bytes = write(shape, Buffer.from(body), [5]);
          const state = feed(bytes.subarray(0, at % bytes.length), [], true);
          expect(state.kind).toBe('broken');
        },
      ),
      { numRuns: rounds },
    );
  });

  it('never throws, whatever arrives', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.string({ maxLength: 200 }).map((text) => Buffer.from(`HTTP/1.1 200 OK\r\n${text}\r\n\r\n${text}`)),
      fc
        .string({ maxLength: 100 })
        .map((text) => Buffer.from(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${text}`)),
    );
    fc.assert(
      fc.property(hostile, fc.array(fc.nat(), { maxLength: 5 }), (bytes, cuts) => {
        expect(['done', 'broken']).toContain(feed(bytes, cuts, true).kind);
      }),
      { numRuns: rounds },
    );
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    ['a length and chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\na'],
    ['a negative length', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'],
    ['an unknown transfer encoding', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n'],
    ['a body past any limit', 'HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n'],
    [
      'a chunk that is longer than it says',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n',
    ],
  ])('calls %s broken', (_name, text) => {
    expect(feed(Buffer.from(text), [], false).kind).toBe('broken');
  });

  it('passes over interim answers', () => {
    const state = feed(
      Buffer.from('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'),
      [],
      false,
    );
    expect(state).toMatchObject({ kind: 'done', reply: { status: 204, body: '' }, reusable: true });
  });

  it.each([
    ['the exchange closes it', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'],
    ['more arrived than was asked for', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab'],
    ['it speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n'],
  ])('does not reuse a connection when %s', (_name, text) => {
    expect(feed(Buffer.from(text), [], false)).toMatchObject({ kind: 'done', reusable: false });
  });
});
