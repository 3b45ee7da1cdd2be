/**
 * WebSocket connections over our own sockets: the live StreamConnector. Each read lands in one
 * buffer of the connection's own, and market frames are scanned there (see docs/decisions/0011).
 * Pings are answered here. TLS is verified, with a CA of one's own where one is given.
 */
import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { invariant } from '../../core/invariant.ts';
import type { StreamConnection, StreamConnector, StreamHandlers } from '../../core/ports/network.ts';
import { createFrameDecoder } from './frame-decoder.ts';
import { closePayload, encodeFrame, opcodes } from './frame-encoder.ts';
import { upgradeKey, upgradeProblem, upgradeRequest } from './upgrade.ts';

export type WireConnectorOptions = {
  readonly connectTimeoutMs: number;
  /** Certificate authority (PEM) to trust instead of the system's. */
  readonly caCert?: string;
};

/** Larger than any frame of the exchange, small enough not to fill the memory. */
const MESSAGE_BYTES_MAX = 16_777_216;
/** How long a closing handshake may take before the socket is cut. */
const CLOSE_WITHIN_MS = 2_000;
/** One read at most; in a flood, a twentieth cheaper than reads of 65,536 bytes. */
const READ_BYTES = 262_144;
const HEAD_BYTES_MAX = 16_384;
/** More than this unsent: the other side pings and does not read. */
const UNSENT_BYTES_MAX = 1_048_576;
const KEEP_ALIVE_PROBE_MS = 15_000;

const NORMAL = 1000;
const NO_CODE = 1005;
/** Nobody said goodbye. */
const CUT = 1006;
const NO_BINARY = 1003;

export function createWireConnector(options: WireConnectorOptions): StreamConnector {
  return { connect: (url, handlers) => openConnection(new URL(url), handlers, options) };
}

function openConnection(url: URL, handlers: StreamHandlers, options: WireConnectorOptions): StreamConnection {
  const key = upgradeKey();
  let phase: 'opening' | 'open' | 'closing' | 'over' = 'opening';
  let head: Buffer = Buffer.alloc(0);

  const decoder = createFrameDecoder(
    {
      scan: (bytes, start, end) => handlers.scan?.(bytes, start, end) ?? false,
      text: (text) => handlers.message(text),
      binary: () => breakOff(NO_BINARY, 'a binary message'),
      ping(payload): void {
        handlers.alive();
        if (socket.writableLength > UNSENT_BYTES_MAX) finish(CUT, 'the other side does not read');
        else if (phase !== 'over') socket.write(encodeFrame(opcodes.pong, payload));
      },
      pong: () => handlers.alive(),
      closing(code, reason): void {
        if (phase === 'open') sayClose(code === NO_CODE ? null : code);
        socket.end();
        over(code, reason);
      },
    },
    MESSAGE_BYTES_MAX,
  );

  function sayClose(code: number | null): void {
    socket.write(encodeFrame(opcodes.close, closePayload(code)));
    setTimeout(() => socket.destroy(), CLOSE_WITHIN_MS).unref();
  }

  function over(code: number, reason: string): void {
    if (phase === 'over') return;
    phase = 'over';
    decoder.stop();
    handlers.closed(code, reason);
  }

  /** Ends without another word. */
  function finish(code: number, reason: string): void {
    socket.destroy();
    over(code, reason);
  }

  /** Ends because of what the other side sent. */
  function breakOff(code: number, reason: string): void {
    if (phase === 'open') sayClose(code);
    socket.end();
    over(code, reason);
  }

  function received(length: number, buffer: Uint8Array): boolean {
    if (phase === 'open' || phase === 'closing') read(buffer, length);
    else if (phase === 'opening') readHead(Buffer.from(buffer.subarray(0, length)));
    return true;
  }

  function read(bytes: Uint8Array, length: number): void {
    const fault = decoder.push(bytes, length);
    if (fault !== null) breakOff(fault.code, fault.reason);
  }

  function readHead(bytes: Buffer): void {
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n', 0, 'latin1');
    if (end < 0) {
      if (head.length > HEAD_BYTES_MAX) finish(CUT, 'the header does not end');
      return;
    }
    const problem = upgradeProblem(head.toString('latin1', 0, end), key);
    if (problem !== null) {
      finish(CUT, problem);
      return;
    }
    const rest = head.subarray(end + 4);
    head = Buffer.alloc(0);
    phase = 'open';
    socket.setTimeout(0);
    handlers.opened();
    read(rest, rest.length);
  }

  const socket = openSocket(url, options, received);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_PROBE_MS);
  socket.setTimeout(options.connectTimeoutMs, () => finish(CUT, 'not open in time'));
  socket.once(url.protocol === 'wss:' ? 'secureConnect' : 'connect', () => {
    socket.write(upgradeRequest(url, key), 'latin1');
  });
  socket.on('error', (error) => finish(CUT, error.message));
  socket.on('end', () => finish(CUT, 'the line was cut'));
  socket.on('close', () => over(CUT, 'the line was cut'));

  return {
    send(text): void {
      if (phase === 'open') socket.write(encodeFrame(opcodes.text, Buffer.from(text, 'utf8')));
    },
    ping(): void {
      if (phase === 'open') socket.write(encodeFrame(opcodes.ping, new Uint8Array(0)));
    },
    close(): void {
      if (phase === 'opening') finish(CUT, 'closed before it was open');
      if (phase !== 'open') return;
      phase = 'closing';
      sayClose(NORMAL);
    },
  };
}

/** A socket that reads into one buffer of its own, again and again. */
function openSocket(
  url: URL,
  options: WireConnectorOptions,
  received: (length: number, buffer: Uint8Array) => boolean,
): Socket {
  const secure = url.protocol === 'wss:';
  invariant(secure || url.protocol === 'ws:', 'a stream is reached over ws or wss');
  const host = url.hostname.replaceAll(/^\[|\]$/g, '');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const onread = { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback: received };
  if (!secure) return connectTcp({ host, port, onread });
  // Documented for TLS too, but missing from its types.
  const secured: ConnectionOptions & { readonly onread: OnReadOpts } = {
    host,
    port,
    onread,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(options.caCert === undefined ? {} : { ca: options.caCert }),
  };
  return connectTls(secured);
}
