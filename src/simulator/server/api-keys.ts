/**
 * API keys of the simulated exchange's accounts, and signature checks over exactly the bytes that
 * were received: HMAC-SHA256 in hex (any case), RSA PKCS#1 v1.5 and Ed25519 in base64 (case matters).
 */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  verify as verifySignature,
} from 'node:crypto';

import { invariant } from '../../core/invariant.ts';
import type { Random } from '../../core/ports/random.ts';

export const keyTypes = ['HMAC', 'RSA', 'ED25519'] as const;
export type KeyType = (typeof keyTypes)[number];
export type Permission = 'TRADE' | 'USER_DATA' | 'USER_STREAM';

/** A key as configured: for HMAC the shared secret, otherwise the public key in PEM. */
export type KeySpec = {
  readonly name: string;
  readonly accountId: number;
  readonly apiKey: string;
  readonly keyType: KeyType;
  readonly secret: string;
  readonly permissions?: readonly Permission[];
};

export type ApiKey = {
  readonly name: string;
  readonly accountId: number;
  readonly apiKey: string;
  readonly keyType: KeyType;
  allows(permission: Permission): boolean;
  verifies(payload: string, signature: string): boolean;
};

export interface Keyring {
  find(apiKey: string): ApiKey | null;
  add(spec: KeySpec): void;
  /** From now on the key is unknown (-2015); sessions logged on with it die at their next request. */
  revoke(apiKey: string): void;
}

export function createKeyring(specs: readonly KeySpec[]): Keyring {
  const keys = new Map<string, ApiKey>();
  const keyring: Keyring = {
    find: (apiKey) => keys.get(apiKey) ?? null,
    add(spec) {
      invariant(!keys.has(spec.apiKey), 'an API key belongs to one account');
      keys.set(spec.apiKey, build(spec));
    },
    revoke(apiKey) {
      keys.delete(apiKey);
    },
  };
  for (const spec of specs) keyring.add(spec);
  return keyring;
}

function build(spec: KeySpec): ApiKey {
  const permissions = new Set(spec.permissions ?? ['TRADE', 'USER_DATA', 'USER_STREAM']);
  const key = spec.keyType === 'HMAC' ? createSecretKey(spec.secret, 'utf8') : createPublicKey(spec.secret);
  return {
    name: spec.name,
    accountId: spec.accountId,
    apiKey: spec.apiKey,
    keyType: spec.keyType,
    allows: (permission) => permissions.has(permission),
    verifies: (payload, signature) => check(spec.keyType, key, payload, signature),
  };
}

function check(keyType: KeyType, key: KeyObject, payload: string, signature: string): boolean {
  if (keyType === 'HMAC') {
    return createHmac('sha256', key).update(payload, 'utf8').digest('hex') === signature.toLowerCase();
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return false;
  const bytes = Buffer.from(signature, 'base64');
  return verifySignature(keyType === 'RSA' ? 'sha256' : null, Buffer.from(payload, 'utf8'), key, bytes);
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `length` characters of A–Z, a–z, 0–9: API keys, secrets, generated client order ids. */
export function randomText(random: Random, length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length)) {
      // 248 is the greatest multiple of 62 in a byte: what lies above would favour the first letters.
      if (byte < 248 && text.length < length) text += ALPHANUMERIC.charAt(byte % 62);
    }
  }
  return text;
}

/** What the client keeps (`secret`) and what the exchange keeps (`spec`). */
export type NewKey = { readonly spec: KeySpec; readonly secret: string };

export function newHmacKey(random: Random, name: string, accountId: number): NewKey {
  const secret = randomText(random, 64);
  return { spec: { name, accountId, apiKey: randomText(random, 64), keyType: 'HMAC', secret }, secret };
}

/** RFC 8410: the PKCS#8 wrapping of a bare Ed25519 seed. */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export function newEd25519Key(random: Random, name: string, accountId: number): NewKey {
  const der = Buffer.concat([ED25519_PKCS8, random.bytes(32)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
  return {
    spec: { name, accountId, apiKey: randomText(random, 64), keyType: 'ED25519', secret: publicPem },
    secret: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}
