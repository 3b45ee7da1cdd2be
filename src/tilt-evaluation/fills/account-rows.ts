/** Alarms by account of recorded fills. */
import type { SessionVerdict } from '../log/log-evaluation.ts';

export type AccountRow = {
  readonly account: string;
  readonly sessions: number;
  readonly trades: number;
  readonly caution: number;
  readonly warning: number;
  readonly locked: number;
  readonly maxScore: number;
};

export function accountRows(verdicts: readonly SessionVerdict[]): readonly AccountRow[] {
  const rows = new Map<string, AccountRow>();
  for (const { trader, first, trades, maxScore } of verdicts) {
    const row = rows.get(trader);
    rows.set(trader, {
      account: trader,
      sessions: (row?.sessions ?? 0) + 1,
      trades: (row?.trades ?? 0) + trades,
      caution: (row?.caution ?? 0) + (first.CAUTION === null ? 0 : 1),
      warning: (row?.warning ?? 0) + (first.WARNING === null ? 0 : 1),
      locked: (row?.locked ?? 0) + (first.LOCKED === null ? 0 : 1),
      maxScore: Math.max(row?.maxScore ?? 0, maxScore),
    });
  }
  return [...rows.values()];
}
