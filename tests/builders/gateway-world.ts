/**
 * The gateway on the built-in exchange, over a virtual network on manual time or over real sockets:
 * what the contract tests and the tests of the twenty-five failures stand on.
 */
import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'vitest';
import { assetAmount, price, quantity } from '../../src/core/money.ts';
import type { Gateway, GatewayReport, OrderRequest } from '../../src/core/ports/gateway.ts';
import type { HttpClient, StreamConnector } from '../../src/core/ports/network.ts';
import type { Random } from '../../src/core/ports/random.ts';
import type { Timers } from '../../src/core/ports/timers.ts';
import { err, ok } from '../../src/core/result.ts';
import { createGateway } from '../../src/exchange/gateway.ts';
import { createWireClient, defaultWireClientOptions } from '../../src/exchange/http/wire-client.ts';
import type { ExchangeCredentials, ExchangeEndpoints, GatewaySettings } from '../../src/exchange/settings.ts';
import { createWireConnector } from '../../src/exchange/stream/wire-connector.ts';
import { createSettlingTimers, type SettlingTimers } from '../../src/exchange/testing/settling-timers.ts';
import { createVenue } from '../../src/simulator/matching/venue.ts';
import type { KeySpec } from '../../src/simulator/server/api-keys.ts';
import type { Session } from '../../src/simulator/server/connection.ts';
import { createExchange, type Exchange } from '../../src/simulator/server/exchange.ts';
import { countingRandom, stillMarket, symbolSpec } from './exchange-harness.ts';
import { serve } from '../../src/simulator/server/serve.ts';
import { makeAuthority, makeServerCertificate } from '../../src/simulator/server/x509.ts';
import { createSystemTimers } from '../../src/wiring/system-ports.ts';

type ReportOf<K extends GatewayReport['kind']> = Extract<GatewayReport, { readonly kind: K }>;
type KeyType = 'HMAC' | 'ED25519' | 'RSA';

export interface World {
  readonly gateway: Gateway;
  readonly exchange: Exchange;
  readonly reports: GatewayReport[];
  of<K extends GatewayReport['kind']>(kind: K): readonly ReportOf<K>[];
  /** Waits (or lets time pass) until this holds; fails the test when it does not. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

const LATENCY_MS = 5;
export const API_KEY: string = 'k'.repeat(64);
const worlds: World[] = [];

/** For `afterEach`: nothing of a test may run on into the next. */
export async function closeWorlds(): Promise<void> {
  for (const world of worlds.splice(0)) await world.close();
}

/** What signs, and what the exchange has to know of it. */
export function keyOf(type: KeyType): { readonly spec: KeySpec; readonly credentials: ExchangeCredentials } {
  const named = { name: type, accountId: 1, apiKey: API_KEY, keyType: type };
  if (type === 'HMAC') {
    const secret = 's'.repeat(64);
    return { spec: { ...named, secret }, credentials: { apiKey: API_KEY, secret } };
  }
  const pair =
    type === 'RSA' ? generateKeyPairSync('rsa', { modulusLength: 2_048 }) : generateKeyPairSync('ed25519');
  return {
    spec: { ...named, secret: pair.publicKey.export({ type: 'spki', format: 'pem' }) },
    credentials: { apiKey: API_KEY, secret: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) },
  };
}

function exchangeOn(timers: Timers, key: KeySpec): Exchange {
  const balances = [
    { asset: 'USDT', free: assetAmount('500') },
    { asset: 'BTC', free: assetAmount('2') },
  ];
  return createExchange({
    venue: createVenue(),
    market: stillMarket([symbolSpec('BTCUSDT', 'BTC', 'USDT'), symbolSpec('ETHUSDT', 'ETH', 'USDT')]),
    timers,
    random: countingRandom(),
    accounts: [
      { accountId: 1, balances, makerRate: 1_000, takerRate: 1_000, feesInBnb: false, unlimited: false },
    ],
    keys: [key],
  });
}

type Wiring = {
  readonly exchange: Exchange;
  readonly timers: Timers;
  readonly random: Random;
  readonly http: HttpClient;
  readonly streams: StreamConnector;
  readonly endpoints: ExchangeEndpoints;
  readonly credentials: ExchangeCredentials;
  readonly settings: Partial<GatewaySettings>;
  readonly until: World['until'];
  readonly close: () => Promise<void>;
};

function worldOf(wiring: Wiring): World {
  const reports: GatewayReport[] = [];
  const gateway = createGateway({ ...wiring, listener: (report) => reports.push(report) });
  const world: World = {
    gateway,
    exchange: wiring.exchange,
    reports,
    of: <K extends GatewayReport['kind']>(kind: K): readonly ReportOf<K>[] =>
      reports.filter((report): report is ReportOf<K> => report.kind === kind),
    until: wiring.until,
    async close(): Promise<void> {
      gateway.stop();
      wiring.exchange.stop();
      await wiring.close();
    },
  };
  worlds.push(world);
  return world;
}

export type VirtualNetwork = {
  readonly http: HttpClient;
  readonly streams: StreamConnector;
  /** Requests that left although the exchange had asked for silence. */
  readonly duringBan: readonly string[];
};

/** Questions, answers and frames that take a few milliseconds of manual time each way. */
export function virtualNetwork(exchange: Exchange, timers: Timers): VirtualNetwork {
  const duringBan: string[] = [];
  let silentUntil = 0;
  const later = (task: () => void): void => void timers.after(LATENCY_MS, task);
  return {
    duringBan,
    http: {
      request: async (request) =>
        new Promise((resolve) => {
          if (timers.monotonic() < silentUntil) duringBan.push(request.url);
          const url = new URL(request.url);
          timers.after(request.timeoutMs, () =>
            resolve(err({ kind: 'timeout', mayHaveArrived: true, message: 'no answer' })),
          );
          later(() => {
            const answer = exchange.request({
              method: request.method,
              path: url.pathname,
              query: url.search.slice(1),
              headers: Object.fromEntries(
                Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
              ),
              body: request.body ?? '',
              remote: '127.0.0.1',
            });
            if (answer === null) return;
            later(() => {
              if (answer.status === 429 || answer.status === 418) {
                const waitMs = 1_000 * Number(answer.headers['retry-after'] ?? 0);
                silentUntil = Math.max(silentUntil, timers.monotonic() + waitMs);
              }
              resolve(ok(answer));
            });
          });
        }),
      close: () => undefined,
    },
    streams: {
      connect(address, handlers) {
        const { pathname, search } = new URL(address);
        let session: Session | null = null;
        let over = false;
        const close = (code: number, reason: string): void => {
          if (over) return;
          over = true;
          handlers.closed(code, reason);
        };
        const sink = {
          send: (text: string) => later(() => (over ? undefined : handlers.message(text))),
          ping: (payload: string) =>
            later(() => {
              if (over) return;
              handlers.alive();
              later(() => session?.pong(payload));
            }),
          close: (code: number, reason: string) => later(() => close(code, reason)),
        };
        later(() => {
          const url = `${pathname}${search}`;
          const opened = pathname.startsWith('/ws-api')
            ? exchange.openApi(url, '127.0.0.1', sink)
            : exchange.openStream(url, '127.0.0.1', sink);
          if (opened.kind === 'refused') {
            close(1006, 'refused');
            return;
          }
          ({ session } = opened);
          later(() => (over ? undefined : handlers.opened()));
        });
        return {
          send: (text) => later(() => (over ? undefined : session?.receive(text))),
          ping: () => later(() => later(() => (over ? undefined : handlers.alive()))),
          close: () =>
            later(() => {
              if (!over) session?.closed();
              close(1000, '');
            }),
        };
      },
    },
  };
}

export type VirtualWorld = World & { readonly timers: SettlingTimers; readonly duringBan: readonly string[] };

export function virtualWorld(type: KeyType = 'HMAC', settings: Partial<GatewaySettings> = {}): VirtualWorld {
  const timers = createSettlingTimers();
  const key = keyOf(type);
  const exchange = exchangeOn(timers, key.spec);
  exchange.start();
  const network = virtualNetwork(exchange, timers);
  const world = worldOf({
    http: network.http,
    streams: network.streams,
    exchange,
    timers,
    random: countingRandom(),
    endpoints: { rest: 'http://exchange', stream: 'ws://exchange', wsApi: 'ws://exchange/ws-api/v3' },
    credentials: key.credentials,
    settings,
    async until(condition): Promise<void> {
      for (let waited = 0; waited < 120_000 && !condition(); waited += 5) await timers.advance(5);
      expect(condition()).toBe(true);
    },
    close: async () => timers.settle(),
  });
  return Object.assign(world, { timers, duringBan: network.duringBan });
}

export async function socketWorld(secure: boolean, type: KeyType): Promise<World> {
  const timers = createSystemTimers();
  const random = countingRandom();
  const key = keyOf(type);
  const exchange = exchangeOn(timers, key.spec);
  exchange.start();
  const bytes = (length: number): Uint8Array => random.bytes(length);
  const authority = makeAuthority(Date.now(), bytes);
  const identity = makeServerCertificate(authority, ['localhost', '127.0.0.1'], Date.now(), bytes);
  const served = await serve(exchange, {
    port: 0,
    tls: secure ? { key: identity.keyPem, certificate: identity.certificatePem } : null,
  });
  const s = secure ? 's' : '';
  const at = `127.0.0.1:${secure ? served.tlsPort : served.port}`;
  const trust = secure ? { caCert: authority.certificatePem } : {};
  return worldOf({
    exchange,
    timers,
    random,
    http: createWireClient({ ...defaultWireClientOptions, ...trust }),
    streams: createWireConnector({ connectTimeoutMs: 5_000, ...trust }),
    endpoints: { rest: `http${s}://${at}`, stream: `ws${s}://${at}`, wsApi: `ws${s}://${at}/ws-api/v3` },
    credentials: key.credentials,
    settings: {},
    async until(condition): Promise<void> {
      await expect.poll(condition, { timeout: 5_000, interval: 5 }).toBe(true);
    },
    close: async () => served.close(),
  });
}

export async function started<W extends World>(world: W): Promise<W> {
  world.gateway.start(['BTCUSDT']);
  await world.until(() => {
    const health = world.of('streams').at(-1)?.health;
    return health?.user === 'connected' && health.market === 'connected' && world.of('symbols').length > 0;
  });
  return world;
}

let orders = 0;

export function order(changes: Partial<OrderRequest> = {}): OrderRequest {
  orders += 1;
  return {
    clientOrderId: `g-${orders}`,
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'MARKET',
    timeInForce: null,
    quantity: quantity('0.5'),
    quoteQuantity: null,
    price: null,
    stopPrice: null,
    lane: 'enter',
    ...changes,
  };
}

export const resting = (): OrderRequest =>
  order({ type: 'LIMIT', timeInForce: 'GTC', price: price('90'), quantity: quantity('1') });
