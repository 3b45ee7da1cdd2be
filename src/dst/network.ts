/**
 * The network between the engine and the exchange, in simulated time: every HTTP exchange and every
 * stream frame takes its own time; order is kept within a connection and nowhere else. What goes
 * wrong is dealt from the seed, and what the engine is told of it is the truth as a real socket would
 * know it (`mayHaveArrived`). Bytes that have left arrive even when their sender has died.
 */
import type {
  HttpClient,
  HttpFailure,
  HttpReply,
  HttpRequest,
  StreamConnection,
  StreamConnector,
  StreamHandlers,
} from '../core/ports/network.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { SeededRandom } from '../core/seeded-random.ts';
import type { VirtualTimers } from '../core/virtual-timers.ts';
import type { Session, Sink } from '../simulator/server/connection.ts';
import type { Exchange } from '../simulator/server/exchange.ts';
import type { HttpAnswer, HttpQuestion } from '../simulator/server/rest.ts';
import type { FaultDealer } from './faults.ts';
import type { Trace } from './trace.ts';
import type { VirtualProcess } from './virtual-process.ts';

/** Origins the gateway is told; nothing is ever looked up. */
export const REST_ORIGIN = 'http://exchange.simulation';
export const STREAM_ORIGIN = 'ws://stream.simulation';
export const API_URL = 'ws://api.simulation/ws-api/v3';

/** One way, milliseconds: a fixed part, a random part, and now and then a long one. */
export type Latency = {
  readonly fixedMs: number;
  readonly randomMs: number;
  readonly longChance: number;
  readonly longMs: number;
};

/** What an onlooker of the wire sees. */
export type WireWatch = {
  /** The engine hands a request to its socket. */
  readonly sending: (request: HttpRequest) => void;
  /** A request reaches the exchange. */
  readonly arriving: (question: HttpQuestion) => void;
  /** The exchange has answered; null when it lost the answer. The engine may never see it. */
  readonly answered: (question: HttpQuestion, answer: HttpAnswer | null) => void;
  /** An answer reaches the engine. */
  readonly delivered: (request: HttpRequest, reply: HttpReply) => void;
};

export interface VirtualNetwork {
  connect(process: VirtualProcess): { readonly http: HttpClient; readonly streams: StreamConnector };
  /** Cuts one open stream connection, or all of them. */
  cut(which: 'one' | 'all'): void;
  /** One open stream connection carries nothing from now on, and nobody is told. */
  freeze(): void;
  /** The process has died: its sockets close after a while, or never when the machine died with it. */
  orphan(process: VirtualProcess, machineDied: boolean): void;
}

export type VirtualNetworkOptions = {
  readonly base: VirtualTimers;
  readonly exchange: Exchange;
  readonly random: SeededRandom;
  readonly faults: FaultDealer;
  readonly latency: Latency;
  readonly trace: Trace;
  readonly watch: WireWatch;
};

type Line = {
  readonly process: VirtualProcess;
  readonly url: string;
  frozen: boolean;
  over: boolean;
  cut(): void;
  orphaned(machineDied: boolean): void;
};

const REMOTE = '10.0.0.1';

/** Requests that place orders. */
const orderPaths: ReadonlySet<string> = new Set(['/api/v3/order', '/api/v3/orderList/oco']);

export function createVirtualNetwork(options: VirtualNetworkOptions): VirtualNetwork {
  const { base, exchange, faults, trace, watch, latency } = options;
  const random = options.random.fork('latency');
  const choice = options.random.fork('choice');
  const lines: Line[] = [];

  function delay(): number {
    const long = random.chance(latency.longChance) ? random.next() * latency.longMs : 0;
    return latency.fixedMs + random.next() * latency.randomMs + long;
  }

  const isCut = (): boolean => faults.inForce('net.partition') !== null;
  const note = (kind: string, detail: string): void => trace.add(base.monotonic(), kind, detail);

  function serve(question: HttpQuestion): HttpAnswer | null {
    watch.arriving(question);
    const isOrder = question.method === 'POST' && orderPaths.has(question.path);
    const answer =
      isOrder && faults.strikes('venue.rejectsOrder', true) !== null
        ? {
            status: 400,
            headers: {},
            body: '{"code":-2010,"msg":"This action is disabled on this account."}',
          }
        : exchange.request(question);
    note(
      'answer',
      `${question.method} ${question.path} ${answer === null ? 'none' : `${answer.status} ${answer.body}`}`,
    );
    watch.answered(question, answer);
    return answer;
  }

  async function request(
    process: VirtualProcess,
    asked: HttpRequest,
  ): Promise<Result<HttpReply, HttpFailure>> {
    watch.sending(asked);
    const question = questionOf(asked);
    const isOrder = question.method === 'POST' && orderPaths.has(question.path);
    note('request', `${question.method} ${question.path} ${question.query}${question.body}`);
    return new Promise((resolve) => {
      let settled = false;
      /** The client learns something: at most once, and only while it lives. */
      const learn = (result: Result<HttpReply, HttpFailure>): void =>
        process.deliver(() => {
          if (settled) return;
          settled = true;
          if (result.ok) watch.delivered(asked, result.value);
          note(
            'reply',
            `${question.method} ${question.path} ${result.ok ? result.value.status : result.error.kind}`,
          );
          resolve(result);
        });
      const fail = (kind: HttpFailure['kind'], mayHaveArrived: boolean): void =>
        learn(err({ kind, mayHaveArrived, message: `simulated ${kind}` }));

      if (faults.strikes('net.refused', isOrder) !== null) {
        base.after(delay(), () => fail('refused', false));
        return;
      }
      base.after(asked.timeoutMs, () => fail('timeout', true));
      if (isCut()) {
        faults.count('net.partition');
        return;
      }
      if (faults.strikes('net.requestLost', isOrder) !== null) return;
      let late = faults.strikes('net.requestLate', isOrder)?.ms ?? 0;
      const reset = faults.strikes('net.reset', isOrder) !== null;
      if (reset && choice.chance(0.4)) {
        // The line breaks while the request is on it: whether it arrived, nobody here can know.
        base.after(delay(), () => fail('reset', true));
        if (choice.chance(0.5)) return;
        late += choice.between(0, 4_000);
      }
      base.after(delay() + late, () => {
        if (isCut()) return;
        const answer = serve(question);
        if (answer === null) return;
        if (isCut() || faults.strikes('net.replyLost', isOrder) !== null) return;
        const back = delay() + (faults.strikes('net.slowReply', isOrder)?.ms ?? 0);
        base.after(back, () => (reset ? fail('reset', true) : learn(ok(answer))));
      });
    });
  }

  function connect(process: VirtualProcess, url: string, handlers: StreamHandlers): StreamConnection {
    let session: Session | null = null;
    let clientOver = false;
    let towardsClientAt = 0;
    let towardsServerAt = 0;
    const isMarket = url.startsWith(STREAM_ORIGIN);
    note('connect', isMarket ? 'market' : 'user');

    function toClient(task: () => void): void {
      if (line.frozen || isCut()) return;
      const lag = faults.inForce('stream.lag');
      if (lag !== null) faults.count('stream.lag');
      const at = Math.max(towardsClientAt, base.monotonic() + delay() + (lag?.ms ?? 0));
      towardsClientAt = at;
      base.after(at - base.monotonic(), () =>
        process.deliver(() => {
          if (!clientOver) task();
        }),
      );
    }

    function toServer(task: (reached: Session) => void): void {
      if (line.frozen || isCut()) return;
      const at = Math.max(towardsServerAt, base.monotonic() + delay());
      towardsServerAt = at;
      base.after(at - base.monotonic(), () => {
        if (session !== null && !line.frozen) task(session);
      });
    }

    function clientClosed(code: number, reason: string): void {
      if (clientOver) return;
      clientOver = true;
      forget();
      note('closed', `${isMarket ? 'market' : 'user'} ${code} ${reason}`);
      handlers.closed(code, reason);
    }

    function serverClosed(): void {
      session?.closed();
      session = null;
    }

    function forget(): void {
      line.over = true;
      const index = lines.indexOf(line);
      if (index >= 0) lines.splice(index, 1);
    }

    const line: Line = {
      process,
      url,
      frozen: false,
      over: false,
      cut(): void {
        serverClosed();
        base.after(delay(), () => process.deliver(() => clientClosed(1_006, 'cut')));
      },
      orphaned(machineDied): void {
        clientOver = true;
        forget();
        if (!machineDied) base.after(delay(), serverClosed);
      },
    };
    lines.push(line);

    const sink: Sink = {
      send: (text) =>
        toClient(() => {
          note(isMarket ? 'market' : 'user', text);
          handlers.message(text);
        }),
      ping: (payload) =>
        toClient(() => {
          handlers.alive();
          toServer((reached) => reached.pong(payload));
        }),
      close(code, reason): void {
        session = null;
        // Even a frozen line's end is noticed some day; here the client's own watchdog is quicker.
        if (!line.frozen) base.after(delay(), () => process.deliver(() => clientClosed(code, reason)));
      },
    };

    function open(): void {
      if (clientOver) return;
      if (isCut() || line.frozen) return;
      if (faults.strikes('stream.refused') !== null) {
        base.after(delay(), () => process.deliver(() => clientClosed(1_006, 'refused')));
        return;
      }
      const path = url.slice(url.indexOf('/', url.indexOf('//') + 2));
      const opened = isMarket
        ? exchange.openStream(path, REMOTE, sink)
        : exchange.openApi(path, REMOTE, sink);
      if (opened.kind === 'refused') {
        base.after(delay(), () =>
          process.deliver(() => clientClosed(1_006, `refused ${opened.answer.status}`)),
        );
        return;
      }
      session = opened.session;
      toClient(() => handlers.opened());
    }
    base.after(delay(), open);

    return {
      send: (text) => {
        note('send', text);
        toServer((reached) => reached.receive(text));
      },
      ping: () =>
        toServer((reached) => {
          reached.pinged();
          toClient(() => handlers.alive());
        }),
      close(): void {
        if (clientOver) return;
        toServer(() => serverClosed());
        base.after(0, () => process.deliver(() => clientClosed(1_000, 'closed here')));
      },
    };
  }

  return {
    connect: (process) => ({
      http: {
        request: async (asked) => {
          // Nothing leaves a dead process.
          if (!process.alive()) return new Promise(() => {});
          return request(process, asked);
        },
        close: () => {},
      },
      streams: { connect: (url, handlers) => connect(process, url, handlers) },
    }),
    cut(which): void {
      const cutNow = which === 'all' ? [...lines] : lines.length === 0 ? [] : [choice.pick(lines)];
      for (const line of cutNow) line.cut();
    },
    freeze(): void {
      if (lines.length > 0) choice.pick(lines).frozen = true;
    },
    orphan(process, machineDied): void {
      for (const line of lines.filter((each) => each.process === process)) line.orphaned(machineDied);
    },
  };
}

function questionOf(asked: HttpRequest): HttpQuestion {
  const rest = asked.url.slice(REST_ORIGIN.length);
  const mark = rest.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(asked.headers)) headers[name.toLowerCase()] = value;
  return {
    method: asked.method,
    path: mark < 0 ? rest : rest.slice(0, mark),
    query: mark < 0 ? '' : rest.slice(mark + 1),
    headers,
    body: asked.body ?? '',
    remote: REMOTE,
  };
}
