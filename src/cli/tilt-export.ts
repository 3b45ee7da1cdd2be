/** `genesis tilt export`: one's own behaviour log, as `genesis tilt evaluate --log` reads it. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { Command } from 'commander';
import { formatLogLine } from '../tilt-evaluation/log/format-line.ts';
import { behaviourLines } from '../wiring/behaviour-log.ts';
import { openEventHistory } from '../wiring/event-history.ts';
import { printProblem } from './output.ts';
import { startFailureWords } from './start-failure.ts';
import { accessStore, complain } from './store-access.ts';

type Flags = { readonly out?: string; readonly dataDir?: string };

export function tiltExportCommand(): Command {
  return new Command('export')
    .description(
      'Write your own behaviour log: JSON lines, no text and no key, under a name that says nothing.',
    )
    .option('--out <file>', 'file to write (default: standard output)')
    .option('--data-dir <dir>', 'folder of the store (default .genesis)')
    .addHelpText(
      'after',
      '\nExamples:\n  genesis tilt export --out behaviour.jsonl\n  genesis tilt export | genesis tilt evaluate --log /dev/stdin',
    )
    .action((flags: Flags) => exportLog(flags));
}

function exportLog({ out, dataDir }: Flags): void {
  const access = accessStore(dataDir, false);
  if (access === null) return;
  const history = openEventHistory(access.dir, access.key);
  if (!history.ok) {
    complain(startFailureWords(history.error.code, history.error.detail));
    return;
  }
  let file: number | null = null;
  try {
    file = out === undefined ? 1 : openSync(out, 'w', 0o600);
    let lines = 0;
    for (const line of behaviourLines(history.value.records)) {
      writeSync(file, `${formatLogLine(line, null)}\n`);
      lines += 1;
    }
    if (out !== undefined)
      process.stderr.write(`${lines} lines written to ${out}. Nothing else was changed.\n`);
  } catch (thrown) {
    printProblem(
      {
        what: `The log could not be written: ${thrown instanceof Error ? thrown.message : String(thrown)}.`,
        why: 'The store was only read.',
        next: 'Name another file with --out.',
      },
      false,
    );
  } finally {
    if (file !== null && out !== undefined) closeSync(file);
    history.value.close();
  }
}
