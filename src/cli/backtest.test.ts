/** The command as a process: what it prints, how it refuses, how Ctrl-C ends it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { madeCandlesPath } from '../../tests/builders/candles.ts';

const root = join(import.meta.dirname, '..', '..');
const dir = mkdtempSync(join(tmpdir(), 'genesis-backtest-'));
afterAll(() => rmSync(dir, { recursive: true }));

type Ran = { readonly status: number | null; readonly out: string; readonly err: string };

/** Runs the command from its source; `interrupt` sends Ctrl-C at the first word on standard error. */
async function backtest(words: readonly string[], interrupt = false): Promise<Ran> {
  const program = `import { backtestCommand } from ${JSON.stringify(join(import.meta.dirname, 'backtest.ts'))};
    await backtestCommand().parseAsync(process.argv.slice(1), { from: 'user' });`;
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', ...words], {
      cwd: root,
      env: { ...process.env, GENESIS_ROOT: root },
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
      if (interrupt) child.kill('SIGINT');
    });
    child.on('error', fail);
    child.on('close', (status) => settle({ status, out, err }));
  });
}

const basics = ['--strategy', 'sma_cross', '--data', madeCandlesPath];

describe('genesis backtest', () => {
  it('prints the figures as JSON, with every order when asked, and writes the report', async () => {
    const html = join(dir, 'report.html');
    const { status, out } = await backtest([...basics, '--json', '--orders', '--html', html]);
    const result = JSON.parse(out) as Record<string, unknown> & { orders: unknown[]; metrics: object };
    expect(status).toBe(0);
    expect(result).toMatchObject({
      candles: 600,
      trades: 6,
      stoppedEarly: false,
      metrics: { trades: 6, startEquity: '500' },
    });
    expect(result['elapsedMs']).toBeTypeOf('number');
    expect(result['peakRssMb']).toBeTypeOf('number');
    expect(result.orders).toHaveLength(18);
    expect(readFileSync(html, 'utf8')).toContain('sma_cross on BTCUSDT');
  });

  it('says in words what it assumed', async () => {
    const { status, out } = await backtest([...basics, '--spread', '4', '--fee', '7.5']);
    expect(status).toBe(0);
    expect(out).toContain('assumed: spread 4 bps, fee 7.5 bps, 50 ms to the exchange');
    expect(out).toContain('trades');
  });

  it.each<readonly [name: string, words: readonly string[], says: RegExp]>([
    [
      'an unknown strategy',
      ['--strategy', 'moon', '--data', madeCandlesPath],
      /There is no strategy "moon"[^]*Choose one of: sma_cross/,
    ],
    [
      'data that is not there',
      ['--strategy', 'sma_cross', '--data', '/nowhere.csv'],
      /\/nowhere\.csv is not there\.\nNothing was run/,
    ],
    ['a balance of zero', [...basics, '--balance', '0'], /--balance does not take "0"/],
    ['a balance that is no number', [...basics, '--balance', '1e3'], /--balance does not take "1e3"/],
    ['a time that is none', [...basics, '--from', 'yesterday'], /--from does not take "yesterday"/],
    [
      'an end before the start',
      [...basics, '--from', '2022-02-01', '--to', '2022-01-01'],
      /a time after --from/,
    ],
    ['a period without candles', [...basics, '--from', '2030-01-01'], /There are no candles to play/],
  ])('refuses %s calmly', async (_name, words, says) => {
    const { status, out, err } = await backtest(words);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(says);
    expect(err).not.toMatch(/!|\bat .*:\d+:\d+/);
  });

  it('ends at Ctrl-C with what there is so far', async () => {
    const long = join(dir, 'BTCUSDT-1m.csv');
    const rows = readFileSync(madeCandlesPath, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').slice(1).join(','));
    // Enough for a minute of work; the made candles again and again.
    const text = Array.from(
      { length: 200 * rows.length },
      (_, index) => `${index * 60_000 + Date.UTC(2024, 0, 1)},${rows[index % rows.length] ?? ''}`,
    );
    writeFileSync(long, `${text.join('\n')}\n`);
    const { status, out, err } = await backtest(['--strategy', 'sma_cross', '--data', long, '--json'], true);
    const result = JSON.parse(out) as { candles: number; stoppedEarly: boolean };
    expect(status).toBe(130);
    expect(err).toMatch(/candles, up to 2024-/);
    expect(result.stoppedEarly).toBe(true);
    expect(result.candles).toBeGreaterThan(0);
    expect(result.candles).toBeLessThan(120_000);
  });
});
