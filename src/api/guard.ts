/**
 * Who may ask what. Decides before a request reaches the engine: loopback host, no web page, a known
 * key, its ration, and for what changes something a signature that is fresh, unused and right
 * (reliability.md "Security"; design.md: API keys alone can be replayed). Values in, a verdict out;
 * the time comes from the timers port.
 */
import type { Timers } from '../core/ports/timers.ts';
import { SECOND_MS } from '../core/time.ts';
import type { ApiErrorName } from './api-errors.ts';
import type { ApiKeys, KeySet } from './api-file.ts';
import { createLockout, createRateLimiter, type Bucket } from './rate-limiter.ts';
import { sameSecret, signRequest } from './request-signing.ts';

export type Identity = 'console' | 'outside';

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export type Verdict<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ApiErrorName; readonly retryAfterMs: number };

export type SignatureCheck = {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
};

export interface Guard {
  /** Host, origin, key and ration; `changes` asks for the trade key. */
  admit(headers: Headers, route: string, changes: boolean): Verdict<Identity>;
  /** The signature of a request that changes something; counts its nonce as used when it is right. */
  verify(identity: Identity, request: SignatureCheck): Verdict<null>;
}

/** A signature is good for this long before and after the engine's time. */
const SIGNATURE_WINDOW_MS: number = 5 * SECOND_MS;
const NONCES_MAX = 10_000;
const rations: Readonly<Record<Identity, Bucket>> = {
  outside: { perSecond: 10, burst: 10 },
  console: { perSecond: 200, burst: 400 },
};
const lockoutRules = { failuresMax: 10, withinMs: 60 * SECOND_MS, lockMs: 60 * SECOND_MS };

export function createGuard(keys: ApiKeys, timers: Pick<Timers, 'now' | 'monotonic'>): Guard {
  const limiter = createRateLimiter(() => timers.monotonic());
  const lockout = createLockout(() => timers.monotonic(), lockoutRules);
  const nonces = new Map<string, number>();

  const refuse = (error: ApiErrorName, retryAfterMs = 0): Verdict<never> => ({
    ok: false,
    error,
    retryAfterMs,
  });

  const failed = (error: ApiErrorName): Verdict<never> => {
    lockout.failed();
    return refuse(error);
  };

  /** Both sets are always compared, so that time tells nothing. */
  const ownerOf = (key: string, part: keyof KeySet): Identity | null => {
    const isConsole = sameSecret(key, keys.console[part]);
    const isOutside = sameSecret(key, keys.outside[part]);
    return isConsole ? 'console' : isOutside ? 'outside' : null;
  };

  const forgetOldNonces = (): void => {
    const now = timers.monotonic();
    for (const [nonce, at] of nonces) {
      if (now - at <= 4 * SIGNATURE_WINDOW_MS) break;
      nonces.delete(nonce);
    }
  };

  return {
    admit(headers, route, changes): Verdict<Identity> {
      if (!isLoopbackHost(single(headers['host']))) return refuse('hostRefused');
      if (headers['origin'] !== undefined) return refuse('originRefused');
      const key = single(headers['x-api-key']);
      if (key === null || key.length > 200) return refuse('keyMissing');
      const reads = ownerOf(key, 'read');
      const trades = ownerOf(key, 'trade');
      const owner = changes ? trades : reads;
      // While locked out, only the console's right key is heard: its owner must be able to act.
      const lockedMs = lockout.remainingMs();
      if (lockedMs > 0 && owner !== 'console') return refuse('lockedOut', lockedMs);
      if (owner === null) return changes && reads !== null ? refuse('keyCannotTrade') : failed('keyUnknown');
      if (!limiter.take(`${owner} ${route}`, rations[owner])) return refuse('tooManyRequests', SECOND_MS);
      return { ok: true, value: owner };
    },

    verify(identity, request): Verdict<null> {
      const timestamp = single(request.headers['x-timestamp']);
      const nonce = single(request.headers['x-nonce']);
      const signature = single(request.headers['x-signature']);
      if (timestamp === null || nonce === null || signature === null) return refuse('signatureMissing');
      if (
        !/^\d{13}$/.test(timestamp) ||
        !/^[A-Za-z0-9_-]{16,64}$/.test(nonce) ||
        !/^[0-9a-f]{64}$/.test(signature)
      )
        return refuse('signatureMissing');
      if (Math.abs(timers.now() - Number(timestamp)) > SIGNATURE_WINDOW_MS) return refuse('signatureStale');
      const expected = signRequest(keys[identity].secret, {
        method: request.method,
        path: request.path,
        timestamp,
        nonce,
        body: request.body,
      });
      if (!sameSecret(signature, expected)) return failed('signatureUnknown');
      forgetOldNonces();
      const name = `${identity} ${nonce}`;
      if (nonces.has(name)) return refuse('signatureReplayed');
      if (nonces.size >= NONCES_MAX) return refuse('tooManyRequests', SIGNATURE_WINDOW_MS);
      nonces.set(name, timers.monotonic());
      return { ok: true, value: null };
    },
  };
}

/** A header that appears once; repeated ones count as absent. */
function single(value: string | readonly string[] | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Names of this machine only: a page whose name was pointed here (DNS rebinding) does not pass. */
export function isLoopbackHost(host: string | null): boolean {
  return host !== null && /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i.test(host);
}
