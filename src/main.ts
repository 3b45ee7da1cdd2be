/**
 * The entry of everything: maps a command name to the file that does it and loads nothing else, so that
 * `genesis status` does not pay for the exchange library nor the console for the store.
 * Without a command: the console, which starts a paper engine when none runs.
 */
import { enableCompileCache } from 'node:module';
import type { Command } from 'commander';

enableCompileCache();

type Entry = { readonly about: string; readonly load: () => Promise<Command> };

const report = (name: 'status' | 'positions' | 'orders' | 'tier' | 'risk'): Entry['load'] => {
  return async () => (await import('./cli/report.ts')).reportCommand(name);
};

/** In the order of `--help`. */
const commands: Readonly<Record<string, Entry>> = {
  console: {
    about: 'open the console (the same as no command)',
    load: async () => (await import('./cli/console.ts')).consoleCommand(),
  },
  run: {
    about: 'run the engine in the foreground',
    load: async () => (await import('./cli/run.ts')).runCommand(),
  },
  exec: {
    about: 'give one console command to the running engine',
    load: async () => (await import('./cli/exec.ts')).execCommand(),
  },
  status: { about: 'what the dashboard shows', load: report('status') },
  positions: { about: 'open positions', load: report('positions') },
  orders: { about: 'orders that are open', load: report('orders') },
  tier: { about: 'the tier, its gates and what comes next', load: report('tier') },
  tilt: {
    about: 'the tilt score and what moved it; tilt evaluate: how well drift is noticed',
    load: async () => (await import('./cli/tilt.ts')).tiltCommand(),
  },
  risk: { about: 'limits and how much of them is used', load: report('risk') },
  halt: {
    about: 'stop all entries now; stops stay at the exchange',
    load: async () => (await import('./cli/emergency.ts')).haltCommand(),
  },
  'close-all': {
    about: 'sell every open position now',
    load: async () => (await import('./cli/emergency.ts')).closeAllCommand(),
  },
  resume: {
    about: 'lift a halt with the typed phrase',
    load: async () => (await import('./cli/emergency.ts')).resumeCommand(),
  },
  exchange: {
    about: 'run the built-in exchange alone',
    load: async () => (await import('./cli/exchange.ts')).exchangeCommand(),
  },
  backtest: {
    about: 'run a strategy through the engine on recorded candles',
    load: async () => (await import('./cli/backtest.ts')).backtestCommand(),
  },
  simulate: {
    about: 'run the whole system in simulated time, from seeds, with faults',
    load: async () => (await import('./cli/simulate.ts')).simulateCommand(),
  },
  backup: {
    about: 'copy the store, encrypted and verified',
    load: async () => (await import('./cli/backup.ts')).backupCommand(),
  },
  restore: {
    about: 'put a backup in the place of the store',
    load: async () => (await import('./cli/backup.ts')).restoreCommand(),
  },
  doctor: {
    about: 'check keys, clock, limits, disk, encryption and configuration',
    load: async () => (await import('./cli/doctor.ts')).doctorCommand(),
  },
  verify: {
    about: 'check that the history is whole',
    load: async () => (await import('./cli/verify.ts')).verifyCommand(),
  },
};

const version = `genesis 0.1.0 (${process.env['GENESIS_COMMIT'] ?? 'unknown'})`;

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
