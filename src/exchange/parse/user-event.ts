/**
 * One frame of the WebSocket API connection that carries the user stream: an answer to a request of
 * ours, or an event. Single entry point; everything unreadable comes back as `unreadable`.
 */
import type { ExchangeBalance } from '../../core/ports/gateway.ts';
import { parseJson, printable } from '../errors.ts';
import { parseBalances } from './account.ts';
import { parseExecutionReport } from './execution-report.ts';
import { fieldsOf, isJson, type Json } from './fields.ts';
import type { ParsedOrder } from './order.ts';

export type UserFrame =
  | { readonly kind: 'answer'; readonly status: number; readonly error: ApiError | null }
  /** A session or connection that the exchange ends: 401 without an id. */
  | { readonly kind: 'sessionLost'; readonly reason: string }
  | { readonly kind: 'order'; readonly parsed: ParsedOrder }
  | {
      readonly kind: 'balances';
      readonly balances: readonly ExchangeBalance[];
      readonly exchangeTime: number;
    }
  /** The exchange is about to cut this connection. */
  | { readonly kind: 'shutdown' }
  | { readonly kind: 'terminated' }
  | { readonly kind: 'other' }
  | { readonly kind: 'unreadable'; readonly reason: string };

export type ApiError = {
  readonly code: number;
  readonly message: string;
  /** Wall-clock instant (ms) to stay silent until, or null. */
  readonly retryAfterMs: number | null;
};

export function parseUserFrame(text: string): UserFrame {
  const parsed = parseJson(text);
  if (!parsed.ok || !isJson(parsed.value)) return { kind: 'unreadable', reason: 'not a JSON object' };
  const frame = parsed.value;
  if (isJson(frame['event'])) return parseEvent(frame['event']);
  if (typeof frame['e'] === 'string') return parseEvent(frame);
  if (typeof frame['status'] === 'number') return parseAnswer(frame, frame['status']);
  if ('result' in frame) return { kind: 'other' };
  return { kind: 'unreadable', reason: 'neither an event nor an answer' };
}

function parseAnswer(frame: Json, status: number): UserFrame {
  const error = isJson(frame['error']) ? errorOf(frame['error']) : null;
  const id = frame['id'];
  if (id === null || id === undefined) {
    if (status === 200) return { kind: 'other' };
    return { kind: 'sessionLost', reason: `${status} ${error?.code ?? ''}` };
  }
  return { kind: 'answer', status, error };
}

function errorOf(error: Json): ApiError {
  const fields = fieldsOf(error);
  const data = fieldsOf(isJson(error['data']) ? error['data'] : {});
  const retryAfterMs = data.integerOr('retryAfter', 0);
  return {
    code: fields.integerOr('code', 0),
    message: printable(fields.textOr('msg', ''), 300),
    retryAfterMs: retryAfterMs > 0 ? retryAfterMs : null,
  };
}

function parseEvent(event: Json): UserFrame {
  switch (event['e']) {
    case 'executionReport': {
      const parsed = parseExecutionReport(event);
      if (!parsed.ok) return { kind: 'unreadable', reason: `executionReport: ${parsed.error}` };
      return { kind: 'order', parsed: parsed.value };
    }
    case 'outboundAccountPosition': {
      const balances = parseBalances(event['B'], { asset: 'a', free: 'f', locked: 'l' });
      if (!balances.ok) return { kind: 'unreadable', reason: `outboundAccountPosition: ${balances.error}` };
      const fields = fieldsOf(event);
      return { kind: 'balances', balances: balances.value, exchangeTime: fields.integerOr('u', 0) };
    }
    case 'eventStreamTerminated':
    case 'listenKeyExpired':
      return { kind: 'terminated' };
    case 'serverShutdown':
      return { kind: 'shutdown' };
    default:
      // balanceUpdate is followed by outboundAccountPosition; lists and the rest come with a later issue.
      return { kind: 'other' };
  }
}
