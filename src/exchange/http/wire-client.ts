/**
 * HTTP/1.1 over our own sockets: the live HttpClient. Written because an order has to reach the
 * kernel before `request` returns and the answer to "may it have arrived?" has to be true; general
 * clients queue the write behind a turn of the event loop and do not say (see docs/decisions).
 *
 * One request at a time per connection, never sent twice, never pipelined. Spare connections are
 * kept open, so that an order does not wait for a handshake. TLS is verified, with a CA of one's own
 * where one is given.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { invariant } from '../../core/invariant.ts';
import type { HttpClient, HttpFailure, HttpReply, HttpRequest } from '../../core/ports/network.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { createResponseParser, type ParserState, type ResponseParser } from './response-parser.ts';

export type WireClientOptions = {
  readonly connectTimeoutMs: number;
  /** Connections to one origin at most; further requests wait for one to be free. */
  readonly connectionsMax: number;
  /** Idle connections kept ready once an origin has been used. */
  readonly spareConnections: number;
  /** Certificate authority (PEM) to trust instead of the system's. */
  readonly caCert?: string;
};

export const defaultWireClientOptions: WireClientOptions = {
  connectTimeoutMs: 5_000,
  connectionsMax: 16,
  spareConnections: 2,
};

type Answer = Result<HttpReply, HttpFailure>;

type Job = {
  readonly text: string;
  readonly settle: (answer: Answer) => void;
  deadline: NodeJS.Timeout | null;
  connection: Connection | null;
  settled: boolean;
};

type Connection = {
  readonly socket: Socket;
  parser: ResponseParser | null;
  job: Job | null;
  open: boolean;
  over: boolean;
};

type Origin = {
  readonly key: string;
  readonly host: string;
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
  readonly idle: Connection[];
  readonly all: Set<Connection>;
  readonly waiting: Job[];
  spareTimer: NodeJS.Timeout | null;
};

/** Wait after a failed spare connection, so that a dead exchange is not hammered. */
const SPARE_RETRY_MS = 1_000;
const KEEP_ALIVE_PROBE_MS = 15_000;

export function createWireClient(options: WireClientOptions = defaultWireClientOptions): HttpClient {
  const origins = new Map<string, Origin>();
  let closed = false;

  function request(wanted: HttpRequest): Promise<Answer> {
    const pathAt = wanted.url.indexOf('/', wanted.url.indexOf('//') + 2);
    const key = pathAt < 0 ? wanted.url : wanted.url.slice(0, pathAt);
    const origin = origins.get(key) ?? addOrigin(key);
    const text = requestText(wanted, origin.host, pathAt < 0 ? '/' : wanted.url.slice(pathAt));
    return new Promise<Answer>((settle) => {
      const job: Job = { text, settle, deadline: null, connection: null, settled: false };
      if (closed) {
        finish(job, failure('refused', false, 'the client is closed'));
        return;
      }
      const connection = takeIdle(origin);
      if (connection === null) {
        origin.waiting.push(job);
        if (origin.all.size < options.connectionsMax) open(origin);
      } else {
        write(connection, job);
      }
      job.deadline = setTimeout(() => expire(origin, job), wanted.timeoutMs);
    });
  }

  function addOrigin(key: string): Origin {
    const url = new URL(key);
    invariant(
      url.protocol === 'http:' || url.protocol === 'https:',
      'an exchange is reached over HTTP or HTTPS',
    );
    const secure = url.protocol === 'https:';
    const origin: Origin = {
      key,
      host: url.host,
      hostname: url.hostname.replaceAll(/^\[|\]$/g, ''),
      port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
      secure,
      idle: [],
      all: new Set(),
      waiting: [],
      spareTimer: null,
    };
    origins.set(key, origin);
    return origin;
  }

  function takeIdle(origin: Origin): Connection | null {
    for (;;) {
      const connection = origin.idle.pop();
      if (connection === undefined) return null;
      if (!connection.over && connection.socket.writable) return connection;
    }
  }

  function write(connection: Connection, job: Job): void {
    connection.job = job;
    job.connection = connection;
    connection.parser = createResponseParser();
    connection.socket.write(job.text, 'latin1');
  }

  function open(origin: Origin): void {
    const { hostname, port } = origin;
    const socket = origin.secure
      ? connectTls({
          host: hostname,
          port,
          ALPNProtocols: ['http/1.1'],
          ...(/^[\d.]+$|:/.test(hostname) ? {} : { servername: hostname }),
          ...(options.caCert === undefined ? {} : { ca: options.caCert }),
        })
      : connectTcp({ host: hostname, port });
    const connection: Connection = { socket, parser: null, job: null, open: false, over: false };
    origin.all.add(connection);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_PROBE_MS);
    socket.setTimeout(options.connectTimeoutMs, () => socket.destroy(new Error('no connection in time')));
    socket.once(origin.secure ? 'secureConnect' : 'connect', () => {
      socket.setTimeout(0);
      connection.open = true;
      makeAvailable(origin, connection);
    });
    socket.on('data', (bytes) =>
      received(origin, connection, typeof bytes === 'string' ? Buffer.from(bytes) : bytes),
    );
    socket.on('end', () => ended(origin, connection, 'closed by the exchange'));
    socket.on('error', (error) => ended(origin, connection, error.message));
    socket.on('close', () => ended(origin, connection, 'closed'));
  }

  function makeAvailable(origin: Origin, connection: Connection): void {
    const job = origin.waiting.shift();
    if (job === undefined) origin.idle.push(connection);
    else write(connection, job);
  }

  function received(origin: Origin, connection: Connection, bytes: Buffer): void {
    if (connection.over) return;
    const { job, parser } = connection;
    if (job === null || parser === null) {
      ended(origin, connection, 'bytes nobody asked for');
      return;
    }
    const state = parser.push(bytes);
    if (state.kind === 'more') return;
    connection.job = null;
    connection.parser = null;
    const reusable = state.kind === 'done' && state.reusable;
    if (reusable) makeAvailable(origin, connection);
    else ended(origin, connection, 'not to be used again');
    finish(job, answerOf(state));
    keepSpare(origin);
  }

  /** The connection is of no more use; what was under way on it may have arrived. */
  function ended(origin: Origin, connection: Connection, reason: string): void {
    if (connection.over) return;
    connection.over = true;
    connection.socket.destroy();
    origin.all.delete(connection);
    const at = origin.idle.indexOf(connection);
    if (at >= 0) origin.idle.splice(at, 1);
    const { job, parser } = connection;
    if (job !== null && parser !== null) {
      const state = parser.end();
      finish(job, state.kind === 'done' ? answerOf(state) : failure('reset', true, reason));
    }
    if (closed) return;
    if (!connection.open) {
      // One failed attempt, one failed request: it has not been written anywhere.
      const waiting = origin.waiting.shift();
      if (waiting !== undefined) finish(waiting, failure('refused', false, reason));
    }
    if (origin.waiting.length > openingOf(origin) && origin.all.size < options.connectionsMax) open(origin);
    else keepSpare(origin);
  }

  function expire(origin: Origin, job: Job): void {
    const { connection } = job;
    if (connection === null) {
      const at = origin.waiting.indexOf(job);
      if (at >= 0) origin.waiting.splice(at, 1);
      finish(job, failure('timeout', false, 'no connection in time'));
      return;
    }
    connection.job = null;
    finish(job, failure('timeout', true, 'no answer in time'));
    ended(origin, connection, 'no answer in time');
  }

  function keepSpare(origin: Origin): void {
    if (closed || origin.spareTimer !== null) return;
    if (origin.idle.length + openingOf(origin) >= options.spareConnections) return;
    if (origin.all.size >= options.connectionsMax) return;
    origin.spareTimer = setTimeout(() => {
      origin.spareTimer = null;
      if (closed) return;
      open(origin);
      keepSpare(origin);
    }, SPARE_RETRY_MS);
    origin.spareTimer.unref();
  }

  return {
    request,
    close(): void {
      closed = true;
      for (const origin of origins.values()) {
        if (origin.spareTimer !== null) clearTimeout(origin.spareTimer);
        for (const job of origin.waiting.splice(0))
          finish(job, failure('refused', false, 'the client is closed'));
        for (const connection of origin.all) ended(origin, connection, 'the client is closed');
      }
    },
  };
}

function openingOf(origin: Origin): number {
  let count = 0;
  for (const connection of origin.all) if (!connection.open) count += 1;
  return count;
}

function finish(job: Job, answer: Answer): void {
  if (job.settled) return;
  job.settled = true;
  if (job.deadline !== null) clearTimeout(job.deadline);
  job.settle(answer);
}

function answerOf(state: ParserState): Answer {
  if (state.kind === 'done') return ok(state.reply);
  return failure('reset', true, state.kind === 'broken' ? state.reason : 'not whole');
}

function failure(kind: HttpFailure['kind'], mayHaveArrived: boolean, message: string): Answer {
  return err({ kind, mayHaveArrived, message });
}

const TARGET = /^[\x21-\x7e]+$/;
const PRINTABLE = /^[\x20-\x7e]*$/;

/** The request as it goes on the wire. Text that could not stand there unchanged is a bug. */
function requestText(wanted: HttpRequest, host: string, target: string): string {
  invariant(TARGET.test(target), 'a request target is percent-encoded');
  let text = `${wanted.method} ${target} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (const name in wanted.headers) {
    const value = wanted.headers[name] ?? '';
    invariant(PRINTABLE.test(value), 'a header value is printable');
    text += `${name}: ${value}\r\n`;
  }
  const body = wanted.body ?? '';
  invariant(PRINTABLE.test(body), 'a request body is percent-encoded');
  if (body !== '' || wanted.method === 'POST' || wanted.method === 'PUT') {
    text += `content-length: ${body.length}\r\n`;
  }
  return `${text}\r\n${body}`;
}
