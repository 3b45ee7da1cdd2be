/** The commands as processes: the JSON others rely on, logs through a pipe, broken input, an end by signal. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'genesis-tilt-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Ran = { readonly status: number | null; readonly out: string; readonly err: string };

async function tilt(words: readonly string[], interruptAfterMs?: number, input = ''): Promise<Ran> {
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, [join(root, 'src', 'main.ts'), 'tilt', ...words], {
      cwd: folder,
      env: { ...process.env, GENESIS_ROOT: root },
    });
    let out = '';
    let err = '';
    child.stdin.on('error', () => undefined).end(input);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.once('error', fail);
    child.once('close', (status) => settle({ status, out, err }));
    if (interruptAfterMs !== undefined) setTimeout(() => child.kill('SIGINT'), interruptAfterMs);
  });
}

const json = (line: string | undefined): Record<string, unknown> =>
  JSON.parse(line ?? '') as Record<string, unknown>;
const lastLine = (out: string): string | undefined => out.trimEnd().split('\n').at(-1);

describe('genesis tilt evaluate', () => {
  it('prints the summary that others rely on and writes the report', async () => {
    const html = join(folder, 'tilt.html');
    const { status, out } = await tilt([
      'evaluate',
      '--traders',
      '2',
      '--split',
      'tune',
      '--html',
      html,
      '--json',
    ]);
    expect(status).toBe(0);
    const summary = json(out);
    expect(Object.keys(summary['auc'] as object)).toEqual(['strong', 'moderate', 'unseen', 'gamer']);
    expect(Object.keys(summary['falsePer1000'] as object)).toEqual([
      'cautionCalm',
      'lockedCalm',
      'lockedStressed',
      'lockedWorstDecile',
    ]);
    expect(Object.keys(summary['medianDelayTrades'] as object)).toEqual(['caution', 'locked']);
    expect(summary).toMatchObject({ synthetic: true, split: 'tune', traders: 2 });
    expect(readFileSync(html, 'utf8')).toContain('</html>');
  }, 60_000);

  it('judges a generated log from a pipe, a line a session and the summary last', async () => {
    const generated = await tilt(['generate', '--out', '-', '--traders', '1', '--seed', '9']);
    expect(generated.status).toBe(0);
    const sessions = generated.out.split('\n').filter((line) => line.includes('"session.start"')).length;
    const { status, out } = await tilt(
      ['evaluate', '--log', '-', '--json'],
      undefined,
      `${generated.out}not a line\n`,
    );
    expect(status).toBe(0);
    const lines = out.trimEnd().split('\n').map(json);
    expect(lines).toHaveLength(sessions + 1);
    for (const line of lines.slice(0, -1)) {
      expect(Object.keys(line).slice(0, 4)).toEqual(['trader', 'session', 'maxScore', 'first']);
      expect(Object.keys(line['first'] as object)).toEqual(['CAUTION', 'WARNING', 'LOCKED']);
    }
    const broken = {
      count: 1,
      lines: [{ line: generated.out.split('\n').length, problem: 'not valid JSON' }],
    };
    expect(lines.at(-1)).toMatchObject({ sessions, traders: 1, broken, auc: { strong: expect.any(Number) } });
  }, 60_000);

  it.each([
    ['', 0],
    ['nothing of this is JSON\n', 1],
  ])(
    'a log of %j ends with status %d and a summary',
    async (content, expected) => {
      const path = join(folder, 'log.jsonl');
      writeFileSync(path, content);
      const { status, out, err } = await tilt(['evaluate', '--log', path, '--json']);
      expect(status).toBe(expected);
      expect(json(lastLine(out))).toMatchObject({ sessions: 0, auc: { strong: null } });
      expect(err === '').toBe(expected === 0);
    },
    60_000,
  );

  it('ends with what there is when it is interrupted', async () => {
    const { status, out } = await tilt(['evaluate', '--traders', '100000', '--json'], 4_000);
    expect(status).toBe(130);
    expect(json(out)).toMatchObject({ complete: false, synthetic: true });
  }, 60_000);

  it('refuses what it does not know and says how to go on', async () => {
    const { status, err } = await tilt(['evaluate', '--split', 'both']);
    expect(status).not.toBe(0);
    expect(err).toContain('report');
  }, 60_000);
});
