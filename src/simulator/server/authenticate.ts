/**
 * Who is calling: key, timing, signature, permission, in this order. Timing follows the exchange's
 * published rule: not a second ahead of the server, not older than recvWindow (default 5,000 ms,
 * at most 60,000, up to three decimals); timestamps in milliseconds or microseconds.
 */
import type { ApiKey, Keyring, Permission } from './api-keys.ts';
import {
  aheadOfServer,
  badSignature,
  illegal,
  INTEGER_RANGE,
  keyFormat,
  keyRejected,
  mandatory,
  outsideWindow,
  refuse,
  tooGreat,
} from './errors.ts';
import type { Params } from './params.ts';

const DEFAULT_WINDOW_MS = 5_000;
const LONGEST_WINDOW_MS = 60_000;
const AHEAD_MS = 1_000;
const KEY_FORM = /^[A-Za-z0-9]{1,128}$/;

/** The key of this name with this permission (-2014, -2015). */
export function requireKey(keyring: Keyring, apiKey: string | null, permission: Permission): ApiKey {
  if (apiKey === null || !KEY_FORM.test(apiKey)) refuse(keyFormat());
  const key = keyring.find(apiKey);
  return key === null || !key.allows(permission) ? refuse(keyRejected()) : key;
}

export type Timing = { readonly timestampMs: number; readonly windowMs: number };

/** Reads `timestamp` and `recvWindow`. */
export function readTiming(params: Params): Timing {
  const timestamp = params.text('timestamp');
  if (!/^[0-9]{1,20}$/.test(timestamp)) refuse(illegal('timestamp', INTEGER_RANGE));
  const windowText = params.optional('recvWindow');
  if (windowText !== null && !/^[0-9]{1,20}(\.[0-9]{1,3})?$/.test(windowText)) {
    refuse(illegal('recvWindow', '^([0-9]{1,20})(\\.[0-9]{1,3})?$'));
  }
  const windowMs = windowText === null ? DEFAULT_WINDOW_MS : Number(windowText);
  if (windowMs > LONGEST_WINDOW_MS) refuse(tooGreat('recvWindow', LONGEST_WINDOW_MS));
  const number = Number(timestamp);
  return { timestampMs: number >= 1e15 ? number / 1_000 : number, windowMs };
}

export function checkTiming(timing: Timing, now: number): void {
  if (timing.timestampMs >= now + AHEAD_MS) refuse(aheadOfServer());
  if (now - timing.timestampMs > timing.windowMs) refuse(outsideWindow());
}

/** Reads `signature`; missing is -1102. */
export function readSignature(params: Params): string {
  const signature = params.peek('signature');
  if (signature === null || signature === '') refuse(mandatory('signature'));
  return params.text('signature');
}

/** Non-ASCII must have been percent-encoded before signing on REST; the WebSocket API signs raw text. */
export function checkSignature(key: ApiKey, payload: string, signature: string): void {
  if (!key.verifies(payload, signature)) refuse(badSignature());
}
