/**
 * Reads one HTTP/1.1 response from bytes as they arrive (RFC 9112): a length, chunks, or everything
 * until the connection closes. Anything outside that is `broken`, which the gateway treats as an
 * unknown outcome; guessing would be worse.
 */
import type { HttpReply } from '../../core/ports/network.ts';

export type ParserState =
  | { readonly kind: 'more' }
  /** Whole; `reusable` tells whether another request may follow on this connection. */
  | { readonly kind: 'done'; readonly reply: HttpReply; readonly reusable: boolean }
  | { readonly kind: 'broken'; readonly reason: string };

export interface ResponseParser {
  push(bytes: Buffer): ParserState;
  /** The connection has ended: what that means for the response. */
  end(): ParserState;
}

export type ParserLimits = { readonly headBytesMax: number; readonly bodyBytesMax: number };

const defaultLimits: ParserLimits = { headBytesMax: 65_536, bodyBytesMax: 134_217_728 };

const MORE: ParserState = { kind: 'more' };

type Head = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly keepAlive: boolean;
};

type Framing =
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'untilClose' };

export function createResponseParser(limits: ParserLimits = defaultLimits): ResponseParser {
  let pending: Buffer = Buffer.alloc(0);
  let head: Head | null = null;
  let framing: Framing = { kind: 'untilClose' };
  const body: Buffer[] = [];
  let bodyBytes = 0;
  let lastChunkSeen = false;

  function take(length: number): void {
    const part = pending.subarray(0, length);
    if (part.length === 0) return;
    body.push(part);
    bodyBytes += part.length;
    pending = pending.subarray(part.length);
  }

  function done(of: Head, reusable: boolean): ParserState {
    const bytes = body.length === 1 ? body[0] : Buffer.concat(body);
    const text = bytes === undefined ? '' : bytes.toString('utf8');
    // Bytes nobody asked for would be read as the next answer.
    const clean = reusable && of.keepAlive && pending.length === 0;
    return { kind: 'done', reply: { status: of.status, headers: of.headers, body: text }, reusable: clean };
  }

  function readHead(): ParserState | null {
    for (;;) {
      const end = pending.indexOf('\r\n\r\n', 0, 'latin1');
      if (end < 0) {
        return pending.length > limits.headBytesMax ? broken('the header does not end') : MORE;
      }
      const parsed = parseHead(pending.toString('latin1', 0, end));
      if (typeof parsed === 'string') return broken(parsed);
      pending = pending.subarray(end + 4);
      if (parsed.status >= 200) {
        const found = framingOf(parsed);
        if (typeof found === 'string') return broken(found);
        head = parsed;
        framing = found;
        return null;
      }
      // An interim answer (1xx) is followed by the real one.
    }
  }

  function readChunks(of: Head): ParserState {
    while (!lastChunkSeen) {
      const lineEnd = pending.indexOf('\r\n', 0, 'latin1');
      if (lineEnd < 0) return pending.length > 1_024 ? broken('a chunk size does not end') : MORE;
      const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(pending.toString('latin1', 0, lineEnd))?.[1];
      if (size === undefined) return broken('a chunk has no size');
      const length = Number.parseInt(size, 16);
      if (bodyBytes + length > limits.bodyBytesMax) return broken('the body is too large');
      if (length === 0) {
        pending = pending.subarray(lineEnd);
        lastChunkSeen = true;
        break;
      }
      if (pending.length < lineEnd + 2 + length + 2) return MORE;
      if (pending.toString('latin1', lineEnd + 2 + length, lineEnd + 4 + length) !== '\r\n') {
        return broken('a chunk does not end where it says');
      }
      pending = pending.subarray(lineEnd + 2);
      take(length);
      pending = pending.subarray(2);
    }
    // `pending` begins with the line end of the last chunk; trailers, if any, end with an empty line.
    const end = pending.indexOf('\r\n\r\n', 0, 'latin1');
    if (end < 0) return pending.length > limits.headBytesMax ? broken('trailers do not end') : MORE;
    pending = pending.subarray(end + 4);
    return done(of, true);
  }

  function push(bytes: Buffer): ParserState {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    if (head === null) {
      const state = readHead();
      if (state !== null) return state;
    }
    if (head === null) return MORE;
    switch (framing.kind) {
      case 'chunked':
        return readChunks(head);
      case 'length':
        take(framing.length - bodyBytes);
        return bodyBytes === framing.length ? done(head, true) : MORE;
      case 'untilClose':
        take(pending.length);
        return bodyBytes > limits.bodyBytesMax ? broken('the body is too large') : MORE;
      default:
        return framing satisfies never;
    }
  }

  return {
    push,
    end(): ParserState {
      if (head !== null && framing.kind === 'untilClose') return done(head, false);
      return broken(head === null ? 'closed before an answer' : 'closed in the middle of an answer');
    },
  };

  function framingOf(of: Head): Framing | string {
    if (of.status === 204 || of.status === 304) return { kind: 'length', length: 0 };
    const encoding = of.headers['transfer-encoding'];
    if (encoding !== undefined) {
      if (of.headers['content-length'] !== undefined) return 'both a length and chunks';
      return encoding.toLowerCase() === 'chunked' ? { kind: 'chunked' } : 'an unknown transfer encoding';
    }
    const length = of.headers['content-length'];
    if (length === undefined) return { kind: 'untilClose' };
    if (!/^\d{1,10}$/.test(length)) return 'an unreadable content length';
    return Number(length) > limits.bodyBytesMax
      ? 'the body is too large'
      : { kind: 'length', length: Number(length) };
  }
}

function broken(reason: string): ParserState {
  return { kind: 'broken', reason };
}

export function parseHead(text: string): Head | string {
  const lines = text.split('\r\n');
  const status = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(lines[0] ?? '');
  if (status === null) return 'not an HTTP/1.1 answer';
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const colon = line.indexOf(':');
    if (colon <= 0) return 'a header line without a name';
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers[name];
    if (name === 'content-length' && before !== undefined && before !== value) return 'two content lengths';
    headers[name] = before === undefined || name === 'content-length' ? value : `${before}, ${value}`;
  }
  const connection = (headers['connection'] ?? '').toLowerCase();
  const keepAlive = status[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive');
  return { status: Number(status[2]), headers, keepAlive };
}
