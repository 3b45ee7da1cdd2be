/** The shell on real sockets: what only bytes can show. */
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { createVenue } from '../matching/venue.ts';
import { countingRandom, stillMarket, symbolSpec } from '../../../tests/builders/exchange-harness.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { serve, type Served } from './serve.ts';

let exchange: Exchange;
let served: Served;
beforeEach(async () => {
  exchange = createExchange({
    venue: createVenue(),
    market: stillMarket([symbolSpec('BTCUSDT', 'BTC', 'USDT')]),
    timers: {
      now: () => Date.now(),
      monotonic: () => performance.now(),
      after(delayMs, task) {
        const timer = setTimeout(task, delayMs);
        return () => clearTimeout(timer);
      },
    },
    random: countingRandom(),
    accounts: [],
    keys: [],
  });
  exchange.start();
  served = await serve(exchange, { port: 0, tls: null });
});
afterEach(async () => {
  exchange.stop();
  await served.close();
});

const origin = (scheme: string): string => `${scheme}://127.0.0.1:${served.port}`;

/** Sends bytes as they are; gives the first line of what comes back. */
function rawLine(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(served.port, '127.0.0.1', () => socket.write(bytes));
    socket.once('data', (data) => {
      resolve(data.toString().split('\r\n')[0] ?? '');
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

function opened(path: string): Promise<WebSocket> {
  const socket = new WebSocket(`${origin('ws')}${path}`);
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}
const next = (socket: WebSocket): Promise<string> =>
  new Promise((resolve) => socket.once('message', (data: Buffer) => resolve(data.toString())));
const ended = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.once('close', resolve));

test('a body past a megabyte is 413 and the server lives', async () => {
  const reply = await fetch(`${origin('http')}/api/v3/order`, {
    method: 'POST',
    body: 'a'.repeat(1_100_000),
  });
  expect(reply.status).toBe(413);
  expect((await fetch(`${origin('http')}/api/v3/ping`)).status).toBe(200);
});

test('no HTTP at all, headers past all bounds, invalid UTF-8: each gets an answer or a closed line', async () => {
  expect(await rawLine('hello\r\n\r\n')).toBe('HTTP/1.1 400 Bad Request');
  expect(await rawLine(`GET /api/v3/ping HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(70_000)}\r\n\r\n`)).toContain(
    '431',
  );
  expect(
    await rawLine(Buffer.from('GET /api/v3/depth?symbol=\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n', 'latin1')),
  ).toContain('400');
  expect((await fetch(`${origin('http')}/api/v3/ping`)).status).toBe(200);
});

test('an upgrade to nowhere is refused before the handshake', async () => {
  const upgrade =
    'connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';
  expect(await rawLine(`GET /elsewhere HTTP/1.1\r\nhost: x\r\n${upgrade}`)).toContain('404');
  expect(await rawLine(`GET /ws?timeUnit=HOUR HTTP/1.1\r\nhost: x\r\n${upgrade}`)).toContain('400');
});

test('a thousand streams fit into one URL', async () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `symbol${index}usdt@kline_15m`);
  const socket = await opened(`/stream?streams=${names.join('/')}`);
  socket.send('{"method":"GET_PROPERTY","params":["combined"],"id":1}');
  expect(await next(socket)).toBe('{"result":true,"id":1}');
  socket.terminate();
});

test('a frame past a megabyte closes its own line only', async () => {
  const loud = await opened('/ws-api/v3');
  const quiet = await opened('/ws-api/v3');
  loud.on('error', () => undefined);
  loud.send('x'.repeat(1_200_000));
  expect(await ended(loud)).toBe(1_009);
  quiet.send('{"id":1,"method":"ping"}');
  expect(await next(quiet)).toMatch(/^\{"id":1,"status":200,"result":\{\},"rateLimits":/);
  quiet.terminate();
});

test('the sixth frame in a second is answered by close code 1008', async () => {
  const socket = await opened('/ws');
  for (let frame = 0; frame < 6; frame += 1) socket.ping();
  expect(await ended(socket)).toBe(1_008);
});

test('at the end clients hear of it and are closed with 1001', async () => {
  const socket = await opened('/ws');
  const last = next(socket);
  const code = ended(socket);
  exchange.stop();
  await served.close();
  expect(JSON.parse(await last)).toMatchObject({ e: 'serverShutdown' });
  expect(await code).toBe(1_001);
  served = await serve(exchange, { port: 0, tls: null });
});

test('it is idle only while nobody is connected and nobody asks', async () => {
  const socket = await opened('/ws');
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(served.idleMs()).toBeLessThan(20);
  const gone = ended(socket);
  socket.close();
  await gone;
  await expect.poll(() => served.idleMs(), { interval: 5 }).toBeGreaterThan(20);
});
