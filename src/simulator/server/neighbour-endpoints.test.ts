/** What clients ask the exchange's other houses on start, found missing by running them. */
import { expect, test } from 'vitest';

import { harness } from '../../../tests/builders/exchange-harness.ts';

test('the futures exchanges list nothing, so that a client that reads all markets starts', () => {
  for (const path of ['/fapi/v1/exchangeInfo', '/dapi/v1/exchangeInfo'])
    expect(harness().get(path).json).toMatchObject({ timezone: 'UTC', exchangeFilters: [], symbols: [] });
});

test('there are no margin pairs, whether the request is signed or not', () => {
  const at = harness();
  for (const path of ['/sapi/v1/margin/allPairs', '/sapi/v1/margin/isolated/allPairs']) {
    expect(at.get(path).json).toEqual([]);
    expect(at.signed('GET', path, { recvWindow: 10_000 }).json).toEqual([]);
  }
});

test('coins tell what the account has of them and that nothing can be sent', () => {
  const at = harness();
  expect(at.get('/sapi/v1/capital/config/getall').status).toBe(401);
  const coins = at.signed('GET', '/sapi/v1/capital/config/getall').json as readonly Record<string, unknown>[];
  const account = at.signed('GET', '/api/v3/account').json as {
    readonly balances: readonly { readonly asset: string; readonly free: string; readonly locked: string }[];
  };
  expect(coins.map(({ coin, free, locked }) => ({ asset: coin, free, locked }))).toEqual(account.balances);
  for (const coin of coins) expect(coin).toMatchObject({ withdrawAllEnable: false, networkList: [] });
});

test('trade fees are the account’s own, of one symbol or of all', () => {
  const at = harness();
  const one = { symbol: 'BTCUSDT', makerCommission: '0.00100000', takerCommission: '0.00100000' };
  expect(at.signed('GET', '/sapi/v1/asset/tradeFee', { symbol: 'BTCUSDT' }).json).toEqual([one]);
  expect(at.signed('GET', '/sapi/v1/asset/tradeFee').json).toHaveLength(at.exchange.venue.symbols().length);
  expect(at.signed('GET', '/sapi/v1/asset/tradeFee', { symbol: 'NOSUCH' }).json).toEqual({
    code: -1121,
    msg: 'Invalid symbol.',
  });
});
