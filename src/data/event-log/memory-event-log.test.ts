import { describe, expect, it } from 'vitest';
import { createEventMaker, orderIntended, shortLife } from '../../../tests/builders/new-events.ts';
import { allProjections } from '../repositories/projections/all-projections.ts';
import { EventLogFailure } from './failures.ts';
import { createMemoryDisk, createMemoryEventLog } from './memory-event-log.ts';

const make = createEventMaker(1_000);

function codeThrownBy(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    return thrown instanceof EventLogFailure ? thrown.code : String(thrown);
  }
  return 'nothing';
}

describe('the memory log, crashing', () => {
  it('keeps everything acknowledged under FULL', () => {
    const disk = createMemoryDisk();
    const log = createMemoryEventLog({ disk });
    log.append(shortLife());
    const head = log.head();
    log.crash();
    expect(codeThrownBy(() => log.append([make(orderIntended(1))]))).toBe('log.closed');
    expect(createMemoryEventLog({ disk }).head()).toEqual(head);
  });

  it('loses under NORMAL what was not synced, but for what happened to be written', () => {
    const disk = createMemoryDisk();
    const log = createMemoryEventLog({ disk, synchronous: 'NORMAL', projections: allProjections });
    log.append(shortLife().slice(0, 5));
    log.sync();
    const records = log.append(shortLife().slice(5));
    log.saveSnapshot({ sequence: 21, hash: records.at(-1)?.hash ?? '', schema: 1, state: '{}' });
    log.crash(3);
    const again = createMemoryEventLog({ disk, synchronous: 'NORMAL', projections: allProjections });
    expect(again.head()).toEqual({ sequence: 8, hash: records[2]?.hash });
    expect(again.latestSnapshot()).toBeNull();
    expect(again.verify()).toMatchObject({ events: 8, chain: { ok: true }, projections: { ok: true } });
    again.append(shortLife().slice(8));
    expect(again.tables.rows('positions')).toHaveLength(1);
  });

  it('throws before anything was stored when told so, and goes on when the store is sound', () => {
    const log = createMemoryEventLog({ projections: allProjections });
    log.failNextAppend('before', 'log.full');
    expect(codeThrownBy(() => log.append(shortLife()))).toBe('log.full');
    expect(log.head().sequence).toBe(0);
    expect(log.append(shortLife())).toHaveLength(21);
  });

  it('after an I/O error only opening again helps', () => {
    const disk = createMemoryDisk();
    const log = createMemoryEventLog({ disk });
    log.failNextAppend('before', 'log.io');
    expect(codeThrownBy(() => log.append(shortLife()))).toBe('log.io');
    expect(codeThrownBy(() => log.append(shortLife()))).toBe('log.latched');
    expect(createMemoryEventLog({ disk }).append(shortLife())).toHaveLength(21);
  });

  it('can throw after the batch became durable: it is found after opening again', () => {
    const disk = createMemoryDisk();
    const log = createMemoryEventLog({ disk });
    log.failNextAppend('after', 'log.io');
    expect(codeThrownBy(() => log.append(shortLife()))).toBe('log.io');
    expect(codeThrownBy(() => log.append(shortLife()))).toBe('log.latched');
    expect([...createMemoryEventLog({ disk }).read(1)]).toHaveLength(21);
  });

  it('a refused batch leaves no row behind', () => {
    const log = createMemoryEventLog({ projections: allProjections });
    log.append(shortLife());
    const before = log.tables.rows('orders');
    const batch = [make(orderIntended(7)), make(orderIntended(8, { clientOrderId: 'not-derived' }))];
    expect(codeThrownBy(() => log.append(batch))).toBe('log.conflict');
    expect(log.tables.rows('orders')).toEqual(before);
    expect(log.verify().projections).toEqual({ ok: true });
  });

  it('an edited event is found by verify', () => {
    const log = createMemoryEventLog();
    log.append(shortLife());
    const third = log.disk.events[2];
    log.disk.events[2] = { ...third!, data: third!.data.replace('500', '900') };
    expect(log.verify().chain).toMatchObject({ ok: false, fault: { code: 'verify.editedEvent' } });
    log.disk.events.splice(2);
    expect(log.verify().chain).toMatchObject({ ok: false, fault: { code: 'verify.rolledBack' } });
  });
});
