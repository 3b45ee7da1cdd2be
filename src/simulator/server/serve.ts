/**
 * The exchange on the wire: REST, market streams and the WebSocket API on one plain and one TLS port
 * of loopback. A thin shell: it moves bytes and judges nothing but their size.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';

import { ABNORMAL, type Session, type Sink } from './connection.ts';
import type { Exchange, Opened, Refused } from './exchange.ts';

export type TlsSettings = { readonly key: string; readonly certificate: string };
export type ServeOptions = {
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly tlsPort?: number;
  readonly tls: TlsSettings | null;
};

export interface Served {
  readonly port: number;
  readonly tlsPort: number | null;
  /** Milliseconds of monotonic time since the last request or while nobody is connected; 0 while somebody is. */
  idleMs(): number;
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 1 << 20;
/** Room for a thousand stream names in one URL. */
const HEADER_BYTES_MAX = 64 << 10;
/** A client that does not read is cut before it costs the exchange its memory. */
const BACKLOG_BYTES_MAX = 32 << 20;
const FRAME_BYTES_MAX = 1 << 20;
const GOODBYE_MS = 300;

export async function serve(exchange: Exchange, options: ServeOptions): Promise<Served> {
  const host = options.host ?? '127.0.0.1';
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_BYTES_MAX,
    perMessageDeflate: false,
  });
  const settings = { maxHeaderSize: HEADER_BYTES_MAX, keepAliveTimeout: 75_000, requestTimeout: 60_000 };
  let lastActive = performance.now();

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    lastActive = performance.now();
    answerRequest(exchange, request, response);
  };
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    lastActive = performance.now();
    upgrade(exchange, sockets, request, socket, head);
  };

  const plain = createServer(settings, onRequest);
  plain.on('upgrade', onUpgrade);
  const servers: (Server | SecureServer)[] = [plain];
  const port = await listen(plain, options.port, host);
  let tlsPort: number | null = null;
  if (options.tls !== null) {
    const https = await import('node:https');
    const secure = https.createServer(
      { ...settings, key: options.tls.key, cert: options.tls.certificate, minVersion: 'TLSv1.2' },
      onRequest,
    );
    secure.on('upgrade', onUpgrade);
    // A client that does not trust the authority drops the line: its affair.
    secure.on('tlsClientError', () => undefined);
    servers.push(secure);
    tlsPort = await listen(secure, options.tlsPort ?? 0, host);
  }
  return {
    port,
    tlsPort,
    idleMs() {
      if (sockets.clients.size > 0) lastActive = performance.now();
      return performance.now() - lastActive;
    },
    async close() {
      // A moment for the goodbyes that are under way.
      for (let waited = 0; sockets.clients.size > 0 && waited < GOODBYE_MS; waited += 10) await pause(10);
      for (const socket of sockets.clients) socket.terminate();
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** The port wanted, or any free one when it is taken and `0` may stand in for it: that is the caller's choice. */
function listen(server: Server | SecureServer, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function answerRequest(exchange: Exchange, request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= BODY_BYTES_MAX) chunks.push(chunk);
  });
  request.on('error', () => undefined);
  request.on('end', () => {
    if (size > BODY_BYTES_MAX) {
      response
        .writeHead(413, { 'content-type': 'text/html', connection: 'close' })
        .end('<html><head><title>413 Request Entity Too Large</title></head></html>');
      return;
    }
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    const reply = exchange.request({
      method: request.method ?? 'GET',
      path: mark < 0 ? url : url.slice(0, mark),
      query: mark < 0 ? '' : url.slice(mark + 1),
      headers: request.headers as Readonly<Record<string, string | undefined>>,
      body: chunks.length === 0 ? '' : Buffer.concat(chunks).toString('utf8'),
      remote: remoteOf(request),
    });
    // Without an answer the client waits until its own patience ends, as with the real thing.
    if (reply === null) return;
    const body = Buffer.from(reply.body, 'utf8');
    response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length }).end(body);
  });
}

function upgrade(
  exchange: Exchange,
  sockets: WebSocketServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const url = request.url ?? '/';
  const line: { ws: WebSocket | null; readonly early: string[] } = { ws: null, early: [] };
  const sink: Sink = {
    send(text) {
      if (line.ws === null) line.early.push(text);
      else if (line.ws.bufferedAmount > BACKLOG_BYTES_MAX) line.ws.terminate();
      else line.ws.send(text);
    },
    ping: (payload) => line.ws?.ping(payload),
    close(code, reason) {
      if (code === ABNORMAL) line.ws?.terminate();
      else line.ws?.close(code, reason);
    },
  };
  const opened = open(exchange, url, remoteOf(request), sink);
  if (opened.kind === 'refused') {
    refuse(socket, opened.answer);
    return;
  }
  socket.on('error', () => opened.session.closed());
  socket.on('close', () => opened.session.closed());
  sockets.handleUpgrade(request, socket, head, (ws) => {
    line.ws = ws;
    for (const text of line.early) ws.send(text);
    attach(ws, opened.session);
  });
}

function open(exchange: Exchange, url: string, remote: string, sink: Sink): Opened {
  return /^\/+ws-api(?:[/?]|$)/.test(url)
    ? exchange.openApi(url, remote, sink)
    : exchange.openStream(url, remote, sink);
}

function attach(ws: WebSocket, session: Session): void {
  ws.on('message', (data: Buffer) => session.receive(data.toString('utf8')));
  ws.on('ping', () => session.pinged());
  ws.on('pong', (data: Buffer) => session.pong(data.toString('utf8')));
  ws.on('close', () => session.closed());
  ws.on('error', () => ws.terminate());
}

function refuse(socket: Duplex, answer: Refused): void {
  const headers = Object.entries({
    ...answer.headers,
    'content-length': String(Buffer.byteLength(answer.body)),
    connection: 'close',
  });
  socket.on('error', () => undefined);
  socket.end(
    `HTTP/1.1 ${answer.status} Refused\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${answer.body}`,
  );
}

function remoteOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? 'unknown';
}
