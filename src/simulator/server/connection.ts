/**
 * The life of one WebSocket connection on the exchange's side: pings every 20 s whose payload must
 * come back within a minute (unsolicited pongs do not count), a cut after 24 h, and a limit on
 * incoming frames. Streams and WebSocket API connections are both built on it.
 */
import type { Cancel, Timers } from '../../core/ports/timers.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/time.ts';

/** The way to the client; `close` with code 1006 means the line is cut without a close frame. */
export type Sink = {
  send(text: string): void;
  ping(payload: string): void;
  close(code: number, reason: string): void;
};

/** What the client's side of the line tells the exchange. */
export interface Session {
  receive(text: string): void;
  /** A ping frame of the client (the transport answers it). */
  pinged(): void;
  pong(payload: string): void;
  /** The line is gone; nothing more is sent to the sink. */
  closed(): void;
}

export type ConnectionConfig = {
  readonly pingEveryMs: number;
  readonly pongWithinMs: number;
  readonly lifetimeMs: number;
  readonly framesPerSecond: number;
  readonly streamsPerConnection: number;
  readonly subscriptionsPerConnection: number;
  readonly subscriptionIds: number;
};

export const defaultConnections: ConnectionConfig = {
  pingEveryMs: 20 * SECOND_MS,
  pongWithinMs: MINUTE_MS,
  lifetimeMs: 24 * HOUR_MS,
  framesPerSecond: 5,
  streamsPerConnection: 1_024,
  subscriptionsPerConnection: 1_000,
  subscriptionIds: 65_535,
};

export const POLICY_VIOLATION = 1_008;
export const GOING_AWAY = 1_001;
/** RFC 6455: never sent; the transport drops the line instead. */
export const ABNORMAL = 1_006;

export interface Connection {
  readonly open: boolean;
  readonly openedAt: number;
  send(text: string): void;
  /** Counts an incoming frame; false when it was one too many and the line has been closed. */
  countFrame(): boolean;
  pong(payload: string): void;
  close(code: number, reason: string): void;
  /** The other side went; releases timers, tells the owner once. */
  gone(): void;
}

export function createConnection(given: {
  readonly timers: Timers;
  readonly sink: Sink;
  readonly config: ConnectionConfig;
  /** The WebSocket API has no frame limit, streams do. */
  readonly limitFrames: boolean;
  readonly ended: () => void;
}): Connection {
  const { timers, sink, config } = given;
  const openedAt = timers.now();
  const unanswered = new Map<string, number>();
  const frames: number[] = [];
  let open = true;
  let pingTimer: Cancel = timers.after(config.pingEveryMs, ping);
  const lifeTimer = timers.after(config.lifetimeMs, () => close(GOING_AWAY, 'Connection lifetime reached'));

  function ping(): void {
    const now = timers.monotonic();
    const [oldest] = unanswered.values();
    if (oldest !== undefined && now - oldest >= config.pongWithinMs) {
      close(POLICY_VIOLATION, 'Pong timeout');
      return;
    }
    const payload = String(timers.now());
    if (!unanswered.has(payload)) unanswered.set(payload, now);
    sink.ping(payload);
    pingTimer = timers.after(config.pingEveryMs, ping);
  }

  function end(): boolean {
    if (!open) return false;
    open = false;
    pingTimer();
    lifeTimer();
    given.ended();
    return true;
  }

  function close(code: number, reason: string): void {
    if (end()) sink.close(code, reason);
  }

  return {
    get open() {
      return open;
    },
    openedAt,
    send(text) {
      if (open) sink.send(text);
    },
    countFrame() {
      if (!open) return false;
      if (!given.limitFrames) return true;
      const now = timers.monotonic();
      while (frames[0] !== undefined && now - frames[0] >= SECOND_MS) frames.shift();
      frames.push(now);
      if (frames.length <= config.framesPerSecond) return true;
      close(POLICY_VIOLATION, 'Too many requests');
      return false;
    },
    pong(payload) {
      if (!unanswered.has(payload)) return;
      // Answering one answers those before it: only the silence counts.
      for (const sent of unanswered.keys()) {
        unanswered.delete(sent);
        if (sent === payload) break;
      }
    },
    close,
    gone() {
      end();
    },
  };
}
