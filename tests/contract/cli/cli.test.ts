// The commands for people who live in scripts, over the real API of a scripted engine: what they
// print, their exit status, and that nothing is done without a yes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startApi, type ApiServer } from '../../../src/api/server.ts';
import { closeAllCommand, haltCommand, resumeCommand } from '../../../src/cli/emergency.ts';
import { execCommand } from '../../../src/cli/exec.ts';
import { reportCommand } from '../../../src/cli/report.ts';
import { spawnEngine } from '../../../src/cli/start-engine.ts';
import { refusal } from '../../../src/core/refusals.ts';
import { createSystemRandom, createSystemTimers } from '../../../src/wiring/system-ports.ts';
import { createFakeEngine, fakePosition, type FakeEngine } from '../../builders/fake-engine.ts';

let engine: FakeEngine;
let api: ApiServer | null;
let dataDir: string;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'genesis-cli-'));
  engine = createFakeEngine();
  const started = await startApi({
    control: engine,
    timers: createSystemTimers(),
    random: createSystemRandom(),
    dataDir,
    version: '0.1.0',
    port: 0,
  });
  api = started.ok ? started.value : null;
  process.exitCode = undefined;
});

afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await api?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

type Outcome = { readonly out: string; readonly problem: string; readonly status: number };

async function run(command: Command, ...words: readonly string[]): Promise<Outcome> {
  let out = '';
  let problem = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    problem += String(text);
    return true;
  });
  await command.parseAsync([...words, '--data-dir', dataDir], { from: 'user' });
  vi.restoreAllMocks();
  return { out, problem, status: Number(process.exitCode ?? 0) };
}

describe('reports', () => {
  test.each<[Parameters<typeof reportCommand>[0], Record<string, unknown>]>([
    ['status', { account_id: '019374d0-0000-7000-8000-0000000000aa', balance: '501.22', tier: 'SNIPER' }],
    ['tier', { current_tier: 'SNIPER' }],
    ['tilt', { tilt_score: 4, tilt_level: 'NORMAL', indicators_triggered: ['decision speed'] }],
    ['risk', { dailyLossLeft: '23.76', unprotected: 0 }],
  ])('%s --json has the schema others rely on', async (name, expected) => {
    const { out, status } = await run(reportCommand(name), '--json');
    expect([JSON.parse(out), status]).toEqual([expect.objectContaining(expected), 0]);
  });

  test('positions for a script and for a person', async () => {
    engine.show({ positions: [fakePosition] });
    expect(JSON.parse((await run(reportCommand('positions'), '--json')).out)).toMatchObject([
      { position_id: fakePosition.positionId, pnl_dollars: '0.02' },
    ]);
    expect((await run(reportCommand('positions'))).out).toContain(
      'BTC/USDT  long   0.00037  67,412.10  67,453.20  +$0.02',
    );
    engine.show({ positions: [] });
    expect(await run(reportCommand('positions'))).toMatchObject({ out: 'Nothing is open.\n', status: 0 });
  });

  test('text from the engine cannot act on a terminal', async () => {
    engine.show({ positions: [{ ...fakePosition, display: 'BTC\u001b[2J\u202e' }] });
    expect((await run(reportCommand('positions'))).out).toContain('BTC[2J');
  });

  test('without an engine, three calm sentences and a status that says no', async () => {
    await api?.close();
    const { out, problem, status } = await run(reportCommand('status'));
    expect([out, problem.trim().split('\n').length, status]).toEqual(['', 3, 1]);
    expect(problem).toContain(`No engine answers for ${dataDir}.`);
    const json = await run(reportCommand('status'), '--json');
    expect(JSON.parse(json.out)).toMatchObject({
      error: { what: expect.stringContaining('No engine') as string },
    });
  });
});

describe('exec', () => {
  test('an order needs a yes', async () => {
    const { problem, status } = await run(execCommand(), 'buy 100 usdt btc');
    expect(problem).toContain('This would send an order: $100 becomes $25');
    expect([engine.commands.length, status]).toEqual([0, 1]);
    engine.outcomes.set('buy', 'bought 0.00037 BTC, stop resting');
    const sent = await run(execCommand(), '--yes', 'buy', '100', 'usdt', 'btc');
    expect([engine.commands.length, sent.out]).toEqual([
      1,
      'buying $25 of BTC\nbought 0.00037 BTC, stop resting\n',
    ]);
  });

  test('a refusal is said in three parts, with status 1', async () => {
    engine.refuseNext(refusal('risk.dailyEntries', { entries: 10, limit: 10 }));
    const { problem, status } = await run(execCommand(), '--yes', 'buy 100 usdt btc');
    expect([problem.split('\n')[0], status]).toEqual(['Today’s 10 entries have been used.', 1]);
    const json = await run(execCommand(), '--json', '--yes', 'byu 100 usdt btc');
    expect([JSON.parse(json.out), json.status]).toMatchObject([
      { outcome: 'refused', refusal: { code: 'command.unreadable' } },
      1,
    ]);
  });

  test('a view prints the same as its command', async () => {
    expect((await run(execCommand(), 'tier')).out).toBe((await run(reportCommand('tier'))).out);
    expect((await run(execCommand(), 'why')).out).toBe('Nothing was refused lately.\n');
  });
});

describe('emergency', () => {
  test('halt and close-all need their sentence', async () => {
    engine.show({ positions: [fakePosition] });
    expect((await run(haltCommand(), '--reason', 'the feed looks odd')).status).toBe(1);
    expect((await run(closeAllCommand(), '--confirm', 'close all positions')).status).toBe(1);
    expect(engine.commands).toHaveLength(0);
  });

  test('with it they act and say what came of it', async () => {
    engine.show({ positions: [fakePosition] });
    const halted = await run(
      haltCommand(),
      '--reason',
      'the feed looks odd',
      '--confirm',
      'HALT TRADING NOW',
    );
    expect(halted).toMatchObject({ status: 0, out: expect.stringContaining('Trading is halted.') as string });
    const closed = await run(closeAllCommand(), '--confirm', 'CLOSE ALL POSITIONS');
    expect(closed.out).toBe('1 closed, +$0.02 after fees.\n');
    const again = await run(closeAllCommand(), '--json', '--confirm', 'CLOSE ALL POSITIONS');
    expect(JSON.parse(again.out)).toMatchObject({ positions_closed: 0 });
  });

  test('resume carries the sentence to the engine', async () => {
    await run(resumeCommand(), 'I have looked at the cause');
    expect(engine.commands[0]?.command).toEqual({ kind: 'resume', phrase: 'I have looked at the cause' });
  });
});

describe('starting an engine', () => {
  test('an engine that explains itself and ends is quoted', async () => {
    await api?.close();
    const main = join(dataDir, 'main.mjs');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(
      main,
      "console.error('Port 80 is in use.\\nNothing was started.\\nChoose another.'); process.exit(1);",
    );
    expect(await spawnEngine(dataDir, { main })).toEqual({
      ok: false,
      error: { what: 'Port 80 is in use.', why: 'Nothing was started.', next: 'Choose another.' },
    });
    writeFileSync(main, 'process.exit(3);');
    expect(await spawnEngine(dataDir, { main })).toMatchObject({
      ok: false,
      error: { what: 'The engine ended while it was starting (3).' },
    });
  });

  test('a folder that cannot be written is said before anything is started', async () => {
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(dataDir, 'file'), '');
    expect(await spawnEngine(join(dataDir, 'file'))).toMatchObject({
      ok: false,
      error: { why: 'Nothing was started and nothing was changed.' },
    });
  });
});
