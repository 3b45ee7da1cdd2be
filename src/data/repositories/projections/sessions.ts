/**
 * `trading_sessions`: one per run of the engine, from its start (or the opening of the account, on
 * the first day) to its stop. A run that was killed ends when the next one starts, at the last
 * moment its account changed.
 */
import type { EventRecord } from '../../../core/events.ts';
import { fixed, formatFixed, type Notional } from '../../../core/money.ts';
import { tiltLevels } from '../../../core/vocabulary.ts';
import type { Row } from '../tables.ts';
import { insert, patch, type Change, type Projection, type Rows } from './projection.ts';

export const sessionsProjection: Projection = {
  name: 'sessions',
  version: 1,
  tables: ['trading_sessions'],
  kinds: [
    'engine.started',
    'engine.stopped',
    'account.opened',
    'equity.marked',
    'position.closed',
    'tilt.levelChanged',
  ],
  project,
};

function project({ event, eventId, at }: EventRecord, rows: Rows): readonly Change[] {
  const account = rows.latest('accounts');
  if (account === null) return [];
  const latest = rows.latestWith('trading_sessions', 'account_id', account.account_id);
  const session = latest?.ended_at === null ? latest : null;
  if (event.kind === 'account.opened' || event.kind === 'engine.started') {
    const started = insert('trading_sessions', fresh(eventId, account, at));
    if (session === null) return [started];
    // On the very first day the account is opened in the batch that records the start: one session, not two.
    if (session.started_at === at) return [];
    return [
      patch('trading_sessions', session.session_id, ending(session, account, account.updated_at)),
      started,
    ];
  }
  if (session === null) return [];
  const change = (values: Partial<Row<'trading_sessions'>>): readonly Change[] => [
    patch('trading_sessions', session.session_id, values),
  ];
  switch (event.kind) {
    case 'engine.stopped':
      return change(ending(session, account, at));
    case 'equity.marked': {
      // The first mark of an account that had nothing is where the session starts.
      const isFirst = session.starting_balance === '0' && session.total_trades === 0;
      const peakBefore = fixed<Notional>(session.peak_balance);
      const peak = event.equity > peakBefore ? event.equity : peakBefore;
      const fall = peak - event.equity;
      const worst = fixed<Notional>(session.max_drawdown);
      return change({
        ...(isFirst ? { starting_balance: formatFixed(event.equity) } : {}),
        ending_balance: formatFixed(event.equity),
        peak_balance: formatFixed(peak),
        max_drawdown: formatFixed(fall > worst ? fall : worst),
      });
    }
    case 'position.closed':
      return change({
        total_trades: session.total_trades + 1,
        winning_trades: session.winning_trades + (event.realisedPnl > 0n ? 1 : 0),
        losing_trades: session.losing_trades + (event.realisedPnl < 0n ? 1 : 0),
      });
    case 'tilt.levelChanged':
      if (tiltLevels.indexOf(event.to) <= tiltLevels.indexOf(event.from)) return [];
      return change({ tilt_events_count: session.tilt_events_count + 1 });
    default:
      return [];
  }
}

/** Sessions take the id of the event that began them, which is unique and sorts by time. */
function fresh(sessionId: string, account: Row<'accounts'>, at: number): Row<'trading_sessions'> {
  return {
    session_id: sessionId,
    account_id: account.account_id,
    started_at: at,
    ended_at: null,
    starting_balance: account.balance,
    ending_balance: null,
    peak_balance: account.balance,
    total_trades: 0,
    winning_trades: 0,
    losing_trades: 0,
    max_drawdown: '0',
    tilt_events_count: 0,
    session_type: account.mode === 'live' ? 'NORMAL' : 'PAPER',
  };
}

function ending(
  session: Row<'trading_sessions'>,
  account: Row<'accounts'>,
  at: number,
): Partial<Row<'trading_sessions'>> {
  return { ended_at: Math.max(at, session.started_at), ending_balance: account.balance };
}
