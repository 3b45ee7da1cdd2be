/**
 * The entry of everything: maps a command name to the file that does it and loads nothing else, so that
 * `genesis status` does not pay for the exchange library nor the console for the store.
 * Without a command: the console, which starts a paper engine when none runs.
 */
import { enableCompileCache } from 'node:module';
import { commands } from './cli/command-table.ts';
import { VERSION } from './core/version.ts';

enableCompileCache();

const version = `genesis ${VERSION} (${process.env['GENESIS_COMMIT'] ?? 'unknown'})`;

async function main(words: readonly string[]): Promise<void> {
  const name = words[0] ?? 'console';
  if (name === '--version' || name === '-V') {
    process.stdout.write(`${version}\n`);
    return;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(helpText());
    return;
  }
  const entry = commands[name.startsWith('-') ? 'console' : name];
  if (entry === undefined) {
    process.stderr.write(
      `There is no command "${name}".\nNothing was done.\nSee genesis --help for what there is.\n`,
    );
    process.exitCode = 1;
    return;
  }
  const command = await entry.load();
  command.configureOutput({
    outputError: (text, write) =>
      write(`${sentence(text)}\nNothing was done.\nSee genesis ${name} --help for what there is.\n`),
  });
  await command.parseAsync(name.startsWith('-') || words.length === 0 ? [...words] : words.slice(1), {
    from: 'user',
  });
}

/** Commander's own complaint in our form: `error: unknown option '--x'` as a sentence. */
function sentence(complaint: string): string {
  const text = complaint
    .trim()
    .replace(/^error: /, '')
    .replace(/\.$/, '')
    .replaceAll('\n', ' ');
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function helpText(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 2;
  const lines = Object.entries(commands).map(
    ([name, { about }]) => `  genesis ${name.padEnd(width)}${about}`,
  );
  return [
    'GENESIS: a trading terminal that makes the destructive trade impossible.',
    '',
    ...lines,
    '',
    'Every command has --help with examples. Data lives in .genesis (--data-dir).',
    '',
  ].join('\n');
}

await main(process.argv.slice(2));
