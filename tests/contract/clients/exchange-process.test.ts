/** `genesis exchange` as a process: its first line, its end, its memory across kill -9, its refusals. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { ExchangeAddress } from '../../../src/simulator/server/run-exchange.ts';

const rounds = process.env['GENESIS_TEST_PROFILE'] === 'full' ? 40 : 4;
let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'genesis-process-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

type Started = {
  readonly child: ChildProcess;
  readonly line: Promise<string>;
  readonly ended: Promise<{ code: number | null; errors: string }>;
};

function start(...words: readonly string[]): Started {
  const child = spawn(
    process.execPath,
    ['--no-warnings', join(import.meta.dirname, 'exchange-entry.ts'), '--data-dir', folder, ...words],
    {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  children.push(child);
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const line = new Promise<string>((resolve) => {
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('\n')) resolve(output.split('\n')[0] ?? '');
    });
  });
  const ended = new Promise<{ code: number | null; errors: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, errors }));
  });
  return { child, line, ended };
}

async function addressOf(started: Started): Promise<ExchangeAddress> {
  const line = await Promise.race([
    started.line,
    started.ended.then(({ errors }) => Promise.reject(new Error(errors))),
  ]);
  return JSON.parse(line) as ExchangeAddress;
}

async function signed(
  address: ExchangeAddress,
  method: string,
  path: string,
  params: Record<string, string>,
): Promise<Record<string, unknown>> {
  const account = address.accounts.find((each) => each.keyType === 'HMAC');
  const query = new URLSearchParams({ ...params, timestamp: String(Date.now()) }).toString();
  const signature = createHmac('sha256', account?.secret ?? '')
    .update(query)
    .digest('hex');
  const reply = await fetch(`${address.rest}${path}?${query}&signature=${signature}`, {
    method,
    headers: { 'x-mbx-apikey': account?.apiKey ?? '' },
  });
  return (await reply.json()) as Record<string, unknown>;
}

const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quoteOrderQty: '6' };

test('the first line is its address and keys; the file beside its state says the same, for the owner only', async () => {
  const started = start('--symbols', 'BTCUSDT', '--seed', '7', '--balance', '750.5');
  const line = await started.line;
  const address = JSON.parse(line) as ExchangeAddress;
  expect(address).toMatchObject({
    rest: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    stream: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/),
    wsApi: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/ws-api\/v3$/),
    tls: { rest: expect.stringMatching(/^https:/), caCert: join(folder, 'exchange', 'ca.pem') },
    accounts: [
      { name: 'hmac', keyType: 'HMAC' },
      { name: 'ed25519', keyType: 'ED25519' },
    ],
  });
  const file = join(folder, 'exchange', 'exchange.json');
  expect(readFileSync(file, 'utf8')).toBe(`${line}\n`);
  for (const secret of ['exchange.json', 'keys.json', 'ca.key', 'server.key']) {
    expect(statSync(join(folder, 'exchange', secret)).mode & 0o777, secret).toBe(0o600);
  }
  const account = await signed(address, 'GET', '/api/v3/account', { omitZeroBalances: 'true' });
  expect(account['balances']).toEqual([{ asset: 'USDT', free: '750.50000000', locked: '0.00000000' }]);
  started.child.kill('SIGTERM');
  expect(await started.ended).toEqual({ code: 0, errors: '' });
  expect(existsSync(file)).toBe(false);
});

test('killed at any moment it comes back where it was, with every order it ever answered', async () => {
  const answered = new Map<string, Record<string, unknown>>();
  let before: ExchangeAddress | null = null;
  for (let round = 0; round < rounds; round += 1) {
    const started = start('--symbols', 'BTCUSDT', '--seed', '7');
    const address = await addressOf(started);
    before ??= address;
    expect({ ...address, pid: 0 }).toEqual({ ...before, pid: 0 });
    for (const [id, order] of answered) {
      const found = await signed(address, 'GET', '/api/v3/order', {
        symbol: 'BTCUSDT',
        origClientOrderId: id,
      });
      expect(found).toMatchObject({
        orderId: order['orderId'],
        status: order['status'],
        executedQty: order['executedQty'],
        cummulativeQuoteQty: order['cummulativeQuoteQty'],
      });
    }
    const trades = (await signed(address, 'GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' })) as unknown as {
      id: number;
    }[];
    expect(new Set(trades.map((trade) => trade.id)).size).toBe(trades.length);
    const killAfter = 3 + Math.floor(Math.random() * 12);
    for (let order = 0; order < killAfter; order += 1) {
      const id = `r${round}-${order}`;
      answered.set(id, await signed(address, 'POST', '/api/v3/order', { ...market, newClientOrderId: id }));
    }
    // One more is under way when the process dies: it may or may not be there, and nothing else suffers.
    const last = signed(address, 'POST', '/api/v3/order', market).catch(() => null);
    started.child.kill('SIGKILL');
    await Promise.all([last, started.ended]);
  }
  expect(answered.size).toBeGreaterThan(rounds);
}, 120_000);

test('a second one on the same folder refuses politely and the first goes on', async () => {
  const first = start();
  const address = await addressOf(first);
  const second = await start().ended;
  expect(second.code).toBe(1);
  expect(second.errors).toContain('An exchange already runs in');
  expect(second.errors).toContain('It goes on undisturbed.');
  expect((await fetch(`${address.rest}/api/v3/ping`)).status).toBe(200);
});

test('what cannot start says why, in three sentences, and changes nothing', async () => {
  const blocker = createServer();
  const port = await new Promise<number>((resolve) => {
    blocker.listen(0, '127.0.0.1', () => resolve((blocker.address() as { port: number }).port));
  });
  const plan = join(folder, 'plan.json');
  writeFileSync(plan, '{"rules":[{"kind":"nothing"}]}');
  const cases = [
    [['--port', String(port)], `Port ${port} is in use by another program.`],
    [['--feed', 'replay:/no/such/file.csv'], 'could not be opened'],
    [['--feed', 'dreams'], '"dreams" is not a feed.'],
    [['--symbols', 'NOSUCH'], 'does not know NOSUCH'],
    [['--faults', plan], 'rule 1: "kind" must be one of'],
    [['--faults', '/no/such/plan.json'], 'could not be read'],
    [['--port', '70000'], 'between 0 and 65535'],
    [['--balance', '-5'], 'an amount such as'],
  ] as const;
  await Promise.all(
    cases.map(async ([words, expected], index) => {
      const { code, errors } = await start(...words, '--data-dir', join(folder, String(index))).ended;
      expect(errors).toContain(expected);
      expect(code, words.join(' ')).toBe(1);
      expect(errors).not.toMatch(/\n\s+at /);
    }),
  );
  blocker.close();
}, 60_000);

test('nobody there for as long as --idle-exit says: it ends by itself', async () => {
  const started = start('--idle-exit', '1');
  await started.line;
  expect((await started.ended).code).toBe(0);
});

test('faults are switched at run time through the admin port, which is closed to web pages', async () => {
  const started = start('--admin-port', '0', '--symbols', 'BTCUSDT');
  const address = await addressOf(started);
  const admin = `http://127.0.0.1:${address.adminPort}`;
  const plan = { seed: 1, rules: [{ kind: 'overloaded.notExecuted', match: '/ping' }] };
  expect((await fetch(`${admin}/faults`, { method: 'PUT', body: JSON.stringify(plan) })).status).toBe(200);
  expect((await fetch(`${address.rest}/api/v3/ping`)).status).toBe(503);
  expect(await (await fetch(`${admin}/faults`)).json()).toEqual({
    plan,
    fired: { 'overloaded.notExecuted': 1 },
  });
  await fetch(`${admin}/faults`, { method: 'DELETE' });
  expect((await fetch(`${address.rest}/api/v3/ping`)).status).toBe(200);
  expect((await fetch(`${admin}/faults`, { method: 'PUT', body: '{"rules":[{"kind":"x"}]}' })).status).toBe(
    400,
  );
  await fetch(`${admin}/transfer`, {
    method: 'POST',
    body: JSON.stringify({ accountId: 1, asset: 'USDT', amount: '100' }),
  });
  const account = await signed(address, 'GET', '/api/v3/account', { omitZeroBalances: 'true' });
  expect(account['balances']).toEqual([{ asset: 'USDT', free: '600.00000000', locked: '0.00000000' }]);
  await fetch(`${admin}/symbol`, {
    method: 'POST',
    body: JSON.stringify({ symbol: 'BTCUSDT', status: 'BREAK' }),
  });
  expect(await signed(address, 'POST', '/api/v3/order', market)).toMatchObject({ msg: 'Market is closed.' });
  await fetch(`${admin}/revoke`, {
    method: 'POST',
    body: JSON.stringify({ apiKey: address.accounts[0]?.apiKey }),
  });
  expect(await signed(address, 'GET', '/api/v3/account', {})).toMatchObject({ code: -2015 });
  const foreign = await new Promise<number | undefined>((resolve) => {
    request(`${admin}/faults`, { headers: { host: 'evil.example' } }, (reply) => {
      reply.resume();
      resolve(reply.statusCode);
    }).end();
  });
  expect(foreign).toBe(403);
});
