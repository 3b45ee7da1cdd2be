/** The reading ports over a memory event log: the backtest's, and the yardstick of the contract suite. */
import { readStored } from '../../event-log/chain.ts';
import type { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import type { EventRecord } from '../../../core/events.ts';
import type { EventQuery, Period, Repositories } from '../../../core/ports/repositories.ts';
import {
  accountFrom,
  correlationFrom,
  equityPointFrom,
  fillFrom,
  marketStateFrom,
  orderFrom,
  positionFrom,
  sessionFrom,
  tiltEventFrom,
  tiltProfileFrom,
} from '../from-rows.ts';
import type { Row, TableName } from '../tables.ts';

export function createMemoryRepositories(log: Pick<MemoryEventLog, 'tables' | 'disk'>): Repositories {
  const { disk } = log;

  /** Rows that match, in key order, sorted by a time column; equal times keep the order of their keys. */
  function rowsBy<T extends TableName>(
    table: T,
    matches: (row: Row<T>) => boolean,
    timeOf: (row: Row<T>) => number,
  ): readonly Row<T>[] {
    return log.tables
      .rows(table)
      .filter(matches)
      .toSorted((left, right) => timeOf(left) - timeOf(right));
  }

  function newest<T extends TableName>(
    table: T,
    matches: (row: Row<T>) => boolean,
    timeOf: (row: Row<T>) => number,
    limit: number,
  ): readonly Row<T>[] {
    return rowsBy(table, matches, timeOf).toReversed().slice(0, limit);
  }

  function eventsIn(kinds: readonly string[], period: Period): readonly EventRecord[] {
    return disk.events
      .filter(({ kind, at }) => kinds.includes(kind) && at >= period.from && at < period.to)
      .map(readStored);
  }

  const currentAccount = (): Row<'accounts'> | null => log.tables.latest('accounts');

  return {
    accounts: {
      current: async () => {
        const row = currentAccount();
        return Promise.resolve(row === null ? null : accountFrom(row));
      },
    },
    positions: {
      byId: async (positionId) => {
        const row = log.tables.get('positions', positionId);
        return Promise.resolve(row === null ? null : positionFrom(row));
      },
      open: async () =>
        Promise.resolve(
          rowsBy(
            'positions',
            (row) => row.closed_at === null,
            (row) => row.opened_at,
          ).map(positionFrom),
        ),
      closed: async ({ from, to }) =>
        Promise.resolve(
          rowsBy(
            'positions',
            (row) => row.closed_at !== null && row.closed_at >= from && row.closed_at < to,
            (row) => row.closed_at ?? 0,
          ).map(positionFrom),
        ),
      bySymbol: async (symbol, limit) =>
        Promise.resolve(
          newest(
            'positions',
            (row) => row.symbol === symbol,
            (row) => row.opened_at,
            limit,
          ).map(positionFrom),
        ),
      correlationsOf: async (positionId) =>
        Promise.resolve(
          log.tables
            .rows('position_correlations')
            .flatMap((row) => [
              { ...row, position_a: row.position_1_id, position_b: row.position_2_id },
              { ...row, position_a: row.position_2_id, position_b: row.position_1_id },
            ])
            .filter((row) => row.position_a === positionId)
            .map(correlationFrom),
        ),
    },
    orders: {
      byId: async (orderId) => {
        const row = log.tables.get('orders', orderId);
        return Promise.resolve(row === null ? null : orderFrom(row));
      },
      byClientOrderId: async (clientOrderId) => {
        const found = log.tables.rows('orders').findLast((row) => row.client_order_id === clientOrderId);
        return Promise.resolve(found === undefined ? null : orderFrom(found));
      },
      open: async () =>
        Promise.resolve(
          rowsBy(
            'orders',
            (row) => row.finished === 0,
            (row) => row.created_at,
          ).map(orderFrom),
        ),
      ofPosition: async (positionId) =>
        Promise.resolve(
          rowsBy(
            'orders',
            (row) => row.position_id === positionId,
            (row) => row.created_at,
          ).map(orderFrom),
        ),
      recent: async (limit) =>
        Promise.resolve(log.tables.rows('orders').toReversed().slice(0, limit).map(orderFrom)),
    },
    sessions: {
      byId: async (sessionId) => {
        const row = log.tables.get('trading_sessions', sessionId);
        return Promise.resolve(row === null ? null : sessionFrom(row));
      },
      current: async () => {
        const [row] = newest(
          'trading_sessions',
          ({ ended_at }) => ended_at === null,
          ({ started_at }) => started_at,
          1,
        );
        return Promise.resolve(row === undefined ? null : sessionFrom(row));
      },
      recent: async (limit) =>
        Promise.resolve(
          newest(
            'trading_sessions',
            () => true,
            (row) => row.started_at,
            limit,
          ).map(sessionFrom),
        ),
    },
    tilt: {
      profile: async () => {
        const row = log.tables.latest('tilt_profiles');
        return Promise.resolve(row === null ? null : tiltProfileFrom(row));
      },
      events: async (limit) =>
        Promise.resolve(
          newest(
            'tilt_events',
            () => true,
            (row) => row.created_at,
            limit,
          ).map(tiltEventFrom),
        ),
    },
    marketStates: {
      current: async (symbol) => {
        const row = log.tables.latestWith('market_states', 'symbol', symbol);
        return Promise.resolve(row === null ? null : marketStateFrom(row));
      },
      history: async (symbol, limit) =>
        Promise.resolve(
          log.tables
            .rows('market_states')
            .filter((row) => row.symbol === symbol)
            .toReversed()
            .slice(0, limit)
            .map(marketStateFrom),
        ),
    },
    events: {
      find: async (query) => {
        const found: EventRecord[] = [];
        for (let index = disk.events.length - 1; index >= 0 && found.length < query.limit; index -= 1) {
          const stored = disk.events[index];
          if (stored !== undefined && isAsked(query, stored)) found.push(readStored(stored));
        }
        return Promise.resolve(found);
      },
      byId: async (eventId) => {
        const found = disk.events.find((stored) => stored.eventId === eventId);
        return Promise.resolve(found === undefined ? null : readStored(found));
      },
    },
    performance: {
      equityCurve: async (period) =>
        Promise.resolve(
          eventsIn(['equity.marked'], period)
            .map(equityPointFrom)
            .filter((point) => point !== null),
        ),
      fills: async (period) =>
        Promise.resolve(
          eventsIn(['order.filled', 'trade.adopted'], period)
            .map(fillFrom)
            .filter((fill) => fill !== null),
        ),
    },
    close: async () => Promise.resolve(),
  };
}

function isAsked(query: EventQuery, stored: MemoryEventLog['disk']['events'][number]): boolean {
  return (
    (query.after === undefined || stored.at > query.after) &&
    (query.beforeSequence === undefined || stored.sequence < query.beforeSequence) &&
    (query.kinds === undefined || query.kinds.some((kind) => kind === stored.kind)) &&
    (query.aggregateType === undefined || stored.aggregateType === query.aggregateType) &&
    (query.aggregateId === undefined || stored.aggregateId === query.aggregateId)
  );
}
