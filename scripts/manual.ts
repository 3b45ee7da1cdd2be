// Writes docs/man/genesis.1 from the command table, so that the manual names every command and option.
// Usage: node scripts/manual.ts
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commandModels, type CommandModel } from '../src/cli/command-model.ts';
import { commands } from '../src/cli/command-table.ts';
import { commandWords } from '../src/core/command-grammar-words.ts';

const root: string = join(import.meta.dirname, '..');
export const manualPath: string = join(root, 'docs', 'man', 'genesis.1');

/** Text as roff reads it: no escapes, no request at the start of a line, hyphens that can be copied. */
function roff(text: string): string {
  return text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll(/^([.'])/gm, String.raw`\&$1`);
}

function tagged(name: string, about: string): string {
  return `.TP\n.B ${roff(name)}\n${roff(about)}`;
}

function commandText(above: string, model: CommandModel): readonly string[] {
  const name = `${above} ${model.name}`;
  const about = `${model.about.slice(0, 1).toUpperCase()}${model.about.slice(1).replace(/\.$/, '')}.`;
  return [
    `.SS ${roff(`${name} ${model.usage}`.trim())}`,
    roff(about),
    ...model.options.map(({ flags, about: words }) => tagged(flags, words)),
    ...model.commands.flatMap((command) => commandText(name, command)),
  ];
}

const environment: readonly (readonly [name: string, about: string])[] = [
  ['GENESIS_DATA_DIR', 'the data folder when --data-dir is not given'],
  ['GENESIS_STATE_DIR', 'where locks are kept outside the data folder'],
  ['GENESIS_DB_KEY', 'the key of the store instead of the key file'],
  ['GENESIS_LIVE_API_KEY, GENESIS_LIVE_API_SECRET', 'the exchange account of --mode live'],
  ['GENESIS_API_URL, GENESIS_READ_KEY', 'an engine to watch with --read-only, without its own file'],
  ['GENESIS_THEME', 'light, dark, contrast, or "light contrast"'],
  ['GENESIS_TIME_ZONE', 'the zone of the times on screen, for example Europe/Zurich; the store knows UTC'],
  ['GENESIS_PLAIN', '1: words and lines for screen readers'],
  ['NO_COLOR', 'no colours'],
];

/** The whole page. */
export async function manualPage(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  const models = await commandModels(commands);
  return `${[
    String.raw`.\" Written by scripts/manual.ts from the command table; edit that.`,
    `.TH GENESIS 1 "" "genesis ${version}" "User commands"`,
    '.SH NAME',
    String.raw`genesis \- a trading terminal that makes the destructive trade impossible`,
    '.SH SYNOPSIS',
    '.B genesis',
    String.raw`[\fIcommand\fR] [\fIoptions\fR]`,
    '.SH DESCRIPTION',
    roff(
      'Without a command, genesis opens the console on the engine of the data folder and starts a paper engine when none runs. Order types are earned in tiers, limits bind on every path, trading rests when behaviour drifts, and stops rest at the exchange.',
    ),
    '.SH COMMANDS',
    ...models.flatMap((model) => commandText('genesis', model)),
    '.SH CONSOLE',
    roff('What can be typed in the console, and after genesis exec:'),
    ...commandWords.map(({ form, description }) => tagged(form, description)),
    '.SH ENVIRONMENT',
    ...environment.map(([name, about]) => tagged(name, about)),
    '.SH FILES',
    tagged(
      '.genesis/',
      'the data folder: the encrypted store, its key (mode 0600), logs, the history of lines',
    ),
    '.SH EXIT STATUS',
    roff(
      '0 when the command was accepted or answered; 1 when it was refused or could not be done, with the reason on standard error.',
    ),
    '.SH NOTES',
    roff('Nothing here is advice; trading can lose all of what you put in.'),
  ].join('\n')}\n`;
}

if (process.argv[1] === import.meta.filename) {
  mkdirSync(dirname(manualPath), { recursive: true });
  writeFileSync(manualPath, await manualPage());
  process.stdout.write('docs/man/genesis.1\n');
}
