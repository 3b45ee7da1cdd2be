/**
 * An HttpClient that answers from a table of routes and remembers every request. Unless a test says
 * otherwise it plays a small healthy exchange: one symbol, an empty account, and orders that rest.
 */
import type { HttpClient, HttpFailure, HttpReply, HttpRequest } from '../../core/ports/network.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Timers } from '../../core/ports/timers.ts';

export type Answer = Result<HttpReply, HttpFailure>;

/** Parameters from query and body together. */
export type Asked = {
  readonly route: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly request: HttpRequest;
};

export type Route = (asked: Asked) => Answer | Promise<Answer>;

export interface ScriptedHttp extends HttpClient {
  readonly asked: readonly Asked[];
  /** Requests of one route, such as `POST /order`. */
  of(route: string): readonly Asked[];
  on(route: string, answer: Route): void;
}

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return ok({ status, headers, body: JSON.stringify(body) });
}

export function refusal(
  code: number,
  msg: string,
  status = 400,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return json({ code, msg }, status, headers);
}

export function html(status: number): Answer {
  return ok({ status, headers: {}, body: '<html><body>Bad Gateway</body></html>' });
}

export function lost(kind: HttpFailure['kind'], mayHaveArrived: boolean): Answer {
  return err({ kind, mayHaveArrived, message: 'scripted' });
}

/** An answer that arrives when the test says so. */
export function held(): { readonly route: Route; release(answer: Answer): void } {
  const waiting: ((answer: Answer) => void)[] = [];
  return {
    route: async () => new Promise<Answer>((resolve) => waiting.push(resolve)),
    release: (answer) => waiting.shift()?.(answer),
  };
}

export const BTCUSDT: Readonly<Record<string, unknown>> = {
  symbol: 'BTCUSDT',
  status: 'TRADING',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  filters: [
    {
      filterType: 'PRICE_FILTER',
      minPrice: '0.01000000',
      maxPrice: '1000000.00000000',
      tickSize: '0.01000000',
    },
    { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
    { filterType: 'MARKET_LOT_SIZE', minQty: '0.00000000', maxQty: '100.00000000', stepSize: '0.00000000' },
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: '5',
      bidMultiplierDown: '0.2',
      askMultiplierUp: '5',
      askMultiplierDown: '0.2',
      avgPriceMins: 5,
    },
    {
      filterType: 'NOTIONAL',
      minNotional: '5.00000000',
      applyMinToMarket: true,
      maxNotional: '9000000.00000000',
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 200 },
    { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 5 },
  ],
};

export const RATE_LIMITS: readonly unknown[] = [
  { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 },
  { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
  { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200000 },
];

/** An order as the exchange's REST API shows it. */
export function orderBody(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    symbol: 'BTCUSDT',
    orderId: 28,
    orderListId: -1,
    clientOrderId: 'g-1',
    transactTime: 1_767_225_600_100,
    price: '0.00000000',
    origQty: '0.00040000',
    executedQty: '0.00000000',
    cummulativeQuoteQty: '0.00000000',
    status: 'NEW',
    timeInForce: 'GTC',
    type: 'MARKET',
    side: 'BUY',
    fills: [],
    ...changes,
  };
}

/** One of the account's trades, as `myTrades` shows it. */
export function tradeBody(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    symbol: 'BTCUSDT',
    id: 501,
    orderId: 28,
    price: '64000.00000000',
    qty: '0.00040000',
    quoteQty: '25.60000000',
    commission: '0.00000040',
    commissionAsset: 'BTC',
    time: 1_767_225_600_100,
    isBuyer: true,
    isMaker: false,
    ...changes,
  };
}

/** `exchangeAhead` is how far the exchange's clock is ahead of the timers' wall clock, in ms. */
export function createScriptedHttp(timers: Timers, exchangeAhead = 0): ScriptedHttp {
  const asked: Asked[] = [];
  const routes = new Map<string, Route>([
    ['GET /time', () => json({ serverTime: Math.floor(timers.now() + exchangeAhead) })],
    ['GET /exchangeInfo', () => json({ rateLimits: RATE_LIMITS, symbols: [BTCUSDT] })],
    [
      'GET /account',
      () => json({ balances: [{ asset: 'USDT', free: '500.00000000', locked: '0.00000000' }] }),
    ],
    ['GET /openOrders', () => json([])],
    ['GET /myTrades', () => json([])],
    ['POST /order', ({ parameters }) => json(orderBody({ clientOrderId: parameters['newClientOrderId'] }))],
  ]);
  return {
    asked,
    of: (route) => asked.filter((each) => each.route === route),
    on: (route, answer) => void routes.set(route, answer),
    async request(request): Promise<Answer> {
      const url = new URL(request.url);
      const route = `${request.method} ${url.pathname.replace('/api/v3', '')}`;
      const parameters = Object.fromEntries([
        ...new URLSearchParams(request.body ?? ''),
        ...url.searchParams,
      ]);
      const each: Asked = { route, parameters, request };
      asked.push(each);
      const answer = routes.get(route);
      return answer === undefined ? refusal(-1100, `no route ${route}`, 404) : answer(each);
    },
    close: () => undefined,
  };
}
