/**
 * Every command by name, loaded only when it is asked for. The program, its help, its completion and its
 * manual page all read this table.
 */
import type { Command } from 'commander';

/** What a command is for, and how the file that does it is loaded. */
export type Entry = { readonly about: string; readonly load: () => Promise<Command> };
export type CommandTable = Readonly<Record<string, Entry>>;

const report = (name: 'status' | 'positions' | 'orders' | 'tier' | 'risk'): Entry['load'] => {
  return async () => (await import('./report.ts')).reportCommand(name);
};

/** In the order of `--help`. */
export const commands: CommandTable = {
  console: {
    about: 'open the console (the same as no command)',
    load: async () => (await import('./console.ts')).consoleCommand(),
  },
  run: {
    about: 'run the engine in the foreground',
    load: async () => (await import('./run.ts')).runCommand(),
  },
  exec: {
    about: 'give one console command to the running engine',
    load: async () => (await import('./exec.ts')).execCommand(),
  },
  status: { about: 'what the dashboard shows', load: report('status') },
  positions: { about: 'open positions', load: report('positions') },
  orders: { about: 'orders that are open', load: report('orders') },
  tier: { about: 'the tier, its gates and what comes next', load: report('tier') },
  tilt: {
    about: 'the tilt score and what moved it; tilt evaluate: how well drift is noticed',
    load: async () => (await import('./tilt.ts')).tiltCommand(),
  },
  risk: { about: 'limits and how much of them is used', load: report('risk') },
  report: {
    about: 'what a stretch of days brought; --behaviour: how it was traded',
    load: async () => (await import('./period-report.ts')).periodReportCommand(),
  },
  halt: {
    about: 'stop all entries now; stops stay at the exchange',
    load: async () => (await import('./emergency.ts')).haltCommand(),
  },
  'close-all': {
    about: 'sell every open position now',
    load: async () => (await import('./emergency.ts')).closeAllCommand(),
  },
  resume: {
    about: 'lift a halt with the typed phrase',
    load: async () => (await import('./emergency.ts')).resumeCommand(),
  },
  exchange: {
    about: 'run the built-in exchange alone',
    load: async () => (await import('./exchange.ts')).exchangeCommand(),
  },
  backtest: {
    about: 'run a strategy through the engine on recorded candles',
    load: async () => (await import('./backtest.ts')).backtestCommand(),
  },
  simulate: {
    about: 'run the whole system in simulated time, from seeds, with faults',
    load: async () => (await import('./simulate.ts')).simulateCommand(),
  },
  backup: {
    about: 'copy the store, encrypted and verified',
    load: async () => (await import('./backup.ts')).backupCommand(),
  },
  restore: {
    about: 'put a backup in the place of the store',
    load: async () => (await import('./backup.ts')).restoreCommand(),
  },
  doctor: {
    about: 'check keys, clock, limits, disk, encryption and configuration',
    load: async () => (await import('./doctor.ts')).doctorCommand(),
  },
  verify: {
    about: 'check that the history is whole',
    load: async () => (await import('./verify.ts')).verifyCommand(),
  },
  completion: {
    about: 'print the completion script for bash, zsh or fish',
    load: async () => (await import('./completion.ts')).completionCommand(commands),
  },
};
