// The completion scripts, asked by the shells themselves where they are installed; and the manual.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manualPage, manualPath } from '../../scripts/manual.ts';
import { commandWords } from '../core/command-grammar-words.ts';
import { commandModels, levelsOf, shells, type CommandModel, type Level } from './command-model.ts';
import { commands } from './command-table.ts';
import { completionScript } from './completion-script.ts';

const folder = mkdtempSync(join(tmpdir(), 'genesis-completion-'));
let models: readonly CommandModel[];
let levels: readonly Level[];
const scriptOf = (shell: string): string => join(folder, `genesis.${shell}`);

beforeAll(async () => {
  models = await commandModels(commands);
  levels = levelsOf(models);
  for (const shell of shells) writeFileSync(scriptOf(shell), completionScript(shell, levels));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What bash offers for the last of these words. */
function offered(...words: readonly string[]): readonly string[] {
  const ask =
    'source "$1"; shift; COMP_WORDS=(genesis "$@"); COMP_CWORD=$#; _genesis; printf "%s\\n" "${COMPREPLY[@]}"';
  return execFileSync('bash', ['--norc', '-c', ask, 'ask', scriptOf('bash'), ...words], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

/** Whether a program is here; says so where a test of it cannot run. */
function isInstalled(name: string): boolean {
  const found = spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined;
  if (!found) console.warn(`\n*** NOT RUN: no ${name} on this machine ***\n`);
  return found;
}

describe('bash', () => {
  test('every command is offered first', () => {
    expect(offered('')).toEqual(Object.keys(commands));
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ['a command begun', ['close'], ['close-all']],
    ['options of a command', ['exec', '--y'], ['--yes']],
    ['options of the console, which needs no word', ['--read'], ['--read-only']],
    ['console words for exec', ['exec', 'cl'], ['close', 'close-all']],
    ['after an option of exec', ['exec', '--yes', 'cl'], ['close', 'close-all']],
    ['the words of tier', ['exec', 'tier', 'r'], ['reflect']],
    ['what stands under tilt, past a value', ['tilt', '--data-dir', 'evaluate', 'ge'], ['generate']],
    ['the shells', ['completion', ''], [...shells]],
    ['nothing after a word that is no command', ['nonsense', ''], ['']],
    ['nothing of commands inside an unknown console line', ['exec', 'buy', '25', 'c'], ['']],
  ])('%s', (_name, words, wanted) => {
    expect(offered(...words)).toEqual(wanted);
  });

  test('a value is a file', () => {
    expect(offered('run', '--config', `${folder}/genesis.z`)).toEqual([scriptOf('zsh')]);
  });
});

describe.each(shells)('%s', (shell) => {
  test.runIf(isInstalled(shell))('reads its script without complaint', () => {
    const checked = spawnSync(shell, ['-n', scriptOf(shell)], { encoding: 'utf8' });
    expect([checked.status, checked.stderr]).toEqual([0, '']);
  });
});

describe('fish', () => {
  test.runIf(isInstalled('fish'))('offers commands, options and console words', () => {
    const asked = (line: string): readonly string[] =>
      spawnSync(shells[2], ['-c', `source ${scriptOf('fish')}; complete -C '${line}'`], { encoding: 'utf8' })
        .stdout.trim()
        .split('\n')
        .map((row) => row.split('\t')[0] ?? '');
    expect(asked('genesis clos')).toEqual(['close-all']);
    expect(asked('genesis exec --y')).toEqual(['--yes']);
    expect(asked('genesis exec cl')).toEqual(expect.arrayContaining(['close', 'close-all']));
  });
});

test.each(shells)('%s: every command, option and console word is in the script', (shell) => {
  const script = completionScript(shell, levels);
  const names = levels.flatMap(({ words, options }) => [
    ...words.map(({ word }) => word),
    ...options.map(({ long }) => long.slice(2)),
  ]);
  expect(names.filter((name) => !script.includes(name))).toEqual([]);
});

test('a text with quotes and colons stays one text', () => {
  const odd: Level = { path: '', words: [{ word: 'a:b', about: "the trader's own" }], options: [] };
  expect(completionScript('zsh', [odd])).toContain(String.raw`'a\:b:the trader'\''s own'`);
  expect(completionScript('fish', [odd])).toContain(String.raw`-d 'the trader\'s own'`);
});

describe('the manual', () => {
  test('is what the command table says; node scripts/manual.ts writes it anew', async () => {
    expect(readFileSync(manualPath, 'utf8')).toBe(await manualPage());
  });

  test('names every command, with what stands under it, every option and every console word', () => {
    const page = readFileSync(manualPath, 'utf8').replaceAll(String.raw`\-`, '-');
    const named = (above: string, model: CommandModel): readonly string[] => [
      `.SS ${above} ${model.name}`,
      ...model.options.map(({ flags }) => `.B ${flags}`),
      ...model.commands.flatMap((command) => named(`${above} ${model.name}`, command)),
    ];
    const wanted = [
      ...models.flatMap((model) => named('genesis', model)),
      ...commandWords.map(({ form }) => `.B ${form}`),
    ];
    expect(wanted.filter((words) => !page.includes(words))).toEqual([]);
  });

  test.runIf(isInstalled('man'))('renders without a warning', () => {
    const rendered = spawnSync('man', ['--warnings', '-l', manualPath], {
      encoding: 'utf8',
      env: { ...process.env, MANWIDTH: '100', LC_ALL: 'C.UTF-8' },
    });
    expect(rendered.stderr).toBe('');
    expect(rendered.stdout).toContain('EXIT STATUS');
  });
});
