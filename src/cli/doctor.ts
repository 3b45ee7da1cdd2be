/**
 * `genesis doctor`: is everything in order before money is at stake? Keys, clock, limits, disk,
 * encryption, configuration. The exit status is 0 only when nothing is refused; warnings alone pass.
 */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { examine, type DoctorMode, type Finding } from '../wiring/doctor.ts';
import { printJson, printLines } from './output.ts';

type Flags = {
  readonly mode: DoctorMode;
  readonly dataDir?: string;
  readonly exchangeFile?: string;
  readonly json?: boolean;
};

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check keys, clock, limits, disk, encryption and configuration. Changes nothing.')
    .addOption(
      new Option('--mode <mode>', 'what to check for').choices(['paper', 'testnet', 'live']).default('paper'),
    )
    .option('--data-dir <dir>', 'folder of the store (default .genesis)')
    .option('--exchange-file <file>', 'ask this built-in exchange (the line it printed)')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', '\nExamples:\n  genesis doctor\n  genesis doctor --mode live --json')
    .action(async (flags: Flags) => {
      const folder = flags.dataDir === undefined ? null : resolve(flags.dataDir);
      const findings = await examine(flags.mode, folder, flags.exchangeFile ?? null);
      const isHealthy = findings.every(({ verdict }) => verdict !== 'refused');
      if (flags.json ?? false) printJson({ ok: isHealthy, findings });
      else printLines(findings.flatMap((finding) => linesOf(finding)));
      process.exitCode = isHealthy ? 0 : 1;
    });
}

const marks: Readonly<Record<Finding['verdict'], string>> = { good: 'ok', warning: 'note', refused: 'STOP' };

function linesOf({ check, verdict, what, why, next }: Finding): readonly string[] {
  const first = `${marks[verdict].padEnd(6)}${check.padEnd(13)}${what}`;
  return verdict === 'good' ? [first] : [first, `${' '.repeat(19)}${why}`, `${' '.repeat(19)}${next}`];
}
