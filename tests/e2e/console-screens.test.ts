/**
 * Whole screens of the real console in a real pseudo-terminal, at the sizes people have, against a scripted
 * engine behind the real API: every view, then every command.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { FAKE_NOW, fakeDashboard, fakePosition, type FakeEngine } from '../builders/fake-engine.ts';
import { fullDashboard } from '../builders/full-dashboard.ts';
import type { TestTerminal } from '../builders/terminal.ts';
import { compared, openScripted, sizes, type ScriptedConsole } from './scripted-console.ts';

vi.setConfig({ testTimeout: 60_000 });

const views = ['trade', 'risk', 'tier', 'tilt', 'market', 'performance', 'orders', 'log', 'help'] as const;

let scripted: ScriptedConsole;
let engine: FakeEngine;
let terminal: TestTerminal;

beforeAll(async () => {
  scripted = await openScripted();
  engine = scripted.engine;
  terminal = await scripted.open();
}, 90_000);

afterAll(async () => scripted.close());

/** An empty line, no answer, the trade view and the full account: what each test begins with. */
beforeEach(async () => {
  engine.show(fullDashboard());
  terminal.press('ctrlU');
  await pause(20);
  terminal.press('escape');
  await pause(60);
});

describe.each(sizes)('at %i by %i', (columns, rows) => {
  test.each(views.map((view, index) => [view, String(index + 1)] as const))('%s', async (view, key) => {
    terminal.resize(columns, rows);
    terminal.write(key);
    const { shown: seen, golden } = await compared(terminal, `${view}-${columns}x${rows}`);
    expect(seen).toBe(golden);
  });

  test('a calm SNIPER with a previewed order', async () => {
    engine.show({ ...fakeDashboard({ positions: [fakePosition] }) });
    terminal.resize(columns, rows);
    terminal.write('1');
    await terminal.type('buy 100 usdt btc');
    await terminal.until('worst loss');
    const { shown: seen, golden } = await compared(terminal, `sniper-preview-${columns}x${rows}`);
    expect(seen).toBe(golden);
  });

  test.each(['WARNING', 'LOCKED'] as const)('%s', async (level) => {
    const base = fullDashboard();
    engine.show({
      tilt: {
        ...base.tilt,
        level,
        score: level === 'LOCKED' ? 84 : 66,
        lockedUntil: level === 'LOCKED' ? FAKE_NOW + 272_000 : null,
        journalRequired: 1,
        journalWords: 500,
      },
      tiltMirror: base.tiltMirror && { ...base.tiltMirror, suggestion: 'A walk costs nothing.' },
    });
    terminal.resize(columns, rows);
    if (level === 'WARNING') {
      // The page came by itself; the words are told beside it too.
      await terminal.until('Ctrl-S hands it in');
      terminal.press('escape');
      await pause(60);
    }
    terminal.write('4');
    const { shown: seen, golden } = await compared(terminal, `${level.toLowerCase()}-${columns}x${rows}`);
    expect(seen).toBe(golden);
  });
});

describe('commands', () => {
  const sent = (): string | undefined => engine.commands.at(-1)?.origin.text;

  test.each<[string, string, string]>([
    ['buy 25 usdt btc', 'buying $25 of BTC', 'buy 25 usdt btc'],
    ['b25u btc', 'buying $25 of BTC', 'b25u btc'],
    ['sell 50% btc', 'done', 'sell 50% btc'],
    ['stop btc 1.5%', 'done', 'stop btc 1.5%'],
    ['close btc', 'closing', 'close btc'],
    ['close-all', 'closing', 'close-all'],
    ['iceberg buy 300 usdt btc', 'done', 'iceberg buy 300 usdt btc'],
    ['lock 24h', 'done', 'lock 24h'],
    ['strategy simple_arb on btc', 'done', 'strategy simple_arb on btc'],
    ['halt the news', 'Trading is halted.', 'halt the news'],
    ['why', 'Nothing was refused lately.', 'why'],
  ])('%s', async (line, answer, text) => {
    const before = engine.commands.length;
    await terminal.type(line);
    await terminal.until(` › ${line}`);
    terminal.press('enter');
    await terminal.until(() => engine.commands.length > before && terminal.text().includes(answer));
    expect([sent(), engine.commands.length - before]).toEqual([text, 1]);
  });

  test('a mistyped command suggests the nearest, and the line is still there to mend', async () => {
    await terminal.type('cloze btc');
    await terminal.until(' › cloze btc');
    terminal.press('enter');
    await terminal.until(/did you mean|close\b/i);
    expect(await terminal.until(' › cloze btc')).toContain('close');
  });

  test('cancel can be undone for three seconds', async () => {
    const before = engine.commands.length;
    await terminal.type('cancel');
    terminal.press('enter');
    await terminal.until('The cancel leaves in');
    terminal.press('escape');
    await terminal.until('the order still rests');
    terminal.press('escape');
    await terminal.type('cancel');
    terminal.press('enter');
    await terminal.until('The cancel leaves in');
    for (let turn = 0; turn < 200 && engine.commands.length === before; turn += 1) await pause(25);
    expect(engine.commands.slice(before).map(({ origin }) => origin.text)).toEqual(['cancel']);
    terminal.press('escape');
  });

  test('a journal page takes lines, counts words, and is handed in', async () => {
    await terminal.type('journal');
    terminal.press('enter');
    await terminal.until('Ctrl-S hands it in');
    await terminal.type('I saw a fast market');
    terminal.press('enter');
    await terminal.type('and waited');
    await terminal.until('7 words');
    terminal.write('\u0013');
    await terminal.until((screen) => !screen.includes('Ctrl-S hands it in'));
    expect(engine.commands.at(-1)).toMatchObject({
      command: { kind: 'journal', text: 'I saw a fast market\nand waited' },
      origin: { text: 'journal' },
    });
    terminal.press('escape');
  });

  test('Ctrl-R finds an old line and puts it there, unsent', async () => {
    const before = engine.commands.length;
    terminal.write('\u0012');
    await terminal.until(' search');
    await terminal.type('simple');
    await terminal.until('strategy simple_arb on btc');
    terminal.press('enter');
    await terminal.until(' › strategy simple_arb on btc');
    expect(engine.commands).toHaveLength(before);
    terminal.press('ctrlU');
  });

  test('Tab shows what could come next with a word on each', async () => {
    await terminal.type('buy 25 usdt ');
    terminal.press('tab');
    expect(await terminal.until(/> btc +BTC\/USDT/)).toMatch(/ eth +ETH\/USDT/);
    terminal.press('ctrlU');
  });

  test('a pasted line is asked about', async () => {
    const before = engine.commands.length;
    terminal.paste('buy 25 usdt eth');
    await terminal.until(' › buy 25 usdt eth');
    await pause(400);
    terminal.press('enter');
    await terminal.until('Pasted. Press Enter again to send it.');
    expect(engine.commands).toHaveLength(before);
    terminal.press('ctrlU');
    terminal.press('escape');
  });

  test('what was noticed on the way is counts and names, never a text', () => {
    const actions = new Set(engine.actions.map(({ action }) => action));
    expect(actions).toEqual(
      new Set(['connect', 'keys', 'view', 'preview', 'abandon'].filter((name) => actions.has(name as never))),
    );
    expect([...actions]).toEqual(expect.arrayContaining(['connect', 'keys', 'view', 'preview']));
    expect(JSON.stringify(engine.actions)).not.toMatch(/fast market|simple_arb|usdt btc/);
  });
});
