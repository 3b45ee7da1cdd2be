/**
 * What closed trades returned, as a fold over the last hundred, and the Kelly share that follows (domain rules,
 * "sizing": fractional Kelly, 25 %, from HUNTER). Returns are statistics in basis points of what was paid.
 */
import type { EventOf } from '../../core/events.ts';
import { notionalFloor, ratioBps } from '../../core/money.ts';
import type { RiskRules } from '../../core/rules.ts';

export type TradeResults = {
  readonly returnsBps: readonly number[];
  readonly wins: number;
  readonly wonBps: number;
  readonly lostBps: number;
};

export const initialResults: TradeResults = { returnsBps: [], wins: 0, wonBps: 0, lostBps: 0 };

const KEPT = 100;

export function withResult(state: TradeResults, closed: EventOf<'position.closed'>): TradeResults {
  const paid = notionalFloor(closed.entryPrice, closed.quantity);
  if (paid <= 0n) return state;
  const fresh = ratioBps(closed.realisedPnl, paid);
  const gone = state.returnsBps.at(-KEPT) ?? 0;
  const returnsBps = [...state.returnsBps, fresh].slice(-KEPT);
  return {
    returnsBps,
    wins: state.wins + Number(fresh > 0) - Number(gone > 0),
    wonBps: state.wonBps + Math.max(fresh, 0) - Math.max(gone, 0),
    lostBps: state.lostBps + Math.max(-fresh, 0) - Math.max(-gone, 0),
  };
}

/**
 * The share of equity that fractional Kelly gives one position, in basis points, 0 without an edge; null until
 * enough trades are closed. With winners of W and losers of L per dollar, won p of the time: p/L − (1−p)/W.
 */
export function kellyShareBps(state: TradeResults, rules: RiskRules): number | null {
  const count = state.returnsBps.length;
  if (count < rules.kellyTradesMin) return null;
  const losses = count - state.wins;
  if (state.wins === 0) return 0;
  if (losses === 0 || state.lostBps === 0) return 10_000;
  const won = state.wonBps / state.wins / 10_000;
  const lost = state.lostBps / losses / 10_000;
  const full = state.wins / count / lost - losses / count / won;
  return Math.floor(Math.min(Math.max(full * rules.kellyFractionBps, 0), 10_000));
}
