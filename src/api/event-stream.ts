/**
 * One WebSocket at /events: pictures of the dashboard, ten a second at most, and every notice and
 * event. A client that reads slowly loses pictures, never notices; one that does not read at all is
 * let go, so that it can never fill the engine's memory. It finds the notices again on reconnecting.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Dashboard, Notice } from '../core/dashboard.ts';
import type { EngineControl } from '../core/ports/engine-control.ts';
import type { Cancel, Timers } from '../core/ports/timers.ts';
import { answerAndClose } from './api-errors.ts';
import type { Guard } from './guard.ts';
import { seedEvent, type SeedEvent } from './seed-schemas.ts';

export type StreamMessage =
  | { readonly kind: 'snapshot'; readonly dashboard: Dashboard }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'event'; readonly event: SeedEvent };

/** Ten pictures a second. */
const SNAPSHOT_EVERY_MS = 100;
/** A client further behind than this gets no pictures until it has caught up. */
const BEHIND_BYTES = 256 * 1024;
/** A client further behind than this does not read: it is let go. */
const LOST_BYTES = 8 * 1024 * 1024;
const CLIENTS_MAX = 16;

export type EventStreamOptions = {
  readonly server: Server;
  readonly control: EngineControl;
  readonly guard: Guard;
  readonly timers: Timers;
  readonly onFault: (fault: unknown) => void;
};

export interface EventStream {
  close(): void;
}

export function startEventStream(options: EventStreamOptions): EventStream {
  const { control, guard, timers, onFault } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 1_024,
    perMessageDeflate: false,
    clientTracking: true,
  });
  let cancelTick: Cancel | null = null;

  const send = (socket: WebSocket, text: string): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > LOST_BYTES) socket.terminate();
    else socket.send(text);
  };

  const broadcast = (message: StreamMessage): void => {
    if (sockets.clients.size === 0) return;
    const text = JSON.stringify(message);
    for (const socket of sockets.clients) send(socket, text);
  };

  /** Computed once for all clients; a picture that cannot be made is skipped, the next one is due soon. */
  const tick = (): void => {
    cancelTick = null;
    if (sockets.clients.size === 0) return;
    try {
      const text = JSON.stringify({
        kind: 'snapshot',
        dashboard: control.dashboard(),
      } satisfies StreamMessage);
      for (const socket of sockets.clients) if (socket.bufferedAmount < BEHIND_BYTES) send(socket, text);
    } catch (fault) {
      onFault(fault);
    }
    cancelTick = timers.after(SNAPSHOT_EVERY_MS, tick);
  };

  const stopListening = control.listen((message) => {
    try {
      broadcast(
        message.kind === 'notice'
          ? { kind: 'notice', notice: message.notice }
          : { kind: 'event', event: seedEvent(message.record) },
      );
    } catch (fault) {
      onFault(fault);
    }
  });

  sockets.on('connection', (socket: WebSocket) => {
    socket.on('error', () => socket.terminate());
    // Nothing is taken from this side: commands are signed requests.
    socket.on('message', () => socket.close(1008, 'this stream only speaks'));
    cancelTick?.();
    tick();
  });

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?')[0];
    if (path !== '/events') return answerAndClose(socket, 'notFound');
    const verdict = guard.admit(request.headers, 'GET /events', false);
    if (!verdict.ok) return answerAndClose(socket, verdict.error);
    if (sockets.clients.size >= CLIENTS_MAX) return answerAndClose(socket, 'tooManyRequests');
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  };
  options.server.on('upgrade', upgrade);

  return {
    close(): void {
      options.server.off('upgrade', upgrade);
      cancelTick?.();
      stopListening();
      for (const socket of sockets.clients) {
        socket.close(1001, 'the engine is stopping');
        timers.after(200, () => socket.terminate());
      }
      sockets.close();
    },
  };
}
