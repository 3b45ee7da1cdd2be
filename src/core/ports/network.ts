/**
 * The network as the gateway sees it: one HTTP exchange, one message stream. Live both are our own, over plain
 * sockets and TLS; in simulation they are a virtual network whose delays, losses and cuts come from a seed.
 */
import type { Result } from '../result.ts';

export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Absolute URL, query included, exactly as it must go on the wire. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** From the call to the last byte of the answer. */
  readonly timeoutMs: number;
};

export type HttpReply = {
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type HttpFailure = {
  readonly kind: 'refused' | 'timeout' | 'reset';
  /** Whether any byte of the request may have reached the other side: if so, its outcome is unknown. */
  readonly mayHaveArrived: boolean;
  readonly message: string;
};

export interface HttpClient {
  /** Never rejects: every outcome is a value. */
  request(request: HttpRequest): Promise<Result<HttpReply, HttpFailure>>;
  close(): void;
}

export type StreamHandlers = {
  readonly opened: () => void;
  /**
   * Looks at a text message where it was read, before it is known to be text: true when every byte was
   * recognised and the message is dealt with. The bytes are overwritten once this returns. What is not
   * recognised, or comes where no bytes are to be had, comes as `message`.
   */
  readonly scan?: (bytes: Uint8Array, start: number, end: number) => boolean;
  /** One text message. */
  readonly message: (text: string) => void;
  /** A ping or pong frame arrived (the adapter answers pings itself). */
  readonly alive: () => void;
  readonly closed: (code: number, reason: string) => void;
};

export interface StreamConnection {
  send(text: string): void;
  ping(): void;
  close(): void;
}

export interface StreamConnector {
  /** Returns at once; exactly one `closed` follows, also when the connection could not be made. */
  connect(url: string, handlers: StreamHandlers): StreamConnection;
}
