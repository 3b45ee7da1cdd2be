/** The wire between engine and exchange, with an exchange that only notes what reaches it. */
import { describe, expect, it } from 'vitest';
import type { HttpFailure, HttpReply, HttpRequest, StreamHandlers } from '../core/ports/network.ts';
import type { Result } from '../core/result.ts';
import { createSeededRandom } from '../core/seeded-random.ts';
import { createVirtualTimers, type VirtualTimers } from '../core/virtual-timers.ts';
import type { Sink } from '../simulator/server/connection.ts';
import type { Exchange } from '../simulator/server/exchange.ts';
import { createFaultDealer, type FaultKind, type PlannedFault } from './faults.ts';
import { API_URL, createVirtualNetwork, REST_ORIGIN, STREAM_ORIGIN, type VirtualNetwork } from './network.ts';
import { createTrace } from './trace.ts';
import { createVirtualMachine, type VirtualProcess } from './virtual-process.ts';

const order: HttpRequest = {
  method: 'POST',
  url: `${REST_ORIGIN}/api/v3/order`,
  headers: { 'X-MBX-APIKEY': 'k' },
  body: 'newClientOrderId=a',
  timeoutMs: 1_000,
};

type Bench = {
  readonly base: VirtualTimers;
  readonly network: VirtualNetwork;
  readonly process: VirtualProcess;
  readonly arrived: string[];
  readonly sinks: Sink[];
  readonly heard: string[];
  /** Sends and plays until nothing is left to happen. */
  readonly ask: (request?: HttpRequest) => Promise<Result<HttpReply, HttpFailure> | null>;
};

function bench(kind: FaultKind | null, change: Partial<PlannedFault> = {}): Bench {
  const base = createVirtualTimers(0);
  const arrived: string[] = [];
  const sinks: Sink[] = [];
  const heard: string[] = [];
  const open = (_url: string, _remote: string, sink: Sink): unknown => {
    sinks.push(sink);
    return {
      kind: 'session',
      session: {
        receive: (text: string) => heard.push(text),
        pinged: () => heard.push('ping'),
        pong: () => heard.push('pong'),
        closed: () => heard.push('closed'),
      },
    };
  };
  const exchange = {
    request: (question: { readonly body: string; readonly headers: unknown }) => {
      arrived.push(question.body);
      return { status: 200, headers: {}, body: JSON.stringify(question.headers) };
    },
    openStream: open,
    openApi: open,
  } as unknown as Exchange;
  const fault = { fromMs: 0, untilMs: 1e9, probability: 1, ordersOnly: false, ms: 0, ...change };
  const network = createVirtualNetwork({
    base,
    exchange,
    random: createSeededRandom(1),
    faults: createFaultDealer(
      { calmAtMs: 1e9, faults: kind === null ? [] : [{ kind, ...fault }] },
      createSeededRandom(2),
      () => base.monotonic(),
    ),
    latency: { fixedMs: 10, randomMs: 30, longChance: 0, longMs: 0 },
    trace: createTrace({ kept: 10 }),
    watch: { sending: () => {}, arriving: () => {}, answered: () => {}, delivered: () => {} },
  });
  const process = createVirtualMachine(base, 0).boot();
  const wires = network.connect(process);
  return {
    base,
    network,
    process,
    arrived,
    sinks,
    heard,
    async ask(request = order) {
      let result: Result<HttpReply, HttpFailure> | null = null;
      void wires.http.request(request).then((got) => (result = got));
      base.advance(60_000);
      await new Promise((settle) => setImmediate(settle));
      return result;
    },
  };
}

describe('a request over the simulated network', () => {
  it('arrives, is answered, and its headers are read in lower case', async () => {
    const { ask, arrived } = bench(null);
    expect(await ask()).toEqual({
      ok: true,
      value: { status: 200, headers: {}, body: '{"x-mbx-apikey":"k"}' },
    });
    expect(arrived).toEqual(['newClientOrderId=a']);
  });

  it.each([
    ['net.refused', 'refused', false, 0],
    ['net.requestLost', 'timeout', true, 0],
    ['net.replyLost', 'timeout', true, 1],
  ] as const)(
    '%s: the engine is told %s, may have arrived %s, and it arrived %s times',
    async (kind, told, may, times) => {
      const { ask, arrived } = bench(kind);
      expect(await ask()).toMatchObject({ ok: false, error: { kind: told, mayHaveArrived: may } });
      expect(arrived).toHaveLength(times);
    },
  );

  it('is told as timed out when its answer drips in too late, although it was carried out', async () => {
    const { ask, arrived } = bench('net.slowReply', { ms: 5_000 });
    expect(await ask()).toMatchObject({ ok: false, error: { kind: 'timeout', mayHaveArrived: true } });
    expect(arrived).toHaveLength(1);
  });

  it('never promises that it did not arrive when the line breaks', async () => {
    const { ask } = bench('net.reset');
    for (let round = 0; round < 20; round += 1)
      expect(await ask()).toMatchObject({ ok: false, error: { kind: 'reset', mayHaveArrived: true } });
  });

  it('arrives although its sender has died meanwhile, and nobody hears the answer', async () => {
    const { ask, arrived, process, base } = bench(null);
    base.after(1, () => process.kill());
    expect(await ask()).toBeNull();
    expect(arrived).toHaveLength(1);
    expect(await ask()).toBeNull();
    expect(arrived).toHaveLength(1);
  });
});

describe('a stream over the simulated network', () => {
  function connect(on: Bench, url: string): { readonly told: string[]; readonly close: () => void } {
    const told: string[] = [];
    const handlers: StreamHandlers = {
      opened: () => told.push('opened'),
      message: (text) => told.push(text),
      alive: () => told.push('alive'),
      closed: (code) => told.push(`closed ${code}`),
    };
    const connection = on.network.connect(on.process).streams.connect(url, handlers);
    on.base.advance(100);
    return { told, close: () => connection.close() };
  }

  it('keeps the order of its frames, answers pings and closes once', () => {
    const on = bench(null);
    const { told, close } = connect(on, `${STREAM_ORIGIN}/stream`);
    const [sink] = on.sinks;
    for (const text of ['1', '2', '3', '4', '5']) sink!.send(text);
    sink!.ping('p');
    on.base.advance(200);
    expect(told).toEqual(['opened', '1', '2', '3', '4', '5', 'alive']);
    expect(on.heard).toEqual(['pong']);
    close();
    close();
    on.base.advance(200);
    expect(told.at(-1)).toBe('closed 1000');
    expect(told.filter((each) => each.startsWith('closed'))).toHaveLength(1);
    expect(on.heard.at(-1)).toBe('closed');
  });

  it('is told to both sides when it is cut, and to neither when it freezes', () => {
    const cut = bench(null);
    const first = connect(cut, API_URL);
    cut.network.cut('all');
    cut.base.advance(200);
    expect(first.told.at(-1)).toBe('closed 1006');
    expect(cut.heard).toEqual(['closed']);

    const frozen = bench(null);
    const second = connect(frozen, API_URL);
    frozen.network.freeze();
    frozen.sinks[0]!.send('lost');
    frozen.base.advance(10_000);
    expect(second.told).toEqual(['opened']);
    expect(frozen.heard).toEqual([]);
  });
});
