/**
 * The engine's side of the exchange, live, paper and simulated alike: only the ports differ. Calls
 * return at once; every answer is a report. An order is signed and handed to the network inside
 * `submit`, once, and whatever is not certain is reported as unknown (invariants 2, 4; failures 1,
 * 3, 19, 25). Limits, breakers, clock, symbols and streams are kept by their own files.
 */
import type {
  CancelRequest,
  Gateway,
  GatewayListener,
  GatewayReport,
  Lane,
  NotSentReason,
  OrderListRequest,
  OrderRequest,
} from '../core/ports/gateway.ts';
import type { MarketUpdate } from '../core/ports/market-feed.ts';
import type { HttpClient, StreamConnector } from '../core/ports/network.ts';
import type { Random } from '../core/ports/random.ts';
import type { Cancel, Timers } from '../core/ports/timers.ts';
import { err } from '../core/result.ts';
import { readAccountOf } from './account-reader.ts';
import { candleHistory, missedTrades } from './candle-history.ts';
import { createClockRounds } from './clock-rounds.ts';
import { createExchangeClock } from './clock-sync.ts';
import { cancelReports, placedListReports, placedReport, postedReports } from './answer-reports.ts';
import { printable, type Outcome } from './errors.ts';
import { createCcxtBinance } from './http/ccxt-binance.ts';
import { askQuery, lookUpOrder, readOutcome, type Asking } from './order-lookup.ts';
import { listParameters, orderParameters, signed, type OrderTextOptions } from './order-text.ts';
import { parseBookFrame } from './parse/book-frame.ts';
import { isJson } from './parse/fields.ts';
import { cancelCost, createRateLimiter, listCost, orderCost, weightOf, type Cost } from './rate-limit.ts';
import { createRestDesk } from './rest-desk.ts';
import {
  defaultGatewaySettings,
  type BanStore,
  type ExchangeCredentials,
  type ExchangeEndpoints,
  type GatewaySettings,
} from './settings.ts';
import { createSigner } from './signer.ts';
import type { BookSnapshot } from './stream/local-book.ts';
import { createMarketStream, type MarketStream, type MarketStreamOptions } from './stream/market-stream.ts';
import { createStandbyConnector } from './stream/standby.ts';
import { createUserStream, type UserStream } from './stream/user-stream.ts';
import { createSymbolWatch, type SymbolWatch } from './symbol-watch.ts';

export type GatewayOptions = {
  readonly http: HttpClient;
  readonly streams: StreamConnector;
  readonly timers: Timers;
  readonly random: Random;
  readonly endpoints: ExchangeEndpoints;
  readonly credentials: ExchangeCredentials;
  readonly settings?: Partial<GatewaySettings>;
  readonly listener: GatewayListener;
  readonly banStore?: BanStore;
};

/** One signed POST that places one order or several. */
type Posting = {
  readonly lane: 'enter' | 'reduce';
  readonly cost: Cost;
  readonly path: string;
  /** Client ids of all orders in it: each hears of the outcome. */
  readonly orders: readonly string[];
  readonly parameters: (options: OrderTextOptions) => string;
  readonly read: (body: unknown) => readonly GatewayReport[];
};

/** Filter failure: the symbol's rules may have changed. */
const FILTER_FAILURE = -1013;
/** Connecting to the WebSocket API costs 2, subscribing 2. */
const USER_STREAM_WEIGHT = 4;
const BUDGET_WAIT_MS = 1_000;
/** A thousand levels a side. */
const SNAPSHOT_WEIGHT = 50;

/** A gateway that has not started. It holds no timer and no connection until `start`. */
export function createGateway(options: GatewayOptions): Gateway {
  const { http, timers, listener, endpoints, credentials } = options;
  const settings: GatewaySettings = { ...defaultGatewaySettings, ...options.settings };
  const signer = createSigner(credentials.secret);
  const clock = createExchangeClock(timers);
  const exchangeNow = (): number => clock.now();
  const limiter = createRateLimiter({
    timers,
    exchangeNow,
    share: settings.shareOfLimits,
    laneShares: settings.laneShares,
    banStore: options.banStore ?? null,
  });
  const rest = createCcxtBinance({
    http,
    restOrigin: endpoints.rest,
    credentials,
    signer,
    recvWindowMs: settings.recvWindowMs,
    timeoutMs: settings.queryTimeoutMs,
    exchangeNow,
  });
  const desk = createRestDesk({
    timers,
    limiter,
    settings,
    exchangeNow: () => (clock.reading() === null ? null : clock.now()),
    events: {
      clockComplaint: remeasureClock,
      keyRefused: (message) => report({ kind: 'unauthorised', message }),
      limitsRead: reportLimits,
      breakerOpened: probeLater,
    },
  });
  const asking: Asking = { desk, rest };
  const rounds = createClockRounds({
    asking,
    clock,
    timers,
    settings,
    measured: (reading) => {
      report({ kind: 'clock', ...reading });
      user?.start();
    },
  });

  const orderHeaders = {
    'x-mbx-apikey': credentials.apiKey,
    'content-type': 'application/x-www-form-urlencoded',
  };
  const standby = createStandbyConnector({
    connector: options.streams,
    timers,
    origin: endpoints.stream,
    pingEveryMs: settings.pingEveryMs,
  });
  const probes = new Map<Lane, Cancel>();
  let phase: 'new' | 'started' | 'stopped' = 'new';
  let symbols: readonly string[] = [];
  let market: MarketStream | null = null;
  let monitoring: MarketStream | null = null;
  let user: UserStream | null = null;
  let watch: SymbolWatch | null = null;
  let reportedShare = -1;

  function report(what: GatewayReport): void {
    if (phase !== 'stopped') listener(what);
  }

  /** For answers that need no network: after the caller has returned, never inside its call. */
  function reportSoon(what: GatewayReport): void {
    queueMicrotask(() => listener(what));
  }

  function quarantine(origin: 'market' | 'user' | 'rest', reason: string, sample: string): void {
    report({ kind: 'quarantined', origin, reason: printable(reason, 200), sample: printable(sample, 200) });
  }

  function reportStreams(): void {
    report({
      kind: 'streams',
      health: { market: market?.state() ?? 'disconnected', user: user?.state() ?? 'disconnected' },
    });
  }

  /** Tells of a ban at once, and of the weight used whenever it crosses a tenth of the limit. */
  function reportLimits(): void {
    const use = limiter.use();
    const tenths = Math.floor((10 * use.weightUsed) / Math.max(use.weightLimit, 1));
    const share = use.bannedUntil === null ? tenths : Number.POSITIVE_INFINITY;
    if (share === reportedShare) return;
    reportedShare = share;
    report({ kind: 'limits', ...use });
  }

  /** -1021: no entry is signed until the clock has been measured again. */
  function remeasureClock(): void {
    clock.distrust();
    rounds.begin();
  }

  function probeLater(lane: Lane, afterMs: number): void {
    probes.set(
      lane,
      timers.after(afterMs, () => void probe(lane, afterMs)),
    );
  }

  async function probe(lane: Lane, afterMs: number): Promise<void> {
    const closed = await desk.probe(lane, weightOf(1), async () => rest.call({ name: 'time' }));
    if (!closed && phase === 'started') probeLater(lane, afterMs);
  }

  function refusalOf(lane: Lane, cost: Cost): NotSentReason | null {
    if (phase !== 'started') return phase === 'new' ? 'notConnected' : 'closed';
    if (lane === 'enter' && clock.uncertaintyMs() > settings.clockUncertaintyMaxMs) {
      rounds.begin();
      return 'clockOffset';
    }
    return desk.admit(lane, cost);
  }

  /** Signs and hands to the network once, or says for each order of the request why not. */
  function post(wanted: Posting): void {
    const calledAt = timers.monotonic();
    const reason = refusalOf(wanted.lane, wanted.cost);
    if (reason !== null) {
      for (const clientOrderId of wanted.orders) reportSoon({ kind: 'notSent', clientOrderId, reason });
      return;
    }
    const parameters = wanted.parameters({
      timestampMs: clock.now(),
      recvWindowMs: settings.recvWindowMs,
      selfTradePreventionMode: settings.selfTradePreventionMode,
    });
    const answer = http.request({
      method: 'POST',
      url: `${endpoints.rest}${wanted.path}`,
      headers: orderHeaders,
      body: signed(parameters, signer),
      timeoutMs: settings.orderTimeoutMs,
    });
    const latencyMs = timers.monotonic() - calledAt;
    for (const clientOrderId of wanted.orders) reportSoon({ kind: 'sent', clientOrderId, latencyMs });
    void answer.then((result) => posted(wanted, desk.settle(wanted.lane, wanted.cost, result)));
  }

  function posted(wanted: Posting, outcome: Outcome): void {
    if (outcome.kind === 'refused' && outcome.code === FILTER_FAILURE) watch?.refresh();
    for (const what of postedReports(wanted.orders, outcome, wanted.read)) report(what);
    if (outcome.kind === 'answered')
      for (const clientOrderId of wanted.orders) user?.expectReport(clientOrderId);
  }

  function submit(order: OrderRequest): void {
    const { clientOrderId, lane } = order;
    post({
      lane,
      cost: orderCost,
      path: '/api/v3/order',
      orders: [clientOrderId],
      parameters: (signing) => orderParameters(order, signing),
      read: (body) => [placedReport(clientOrderId, body)],
    });
  }

  function submitList(list: OrderListRequest): void {
    const orders = [list.stop.clientOrderId, list.target.clientOrderId];
    post({
      lane: 'reduce',
      cost: listCost,
      path: '/api/v3/orderList/oco',
      orders,
      parameters: (signing) => listParameters(list, signing),
      read: (body) => placedListReports(orders, body),
    });
  }

  async function cancel(request: CancelRequest): Promise<void> {
    const outcome = await desk.ask('reduce', cancelCost, async () =>
      rest.call({ name: 'cancel', symbol: request.symbol, clientOrderId: request.clientOrderId }),
    );
    for (const what of cancelReports(request.clientOrderId, outcome)) report(what);
    if (outcome.kind === 'answered') user?.expectReport(request.clientOrderId);
  }

  async function fetchBook(symbol: string): Promise<MarketUpdate | null> {
    const outcome = await askQuery(asking, 5, { name: 'depth', symbol, limit: 20 });
    const book = readOutcome(outcome, (body) =>
      isJson(body) ? parseBookFrame(body, symbol, timers.monotonic()) : err('not an object'),
    );
    return book.ok ? book.value : null;
  }

  /** The thousand best levels a side: what the true book starts from. */
  async function fetchSnapshot(symbol: string): Promise<BookSnapshot | null> {
    const outcome = await askQuery(asking, SNAPSHOT_WEIGHT, { name: 'depth', symbol, limit: 1_000 });
    const book = readOutcome(outcome, (body) =>
      isJson(body) ? parseBookFrame(body, symbol, timers.monotonic()) : err('not an object'),
    );
    if (!book.ok || book.value.kind !== 'book') return null;
    return { lastUpdateId: book.value.updateId, bids: book.value.bids, asks: book.value.asks };
  }

  /** Minutes before the stream, and those it missed while it was down. */
  function fillCandles(of: readonly string[]): void {
    for (const symbol of of) {
      void candleHistory(asking, symbol, timers, exchangeNow).then((updates) => {
        for (const update of updates) report({ kind: 'market', update });
      });
    }
  }

  /** How long a connection to the WebSocket API has to wait; it shares the ban and the weight. */
  function admitUserStream(): number {
    const { bannedUntil } = limiter.use();
    if (bannedUntil !== null) return Math.max(bannedUntil - timers.now(), 1);
    return limiter.take('query', weightOf(USER_STREAM_WEIGHT)) === null ? 0 : BUDGET_WAIT_MS;
  }

  function start(wanted: readonly string[], watched: readonly string[] = []): void {
    if (phase !== 'new') return;
    phase = 'started';
    symbols = [...new Set(wanted)];
    const monitored = [...new Set(watched)].filter((symbol) => !symbols.includes(symbol));
    const shared = { connector: options.streams, timers, random: options.random, settings };
    watch = createSymbolWatch({
      asking,
      timers,
      settings,
      symbols: [...symbols, ...monitored],
      loaded: (rules) => report({ kind: 'symbols', symbols: rules }),
      limits: (rules) => limiter.setRules(rules),
      unreadable: (reason, sample) => quarantine('rest', reason, sample),
    });
    const marketOptions: Omit<MarketStreamOptions, 'symbols' | 'books' | 'stateChanged'> = {
      ...shared,
      connector: settings.standby ? standby : options.streams,
      origin: endpoints.stream,
      update: (update) => report({ kind: 'market', update }),
      unreadable: (reason, sample) => quarantine('market', reason, sample),
      fetchBook,
      fetchSnapshot,
      fetchTrades: async (symbol, fromId) => missedTrades(asking, symbol, fromId, timers),
    };
    market = createMarketStream({
      ...marketOptions,
      symbols,
      books: 'diff',
      stateChanged: (state, before) => {
        reportStreams();
        // A quiet market is confirmed every few seconds and has missed nothing.
        if (state === 'connected' && before === 'disconnected') fillCandles(symbols);
      },
    });
    monitoring = createMarketStream({
      ...marketOptions,
      symbols: monitored,
      books: 'best',
      stateChanged: (state, before) => {
        if (state === 'connected' && before === 'disconnected') fillCandles(monitored);
      },
    });
    user = createUserStream({
      ...shared,
      url: endpoints.wsApi,
      credentials,
      signer,
      exchangeNow,
      admit: admitUserStream,
      order: (parsed) => report({ kind: 'order', source: 'stream', ...parsed }),
      balances: (balances, exchangeTime) => report({ kind: 'balances', balances, exchangeTime }),
      stateChanged: reportStreams,
      unreadable: (reason, sample) => quarantine('user', reason, sample),
      clockComplaint: remeasureClock,
      keyRefused: (message) => report({ kind: 'unauthorised', message }),
      banned: (untilMs) => {
        // Told by the exchange's clock, kept by ours.
        limiter.ban(timers.now() + untilMs - clock.now());
        reportLimits();
      },
    });
    rounds.begin();
    watch.refresh();
    if (symbols.length > 0) market.start();
    if (monitored.length > 0) monitoring.start();
    if (settings.standby && symbols.length > 0) standby.start();
  }

  function stop(): void {
    if (phase === 'stopped') return;
    phase = 'stopped';
    rounds.stop();
    watch?.stop();
    market?.stop();
    monitoring?.stop();
    standby.stop();
    user?.stop();
    for (const cancelProbe of probes.values()) cancelProbe();
    http.close();
  }

  return {
    start,
    submit,
    submitList,
    cancel: (request) => void cancel(request),
    lookUp: (request) => void lookUpOrder(asking, request).then(report),
    readAccount(requestId, tradeCursor): void {
      const reading = { requestId, symbols, tradeCursor, exchangeNow };
      void readAccountOf(asking, reading).then(report);
    },
    stop,
  };
}
