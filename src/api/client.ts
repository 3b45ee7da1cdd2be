/**
 * The small client of the internal API: what the console and the command line speak. Signs what
 * changes something, and turns every outcome into a value; it never throws and never retries.
 */
import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import type { Explanation } from '../core/refusals.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { ApiFile } from './api-file.ts';
import type { StreamMessage } from './event-stream.ts';
import type { Identity } from './guard.ts';
import { signRequest } from './request-signing.ts';

export type ApiFailure = {
  /** `unreachable`: nothing answered; whether a sent command arrived is then unknown. */
  readonly kind: 'unreachable' | 'refused';
  readonly status: number;
  readonly code: string;
} & Explanation;

export type StreamHandlers = {
  readonly opened: () => void;
  readonly message: (message: StreamMessage) => void;
  /** Exactly once, also when the stream could not be opened. */
  readonly closed: () => void;
};

export interface ApiClient {
  get<T>(path: string): Promise<Result<T, ApiFailure>>;
  post<T>(path: string, body: unknown): Promise<Result<T, ApiFailure>>;
  /** Opens the event stream; the returned function ends it. */
  stream(handlers: StreamHandlers): () => void;
  close(): void;
}

export type ApiClientOptions = {
  readonly file: Pick<ApiFile, 'url' | 'keys'>;
  readonly identity?: Identity;
  readonly timeoutMs?: number;
};

const REPLY_BYTES_MAX = 16 * 1024 * 1024;

export function createApiClient(options: ApiClientOptions): ApiClient {
  const { file, identity = 'console', timeoutMs = 10_000 } = options;
  const keys = file.keys[identity];
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const streams = new Set<() => void>();

  const send = async <T>(
    method: 'GET' | 'POST',
    path: string,
    body: string,
  ): Promise<Result<T, ApiFailure>> => {
    const reply = await exchange({
      url: `${file.url}${path}`,
      method,
      headers: headersFor(method, path, body),
      body,
      agent,
      timeoutMs,
    });
    if (reply === null) return err(unreachable);
    const value = parse(reply.body);
    if (reply.status >= 200 && reply.status < 300 && value !== undefined) return ok(value as T);
    // An unhealthy engine answers /health with 503 and its state.
    if (reply.status === 503 && isRecord(value) && 'status' in value) return ok(value as T);
    return err(failureOf(reply.status, value));
  };

  const headersFor = (method: string, path: string, body: string): Record<string, string> => {
    if (method === 'GET') return { 'x-api-key': keys.read };
    const timestamp = String(Date.now());
    const nonce = randomBytes(16).toString('base64url');
    const signature = signRequest(keys.secret, { method, path, timestamp, nonce, body });
    return {
      'content-type': 'application/json',
      'x-api-key': keys.trade,
      'x-timestamp': timestamp,
      'x-nonce': nonce,
      'x-signature': signature,
    };
  };

  return {
    get: async <T>(path: string) => send<T>('GET', path, ''),
    post: async <T>(path: string, body: unknown) => send<T>('POST', path, JSON.stringify(body)),
    stream(handlers): () => void {
      const end = openStream(`${file.url.replace('http', 'ws')}/events`, keys.read, handlers);
      streams.add(end);
      return () => {
        streams.delete(end);
        end();
      };
    },
    close(): void {
      for (const end of streams) end();
      agent.destroy();
    },
  };
}

const unreachable: ApiFailure = {
  kind: 'unreachable',
  status: 0,
  code: 'GENESIS-2000',
  what: 'The engine does not answer.',
  why: 'Stops that rest at the exchange stay there whether or not the engine runs.',
  next: 'Type genesis to start it again; it compares its books with the exchange before anything else.',
};

type RawReply = { readonly status: number; readonly body: string };

async function exchange(call: {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly agent: Agent;
  readonly timeoutMs: number;
}): Promise<RawReply | null> {
  return new Promise((resolve) => {
    const { url, method, headers, body, agent, timeoutMs } = call;
    const request = httpRequest(
      url,
      { method, agent, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) } },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > REPLY_BYTES_MAX) request.destroy();
          else chunks.push(chunk);
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        );
        response.on('error', () => resolve(null));
        response.on('close', () => resolve(null));
      },
    );
    const timer = setTimeout(() => request.destroy(), timeoutMs);
    request.on('error', () => resolve(null));
    request.on('close', () => clearTimeout(timer));
    request.end(body);
  });
}

function openStream(url: string, key: string, handlers: StreamHandlers): () => void {
  let ended = false;
  let close = (): void => {};
  const finish = (): void => {
    if (ended) return;
    ended = true;
    handlers.closed();
  };
  // Loaded only when a stream is wanted: one-shot commands start faster without it.
  import('ws').then(({ WebSocket }) => {
    if (ended) return;
    const socket = new WebSocket(url, {
      headers: { 'x-api-key': key },
      perMessageDeflate: false,
      handshakeTimeout: 2_000,
      maxPayload: REPLY_BYTES_MAX,
    });
    close = () => socket.terminate();
    socket.on('open', handlers.opened);
    socket.on('message', (data: Buffer) => {
      const message = parse(data.toString('utf8'));
      if (!ended && isRecord(message)) handlers.message(message as StreamMessage);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', finish);
  }, finish);
  return () => {
    ended = true;
    close();
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function failureOf(status: number, value: unknown): ApiFailure {
  const text = (name: string, otherwise: string): string => {
    const field = isRecord(value) ? value[name] : undefined;
    return typeof field === 'string' ? field : otherwise;
  };
  const detail = text('detail', '');
  return {
    kind: 'refused',
    status,
    code: text('code', `HTTP ${status}`),
    what: `${text('what', 'The engine answered in a way that was not understood.')}${detail === '' ? '' : ` (${detail})`}`,
    why: text('why', 'Nothing was changed.'),
    next: text('next', 'Try again; if it stays so, run genesis doctor.'),
  };
}
