/** A gateway on a bench: scripted network, manual time, every report kept. */
import type { Gateway, GatewayReport, OrderRequest } from '../../core/ports/gateway.ts';
import { quantity } from '../../core/money.ts';
import { createGateway } from '../gateway.ts';
import type { BanStore, GatewaySettings } from '../settings.ts';
import { createSettlingTimers, type SettlingTimers } from './settling-timers.ts';
import { createScriptedHttp, type ScriptedHttp } from './scripted-http.ts';
import { createScriptedStreams, type ScriptedStream, type ScriptedStreams } from './scripted-streams.ts';

export type ReportOf<K extends GatewayReport['kind']> = Extract<GatewayReport, { readonly kind: K }>;

export interface GatewayBench {
  readonly gateway: Gateway;
  readonly http: ScriptedHttp;
  readonly streams: ScriptedStreams;
  readonly timers: SettlingTimers;
  readonly reports: readonly GatewayReport[];
  of<K extends GatewayReport['kind']>(kind: K): readonly ReportOf<K>[];
  /** Forgets the reports so far. */
  clear(): void;
  /** Starts with BTCUSDT, and opens both streams with their first answers. */
  started(): Promise<void>;
  marketStream(): ScriptedStream;
  userStream(): ScriptedStream;
}

export type BenchOptions = {
  readonly settings?: Partial<GatewaySettings>;
  readonly exchangeAhead?: number;
  readonly banStore?: BanStore;
};

const SECRET = 'a-secret-that-must-not-leak';

export function createGatewayBench(options: BenchOptions = {}): GatewayBench {
  const timers = createSettlingTimers();
  const http = createScriptedHttp(timers, options.exchangeAhead ?? 0);
  const streams = createScriptedStreams();
  const reports: GatewayReport[] = [];
  const gateway = createGateway({
    http,
    streams,
    timers,
    random: { next: () => 0.5, bytes: (length) => new Uint8Array(length) },
    endpoints: {
      rest: 'http://exchange.test',
      stream: 'ws://streams.test',
      wsApi: 'ws://wsapi.test/ws-api/v3',
    },
    credentials: { apiKey: 'key', secret: SECRET },
    // Tests of one stream count its connections; the standby has its own.
    settings: { standby: false, ...options.settings },
    ...(options.banStore === undefined ? {} : { banStore: options.banStore }),
    listener: (report) => reports.push(report),
  });

  function latest(part: string): ScriptedStream {
    const stream = streams.of(part).at(-1);
    if (stream === undefined) throw new Error(`no connection to ${part} yet`);
    return stream;
  }

  const bench: GatewayBench = {
    gateway,
    http,
    streams,
    timers,
    reports,
    of: <K extends GatewayReport['kind']>(kind: K): readonly ReportOf<K>[] =>
      reports.filter((report): report is ReportOf<K> => report.kind === kind),
    clear: () => void reports.splice(0),
    async started(): Promise<void> {
      gateway.start(['BTCUSDT']);
      await timers.settle();
      bench.marketStream().open();
      bench.marketStream().say(bookFrame());
      bench.userStream().open();
      bench.userStream().say({ id: 'subscribe-1', status: 200, result: { subscriptionId: 0 } });
      await timers.settle();
    },
    marketStream: () => latest('streams.test'),
    userStream: () => latest('wsapi.test'),
  };
  return bench;
}

/** A market buy for an entry, changed where the test says. */
export function orderRequest(changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientOrderId: 'g-1',
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'MARKET',
    timeInForce: null,
    quantity: quantity('0.0004'),
    quoteQuantity: null,
    price: null,
    stopPrice: null,
    lane: 'enter',
    ...changes,
  };
}

export function bookFrame(lastUpdateId = 100, changes: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    stream: 'btcusdt@depth20@100ms',
    data: {
      lastUpdateId,
      bids: [
        ['64000.00000000', '0.50000000'],
        ['63999.99000000', '1.00000000'],
      ],
      asks: [['64000.01000000', '0.25000000']],
      ...changes,
    },
  };
}

/** An `executionReport` inside its subscription envelope. */
export function executionReport(changes: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    subscriptionId: 0,
    event: {
      e: 'executionReport',
      E: 1_767_225_600_200,
      s: 'BTCUSDT',
      c: 'g-1',
      S: 'BUY',
      o: 'MARKET',
      f: 'GTC',
      q: '0.00040000',
      p: '0.00000000',
      P: '0.00000000',
      F: '0.00000000',
      g: -1,
      C: '',
      x: 'NEW',
      X: 'NEW',
      r: 'NONE',
      i: 28,
      l: '0.00000000',
      z: '0.00000000',
      L: '0.00000000',
      n: '0',
      N: null,
      T: 1_767_225_600_199,
      t: -1,
      w: true,
      m: false,
      Z: '0.00000000',
      ...changes,
    },
  };
}
