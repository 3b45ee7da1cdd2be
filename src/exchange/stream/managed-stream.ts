/**
 * A stream that stays up: reconnects with growing, jittered delays (the first retry is fast), counts
 * silence on the monotonic clock (failure 10), replaces itself before the exchange's 24 h cut and on
 * its shutdown notice, the new connection proven before the old one is closed (failure 11), and
 * sends at most a few frames a second (failure 14). What frames mean is the owner's business.
 */
import type { Random } from '../../core/ports/random.ts';
import type { StreamConnection, StreamConnector } from '../../core/ports/network.ts';
import type { Cancel, Timers } from '../../core/ports/timers.ts';
import type { GatewaySettings } from '../settings.ts';

/** One physical connection. */
export interface StreamSession {
  send(text: string): void;
  /** Frames of the application have arrived or been answered: this connection carries the stream now. */
  markReady(): void;
  /** Something that counts as data has arrived: pushes the silence watchdog back. */
  markData(): void;
  /** Ends this connection; a new one is made unless the stream is stopped. */
  fail(reason: string): void;
}

export type ManagedStreamOptions = {
  readonly connector: StreamConnector;
  readonly timers: Timers;
  readonly random: Random;
  readonly settings: GatewaySettings;
  readonly url: string;
  /** Without data for this long the owner is asked. */
  readonly silentMs: number;
  /** Whether a ping or pong counts as data. */
  readonly pongsAreData: boolean;
  /** How long connecting must wait at least (a ban, an empty budget); 0 to go ahead. Charges what it allows. */
  readonly admit: () => number;
  readonly opened: (session: StreamSession) => void;
  /** A message where it was read; true when it is dealt with (see the port). */
  readonly scan?: (bytes: Uint8Array, start: number, end: number, session: StreamSession) => boolean;
  readonly message: (text: string, session: StreamSession) => void;
  /** A connection carries the stream: the first, one after a loss, or a replacement. */
  readonly ready: () => void;
  /** No data for `silentMs` on the connection in use; asked again after as long. */
  readonly silent: (session: StreamSession) => void;
  /** No connection carries the stream. */
  readonly lost: (reason: string) => void;
};

export interface ManagedStream {
  start(): void;
  /** Opens a replacement now; the present connection stays until the new one is ready. */
  replace(): void;
  isReady(): boolean;
  stop(): void;
}

/** A connection that lived this long was a good one: the next retry is fast again. */
const STABLE_MS = 10_000;

/** A remainder shorter than this may be lost in rounding, and time would stand still. */
const SHORTEST_MS = 1;
/** From open to carrying the stream. */
const READY_WITHIN_MS = 10_000;

type Link = StreamSession & {
  open(): void;
  close(): void;
  readonly readySince: () => number | null;
};

export function createManagedStream(options: ManagedStreamOptions): ManagedStream {
  const { timers, settings } = options;
  let stopped = true;
  let current: Link | null = null;
  let candidate: Link | null = null;
  let failures = 0;
  let cancelRetry: Cancel | null = null;
  let cancelReplacement: Cancel | null = null;

  function connect(): void {
    cancelRetry = null;
    if (stopped || candidate !== null) return;
    const waitMs = options.admit();
    if (waitMs > 0) {
      retryIn(waitMs);
      return;
    }
    // Known before it is opened: a connector may fail it at once.
    candidate = createLink();
    candidate.open();
  }

  function retryIn(delayMs: number): void {
    cancelRetry?.();
    cancelRetry = timers.after(delayMs, connect);
  }

  function retryWithBackoff(): void {
    const delays = settings.reconnectDelaysMs;
    const delay = delays[Math.min(failures, delays.length - 1)] ?? 1_000;
    failures += 1;
    retryIn(delay * (1 + settings.reconnectJitter * (2 * options.random.next() - 1)));
  }

  function becameReady(link: Link): void {
    const previous = current;
    current = link;
    if (candidate === link) candidate = null;
    previous?.close();
    cancelReplacement?.();
    cancelReplacement = timers.after(settings.connectionAgeMaxMs, connect);
    options.ready();
  }

  function ended(link: Link, reason: string): void {
    if (candidate === link) {
      candidate = null;
      if (!stopped) retryWithBackoff();
      return;
    }
    if (current !== link) return;
    current = null;
    cancelReplacement?.();
    cancelReplacement = null;
    const readySince = link.readySince();
    if (readySince !== null && timers.monotonic() - readySince >= STABLE_MS) failures = 0;
    if (stopped) return;
    options.lost(reason);
    if (candidate === null) retryWithBackoff();
  }

  function createLink(): Link {
    let connection: StreamConnection | null = null;
    let over = false;
    let readyAt: number | null = null;
    let lastDataAt = timers.monotonic();
    let cancelDeadline: Cancel | null = null;
    let cancelWatch: Cancel | null = null;
    let cancelPing: Cancel | null = null;
    const outgoing = createPacedSender(timers, settings.framesPerSecond, (text) => {
      if (text === null) connection?.ping();
      else connection?.send(text);
    });

    function shut(): void {
      over = true;
      cancelDeadline?.();
      cancelWatch?.();
      cancelPing?.();
      outgoing.stop();
      connection?.close();
    }

    function finish(reason: string): void {
      if (over) return;
      shut();
      ended(link, reason);
    }

    function deadline(delayMs: number, reason: string): void {
      cancelDeadline?.();
      cancelDeadline = timers.after(delayMs, () => finish(reason));
    }

    function watch(delayMs: number): void {
      cancelWatch = timers.after(delayMs, () => {
        const quietMs = timers.monotonic() - lastDataAt;
        if (quietMs < options.silentMs) {
          watch(Math.max(options.silentMs - quietMs, SHORTEST_MS));
          return;
        }
        watch(options.silentMs);
        if (current === link) options.silent(link);
        else finish('silent before it was ready');
      });
    }

    function ping(): void {
      cancelPing = timers.after(settings.pingEveryMs, () => {
        outgoing.push(null);
        ping();
      });
    }

    function markData(): void {
      lastDataAt = timers.monotonic();
    }

    function open(): void {
      deadline(settings.connectTimeoutMs, 'not open in time');
      connection = options.connector.connect(options.url, {
        opened(): void {
          if (over) return;
          deadline(READY_WITHIN_MS, 'not ready in time');
          markData();
          watch(options.silentMs);
          ping();
          options.opened(link);
        },
        scan: (bytes, start, end) => over || (options.scan?.(bytes, start, end, link) ?? false),
        message(text): void {
          if (!over) options.message(text, link);
        },
        alive(): void {
          if (options.pongsAreData) markData();
        },
        closed(code, reason): void {
          finish(`closed ${code} ${reason}`.trim());
        },
      });
      // It may have ended before there was anything to close.
      if (over) connection.close();
    }

    const link: Link = {
      open,
      send: (text) => {
        if (!over) outgoing.push(text);
      },
      markReady(): void {
        if (over || readyAt !== null) return;
        readyAt = timers.monotonic();
        cancelDeadline?.();
        becameReady(link);
      },
      markData,
      fail: finish,
      // Replaced on purpose: no retry, nothing to report.
      close: shut,
      readySince: () => readyAt,
    };
    return link;
  }

  return {
    start(): void {
      if (!stopped) return;
      stopped = false;
      connect();
    },
    replace(): void {
      if (!stopped && candidate === null && cancelRetry === null) connect();
    },
    isReady: () => current !== null,
    stop(): void {
      stopped = true;
      cancelRetry?.();
      cancelReplacement?.();
      candidate?.close();
      current?.close();
      candidate = null;
      current = null;
    },
  };
}

type PacedSender = { push(text: string | null): void; stop(): void };

/** Lets through `perSecond` frames in any second, the rest waits in order; null stands for a ping. */
function createPacedSender(
  timers: Timers,
  perSecond: number,
  deliver: (text: string | null) => void,
): PacedSender {
  const waiting: (string | null)[] = [];
  let sentAt: number[] = [];
  let cancel: Cancel | null = null;

  function drain(): void {
    cancel = null;
    while (waiting.length > 0) {
      const now = timers.monotonic();
      sentAt = sentAt.filter((at) => now - at < 1_000);
      const oldest = sentAt[0];
      if (sentAt.length >= perSecond && oldest !== undefined) {
        cancel = timers.after(Math.max(oldest + 1_000 - now, SHORTEST_MS), drain);
        return;
      }
      sentAt.push(now);
      const next = waiting.shift();
      if (next !== undefined) deliver(next);
    }
  }

  return {
    push(text): void {
      waiting.push(text);
      if (cancel === null) drain();
    },
    stop(): void {
      waiting.length = 0;
      cancel?.();
    },
  };
}
