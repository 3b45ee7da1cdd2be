/**
 * The TLS identity of the built-in exchange: an authority made at the first start and a server
 * certificate for this machine and for the production, testnet and demo host names, so that clients
 * led here from their production URLs can trust it. Kept in the exchange's folder, renewed in time.
 */
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { DAY_MS } from '../../core/time.ts';
import { replaceFile } from './files.ts';
import { type Certificate, makeAuthority, makeServerCertificate } from './x509.ts';

/** binance.md, "Hosts"; wildcards for those it does not name. */
const hostNames: readonly string[] = [
  'localhost',
  '127.0.0.1',
  'binance.com',
  '*.binance.com',
  'api.binance.com',
  'api-gcp.binance.com',
  'api1.binance.com',
  'api2.binance.com',
  'api3.binance.com',
  'api4.binance.com',
  'stream.binance.com',
  'ws-api.binance.com',
  'sapi.binance.com',
  'www.binance.com',
  'demo-api.binance.com',
  'demo-stream.binance.com',
  'demo-ws-api.binance.com',
  'binance.vision',
  '*.binance.vision',
  'data-api.binance.vision',
  'data-stream.binance.vision',
  'testnet.binance.vision',
  '*.testnet.binance.vision',
  'api.testnet.binance.vision',
  'stream.testnet.binance.vision',
  'ws-api.testnet.binance.vision',
];

export type TlsIdentity = {
  readonly certificate: string;
  readonly key: string;
  readonly authorityFile: string;
};

const RENEW_BEFORE_MS = 30 * DAY_MS;

/** Reads or makes the identity in `folder`; private keys are readable by their owner only. */
export function tlsIdentity(
  folder: string,
  now: number,
  random: (length: number) => Uint8Array,
): TlsIdentity {
  const files = {
    authority: join(folder, 'ca.pem'),
    authorityKey: join(folder, 'ca.key'),
    server: join(folder, 'server.pem'),
    serverKey: join(folder, 'server.key'),
  };
  const authority = readPair(files.authority, files.authorityKey, now) ?? makeAuthority(now, random);
  const known = readPair(files.server, files.serverKey, now);
  const trusted = known !== null && isIssuedBy(known, authority) ? known : null;
  const server = trusted ?? makeServerCertificate(authority, hostNames, now, random);
  if (trusted === null) {
    replaceFile(files.authorityKey, authority.keyPem, 0o600);
    replaceFile(files.authority, authority.certificatePem, 0o644);
    replaceFile(files.serverKey, server.keyPem, 0o600);
    replaceFile(files.server, server.certificatePem, 0o644);
  }
  return { certificate: server.certificatePem, key: server.keyPem, authorityFile: files.authority };
}

function readPair(certificateFile: string, keyFile: string, now: number): Certificate | null {
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return null;
  const certificatePem = readFileSync(certificateFile, 'utf8');
  try {
    const expires = Date.parse(new X509Certificate(certificatePem).validTo);
    return expires - now < RENEW_BEFORE_MS ? null : { certificatePem, keyPem: readFileSync(keyFile, 'utf8') };
  } catch {
    return null;
  }
}

function isIssuedBy(server: Certificate, authority: Certificate): boolean {
  const issuer = new X509Certificate(authority.certificatePem);
  return new X509Certificate(server.certificatePem).verify(issuer.publicKey);
}
