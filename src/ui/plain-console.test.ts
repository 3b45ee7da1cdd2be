// The console as words: said once, previewed first, never several lines at once.
import { beforeEach, describe, expect, test } from 'vitest';
import { createFakeConsoleEngine, type FakeConsoleEngine } from '../../tests/builders/fake-console-engine.ts';
import { createFakeEngine, fakeDashboard, type FakeEngine } from '../../tests/builders/fake-engine.ts';
import { createPlainConsole, type PlainConsole } from './plain-console.ts';
import { utc } from './view-model/zone.ts';

let engine: FakeEngine;
let link: FakeConsoleEngine;
let plain: PlainConsole;
let output: string;

async function begin(readOnly = false): Promise<void> {
  engine = createFakeEngine();
  link = createFakeConsoleEngine(engine);
  output = '';
  plain = createPlainConsole({
    engine: link,
    zone: utc,
    width: 80,
    readOnly,
    write: (text) => (output += text),
  });
  await plain.open();
}

beforeEach(async () => begin());

test('says where things stand, and says it again only when it changes', () => {
  expect(output).toContain('paper, SNIPER. +$1 today, $23 left to lose. Nothing is open.');
  const before = output;
  link.picture();
  expect(output).toBe(before);
  engine.show({ tilt: { ...fakeDashboard().tilt, level: 'CAUTION', score: 34 } });
  link.picture();
  expect(output).toContain('Tilt is caution, score 34.');
});

test('holds no escape, whatever the exchange says', () => {
  engine.notice('\u001b[31mred\u202e');
  expect(output).toContain('14:02:11 [31mred');
  // Line ends are its own; nothing else acts on a terminal.
  expect(output.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
});

describe('an order', () => {
  test('is read out first and sent by an empty line', async () => {
    await plain.lines(['buy 100 usdt btc']);
    expect(output).toContain('$100 becomes $25');
    expect(engine.commands).toHaveLength(0);
    await plain.lines(['']);
    expect(engine.commands.map(({ origin }) => origin.text)).toEqual(['buy 100 usdt btc']);
  });

  test('is left by anything else', async () => {
    await plain.lines(['buy 100 usdt btc']);
    await plain.lines(['tier']);
    await plain.lines(['']);
    expect(engine.commands).toHaveLength(0);
    expect(output).toContain('1 of 3 gates to HUNTER');
  });

  test('among several lines is never carried out', async () => {
    await plain.lines(['buy 100 usdt btc', '', 'close-all']);
    await plain.lines(['']);
    expect(engine.commands).toHaveLength(0);
    expect(output).toContain('3 lines came at once. None was carried out');
  });

  test('is not sent from a console that only watches', async () => {
    await begin(true);
    await plain.lines(['halt now']);
    expect([engine.commands, engine.actions]).toEqual([[], []]);
    expect(output).toContain('only watches');
  });
});

test('leaving asks about the engine', async () => {
  await plain.lines(['quit']);
  await plain.lines(['k']);
  expect(await plain.left).toEqual({ engineStopped: false, problem: null });
});
