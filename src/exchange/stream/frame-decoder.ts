/**
 * The receiving half of a WebSocket client (RFC 6455), over bytes cut anywhere. A text message that
 * lies whole in what was read is shown to a scanner in place, neither copied nor decoded; only a
 * frame that straddles two reads, or a message in fragments, is put together first. What a server
 * may not send is a fault with the close code that answers it, and nothing is read after it.
 */
import { isUtf8 } from 'node:buffer';
import { opcodes } from './frame-encoder.ts';

export type FrameSink = {
  /**
   * Looks at a text message where it lies, before it is known to be text: true when every byte was
   * recognised and the message is dealt with. The bytes are overwritten once this returns.
   */
  readonly scan: (bytes: Uint8Array, start: number, end: number) => boolean;
  /** A text message that was not dealt with so; its UTF-8 is valid. */
  readonly text: (text: string) => void;
  /** A binary message has ended. */
  readonly binary: () => void;
  readonly ping: (payload: Uint8Array) => void;
  readonly pong: () => void;
  /** The server closes; 1005 when it gives no code. Nothing is read after it. */
  readonly closing: (code: number, reason: string) => void;
};

export type FrameFault = { readonly code: number; readonly reason: string };

export interface FrameDecoder {
  /** Reads the first `length` bytes; says what was wrong with them. */
  push(bytes: Uint8Array, length: number): FrameFault | null;
  /** Nothing is read any more, also not what is left of the bytes being read. */
  stop(): void;
}

const PROTOCOL_ERROR = 1002;
const NOT_UTF8 = 1007;
const TOO_LARGE = 1009;

const FINAL = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
const WHOLE_TEXT = FINAL | opcodes.text;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const CONTROL_BYTES_MAX = 125;
/** Nearly always enough to hold a straddling frame or a message in fragments; grows when it is not, and is given back after. */
const HELD_BYTES = 16_384;

/** Bytes that grow at their end and start over. */
class Held {
  bytes: Uint8Array = new Uint8Array(HELD_BYTES);
  length = 0;

  add(from: Uint8Array, start: number, end: number): void {
    const length = this.length + end - start;
    if (length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(from.subarray(start, end), this.length);
    this.length = length;
  }

  clear(): void {
    this.length = 0;
    if (this.bytes.length > HELD_BYTES) this.bytes = new Uint8Array(HELD_BYTES);
  }
}

export function createFrameDecoder(sink: FrameSink, messageBytesMax: number): FrameDecoder {
  /** The beginning of a frame whose end has not been read yet. */
  const begun = new Held();
  /** What has come of a message in fragments, and what it is. */
  const message = new Held();
  let fragmented: number | null = null;
  const line = { isStopped: false };
  let fault: FrameFault | null = null;
  /** How long the frame at hand must be at least, header included, by what is known of it. */
  let wanted = 2;

  function fail(code: number, reason: string): number {
    fault = { code, reason };
    line.isStopped = true;
    return 0;
  }

  /** Takes one frame from `at`; gives where it ends, or 0 when it is not whole or not allowed. */
  function frame(bytes: Uint8Array, at: number, end: number): number {
    wanted = 2;
    if (end - at < wanted) return 0;
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    const problem = headProblem(first, second, fragmented !== null);
    if (problem !== null) return fail(PROTOCOL_ERROR, problem);
    let start = at + 2;
    let size = second;
    if (second === LENGTH_16) {
      wanted = 4;
      if (end - at < wanted) return 0;
      size = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
      start = at + 4;
    } else if (second === LENGTH_64) {
      wanted = 10;
      if (end - at < wanted) return 0;
      size = 0;
      for (let index = 2; index < 10; index += 1) size = size * 256 + (bytes[at + index] ?? 0);
      start = at + 10;
    }
    const opcode = first & 0x0f;
    const isControl = opcode >= opcodes.close;
    if (!isControl && message.length + size > messageBytesMax) {
      return fail(TOO_LARGE, `a message of more than ${messageBytesMax} bytes`);
    }
    wanted = start - at + size;
    const frameEnd = start + size;
    if (frameEnd > end) return 0;
    if (isControl) control(opcode, bytes, start, frameEnd);
    else data(first, opcode, bytes, start, frameEnd);
    return frameEnd;
  }

  function data(first: number, opcode: number, bytes: Uint8Array, start: number, end: number): void {
    if (fragmented === null && first >= FINAL) {
      deliver(opcode, bytes, start, end);
      return;
    }
    fragmented ??= opcode;
    message.add(bytes, start, end);
    if (first < FINAL) return;
    const kind = fragmented;
    fragmented = null;
    const { length } = message;
    const whole = message.bytes;
    message.clear();
    deliver(kind, whole, 0, length);
  }

  function deliver(opcode: number, bytes: Uint8Array, start: number, end: number): void {
    if (opcode === opcodes.binary) {
      sink.binary();
      return;
    }
    if (sink.scan(bytes, start, end) || line.isStopped) return;
    const text = textOf(bytes, start, end);
    if (text === null) fail(NOT_UTF8, 'text that is not UTF-8');
    else sink.text(text);
  }

  function control(opcode: number, bytes: Uint8Array, start: number, end: number): void {
    if (opcode === opcodes.ping) sink.ping(bytes.slice(start, end));
    else if (opcode === opcodes.pong) sink.pong();
    else close(bytes, start, end);
  }

  function close(bytes: Uint8Array, start: number, end: number): void {
    const code = start === end ? 1005 : ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
    if (code !== 1005 || start !== end) {
      if (end - start === 1 || !mayClose(code)) {
        fail(PROTOCOL_ERROR, 'a close code that may not be sent');
        return;
      }
    }
    const reason = textOf(bytes, Math.min(start + 2, end), end);
    if (reason === null) {
      fail(NOT_UTF8, 'a close reason that is not UTF-8');
      return;
    }
    line.isStopped = true;
    sink.closing(code, reason);
  }

  /** Completes the frame begun in earlier reads; gives how many of these bytes that took. */
  function completeBegun(bytes: Uint8Array, length: number): number {
    let at = 0;
    while (begun.length > 0 && !line.isStopped) {
      const missing = Math.min(wanted - begun.length, length - at);
      begun.add(bytes, at, at + missing);
      at += missing;
      if (begun.length < wanted) return at;
      if (frame(begun.bytes, 0, begun.length) > 0) begun.clear();
    }
    return at;
  }

  function push(bytes: Uint8Array, length: number): FrameFault | null {
    if (line.isStopped) return null;
    let at = begun.length > 0 ? completeBegun(bytes, length) : 0;
    while (!line.isStopped && at < length) {
      const second = bytes[at + 1] ?? 0;
      // Nearly every frame: a short text message, whole, in one piece.
      if (bytes[at] === WHOLE_TEXT && second <= LENGTH_16 && at + 4 <= length && fragmented === null) {
        let start = at + 2;
        let size = second;
        if (second === LENGTH_16) {
          size = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
          start = at + 4;
        }
        const end = start + size;
        if (end <= length && size <= messageBytesMax) {
          at = end;
          deliver(opcodes.text, bytes, start, end);
          continue;
        }
      }
      const end = frame(bytes, at, length);
      if (end === 0) {
        if (!line.isStopped) begun.add(bytes, at, length);
        break;
      }
      at = end;
    }
    return fault;
  }

  return {
    push,
    stop(): void {
      line.isStopped = true;
    },
  };
}

/** What the first two bytes of a frame say that a server may not say; null when nothing. */
function headProblem(first: number, second: number, isFragmented: boolean): string | null {
  const opcode = first & 0x0f;
  if ((first & RESERVED) !== 0) return 'a reserved bit is set';
  if ((second & MASKED) !== 0) return 'a masked frame from the server';
  switch (opcode) {
    case opcodes.continuation:
      return isFragmented ? null : 'a continuation of nothing';
    case opcodes.text:
    case opcodes.binary:
      return isFragmented ? 'a message inside another' : null;
    case opcodes.close:
    case opcodes.ping:
    case opcodes.pong:
      if (first < FINAL) return 'a control frame in fragments';
      if (second > CONTROL_BYTES_MAX) return 'a control frame that is too long';
      return opcode === opcodes.close && second === 1 ? 'half a close code' : null;
    default:
      return `an unknown opcode, ${opcode}`;
  }
}

/** Codes that may stand in a close frame (RFC 6455, 7.4). */
function mayClose(code: number): boolean {
  return (
    (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) ||
    (code >= 3000 && code <= 4999)
  );
}

/** The text of these bytes, or null when they are not UTF-8. */
function textOf(bytes: Uint8Array, start: number, end: number): string | null {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  return isUtf8(view) ? view.toString('utf8') : null;
}
