/**
 * The live StreamConnector on `ws`: no compression, pings answered by the library, messages handed on
 * as the bytes that arrived. TLS is verified, with a CA of one's own where one is given.
 */
import { WebSocket } from 'ws';
import type { StreamConnection, StreamConnector, StreamHandlers } from '../../core/ports/network.ts';

export type WsConnectorOptions = {
  readonly connectTimeoutMs: number;
  /** Certificate authority (PEM) to trust instead of the system's. */
  readonly caCert?: string;
};

/** Larger than any frame of the exchange, small enough not to fill the memory. */
const MESSAGE_BYTES_MAX = 16_777_216;
/** How long a closing handshake may take before the socket is cut. */
const CLOSE_WITHIN_MS = 2_000;

export function createWsConnector(options: WsConnectorOptions): StreamConnector {
  return {
    connect(url, handlers): StreamConnection {
      const socket = new WebSocket(url, {
        perMessageDeflate: false,
        handshakeTimeout: options.connectTimeoutMs,
        maxPayload: MESSAGE_BYTES_MAX,
        // Bytes are read as what they are: known frames byte by byte, the rest by a decoder that mends.
        skipUTF8Validation: true,
        ...(options.caCert === undefined ? {} : { ca: options.caCert }),
      });
      return attach(socket, handlers);
    },
  };
}

function attach(socket: WebSocket, handlers: StreamHandlers): StreamConnection {
  let failure = '';
  socket.on('open', () => handlers.opened());
  // With the default binary type, nodebuffer, a message is always one Buffer.
  socket.on('message', (data) => handlers.message(data as Buffer));
  socket.on('ping', () => handlers.alive());
  socket.on('pong', () => handlers.alive());
  socket.on('error', (error) => {
    failure = error.message;
  });
  socket.on('close', (code, reason) =>
    handlers.closed(code, failure === '' ? reason.toString('utf8') : failure),
  );
  return {
    send(text): void {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    ping(): void {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    close(): void {
      socket.close();
      setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS).unref();
    },
  };
}
