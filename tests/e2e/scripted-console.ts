/**
 * The real console in a real pseudo-terminal against a scripted engine behind the real API, and golden screens
 * of it in tests/golden/console. GENESIS_UPDATE_GOLDEN="why" writes them anew.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startApi, type ApiServer } from '../../src/api/server.ts';
import { notional, price, quantity } from '../../src/core/money.ts';
import type { StoredPosition } from '../../src/core/ports/repositories.ts';
import { createSystemRandom, createSystemTimers } from '../../src/wiring/system-ports.ts';
import { createFakeEngine, FAKE_NOW, type FakeEngine } from '../builders/fake-engine.ts';
import { fullDashboard } from '../builders/full-dashboard.ts';
import { openTerminal, type TestTerminal } from '../builders/terminal.ts';
import { program, root, temporaryFolder } from './processes.ts';

const update: string = process.env['GENESIS_UPDATE_GOLDEN'] ?? '';
const HOUR_MS = 3_600_000;

/** The sizes people have. */
export const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

export type ScriptedConsole = {
  readonly engine: FakeEngine;
  /** A console of its own, attached. */
  open(env?: Readonly<Record<string, string>>): Promise<TestTerminal>;
  close(): Promise<void>;
};

/** An engine that shows the full account and answers by its script. */
export async function openScripted(): Promise<ScriptedConsole> {
  const folder = temporaryFolder();
  const engine = createFakeEngine(() => FAKE_NOW);
  engine.show(fullDashboard());
  const started = await startApi({
    control: { ...engine, dashboard: () => ({ ...fullDashboard(), ...engine.dashboard() }) },
    timers: createSystemTimers(),
    random: createSystemRandom(),
    dataDir: folder.path,
    version: 'test',
    port: 0,
    positions: { closed: async () => pastTrades },
  });
  if (!started.ok) throw new Error(started.error.detail);
  const api: ApiServer = started.value;
  const terminals: TestTerminal[] = [];
  return {
    engine,
    async open(env = {}): Promise<TestTerminal> {
      const terminal = openTerminal({
        file: program,
        args: ['--data-dir', folder.path],
        columns: 120,
        rows: 40,
        env,
      });
      terminals.push(terminal);
      await terminal.until(/left to lose/, 60_000);
      return terminal;
    },
    async close(): Promise<void> {
      for (const terminal of terminals) terminal.close();
      await api.close();
      folder.dispose();
    },
  };
}

/** Closed within the last weeks, in three pairs, some at a loss. */
const pastTrades: readonly StoredPosition[] = Array.from({ length: 40 }, (_, index) => {
  const symbol = (['BTCUSDT', 'ETHUSDT', 'SOLUSDT'] as const)[index % 3] ?? 'BTCUSDT';
  const closedAt = FAKE_NOW - (40 - index) * 19 * HOUR_MS;
  return {
    positionId: `019374d0-0000-7000-9000-1${String(index).padStart(11, '0')}`,
    accountId: 'main',
    symbol,
    baseAsset: symbol.slice(0, 3),
    quoteAsset: 'USDT',
    side: 'LONG',
    entryPrice: price('100'),
    currentPrice: price('101'),
    quantity: quantity('1'),
    value: notional('100'),
    stopLoss: null,
    pnl: notional(((((index * 37) % 23) - 9) * 0.35).toFixed(2)),
    pnlPercent: '1.0000',
    fees: notional('0.20'),
    exitPrice: price('101'),
    openedAt: closedAt - HOUR_MS / 2,
    closedAt,
    closeReason: 'manual',
    marketState: null,
  } satisfies StoredPosition;
});

/** The screen without what grows by itself: the strip of spreads seen so far. */
export function textOf(terminal: TestTerminal): string {
  return `${terminal
    .screen()
    .map((row) => row.replace(/ bps {2}\S+$/, ' bps').trimEnd())
    .join('\n')}\n`;
}

/** The golden screen, and the one that is shown once it has had time to become it. */
export async function compared(
  terminal: TestTerminal,
  name: string,
): Promise<{ readonly shown: string; readonly golden: string }> {
  const path = join(root, 'tests', 'golden', 'console', `${name}.txt`);
  if (update !== '') {
    await pause(1_200);
    writeFileSync(path, textOf(terminal));
  }
  const golden = existsSync(path) ? readFileSync(path, 'utf8') : '';
  await terminal.until(() => textOf(terminal) === golden, 10_000).catch(() => {});
  return { shown: textOf(terminal), golden };
}

/** An empty line, no answer, no page, the trade view. */
export async function calmed(terminal: TestTerminal): Promise<void> {
  terminal.press('ctrlU');
  for (let count = 0; count < 3; count += 1) {
    await pause(60);
    terminal.press('escape');
  }
  await pause(60);
}
