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

/** Calls `changed` with each new reading; returns the way to stop. */
export function watchConfig(
  dir: string,
  changed: (read: Result<Rules, readonly string[]>) => void,
  everyMs: number = EVERY_MS,
): () => void {
  const bytes = (): string => {
    try {
      return files.map((file) => readFileSync(join(dir, file), 'latin1')).join('\0');
    } catch {
      return '';
    }
  };
  let last = bytes();
  const timer = setInterval(() => {
    const now = bytes();
    if (now === last) return;
    last = now;
    const rules = loadRules(dir);
    changed(rules.ok ? rules : err(rules.error.map(describeConfigProblem)));
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
