// Runs benches/*.bench.ts one after the other (or those named), prints each figure beside its yardstick
// of the same run, writes bench.json, and fails when a budget is missed. Figures of this machine alone:
// quote ratios. Usage: node scripts/bench.ts [name …]
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchRow } from '../benches/bench-row.ts';

const root: string = join(import.meta.dirname, '..');

async function main(wanted: readonly string[]): Promise<number> {
  const files = readdirSync(join(root, 'benches'))
    .filter((name) => name.endsWith('.bench.ts'))
    .filter((name) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)))
    .toSorted();
  if (files.length === 0) {
    process.stderr.write(`no bench is called ${wanted.join(', ')}\n`);
    return 1;
  }
  const rows: BenchRow[] = [];
  for (const file of files) {
    process.stderr.write(`${file} …\n`);
    const bench = (await import(join(root, 'benches', file))) as { readonly run: () => Promise<BenchRow[]> };
    const fresh = await bench.run();
    rows.push(...fresh);
    for (const row of fresh) process.stdout.write(`${line(row)}\n`);
  }
  writeFileSync(join(root, 'bench.json'), `${JSON.stringify(rows, null, 2)}\n`);
  const missed = rows.filter((row) => !row.within);
  process.stdout.write(`${rows.length} figures, ${missed.length} past their budget; written to bench.json\n`);
  return missed.length === 0 ? 0 : 1;
}

function line(row: BenchRow): string {
  const value = `${format(row.value)} ${row.unit}`;
  const against = `${row.ratio.toFixed(2)} × of ${format(row.yardstick)}`;
  return `${row.within ? '✓' : '✗'} ${row.name.padEnd(60)} ${value.padStart(18)}   ${against.padEnd(20)} budget: ${row.budget}`;
}

function format(value: number): string {
  return Math.abs(value) >= 1_000 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}

process.exitCode = await main(process.argv.slice(2));
