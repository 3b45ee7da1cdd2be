// The harness on the recorded fills of real accounts: every row is understood, no reading is faulty.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createFillsToFacts } from '../../../src/tilt-evaluation/fills/fills-to-facts.ts';
import { createFillsReader } from '../../../src/tilt-evaluation/fills/read-fills.ts';
import { createLogEvaluation, type SessionVerdict } from '../../../src/tilt-evaluation/log/log-evaluation.ts';
import { openTiltJudge } from '../../../src/wiring/tilt-evaluation.ts';
import { hasRecorded, recorded } from './recorded-data.ts';

const FILES = [
  ['behaviour/copytrading-fills-full.csv.gz', 3_195, 3],
  ['behaviour/copytrading-fills-recent.csv.gz', 7_251, 72],
  ['behaviour/hyperliquid-fills.csv.gz', 2_830, 2],
] as const;

describe.runIf(hasRecorded(...FILES.map(([file]) => file)))('recorded fills', () => {
  it.each(FILES)('%s: all %d rows of %d accounts are judged', (file, rowCount, accounts) => {
    const [header = '', ...lines] = gunzipSync(readFileSync(recorded(file)))
      .toString('utf8')
      .trimEnd()
      .split('\n');
    const reader = createFillsReader(header);
    if (!reader.ok) throw new Error(reader.error);
    const verdicts: SessionVerdict[] = [];
    const judge = openTiltJudge();
    if (!judge.ok) throw new Error('the shipped configuration is valid');
    const log = createLogEvaluation(judge.value, (verdict) => verdicts.push(verdict));
    const stream = createFillsToFacts((fact) => log.take(fact));
    let quantity = 0;
    for (const line of lines) {
      const row = reader.value.row(line);
      expect(row.ok || row.error).toBe(true);
      if (!row.ok) continue;
      quantity += row.value.quantity;
      stream.take(row.value);
    }
    stream.end();
    log.end();
    expect(lines).toHaveLength(rowCount);
    expect(quantity).toBeGreaterThan(0);
    expect(new Set(verdicts.map(({ trader }) => trader)).size).toBe(accounts);
    expect(log.counts).toMatchObject({ traders: accounts, backwards: 0, faultyReadings: 0, broken: 0 });
    expect(verdicts.every(({ maxScore }) => maxScore >= 0 && maxScore <= 100)).toBe(true);
  });
});
