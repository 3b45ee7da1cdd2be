/**
 * How a request that changes something is signed: HMAC-SHA256 over method, path with query,
 * timestamp, nonce and the hash of the body. The server and the client share this one definition.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export type SignedParts = {
  readonly method: string;
  /** Path with query, exactly as sent. */
  readonly path: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly body: string;
};

/** The signature in lower-case hexadecimal. */
export function signRequest(secret: string, parts: SignedParts): string {
  const bodyHash = createHash('sha256').update(parts.body).digest('hex');
  const text = `${parts.method.toUpperCase()}\n${parts.path}\n${parts.timestamp}\n${parts.nonce}\n${bodyHash}`;
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** Compares two secrets in time that depends on neither. */
export function sameSecret(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
