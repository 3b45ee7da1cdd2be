/** `genesis tilt report`: the same as `genesis report --behaviour`, by the number of days. */
import { Command } from 'commander';
import { printBehaviour, type BehaviourFlags } from './behaviour.ts';
import { printProblem } from './output.ts';

const DAYS_MAX = 366;

export function tiltReportCommand(): Command {
  return new Command('report')
    .description(
      'Show a week of your own behaviour: score, interventions, what trades at which level brought.',
    )
    .option('--days <number>', 'how many UTC days, the last one is today', '7')
    .option('--html <file>', 'write it as one HTML file')
    .option('--json', 'print JSON for scripts')
    .option('--data-dir <dir>', 'folder of the store (default .genesis)')
    .addHelpText(
      'after',
      '\nExamples:\n  genesis tilt report\n  genesis tilt report --days 30 --html behaviour.html',
    )
    .action((flags: BehaviourFlags & { readonly days: string }) => {
      const count = /^\d{1,3}$/.test(flags.days) ? Number(flags.days) : 0;
      if (count >= 1 && count <= DAYS_MAX) return printBehaviour(count, flags);
      return printProblem(
        {
          what: `"${flags.days}" is not a number of days.`,
          why: 'Nothing was done.',
          next: `Give a whole number from 1 to ${DAYS_MAX}.`,
        },
        flags.json ?? false,
      );
    });
}
