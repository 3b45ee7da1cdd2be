/** `genesis tilt generate`: made-up behaviour as a labelled behaviour log, for testing any detector. */
import { createWriteStream } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Command, Option } from 'commander';
import { splits, type Split } from '../tilt-evaluation/generator/archetypes.ts';
import { generatedLog } from '../tilt-evaluation/log/generated-log.ts';
import { positiveNumber, wholeNumber } from './numbers.ts';
import { printProblem } from './output.ts';

type GenerateFlags = {
  readonly out: string;
  readonly seed: number;
  readonly traders: number;
  readonly split: Split;
  readonly contaminated?: boolean;
};

export function tiltGenerateCommand(): Command {
  return new Command('generate')
    .description(
      'Write made-up, labelled trader behaviour as a behaviour log. Synthetic: nobody traded this.',
    )
    .requiredOption('--out <file>', 'JSON lines; a name that ends in .gz is packed; - is standard output')
    .option('--seed <n>', 'the same seed gives the same log', wholeNumber, 1)
    .option('--traders <n>', 'how many traders', positiveNumber, 20)
    .addOption(
      new Option('--split <which>', 'kinds of tilt: those a detector may be tuned on, or all')
        .choices(splits)
        .default('report'),
    )
    .option('--contaminated', 'three in ten of the teaching sessions are tilted')
    .addHelpText(
      'after',
      `
Each trader has 5 to 40 teaching sessions (label "learning, …") and then test sessions. session.start carries
"label" and, where the behaviour drifts, "onset" (ms); a detector must see neither.

Examples:
  genesis tilt generate --out behaviour.jsonl.gz --seed 7 --traders 100
  genesis tilt generate --out - --traders 2 | genesis tilt evaluate --log -`,
    )
    .action(async (flags: GenerateFlags) => generate(flags));
}

async function generate(flags: GenerateFlags): Promise<void> {
  const sessions = generatedLog({
    split: flags.split,
    fromSeed: flags.seed,
    seeds: 1,
    traders: flags.traders,
    contaminated: flags.contaminated ?? false,
  });
  const target: Writable = flags.out === '-' ? process.stdout : createWriteStream(flags.out);
  try {
    const source = Readable.from(sessions);
    const toScreen = { end: flags.out !== '-' };
    if (flags.out.endsWith('.gz')) await pipeline(source, createGzip(), target);
    else await pipeline(source, target, toScreen);
  } catch (error) {
    // Whoever read the pipe had enough.
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return;
    const what = error instanceof Error ? error.message : String(error);
    printProblem(
      {
        what: `The log could not be written: ${what}.`,
        why: 'Nothing else was touched.',
        next: 'Check the folder and the free space, then start again.',
      },
      false,
    );
  }
}
