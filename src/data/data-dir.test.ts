import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  acquireEngineLock,
  prepareDataDir,
  runningEngine,
  type DataDir,
  type EngineLock,
} from './data-dir.ts';

let root: string;
let dir: DataDir;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'genesis-dir-'));
  const prepared = prepareDataDir(join(root, '.genesis'));
  if (!prepared.ok) throw new Error(prepared.error.detail);
  dir = prepared.value;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function mustAcquire(startedAt: number): EngineLock {
  const lock = acquireEngineLock(dir, { pid: process.pid, startedAt });
  if (!lock.ok) throw new Error(lock.error.code);
  return lock.value;
}

async function startHolder(): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const script = fileURLToPath(new URL('../../tests/builders/locking-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dir.root], { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = await new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())),
  );
  return { child, said };
}

async function killed(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

describe('the data folder', () => {
  it('is made with everything in it for its owner only, again and again', () => {
    expect(prepareDataDir(dir.root).ok).toBe(true);
    for (const folder of [dir.root, dir.backups, dir.logs, dir.state])
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(dir.database).toBe(join(dir.root, 'data', 'genesis.db'));
  });

  it('says why it cannot be made', () => {
    writeFileSync(join(root, 'file'), '');
    expect(prepareDataDir(join(root, 'file', 'below'))).toMatchObject({
      ok: false,
      error: { code: 'dataDir.cannotCreate' },
    });
  });
});

describe('the engine lock (invariant 29)', () => {
  it('is held by one engine; the second learns who has it', () => {
    const first = mustAcquire(100);
    expect(acquireEngineLock(dir, { pid: 2, startedAt: 200 })).toEqual({
      ok: false,
      error: { code: 'lock.held', holder: { pid: process.pid, startedAt: 100, token: first.token } },
    });
    first.release();
    first.release();
    const next = mustAcquire(300);
    expect(next.token).toBe(first.token + 1);
    next.release();
  });

  it('tells whether an engine runs, without disturbing it', () => {
    expect(runningEngine(dir)).toBeNull();
    const lock = mustAcquire(100);
    expect(runningEngine(dir)).toEqual({ pid: process.pid, startedAt: 100, token: lock.token });
    expect(acquireEngineLock(dir, { pid: 2, startedAt: 200 }).ok).toBe(false);
    lock.release();
    expect(runningEngine(dir)).toBeNull();
  });

  it('binds across processes, and goes with a process that is killed', async () => {
    const { child, said } = await startHolder();
    expect(said).toBe('1');
    expect(acquireEngineLock(dir, { pid: 2, startedAt: 200 })).toMatchObject({
      ok: false,
      error: { code: 'lock.held', holder: { pid: child.pid, startedAt: 1_234, token: 1 } },
    });
    await killed(child);
    const next = mustAcquire(300);
    expect(next.token).toBe(2);
    next.release();
  });

  it('an unreadable note is no lock and no crash', () => {
    const lock = mustAcquire(100);
    writeFileSync(dir.lockNote, '{"pid":');
    expect(acquireEngineLock(dir, { pid: 2, startedAt: 200 })).toEqual({
      ok: false,
      error: { code: 'lock.held', holder: null },
    });
    lock.release();
    mustAcquire(100).release();
  });

  it('a folder that cannot be written is said to be unavailable', () => {
    rmSync(dir.state, { recursive: true });
    expect(acquireEngineLock(dir, { pid: 2, startedAt: 200 })).toMatchObject({
      ok: false,
      error: { code: 'lock.unavailable' },
    });
    expect(existsSync(dir.lockFile)).toBe(false);
    chmodSync(dir.root, 0o700);
  });
});
