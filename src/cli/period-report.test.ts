// The reports that read the store: one implementation under two names, and calm words for what they cannot do.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Command } from 'commander';
import { createEventMaker } from '../../tests/builders/new-events.ts';
import { dataDirAt } from '../data/data-dir.ts';
import { openSqliteEventLog } from '../data/event-log/sqlite-event-log.ts';
import { allProjections } from '../data/repositories/projections/all-projections.ts';
import { periodReportCommand } from './period-report.ts';
import { tiltReportCommand } from './tilt-report.ts';

/** No key that protects anything: of this test’s name. */
const key = createHash('sha256').update('period report').digest('hex');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'genesis-report-'));
  const { database, anchor } = dataDirAt(root);
  mkdirSync(dirname(database), { recursive: true });
  mkdirSync(dirname(anchor), { recursive: true });
  vi.stubEnv('GENESIS_DB_KEY', key);
  const opened = openSqliteEventLog({
    path: database,
    key,
    anchorPath: anchor,
    projections: allProjections,
    now: () => Date.now(),
  });
  if (!opened.ok) throw new Error(opened.error.detail);
  const log = opened.value;
  const make = createEventMaker();
  log.append([
    make(
      {
        kind: 'tilt.levelChanged',
        from: 'NORMAL',
        to: 'LOCKED',
        score: 91,
        message: 'Unusual for you: pace.',
        enforced: true,
      },
      { at: Date.now() },
    ),
  ]);
  log.close();
  process.exitCode = undefined;
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(root, { recursive: true, force: true });
});

async function said(command: Command, ...words: readonly string[]): Promise<string> {
  let text = '';
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((part) => {
      text += String(part);
      return true;
    });
  await command.parseAsync([...words, '--data-dir', root], { from: 'user' });
  vi.restoreAllMocks();
  return text;
}

test('report --behaviour is tilt report', async () => {
  const week = await said(periodReportCommand(), '--behaviour', '--json');
  expect(JSON.parse(week)).toMatchObject({ interventions: [{ level: 'LOCKED', score: 91 }] });
  expect(await said(tiltReportCommand(), '--json')).toBe(week);
  expect(await said(periodReportCommand(), '--behaviour')).toContain('locked at 91');
});

test('report alone says what the days brought', async () => {
  expect(await said(periodReportCommand(), '--period', 'month')).toContain('The last month (UTC days)');
  expect(JSON.parse(await said(periodReportCommand(), '--json'))).toMatchObject({ total_trades: 0 });
});

test.each([
  ['a period nobody knows', periodReportCommand, ['--period', 'toString'], 'Give day, week, month, year'],
  ['HTML of the figures', periodReportCommand, ['--html', 'x.html'], 'Add --behaviour'],
  ['no number of days', tiltReportCommand, ['--days', '0'], 'whole number from 1 to 366'],
] as const)('%s is refused, calmly', async (_name, command, words, next) => {
  expect(await said(command(), ...words)).toContain(next);
  expect(process.exitCode).toBe(1);
});
