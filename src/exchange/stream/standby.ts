/**
 * The standby connection: open, proven by its pongs, carrying nothing. When a market stream needs a
 * connection it takes this one with a single SUBSCRIBE frame instead of a new handshake, and another
 * standby is opened (failures 10, 11, 14). To the streams it is a connector like any other.
 */
import type { StreamConnection, StreamConnector, StreamHandlers } from '../../core/ports/network.ts';
import type { Cancel, Timers } from '../../core/ports/timers.ts';
import { MINUTE_MS, SECOND_MS } from '../../core/time.ts';

export interface StandbyConnector extends StreamConnector {
  start(): void;
  stop(): void;
}

export type StandbyOptions = {
  readonly connector: StreamConnector;
  readonly timers: Timers;
  /** Origin of the market streams: only their connections are served from the standby. */
  readonly origin: string;
  readonly pingEveryMs: number;
};

/** With 23 hours in use this stays under the exchange's 24. */
const AGE_MAX_MS = 30 * MINUTE_MS;
const RETRY_MS = 10 * SECOND_MS;
/** Wait after one was taken: whoever took it may need the line to itself. */
const REFILL_MS = 2 * SECOND_MS;

type Warm = {
  connection: StreamConnection | null;
  isOpen: boolean;
  heardAt: number;
  /** Whoever has taken it. */
  user: StreamHandlers | null;
};

export function createStandbyConnector(options: StandbyOptions): StandbyConnector {
  const { timers, connector } = options;
  const combined = `${options.origin}/stream`;
  const prefix = `${combined}?streams=`;
  let warm: Warm | null = null;
  let cancelNext: Cancel | null = null;
  let cancelPing: Cancel | null = null;
  let cancelAge: Cancel | null = null;
  let isStopped = true;

  function forget(): void {
    warm = null;
    cancelPing?.();
    cancelAge?.();
  }

  function openIn(delayMs: number): void {
    cancelNext?.();
    if (!isStopped) cancelNext = timers.after(delayMs, open);
  }

  function open(): void {
    if (isStopped || warm !== null) return;
    const fresh: Warm = { connection: null, isOpen: false, heardAt: timers.monotonic(), user: null };
    warm = fresh;
    fresh.connection = connector.connect(combined, {
      opened(): void {
        fresh.isOpen = true;
        fresh.heardAt = timers.monotonic();
        if (warm === fresh) ping(fresh);
      },
      scan: (bytes, start, end) => fresh.user?.scan?.(bytes, start, end) ?? false,
      message: (text) => fresh.user?.message(text),
      alive(): void {
        fresh.heardAt = timers.monotonic();
        fresh.user?.alive();
      },
      closed(code, reason): void {
        fresh.isOpen = false;
        if (warm === fresh) {
          forget();
          openIn(RETRY_MS);
        }
        fresh.user?.closed(code, reason);
      },
    });
    cancelAge = timers.after(AGE_MAX_MS, () => replace(fresh));
  }

  function replace(old: Warm): void {
    if (warm !== old) return;
    forget();
    old.connection?.close();
    openIn(0);
  }

  /** Pings that are not answered show a dead line, which nobody should take. */
  function ping(fresh: Warm): void {
    cancelPing = timers.after(options.pingEveryMs, () => {
      if (warm !== fresh) return;
      if (timers.monotonic() - fresh.heardAt > 2 * options.pingEveryMs) {
        replace(fresh);
        return;
      }
      fresh.connection?.ping();
      ping(fresh);
    });
  }

  function take(url: string, handlers: StreamHandlers): StreamConnection | null {
    const taken = warm;
    if (taken === null || !taken.isOpen || taken.connection === null || !url.startsWith(prefix)) return null;
    if (timers.monotonic() - taken.heardAt > 2 * options.pingEveryMs) return null;
    forget();
    taken.user = handlers;
    const names = url
      .slice(prefix.length)
      .split('/')
      .map((name) => decodeURI(name));
    taken.connection.send(JSON.stringify({ method: 'SUBSCRIBE', params: names, id: 1 }));
    timers.after(0, () => {
      if (taken.isOpen) handlers.opened();
    });
    openIn(REFILL_MS);
    return taken.connection;
  }

  return {
    connect: (url, handlers) => take(url, handlers) ?? connector.connect(url, handlers),
    start(): void {
      isStopped = false;
      openIn(REFILL_MS);
    },
    stop(): void {
      isStopped = true;
      cancelNext?.();
      const last = warm;
      forget();
      last?.connection?.close();
    },
  };
}
