/**
 * kill -9 at random moments of a busy engine (invariants 1 to 6, 15, 16, 18): after each, the history
 * verifies, the next engine agrees with the exchange, nothing is bought or booked twice. Three kills in
 * the fast profile, 200 in the full one.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { setTimeout as pause } from 'node:timers/promises';
import { createSeededRandom } from '../../src/core/seeded-random.ts';
import type { CommandReply } from '../../src/core/dashboard.ts';
import { fixed, formatFixed } from '../../src/core/money.ts';
import { dataDirAt } from '../../src/data/data-dir.ts';
import { openSqliteEventLog } from '../../src/data/event-log/sqlite-event-log.ts';
import { resolveStoreKey } from '../../src/data/store-key.ts';
import { writeBusyConfig } from './busy-config.ts';
import {
  askExchange,
  root,
  end,
  runToEnd,
  start,
  startExchange,
  temporaryFolder,
  untilEngine,
  type Address,
  type Running,
} from './processes.ts';

const full = process.env['GENESIS_TEST_PROFILE'] === 'full';
const kills = Number(process.env['GENESIS_TEST_KILLS'] ?? (full ? 200 : 4));
const folder = temporaryFolder();
const left: Running[] = [];

afterAll(async () => {
  await Promise.all(left.map((running) => end(running, 'SIGKILL')));
  folder.dispose();
});

type ExchangeOrder = {
  readonly clientOrderId: string;
  readonly orderId: number;
  readonly side: string;
  readonly executedQty: string;
  readonly status: string;
};
type Account = {
  readonly balances: readonly { readonly asset: string; readonly free: string; readonly locked: string }[];
};

test(`${kills} kills at random moments lose nothing`, { timeout: 60_000 + kills * 15_000 }, async () => {
  const random = createSeededRandom(Number(process.env['GENESIS_TEST_SEED'] ?? 20_261_123));
  const config = writeBusyConfig(folder.path);
  const exchange = await startExchange(folder.path, ['--seed', '11', '--feed', feed()]);
  left.push(exchange.running);
  let answered = 0;

  for (let round = 1; round <= kills; round += 1) {
    const engine = start([
      'run',
      '--data-dir',
      folder.path,
      '--exchange-file',
      exchange.file,
      '--config',
      config,
      '--json',
    ]);
    left.push(engine);
    const { client } = await untilEngine(
      folder.path,
      ({ tradingState }) => tradingState === 'READY',
      100_000,
    );
    const killAt = performance.now() + 50 + random.next() * 1_500;
    const lines = [
      'buy 20 usdt btc',
      'stop btc 1%',
      'sell 50% btc',
      'close btc',
      'buy 15 usdt eth',
      'close eth',
      'cancel',
    ];
    const life = { over: false };
    const trading = (async (): Promise<void> => {
      while (!life.over) {
        const reply = await client.post<CommandReply>('/commands', {
          line: lines[Math.floor(random.next() * lines.length)],
        });
        if (reply.ok) answered += 1;
        await pause(random.next() * 40);
      }
    })();
    await pause(Math.max(0, killAt - performance.now()));
    await end(engine, 'SIGKILL');
    life.over = true;
    await trading;
    client.close();

    const verdict = await runToEnd(['verify', '--json', '--data-dir', folder.path]);
    expect(JSON.parse(verdict.stdout), `round ${round}: ${verdict.stderr}`).toMatchObject({
      chain: 'ok',
      projections: 'ok',
    });
  }

  const last = start([
    'run',
    '--data-dir',
    folder.path,
    '--exchange-file',
    exchange.file,
    '--config',
    config,
    '--json',
  ]);
  left.push(last);
  const { client } = await untilEngine(
    folder.path,
    ({ tradingState, positions }) =>
      tradingState === 'READY' && positions.every((position) => position.protected),
    120_000,
  );
  const settled = await untilQuiet(client);

  // local = exchange, asked directly
  const account = await askExchange<Account>(exchange.address, '/api/v3/account');
  const total = (asset: string): bigint => {
    const line = account.balances.find((balance) => balance.asset === asset);
    return line === undefined ? 0n : fixed(line.free) + fixed(line.locked);
  };
  expect(settled.account.quoteFree).toBe(formatFixed(total('USDT')));
  for (const symbol of ['BTCUSDT', 'ETHUSDT']) {
    const open = await askExchange<ExchangeOrder[]>(exchange.address, '/api/v3/openOrders', { symbol });
    const ours = settled.orders
      .filter((order) => order.symbol === symbol)
      .map((order) => order.clientOrderId);
    expect(ours.toSorted()).toEqual(open.map((order) => order.clientOrderId).toSorted());
  }
  client.close();
  await end(last);

  // Every order and every fill of the whole run, counted at the exchange and in the log.
  const { filled, intended } = readLog(folder.path);
  for (const symbol of ['BTCUSDT', 'ETHUSDT']) {
    const orders = await allPages<ExchangeOrder>(
      exchange.address,
      '/api/v3/allOrders',
      symbol,
      'orderId',
      (order) => order.orderId,
    );
    const ids = orders.map((order) => order.clientOrderId);
    expect(new Set(ids).size, 'no client order id was used twice').toBe(ids.length);
    expect(
      ids.filter((id) => !intended.has(id)),
      'every order was written before it was sent',
    ).toEqual([]);
    const trades = await allPages<{ readonly id: number }>(
      exchange.address,
      '/api/v3/myTrades',
      symbol,
      'fromId',
      (trade) => trade.id,
    );
    expect(filled.get(symbol) ?? []).toEqual(trades.map((trade) => trade.id));
  }
  expect(answered, 'the engine was busy').toBeGreaterThan(kills * 3);
  process.stderr.write(`${kills} kills, ${answered} commands answered, ${settled.sequence} events\n`);
});

/** Recorded minutes of a busy month where they are at hand, else the synthetic market. */
function feed(): string {
  const files = ['BTCUSDT-1m-2022-05.csv.gz', 'ETHUSDT-1m-2022-05.csv.gz'].map((name) =>
    join(root, '..', 'shared', 'market-data', 'klines-1m', name),
  );
  if (files.every((file) => existsSync(file))) return `replay:${files.join(',')}`;
  console.warn('KILL TEST ON THE SYNTHETIC MARKET: ../shared/market-data is not here');
  return 'synthetic';
}

type Client = Awaited<ReturnType<typeof untilEngine>>['client'];
type Board = Awaited<ReturnType<typeof untilEngine>>['dashboard'];

async function untilQuiet(client: Client): Promise<Board> {
  let before: Board | null = null;
  for (let probe = 0; probe < 60; probe += 1) {
    const answer = await client.get<Board>('/dashboard');
    if (answer.ok) {
      const isQuiet =
        before !== null &&
        answer.value.orders.length === before.orders.length &&
        answer.value.orders.every((order) => order.status === 'SUBMITTED');
      if (isQuiet && answer.value.positions.every((position) => position.protected && !position.closing))
        return answer.value;
      before = answer.value;
    }
    await pause(500);
  }
  throw new Error(`the engine did not come to rest: ${JSON.stringify(before).slice(0, 2_000)}`);
}

/** All of a history that the exchange hands out in pages of a thousand. */
async function allPages<T>(
  address: Address,
  path: string,
  symbol: string,
  cursor: string,
  idOf: (item: T) => number,
): Promise<readonly T[]> {
  const items: T[] = [];
  let from = 0;
  for (;;) {
    const page = await askExchange<T[]>(address, path, { symbol, limit: '1000', [cursor]: String(from) });
    items.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < 1_000) return items;
    from = idOf(last) + 1;
  }
}

function readLog(dataRoot: string): {
  readonly filled: ReadonlyMap<string, readonly number[]>;
  readonly intended: ReadonlySet<string>;
} {
  const dir = dataDirAt(dataRoot);
  const key = resolveStoreKey({
    given: null,
    keyPath: dir.keyFile,
    saltPath: dir.saltFile,
    databaseExists: true,
  });
  if (!key.ok) throw new Error(key.error.code);
  const log = openSqliteEventLog({
    path: dir.database,
    key: key.value.hex,
    anchorPath: dir.anchor,
    projections: [],
    now: () => 0,
    inspect: true,
  });
  if (!log.ok) throw new Error(log.error.code);
  const filled = new Map<string, number[]>();
  const intended = new Set<string>();
  for (const { event } of log.value.read(1)) {
    if (event.kind === 'order.intended') intended.add(event.clientOrderId);
    if (event.kind === 'order.filled' || event.kind === 'trade.adopted')
      filled.set(event.symbol, [...(filled.get(event.symbol) ?? []), event.tradeId]);
  }
  log.value.close();
  return {
    filled: new Map([...filled].map(([symbol, ids]) => [symbol, ids.toSorted((one, other) => one - other)])),
    intended,
  };
}
