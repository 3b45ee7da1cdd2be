/**
 * What a terminal can do to the console (reliability.md "User"): pastes of any size, several lines at
 * once, control and reordering characters, sizes down to one cell, a frozen or killed engine, a
 * terminal that closes. No order comes of it, nothing crashes, and the terminal is left as it was.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTerminal, type TestTerminal } from '../builders/terminal.ts';
import { readApiFile } from '../../src/api/api-file.ts';
import type { SeedEvent } from '../../src/api/seed-schemas.ts';
import { program, runToEnd, temporaryFolder, untilEngine } from './processes.ts';

// A start may build the program first.
vi.setConfig({ testTimeout: 60_000 });

const folder = temporaryFolder();
let terminal: TestTerminal;

function open(env: Readonly<Record<string, string>> = {}): TestTerminal {
  return openTerminal({ file: program, args: ['--data-dir', folder.path], columns: 100, rows: 30, env });
}

/** Ends what runs for the folder: the engine by its own command, whatever state a test left it in. */
async function stopEngine(): Promise<void> {
  const pid = readApiFile(folder.path)?.pid;
  if (pid === undefined) return;
  for (const signal of ['SIGCONT', 'SIGTERM'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
  }
  for (let turn = 0; turn < 200 && readApiFile(folder.path) !== null; turn += 1) await pause(25);
}

async function ordersIntended(): Promise<number> {
  const { client } = await untilEngine(folder.path, () => true);
  const events = await client.get<readonly SeedEvent[]>('/system/events?limit=1000');
  client.close();
  return events.ok ? events.value.filter((event) => event.event_type === 'order.intended').length : -1;
}

beforeAll(async () => {
  terminal = open();
  await terminal.until(/data \d/, 60_000);
}, 90_000);

afterAll(async () => {
  terminal.close();
  await stopEngine();
  folder.dispose();
});

describe('the keyboard', () => {
  test('several lines at once are never carried out, with brackets or without', async () => {
    terminal.paste('buy 25 usdt btc\nbuy 25 usdt eth\n');
    await terminal.until('2 lines were pasted. None was carried out');
    terminal.write('buy 25 usdt btc\rbuy 25 usdt eth\rclose-all\r');
    await terminal.until('3 lines were pasted. None was carried out');
    expect(await ordersIntended()).toBe(0);
  });

  test('ten megabytes are cut, said, and leave the console quick', async () => {
    terminal.paste('x'.repeat(10_000_000));
    await terminal.until('Only the first 500 characters were taken', 20_000);
    terminal.press('ctrlU');
    await terminal.type('tier');
    expect(await terminal.until(' › tier', 2_000)).toContain(' › tier');
    terminal.press('ctrlU');
  });

  test('escapes, control and reordering characters place no order', async () => {
    for (const bytes of [
      'buy 25\u001b]0;x\u0007 usdt btc\r',
      '\u202ebuy 25 usdt btc\r',
      'buy\u0000 25 usdt btc\r',
      '\u009b31mbuy 25 usdt btc\r',
      '\u001b[200~buy 25 usdt btc\r',
    ]) {
      terminal.write(bytes);
      await pause(50);
      terminal.press('ctrlU');
    }
    // An unfinished paste is taken as ended after a while.
    await pause(2_100);
    terminal.press('ctrlU');
    await terminal.type('risk');
    await terminal.until(' › risk');
    terminal.press('ctrlU');
    expect(await ordersIntended()).toBe(0);
  });

  test('any size, down to one cell, and back', async () => {
    for (const [columns, rows] of [
      [1, 1],
      [2, 40],
      [300, 2],
      [20, 5],
      [240, 70],
      [100, 30],
    ] as const) {
      terminal.resize(columns, rows);
      await pause(40);
    }
    await terminal.until(/left to lose[\s\S]*›/);
    expect(terminal.screen()).toHaveLength(30);
  });
});

describe('the engine', () => {
  test('one that is killed is noticed within two seconds, explained, and started again with Enter', async () => {
    const killedAt = performance.now();
    process.kill(readApiFile(folder.path)?.pid ?? 0, 'SIGKILL');
    await terminal.until('The engine does not answer any more.', 5_000);
    expect(performance.now() - killedAt).toBeLessThan(2_000);
    await terminal.type('buy 25 usdt btc');
    terminal.press('enter');
    await terminal.until('nothing was sent');
    terminal.press('ctrlU');
    terminal.press('escape');
    // Joined with the Escape the Enter would not act.
    await pause(100);
    terminal.press('enter');
    await terminal.until(/data \d/, 20_000);
    expect(await ordersIntended()).toBe(0);
  });

  test('one that is frozen is noticed within two seconds, and its return too', async () => {
    const pid = readApiFile(folder.path)?.pid ?? 0;
    const frozenAt = performance.now();
    process.kill(pid, 'SIGSTOP');
    const noticed = await terminal.until(/reconnecting|no engine/, 5_000).then(
      () => performance.now() - frozenAt,
      () => Number.POSITIVE_INFINITY,
    );
    // Before anything is judged: a frozen engine would fail every test after this one.
    process.kill(pid, 'SIGCONT');
    expect(noticed).toBeLessThan(2_000);
    await terminal.until(/data \d/, 10_000);
  });

  test('a terminal that closes leaves it running', async () => {
    const pid = readApiFile(folder.path)?.pid;
    const other = open();
    await other.until(/data \d/, 40_000);
    other.close();
    const status = await runToEnd(['status', '--data-dir', folder.path, '--json']);
    expect([status.code, readApiFile(folder.path)?.pid]).toEqual([0, pid]);
  });
});

describe('the terminal', () => {
  test('without colour there is none, and nothing is missing', async () => {
    const plain = open({ NO_COLOR: '1' });
    await plain.until(/data \d/, 40_000);
    expect(plain.colours()).toEqual(new Set(['default']));
    expect(plain.text()).toContain('left to lose');
    plain.press('ctrlC');
    await plain.until('Does the engine keep running?');
    plain.write('k');
    await plain.exited;
    plain.close();
  });

  test('it is left as it was, on its first screen', async () => {
    expect(terminal.alternate()).toBe(true);
    terminal.press('ctrlC');
    await terminal.until('Does the engine keep running?');
    terminal.press('escape');
    await terminal.until((screen) => !screen.includes('Does the engine keep running?'));
    terminal.press('ctrlC');
    await terminal.until('Does the engine keep running?');
    terminal.write('s');
    expect(await terminal.exited).toMatchObject({ code: 0 });
    expect([terminal.alternate(), terminal.text().trim()]).toEqual([
      false,
      'The engine has stopped. Stops that rest at the exchange stay there.',
    ]);
    expect(terminal.raw()).toContain('\u001b[?2004l');
  });
});
