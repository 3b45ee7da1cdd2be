/**
 * Proves the stored history beside a starting engine (invariant 30): `genesis verify` in a process of its
 * own, behind the engine's in priority, so that a long history delays no exit. The engine takes no entry
 * before the answer.
 */
import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';

export type HistoryProof = {
  /** What does not prove, in words; null when all does. Never rejects. */
  readonly fault: Promise<string | null>;
  cancel(): void;
};

/** `main` is the program that runs now; the child reads the key where this process did. */
export function proveHistory(main: string, dataDir: string): HistoryProof {
  const child = spawn(process.execPath, [main, 'verify', '--data-dir', dataDir, '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    if (child.pid !== undefined) setPriority(child.pid, 5);
  } catch {
    // Already done, or not allowed here: then it runs beside us as an equal.
  }
  const fault = new Promise<string | null>((settle) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    child.once('error', (thrown) => settle(`the history could not be proved (${thrown.message})`));
    child.once('close', () => settle(faultIn(text)));
  });
  child.unref();
  return { fault, cancel: () => void child.kill() };
}

/** Reads the verdict of `genesis verify --json`; what cannot be read proves nothing. */
export function faultIn(text: string): string | null {
  let verdict: unknown;
  try {
    verdict = JSON.parse(text);
  } catch {
    return 'the history could not be proved';
  }
  if (typeof verdict !== 'object' || verdict === null) return 'the history could not be proved';
  const { chain, projections, snapshot } = verdict as Record<string, unknown>;
  for (const part of [chain, projections, snapshot]) {
    if (part === 'ok') continue;
    const detail = (part as { readonly detail?: unknown } | null | undefined)?.detail;
    return typeof detail === 'string' ? detail : 'the history could not be proved';
  }
  return null;
}
