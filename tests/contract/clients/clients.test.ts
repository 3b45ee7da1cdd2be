import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { type ClientExchange, runClient, startExchange } from './client-exchange.ts';

let exchange: ClientExchange;
beforeAll(async () => {
  exchange = await startExchange(['HMAC', 'ED25519', 'RSA']);
});
afterAll(async () => {
  await exchange.close();
});

/** A key and no address: the client stays on its production URLs. */
function production(keyType: string): { readonly settings: Record<string, string>; readonly led: Led } {
  const { apiKey, secret } = settings(keyType, true);
  return {
    settings: { keyType, apiKey: apiKey ?? '', secret: secret ?? '' },
    led: {
      NODE_EXTRA_CA_CERTS: exchange.address.tls.caCert,
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'lead-to-exchange.ts')).href}`,
      LEAD_TO_PORT: new URL(exchange.address.tls.rest).port,
    },
  };
}
type Led = Readonly<Record<string, string>>;

function settings(keyType: string, secure: boolean): Record<string, string> {
  const { address } = exchange;
  const account = address.accounts.find((each) => each.keyType === keyType);
  const { rest, stream, wsApi } = secure ? address.tls : address;
  return { rest, stream, wsApi, keyType, apiKey: account?.apiKey ?? '', secret: account?.secret ?? '' };
}

// A client's own start-up takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const limitOpen = ['LIMIT', 'STOP_LOSS'];

/** Futures, wallet and margin are asked on start too when nothing is configured. */
test('ccxt pro with nothing but a key trades on its production URLs, led to the TLS port', async () => {
  const { settings: key, led } = production('HMAC');
  const { steps } = await runClient('ccxt-client.ts', key, led);
  expect(steps).toMatchObject({
    markets: ['BTC/USDT', 'ETH/USDT'],
    market: { status: 'closed' },
    report: { status: 'closed' },
    replaced: 'canceled',
    lists: ['OCO', 'OTO'],
    openLists: 0,
    overWebSocket: 'closed',
  });
});

test("the exchange's own client trades on its production URLs, led to the TLS port", async () => {
  const { settings: key, led } = production('ED25519');
  const { steps } = await runClient('binance-spot-client.ts', key, led);
  expect(steps).toMatchObject({
    symbol: 'BTCUSDT',
    streams: { trade: 'BTCUSDT', levels: 20, candle: '1m' },
    market: { status: 'FILLED' },
    cancelled: 'CANCELED',
    overWebSocket: 'FILLED',
  });
  expect(steps['reports']).toContain('TRADE FILLED');
});

describe.each([
  { keyType: 'HMAC', secure: false },
  { keyType: 'ED25519', secure: true },
])('ccxt pro with a $keyType key (TLS: $secure)', ({ keyType, secure }) => {
  test('loads markets, hears streams, trades and hears its own orders', async () => {
    const { steps } = await runClient('ccxt-client.ts', settings(keyType, secure), {
      NODE_EXTRA_CA_CERTS: exchange.address.tls.caCert,
    });
    expect(steps).toMatchObject({
      markets: ['BTC/USDT', 'ETH/USDT'],
      minCost: 5,
      streams: { trades: true, candles: true },
      market: { status: 'closed', filled: 0.01 },
      report: { status: 'closed', filled: 0.01 },
      open: ['limit', 'market'],
      cancelled: 'canceled',
      stop: 'canceled',
      replaced: 'canceled',
      lists: ['OCO', 'OTO'],
      openLists: 0,
      overWebSocket: 'closed',
      trades: true,
      refusal: 'InsufficientFunds',
    });
  });
});

describe.each([
  { keyType: 'HMAC', secure: false },
  { keyType: 'ED25519', secure: true },
  { keyType: 'RSA', secure: false },
])("the exchange's own client with a $keyType key (TLS: $secure)", ({ keyType, secure }) => {
  test('loads markets, hears streams, trades and hears its own orders', async () => {
    const { steps } = await runClient('binance-spot-client.ts', settings(keyType, secure), {
      NODE_EXTRA_CA_CERTS: exchange.address.tls.caCert,
    });
    expect(steps).toMatchObject({
      symbol: 'BTCUSDT',
      streams: { trade: 'BTCUSDT', levels: 20, candle: '1m' },
      market: { status: 'FILLED', executedQty: '0.01000000' },
      open: limitOpen,
      cancelled: 'CANCELED',
      cancelledAll: 1,
      trades: true,
      balances: ['BTC', 'USDT'],
      overWebSocket: 'FILLED',
    });
    expect(steps['reports']).toEqual([
      'NEW NEW',
      'TRADE FILLED',
      'NEW NEW',
      'NEW NEW',
      'CANCELED CANCELED',
      'CANCELED CANCELED',
      'NEW NEW',
      'TRADE FILLED',
    ]);
    expect(String(steps['refusal'])).toContain('Filter failure');
  });
});
