/**
 * Accounts and keys of a served exchange: one account per key type, each with the same paper money, so
 * that a client of either kind can be tried without touching the other's balance. Kept for the life
 * of the folder, readable by its owner only.
 */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { AssetAmount } from '../../core/money.ts';
import type { Random } from '../../core/ports/random.ts';
import type { AccountSpec } from '../matching/venue-api.ts';
import {
  type KeySpec,
  type KeyType,
  newEd25519Key,
  newHmacKey,
  type NewKey,
  randomText,
} from './api-keys.ts';
import { replaceFile } from './files.ts';

/** 0.1 % each way, the exchange's standard rate. */
const STANDARD_RATE = 1_000;

/** What the first line tells of an account. */
export type AccountLine = {
  readonly name: string;
  readonly apiKey: string;
  readonly secret: string;
  readonly keyType: KeyType;
};

export type ServedAccounts = {
  readonly keys: readonly KeySpec[];
  readonly accounts: readonly AccountSpec[];
  readonly lines: readonly AccountLine[];
};

/** Reads the folder's keys, makes those of the wanted types that are missing. */
export function servedAccounts(
  folder: string,
  wanted: readonly KeyType[],
  balance: AssetAmount,
  random: Random,
): ServedAccounts {
  const path = join(folder, 'keys.json');
  const known = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as readonly NewKey[]) : [];
  const missing = wanted.filter((type) => !known.some((key) => key.spec.keyType === type));
  const all = [...known, ...missing.map((type, index) => newKey(type, known.length + index + 1, random))];
  if (missing.length > 0) replaceFile(path, `${JSON.stringify(all, null, 2)}\n`, 0o600);
  return {
    keys: all.map((key) => key.spec),
    accounts: all.map(({ spec }) => ({
      accountId: spec.accountId,
      balances: [{ asset: 'USDT', free: balance }],
      makerRate: STANDARD_RATE,
      takerRate: STANDARD_RATE,
      feesInBnb: false,
      unlimited: false,
    })),
    lines: all.map(({ spec, secret }) => ({
      name: spec.name,
      apiKey: spec.apiKey,
      secret,
      keyType: spec.keyType,
    })),
  };
}

function newKey(type: KeyType, accountId: number, random: Random): NewKey {
  switch (type) {
    case 'HMAC':
      return newHmacKey(random, 'hmac', accountId);
    case 'ED25519':
      return newEd25519Key(random, 'ed25519', accountId);
    default: {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
      const secret = publicKey.export({ type: 'spki', format: 'pem' });
      return {
        spec: { name: 'rsa', accountId, apiKey: randomText(random, 64), keyType: 'RSA', secret },
        secret: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      };
    }
  }
}
