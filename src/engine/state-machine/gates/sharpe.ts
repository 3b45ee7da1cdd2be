/** Sharpe ratio of the daily results, a year's worth; days without a record earned nothing. */
import { daysSince } from '../days.ts';
import { newest, type Gate } from './gate.ts';

const DAYS_A_YEAR = 365;

export const sharpeGate: Gate = ({ state, today, measures }, required) => {
  const days = daysSince(state.evidence.days, today, measures.sharpeDays);
  const ratio = sharpe(
    days.map(({ pnlBps }) => pnlBps),
    measures.sharpeDays,
  );
  return {
    current: ratio.toFixed(2),
    passed: ratio > Number(required),
    evidence: newest(days.map(({ eventId }) => eventId)),
  };
};

/** Mean over deviation of `count` results, those not given being zero. */
function sharpe(results: readonly number[], count: number): number {
  const mean = results.reduce((sum, result) => sum + result, 0) / count;
  const idle = (count - results.length) * mean ** 2;
  const squares = results.reduce((sum, result) => sum + (result - mean) ** 2, idle);
  const deviation = Math.sqrt(squares / (count - 1));
  return deviation === 0 ? 0 : (mean / deviation) * Math.sqrt(DAYS_A_YEAR);
}
