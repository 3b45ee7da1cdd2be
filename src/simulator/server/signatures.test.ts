/** The exchange's published HMAC examples, verified through the real request path at their own instants. */
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';

import {
  harness,
  listener,
  REMOTE,
  START,
  stillMarket,
  symbolSpec,
} from '../../../tests/builders/exchange-harness.ts';

const apiKey = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A';
const secret = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
const wide = '１２３４５６';
const documented = { name: 'documented', accountId: 1, apiKey, keyType: 'HMAC', secret } as const;
const specs = [
  symbolSpec('LTCBTC', 'LTC', 'BTC'),
  symbolSpec(wide, 'WIDE', 'BTC'),
  symbolSpec('BTCUSDT', 'BTC', 'USDT'),
];

function at(instant: number) {
  return harness({ keys: [documented], market: stillMarket(specs) }, instant);
}
/** The signature held when the answer is not about signature, key or time. */
const passed = { code: -1013, msg: 'Filter failure: NOTIONAL' };
const ascii =
  'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559';
const encoded = ascii.replace('LTCBTC', encodeURIComponent(wide));

test.each([
  ['plain', ascii, 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71'],
  ['percent-encoded', encoded, 'e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3'],
])(
  'the documented REST example (%s) verifies in query, body, split, and in capitals',
  (_name, payload, signature) => {
    const { raw } = at(1_499_827_319_559);
    const headers = { 'x-mbx-apikey': apiKey };
    const cut = payload.indexOf('&quantity');
    const sent = [
      [`${payload}&signature=${signature}`, ''],
      ['', `${payload}&signature=${signature}`],
      [payload, `signature=${signature.toUpperCase()}`],
      [`signature=${signature}&${payload}`, ''],
    ] as const;
    for (const [query, body] of sent) {
      expect(raw('POST', '/api/v3/order', query, body, headers).json).toEqual(
        expect.objectContaining({ code: -1013 }),
      );
    }
    // Split between the two there is no separator: the text that was signed lacks the ampersand.
    const split = raw(
      'POST',
      '/api/v3/order',
      payload.slice(0, cut),
      `${payload.slice(cut + 1)}&signature=${signature}`,
      headers,
    );
    expect(split.json).toMatchObject({ code: -1022 });
  },
);

test('Unicode signed before it was encoded is refused, as since 2026-01-15', () => {
  const { raw } = at(1_499_827_319_559);
  const reply = raw('POST', '/api/v3/order', `${encoded}&signature=${'0'.repeat(64)}`, '', {
    'x-mbx-apikey': apiKey,
  });
  expect(reply.json).toEqual({ code: -1022, msg: 'Signature for this request is not valid.' });
});

test('of a parameter sent in both places the query counts', () => {
  const { raw } = at(1_499_827_319_559);
  const reply = raw('POST', '/api/v3/order', `${ascii}&signature=${'0'.repeat(64)}`, 'symbol=NOSUCH', {
    'x-mbx-apikey': apiKey,
  });
  expect(reply.json).toMatchObject({ code: -1022 });
});

test.each([
  [
    'plain',
    {
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.01000000',
      price: '52000.00',
      recvWindow: 100,
      timestamp: 1_645_423_376_532,
    },
    'aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24',
  ],
  [
    'Unicode, raw',
    {
      symbol: wide,
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '1.00000000',
      price: '0.10000000',
      recvWindow: 5_000,
      timestamp: 1_645_423_376_532,
    },
    'b33892ae8e687c939f4468c6268ddd4c40ac1af18ad19a064864c47bae0752cd',
  ],
])('the documented WebSocket API example (%s) verifies', (_name, params, signature) => {
  const { exchange } = at(1_645_423_376_532);
  const heard = listener();
  const opened = exchange.openApi('/ws-api/v3', REMOTE, heard.sink);
  if (opened.kind === 'session')
    opened.session.receive(
      JSON.stringify({ id: 'x', method: 'order.place', params: { ...params, apiKey, signature } }),
    );
  expect(heard.messages()[0]).toMatchObject({ id: 'x', status: 400, error: { code: passed.code } });
});

test('numbers on the WebSocket API are signed as they were written', () => {
  const { api, hmac } = harness();
  const client = api();
  const price = '90.10';
  const text = `apiKey=${hmac.spec.apiKey}&price=${price}&quantity=1.0&side=BUY&symbol=BTCUSDT&timeInForce=GTC&timestamp=${START}&type=LIMIT`;
  const signed = createHmac('sha256', hmac.secret).update(text).digest('hex');
  client.session.receive(
    `{"id":12345678901234567890123,"method":"order.place","params":{"symbol":"BTCUSDT"}}`,
  );
  client.session.receive(
    `{"id":9223372036854775807,"method":"order.place","params":{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","timeInForce":"GTC","price":${price},"quantity":1.0,"timestamp":${START},"apiKey":"${hmac.spec.apiKey}","signature":"${signed}"}}`,
  );
  expect(client.texts[0]).toMatch(/^\{"id":null,"status":400/);
  expect(client.texts[1]).toMatch(/^\{"id":9223372036854775807,"status":200,"result":\{"symbol":"BTCUSDT"/);
});

test('an RSA key signs PKCS#1 v1.5 in base64, and case matters', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const key = {
    name: 'rsa',
    accountId: 1,
    apiKey: 'rsakey',
    keyType: 'RSA',
    secret: publicKey.export({ type: 'spki', format: 'pem' }),
  } as const;
  const { raw } = harness({ keys: [key] });
  const payload = `timestamp=${START}`;
  const signature = createSign('sha256').update(payload).sign(privateKey, 'base64');
  const ask = (text: string) =>
    raw('GET', '/api/v3/account', `${payload}&signature=${encodeURIComponent(text)}`, '', {
      'x-mbx-apikey': 'rsakey',
    });
  expect(ask(signature).status).toBe(200);
  expect(ask(signature.toLowerCase()).json).toMatchObject({ code: -1022 });
});

test('a key without a permission is refused', () => {
  const key = { ...documented, permissions: ['USER_DATA'] } as const;
  const { raw } = harness({ keys: [key] }, 1_499_827_319_559);
  const reply = raw('POST', '/api/v3/order', `${ascii}&signature=00`, '', { 'x-mbx-apikey': apiKey });
  expect(reply).toMatchObject({ status: 401, json: { code: -2015 } });
});
