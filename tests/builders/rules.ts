/**
 * Valid rules for tests: the real files through the real loader, with one thing changed. The files
 * are read once per process.
 */
import { join } from 'node:path';
import { describeConfigProblem } from '../../src/config/config-problem.ts';
import { loadRules } from '../../src/config/load-config.ts';
import type { Rules } from '../../src/core/rules.ts';

/** Any depth of plain fields may be given; lists and amounts are replaced whole. */
export type RulesChange<T = Rules> = {
  readonly [K in keyof T]?: T[K] extends bigint | number | string | null | readonly unknown[]
    ? T[K]
    : T[K] extends object
      ? RulesChange<T[K]>
      : T[K];
};

export const configDir: string = join(import.meta.dirname, '..', '..', 'config');

let shipped: Rules | null = null;

/** The shipped rules, with `change` laid over them: `testRules({ trading: { risk: { feeBps: 0 } } })`. */
export function testRules(change: RulesChange = {}): Rules {
  shipped ??= load();
  return overlay(shipped, change);
}

function load(): Rules {
  const loaded = loadRules(configDir);
  if (!loaded.ok)
    throw new Error(
      `The shipped configuration has problems:\n${loaded.error.map(describeConfigProblem).join('\n')}`,
    );
  return loaded.value;
}

function overlay<T>(base: T, change: unknown): T {
  if (!isPlain(base) || !isPlain(change)) return (change === undefined ? base : change) as T;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(change)) result[key] = overlay(result[key], value);
  return result as T;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
