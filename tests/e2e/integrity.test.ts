/**
 * What a trader may do to the files after a loss (invariants 13, 28, 30): delete the store, put an older copy
 * in its place, edit an event, edit the configuration. The exchange and the anchor remember; nothing of it
 * brings an entry, a limit or a tier back. And what the emergency commands do when no engine can start.
 */
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { afterEach, expect, test } from 'vitest';
import type { CommandReply, Dashboard } from '../../src/core/dashboard.ts';
import { dataDirAt, type DataDir } from '../../src/data/data-dir.ts';
import type { ApiClient } from '../../src/api/client.ts';
import {
  askExchange,
  end,
  root,
  runToEnd,
  start,
  startExchange,
  temporaryFolder,
  untilEngine,
  type Address,
  type Running,
} from './processes.ts';

const left: Running[] = [];
const folders: { readonly dispose: () => void }[] = [];

afterEach(async () => {
  await Promise.all(left.splice(0).map((running) => end(running, 'SIGKILL')));
  for (const folder of folders.splice(0)) folder.dispose();
});

type World = {
  readonly dir: DataDir;
  readonly config: string;
  readonly exchange: Address;
  readonly startEngine: (state?: Dashboard['tradingState']) => Promise<{
    readonly engine: Running;
    readonly client: ApiClient;
    readonly dashboard: Dashboard;
  }>;
};

/** An exchange that outlives engines, a data folder, and a configuration of its own. */
async function world(): Promise<World> {
  const folder = temporaryFolder();
  folders.push(folder);
  const config = join(folder.path, 'config');
  cpSync(join(root, 'config'), config, { recursive: true });
  const exchange = await startExchange(join(folder.path), ['--seed', '5']);
  left.push(exchange.running);
  const dataDir = join(folder.path, 'engine');
  return {
    dir: dataDirAt(dataDir),
    config,
    exchange: exchange.address,
    startEngine: async (state = 'READY') => {
      const words = ['--data-dir', dataDir, '--exchange-file', exchange.file, '--config', config];
      const engine = start(['run', '--symbols', 'BTCUSDT', ...words]);
      left.push(engine);
      const ready = await untilEngine(dataDir, ({ tradingState, markets }) => {
        return tradingState === state && markets[0]?.stale === false;
      });
      return { engine, ...ready };
    },
  };
}

const say = async (client: ApiClient, line: string): Promise<CommandReply> => {
  const answer = await client.post<CommandReply>('/commands', { line });
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
};

const restingOrders = async (there: World): Promise<readonly unknown[]> =>
  askExchange(there.exchange, '/api/v3/openOrders', {});

const until = async (there: World, when: (dashboard: Dashboard) => boolean): Promise<void> => {
  const { client } = await untilEngine(there.dir.root, when);
  client.close();
};

/** Buys, and sells again at a loss of the spread and the fees. */
async function loseOnce(there: World, client: ApiClient): Promise<void> {
  expect((await say(client, 'buy 25 usdt btc')).outcome).toBe('accepted');
  await until(there, ({ positions }) => positions[0]?.protected === true);
  expect((await say(client, 'close btc')).outcome).toBe('accepted');
  await until(there, ({ positions }) => positions.length === 0);
}

test('a deleted store forgets no loss of the day', { timeout: 60_000 }, async () => {
  const there = await world();
  const first = await there.startEngine();
  await loseOnce(there, first.client);
  const before = (await untilEngine(there.dir.root, () => true)).dashboard.account;
  await end(first.engine, 'SIGKILL');
  for (const suffix of ['', '-wal', '-shm']) rmSync(there.dir.database + suffix, { force: true });

  const { dashboard } = await there.startEngine();
  expect(dashboard.tier.tier).toBe('SNIPER');
  expect(dashboard.account.entriesToday).toBe(1);
  // The dust of a close is worth a part of a cent more or less at another moment.
  expect(Number(dashboard.account.dayPnl)).toBeCloseTo(Number(before.dayPnl), 2);
  expect(Number(dashboard.account.dayPnl)).toBeLessThan(0);
  expect(dashboard.notices.some(({ text }) => text.startsWith('the history before now is not here'))).toBe(
    true,
  );
});

test(
  'a deleted store loses no position: it is taken up with the stop that rests',
  { timeout: 60_000 },
  async () => {
    const there = await world();
    const first = await there.startEngine();
    expect((await say(first.client, 'buy 25 usdt btc')).outcome).toBe('accepted');
    await until(there, ({ positions }) => positions[0]?.protected === true);
    const resting = await restingOrders(there);
    await end(first.engine, 'SIGKILL');
    for (const suffix of ['', '-wal', '-shm']) rmSync(there.dir.database + suffix, { force: true });

    const { client, dashboard } = await there.startEngine();
    expect(dashboard.positions).toMatchObject([{ symbol: 'BTCUSDT', protected: true }]);
    expect(await restingOrders(there)).toEqual(resting);
    expect((await say(client, 'close btc')).outcome).toBe('accepted');
    await until(there, ({ positions }) => positions.length === 0);
  },
);

test('an older copy in its place does not either', { timeout: 60_000 }, async () => {
  const there = await world();
  const first = await there.startEngine();
  await end(first.engine);
  const copy = readFileSync(there.dir.database);
  const second = await there.startEngine();
  await loseOnce(there, second.client);
  const before = (await untilEngine(there.dir.root, () => true)).dashboard.account;
  await end(second.engine);
  rmSync(`${there.dir.database}-wal`, { force: true });
  writeFileSync(there.dir.database, copy);

  const { dashboard } = await there.startEngine();
  expect(dashboard.account.entriesToday).toBe(1);
  expect(Number(dashboard.account.dayPnl)).toBeCloseTo(Number(before.dayPnl), 2);
});

test('an edited event closes entries, and no sentence opens them', { timeout: 60_000 }, async () => {
  const there = await world();
  const first = await there.startEngine();
  await loseOnce(there, first.client);
  await end(first.engine);
  const store = new Database(there.dir.database);
  store.pragma(`cipher='sqlcipher'`);
  store.pragma('legacy=4');
  store.pragma(`key="x'${readFileSync(there.dir.keyFile, 'utf8').trim()}'"`);
  for (const { name } of store
    .prepare<[], { readonly name: string }>(`SELECT name FROM sqlite_master WHERE type = 'trigger'`)
    .all())
    store.exec(`DROP TRIGGER "${name}"`);
  const edited = store
    .prepare(
      `UPDATE events SET event_data = replace(event_data, 'SELL', 'BUY') WHERE event_type = 'order.filled'`,
    )
    .run();
  expect(edited.changes).toBeGreaterThan(0);
  store.close();

  const { client, dashboard } = await there.startEngine();
  expect(dashboard.readOnly).toBe(true);
  expect(dashboard.stateReason).toMatch(/is not what its hash was made from/);
  expect((await say(client, 'buy 25 usdt btc')).refusal?.code).toBe('engine.readOnly');
  expect((await say(client, 'accept I made these changes')).refusal?.code).toBe('engine.historyUnproved');
});

test('a configuration edited while nothing ran waits for its sentence', { timeout: 60_000 }, async () => {
  const there = await world();
  const first = await there.startEngine();
  await loseOnce(there, first.client);
  await end(first.engine);
  const file = join(there.config, 'tier-gates.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('entriesPerDayMax: 10', 'entriesPerDayMax: 9'));

  const { client, dashboard } = await there.startEngine();
  expect(dashboard).toMatchObject({
    readOnly: true,
    stateReason: 'the configuration is not the one that was accepted',
  });
  expect((await say(client, 'buy 25 usdt btc')).refusal?.code).toBe('engine.readOnly');
  // The day is in the red: the sentence is recorded, and the hour runs.
  expect((await say(client, 'accept I made these changes')).lines.join(' ')).toMatch(/takes effect at/);
  expect((await say(client, 'buy 25 usdt btc')).refusal?.code).toBe('engine.readOnly');
});

test(
  'with an engine that cannot start, halt and close-all ask the exchange directly',
  { timeout: 60_000 },
  async () => {
    const there = await world();
    const first = await there.startEngine();
    expect((await say(first.client, 'buy 25 usdt btc')).outcome).toBe('accepted');
    await until(there, ({ positions }) => positions[0]?.protected === true);
    await end(first.engine, 'SIGKILL');
    // Another key: the store is whole and does not open, so no engine may touch it.
    const extra = { GENESIS_DB_KEY: createHash('sha256').update('another').digest('hex') };
    const halt = ['halt', '--reason', 'the store is lost', '--confirm', 'HALT TRADING NOW', '--json'];
    const halted = await runToEnd([...halt, '--data-dir', there.dir.root], extra);
    expect(JSON.parse(halted.stdout)).toEqual({ direct: true, cancelled: 0, sold: [], problems: [] });
    expect(await restingOrders(there)).toHaveLength(1);

    const closing = ['close-all', '--confirm', 'CLOSE ALL POSITIONS', '--json', '--data-dir', there.dir.root];
    const closed = await runToEnd(closing, extra);
    expect(JSON.parse(closed.stdout)).toMatchObject({
      direct: true,
      problems: [],
      sold: [{ symbol: 'BTCUSDT' }],
    });
    expect(await restingOrders(there)).toEqual([]);

    const { dashboard } = await there.startEngine('HALTED');
    expect(dashboard).toMatchObject({ stateReason: 'the store is lost' });
    await until(there, ({ positions }) => positions.length === 0);
  },
);
