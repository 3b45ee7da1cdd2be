/**
 * What an exchange answer means, decided from the raw status and code and nothing else (ccxt's own
 * mapping depends on the host name and hides codes; binance.md section 2). The one distinction that
 * matters: certainly not there, certainly refused, or unknown (invariant 4; failures 1, 3, 9, 25).
 */
import { err, ok, type Result } from '../core/result.ts';
import type { NotSentReason } from '../core/ports/gateway.ts';
import type { HttpFailure, HttpReply } from '../core/ports/network.ts';

export type Outcome =
  | { readonly kind: 'answered'; readonly body: unknown; readonly reply: HttpReply }
  /** The exchange said no: it did not happen and will not. */
  | { readonly kind: 'refused'; readonly code: number; readonly message: string; readonly httpStatus: number }
  /** No byte left: it did not happen. */
  | { readonly kind: 'notSent'; readonly reason: NotSentReason }
  /** It may or may not have happened. */
  | { readonly kind: 'unknown'; readonly reason: string };

export const codes = {
  unknown: -1000,
  disconnected: -1001,
  tooManyRequests: -1003,
  unexpectedResponse: -1006,
  timeout: -1007,
  overloaded: -1008,
  tooManyOrders: -1015,
  timestamp: -1021,
  badSymbol: -1121,
  orderRefused: -2010,
  cancelRefused: -2011,
  noSuchOrder: -2013,
  badKeyFormat: -2014,
  keyRefused: -2015,
} as const;

/** Codes that say the exchange itself does not know what became of the request. */
const outcomeUnknown: ReadonlySet<number> = new Set([
  codes.unknown,
  codes.disconnected,
  codes.unexpectedResponse,
  codes.timeout,
  codes.overloaded,
]);

/** The meaning of one HTTP exchange. Never throws, whatever the body holds. */
export function classify(result: Result<HttpReply, HttpFailure>): Outcome {
  if (!result.ok) {
    const { kind, mayHaveArrived, message } = result.error;
    if (!mayHaveArrived) return { kind: 'notSent', reason: 'notConnected' };
    return { kind: 'unknown', reason: `${kind}: ${message}` };
  }
  const reply = result.value;
  const parsed = parseJson(reply.body);
  if (reply.status >= 200 && reply.status < 300) {
    if (!parsed.ok) return { kind: 'unknown', reason: `HTTP ${reply.status} without readable JSON` };
    return { kind: 'answered', body: parsed.value, reply };
  }
  const { code, message } = parsed.ok ? errorOf(parsed.value) : noError;
  if (reply.status === 429 || reply.status === 418) {
    // Stopped at the door, whatever the body says.
    return { kind: 'refused', code: code ?? codes.tooManyRequests, message, httpStatus: reply.status };
  }
  if (reply.status >= 400 && reply.status < 500 && code !== null && !outcomeUnknown.has(code)) {
    if (code === codes.orderRefused && isDuplicate(message)) {
      return { kind: 'unknown', reason: `${code}: ${message}` };
    }
    return { kind: 'refused', code, message, httpStatus: reply.status };
  }
  return { kind: 'unknown', reason: `HTTP ${reply.status}${code === null ? '' : `, ${code}`}: ${message}` };
}

/** Does this outcome speak against the line to the exchange? A refusal does not: somebody answered. */
export function isLineFailure(outcome: Outcome): boolean {
  return outcome.kind === 'unknown' || (outcome.kind === 'notSent' && outcome.reason === 'notConnected');
}

export function isKeyRefusal(code: number): boolean {
  return code === codes.keyRefused || code === codes.badKeyFormat;
}

/** The order's own client id is in use: it is there, from an earlier request of ours. */
function isDuplicate(message: string): boolean {
  return message.toLowerCase().includes('duplicate');
}

type ErrorBody = { readonly code: number | null; readonly message: string };
const noError: ErrorBody = { code: null, message: 'no readable body' };

function errorOf(body: unknown): ErrorBody {
  if (typeof body !== 'object' || body === null || !('code' in body)) return noError;
  if (typeof body.code !== 'number' || !Number.isSafeInteger(body.code)) return noError;
  const text = 'msg' in body && typeof body.msg === 'string' ? body.msg : '';
  return { code: body.code, message: printable(text, 300) };
}

export function parseJson(text: string): Result<unknown, 'json.malformed'> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch {
    return err('json.malformed');
  }
}

/** Text from outside made harmless for logs and screens: printable ASCII, the rest as dots, cut to `limit`. */
export function printable(text: string, limit: number): string {
  return text.slice(0, limit).replaceAll(/[^\x20-\x7e]/g, '.');
}
