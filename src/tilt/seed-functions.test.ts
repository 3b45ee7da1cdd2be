// docs/tilt.md says where each function of the seed lives: a row that names what is not there is no answer.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const document = readFileSync(join(root, 'docs', 'tilt.md'), 'utf8');
const section = document.slice(document.indexOf('## The seed'), document.indexOf('## What it cannot see'));
const rows = [...section.matchAll(/^\| (.+?) \| `(src\/[\w./-]+)` \| `(\w+)` \|$/gm)].map(
  ([, seed = '', path = '', name = '']) => [seed, path, name] as const,
);

test('the four functions of the seed’s detector have a counterpart', () => {
  const named = rows.map(([seed]) => seed).join(' ');
  for (const seed of [
    'update_metrics',
    'check_intervention_required',
    'enforce_intervention',
    'calculate_baseline',
  ])
    expect(named).toContain(`\`${seed}(`);
  expect(rows.length).toBeGreaterThanOrEqual(12);
});

test.each(rows)('%s is in %s: %s', (_seed, path, name) => {
  expect(existsSync(join(root, path))).toBe(true);
  expect(readFileSync(join(root, path), 'utf8')).toMatch(new RegExp(`^export function ${name}\\b`, 'm'));
});
