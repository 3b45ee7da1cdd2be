/**
 * `genesis exec "buy 100 usdt btc"`: one console command against the running engine. What costs
 * money is shown first and carried out with --yes, or after a yes at a terminal.
 */
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import type { ApiClient } from '../api/client.ts';
import type { CommandReply, Dashboard, Notice, Preview } from '../core/dashboard.ts';
import { dataDirOf, findEngine, noEngine, withEngineOptions, type EngineFlags } from './engine-link.ts';
import { followCommand, hasOutcome, type Following } from './follow-command.ts';
import { printJson, printLines, printProblem } from './output.ts';
import { viewOrder } from '../ui/view-model/views/view.ts';
import { reportLines } from './report.ts';

type Flags = EngineFlags & { readonly yes?: boolean };

export function execCommand(): Command {
  const command = new Command('exec')
    .description('Carry out one console command in the running engine.')
    .argument('<line...>', 'the command, as typed in the console')
    .option('-y, --yes', 'carry it out without asking');
  return withEngineOptions(
    command,
    '  genesis exec "buy 100 usdt btc"          shows what it becomes, then asks\n  genesis exec --yes "close btc"\n  genesis exec why',
  ).action(async (words: readonly string[], flags: Flags) => execute(words.join(' '), flags));
}

/** Sends a line and prints the answer; the exit status is 0 only when it was accepted or answered. */
export async function execute(line: string, flags: Flags): Promise<void> {
  const json = flags.json ?? false;
  const dataDir = dataDirOf(flags);
  const link = await findEngine(dataDir);
  if (link === null) return printProblem(noEngine(dataDir), json);
  try {
    await carryOut(link.client, line, flags);
  } finally {
    link.client.close();
  }
}

async function carryOut(client: ApiClient, line: string, flags: Flags): Promise<void> {
  const json = flags.json ?? false;
  const view = viewOrder.find((name) => name === line.trim().toLowerCase());
  if (view !== undefined && !json) {
    const dashboard = await client.get<Dashboard>('/dashboard');
    return dashboard.ok
      ? printLines(reportLines(view, dashboard.value))
      : printProblem(dashboard.error, json);
  }
  if (flags.yes !== true && !(await agreed(client, line, json))) return;
  const following = hasOutcome(line) ? await followCommand(client) : null;
  try {
    await sendLine(client, line, json, following);
  } finally {
    following?.stop();
  }
}

/** An outcome that takes longer than this is still under way, and goes on without us. */
const OUTCOME_WITHIN_MS = 15_000;

async function sendLine(
  client: ApiClient,
  line: string,
  json: boolean,
  following: Following | null,
): Promise<void> {
  const reply = await client.post<CommandReply>('/commands', { line });
  if (!reply.ok) return printProblem(reply.error, json);
  const { commandId, outcome } = reply.value;
  const wait = following !== null && outcome === 'accepted';
  if (json) {
    const notices: Notice[] = [];
    const done = wait
      ? await following.until(commandId, OUTCOME_WITHIN_MS, (notice) => notices.push(notice))
      : true;
    printJson({ ...reply.value, notices, done });
    if (outcome === 'refused') process.exitCode = 1;
  } else if (reply.value.refusal !== null) {
    printProblem({ code: reply.value.refusal.code, ...reply.value.refusal.explanation }, false);
  } else {
    printLines(reply.value.lines.length === 0 ? ['Done.'] : reply.value.lines);
    const done = wait
      ? await following.until(commandId, OUTCOME_WITHIN_MS, ({ text }) => printLines([text]))
      : true;
    if (!done) printLines(['Still under way; the engine goes on with it. See genesis status.']);
  }
}

/** Shows what an order becomes; true when there is nothing to decide or the answer is yes. */
async function agreed(client: ApiClient, line: string, json: boolean): Promise<boolean> {
  const preview = await client.post<Preview>('/preview', { line });
  if (!preview.ok || preview.value.outcome !== 'wouldSend') return true;
  if (json || !process.stdin.isTTY) {
    printProblem(
      {
        what: `This would send an order: ${preview.value.lines.join(' ')}`,
        why: 'Nothing was sent, because nobody said yes.',
        next: 'Add --yes to send it.',
      },
      json,
    );
    return false;
  }
  printLines(preview.value.lines);
  const ask = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await ask.question('Send it? y/N ');
  ask.close();
  if (/^y(?:es)?$/i.test(answer.trim())) return true;
  printLines(['Nothing was sent.']);
  process.exitCode = 1;
  return false;
}
