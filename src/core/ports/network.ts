/**
 * The network as the gateway sees it: one HTTP exchange, one message stream. Live these are our own wire client
 * and ws; in simulation they are a virtual network whose delays, losses and cuts come from a seed.
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
  /** One text message. The live adapter may hand the raw bytes so that a scanner can read them. */
  readonly message: (data: string | Uint8Array) => void;
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
