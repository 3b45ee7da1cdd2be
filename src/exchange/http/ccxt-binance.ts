/**
 * ccxt's binance class, confined: it maps and signs our REST requests and does nothing else. Its
 * network is replaced by our HttpClient, its clock by the exchange-corrected one, its throttle and
 * retries are off, and every address that is not the spot API points at a dead port. Answers come
 * back as they arrived: ccxt neither parses nor classifies them (binance.md section 2).
 *
 * Imported by path because the package exports only its whole (574 ms and 149 MB against 0.15 s and
 * 84 MB, dependencies.md section 4); this may go when ccxt exports single classes.
 */
import BinanceClass from '../../../node_modules/ccxt/js/src/binance.js';
import { invariant } from '../../core/invariant.ts';
import type { HttpClient, HttpFailure, HttpReply } from '../../core/ports/network.ts';
import type { Result } from '../../core/result.ts';
import type { ExchangeCredentials } from '../settings.ts';
import type { Signer } from '../signer.ts';

/** The calls we make, by what they ask for. */
export type RestCall =
  | { readonly name: 'time' }
  | { readonly name: 'exchangeInfo'; readonly symbols: readonly string[] | null }
  | { readonly name: 'depth'; readonly symbol: string; readonly limit: number }
  | { readonly name: 'publicTrades'; readonly symbol: string; readonly fromId: number }
  | { readonly name: 'candles'; readonly symbol: string; readonly limit: number }
  | { readonly name: 'account' }
  | { readonly name: 'openOrders' }
  | { readonly name: 'order'; readonly symbol: string; readonly clientOrderId: string }
  | { readonly name: 'cancel'; readonly symbol: string; readonly clientOrderId: string }
  | {
      readonly name: 'tradesOfOrder';
      readonly symbol: string;
      readonly exchangeOrderId: number;
      readonly fromId: number | null;
    }
  | {
      readonly name: 'trades';
      readonly symbol: string;
      /** Null for the newest. */
      readonly fromId: number | null;
      readonly limit: number;
    };

export type RawAnswer = Result<HttpReply, HttpFailure>;

export interface RestApi {
  /** Sends at once, before returning; the promise never rejects. */
  call(call: RestCall): Promise<RawAnswer>;
}

export type CcxtBinanceOptions = {
  readonly http: HttpClient;
  /** Origin of the REST API, without a path. */
  readonly restOrigin: string;
  readonly credentials: ExchangeCredentials;
  readonly signer: Signer;
  readonly recvWindowMs: number;
  readonly timeoutMs: number;
  readonly exchangeNow: () => number;
};

/** Discard port: a connection there is refused at once. */
const DEAD = 'http://127.0.0.1:9';

export function createCcxtBinance(options: CcxtBinanceOptions): RestApi {
  const spot = `${options.restOrigin}/api/v3`;
  const exchange = new ConfinedBinance(options, spot);
  return {
    call: async (call): Promise<RawAnswer> => (await send(exchange, call)) as RawAnswer,
  };
}

async function send(exchange: ConfinedBinance, call: RestCall): Promise<unknown> {
  switch (call.name) {
    case 'time':
      return exchange.publicGetTime();
    case 'exchangeInfo':
      return exchange.publicGetExchangeInfo(
        call.symbols === null ? {} : { symbols: JSON.stringify(call.symbols) },
      );
    case 'depth':
      return exchange.publicGetDepth({ symbol: call.symbol, limit: call.limit });
    case 'publicTrades':
      return exchange.publicGetHistoricalTrades({ symbol: call.symbol, fromId: call.fromId, limit: 1_000 });
    case 'candles':
      return exchange.publicGetKlines({ symbol: call.symbol, interval: '1m', limit: call.limit });
    case 'account':
      return exchange.privateGetAccount({ omitZeroBalances: 'true' });
    case 'openOrders':
      return exchange.privateGetOpenOrders();
    case 'order':
      return exchange.privateGetOrder({ symbol: call.symbol, origClientOrderId: call.clientOrderId });
    case 'cancel':
      return exchange.privateDeleteOrder({ symbol: call.symbol, origClientOrderId: call.clientOrderId });
    case 'tradesOfOrder':
      return exchange.privateGetMyTrades({
        symbol: call.symbol,
        orderId: call.exchangeOrderId,
        ...(call.fromId === null ? {} : { fromId: call.fromId }),
        limit: 1_000,
      });
    case 'trades':
      return exchange.privateGetMyTrades({
        symbol: call.symbol,
        ...(call.fromId === null ? {} : { fromId: call.fromId }),
        limit: call.limit,
      });
    default:
      return call satisfies never;
  }
}

class ConfinedBinance extends BinanceClass {
  readonly #options: CcxtBinanceOptions;
  readonly #spot: string;

  constructor(options: CcxtBinanceOptions, spot: string) {
    super({
      apiKey: options.credentials.apiKey,
      secret: options.credentials.secret,
      enableRateLimit: false,
      options: {
        defaultType: 'spot',
        fetchMarkets: { types: ['spot'] },
        fetchMargins: false,
        fetchCurrencies: false,
        adjustForTimeDifference: false,
        maxRetriesOnFailure: 0,
        recvWindow: options.recvWindowMs,
      },
    });
    this.#options = options;
    this.#spot = spot;
    // ccxt's strings everywhere; nothing of ours passes through it, but it must not make floats.
    this.number = String as unknown as typeof this.number;
    this.milliseconds = options.exchangeNow;
    const addresses = this.urls['api'] as Record<string, unknown>;
    for (const name of Object.keys(addresses)) addresses[name] = DEAD;
    addresses['public'] = spot;
    addresses['private'] = spot;
  }

  override nonce(): number {
    return this.#options.exchangeNow();
  }

  override fetch(url: string, method?: string, headers?: unknown, body?: unknown): Promise<RawAnswer> {
    invariant(url.startsWith(`${this.#spot}/`), 'ccxt asks nothing but the spot API');
    const verb = method ?? 'GET';
    invariant(
      verb === 'GET' || verb === 'POST' || verb === 'DELETE',
      'a spot request is GET, POST or DELETE',
    );
    return this.#options.http.request({
      method: verb,
      url,
      headers: (headers ?? {}) as Readonly<Record<string, string>>,
      body: typeof body === 'string' ? body : null,
      timeoutMs: this.#options.timeoutMs,
    });
  }
}
