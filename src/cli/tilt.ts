/** `genesis tilt` and what stands under it: the report itself, the evaluation, made-up behaviour to test with, one's own log and week. */
import type { Command } from 'commander';
import { reportCommand } from './report.ts';
import { tiltEvaluateCommand } from './tilt-evaluate.ts';
import { tiltExportCommand } from './tilt-export.ts';
import { tiltGenerateCommand } from './tilt-generate.ts';
import { tiltReportCommand } from './tilt-report.ts';

export function tiltCommand(): Command {
  return (
    reportCommand('tilt')
      // The report has a --json of its own, which would swallow that of the commands below.
      .enablePositionalOptions()
      .addCommand(tiltEvaluateCommand())
      .addCommand(tiltGenerateCommand())
      .addCommand(tiltExportCommand())
      .addCommand(tiltReportCommand())
  );
}
