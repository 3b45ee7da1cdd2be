/**
 * Rules that let a test trade as fast as it can: the shipped files with counts raised to what the loader
 * allows and the tilt points of frequency and speed lowered. Limits on money stay as shipped.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './processes.ts';

const raised: readonly (readonly [RegExp, string])[] = [
  [/entriesPerDayMax: \d+/g, 'entriesPerDayMax: 1000'],
  [/entriesPerMinuteMax: \d+/g, 'entriesPerMinuteMax: 60'],
  [/duplicateIntentMs: \d+/g, 'duplicateIntentMs: 0'],
  [/tradesPerHourPoints: \d+/g, 'tradesPerHourPoints: 1'],
  [/decisionPoints: \d+/g, 'decisionPoints: 1'],
];

export function writeBusyConfig(folder: string): string {
  const target = join(folder, 'config');
  mkdirSync(target, { recursive: true });
  for (const name of ['tier-gates.yaml', 'trading-rules.yaml']) {
    const text = readFileSync(join(root, 'config', name), 'utf8');
    writeFileSync(
      join(target, name),
      raised.reduce((all, [from, to]) => all.replaceAll(from, to), text),
    );
  }
  return target;
}
