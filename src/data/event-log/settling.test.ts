/** Projections follow the events (docs/decisions/0009-projections-follow.md): late perhaps, never unexplained. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  accountOpened,
  createEventMaker,
  orderIntended,
  shortLife,
  testId,
} from '../../../tests/builders/new-events.ts';
import { createStoreFolder, type StoreFolder } from '../../../tests/builders/store-folder.ts';
import { projectedThrough, PROJECTION_BACKLOG } from './projection-rebuild.ts';
import type { SqliteEventLog } from './sqlite-event-log.ts';

const SOUND = { chain: { ok: true }, projections: { ok: true }, file: { ok: true } };
const orders = (log: SqliteEventLog): unknown =>
  log.connection.prepare('SELECT count(*) FROM orders').pluck().get();

let folder: StoreFolder;
beforeEach(() => {
  folder = createStoreFolder();
});
afterEach(() => folder.remove());

describe('settling', () => {
  it('an append writes no row, settling writes them all', () => {
    const log = folder.mustOpen();
    log.append(shortLife());
    expect(orders(log)).toBe(0);
    expect(log.verify()).toMatchObject(SOUND);
    log.settle();
    expect(orders(log)).toBe(2);
    expect(projectedThrough(log.connection)).toBe(shortLife().length);
    expect(log.verify()).toMatchObject(SOUND);
    log.close();
  });

  it('a store killed before it settled is sound as it lies, and settles when it is opened', () => {
    const log = folder.mustOpen();
    log.append(shortLife().slice(0, 12));
    log.settle();
    log.append(shortLife().slice(12));
    const killed = folder.copyTo('killed');
    log.close();
    const seen = killed.mustOpen({ inspect: true });
    expect(projectedThrough(seen.connection)).toBe(12);
    expect(seen.verify()).toMatchObject({ events: shortLife().length, ...SOUND });
    seen.close();
    const again = killed.mustOpen();
    expect(projectedThrough(again.connection)).toBe(shortLife().length);
    expect(again.verify()).toMatchObject(SOUND);
    again.close();
  });

  it('a mark that claims more than the rows show is found by verify, and one past the log rebuilds', () => {
    const log = folder.mustOpen();
    log.append(shortLife().slice(0, 5));
    log.settle();
    log.append(shortLife().slice(5));
    log.connection.exec('UPDATE projection_state SET through = 21');
    expect(log.verify().projections).toMatchObject({ fault: { code: 'verify.projectionDiffers' } });
    log.connection.exec('UPDATE projection_state SET through = 99');
    const killed = folder.copyTo('killed');
    log.rebuildProjections();
    log.close();
    const again = killed.mustOpen();
    expect(again.verify()).toMatchObject(SOUND);
    again.close();
  });

  it('what waits is bounded, also when no quiet moment comes', () => {
    const log = folder.mustOpen();
    const make = createEventMaker();
    log.append([make(accountOpened())]);
    for (let number = 1; number <= PROJECTION_BACKLOG; number += 1) log.append([make(orderIntended(number))]);
    expect(log.head().sequence - projectedThrough(log.connection)).toBeLessThan(PROJECTION_BACKLOG);
    expect(log.verify()).toMatchObject(SOUND);
    log.close();
  });

  it('an order known only to events that wait is not intended again', () => {
    const log = folder.mustOpen();
    const make = createEventMaker();
    log.append([make(accountOpened()), make(orderIntended(1)), make(orderIntended(3))]);
    log.append([make(orderIntended(2))]);
    // The second batch went behind the greatest id, so the first was settled to be asked.
    expect(orders(log)).toBe(2);
    for (const number of [1, 2, 3])
      expect(() => log.append([make(orderIntended(number))])).toThrow(
        `order ${testId(900_000 + number)} is known already`,
      );
    expect(log.verify()).toMatchObject({ events: 4, ...SOUND });
    log.close();
  });
});
