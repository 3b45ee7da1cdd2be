/**
 * Signs request text with the account's key. HMAC-SHA256 (hex), Ed25519 and RSA PKCS#1 v1.5
 * (base64), as Binance's REST and WebSocket API documentation ask. The secret stays in a KeyObject
 * and never in a message (invariant 31). HMAC costs about 4 µs, Ed25519 60 µs (performance.md).
 */
import {
  createHmac,
  createPrivateKey,
  createSecretKey,
  sign as signBytes,
  type KeyObject,
} from 'node:crypto';
import { invariant } from '../core/invariant.ts';

export type KeyType = 'HMAC' | 'ED25519' | 'RSA';

export interface Signer {
  readonly keyType: KeyType;
  /** The signature of exactly these characters, as UTF-8; hex or base64, not percent-encoded. */
  sign(payload: string): string;
}

/** Takes an HMAC secret or a PEM private key; throws when a PEM cannot be read or has another type. */
export function createSigner(secret: string): Signer {
  if (!secret.includes('PRIVATE KEY')) return hmacSigner(secret);
  const key = createPrivateKey(secret);
  const type = key.asymmetricKeyType;
  invariant(type === 'ed25519' || type === 'rsa', 'an asymmetric exchange key is Ed25519 or RSA');
  return type === 'ed25519' ? asymmetricSigner('ED25519', null, key) : asymmetricSigner('RSA', 'sha256', key);
}

function hmacSigner(secret: string): Signer {
  const key = createSecretKey(Buffer.from(secret, 'utf8'));
  return {
    keyType: 'HMAC',
    sign: (payload) => createHmac('sha256', key).update(payload).digest('hex'),
  };
}

function asymmetricSigner(keyType: KeyType, digest: string | null, key: KeyObject): Signer {
  return {
    keyType,
    sign: (payload) => signBytes(digest, Buffer.from(payload, 'utf8'), key).toString('base64'),
  };
}
