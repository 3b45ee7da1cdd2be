/**
 * The internal API: fastify on the loopback address, nothing else. Guards every request, bounds its
 * size and time, answers every fault with the catalogue's words, and never lets one reach the
 * engine: a fault here stays at this edge (style.md "Refusals are values").
 */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { EngineControl } from '../core/ports/engine-control.ts';
import type { Random } from '../core/ports/random.ts';
import type { Timers } from '../core/ports/timers.ts';
import { err, ok, type Result } from '../core/result.ts';
import { SECOND_MS } from '../core/time.ts';
import { answerAndClose, apiErrors, type ApiErrorName } from './api-errors.ts';
import { createApiKeys, removeApiFile, writeApiFile, type ApiKeys } from './api-file.ts';
import { startEventStream, type EventStream } from './event-stream.ts';
import { createGuard, type Identity } from './guard.ts';
import { createPerformanceDesk, withPerformance, type PastTrades } from './performance-desk.ts';
import { addReadRoutes, addWriteRoutes, sendError } from './routes.ts';
import { addTiltRoutes } from './tilt-routes.ts';

export type ApiOptions = {
  readonly control: EngineControl;
  /** Real time: signatures carry the machine's clock, also when the engine's own time is a replay's. */
  readonly timers: Timers;
  readonly random: Random;
  /** Where `state/api.json` is written; null writes none. */
  readonly dataDir: string | null;
  readonly version: string;
  /** Closed positions of all time; without it only those of the newest events are known. */
  readonly positions?: PastTrades;
  /** 0 takes a free port. */
  readonly port: number;
  /** Told of faults inside the API; they were answered with GENESIS-1900 and went no further. */
  readonly onFault?: (fault: unknown) => void;
};

export interface ApiServer {
  readonly url: string;
  readonly port: number;
  readonly keys: ApiKeys;
  close(): Promise<void>;
}

export type ApiStartError = {
  readonly code: 'api.portInUse' | 'api.stateUnwritable';
  readonly detail: string;
};

const HOST = '127.0.0.1';
const BODY_BYTES_MAX: number = 64 * 1024;
const CONNECTIONS_MAX = 128;

type Context = { identity: Identity; body: string };

/** Listens, then writes address and keys where the console looks for them. Leaves nothing open when it refuses. */
export async function startApi(options: ApiOptions): Promise<Result<ApiServer, ApiStartError>> {
  const keys = createApiKeys(options.random);
  const { app, stream } = buildApp({ ...options, keys });
  const close = async (): Promise<void> => {
    stream.close();
    if (options.dataDir !== null) removeApiFile(options.dataDir, process.pid);
    await app.close();
  };
  try {
    await app.listen({ host: HOST, port: options.port });
  } catch (fault) {
    await close();
    if (isCode(fault, 'EADDRINUSE') || isCode(fault, 'EACCES'))
      return err({ code: 'api.portInUse', detail: String(options.port) });
    throw fault;
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://${HOST}:${port}`;
  if (options.dataDir !== null) {
    try {
      writeApiFile(options.dataDir, {
        url,
        pid: process.pid,
        version: options.version,
        startedAt: options.timers.now(),
        keys,
      });
    } catch (fault) {
      await close();
      return err({
        code: 'api.stateUnwritable',
        detail: fault instanceof Error ? fault.message : String(fault),
      });
    }
  }
  return ok({ url, port, keys, close });
}

type AppOptions = Pick<ApiOptions, 'control' | 'timers' | 'random' | 'onFault' | 'positions'> & {
  readonly keys: ApiKeys;
};

/** The app without a listening socket. */
function buildApp(options: AppOptions): {
  readonly app: FastifyInstance;
  readonly stream: EventStream;
} {
  const onFault = options.onFault ?? ((): void => {});
  const guard = createGuard(options.keys, options.timers);
  const performance = createPerformanceDesk(options.control, options.positions);
  const control = withPerformance(options.control, performance);
  const contexts = new WeakMap<FastifyRequest, Context>();
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    connectionTimeout: 10 * SECOND_MS,
    requestTimeout: 10 * SECOND_MS,
    keepAliveTimeout: 30 * SECOND_MS,
    forceCloseConnections: true,
    // Unfinished headers are looked for every second, not every thirty.
    http: { connectionsCheckingInterval: SECOND_MS },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    genReqId: (request) => requestId(request.headers['x-request-id'], options.random),
    frameworkErrors: (_fault, request, reply) => void sendError(reply, request.id, 'badRequest'),
    clientErrorHandler: (_fault, socket) => answerAndClose(socket, 'badRequest'),
  });
  app.server.headersTimeout = 5 * SECOND_MS;
  app.server.maxConnections = CONNECTIONS_MAX;

  const contextOf = (request: FastifyRequest): Context => {
    const context = contexts.get(request) ?? { identity: 'outside', body: '' };
    contexts.set(request, context);
    return context;
  };

  // The signature covers the bytes as they came, so they are kept beside what was parsed from them.
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    contextOf(request).body = String(body);
    // An empty body is not JSON; routes say which field is missing.
    if (body === '') done(null, undefined);
    else void parseJson(request, String(body), done);
  });

  app.addHook('onRequest', (request, reply, done) => {
    void reply
      .header('x-request-id', request.id)
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff');
    const verdict = guard.admit(
      request.headers,
      `${request.method} ${request.routeOptions.url ?? '?'}`,
      changes(request),
    );
    if (verdict.ok) {
      contextOf(request).identity = verdict.value;
      done();
    } else {
      turnAway(request, reply, verdict.error, verdict.retryAfterMs);
    }
  });
  app.addHook('preValidation', (request, reply, done) => {
    if (!changes(request) || request.is404) return done();
    const { identity, body } = contextOf(request);
    const verdict = guard.verify(identity, {
      method: request.method,
      path: request.url,
      headers: request.headers,
      body,
    });
    if (verdict.ok) done();
    else turnAway(request, reply, verdict.error, verdict.retryAfterMs);
  });

  app.setNotFoundHandler((request, reply) => void sendError(reply, request.id, 'notFound'));
  app.setErrorHandler((fault, request, reply) => {
    const name = errorNameOf(fault);
    if (name === 'internal') onFault(fault);
    void sendError(reply, request.id, name);
  });

  const routes = {
    control,
    performance,
    timers: options.timers,
    positions: options.positions,
    identityOf: (request: FastifyRequest) => contextOf(request).identity,
  };
  addReadRoutes(app, routes);
  addWriteRoutes(app, routes);
  addTiltRoutes(app, routes);
  const stream = startEventStream({
    server: app.server,
    control,
    guard,
    timers: options.timers,
    onFault,
  });
  app.addHook('onClose', (_app, done) => {
    performance.close();
    done();
  });
  return { app, stream };
}

function changes(request: FastifyRequest): boolean {
  return request.method !== 'GET' && request.method !== 'HEAD';
}

function turnAway(
  request: FastifyRequest,
  reply: FastifyReply,
  error: ApiErrorName,
  retryAfterMs: number,
): void {
  if (retryAfterMs > 0) void reply.header('retry-after', String(Math.ceil(retryAfterMs / SECOND_MS)));
  void sendError(reply, request.id, error);
}

function requestId(given: string | readonly string[] | undefined, random: Random): string {
  if (typeof given === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(given)) return given;
  return Buffer.from(random.bytes(12)).toString('base64url');
}

function errorNameOf(fault: unknown): ApiErrorName {
  if (isCode(fault, 'FST_ERR_CTP_BODY_TOO_LARGE')) return 'bodyTooLarge';
  if (isCode(fault, 'FST_ERR_CTP_INVALID_MEDIA_TYPE')) return 'unsupportedBody';
  const status =
    typeof fault === 'object' && fault !== null && 'statusCode' in fault ? fault.statusCode : 500;
  const known = typeof status === 'number' && status >= 400 && status < 500;
  return known
    ? ((Object.entries(apiErrors).find(([, entry]) => entry.status === status)?.[0] as
        ApiErrorName | undefined) ?? 'badRequest')
    : 'internal';
}

function isCode(fault: unknown, code: string): boolean {
  return typeof fault === 'object' && fault !== null && 'code' in fault && fault.code === code;
}
