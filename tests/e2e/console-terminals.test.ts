/**
 * The main views in terminals of every kind: light and dark, all colours, 256, 16 and none, with Unicode and
 * without. The words are the same everywhere; colours are those of the theme, and none carries a fact alone.
 * Fast profile: three of the views.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { fullDashboard } from '../builders/full-dashboard.ts';
import type { TestTerminal } from '../builders/terminal.ts';
import { compared, openScripted, textOf, type ScriptedConsole } from './scripted-console.ts';

vi.setConfig({ testTimeout: 60_000 });

const numbered = ['trade', 'risk', 'tier', 'tilt', 'market', 'performance', 'orders', 'log', 'help'] as const;
const full: boolean = process.env['GENESIS_TEST_PROFILE'] === 'full';
const views = numbered
  .map((view, index) => [view, String(index + 1)] as const)
  .filter(([view]) => full || ['trade', 'risk', 'market'].includes(view));

type Kind = {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** What every colour on screen is. */
  readonly colours: RegExp;
  /** Golden screens of its own; else the words of every terminal. */
  readonly golden?: string;
};

const kinds: readonly Kind[] = [
  { name: 'light, all colours', env: { GENESIS_THEME: 'light', COLORTERM: 'truecolor' }, colours: /^rgb:/ },
  { name: 'dark, 256 colours', env: { GENESIS_THEME: 'dark' }, colours: /^p:\d+$/ },
  { name: 'light, 16 colours', env: { GENESIS_THEME: 'light', TERM: 'xterm' }, colours: /^p:(?:\d|1[0-5])$/ },
  { name: 'dark, 16 colours', env: { GENESIS_THEME: 'dark', TERM: 'xterm' }, colours: /^p:(?:\d|1[0-5])$/ },
  { name: 'high contrast', env: { GENESIS_THEME: 'contrast', COLORTERM: 'truecolor' }, colours: /^rgb:/ },
  { name: 'NO_COLOR', env: { NO_COLOR: '1', COLORTERM: 'truecolor' }, colours: /^default$/ },
  {
    name: 'no Unicode',
    env: { LC_ALL: 'C', LANG: 'C', NO_COLOR: '1' },
    colours: /^default$/,
    golden: '-ascii',
  },
];

let scripted: ScriptedConsole;
beforeAll(async () => {
  scripted = await openScripted();
  scripted.engine.show(fullDashboard());
}, 90_000);
afterAll(async () => scripted.close());

describe.each(kinds)('$name', ({ env, colours, golden: suffix = '' }) => {
  let terminal: TestTerminal;
  beforeAll(async () => {
    terminal = await scripted.open(env);
  }, 90_000);
  afterAll(() => terminal.close());

  test.each(views)('%s', async (view, key) => {
    terminal.write(key);
    const { shown, golden } = await compared(terminal, `${view}${suffix}-120x40`);
    expect(shown).toBe(golden);
    expect([...terminal.colours()].filter((colour) => !colours.test(colour))).toEqual([]);
    const beyond = suffix === '' ? null : textOf(terminal).match(/[^\n\x20-\x7e]/g);
    expect(beyond).toBeNull();
  });
});
