/**
 * Follows the configuration files while the engine runs: read again when a byte has changed, told only when what
 * was read is new. Polled, because the notices of file systems differ and are lost over mounts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeConfigProblem } from '../config/config-problem.ts';
import { loadRules } from '../config/load-config.ts';
import { err, type Result } from '../core/result.ts';
import type { Rules } from '../core/rules.ts';

const EVERY_MS = 2_000;
const files = ['tier-gates.yaml', 'trading-rules.yaml'] as const;
/** In the place of a file that is not there or may not be read; no file says this. */
const UNREADABLE = '\0unreadable';

/**
 * Calls `changed` with each new reading; returns the way to stop. What holds together is told at once. What does
 * not may be a file that is being written: it is told when the next look finds it unchanged.
 */
export function watchConfig(
  dir: string,
  changed: (read: Result<Rules, readonly string[]>) => void,
  everyMs: number = EVERY_MS,
): () => void {
  const bytes = (): string =>
    files
      .map((file) => {
        try {
          return readFileSync(join(dir, file), 'latin1');
        } catch {
          return UNREADABLE;
        }
      })
      .join('\0');
  let seen = bytes();
  let told = seen;
  const timer = setInterval(() => {
    const now = bytes();
    const stands = now === seen;
    seen = now;
    if (now === told) return;
    const rules = loadRules(dir);
    if (!rules.ok && !stands) return;
    told = now;
    changed(rules.ok ? rules : err(rules.error.map(describeConfigProblem)));
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
