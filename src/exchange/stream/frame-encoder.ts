/** The sending half of a WebSocket client (RFC 6455): whole frames, masked as a client's must be. */
import { randomFillSync } from 'node:crypto';

export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

type Sent = typeof opcodes.text | typeof opcodes.close | typeof opcodes.ping | typeof opcodes.pong;

const FINAL = 0x80;
const MASKED = 0x80;

/** One whole frame. The mask is unpredictable (RFC 6455, 10.3): bytes of ours must not look like a request to a proxy. */
export function encodeFrame(opcode: Sent, payload: Uint8Array): Buffer {
  const { length } = payload;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(6 + lengthBytes + length);
  frame[0] = FINAL | opcode;
  if (lengthBytes === 0) frame[1] = MASKED | length;
  else if (lengthBytes === 2) {
    frame[1] = MASKED | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = MASKED | 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  const mask = 2 + lengthBytes;
  const start = mask + 4;
  randomFillSync(frame, mask, 4);
  for (let index = 0; index < length; index += 1) {
    frame[start + index] = (payload[index] ?? 0) ^ (frame[mask + (index & 3)] ?? 0);
  }
  return frame;
}

/** The payload of a close frame; without a code it is empty. */
export function closePayload(code: number | null): Uint8Array {
  return code === null ? new Uint8Array(0) : Uint8Array.of(code >> 8, code & 255);
}
