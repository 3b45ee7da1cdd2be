/**
 * The event log beside the least that could do its work, interleaved in one run. Append: one
 * `order.intended` (chain, indexes, `orders` row, anchor) against a bare one-table insert into the
 * same kind of encrypted file, both `synchronous=FULL`, and against write + fdatasync. Replay:
 * decoded, checked events against rows + JSON.parse. Run alone: node benches/event-log.bench.ts
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DomainEvent, EventOf, NewEvent } from '../src/core/events.ts';
import { notional, price, quantity } from '../src/core/money.ts';
import { createIds } from '../src/core/ids.ts';
import {
  openConnection,
  type Connection,
  type Synchronous,
} from '../src/data/event-log/sqlite-connection.ts';
import { openSqliteEventLog, type SqliteEventLog } from '../src/data/event-log/sqlite-event-log.ts';
import { allProjections } from '../src/data/repositories/projections/all-projections.ts';
import type { BenchRow } from './bench-row.ts';

const KEY = 'ab'.repeat(32);
const ROUNDS = 9;
const PER_ROUND = 120;
const REPLAYED = 40_000;
const ids = createIds(Date.now, {
  next: Math.random,
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
});

function intent(): EventOf<'order.intended'> {
  const orderId = ids.next();
  return {
    kind: 'order.intended',
    orderId,
    clientOrderId: `g-${orderId.replaceAll('-', '')}`,
    positionId: ids.next(),
    commandId: ids.next(),
    purpose: 'entry',
    actor: 'trader',
    strategy: null,
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'MARKET',
    timeInForce: null,
    quantity: quantity('0.00037'),
    quoteQuantity: null,
    price: null,
    stopPrice: null,
    referencePrice: price('67453.2'),
    reserved: notional('25.05'),
    listClientOrderId: null,
    intentHash: 'f'.repeat(64),
    figures: { equity: '501.24', limitUsdt: '25.06', stop: '66104.1' },
  };
}

function newEvent(event: DomainEvent, orderId: string): NewEvent {
  return {
    eventId: ids.next(),
    at: Date.now(),
    aggregateType: 'order',
    aggregateId: orderId,
    causationId: ids.next(),
    event,
  };
}

function newIntent(): NewEvent {
  const event = intent();
  return newEvent(event, event.orderId);
}

/** The payload of one intent, as long as ours. */
const payload = JSON.stringify(intent(), (_key, value: unknown) =>
  typeof value === 'bigint' ? String(value) : value,
);

function openLog(folder: string, synchronous: Synchronous): SqliteEventLog {
  const opened = openSqliteEventLog({
    path: join(folder, `log-${synchronous}.db`),
    key: KEY,
    anchorPath: join(folder, `anchor-${synchronous}`),
    projections: allProjections,
    now: Date.now,
    synchronous,
  });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

function openBare(
  folder: string,
  synchronous: Synchronous,
): { readonly connection: Connection; readonly insert: () => void } {
  const opened = openConnection({ path: join(folder, `bare-${synchronous}.db`), keyHex: KEY, synchronous });
  if (!opened.ok) throw new Error(opened.error.detail);
  const connection = opened.value;
  connection.exec(
    'CREATE TABLE ev (seq INTEGER PRIMARY KEY, ts INTEGER NOT NULL, type TEXT NOT NULL, payload TEXT NOT NULL) STRICT',
  );
  const statement = connection.prepare('INSERT INTO ev (ts, type, payload) VALUES (?, ?, ?)');
  return { connection, insert: () => statement.run(Date.now(), 'order.intended', payload) };
}

/** Per variant and round: the samples in microseconds. */
type Samples = Readonly<Record<string, readonly (readonly number[])[]>>;

/** Makes what one operation needs, untimed, and gives the operation. */
type Variant = () => () => void;

/** Turn by turn, one operation each, so that a slow moment of the disk hits all alike. */
function interleave(variants: Readonly<Record<string, Variant>>): Samples {
  const samples: Record<string, number[][]> = Object.fromEntries(
    Object.keys(variants).map((name) => [name, []]),
  );
  for (let round = -1; round < ROUNDS; round += 1) {
    const fresh: Record<string, number[]> = Object.fromEntries(
      Object.keys(variants).map((name) => [name, []]),
    );
    for (let turn = 0; turn < PER_ROUND; turn += 1) {
      for (const [name, prepare] of Object.entries(variants)) {
        const work = prepare();
        const start = process.hrtime.bigint();
        work();
        fresh[name]?.push(Number(process.hrtime.bigint() - start) / 1_000);
      }
    }
    if (round >= 0) for (const name of Object.keys(variants)) samples[name]?.push(fresh[name] ?? []);
  }
  return samples;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

type Wish = {
  readonly name: string;
  readonly ours: string;
  readonly yardstick: string;
  readonly share: number;
  readonly most: number;
};

function appendRow(samples: Samples, wish: Wish): BenchRow {
  const perRound = (name: string): number[] =>
    (samples[name] ?? []).map((round) => percentile(round, wish.share));
  const ours = perRound(wish.ours);
  const theirs = perRound(wish.yardstick);
  const ratio = percentile(
    ours.map((value, round) => value / (theirs[round] ?? Number.NaN)),
    0.5,
  );
  return {
    name: wish.name,
    value: percentile(ours, 0.5),
    unit: 'us',
    yardstick: percentile(theirs, 0.5),
    ratio,
    budget: `at most ${wish.most} times the yardstick`,
    within: ratio <= wish.most,
  };
}

function appendRows(folder: string): BenchRow[] {
  const full = openLog(folder, 'FULL');
  const normal = openLog(folder, 'NORMAL');
  const bareFull = openBare(folder, 'FULL');
  const bareNormal = openBare(folder, 'NORMAL');
  const file = openSync(join(folder, 'raw'), 'a');
  const appendTo = (log: SqliteEventLog): Variant => {
    let open = '';
    return () => {
      // The order before has come to its end meanwhile, as orders do: a few are open at a time, not thousands.
      if (open !== '') log.append([newEvent({ kind: 'order.failed', orderId: open, reason: 'bench' }, open)]);
      const batch = [newIntent()];
      open = batch[0]?.aggregateId ?? '';
      return () => log.append(batch);
    };
  };
  const samples = interleave({
    raw: () => () => {
      writeSync(file, `${payload}\n`);
      fdatasyncSync(file);
    },
    bareFull: () => bareFull.insert,
    full: appendTo(full),
    bareNormal: () => bareNormal.insert,
    normal: appendTo(normal),
  });
  for (const { connection } of [bareFull, bareNormal]) connection.close();
  for (const log of [full, normal]) log.close();
  closeSync(file);
  return [
    appendRow(samples, {
      name: 'append, power-safe, against a bare insert (p50)',
      ours: 'full',
      yardstick: 'bareFull',
      share: 0.5,
      most: 1.15,
    }),
    appendRow(samples, {
      name: 'append, power-safe, against a bare insert (p99)',
      ours: 'full',
      yardstick: 'bareFull',
      share: 0.99,
      most: 3,
    }),
    appendRow(samples, {
      name: 'append, power-safe, against write + fdatasync (p50)',
      ours: 'full',
      yardstick: 'raw',
      share: 0.5,
      most: 2,
    }),
    appendRow(samples, {
      name: 'append, kill-safe, against a bare insert (p50)',
      ours: 'normal',
      yardstick: 'bareNormal',
      share: 0.5,
      most: 4,
    }),
  ];
}

function replayRow(folder: string): BenchRow {
  const log = openLog(folder, 'NORMAL');
  while (log.head().sequence < REPLAYED) {
    log.append(Array.from({ length: 200 }, newIntent));
  }
  log.checkpoint();
  const events = log.head().sequence;
  const rows = log.connection
    .prepare<[], [number, string]>('SELECT sequence, event_data FROM events ORDER BY sequence')
    .raw();
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    let seen = 0;
    let start = performance.now();
    for (const record of log.read(1)) seen += record.event.kind.length > 0 ? 1 : 0;
    ours.push((events / (performance.now() - start)) * 1_000);
    start = performance.now();
    for (const row of rows.iterate())
      seen += (JSON.parse(row[1]) as { orderId: string }).orderId.length > 0 ? 1 : 0;
    theirs.push((events / (performance.now() - start)) * 1_000);
    if (seen !== 2 * events) throw new Error(`${seen} of ${2 * events} events were seen`);
  }
  log.close();
  const ratio = percentile(
    theirs.map((value, round) => value / (ours[round] ?? Number.NaN)),
    0.5,
  );
  return {
    name: 'replay, decoded and checked, against rows + JSON.parse',
    value: percentile(ours, 0.5),
    unit: 'events/s',
    yardstick: percentile(theirs, 0.5),
    ratio,
    budget: "at most 2.5 times the yardstick's time",
    within: ratio <= 2.5,
  };
}

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'genesis-bench-log-'));
  try {
    return await Promise.resolve([...appendRows(folder), replayRow(folder)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  for (const row of await run()) process.stdout.write(`${JSON.stringify(row)}\n`);
}
