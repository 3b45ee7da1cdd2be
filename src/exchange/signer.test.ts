// The HMAC vectors are those of Binance's REST and WebSocket API documentation.
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSigner } from './signer.ts';

const DOCUMENTED = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';

describe('a signer', () => {
  it('signs the documented request as documented', () => {
    expect(
      createSigner(DOCUMENTED).sign(
        'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559',
      ),
    ).toBe('c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71');
  });

  it.each(['ed25519', 'rsa'] as const)(
    'signs with a private key of type %s so that its public key agrees',
    (type) => {
      const pair =
        type === 'rsa'
          ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
          : generateKeyPairSync('ed25519');
      const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' });
      const signer = createSigner(pem);
      const payload = 'symbol=币安人生USDT&timestamp=1';
      const signature = Buffer.from(signer.sign(payload), 'base64');
      expect(signer.keyType).toBe(type === 'rsa' ? 'RSA' : 'ED25519');
      expect(
        verify(type === 'rsa' ? 'sha256' : null, Buffer.from(payload), createPublicKey(pem), signature),
      ).toBe(true);
    },
  );

  it('refuses a private key of another type', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    expect(() => createSigner(pem)).toThrow('Ed25519 or RSA');
  });
});
