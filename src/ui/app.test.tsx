// The painter: keys of a terminal become keys of the console, rows become a frame.
import { cleanup, render } from 'ink-testing-library';
import { afterEach, expect, test } from 'vitest';
import {
  createFakeConsoleEngine,
  createFakeHistory,
  withoutColour,
} from '../../tests/builders/fake-console-engine.ts';
import { createFakeEngine, FAKE_NOW, type FakeEngine } from '../../tests/builders/fake-engine.ts';
import { createVirtualTimers, type VirtualTimers } from '../core/virtual-timers.ts';
import { App } from './app.tsx';
import { createConsoleStore, type ConsoleStore } from './console-store.ts';

type Shown = {
  readonly screen: ReturnType<typeof render>;
  readonly store: ConsoleStore;
  readonly engine: FakeEngine;
  readonly timers: VirtualTimers;
};

let shown: Shown | null = null;

async function show(): Promise<Shown> {
  const timers = createVirtualTimers(FAKE_NOW);
  const engine = createFakeEngine(() => timers.now());
  const store = createConsoleStore({
    engine: createFakeConsoleEngine(engine),
    timers,
    history: createFakeHistory(['tier']),
    traits: { depth: 'none', unicode: true, background: 'dark' },
    size: { columns: 100, rows: 24 },
  });
  store.open();
  const screen = render(<App store={store} />);
  shown = { screen, store, engine, timers };
  await frame('+$1.24 today');
  return shown;
}

/** The frame that holds a text; Ink paints a little after the state has changed. */
async function frame(wanted: string): Promise<string> {
  for (let turn = 0; turn < 2_000; turn += 1) {
    const last = withoutColour(shown?.screen.lastFrame() ?? '');
    if (last.includes(wanted)) return last;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`no frame holds ${wanted}:\n${shown?.screen.lastFrame() ?? ''}`);
}

afterEach(() => {
  shown?.store.close();
  cleanup();
});

test('what is typed stands on the line, and Enter sends it', async () => {
  const { screen, engine } = await show();
  for (const key of 'close btc') screen.stdin.write(key);
  await frame(' › close btc');
  screen.stdin.write('\r');
  await frame('There is no open position.');
  expect(engine.commands.map(({ command }) => command.kind)).toEqual(['close']);
});

test.each<[string, readonly string[], string]>([
  ['backspace', ['tiex', '\u007f', 'r'], ' › tier'],
  ['left and delete', ['tixer', '\u001b[D', '\u001b[D', '\u001b[D', '\u001b[3~'], ' › tier'],
  ['home and Ctrl-E', ['ie', '\u001b[H', 't', '\u0005', 'r'], ' › tier'],
  ['Ctrl-U', ['buy', '\u0015', 'tier'], ' › tier'],
  ['Ctrl-W', ['tilt tier', '\u0017', 'x'], ' › tilt x'],
  ['up', ['\u001b[A'], ' › tier'],
  ['Tab', ['posi', '\t'], ' › positions'],
  [
    'a paste of lines',
    ['\u001b[200~buy 10 usdt btc\nbuy 20 usdt btc\u001b[201~'],
    '2 lines were pasted. None was carried out',
  ],
  ['a question mark', ['?'], 'buy 100 usdt btc'],
  ['Ctrl-C', ['\u0003'], 'Does the engine keep running?'],
])('%s', async (_name, keys, wanted) => {
  const { screen, engine } = await show();
  for (const key of keys) screen.stdin.write(key);
  expect(await frame(wanted)).toContain(wanted);
  expect(engine.commands).toHaveLength(0);
});
