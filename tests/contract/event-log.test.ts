/** One suite for every event log: what `src/core/ports/event-log.ts` promises (invariants 1, 2, 15 to 17). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { NewEvent } from '../../src/core/events.ts';
import type { EventLog } from '../../src/core/ports/event-log.ts';
import { GENESIS_HASH } from '../../src/data/event-log/chain.ts';
import { createMemoryDisk, createMemoryEventLog } from '../../src/data/event-log/memory-event-log.ts';
import { openSqliteEventLog } from '../../src/data/event-log/sqlite-event-log.ts';
import type { Verification } from '../../src/data/event-log/verification.ts';
import { allProjections } from '../../src/data/repositories/projections/all-projections.ts';
import {
  accountOpened,
  createEventMaker,
  orderFilled,
  orderIntended,
  shortLife,
  testId,
} from '../builders/new-events.ts';

type Log = EventLog & { verify(): Verification };
type Subject = {
  readonly name: string;
  readonly create: () => { readonly open: () => Log; readonly remove: () => void };
};

const subjects: readonly Subject[] = [
  {
    name: 'memory',
    create: () => {
      const disk = createMemoryDisk();
      return {
        open: () => createMemoryEventLog({ disk, projections: allProjections }),
        remove: () => undefined,
      };
    },
  },
  {
    name: 'sqlite',
    create: () => {
      const folder = mkdtempSync(join(tmpdir(), 'genesis-log-'));
      const open = (): Log => {
        const opened = openSqliteEventLog({
          path: join(folder, 'genesis.db'),
          key: 'ab'.repeat(32),
          anchorPath: join(folder, 'anchor'),
          projections: allProjections,
          now: () => 1_000,
          synchronous: 'NORMAL',
        });
        if (!opened.ok) throw new Error(`${opened.error.code} ${opened.error.detail}`);
        return opened.value;
      };
      return { open, remove: () => rmSync(folder, { recursive: true, force: true }) };
    },
  },
];

const runs = process.env['GENESIS_TEST_PROFILE'] === 'full' ? 100 : 12;

describe.each(subjects)('the event log in $name', ({ create }) => {
  const opened: { log: Log; remove: () => void }[] = [];

  function start(): { readonly log: Log; readonly reopen: () => Log } {
    const { open, remove } = create();
    const log = open();
    opened.push({ log, remove });
    return {
      log,
      reopen: () => {
        log.close();
        const again = open();
        opened.push({ log: again, remove: () => undefined });
        return again;
      },
    };
  }

  afterEach(() => {
    for (const { log } of opened) log.close();
    for (const { remove } of opened.splice(0)) remove();
  });

  it('begins empty, chained to nothing', () => {
    const { log } = start();
    expect(log.head()).toEqual({ sequence: 0, hash: GENESIS_HASH });
    expect([...log.read(1)]).toEqual([]);
    expect(log.latestSnapshot()).toBeNull();
  });

  it('numbers events without gaps and chains each to the one before', () => {
    const { log } = start();
    const records = log.append(shortLife());
    expect(records.map(({ sequence }) => sequence)).toEqual(shortLife().map((_, index) => index + 1));
    for (const [index, record] of records.entries()) {
      expect(record.previousHash).toBe(index === 0 ? GENESIS_HASH : records[index - 1]?.hash);
    }
    expect(log.head()).toEqual({ sequence: records.length, hash: records.at(-1)?.hash });
  });

  it('reads back exactly what was appended, from any place, also after opening again', () => {
    const { log, reopen } = start();
    const records = log.append(shortLife());
    expect([...log.read(1)]).toEqual(records);
    expect([...log.read(0)]).toEqual(records);
    expect([...log.read(7)]).toEqual(records.slice(6));
    expect([...log.read(records.length + 1)]).toEqual([]);
    const again = reopen();
    expect([...again.read(1)]).toEqual(records);
    expect(again.head()).toEqual({ sequence: records.length, hash: records.at(-1)?.hash });
  });

  it('an empty batch changes nothing', () => {
    const { log } = start();
    expect(log.append([])).toEqual([]);
    expect(log.head().sequence).toBe(0);
  });

  it('may be appended to while it is being read', () => {
    const { log } = start();
    const make = createEventMaker();
    log.append([make(accountOpened()), make(orderIntended(1))]);
    const seen: number[] = [];
    for (const record of log.read(1)) {
      seen.push(record.sequence);
      if (record.sequence === 1) log.append([make(orderIntended(2))]);
    }
    expect(seen.slice(0, 2)).toEqual([1, 2]);
    expect(log.head().sequence).toBe(3);
  });

  it('gives the history of one aggregate, newest first and no more than asked', () => {
    const { log } = start();
    log.append(shortLife());
    expect(log.history(testId(900_001), 2).map(({ event }) => event.kind)).toEqual([
      'order.ended',
      'order.filled',
    ]);
    expect(log.history('nobody', 5)).toEqual([]);
  });

  it('a used event id refuses the whole batch and leaves nothing of it', () => {
    const { log } = start();
    const make = createEventMaker();
    const first = make(accountOpened());
    log.append([first]);
    const before = log.head();
    expect(() =>
      log.append([make(orderIntended(1)), { ...make(orderIntended(2)), eventId: first.eventId }]),
    ).toThrow('log.conflict');
    expect(log.head()).toEqual(before);
    expect([...log.read(1)]).toHaveLength(1);
    log.append([make(orderIntended(1))]);
    expect(log.verify()).toMatchObject({ events: 2, chain: { ok: true }, projections: { ok: true } });
  });

  it('a client order id of ours is used once, ever', () => {
    const { log } = start();
    const make = createEventMaker();
    log.append([make(accountOpened()), make(orderIntended(1))]);
    expect(() => log.append([make(orderIntended(1))])).toThrow('log.conflict');
    const used = orderIntended(1).clientOrderId;
    expect(() => log.append([make(orderIntended(2, { clientOrderId: used }))])).toThrow('log.conflict');
    expect(() => log.append([make(orderIntended(1, { clientOrderId: 'g-other' }))])).toThrow('log.conflict');
    expect(log.head().sequence).toBe(2);
  });

  it('an event that cannot be encoded is a bug and touches nothing', () => {
    const { log } = start();
    const make = createEventMaker();
    expect(() =>
      log.append([
        make(accountOpened()),
        make({
          kind: 'tilt.scored',
          score: Number.NaN,
          level: 'NORMAL',
          indicators: [],
          evidence: [],
          figures: {},
        }),
      ]),
    ).toThrow('a stored integer is a safe integer');
    expect(() => log.append([make(accountOpened(), { at: 1.5 })])).toThrow('whole milliseconds');
    expect(log.head().sequence).toBe(0);
    log.append([make(accountOpened())]);
  });

  it('keeps text as it was, whatever it holds', () => {
    const { log, reopen } = start();
    const make = createEventMaker();
    const text = 'NUL \0, quote ", newline \n, two-unit 𝄞, lone \ud800, separator \u2028';
    const records = log.append([
      make(
        { kind: 'engine.stopped', runId: 'r', reason: text },
        { causationId: 'a"\\\n', aggregateId: 'x\0y' },
      ),
    ]);
    expect([...reopen().read(1)]).toEqual(records);
  });

  it('the newest snapshot on the chain is given back', () => {
    const { log, reopen } = start();
    const records = log.append(shortLife());
    for (const sequence of [3, 9, 5, 12]) {
      log.saveSnapshot({
        sequence,
        hash: records[sequence - 1]?.hash ?? '',
        schema: 1,
        state: `{"at":${sequence}}`,
      });
    }
    expect(log.latestSnapshot()).toEqual({
      sequence: 12,
      hash: records[11]?.hash,
      schema: 1,
      state: '{"at":12}',
    });
    expect(reopen().latestSnapshot()?.sequence).toBe(12);
  });

  it('a snapshot that names another hash is refused', () => {
    const { log } = start();
    log.append(shortLife());
    expect(() => log.saveSnapshot({ sequence: 3, hash: 'f'.repeat(64), schema: 1, state: '{}' })).toThrow(
      'a snapshot is taken at an event of this log',
    );
  });

  it('verifies itself', () => {
    const { log, reopen } = start();
    log.append(shortLife());
    const sound = {
      events: shortLife().length,
      head: log.head(),
      chain: { ok: true },
      projections: { ok: true },
      file: { ok: true },
    };
    expect(log.verify()).toEqual(sound);
    expect(reopen().verify()).toEqual(sound);
  });

  it('a closed log refuses by name', () => {
    const { log } = start();
    log.append(shortLife());
    log.close();
    log.close();
    expect(() => log.append(shortLife())).toThrow('log.closed');
    expect(() => [...log.read(1)]).toThrow('log.closed');
  });

  it('any way of splitting events into batches gives the same chain', () => {
    const events = shortLife();
    const whole = start()
      .log.append(events)
      .map(({ hash }) => hash);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 4, maxLength: 21 }), (sizes) => {
        const { log } = start();
        let from = 0;
        for (const size of [...sizes, events.length]) {
          log.append(events.slice(from, from + size));
          from += size;
        }
        expect([...log.read(1)].map(({ hash }) => hash)).toEqual(whole);
        expect(log.verify()).toMatchObject({ chain: { ok: true }, projections: { ok: true } });
      }),
      { numRuns: runs },
    );
  });

  it('whatever order fills, ends and closes come in, the rows can be built again from the events', () => {
    const [started, opened2, ...rest] = shortLife();
    const foreign: NewEvent[] = [
      createEventMaker(500)(orderFilled(77)),
      createEventMaker(501)({ kind: 'order.unknown', orderId: testId(900_001), reason: 'timeout' }),
      createEventMaker(502)({
        kind: 'order.ended',
        orderId: testId(900_002),
        status: 'EXPIRED_IN_MATCH',
        executedQuantity: 0n as never,
        reason: '',
      }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray([...rest, ...foreign], { minLength: 5 }), (events) => {
        const { log } = start();
        log.append([started as NewEvent, opened2 as NewEvent]);
        for (const event of events) log.append([event]);
        expect(log.verify()).toMatchObject({
          events: events.length + 2,
          chain: { ok: true },
          projections: { ok: true },
        });
      }),
      { numRuns: runs },
    );
  });
});

describe('two event logs', () => {
  it('memory and sqlite give the same chain for the same events', () => {
    const hashes = subjects.map(({ create }) => {
      const { open, remove } = create();
      const log = open();
      const records = log.append(shortLife());
      log.close();
      remove();
      return records.map(({ hash }) => hash);
    });
    expect(hashes[0]).toEqual(hashes[1]);
  });
});
