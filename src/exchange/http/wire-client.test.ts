// The live HTTP client against real sockets on loopback. What it says about "may it have arrived"
// decides whether an order is unknown or certainly not sent.
import { createServer, Socket, type Server } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { HttpClient, HttpRequest } from '../../core/ports/network.ts';
import { createWireClient, defaultWireClientOptions } from './wire-client.ts';

type Peer = {
  readonly origin: string;
  readonly received: string[];
  readonly sockets: Socket[];
  readonly server: Server;
};

const open: { readonly peers: Peer[]; readonly clients: HttpClient[] } = { peers: [], clients: [] };

afterEach(async () => {
  for (const each of open.clients.splice(0)) each.close();
  for (const each of open.peers.splice(0)) {
    for (const socket of each.sockets) socket.destroy();
    await new Promise((resolve) => each.server.close(resolve));
  }
});

/** A listener that hands every piece it receives to `answer`. */
async function peer(answer: (socket: Socket, text: string, count: number) => void): Promise<Peer> {
  const received: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      received.push(bytes.toString('latin1'));
      answer(socket, bytes.toString('latin1'), received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const made: Peer = { origin: `http://127.0.0.1:${port}`, received, sockets, server };
  open.peers.push(made);
  return made;
}

function client(changes: Partial<typeof defaultWireClientOptions> = {}): HttpClient {
  const made = createWireClient({ ...defaultWireClientOptions, ...changes });
  open.clients.push(made);
  return made;
}

const OK = 'HTTP/1.1 200 OK\r\nRetry-After: 3\r\ncontent-length: 2\r\n\r\n{}';

function get(origin: string, changes: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'GET',
    url: `${origin}/api/v3/time`,
    headers: {},
    body: null,
    timeoutMs: 2_000,
    ...changes,
  };
}

describe('the wire client', () => {
  it('sends exactly the text it was given and gives the answer back', async () => {
    const exchange = await peer((socket) => void socket.write(OK));
    const reply = await client().request(
      get(exchange.origin, {
        method: 'POST',
        url: `${exchange.origin}/api/v3/order`,
        headers: { 'x-mbx-apikey': 'key' },
        body: 'symbol=BTCUSDT&signature=00',
      }),
    );
    expect(reply).toMatchObject({
      ok: true,
      value: { status: 200, body: '{}', headers: { 'retry-after': '3' } },
    });
    expect(exchange.received.join('')).toBe(
      `POST /api/v3/order HTTP/1.1\r\nhost: ${exchange.origin.slice(7)}\r\nx-mbx-apikey: key\r\n` +
        'content-length: 27\r\n\r\nsymbol=BTCUSDT&signature=00',
    );
  });

  it('hands a request on a warm connection to the kernel before request returns', async () => {
    const exchange = await peer((socket) => void socket.write(OK));
    const http = client();
    await http.request(get(exchange.origin));
    const written: Socket[] = [];
    const write = vi.spyOn(Socket.prototype, 'write').mockImplementation(function (this: Socket, ...given) {
      written.push(this);
      return Duplex.prototype.write.apply(this, given as Parameters<Duplex['write']>);
    });
    const reply = http.request(get(exchange.origin));
    write.mockRestore();
    const [socket] = written as unknown as readonly (Socket & {
      readonly _handle: { readonly writeQueueSize: number };
    })[];
    expect(written).toHaveLength(1);
    expect(socket?._handle.writeQueueSize).toBe(0);
    expect(await reply).toMatchObject({ ok: true });
  });

  it('uses one connection again and again, one request at a time', async () => {
    const exchange = await peer((socket) => void socket.write(OK));
    const http = client({ spareConnections: 0 });
    for (let count = 0; count < 5; count += 1) await http.request(get(exchange.origin));
    expect(exchange.sockets).toHaveLength(1);
    await Promise.all([http.request(get(exchange.origin)), http.request(get(exchange.origin))]);
    expect(exchange.sockets).toHaveLength(2);
  });

  it('makes further requests wait when it may not open more connections', async () => {
    const exchange = await peer((socket) => void setTimeout(() => socket.write(OK), 5));
    const http = client({ connectionsMax: 2, spareConnections: 0 });
    const replies = await Promise.all(
      Array.from({ length: 6 }, async () => http.request(get(exchange.origin))),
    );
    expect(replies.every((reply) => reply.ok)).toBe(true);
    expect(exchange.sockets.length).toBeLessThanOrEqual(2);
  });

  it('keeps a spare connection ready and replaces it when the exchange closes it', async () => {
    const exchange = await peer((socket) => void socket.write(OK));
    const http = client({ spareConnections: 2 });
    await http.request(get(exchange.origin));
    await expect.poll(() => exchange.sockets.length, { timeout: 3_000 }).toBe(2);
    exchange.sockets[1]?.end();
    await expect.poll(() => exchange.sockets.length, { timeout: 3_000 }).toBe(3);
    expect(await http.request(get(exchange.origin))).toMatchObject({ ok: true });
  });
});

describe('a failed request', () => {
  it('has certainly not arrived when nobody listens', async () => {
    const exchange = await peer(() => undefined);
    await new Promise((resolve) => exchange.server.close(resolve));
    expect(await client().request(get(exchange.origin))).toMatchObject({
      ok: false,
      error: { kind: 'refused', mayHaveArrived: false },
    });
  });

  it('may have arrived when the connection is reset before an answer', async () => {
    const exchange = await peer((socket) => void socket.resetAndDestroy());
    expect(await client().request(get(exchange.origin))).toMatchObject({
      ok: false,
      error: { kind: 'reset', mayHaveArrived: true },
    });
    expect(exchange.received).toHaveLength(1);
  });

  it('may have arrived when the answer stops in the middle', async () => {
    const exchange = await peer(
      (socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{"order'),
    );
    expect(await client().request(get(exchange.origin))).toMatchObject({
      ok: false,
      error: { kind: 'reset', mayHaveArrived: true },
    });
  });

  it('may have arrived when no answer comes in time, and the late answer is nobody’s', async () => {
    const exchange = await peer((socket, _text, count) => {
      if (count > 1) socket.write(OK);
    });
    const http = client({ spareConnections: 0 });
    expect(await http.request(get(exchange.origin, { timeoutMs: 30 }))).toMatchObject({
      ok: false,
      error: { kind: 'timeout', mayHaveArrived: true },
    });
    expect(await http.request(get(exchange.origin))).toMatchObject({ ok: true });
    expect(exchange.sockets).toHaveLength(2);
  });

  it('is given up in time however slowly its answer drips', async () => {
    const exchange = await peer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
      const drip = setInterval(() => socket.write('x'), 10);
      socket.on('close', () => clearInterval(drip));
    });
    const startedAt = performance.now();
    expect(await client().request(get(exchange.origin, { timeoutMs: 100 }))).toMatchObject({
      error: { kind: 'timeout', mayHaveArrived: true },
    });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('has certainly not arrived when it was still waiting for a connection', async () => {
    const exchange = await peer(() => undefined);
    const http = client({ connectionsMax: 1 });
    const first = http.request(get(exchange.origin, { timeoutMs: 300 }));
    expect(await http.request(get(exchange.origin, { timeoutMs: 50 }))).toMatchObject({
      error: { kind: 'timeout', mayHaveArrived: false },
    });
    expect(await first).toMatchObject({ error: { kind: 'timeout', mayHaveArrived: true } });
    expect(exchange.received).toHaveLength(1);
  });

  it('is never sent a second time', async () => {
    const exchange = await peer((socket) => void socket.destroy());
    await client().request(get(exchange.origin, { method: 'POST', body: 'a=1' }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(exchange.received).toHaveLength(1);
  });

  it('is settled when the client is closed, and nothing more is sent', async () => {
    const exchange = await peer(() => undefined);
    const http = client();
    const underWay = http.request(get(exchange.origin));
    await expect.poll(() => exchange.received.length).toBe(1);
    http.close();
    expect(await underWay).toMatchObject({ error: { mayHaveArrived: true } });
    expect(await http.request(get(exchange.origin))).toMatchObject({
      error: { kind: 'refused', mayHaveArrived: false },
    });
  });
});

describe('text that would not stand on the wire unchanged', () => {
  it.each([
    ['a line break in the target', { url: 'http://127.0.0.1:1/a b' }],
    ['a line break in a header', { headers: { 'x-a': 'b\r\nc: d' } }],
    ['a body that is not percent-encoded', { body: 'symbol=币' }],
  ])('is a bug: %s', async (_name, changes) => {
    await expect(async () => client().request(get('http://127.0.0.1:1', changes))).rejects.toThrow(
      /percent-encoded|printable/,
    );
  });
});
