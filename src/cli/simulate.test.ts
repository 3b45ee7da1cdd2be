/** The command as a process: its JSON, its refusals, several processes against one. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
type Ran = { readonly status: number | null; readonly out: string; readonly err: string };

async function simulate(...words: readonly string[]): Promise<Ran> {
  const program = `import { simulateCommand } from ${JSON.stringify(join(import.meta.dirname, 'simulate.ts'))};
    await simulateCommand().parseAsync(process.argv.slice(1), { from: 'user' });`;
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', ...words], {
      cwd: root,
      env: { ...process.env, GENESIS_ROOT: root },
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.once('error', fail);
    child.once('close', (status) => settle({ status, out, err }));
  });
}

describe('genesis simulate', () => {
  it('reports as JSON what it ran and found', async () => {
    const { status, out } = await simulate(
      '--seeds',
      '2',
      '--from-seed',
      '7',
      '--faults',
      'net.replyLost',
      '--json',
    );
    expect(status).toBe(0);
    const report = JSON.parse(out) as Record<string, unknown>;
    expect(report).toMatchObject({ seeds: 2, violations: [] });
    expect(report['traceHash']).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.keys(report['faultsFired'] as object).every((kind) => kind === 'net.replyLost')).toBe(true);
    expect(report['elapsedMs']).toBeTypeOf('number');
  }, 60_000);

  it('runs a seed twice when asked and prints every happening of it', async () => {
    const { status, out } = await simulate('--seeds', '1', '--faults', 'none', '--twice', '--verbose');
    expect(status).toBe(0);
    expect(out).toContain('boot');
    expect(out).toContain('no invariant was broken');
  }, 60_000);

  it('refuses a fault it does not know, and runs nothing', async () => {
    const { status, out, err } = await simulate('--faults', 'gremlins');
    expect(status).not.toBe(0);
    expect(out).toBe('');
    expect(err).toContain('gremlins');
  }, 60_000);
});
