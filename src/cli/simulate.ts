/**
 * `genesis simulate`: deterministic simulation of the whole system, many seeds. Progress on standard
 * error when a person watches; a failure names the seed, the invariant, the moment, the last happenings
 * and the line that plays it again. Ctrl-C ends it with what there is so far. Exit 0 only without findings.
 */
import { Command, InvalidArgumentError } from 'commander';
import { describeConfigProblem } from '../config/config-problem.ts';
import { createCampaign, type CampaignSummary, type WorldSummary } from '../dst/campaign.ts';
import { faultKinds, type FaultKind } from '../dst/faults.ts';
import { openSimulation, spreadSimulation } from '../wiring/simulation.ts';
import { printJson, printLines } from './output.ts';

type SimulateFlags = {
  readonly seeds: number;
  readonly fromSeed: number;
  readonly faults?: readonly FaultKind[];
  readonly jobs: number;
  readonly twice?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly lines?: boolean;
};

const PROGRESS_EVERY_MS = 500;
const JOBS_MAX = 64;
/** Failures after these are told in a line each. */
const SHOWN_WHOLE = 3;

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('Run the whole system in simulated time, from seeds, with faults, and judge every step.')
    .option('--seeds <n>', 'how many worlds', wholeNumber, 100)
    .option('--from-seed <s>', 'the first seed', wholeNumber, 1)
    .option(
      '--faults <kinds>',
      `exactly these kinds, comma-separated, or none (default: each seed draws its own)`,
      faultList,
    )
    .option('--jobs <n>', 'processes to spread the seeds over', jobCount, 1)
    .option('--twice', 'run every seed twice and compare the traces')
    .option('--verbose', 'print every happening')
    .option('--json', 'print JSON for scripts')
    .addOption(
      new Command().createOption('--lines', 'one JSON line a seed, for a process that asked').hideHelp(),
    )
    .addHelpText(
      'after',
      `
Kinds of faults:
${kindLines().join('\n')}

Examples:
  genesis simulate --seeds 200 --jobs 2
  genesis simulate --seeds 1 --from-seed 1234 --verbose
  genesis simulate --seeds 100 --faults net.replyLost,exchange.timeout.executed`,
    )
    .action(async (flags: SimulateFlags) => {
      process.exitCode = await simulate(flags);
    });
}

async function simulate(flags: SimulateFlags): Promise<number> {
  const startedAt = performance.now();
  const campaign = createCampaign((seed) => replayLine(seed, flags));
  const signals = { asked: 0 };
  const onSignal = (): void => {
    signals.asked += 1;
    // Asked twice: go now; nothing is kept anyway.
    if (signals.asked > 1) process.exit(130);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const progress = createProgress(flags, startedAt);
  let failures = 0;
  const tell = (world: WorldSummary): void => {
    campaign.add(world);
    progress.tell(world);
    if (flags.lines === true) printJson(world);
    else if (world.violations.length > 0) {
      failures += 1;
      process.stderr.write(`${failureLines(world, flags, failures <= SHOWN_WHOLE).join('\n')}\n`);
    }
  };
  const stopped = (): boolean => signals.asked > 0;
  const sound = await runSeeds(flags, tell, stopped);
  process.off('SIGINT', onSignal);
  process.off('SIGTERM', onSignal);
  progress.end();
  if (sound === null) return 1;
  const summary = campaign.summary(Math.round(performance.now() - startedAt));
  if (flags.lines !== true) {
    if (flags.json === true) printJson({ ...summary, stoppedEarly: stopped() });
    else printLines(summaryLines(summary, stopped()));
  }
  if (summary.violations.length > 0 || !sound) return 1;
  return stopped() ? 130 : 0;
}

/** True when all went as asked, false when a process was lost, null when nothing could be run. */
async function runSeeds(
  flags: SimulateFlags,
  tell: (world: WorldSummary) => void,
  stopped: () => boolean,
): Promise<boolean | null> {
  if (flags.jobs > 1) {
    const passedOn = [
      ...(flags.faults === undefined
        ? []
        : ['--faults', flags.faults.length === 0 ? 'none' : flags.faults.join(',')]),
      ...(flags.twice === true ? ['--twice'] : []),
    ];
    return spreadSimulation(
      { fromSeed: flags.fromSeed, seeds: flags.seeds, jobs: flags.jobs, flags: passedOn },
      tell,
      stopped,
    );
  }
  const opened = await openSimulation({
    fromSeed: flags.fromSeed,
    seeds: flags.seeds,
    faults: flags.faults ?? null,
    twice: flags.twice ?? false,
    listener: flags.verbose === true ? (line): void => void process.stdout.write(`${line}\n`) : null,
  });
  if (!opened.ok) {
    process.stderr.write(`${opened.error.map(describeConfigProblem).join('\n')}\nNothing was run.\n`);
    return null;
  }
  await opened.value.run(tell, stopped);
  return true;
}

function createProgress(
  flags: SimulateFlags,
  startedAt: number,
): { tell(world: WorldSummary): void; end(): void } {
  const shown = process.stderr.isTTY && flags.lines !== true && flags.verbose !== true;
  let done = 0;
  let found = 0;
  let shownAt = startedAt;
  return {
    tell(world): void {
      done += 1;
      if (world.violations.length > 0) found += 1;
      const now = performance.now();
      if (!shown || now - shownAt < PROGRESS_EVERY_MS) return;
      shownAt = now;
      const rate = done / ((now - startedAt) / 1_000);
      process.stderr.write(
        `\r${done} of ${flags.seeds} seeds, ${found} with findings, ${rate.toFixed(1)} a second `,
      );
    },
    end(): void {
      if (shown) process.stderr.write('\r\u001B[K');
    },
  };
}

function failureLines(world: WorldSummary, flags: SimulateFlags, whole: boolean): readonly string[] {
  const found = world.violations.map(
    ({ invariant, detail, atMs }) =>
      `seed ${world.seed}: invariant ${invariant} at ${(atMs / 1_000).toFixed(3)} s of virtual time: ${detail}`,
  );
  const again = `play it again: ${replayLine(world.seed, flags)}`;
  if (!whole) return [...found, again];
  return [
    '',
    `seed ${world.seed} broke an invariant. The last ${world.lines.length} happenings:`,
    ...world.lines,
    ...found,
    again,
    '',
  ];
}

function replayLine(seed: number, flags: SimulateFlags): string {
  const faults =
    flags.faults === undefined
      ? ''
      : ` --faults ${flags.faults.length === 0 ? 'none' : flags.faults.join(',')}`;
  return `genesis simulate --seeds 1 --from-seed ${seed}${faults} --verbose`;
}

function summaryLines(summary: CampaignSummary, stoppedEarly: boolean): readonly string[] {
  const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
  const kinds = Object.entries(summary.faultsFired);
  return [
    `${summary.seeds} seeds${stoppedEarly ? ' (stopped early)' : ''} in ${seconds(summary.elapsedMs)} s: ${seconds(summary.virtualMs)} s of virtual time, ${summary.events} events, ${summary.orders} orders, ${summary.fills} trades`,
    `${kinds.reduce((sum, [, times]) => sum + times, 0)} faults of ${kinds.length} kinds; ${summary.acceptedUnanswered} orders accepted whose answer was lost`,
    `trace ${summary.traceHash}`,
    summary.violations.length === 0
      ? 'no invariant was broken'
      : `${summary.violations.length} findings: ${summary.violations.map(({ seed, invariant }) => `seed ${seed} (${invariant})`).join(', ')}`,
  ];
}

function kindLines(): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const kind of faultKinds) {
    const family = kind.slice(0, kind.indexOf('.'));
    groups.set(family, [...(groups.get(family) ?? []), kind]);
  }
  return [...groups.values()].flatMap((kinds) => [
    `  ${kinds.slice(0, 5).join(', ')}`,
    ...rows(kinds.slice(5), 5),
  ]);
}

function rows(kinds: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < kinds.length; at += width) lines.push(`  ${kinds.slice(at, at + width).join(', ')}`);
  return lines;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number from 0.');
  return value;
}

function jobCount(text: string): number {
  const value = wholeNumber(text);
  if (value < 1 || value > JOBS_MAX) throw new InvalidArgumentError(`It has to be from 1 to ${JOBS_MAX}.`);
  return value;
}

function faultList(text: string): readonly FaultKind[] {
  if (text === 'none') return [];
  if (text === 'all') return faultKinds;
  return text.split(',').map((word) => {
    const kind = faultKinds.find((known) => known === word.trim());
    if (kind === undefined)
      throw new InvalidArgumentError(`There is no fault "${word.trim()}"; see --help for the kinds.`);
    return kind;
  });
}
