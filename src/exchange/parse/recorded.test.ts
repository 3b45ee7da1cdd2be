// Parsers against what the exchange really sent. The recordings lie outside the repository, in
// ../shared/market-data, because they may not be copied into it; without them this suite says so.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { assetAmount, price, quantity } from '../../core/money.ts';
import { parseExchangeInfo } from './exchange-info.ts';
import { parseMarketFrame } from './market-frame.ts';
import { parseOrder } from './order.ts';
import { parseUserFrame } from './user-event.ts';

const folder = join(import.meta.dirname, '../../../../shared/market-data');
const present = existsSync(folder);
if (!present)
  process.stderr.write(
    `\nRecorded exchange data is absent (${folder}): parsers were NOT checked against it.\n\n`,
  );

function lines(name: string): readonly string[] {
  return readFileSync(join(folder, 'api-recordings', name), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function zipped(name: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString('utf8')) as unknown;
}

describe.runIf(present)('recorded from the exchange', () => {
  it('a market buy that paid its fee in BNB', () => {
    const frames = lines('user-stream-market-buy-ARBUSDT-2023-09-19.jsonl').map(parseUserFrame);
    expect(frames.filter((frame) => frame.kind === 'unreadable')).toEqual([]);
    const orders = frames.flatMap((frame) => (frame.kind === 'order' ? [frame.parsed] : []));
    expect(orders.map(({ order }) => order.status)).toEqual(['NEW', 'FILLED']);
    expect(orders[1]?.fills).toMatchObject([
      {
        tradeId: 34_491_699,
        price: price('0.839'),
        quantity: quantity('5.9'),
        fee: assetAmount('0.00001706'),
        feeAsset: 'BNB',
      },
    ]);
  });

  it('a limit order and its cancel, under one id', () => {
    const frames = lines('user-stream-testnet-limit-cancel-2020-11-19.jsonl').map(parseUserFrame);
    expect(frames.filter((frame) => frame.kind === 'unreadable')).toEqual([]);
    const orders = frames.flatMap((frame) => (frame.kind === 'order' ? [frame.parsed.order] : []));
    expect(orders.map(({ status }) => status)).toEqual(['NEW', 'CANCELED']);
    expect(new Set(orders.map(({ clientOrderId }) => clientOrderId)).size).toBe(1);
  });

  it('market frames of every kind, none of them a crash', () => {
    const symbols = new Map([['BNBBTC', 'BNBBTC']]);
    const parsed = lines('spot-ws-frames.jsonl').map((line) => parseMarketFrame(line, symbols, 0));
    expect(parsed.length).toBeGreaterThan(5);
    const kinds = parsed.flatMap((frame) => (frame.ok ? [frame.value.kind] : []));
    expect(kinds).toContain('trade');
  });

  it('orders over REST', () => {
    const recorded = zipped('api-recordings/spot-rest-recorded.json.gz') as readonly {
      readonly method: string;
      readonly path: string;
      readonly response: unknown;
    }[];
    const orders = recorded.filter(({ path, response }) => path === '/api/v3/order' && response !== null);
    expect(orders.length).toBeGreaterThan(2);
    const read = orders.map(({ method, response }) => {
      const parsed = parseOrder(response);
      return `${method} ${parsed.ok ? parsed.value.order.clientOrderId : parsed.error}`;
    });
    expect(new Set(read)).toEqual(new Set(['DELETE myOrder1', 'GET eliteOrder']));
  });

  it('the rules of all symbols of a day', () => {
    const info = parseExchangeInfo(zipped('exchange-info/exchangeInfo-2024-09-08.json.gz'));
    expect(info.ok && info.value.unreadable).toEqual([]);
    expect(info.ok && info.value.symbols.length).toBe(1_248);
    expect(info.ok && info.value.symbols.find((rules) => rules.symbol === 'BTCUSDT')).toMatchObject({
      tickSize: price('0.01'),
      stepSize: quantity('0.00001'),
      bidUpBps: 50_000,
    });
    expect(info.ok && info.value.limits.map((rule) => rule.kind)).toEqual([
      'weight',
      'orders',
      'orders',
      'requests',
    ]);
  });

  it('the rules of 2018, with filters that are gone', () => {
    const info = parseExchangeInfo(zipped('exchange-info/exchangeInfo-2018-02-10.json.gz'));
    expect(info.ok && info.value.unreadable).toEqual([]);
    expect(info.ok && info.value.symbols.length).toBeGreaterThan(200);
  });
});
