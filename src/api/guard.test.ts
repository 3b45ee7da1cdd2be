// Who may ask what: one row per way of being turned away, and the bounds of each.
import { describe, expect, test } from 'vitest';
import type { ApiKeys } from './api-file.ts';
import { createGuard, isLoopbackHost, type Guard, type Headers } from './guard.ts';
import { signRequest } from './request-signing.ts';

const keys: ApiKeys = {
  console: { read: 'read_c', trade: 'trade_c', secret: 'secret_c' },
  outside: { read: 'read_o', trade: 'trade_o', secret: 'secret_o' },
};

type Clock = { wall: number; mono: number };

function guardAt(clock: Clock = { wall: 1_795_442_531_000, mono: 0 }): {
  readonly guard: Guard;
  readonly clock: Clock;
} {
  return { guard: createGuard(keys, { now: () => clock.wall, monotonic: () => clock.mono }), clock };
}

const local = { host: '127.0.0.1:4000' };
const nonce = 'abcdefghijklmnop';
const errorOf = (verdict: { readonly ok: boolean; readonly error?: string }): string =>
  verdict.ok ? 'passed' : (verdict.error ?? '');

describe('admission', () => {
  test.each<[string, Headers, boolean, string]>([
    ['a read key reads', { ...local, 'x-api-key': 'read_o' }, false, 'passed'],
    ['a read key does not trade', { ...local, 'x-api-key': 'read_o' }, true, 'keyCannotTrade'],
    ['a trade key does not read', { ...local, 'x-api-key': 'trade_o' }, false, 'keyUnknown'],
    ['no key', local, false, 'keyMissing'],
    ['an empty key', { ...local, 'x-api-key': '' }, false, 'keyMissing'],
    ['a key sent twice', { ...local, 'x-api-key': ['read_o', 'read_o'] }, false, 'keyMissing'],
    ['an endless key', { ...local, 'x-api-key': 'x'.repeat(10_000) }, false, 'keyMissing'],
    ['a wrong key', { ...local, 'x-api-key': 'read_x' }, false, 'keyUnknown'],
    ['another host name', { host: 'evil.example', 'x-api-key': 'read_o' }, false, 'hostRefused'],
    ['no host', { 'x-api-key': 'read_o' }, false, 'hostRefused'],
    [
      'a web page',
      { ...local, origin: 'http://127.0.0.1:4000', 'x-api-key': 'read_o' },
      false,
      'originRefused',
    ],
    ['a page without a name', { ...local, origin: 'null', 'x-api-key': 'read_o' }, false, 'originRefused'],
  ])('%s', (_name, headers, changes, expected) => {
    expect(errorOf(guardAt().guard.admit(headers, 'GET /x', changes))).toBe(expected);
  });

  test.each([
    ['127.0.0.1', true],
    ['localhost:80', true],
    ['LOCALHOST', true],
    ['[::1]:9', true],
    ['127.0.0.1.evil.example', false],
    ['localhost.evil', false],
    ['127.0.0.2', false],
    ['0.0.0.0', false],
    ['localhost:80@evil', false],
    ['', false],
  ])('host %s is this machine: %s', (host, expected) => expect(isLoopbackHost(host)).toBe(expected));

  test('ten wrong keys end the trying for a minute, and the console is still heard', () => {
    const { guard, clock } = guardAt();
    for (let attempt = 0; attempt < 10; attempt += 1)
      expect(errorOf(guard.admit({ ...local, 'x-api-key': `guess${attempt}` }, 'GET /x', false))).toBe(
        'keyUnknown',
      );
    expect(errorOf(guard.admit({ ...local, 'x-api-key': 'guess' }, 'GET /x', false))).toBe('lockedOut');
    expect(errorOf(guard.admit({ ...local, 'x-api-key': 'read_o' }, 'GET /x', false))).toBe('lockedOut');
    expect(errorOf(guard.admit({ ...local, 'x-api-key': 'read_c' }, 'GET /x', false))).toBe('passed');
    clock.mono += 60_000;
    expect(errorOf(guard.admit({ ...local, 'x-api-key': 'read_o' }, 'GET /x', false))).toBe('passed');
  });

  test('outsiders have ten requests a second for each address', () => {
    const { guard, clock } = guardAt();
    const ask = (route: string): string =>
      errorOf(guard.admit({ ...local, 'x-api-key': 'read_o' }, route, false));
    for (let count = 0; count < 10; count += 1) expect(ask('GET /a')).toBe('passed');
    expect(ask('GET /a')).toBe('tooManyRequests');
    expect(ask('GET /b')).toBe('passed');
    clock.mono += 100;
    expect(ask('GET /a')).toBe('passed');
    expect(ask('GET /a')).toBe('tooManyRequests');
  });
});

describe('signatures', () => {
  const at = 1_795_442_531_000;
  const signed = (
    changes: {
      readonly timestamp?: string;
      readonly nonce?: string;
      readonly body?: string;
      readonly path?: string;
      readonly secret?: string;
    } = {},
  ): Headers => {
    const {
      timestamp = String(at),
      nonce: used = nonce,
      body = '{}',
      path = '/commands',
      secret = 'secret_o',
    } = changes;
    return {
      'x-timestamp': timestamp,
      'x-nonce': used,
      'x-signature': signRequest(secret, { method: 'POST', path, timestamp, nonce: used, body }),
    };
  };
  const verify = (guard: Guard, headers: Headers, body = '{}'): string =>
    errorOf(guard.verify('outside', { method: 'POST', path: '/commands', headers, body }));

  test.each<[string, Headers, string]>([
    ['a right one passes', signed(), 'passed'],
    ['five seconds old passes', signed({ timestamp: String(at - 5_000) }), 'passed'],
    ['older is stale', signed({ timestamp: String(at - 5_001) }), 'signatureStale'],
    ['from the future is stale', signed({ timestamp: String(at + 5_001) }), 'signatureStale'],
    ['for another path', signed({ path: '/preview' }), 'signatureUnknown'],
    ['for another body', signed({ body: '{"a":1}' }), 'signatureUnknown'],
    ['with another secret', signed({ secret: 'secret_c' }), 'signatureUnknown'],
    ['no time', { ...signed(), 'x-timestamp': undefined }, 'signatureMissing'],
    ['time in words', { ...signed(), 'x-timestamp': 'soon' }, 'signatureMissing'],
    ['a short nonce', signed({ nonce: 'abc' }), 'signatureMissing'],
    ['no signature', { ...signed(), 'x-signature': undefined }, 'signatureMissing'],
    ['upper case', { ...signed(), 'x-signature': 'A'.repeat(64) }, 'signatureMissing'],
  ])('%s', (_name, headers, expected) => expect(verify(guardAt().guard, headers)).toBe(expected));

  test('the same request counts once', () => {
    const { guard } = guardAt();
    expect([verify(guard, signed()), verify(guard, signed())]).toEqual(['passed', 'signatureReplayed']);
  });

  test('a replay is refused through the whole time its signature is fresh', () => {
    const { guard, clock } = guardAt();
    const early = signed({ timestamp: String(at + 5_000) });
    expect(verify(guard, early)).toBe('passed');
    clock.wall += 9_999;
    clock.mono += 9_999;
    expect(verify(guard, early)).toBe('signatureReplayed');
  });

  test('nonces are remembered in bounded memory, and a full memory refuses rather than forgets', () => {
    const { guard, clock } = guardAt();
    const verdicts = new Set<string>();
    for (let count = 0; count < 10_001; count += 1)
      verdicts.add(verify(guard, signed({ nonce: `nonce-${String(count).padStart(12, '0')}` })));
    expect([...verdicts]).toEqual(['passed', 'tooManyRequests']);
    clock.mono += 21_000;
    expect(verify(guard, signed({ nonce: 'nonce-after-a-while' }))).toBe('passed');
  });
});
