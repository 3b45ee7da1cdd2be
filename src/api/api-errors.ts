/**
 * The closed catalogue of errors the internal API answers with: a stable code, the HTTP status, and
 * the three sentences every error of GENESIS has. Refused commands are not errors: they are answers
 * with an outcome (`CommandReply`).
 */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Explanation } from '../core/refusals.ts';

export type ApiErrorName =
  | 'badRequest'
  | 'notFound'
  | 'bodyTooLarge'
  | 'unsupportedBody'
  | 'hostRefused'
  | 'originRefused'
  | 'keyMissing'
  | 'keyUnknown'
  | 'keyCannotTrade'
  | 'signatureMissing'
  | 'signatureStale'
  | 'signatureReplayed'
  | 'signatureUnknown'
  | 'lockedOut'
  | 'tooManyRequests'
  | 'confirmationDiffers'
  | 'commandRefused'
  | 'overrideLocked'
  | 'internal';

type CatalogueEntry = { readonly code: string; readonly status: number } & Explanation;

const NOTHING = 'Nothing was changed.';

export const apiErrors: Readonly<Record<ApiErrorName, CatalogueEntry>> = {
  badRequest: {
    code: 'GENESIS-1000',
    status: 400,
    what: 'The request does not have the expected form.',
    why: NOTHING,
    next: 'Compare it with docs/api.md and send it again.',
  },
  notFound: {
    code: 'GENESIS-1001',
    status: 404,
    what: 'There is nothing at this address.',
    why: NOTHING,
    next: 'See docs/api.md for the addresses there are.',
  },
  bodyTooLarge: {
    code: 'GENESIS-1003',
    status: 413,
    what: 'The request is larger than 64 kB.',
    why: 'It was set aside unread.',
    next: 'Send a shorter one.',
  },
  unsupportedBody: {
    code: 'GENESIS-1004',
    status: 415,
    what: 'The request body is not JSON.',
    why: NOTHING,
    next: 'Send JSON with Content-Type application/json.',
  },
  hostRefused: {
    code: 'GENESIS-1100',
    status: 403,
    what: 'The request did not name this machine as its host.',
    why: 'Only programs on this machine are answered.',
    next: 'Use the address written in state/api.json.',
  },
  originRefused: {
    code: 'GENESIS-1101',
    status: 403,
    what: 'The request came from a web page.',
    why: 'Pages are never answered, so that no site can reach your account.',
    next: 'Use the console or the command line.',
  },
  keyMissing: {
    code: 'GENESIS-1102',
    status: 401,
    what: 'The request carried no key.',
    why: NOTHING,
    next: 'Send X-API-Key from state/api.json.',
  },
  keyUnknown: {
    code: 'GENESIS-1103',
    status: 401,
    what: 'The key is not one of this engine’s.',
    why: NOTHING,
    next: 'Read state/api.json again: keys are new at each start.',
  },
  keyCannotTrade: {
    code: 'GENESIS-1104',
    status: 403,
    what: 'This key reads, and the request would change something.',
    why: NOTHING,
    next: 'Sign the request with the trade key of state/api.json.',
  },
  signatureMissing: {
    code: 'GENESIS-1105',
    status: 401,
    what: 'The request is not signed in full.',
    why: NOTHING,
    next: 'Send X-Timestamp, X-Nonce and X-Signature as in docs/api.md.',
  },
  signatureStale: {
    code: 'GENESIS-1106',
    status: 401,
    what: 'The request was signed more than 5 s ago, or ahead of time.',
    why: 'Old requests are not carried out late.',
    next: 'Sign it anew with the present time.',
  },
  signatureReplayed: {
    code: 'GENESIS-1107',
    status: 409,
    what: 'This very request was received before.',
    why: 'It counts once, so the second one was set aside.',
    next: 'Use a new nonce for a new request.',
  },
  signatureUnknown: {
    code: 'GENESIS-1108',
    status: 401,
    what: 'The signature does not fit the request.',
    why: NOTHING,
    next: 'Sign method, path, time, nonce and body as in docs/api.md.',
  },
  lockedOut: {
    code: 'GENESIS-1109',
    status: 429,
    what: 'Several keys did not fit, so keys are not tried for a minute.',
    why: 'Guessing gets nowhere this way; the console works as always.',
    next: 'Wait a minute, then use the key of state/api.json.',
  },
  tooManyRequests: {
    code: 'GENESIS-1110',
    status: 429,
    what: 'More than 10 requests a second came for this address.',
    why: NOTHING,
    next: 'Wait a second; the event stream tells of changes by itself.',
  },
  confirmationDiffers: {
    code: 'GENESIS-1200',
    status: 400,
    what: 'The confirmation is not the exact sentence.',
    why: NOTHING,
    next: 'Send the sentence written in docs/api.md, and a reason of 10 characters or more where one is asked.',
  },
  commandRefused: {
    code: 'GENESIS-1201',
    status: 409,
    what: 'The engine could not do this now.',
    why: NOTHING,
    next: 'Ask for /dashboard to see its state.',
  },
  overrideLocked: {
    code: 'GENESIS-1202',
    status: 423,
    what: 'An override is not to be had now.',
    why: 'They are rationed, and this attempt was recorded; closing works at any time.',
    next: 'Write a journal entry with /tilt/journal, or wait until the time in the detail.',
  },
  internal: {
    code: 'GENESIS-1900',
    status: 500,
    what: 'The answer could not be put together.',
    why: 'This concerns the answer only; trading and your stops go on.',
    next: 'Try again; if it stays so, run genesis doctor.',
  },
};

export type ApiErrorBody = Explanation & {
  readonly code: string;
  readonly request_id?: string;
  readonly detail?: string;
};

/** The body of an error answer; `detail` says which field or figure it is about. */
export function apiErrorBody(name: ApiErrorName, requestId: string, detail?: string): ApiErrorBody {
  const { code, what, why, next } = apiErrors[name];
  return { code, what, why, next, request_id: requestId, ...(detail === undefined ? {} : { detail }) };
}

/** Answers a raw connection and closes it, whether or not the other side reads. */
export function answerAndClose(socket: Duplex, name: ApiErrorName): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(apiErrorBody(name, ''));
  const head = `HTTP/1.1 ${apiErrors[name].status} ${STATUS_CODES[apiErrors[name].status] ?? ''}`;
  const headers = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close`;
  socket.end(`${head}\r\n${headers}\r\n\r\n${body}`, () => socket.destroy());
}
