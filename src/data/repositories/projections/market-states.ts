/**
 * `market_states`: one row per change of a symbol's state; the state before it learns how long it
 * lasted. Measures are taken from the event's figures when it carries them.
 */
import type { EventRecord, Figures } from '../../../core/events.ts';
import { parseFixed } from '../../../core/money.ts';
import { insert, patch, type Change, type Projection, type Rows } from './projection.ts';

export const marketStatesProjection: Projection = {
  name: 'market-states',
  version: 1,
  tables: ['market_states'],
  kinds: ['market.stateChanged'],
  project,
};

function project({ event, eventId, at }: EventRecord, rows: Rows): readonly Change[] {
  if (event.kind !== 'market.stateChanged') return [];
  const before = rows.latestWith('market_states', 'symbol', event.symbol);
  const changes: Change[] = [];
  if (before !== null && before.state_duration_seconds === null) {
    const lastedMs = Math.max(0, at - before.detected_at);
    changes.push(
      patch('market_states', before.state_id, { state_duration_seconds: Math.floor(lastedMs / 1_000) }),
    );
  }
  changes.push(
    insert('market_states', {
      state_id: eventId,
      symbol: event.symbol,
      state: event.to,
      volatility_atr: amountIn(event.figures, 'atr'),
      spread_basis_points: wholeIn(event.figures, 'spreadBps'),
      volume_24h: amountIn(event.figures, 'volume24h'),
      liquidity_score: amountIn(event.figures, 'liquidityScore'),
      detected_at: at,
      state_duration_seconds: null,
    }),
  );
  return changes;
}

function amountIn(figures: Figures, name: string): string | null {
  const value = figures[name];
  return typeof value === 'string' && parseFixed(value).ok ? value : null;
}

function wholeIn(figures: Figures, name: string): number | null {
  const value = figures[name];
  return typeof value === 'number' && Number.isFinite(value) ? Math.round(value) : null;
}
