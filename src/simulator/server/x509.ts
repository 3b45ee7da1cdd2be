/**
 * X.509 certificates written by hand (RFC 5280, DER): a small authority and one server certificate,
 * both P-256, with the extensions that Node, Python's strict mode, Go and Java look for. Only what
 * the built-in exchange needs; everything cryptographic is node:crypto's.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { isIPv4 } from 'node:net';

export type Certificate = { readonly certificatePem: string; readonly keyPem: string };

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const BOOLEAN_TRUE: Buffer = Buffer.from([0x01, 0x01, 0xff]);

const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  organisation: '55040a',
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  extendedKeyUsage: '551d25',
  subjectAltName: '551d11',
  subjectKeyId: '551d0e',
  authorityKeyId: '551d23',
  serverAuth: '2b06010505070301',
} as const;

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length: number[] = [];
  for (let rest = body.length; rest > 0; rest >>>= 8) length.unshift(rest & 0xff);
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length, ...length]), body]);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function name(commonName: string): Buffer {
  const attribute = (type: string, text: string): Buffer =>
    der(SET, der(SEQUENCE, oid(type), der(0x0c, Buffer.from(text, 'utf8'))));
  return der(
    SEQUENCE,
    attribute(OID.organisation, 'GENESIS built-in exchange'),
    attribute(OID.commonName, commonName),
  );
}

/** UTCTime to 2049, GeneralizedTime after it (RFC 5280, 4.1.2.5). */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
  return digits < '2050'
    ? der(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : der(0x18, Buffer.from(`${digits}Z`));
}

function extension(type: string, critical: boolean, value: Buffer): Buffer {
  return der(SEQUENCE, oid(type), ...(critical ? [BOOLEAN_TRUE] : []), der(OCTET_STRING, value));
}

/** SHA-1 over the key's bits, as everybody names keys (RFC 5280, 4.2.1.2). */
function keyId(publicKey: KeyObject): Buffer {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha1').update(spki.subarray(-65)).digest();
}

type Subject = {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly issuerKey: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly serial: Buffer;
  readonly notBefore: number;
  readonly notAfter: number;
};

function issue(given: Subject): string {
  const algorithm = der(SEQUENCE, oid(OID.ecdsaWithSha256));
  const body = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, given.serial),
    algorithm,
    name(given.issuer),
    der(SEQUENCE, time(given.notBefore), time(given.notAfter)),
    name(given.subject),
    given.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, ...given.extensions)),
  );
  const signature = sign('sha256', body, given.issuerKey);
  const whole = der(SEQUENCE, body, algorithm, der(BIT_STRING, Buffer.from([0]), signature));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Positive and 127 bits: the first bit is cleared, the second set so that no leading zero is dropped. */
function serialNumber(bytes: Uint8Array): Buffer {
  const serial = Buffer.from(bytes);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial;
}

const AUTHORITY_NAME = 'GENESIS local authority';
const DAY_MS = 86_400_000;
/** Browsers and Apple's TLS refuse server certificates of more than 825 days. */
const SERVER_DAYS = 800;
const AUTHORITY_DAYS = 3_650;

/** A new authority; its key signs server certificates of this machine only. */
export function makeAuthority(now: number, random: (length: number) => Uint8Array): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = keyId(publicKey);
  return {
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    certificatePem: issue({
      subject: AUTHORITY_NAME,
      issuer: AUTHORITY_NAME,
      publicKey,
      issuerKey: privateKey,
      serial: serialNumber(random(16)),
      notBefore: now - DAY_MS,
      notAfter: now + AUTHORITY_DAYS * DAY_MS,
      extensions: [
        extension(OID.basicConstraints, true, der(SEQUENCE, BOOLEAN_TRUE)),
        // keyCertSign and cRLSign.
        extension(OID.keyUsage, true, der(BIT_STRING, Buffer.from([1, 0x06]))),
        extension(OID.subjectKeyId, false, der(OCTET_STRING, id)),
        extension(OID.authorityKeyId, false, der(SEQUENCE, der(0x80, id))),
      ],
    }),
  };
}

/** A server certificate for these host names and IPv4 addresses, signed by the authority. */
export function makeServerCertificate(
  authority: Certificate,
  hosts: readonly string[],
  now: number,
  random: (length: number) => Uint8Array,
): Certificate {
  const issuerKey = createPrivateKey(authority.keyPem);
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const alternatives = hosts.map((host) =>
    isIPv4(host)
      ? der(0x87, Buffer.from(host.split('.').map(Number)))
      : der(0x82, Buffer.from(host, 'ascii')),
  );
  return {
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    certificatePem: issue({
      subject: hosts[0] ?? 'localhost',
      issuer: AUTHORITY_NAME,
      publicKey,
      issuerKey,
      serial: serialNumber(random(16)),
      notBefore: now - DAY_MS,
      notAfter: now + SERVER_DAYS * DAY_MS,
      extensions: [
        extension(OID.basicConstraints, true, der(SEQUENCE)),
        // digitalSignature.
        extension(OID.keyUsage, true, der(BIT_STRING, Buffer.from([7, 0x80]))),
        extension(OID.extendedKeyUsage, false, der(SEQUENCE, oid(OID.serverAuth))),
        extension(OID.subjectAltName, false, der(SEQUENCE, ...alternatives)),
        extension(OID.subjectKeyId, false, der(OCTET_STRING, keyId(publicKey))),
        extension(OID.authorityKeyId, false, der(SEQUENCE, der(0x80, keyId(createPublicKey(issuerKey))))),
      ],
    }),
  };
}
