/**
 * `genesis status|positions|orders|tier|tilt|risk`: what the dashboard shows, for people who live in
 * scripts. `--json` prints the schemas of the seed's API; orders and risk, which it does not have,
 * print the dashboard's own panels.
 */
import { Command } from 'commander';
import type { Dashboard } from '../core/dashboard.ts';
import { dataDirOf, findEngine, noEngine, withEngineOptions, type EngineFlags } from './engine-link.ts';
import { printJson, printLines, printProblem } from './output.ts';
import { printedView } from '../ui/view-model/views/all-views.ts';
import type { View } from '../ui/view-model/views/view.ts';
import { rowText } from '../ui/view-model/spans.ts';

export type ReportName = 'status' | 'positions' | 'orders' | 'tier' | 'tilt' | 'risk';

type Report = {
  readonly about: string;
  readonly jsonPath: string;
  readonly pick?: (dashboard: Dashboard) => unknown;
};

const reports: Readonly<Record<ReportName, Report>> = {
  status: { about: 'account, today’s result, data age, streams', jsonPath: '/account/status' },
  positions: { about: 'what is open, with its stops', jsonPath: '/positions' },
  orders: { about: 'what rests at the exchange', jsonPath: '/dashboard', pick: ({ orders }) => orders },
  tier: { about: 'where you stand and the gates ahead', jsonPath: '/config/tier' },
  tilt: { about: 'how unusual today is for you, and why', jsonPath: '/tilt/status' },
  risk: {
    about: 'limits, and how much of each is used',
    jsonPath: '/dashboard',
    pick: ({ account, positions, risk }) => ({
      ...account,
      ...risk,
      unprotected: positions.filter((position) => !position.protected).length,
    }),
  },
};

/** One command per report. */
export function reportCommand(name: ReportName): Command {
  const command = new Command(name).description(`Show ${reports[name].about}.`);
  return withEngineOptions(command, `  genesis ${name}\n  genesis ${name} --json`).action(
    async (flags: EngineFlags) => report(name, flags),
  );
}

async function report(name: ReportName, flags: EngineFlags): Promise<void> {
  const json = flags.json ?? false;
  const dataDir = dataDirOf(flags);
  const link = await findEngine(dataDir);
  if (link === null) return printProblem(noEngine(dataDir), json);
  const { jsonPath, pick } = reports[name];
  const answer = await link.client.get<Dashboard>(json ? jsonPath : '/dashboard');
  link.client.close();
  if (!answer.ok) return printProblem(answer.error, json);
  if (json) printJson(pick === undefined ? answer.value : pick(answer.value));
  else printLines(reportLines(name, answer.value));
}

/** A view of the console as plain lines. */
export function reportLines(name: View, dashboard: Dashboard): readonly string[] {
  return printedView(name, dashboard, process.stdout.columns ?? 100).map((row) =>
    rowText(row).replace(/^ {3}/, '').trimEnd(),
  );
}
