// The internal API over a real socket: the seed's schemas, signing, and everything that is turned away.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { apiFilePath, readApiFile } from '../../../src/api/api-file.ts';
import { createApiClient, type ApiClient } from '../../../src/api/client.ts';
import type { StreamMessage } from '../../../src/api/event-stream.ts';
import { signRequest } from '../../../src/api/request-signing.ts';
import { startApi, type ApiServer } from '../../../src/api/server.ts';
import type { CommandReply, Dashboard, MarketDetail, Preview } from '../../../src/core/dashboard.ts';
import { notional, price, quantity } from '../../../src/core/money.ts';
import { refusal } from '../../../src/core/refusals.ts';
import { createSystemRandom, createSystemTimers, REAL_PACE } from '../../../src/wiring/system-ports.ts';
import { createFakeEngine, fakePosition, type FakeEngine } from '../../builders/fake-engine.ts';

let engine: FakeEngine;
let api: ApiServer;
let client: ApiClient;
let dataDir: string;
const faults: unknown[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'genesis-api-'));
  engine = createFakeEngine();
  faults.length = 0;
  const started = await startApi({
    control: engine,
    // Rations and lockouts stand still; the pace of pictures is real.
    timers: { ...createSystemTimers(REAL_PACE), monotonic: () => 0 },
    random: createSystemRandom(),
    dataDir,
    version: '0.1.0',
    port: 0,
    onFault: (fault) => void faults.push(fault),
  });
  if (!started.ok) throw new Error(started.error.code);
  api = started.value;
  client = createApiClient({ file: api });
});

afterEach(async () => {
  client.close();
  await api.close();
  rmSync(dataDir, { recursive: true, force: true });
});

type Raw = {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
};

async function raw(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const call = httpRequest(`${api.url}${path}`, { method, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: JSON.parse(text || '{}') as Record<string, unknown>,
          headers: response.headers,
        }),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}

function signedHeaders(
  path: string,
  body: string,
  changes: Record<string, string> = {},
): Record<string, string> {
  const timestamp = changes['x-timestamp'] ?? String(Date.now());
  const nonce = changes['x-nonce'] ?? randomBytes(16).toString('hex');
  const signature = signRequest(api.keys.outside.secret, { method: 'POST', path, timestamp, nonce, body });
  return {
    'content-type': 'application/json',
    'x-api-key': api.keys.outside.trade,
    'x-timestamp': timestamp,
    'x-nonce': nonce,
    'x-signature': signature,
    ...changes,
  };
}

const post = async (path: string, value: unknown, changes: Record<string, string> = {}): Promise<Raw> => {
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  return raw('POST', path, signedHeaders(path, body, changes), body);
};
const read = (): Record<string, string> => ({ 'x-api-key': api.keys.outside.read });

describe('the seed’s schemas', () => {
  test('/health says how the parts are', async () => {
    expect((await raw('GET', '/health', read())).body).toMatchObject({
      status: 'healthy',
      uptime_seconds: 60,
      components: {
        exchange_gateway: 'connected',
        event_bus: 'live',
        database: 'live',
        websocket_streams: 'connected',
      },
    });
    engine.show({ tradingState: 'HALTED' });
    const halted = await raw('GET', '/health', read());
    expect([halted.status, halted.body['status']]).toEqual([503, 'unhealthy']);
  });

  test('/account/status', async () => {
    expect((await raw('GET', '/account/status', read())).body).toMatchObject({
      account_id: '019374d0-0000-7000-8000-0000000000aa',
      balance: '501.22',
      tier: 'SNIPER',
      tier_started_at: '2026-11-22T14:02:11.000Z',
      gates_passed: ['no drawdown above 10 %'],
      locked_features: ['iceberg', 'twap'],
    });
  });

  test('/positions, open and closed', async () => {
    engine.show({ positions: [fakePosition] });
    const open = (await raw('GET', '/positions', read())).body as unknown as readonly unknown[];
    expect(open).toEqual([
      {
        position_id: fakePosition.positionId,
        symbol: 'BTCUSDT',
        side: 'LONG',
        entry_price: '67412.10',
        quantity: '0.00037',
        pnl_dollars: '0.02',
        pnl_percent: 0.06,
        opened_at: '2026-11-23T13:58:11.000Z',
        stop_price: '66063.86',
        protected: true,
      },
    ]);
    await client.post('/commands', { line: 'close btc' });
    const closed = (await raw('GET', '/positions?status=closed', read()))
      .body as unknown as readonly unknown[];
    expect(closed).toMatchObject([
      { pnl_dollars: '0.0152', closed_at: '2026-11-23T14:02:11.000Z', close_reason: 'manual' },
    ]);
    expect((await raw('GET', '/positions?status=all', read())).body).toHaveLength(1);
    expect((await raw('GET', '/positions?status=most', read())).body).toMatchObject({
      code: 'GENESIS-1000',
      detail: 'status',
    });
  });

  test('/tilt/status and /config/tier', async () => {
    expect((await raw('GET', '/tilt/status', read())).body).toMatchObject({
      tilt_score: 4,
      tilt_level: 'NORMAL',
      indicators_triggered: ['decision speed'],
      intervention_active: false,
      journal_entries_required: 0,
    });
    expect((await raw('GET', '/config/tier', read())).body).toMatchObject({
      current_tier: 'SNIPER',
      next_tier_requirements: [
        { gate: 'equity', current_value: '$501', required_value: '$2,000', passed: false },
        {},
        {},
      ],
    });
  });

  test('/system/events newest first, with a limit and a beginning', async () => {
    engine.show({ positions: [fakePosition] });
    await client.post('/commands', { line: 'close btc' });
    const events = (await raw('GET', '/system/events?limit=5', read())).body as unknown as readonly unknown[];
    expect(events).toMatchObject([
      {
        event_type: 'position.closed',
        created_at: '2026-11-23T14:02:11.000Z',
        event_data: { realisedPnl: '0.0152' },
        sequence_number: 1,
      },
    ]);
    expect((await raw('GET', '/system/events?after=2027-01-01T00:00:00Z', read())).body).toEqual([]);
    for (const query of ['limit=0', 'limit=1001', 'limit=ten', 'after=yesterday', 'beyond=1']) {
      expect([query, (await raw('GET', `/system/events?${query}`, read())).status]).toEqual([query, 400]);
    }
  });

  test('/dashboard and /symbols are what the engine shows', async () => {
    const { performance: earned, ...shown } = (await raw('GET', '/dashboard', read())).body as Dashboard;
    const { performance: _unknownToIt, ...wanted } = JSON.parse(
      JSON.stringify(engine.dashboard()),
    ) as Dashboard;
    expect(shown).toEqual(wanted);
    // Read in the background once somebody has looked; null until then.
    expect(earned === null || earned.days.length >= 0).toBe(true);
    expect((await raw('GET', '/symbols', read())).body).toHaveLength(2);
  });

  test('/market/<symbol> has candles and depth of a pair that is followed', async () => {
    const followed = await raw('GET', '/market/BTCUSDT', read());
    expect(followed.body).toMatchObject({ symbol: 'BTCUSDT' });
    expect((followed.body as MarketDetail).bids[0]).toEqual(['67453.19', expect.any(String)]);
    expect((await raw('GET', '/market/NONEUSDT', read())).status).toBe(404);
  });

  test('/analytics/performance counts what was closed, by period', async () => {
    const metrics = async (period: string): Promise<unknown> =>
      (await raw('GET', `/analytics/performance${period}`, read())).body;
    const before = (await metrics('?period=all')) as { readonly total_trades: number };
    engine.emit({
      kind: 'position.closed',
      positionId: `earned-${before.total_trades}`,
      symbol: 'BTCUSDT',
      reason: 'manual',
      entryPrice: price('67000'),
      exitPrice: price('67453.20'),
      quantity: quantity('0.001'),
      realisedPnl: notional('0.4'),
      fees: notional('0.05'),
      heldMs: 60_000,
    });
    expect(await metrics('')).toMatchObject({ total_trades: before.total_trades + 1 });
    expect((await raw('GET', '/analytics/performance?period=year', read())).status).toBe(400);
  });
});

describe('commands', () => {
  test('a line reaches the engine with its actor, text and behaviour', async () => {
    const behaviour = { decisionMs: 2_100, keys: 18, corrections: 1, pasted: false };
    const reply = await client.post<CommandReply>('/commands', { line: 'buy 100 usdt btc', behaviour });
    expect(reply).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
    expect(engine.commands[0]?.origin).toEqual({ actor: 'trader', text: 'buy 100 usdt btc', behaviour });
    await post('/commands', { line: 'sell 50% btc' });
    expect(engine.commands[1]?.origin).toEqual({ actor: 'api', text: 'sell 50% btc', behaviour: null });
  });

  test('a refusal is an answer, with its numbers and three sentences', async () => {
    engine.refuseNext(refusal('risk.dailyEntries', { entries: 10, limit: 10 }));
    expect((await post('/commands', { line: 'buy 100 usdt btc' })).body).toMatchObject({
      outcome: 'refused',
      refusal: {
        code: 'risk.dailyEntries',
        figures: { limit: 10 },
        explanation: { what: 'Today’s 10 entries have been used.' },
      },
    });
  });

  test('a line that does not read never reaches the engine, and why explains it', async () => {
    expect((await post('/commands', { line: 'byu 100 usdt btc' })).body).toMatchObject({
      outcome: 'refused',
      lines: ['“byu” is not a command here.', 'Did you mean buy? Type help to see every command.'],
      refusal: { code: 'command.unreadable' },
    });
    expect(engine.commands).toHaveLength(0);
    const why = await client.post<CommandReply>('/commands', { line: 'why' });
    expect(why).toMatchObject({
      value: { outcome: 'answered', lines: ['“byu” is not a command here.', {}, {}] },
    });
  });

  test.each([
    ['granted', null, 200, undefined],
    ['rationed', refusal('tilt.overrideLocked', { reason: 'usedUp', untilMs: 0 }), 423, 'GENESIS-1202'],
    ['without its sentence', refusal('command.phraseWrong', {}), 400, 'GENESIS-1200'],
    ['with a short entry', refusal('journal.notAccepted', { message: '' }), 400, 'GENESIS-1000'],
    ['of nothing', refusal('tilt.overrideNotNeeded', {}), 409, 'GENESIS-1201'],
  ])('an override %s answers as the seed says', async (_name, why, status, code) => {
    if (why !== null) engine.refuseNext(why);
    const body = JSON.stringify({ journal_entry: 'what I see', confirmation: 'I ACCEPT THE RISKS' });
    const answer = await raw('POST', '/tilt/override', signedHeaders('/tilt/override', body), body);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(engine.commands.at(-1)).toMatchObject({
      command: { kind: 'override', journal: 'what I see', confirmation: 'I ACCEPT THE RISKS' },
      origin: { actor: 'api', text: 'override' },
    });
  });

  test('an override without its fields, or with others, is turned away unread', async () => {
    for (const wrong of [
      {},
      { journal_entry: 1, confirmation: '' },
      { journal_entry: 'x', confirmation: 'y', force: true },
    ]) {
      const body = JSON.stringify(wrong);
      expect((await raw('POST', '/tilt/override', signedHeaders('/tilt/override', body), body)).status).toBe(
        400,
      );
    }
    expect(engine.commands).toEqual([]);
  });

  test('a journal entry through the API is a command like any other', async () => {
    const body = JSON.stringify({ journal_entry: 'what I see' });
    expect(
      (await raw('POST', '/tilt/journal', signedHeaders('/tilt/journal', body), body)).body['outcome'],
    ).toBe('answered');
    expect(engine.commands.at(-1)).toMatchObject({
      command: { kind: 'journal' },
      origin: { actor: 'api', text: 'journal' },
    });
  });

  test('journal text and typed phrases are not in what is remembered of the line', async () => {
    await client.post('/commands', { line: 'journal I feel rushed today' });
    await client.post('/commands', { line: 'resume the secret phrase' });
    expect(engine.commands.map(({ origin }) => origin.text)).toEqual(['journal', 'resume']);
  });

  test('a preview says what would happen and sends nothing', async () => {
    expect(await client.post<Preview>('/preview', { line: 'buy 100 usdt btc' })).toMatchObject({
      value: { outcome: 'wouldSend' },
    });
    expect(await client.post<Preview>('/preview', { line: 'buy 100 usdt dgoe' })).toMatchObject({
      value: { outcome: 'refused', figures: { at: 13, length: 4 } },
    });
    expect(engine.commands).toHaveLength(0);
  });

  test('an action report is noted', async () => {
    expect((await post('/actions', { action: 'view', symbol: null, figures: { view: 'tier' } })).status).toBe(
      200,
    );
    expect(engine.actions).toEqual([{ action: 'view', symbol: null, figures: { view: 'tier' } }]);
  });

  test('halt and close-all need their exact sentence', async () => {
    engine.show({ positions: [fakePosition] });
    expect(
      (await post('/emergency/halt', { reason: 'the feed looks odd', confirmation: 'halt trading now' }))
        .body,
    ).toMatchObject({ code: 'GENESIS-1200' });
    expect(
      (await post('/emergency/halt', { reason: 'short', confirmation: 'HALT TRADING NOW' })).status,
    ).toBe(400);
    expect((await post('/emergency/close-all', { confirmation: 'CLOSE ALL POSITIONS NOW' })).status).toBe(
      400,
    );
    expect(engine.commands).toHaveLength(0);
    expect(
      (await post('/emergency/halt', { reason: 'the feed looks odd', confirmation: 'HALT TRADING NOW' }))
        .body,
    ).toMatchObject({ trading_state: 'HALTED' });
    const closed = await post('/emergency/close-all', {
      confirmation: 'CLOSE ALL POSITIONS',
      max_slippage_percent: 1,
    });
    expect(closed.body).toMatchObject({ positions_closed: 1, total_pnl: '0.0152', errors: [] });
    expect(engine.commands.map(({ origin }) => origin.actor)).toEqual(['emergency', 'emergency']);
  });
});

describe('what is turned away', () => {
  const line = { line: 'buy 100 usdt btc' };

  test.each<[string, () => Promise<Raw>, number, string]>([
    ['no key', async () => raw('GET', '/dashboard'), 401, 'GENESIS-1102'],
    ['a wrong key', async () => raw('GET', '/dashboard', { 'x-api-key': 'x' }), 401, 'GENESIS-1103'],
    [
      'the read key on a command',
      async () => post('/commands', line, { 'x-api-key': api.keys.outside.read }),
      403,
      'GENESIS-1104',
    ],
    [
      'no signature',
      async () =>
        raw(
          'POST',
          '/commands',
          { 'x-api-key': api.keys.outside.trade, 'content-type': 'application/json' },
          JSON.stringify(line),
        ),
      401,
      'GENESIS-1105',
    ],
    [
      'an old signature',
      async () => post('/commands', line, { 'x-timestamp': String(Date.now() - 6_000) }),
      401,
      'GENESIS-1106',
    ],
    [
      'a signature of something else',
      async () => post('/commands', line, { 'x-signature': '0'.repeat(64) }),
      401,
      'GENESIS-1108',
    ],
    [
      'another host',
      async () => raw('GET', '/dashboard', { ...read(), host: 'rebound.example' }),
      403,
      'GENESIS-1100',
    ],
    [
      'a web page',
      async () => raw('GET', '/dashboard', { ...read(), origin: 'https://rebound.example' }),
      403,
      'GENESIS-1101',
    ],
    ['a body over 64 kB', async () => post('/commands', { line: 'x'.repeat(70_000) }), 413, 'GENESIS-1003'],
    ['a body that is not JSON', async () => post('/commands', '{"line":'), 400, 'GENESIS-1000'],
    [
      'a form',
      async () => post('/commands', 'line=buy', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'GENESIS-1004',
    ],
    [
      'JSON sixty thousand brackets deep',
      async () => post('/commands', '['.repeat(60_000)),
      400,
      'GENESIS-1000',
    ],
    [
      'a prototype in JSON',
      async () => post('/commands', '{"line":"help","__proto__":{"x":1}}'),
      400,
      'GENESIS-1000',
    ],
    [
      'a constructor in JSON',
      async () => post('/commands', '{"line":"help","constructor":{"prototype":{"x":1}}}'),
      400,
      'GENESIS-1000',
    ],
    ['an empty body', async () => post('/commands', ''), 400, 'GENESIS-1000'],
    ['a field too many', async () => post('/commands', { ...line, sudo: true }), 400, 'GENESIS-1000'],
    ['a line that is a number', async () => post('/commands', { line: 7 }), 400, 'GENESIS-1000'],
    [
      'behaviour out of range',
      async () => post('/commands', { ...line, behaviour: { decisionMs: -1 } }),
      400,
      'GENESIS-1000',
    ],
    ['an action that is not one', async () => post('/actions', { action: 'trade' }), 400, 'GENESIS-1000'],
    ['an unknown address', async () => raw('GET', '/nothing', read()), 404, 'GENESIS-1001'],
    [
      'an unknown method',
      async () => raw('DELETE', '/commands', { 'x-api-key': api.keys.outside.trade }),
      404,
      'GENESIS-1001',
    ],
  ])('%s', async (_name, ask, status, code) => {
    const answer = await ask();
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(Object.keys(answer.body)).toEqual(
      expect.arrayContaining(['code', 'what', 'why', 'next', 'request_id']),
    );
    expect(engine.commands).toHaveLength(0);
    expect(faults).toEqual([]);
  });

  test('the same signed request a second time', async () => {
    const body = JSON.stringify(line);
    const headers = signedHeaders('/commands', body);
    expect((await raw('POST', '/commands', headers, body)).status).toBe(200);
    expect((await raw('POST', '/commands', headers, body)).body).toMatchObject({ code: 'GENESIS-1107' });
    expect(engine.commands).toHaveLength(1);
  });

  test('an eleventh request within a second, and guessing', async () => {
    for (let count = 0; count < 10; count += 1)
      expect((await raw('GET', '/symbols', read())).status).toBe(200);
    expect((await raw('GET', '/symbols', read())).headers['retry-after']).toBe('1');
    for (let count = 0; count < 10; count += 1)
      await raw('GET', '/tilt/status', { 'x-api-key': `guess${count}` });
    const locked = await raw('GET', '/tilt/status', read());
    expect([locked.status, locked.body['code']]).toEqual([429, 'GENESIS-1109']);
    expect(await client.get('/tilt/status')).toMatchObject({ ok: true });
  });

  test('bytes that are not HTTP', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(api.port, '127.0.0.1', () => socket.write('\u0000\u0001 nonsense\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
  });

  test('a fault in the engine’s answer stays inside the answer', async () => {
    const broken: FakeEngine['dashboard'] = () => {
      throw new Error('secret detail');
    };
    engine.dashboard = broken;
    const answer = await raw('GET', '/dashboard', read());
    expect([answer.status, JSON.stringify(answer.body).includes('secret detail')]).toEqual([500, false]);
    expect(faults).toHaveLength(1);
  });
});

describe('where it listens', () => {
  test('the file with the keys is for its owner only, names this process, and goes with the engine', async () => {
    const file = readApiFile(dataDir);
    expect(file).toMatchObject({ url: api.url, pid: process.pid, keys: api.keys });
    expect(statSync(apiFilePath(dataDir)).mode & 0o777).toBe(0o600);
    await api.close();
    expect(readApiFile(dataDir)).toBeNull();
  });

  test('a port in use is said, not thrown', async () => {
    const second = await startApi({
      control: engine,
      timers: createSystemTimers(REAL_PACE),
      random: createSystemRandom(),
      dataDir: null,
      version: '',
      port: api.port,
    });
    expect(second).toEqual({ ok: false, error: { code: 'api.portInUse', detail: String(api.port) } });
  });

  test('a request carries its id back, and a strange one is replaced', async () => {
    expect(
      (await raw('GET', '/symbols', { ...read(), 'x-request-id': 'my-id_1' })).headers['x-request-id'],
    ).toBe('my-id_1');
    expect(
      (await raw('GET', '/symbols', { ...read(), 'x-request-id': 'a b' })).headers['x-request-id'],
    ).toMatch(/^[\w-]{16}$/);
  });

  test('an engine that is gone is a calm value', async () => {
    await api.close();
    expect(await client.get('/dashboard')).toMatchObject({
      ok: false,
      error: { kind: 'unreachable', what: 'The engine does not answer.' },
    });
  });
});

describe('the event stream', () => {
  type Listening = {
    readonly messages: StreamMessage[];
    readonly end: () => void;
    readonly closed: Promise<string>;
    until(found: (messages: readonly StreamMessage[]) => boolean): Promise<void>;
  };

  async function listen(from: ApiClient = client): Promise<Listening> {
    const messages: StreamMessage[] = [];
    let wake = (): void => {};
    let end = (): void => {};
    let noteClosed = (): void => {};
    const closed = new Promise<string>((resolve) => (noteClosed = () => resolve('closed')));
    await new Promise<void>((opened) => {
      end = from.stream({
        opened,
        message: (message) => {
          messages.push(message);
          wake();
        },
        closed: noteClosed,
      });
    });
    const until: Listening['until'] = async (found) => {
      while (!found(messages)) await new Promise<void>((resolve) => (wake = resolve));
    };
    return { messages, end, closed, until };
  }

  test('a picture comes at once, then ten a second at most', async () => {
    const started = performance.now();
    const stream = await listen();
    await stream.until((messages) => messages.length >= 6);
    expect(performance.now() - started).toBeGreaterThan(450);
    const [first] = stream.messages;
    expect(first?.kind === 'snapshot' && first.dashboard.account.equity).toBe('501.24');
  });

  test('notices and events come as they happen, to every client', async () => {
    const [one, two] = [await listen(), await listen()];
    engine.notice('bought 0.00037 BTC');
    engine.emit({ kind: 'engine.stopped', runId: 'r', reason: 'test' });
    for (const stream of [one, two]) {
      await stream.until((messages) => messages.some((message) => message.kind === 'event'));
      expect(stream.messages.filter((message) => message.kind !== 'snapshot')).toMatchObject([
        { kind: 'notice', notice: { text: 'bought 0.00037 BTC' } },
        { kind: 'event', event: { event_type: 'engine.stopped' } },
      ]);
    }
  });

  test('a wrong key gets no stream', async () => {
    const stranger = createApiClient({
      file: { url: api.url, keys: { ...api.keys, console: { ...api.keys.console, read: 'x' } } },
    });
    const closed = await new Promise<string>((resolve) => {
      stranger.stream({
        opened: () => resolve('opened'),
        message: () => {},
        closed: () => resolve('closed'),
      });
    });
    stranger.close();
    expect(closed).toBe('closed');
  });

  test('the end of the engine ends the stream', async () => {
    const stream = await listen();
    await api.close();
    expect(await stream.closed).toBe('closed');
  });

  test('a client that reads nothing loses pictures, and the engine keeps its memory', async () => {
    const socket = connect(api.port, '127.0.0.1');
    socket.write(
      `GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${api.keys.console.read}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    socket.on('error', () => {});
    const gone = new Promise<string>((resolve) => socket.once('close', () => resolve('gone')));
    const healthy = await listen();
    for (let round = 1; round <= 20; round += 1) {
      for (let count = 0; count < 20; count += 1) engine.notice('x'.repeat(50_000));
      await healthy.until(
        (messages) => messages.filter((message) => message.kind === 'notice').length === round * 20,
      );
    }
    socket.resume();
    expect(await gone).toBe('gone');
  });
});
