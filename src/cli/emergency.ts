/**
 * `genesis halt`, `genesis close-all`, `genesis resume`: the emergency commands, with their typed
 * sentences. When no engine runs, halt and close-all start one as it was last started: it reads the account
 * from the exchange before anything else, and then does what was asked. When none can be started, the
 * exchange is asked directly.
 */
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import type { CloseAllResult, HealthStatus } from '../api/seed-schemas.ts';
import { CLOSE_ALL_CONFIRMATION, HALT_CONFIRMATION } from '../api/request-shapes.ts';
import { signedDollars } from '../core/explain-figures.ts';
import { setTimeout as pause } from 'node:timers/promises';
import {
  dataDirOf,
  findEngine,
  withEngineOptions,
  type EngineFlags,
  type EngineLink,
} from './engine-link.ts';
import { execute } from './exec.ts';
import { printJson, printLines, printProblem } from './output.ts';
import { spawnEngine } from './start-engine.ts';
import { readEnvironment } from '../config/environment.ts';
import { formatFixed } from '../core/money.ts';
import type { Explanation } from '../core/refusals.ts';
import { dataDirAt, prepareDataDir } from '../data/data-dir.ts';
import { actDirectly } from '../wiring/direct-emergency.ts';
import { linkExchange } from '../wiring/engine-process.ts';
import { readLastRun, requestHalt, runWords, type LastRun } from '../wiring/last-run.ts';

type Flags = EngineFlags & { readonly confirm?: string; readonly reason?: string };

const confirmOption = '--confirm <sentence>';

export function haltCommand(): Command {
  const command = new Command('halt')
    .description('Stop all entries at once. Stops stay at the exchange; resume opens trading again.')
    .requiredOption('--reason <text>', 'why, ten characters or more; kept in the log')
    .option(confirmOption, `the sentence: ${HALT_CONFIRMATION}`);
  return withEngineOptions(
    command,
    `  genesis halt --reason "the feed looks odd" --confirm "${HALT_CONFIRMATION}"`,
  ).action(async (flags: Flags) =>
    emergency(flags, HALT_CONFIRMATION, async ({ client }, json) => {
      const answer = await client.post('/emergency/halt', {
        reason: flags.reason ?? '',
        confirmation: HALT_CONFIRMATION,
      });
      if (!answer.ok) return printProblem(answer.error, json);
      if (json) printJson(answer.value);
      else
        printLines([
          'Trading is halted. Stops rest at the exchange. Type genesis resume when you have looked at the cause.',
        ]);
    }),
  );
}

export function closeAllCommand(): Command {
  const command = new Command('close-all')
    .description('Close every position now, at the market.')
    .option(confirmOption, `the sentence: ${CLOSE_ALL_CONFIRMATION}`);
  return withEngineOptions(command, `  genesis close-all --confirm "${CLOSE_ALL_CONFIRMATION}"`).action(
    async (flags: Flags) =>
      emergency(flags, CLOSE_ALL_CONFIRMATION, async ({ client }, json) => {
        const answer = await client.post<CloseAllResult>('/emergency/close-all', {
          confirmation: CLOSE_ALL_CONFIRMATION,
        });
        if (!answer.ok) return printProblem(answer.error, json);
        const { positions_closed: closed, total_pnl: total, errors } = answer.value;
        if (errors.length > 0) process.exitCode = 1;
        if (json) printJson(answer.value);
        else
          printLines([
            closed === 0 && errors.length === 0
              ? 'Nothing was open.'
              : `${closed} closed, ${signedDollars(total)} after fees.`,
            ...errors,
          ]);
      }),
  );
}

export function resumeCommand(): Command {
  const command = new Command('resume')
    .description('Open trading again after a halt. Without the sentence, says which one it is.')
    .argument('[sentence...]', 'the sentence, typed in full');
  return withEngineOptions(command, '  genesis resume\n  genesis resume "the sentence it shows"').action(
    async (words: readonly string[], flags: EngineFlags) =>
      execute(`resume ${words.join(' ')}`, { ...flags, yes: true }),
  );
}

async function emergency(
  flags: Flags,
  sentence: string,
  act: (link: EngineLink, json: boolean) => Promise<void>,
): Promise<void> {
  const json = flags.json ?? false;
  if (!(await confirmed(flags, sentence, json))) return;
  const dataDir = dataDirOf(flags);
  const found = await findEngine(dataDir);
  if (found !== null) return finish(found, act, json);
  const flatten = sentence === CLOSE_ALL_CONFIRMATION;
  const dir = prepareDataDir(dataDir);
  // Latch first, act later: whatever becomes of what follows, the next engine starts halted.
  if (dir.ok && !flatten) requestHalt(dir.value, { reason: flags.reason ?? '' });
  const lastRun = dir.ok ? readLastRun(dir.value) : null;
  const started = await spawnEngine(dataDir, { words: lastRun === null ? [] : runWords(lastRun) });
  if (started.ok) {
    await untilReconciled(started.value);
    return finish(started.value, act, json);
  }
  await withoutEngine(dataDir, lastRun, flatten, started.error, json);
}

async function finish(
  link: EngineLink,
  act: (link: EngineLink, json: boolean) => Promise<void>,
  json: boolean,
): Promise<void> {
  try {
    await act(link, json);
  } finally {
    link.client.close();
  }
}

/** No engine can be started: the exchange is asked directly. */
async function withoutEngine(
  dataDir: string,
  lastRun: LastRun | null,
  flatten: boolean,
  why: Explanation,
  json: boolean,
): Promise<void> {
  const mode = lastRun?.mode ?? 'paper';
  const environment = readEnvironment(process.env, mode);
  const link = environment.ok
    ? await linkExchange(
        {
          exchangeFile: lastRun?.exchangeFile ?? null,
          mode,
          feed: 'synthetic',
          seed: null,
          speed: 1,
          symbols: lastRun?.symbols ?? [],
          balance: '500',
        },
        environment.value,
        dataDirAt(dataDir),
        [],
      )
    : null;
  if (link?.ok !== true) {
    return printProblem(
      {
        what: `${why.what} The exchange could not be reached directly either.`,
        why: 'Stops that rest at the exchange stay there.',
        next: "Use the exchange's own page or application now, then look into the log of the engine.",
      },
      json,
    );
  }
  const outcome = await actDirectly(link.value, flatten);
  if (outcome.problems.length > 0) process.exitCode = 1;
  const sold = outcome.sold.map(({ symbol, quantity }) => ({ symbol, quantity: formatFixed(quantity) }));
  if (json)
    return printJson({ direct: true, cancelled: outcome.cancelled, sold, problems: outcome.problems });
  printLines([
    `No engine could be started (${why.what.replace(/\.$/, '')}), so the exchange was asked directly.`,
    `${outcome.cancelled} resting entries cancelled${flatten ? `, ${sold.length === 0 ? 'nothing of ours was there to sell' : `sold ${sold.map(({ symbol, quantity }) => `${quantity} of ${symbol}`).join(', ')}`}` : ''}.`,
    ...(flatten ? [] : ['The next engine of this folder starts halted. Stops rest at the exchange.']),
    ...outcome.problems,
  ]);
}

/** A fresh engine knows the account once it has compared itself with the exchange. */
async function untilReconciled(link: EngineLink): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const health = await link.client.get<HealthStatus>('/health');
    const state = health.ok ? health.value.trading_state : 'STARTING';
    if (state !== 'STARTING' && state !== 'RECONCILING') return;
    await pause(50);
  }
}

async function confirmed(flags: Flags, sentence: string, json: boolean): Promise<boolean> {
  let typed = flags.confirm;
  if (typed === undefined && process.stdin.isTTY && !json) {
    const ask = createInterface({ input: process.stdin, output: process.stdout });
    typed = await ask.question(`Type ${sentence} to go on: `);
    ask.close();
  }
  if (typed?.trim() === sentence) return true;
  printProblem(
    {
      what: 'The sentence was not typed exactly.',
      why: 'Nothing changed; the exact words are there so that this is never done by accident.',
      next: `Use --confirm "${sentence}".`,
    },
    json,
  );
  return false;
}
