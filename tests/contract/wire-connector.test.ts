// Our own WebSocket connections on real sockets, plain and TLS, against ws as the server and against
// servers that break the rules.
import { createHash, randomBytes } from 'node:crypto';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { StreamConnection } from '../../src/core/ports/network.ts';
import { makeAuthority, makeServerCertificate } from '../../src/simulator/server/x509.ts';
import { createWireConnector } from '../../src/exchange/stream/wire-connector.ts';

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

type Client = {
  readonly heard: string[];
  readonly connection: StreamConnection;
  /** Waits until something like this has been heard. */
  until(what: string): Promise<void>;
};

function connect(
  url: string,
  options: { readonly caCert?: string; readonly connectTimeoutMs?: number } = {},
): Client {
  const heard: string[] = [];
  let wake: () => void = () => undefined;
  const tell = (what: string): void => {
    heard.push(what);
    wake();
  };
  const connection = createWireConnector({ connectTimeoutMs: 2_000, ...options }).connect(url, {
    opened: () => tell('opened'),
    scan(bytes, start, end): boolean {
      if (bytes[start] !== 123) return false;
      tell(`scanned ${Buffer.from(bytes.subarray(start, end)).toString('utf8')}`);
      return true;
    },
    message: (text) => tell(`text ${text}`),
    alive: () => tell('alive'),
    closed: (code, reason) => tell(`closed ${code} ${reason}`),
  });
  endings.push(() => connection.close());
  return {
    heard,
    connection,
    async until(what): Promise<void> {
      while (!heard.some((each) => each.includes(what))) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

const authority = makeAuthority(Date.now(), randomBytes);
const certificate = makeServerCertificate(authority, ['localhost'], Date.now(), randomBytes);

/** A ws server, plain or TLS, that does this with whoever connects. */
async function wsServer(secure: boolean, greet: (socket: WebSocket) => void): Promise<string> {
  const https = secure
    ? createHttpsServer({ cert: certificate.certificatePem, key: certificate.keyPem })
    : null;
  const server =
    https === null
      ? new WebSocketServer({ port: 0, host: 'localhost' })
      : new WebSocketServer({ server: https.listen(0, 'localhost') });
  server.on('connection', greet);
  const listener = https ?? server;
  await new Promise<void>((resolve) => listener.once('listening', () => resolve()));
  endings.push(() => {
    for (const each of server.clients) each.terminate();
    server.close();
    https?.close();
  });
  const { port } = listener.address() as AddressInfo;
  return `${secure ? 'wss' : 'ws'}://localhost:${port}/stream?streams=btcusdt@trade`;
}

/** A server of bare bytes. */
async function rawServer(answer: (socket: Socket, request: string) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    endings.push(() => socket.destroy());
    socket.once('data', (bytes) => answer(socket, bytes.toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => server.close());
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
}

/** The answer that opens the connection, before what `beyond` adds to it or puts in its place. */
function accepted(request: string, change: (lines: string[]) => string[] = (lines) => lines): string {
  const key = /Sec-WebSocket-Key: (\S+)/i.exec(request)?.[1] ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: keep-alive, Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
  ];
  return `${change(lines).join('\r\n')}\r\n\r\n`;
}

describe.each([
  ['a plain socket', false],
  ['TLS', true],
])('a connection over %s', (_name, secure) => {
  const trust = secure ? { caCert: authority.certificatePem } : {};

  it('carries messages of every length both ways, pings and a goodbye', async () => {
    const lengths = [0, 125, 126, 65_535, 65_536, 200_000];
    const url = await wsServer(secure, (socket) => {
      socket.on('message', (data: Buffer) => socket.send(`echo ${data.length}`));
      socket.on('ping', () => socket.close(1001, 'bye'));
      for (const length of lengths) socket.send(`{${'x'.repeat(length)}`);
      socket.ping('are you there');
    });
    const client = connect(url, trust);
    await client.until('alive');
    expect(client.heard.map((each) => each.slice(0, 12))).toEqual([
      'opened',
      ...lengths.map((length) => `scanned {${'x'.repeat(Math.min(length, 3))}`),
      'alive',
    ]);
    expect(client.heard.slice(1, -1).map((each) => each.length - 'scanned {'.length)).toEqual(lengths);
    for (const length of lengths) client.connection.send('y'.repeat(length));
    await client.until('echo 200000');
    expect(client.heard.slice(-lengths.length)).toEqual(lengths.map((length) => `text echo ${length}`));
    client.connection.ping();
    await client.until('closed');
    expect(client.heard.at(-1)).toBe('closed 1001 bye');
  });

  it('tells once of an end it wished for itself', async () => {
    const client = connect(await wsServer(secure, () => undefined), trust);
    await client.until('opened');
    client.connection.close();
    client.connection.close();
    await client.until('closed');
    client.connection.send('too late');
    expect(client.heard).toEqual(['opened', 'closed 1000 ']);
  });

  it('answers a ping with its own bytes', async () => {
    const ponged: string[] = [];
    const url = await wsServer(secure, (socket) => {
      socket.on('pong', (data: Buffer) => {
        ponged.push(data.toString());
        socket.close(1000);
      });
      socket.ping('1767225600000');
    });
    const client = connect(url, trust);
    await client.until('closed');
    expect(ponged).toEqual(['1767225600000']);
  });
});

describe('a connection', () => {
  it('is refused to a server whose certificate nobody signed', async () => {
    const client = connect(await wsServer(true, () => undefined));
    await client.until('closed');
    expect(client.heard).toEqual([expect.stringMatching(/^closed 1006 .*(certificate|signed)/)]);
  });

  it.each<readonly [string, (request: string) => string, string]>([
    ['another status', () => 'HTTP/1.1 503 Service Unavailable\r\n\r\n', 'the server answered 503'],
    ['no HTTP', () => 'SSH-2.0-OpenSSH\r\n\r\n', 'not an HTTP/1.1 answer'],
    [
      'another key',
      (request) => accepted(request.replace(/Key: \S+/, 'Key: other')),
      'the server did not understand the key',
    ],
    [
      'an extension',
      (request) => accepted(request, (lines) => [...lines, 'Sec-WebSocket-Extensions: permessage-deflate']),
      'the server wants an extension nobody offered',
    ],
    [
      'a protocol',
      (request) => accepted(request, (lines) => [...lines, 'Sec-WebSocket-Protocol: chat']),
      'the server wants a protocol nobody offered',
    ],
    [
      'another upgrade',
      (request) => accepted(request, (lines) => lines.with(1, 'Upgrade: h2c')),
      'the server upgrades to something else',
    ],
    [
      'no upgrade',
      (request) => accepted(request, (lines) => lines.with(2, 'Connection: close')),
      'the server does not upgrade',
    ],
    [
      'a header without end',
      () => `HTTP/1.1 101 x\r\n${'a: b\r\n'.repeat(5_000)}`,
      'the header does not end',
    ],
  ])('is not opened by %s', async (_name, answer, reason) => {
    const client = connect(await rawServer((socket, request) => socket.write(answer(request))));
    await client.until('closed');
    expect(client.heard).toEqual([`closed 1006 ${reason}`]);
  });

  it('is given up when nobody answers in time, or hangs up', async () => {
    const silent = connect(await rawServer(() => undefined), { connectTimeoutMs: 50 });
    await silent.until('closed');
    expect(silent.heard).toEqual(['closed 1006 not open in time']);
    const cut = connect(await rawServer((socket) => socket.end()));
    await cut.until('closed');
    expect(cut.heard).toEqual(['closed 1006 the line was cut']);
    const refused = connect('ws://127.0.0.1:9/ws');
    await refused.until('closed');
    expect(refused.heard).toEqual([expect.stringContaining('closed 1006 connect ECONNREFUSED')]);
  });

  it('reads an answer and frames that come byte by byte, or all at once', async () => {
    const frames = Buffer.concat([
      Buffer.of(0x81, 2),
      Buffer.from('{}'),
      Buffer.of(0x81, 1),
      Buffer.from('x'),
    ]);
    for (const size of [1, 1_000]) {
      const url = await rawServer((socket, request) => {
        socket.setNoDelay(true);
        const bytes = Buffer.concat([Buffer.from(accepted(request)), frames]);
        let from = 0;
        const next = (): void => {
          if (from >= bytes.length) return;
          socket.write(bytes.subarray(from, (from += size)));
          setImmediate(next);
        };
        next();
      });
      const client = connect(url);
      await client.until('text x');
      expect(client.heard).toEqual(['opened', 'scanned {}', 'text x']);
    }
  });

  it.each<readonly [string, readonly number[], string, number]>([
    ['a reserved bit', [0xc1, 1, 120], 'closed 1002 a reserved bit is set', 1002],
    ['text that is not UTF-8', [0x81, 1, 0xff], 'closed 1007 text that is not UTF-8', 1007],
    ['a binary message', [0x82, 1, 0xff], 'closed 1003 a binary message', 1003],
    [
      'more than it takes',
      [0x81, 127, 0, 0, 0, 0, 1, 0, 0, 1],
      'closed 1009 a message of more than 16777216 bytes',
      1009,
    ],
  ])('is ended by %s, and says why', async (_name, bytes, told, code) => {
    const answered: Buffer[] = [];
    const url = await rawServer((socket, request) => {
      socket.write(accepted(request));
      socket.write(Uint8Array.from(bytes));
      socket.on('data', (answer) => answered.push(Buffer.from(answer)));
    });
    const client = connect(url);
    await client.until('closed');
    expect(client.heard).toEqual(['opened', told]);
    while (Buffer.concat(answered).length < 8) await new Promise(setImmediate);
    const frame = Buffer.concat(answered);
    // A masked close frame of two bytes: the code.
    expect([frame[0], frame[1]]).toEqual([0x88, 0x82]);
    expect(((frame[6] ?? 0) ^ (frame[2] ?? 0)) * 256 + ((frame[7] ?? 0) ^ (frame[3] ?? 0))).toBe(code);
  });

  it('that is cut without a goodbye says so', async () => {
    const client = connect(
      await rawServer((socket, request) => {
        socket.write(accepted(request));
        setImmediate(() => socket.destroy());
      }),
    );
    await client.until('closed');
    expect(client.heard).toEqual(['opened', expect.stringContaining('closed 1006')]);
  });
});
