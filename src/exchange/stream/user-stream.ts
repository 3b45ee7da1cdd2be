/**
 * The user connection: a WebSocket API connection with a signed subscription, which works with any
 * key type and needs no logon (failure 13). There is no replay: after every (re)subscription the
 * owner is told, so that the engine reads the account (subscribe first, then reconcile; failure 12).
 * An order answered over REST that does not show up here in time proves the stream dead although its
 * pings go on (failure 10).
 */
import type { ExchangeBalance } from '../../core/ports/gateway.ts';
import type { Cancel } from '../../core/ports/timers.ts';
import { codes, isKeyRefusal, printable } from '../errors.ts';
import type { ParsedOrder } from '../parse/order.ts';
import { parseUserFrame, type ApiError } from '../parse/user-event.ts';
import type { ExchangeCredentials, GatewaySettings } from '../settings.ts';
import type { Signer } from '../signer.ts';
import { createManagedStream, type ManagedStreamOptions, type StreamSession } from './managed-stream.ts';
import type { StreamState } from './market-stream.ts';

export type UserStreamOptions = Pick<ManagedStreamOptions, 'connector' | 'timers' | 'random' | 'admit'> & {
  readonly settings: GatewaySettings;
  readonly url: string;
  readonly credentials: ExchangeCredentials;
  readonly signer: Signer;
  readonly exchangeNow: () => number;
  readonly order: (parsed: ParsedOrder) => void;
  readonly balances: (balances: readonly ExchangeBalance[], exchangeTime: number) => void;
  /** Also called on every new subscription: reports may have been missed until then. */
  readonly stateChanged: (state: StreamState) => void;
  readonly unreadable: (reason: string, sample: string) => void;
  readonly clockComplaint: () => void;
  readonly keyRefused: (message: string) => void;
  readonly banned: (untilMs: number) => void;
};

export interface UserStream {
  start(): void;
  state(): StreamState;
  /** The exchange has answered for this order over REST: its report has to appear here too. */
  expectReport(clientOrderId: string): void;
  stop(): void;
}

/** Reports can overtake the REST answer; this many ids back are remembered. */
const SEEN_MAX = 512;

/** The subscription request: parameters signed sorted by name, raw, with the key among them. */
function subscribeRequest(
  id: string,
  options: {
    readonly apiKey: string;
    readonly recvWindowMs: number;
    readonly timestampMs: number;
    readonly signer: Signer;
  },
): string {
  const { apiKey, recvWindowMs, timestampMs, signer } = options;
  const payload = `apiKey=${apiKey}&recvWindow=${recvWindowMs}&timestamp=${timestampMs}`;
  return JSON.stringify({
    id,
    method: 'userDataStream.subscribe.signature',
    params: { apiKey, recvWindow: recvWindowMs, timestamp: timestampMs, signature: signer.sign(payload) },
  });
}

export function createUserStream(options: UserStreamOptions): UserStream {
  const { timers, settings } = options;
  const expected = new Map<string, Cancel>();
  const seen = new Set<string>();
  let state: StreamState = 'disconnected';
  let requests = 0;
  let inUse: StreamSession | null = null;

  function become(next: StreamState): void {
    if (state === next) return;
    state = next;
    options.stateChanged(next);
  }

  function opened(session: StreamSession): void {
    requests += 1;
    session.send(
      subscribeRequest(`subscribe-${requests}`, {
        apiKey: options.credentials.apiKey,
        recvWindowMs: settings.recvWindowMs,
        timestampMs: options.exchangeNow(),
        signer: options.signer,
      }),
    );
  }

  function message(text: string, session: StreamSession): void {
    session.markData();
    const frame = parseUserFrame(text);
    switch (frame.kind) {
      case 'answer':
        if (frame.error === null && frame.status === 200) {
          inUse = session;
          session.markReady();
        } else refused(frame.error, session);
        return;
      case 'order':
        sawReport(frame.parsed.order.clientOrderId);
        options.order(frame.parsed);
        return;
      case 'balances':
        options.balances(frame.balances, frame.exchangeTime);
        return;
      case 'shutdown':
        stream.replace();
        return;
      case 'terminated':
      case 'sessionLost':
        session.fail(frame.kind);
        return;
      case 'unreadable':
        options.unreadable(frame.reason, printable(text, 200));
        return;
      case 'other':
        return;
      default:
        frame satisfies never;
    }
  }

  function refused(error: ApiError | null, session: StreamSession): void {
    const code = error?.code ?? 0;
    if (code === codes.timestamp) options.clockComplaint();
    if (isKeyRefusal(code)) options.keyRefused(error?.message ?? '');
    if (error?.retryAfterMs !== null && error?.retryAfterMs !== undefined) options.banned(error.retryAfterMs);
    session.fail(`subscription refused: ${code}`);
  }

  function sawReport(clientOrderId: string): void {
    expected.get(clientOrderId)?.();
    expected.delete(clientOrderId);
    seen.add(clientOrderId);
    if (seen.size > SEEN_MAX) {
      for (const oldest of seen) {
        seen.delete(oldest);
        break;
      }
    }
  }

  function forgetExpected(): void {
    for (const cancel of expected.values()) cancel();
    expected.clear();
  }

  const stream = createManagedStream({
    connector: options.connector,
    timers,
    random: options.random,
    settings,
    url: options.url,
    silentMs: settings.userSilentMs,
    pongsAreData: true,
    admit: options.admit,
    opened,
    message,
    ready(): void {
      state = 'connected';
      options.stateChanged(state);
    },
    silent(session): void {
      become('silent');
      session.fail('no frame of any kind');
    },
    lost(): void {
      inUse = null;
      forgetExpected();
      become('disconnected');
    },
  });

  return {
    start: () => stream.start(),
    state: () => state,
    expectReport(clientOrderId): void {
      if (inUse === null || seen.has(clientOrderId) || expected.has(clientOrderId)) return;
      const cancel = timers.after(settings.userReportWithinMs, () => {
        expected.delete(clientOrderId);
        become('silent');
        inUse?.fail('an order was not reported');
      });
      expected.set(clientOrderId, cancel);
    },
    stop(): void {
      forgetExpected();
      stream.stop();
    },
  };
}
