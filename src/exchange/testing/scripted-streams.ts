/** A StreamConnector whose other end is the test: it opens, speaks and closes when told. */
import type { StreamConnector, StreamHandlers } from '../../core/ports/network.ts';

export interface ScriptedStream {
  readonly url: string;
  readonly sent: readonly string[];
  /** Pings our side has sent. */
  readonly pings: () => number;
  readonly isClosed: () => boolean;
  open(): void;
  say(frame: unknown): void;
  sayRaw(data: string | Uint8Array): void;
  /** A ping or pong frame arrives. */
  alive(): void;
  close(code: number, reason?: string): void;
}

export interface ScriptedStreams extends StreamConnector {
  readonly all: readonly ScriptedStream[];
  /** Connections whose URL contains this, oldest first. */
  of(part: string): readonly ScriptedStream[];
}

export function createScriptedStreams(): ScriptedStreams {
  const all: ScriptedStream[] = [];
  return {
    all,
    of: (part) => all.filter((stream) => stream.url.includes(part)),
    connect(url, handlers): { send(text: string): void; ping(): void; close(): void } {
      const sent: string[] = [];
      let pings = 0;
      let closed = false;
      const stream = scripted(url, handlers, {
        sent,
        pings: () => pings,
        isClosed: () => closed,
        markClosed: () => (closed = true),
      });
      all.push(stream);
      return {
        send: (text) => void sent.push(text),
        ping: () => (pings += 1),
        close: () => stream.close(1000),
      };
    },
  };
}

type OwnState = {
  readonly sent: readonly string[];
  readonly pings: () => number;
  readonly isClosed: () => boolean;
  readonly markClosed: () => void;
};

function scripted(url: string, handlers: StreamHandlers, own: OwnState): ScriptedStream {
  return {
    url,
    sent: own.sent,
    pings: own.pings,
    isClosed: own.isClosed,
    open: () => handlers.opened(),
    say: (frame) => handlers.message(JSON.stringify(frame)),
    sayRaw(data): void {
      const bytes = Buffer.from(data);
      if (handlers.scan?.(bytes, 0, bytes.length) !== true) handlers.message(bytes.toString('utf8'));
    },
    alive: () => handlers.alive(),
    close(code, reason = ''): void {
      if (own.isClosed()) return;
      own.markClosed();
      handlers.closed(code, reason);
    },
  };
}
