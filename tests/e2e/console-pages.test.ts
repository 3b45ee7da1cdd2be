/**
 * Whole screens of what takes the screen for a while, in a real pseudo-terminal at the sizes people have: each
 * step up and down, the journal's page, the tour, the recovery checklist, questions and answers. Fast profile:
 * the two smaller sizes.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { refusal } from '../../src/core/refusals.ts';
import { atStage, ceremonies } from '../builders/ceremonies.ts';
import { fakeDashboard, fakePosition, type FakeEngine } from '../builders/fake-engine.ts';
import { fullDashboard } from '../builders/full-dashboard.ts';
import type { TestTerminal } from '../builders/terminal.ts';
import { root } from './processes.ts';
import { calmed, compared, openScripted, sizes, type ScriptedConsole } from './scripted-console.ts';

vi.setConfig({ testTimeout: 60_000 });

let scripted: ScriptedConsole;
let engine: FakeEngine;
let terminal: TestTerminal;

beforeAll(async () => {
  scripted = await openScripted();
  engine = scripted.engine;
  terminal = await scripted.open();
}, 90_000);

afterAll(async () => scripted.close());

beforeEach(async () => {
  engine.show(atStage('gates'));
  await calmed(terminal);
});

test('no golden screen cuts a word or a figure', () => {
  const folder = join(root, 'tests', 'golden', 'console');
  const cut = readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter((row) => /[^ ]…/.test(row) && !/Pg(?:Up|Dn)$/.test(row))
      .map((row) => `${name}: ${row}`),
  );
  expect(cut).toEqual([]);
});

const shownSizes = process.env['GENESIS_TEST_PROFILE'] === 'full' ? sizes : sizes.slice(0, 2);

describe.each(shownSizes)('at %i by %i', (columns, rows) => {
  const size = `${columns}x${rows}`;
  beforeEach(() => terminal.resize(columns, rows));

  test.each(ceremonies)('the page of a step: %s', async (stage) => {
    // A page comes once for each stage; the picture before it is one at the gates.
    await pause(200);
    engine.show(atStage(stage));
    await terminal.until('Esc puts this page aside');
    const { shown, golden } = await compared(terminal, `ceremony-${stage}-${size}`);
    expect(shown).toBe(golden);
  });

  test('the journal, where one is asked for', async () => {
    const { tilt } = fullDashboard();
    engine.show({ tilt: { ...tilt, level: 'WARNING', score: 66, journalRequired: 1, journalWords: 50 } });
    await terminal.until('Ctrl-S hands it in');
    await terminal.type('I wanted the last loss back at once. Nothing in the market asked for it.');
    const { shown, golden } = await compared(terminal, `journal-${size}`);
    expect(shown).toBe(golden);
    terminal.press('ctrlU');
    terminal.press('escape');
  });

  test('the recovery checklist after a halt', async () => {
    const { risk } = fullDashboard();
    if (risk === null) throw new Error('the full dashboard has a risk panel');
    engine.show({
      tradingState: 'HALTED',
      stateReason: 'the drawdown limit was reached',
      risk: {
        ...risk,
        checklist: [
          { item: 'cause', words: 'what happened is written down', done: true },
          { item: 'orders', words: 'every order and position was looked at', done: false },
          { item: 'plan', words: 'a plan for the next days is written down', done: false },
        ],
      },
    });
    terminal.write('2');
    await terminal.until('halted');
    terminal.write('\u001b[6~\u001b[6~\u001b[6~');
    const { shown, golden } = await compared(terminal, `checklist-${size}`);
    expect(shown).toBe(golden);
  });

  test('the tour, from its first step to the stop', async () => {
    const base = fakeDashboard();
    engine.show({ ...base, tierJourney: null, account: { ...base.account, entriesToday: 0 } });
    await terminal.type('tour');
    await terminal.until(' › tour');
    terminal.press('enter');
    await terminal.until('tour 1 of 6');
    const { shown, golden } = await compared(terminal, `tour-zones-${size}`);
    expect(shown).toBe(golden);
    terminal.press('enter');
    await terminal.until('tour 2 of 6');
    await terminal.type('buy 100 usdt btc');
    await terminal.until('tour 3 of 6');
    const next2 = await compared(terminal, `tour-send-${size}`);
    expect(next2.shown).toBe(next2.golden);
    terminal.press('enter');
    await terminal.until('tour 4 of 6');
    terminal.press('escape');
    const next3 = await compared(terminal, `tour-stop-${size}`);
    expect(next3.shown).toBe(next3.golden);
  });

  test('leaving asks', async () => {
    terminal.press('ctrlC');
    await terminal.until('Does the engine keep running?');
    const { shown, golden } = await compared(terminal, `leave-${size}`);
    expect(shown).toBe(golden);
    terminal.press('escape');
  });

  test('why a preview says what it says', async () => {
    engine.show({ ...fakeDashboard({ positions: [fakePosition] }), tierJourney: null });
    await terminal.type('buy 100 usdt btc');
    await terminal.until('worst loss');
    terminal.write('?');
    await terminal.until('Both fees are earned back');
    const { shown, golden } = await compared(terminal, `preview-why-${size}`);
    expect(shown).toBe(golden);
  });

  test('a refusal, and a command typed behind it', async () => {
    engine.show({ ...fakeDashboard({ positions: [fakePosition] }), tierJourney: null });
    engine.refuseNext(refusal('risk.dailyEntries', { entries: 10, limit: 10 }));
    await terminal.type('buy 100 usdt btc');
    await terminal.until('worst loss');
    terminal.press('enter');
    await terminal.until('10 entries have been used');
    const { shown, golden } = await compared(terminal, `refusal-${size}`);
    expect(shown).toBe(golden);
    await terminal.type('close btc');
    await terminal.until(/ › close btc/);
    await calmed(terminal);
    await terminal.type('cloze btc');
    await terminal.until(' › cloze btc');
    terminal.press('enter');
    await terminal.until('Did you mean');
    await terminal.type(' close btc');
    await terminal.until('Enter carries out close btc alone');
    const next2 = await compared(terminal, `refusal-behind-${size}`);
    expect(next2.shown).toBe(next2.golden);
  });

  test('what Tab offers, and what Ctrl-R finds', async () => {
    await terminal.type('buy 25 usdt ');
    terminal.press('tab');
    await terminal.until(/> btc/);
    const { shown, golden } = await compared(terminal, `completion-${size}`);
    expect(shown).toBe(golden);
    await calmed(terminal);
    terminal.write('\u0012');
    await terminal.type('cloze');
    const next2 = await compared(terminal, `search-${size}`);
    expect(next2.shown).toBe(next2.golden);
  });
});
