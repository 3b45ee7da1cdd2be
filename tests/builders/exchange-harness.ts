/**
 * A small exchange on virtual time for tests of its server: two symbols with a still book, two
 * accounts with HMAC and Ed25519 keys, a client that signs, sinks that remember.
 */
import { createHmac, sign } from 'node:crypto';
import { assetAmount, price, quantity } from '../../src/core/money.ts';
import type { Random } from '../../src/core/ports/random.ts';
import { createVirtualTimers, type VirtualTimers } from '../../src/core/virtual-timers.ts';
import { createVenue } from '../../src/simulator/matching/venue.ts';
import type { SymbolSpec, Venue } from '../../src/simulator/matching/venue-api.ts';
import { type NewKey, newEd25519Key, newHmacKey } from '../../src/simulator/server/api-keys.ts';
import type { Session, Sink } from '../../src/simulator/server/connection.ts';
import { createExchange, type Exchange, type ExchangeOptions } from '../../src/simulator/server/exchange.ts';
import type { MarketDriver } from '../../src/simulator/server/market-driver.ts';
import type { HttpAnswer } from '../../src/simulator/server/rest.ts';
import { signedText } from '../../src/simulator/server/api-session.ts';
import { symbolSpec as venueSpec } from './venue.ts';

export function countingRandom(): Random {
  let state = 1;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647);
  return {
    next: () => next() / 2_147_483_647,
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
  };
}

export function symbolSpec(symbol: string, baseAsset: string, quoteAsset: string): SymbolSpec {
  const step = quantity('0.00001');
  return venueSpec({ symbol, baseAsset, quoteAsset, stepSize: step, minQuantity: step });
}

/** Ten levels a side around 100.00, one unit each; trades only when a test says so. */
export function stillMarket(symbols: readonly SymbolSpec[]): MarketDriver {
  return {
    symbols: () => symbols,
    history: () => [],
    start(now, venue) {
      for (const { symbol } of symbols) layBook(venue, now, symbol, 100);
    },
    advance: () => undefined,
    nextAt: () => null,
    snapshot: () => ({}),
    restore: () => undefined,
  };
}

export function layBook(venue: Venue, now: number, symbol: string, middle: number): void {
  const level = (offset: number) => ({ price: price((middle + offset).toFixed(2)), quantity: quantity('1') });
  const steps = Array.from({ length: 10 }, (_, index) => 0.01 + index * 0.1);
  venue.setLiquidity(
    now,
    symbol,
    steps.map((step) => level(-step)),
    steps.map((step) => level(step)),
  );
  venue.printTrade(now, symbol, price(middle.toFixed(2)), quantity('0.001'), false);
}

export type Heard = {
  readonly sink: Sink;
  readonly texts: string[];
  readonly pings: string[];
  readonly closes: { code: number; reason: string }[];
  messages(): Record<string, unknown>[];
};

export function listener(): Heard {
  const texts: string[] = [];
  const pings: string[] = [];
  const closes: { code: number; reason: string }[] = [];
  return {
    texts,
    pings,
    closes,
    sink: {
      send: (text) => void texts.push(text),
      ping: (payload) => void pings.push(payload),
      close: (code, reason) => void closes.push({ code, reason }),
    },
    messages: () => texts.map((text) => JSON.parse(text) as Record<string, unknown>),
  };
}

export const START: number = Date.UTC(2026, 10, 23, 12, 0, 0);
export const REMOTE = '127.0.0.1';

export type Harness = {
  readonly exchange: Exchange;
  readonly timers: VirtualTimers;
  readonly hmac: NewKey;
  readonly ed25519: NewKey;
  readonly get: (path: string, params?: Params, headers?: Record<string, string>) => Reply;
  /** Signed with the HMAC account's key unless another is given. */
  readonly signed: (method: string, path: string, params?: Params, key?: NewKey) => Reply;
  readonly raw: (
    method: string,
    path: string,
    query: string,
    body?: string,
    headers?: Record<string, string>,
  ) => Reply;
  readonly stream: (url: string) => Heard & { readonly session: Session };
  readonly api: (url?: string) => ApiClient;
};
export type Params = Readonly<Record<string, string | number | boolean>>;
export type Reply = HttpAnswer & { readonly json: unknown };
export type ApiClient = Heard & {
  readonly session: Session;
  /** Sends one request; gives its answer. */
  readonly call: (method: string, params?: Record<string, unknown>) => Record<string, unknown>;
  readonly signed: (
    method: string,
    params?: Record<string, unknown>,
    key?: NewKey,
  ) => Record<string, unknown>;
};

export function harness(overrides: Partial<ExchangeOptions> = {}, startAt: number = START): Harness {
  const timers = createVirtualTimers(startAt);
  const random = countingRandom();
  const hmac = newHmacKey(random, 'hmac', 1);
  const ed25519 = newEd25519Key(random, 'ed25519', 2);
  const balances = ['USDT', 'BTC', 'ETH', 'BNB'].map((asset) => ({ asset, free: assetAmount('100000') }));
  const account = { makerRate: 1_000, takerRate: 1_000, feesInBnb: false, unlimited: false, balances };
  const exchange = createExchange({
    venue: createVenue(),
    market: stillMarket([symbolSpec('BTCUSDT', 'BTC', 'USDT'), symbolSpec('ETHUSDT', 'ETH', 'USDT')]),
    timers,
    random,
    accounts: [
      { accountId: 1, ...account },
      { accountId: 2, ...account },
    ],
    keys: [hmac.spec, ed25519.spec],
    ...overrides,
  });
  exchange.start();

  function raw(
    method: string,
    path: string,
    query: string,
    body = '',
    headers: Record<string, string> = {},
  ): Reply {
    const answer = exchange.request({ method, path, query, headers, body, remote: REMOTE });
    if (answer === null) throw new Error('no answer came');
    return {
      ...answer,
      json: answer.body.startsWith('<') || answer.body === '' ? null : (JSON.parse(answer.body) as unknown),
    };
  }

  function api(url = '/ws-api/v3'): ApiClient {
    const heard = listener();
    const opened = exchange.openApi(url, REMOTE, heard.sink);
    if (opened.kind === 'refused') throw new Error(`refused: ${opened.answer.body}`);
    let id = 0;
    const call = (method: string, params?: Record<string, unknown>): Record<string, unknown> => {
      id += 1;
      opened.session.receive(JSON.stringify({ id, method, ...(params === undefined ? {} : { params }) }));
      const found = heard.messages().findLast((message) => message['id'] === id || message['id'] === null);
      if (found === undefined) throw new Error('no answer came');
      return found;
    };
    return {
      ...heard,
      session: opened.session,
      call,
      signed(method, params = {}, key = hmac) {
        const all: Record<string, unknown> = { ...params, apiKey: key.spec.apiKey, timestamp: timers.now() };
        const text = signedText(new Map(Object.entries(all).map(([name, value]) => [name, String(value)])));
        return call(method, { ...all, signature: signature(key, text) });
      },
    };
  }

  return {
    exchange,
    timers,
    hmac,
    ed25519,
    raw,
    api,
    get: (path, params = {}, headers = {}) => raw('GET', path, encode(params), '', headers),
    signed(method, path, params = {}, key = hmac) {
      const payload = encode({ ...params, timestamp: timers.now() });
      const query = `${payload}&signature=${encodeURIComponent(signature(key, payload))}`;
      return raw(method, path, query, '', { 'x-mbx-apikey': key.spec.apiKey });
    },
    stream(url) {
      const heard = listener();
      const opened = exchange.openStream(url, REMOTE, heard.sink);
      if (opened.kind === 'refused') throw new Error(`refused: ${opened.answer.body}`);
      return { ...heard, session: opened.session };
    },
  };
}

function encode(params: Params): string {
  return Object.entries(params)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&');
}

function signature(key: NewKey, payload: string): string {
  return key.spec.keyType === 'HMAC'
    ? createHmac('sha256', key.secret).update(payload).digest('hex')
    : sign(null, Buffer.from(payload), key.secret).toString('base64');
}
