/**
 * How the engine of a data folder was last started, so that a command for the emergency finds the same
 * exchange when that engine is gone; and the halt that was asked for while it was gone. No secrets in either.
 */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DataDir } from '../data/data-dir.ts';
import { readNote, writeNote } from '../data/note.ts';

export type LastRun = {
  readonly mode: 'paper' | 'testnet' | 'live';
  readonly symbols: readonly string[];
  readonly exchangeFile: string | null;
  readonly config: string | null;
};

export type RequestedHalt = { readonly reason: string };

export function noteLastRun(dir: DataDir, run: LastRun): void {
  writeNote(join(dir.state, 'last-run.json'), run);
}

/** Null when nothing was ever started here or the note cannot be read: paper is then meant. */
export function readLastRun(dir: DataDir): LastRun | null {
  const note = readNote(join(dir.state, 'last-run.json'));
  if (typeof note === 'string') return null;
  const { mode, symbols, exchangeFile, config } = note;
  if (mode !== 'paper' && mode !== 'testnet' && mode !== 'live') return null;
  return {
    mode,
    symbols: Array.isArray(symbols) ? symbols.filter((symbol) => typeof symbol === 'string') : [],
    exchangeFile: typeof exchangeFile === 'string' ? exchangeFile : null,
    config: typeof config === 'string' ? config : null,
  };
}

/** The words of `genesis run` that start the same engine again. */
export function runWords(run: LastRun): readonly string[] {
  const words = ['--mode', run.mode];
  if (run.symbols.length > 0) words.push('--symbols', run.symbols.join(','));
  if (run.exchangeFile !== null) words.push('--exchange-file', resolve(run.exchangeFile));
  if (run.config !== null) words.push('--config', resolve(run.config));
  return words;
}

/** Durable on return: the next engine of this folder starts halted, whatever becomes of this one (invariant 24). */
export function requestHalt(dir: DataDir, halt: RequestedHalt): void {
  writeNote(join(dir.state, 'halt-requested.json'), halt);
}

/** A note that cannot be read still asks for a halt. */
export function readRequestedHalt(dir: DataDir): RequestedHalt | null {
  const note = readNote(join(dir.state, 'halt-requested.json'));
  if (note === 'absent') return null;
  const reason = note === 'unreadable' ? null : note['reason'];
  return { reason: typeof reason === 'string' ? reason : 'asked for while no engine ran' };
}

/** The halt is in the log now. */
export function forgetRequestedHalt(dir: DataDir): void {
  rmSync(join(dir.state, 'halt-requested.json'), { force: true });
}
