/** A slow breath to follow while entries rest: in, hold, out, told in words and in the length of a bar. Pure. */
import { bar } from './charts/table.ts';
import { span, type Row } from './spans.ts';

const IN_S = 4;
const HOLD_S = 4;
const OUT_S = 6;
const CELLS = 24;

/** Moves once a second. */
export function breathingRow(nowMs: number): Row {
  const second = Math.floor(nowMs / 1_000) % (IN_S + HOLD_S + OUT_S);
  if (second < IN_S) return breath('breathe in', (second + 1) / IN_S);
  if (second < IN_S + HOLD_S) return breath('hold', 1);
  return breath('breathe out', 1 - (second - IN_S - HOLD_S + 1) / OUT_S);
}

function breath(words: string, share: number): Row {
  return [span(`   ${words.padEnd(14)}`, 'quiet'), ...bar(CELLS, share, 'text')];
}
