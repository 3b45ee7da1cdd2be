/**
 * The reading ports on SQLite, with Kysely on a connection of their own that can only read: a report
 * may run beside the engine, in its process or another, and never holds its writer up. Rows may lag the
 * events until the writer settles; in its own process it is asked to first.
 */
import { Kysely, sql, SqliteDialect } from 'kysely';
import type { Period, Repositories } from '../../../core/ports/repositories.ts';
import type { EventRecord } from '../../../core/events.ts';
import { err, ok, type Result } from '../../../core/result.ts';
import { readStored } from '../../event-log/chain.ts';
import type { OpenFailure } from '../../event-log/failures.ts';
import { openConnection } from '../../event-log/sqlite-connection.ts';
import { storedFromColumns, type EventColumns } from '../../event-log/stored-row.ts';
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
  type CorrelationRow,
} from '../from-rows.ts';
import { allMigrations } from '../migrations/all-migrations.ts';
import { checkMigrated } from '../migrations/migrate.ts';
import type { Row, TableName } from '../tables.ts';

type Schema = { [T in TableName]: Row<T> } & {
  events: EventColumns;
  position_correlations_bidirectional: CorrelationRow;
  events_by_id: Pick<EventColumns, 'event_id' | 'sequence'>;
  events_by_aggregate: Pick<EventColumns, 'aggregate_id' | 'sequence'>;
  events_by_type: Pick<EventColumns, 'event_type' | 'created_at' | 'sequence'>;
  events_by_time: Pick<EventColumns, 'created_at' | 'sequence'>;
};

export type SqliteRepositoriesOptions = {
  readonly path: string;
  /** 64 hex digits. */
  readonly key: string;
  /** Called before every query, by the process that writes: its event log's `settle`, so that rows show every event. */
  readonly settle?: () => void;
};

/** Opens an existing store of this build's schema for reading. */
export function openSqliteRepositories(
  options: SqliteRepositoriesOptions,
): Result<Repositories, OpenFailure> {
  const opened = openConnection({ path: options.path, keyHex: options.key, readOnly: true });
  if (!opened.ok) return opened;
  const schema = checkMigrated(opened.value, allMigrations);
  if (!schema.ok) {
    opened.value.close();
    return err(schema.error);
  }
  const connection = opened.value;
  const database = new Kysely<Schema>({
    dialect: new SqliteDialect({
      database: {
        prepare(query) {
          options.settle?.();
          return connection.prepare(query);
        },
        close: () => connection.close(),
      },
    }),
  });
  return ok({
    ...tradingRepositories(database),
    ...behaviourRepositories(database),
    ...eventRepositories(database),
    close: async () => database.destroy(),
  });
}

function tradingRepositories(
  database: Kysely<Schema>,
): Pick<Repositories, 'accounts' | 'positions' | 'orders' | 'sessions'> {
  const positions = database.selectFrom('positions').selectAll();
  const orders = database.selectFrom('orders').selectAll();
  // Literals, so that the indexes over finished orders are seen to apply.
  const openOrders = orders.where('finished', '=', sql.lit<0>(0));
  const finishedOrders = orders.where('finished', '=', sql.lit<1>(1));
  const inBothHalves = (orderId: string): typeof orders =>
    orders.where('finished', 'in', [0, 1]).where('order_id', '=', orderId);
  const sessions = database.selectFrom('trading_sessions').selectAll();
  return {
    accounts: {
      current: async () => {
        const query = database.selectFrom('accounts').selectAll().orderBy('account_id', 'desc').limit(1);
        return mapped(await query.executeTakeFirst(), accountFrom);
      },
    },
    positions: {
      byId: async (positionId) =>
        mapped(await positions.where('position_id', '=', positionId).executeTakeFirst(), positionFrom),
      open: async () => {
        const open = positions.where('closed_at', 'is', null);
        return (await open.orderBy('opened_at').orderBy('position_id').execute()).map(positionFrom);
      },
      closed: async ({ from, to }) => {
        const closed = positions.where('closed_at', '>=', from).where('closed_at', '<', to);
        return (await closed.orderBy('closed_at').orderBy('position_id').execute()).map(positionFrom);
      },
      bySymbol: async (symbol, limit) => {
        const found = positions.where('symbol', '=', symbol).orderBy('opened_at', 'desc');
        return (await found.orderBy('position_id', 'desc').limit(limit).execute()).map(positionFrom);
      },
      correlationsOf: async (positionId) => {
        const seen = database.selectFrom('position_correlations_bidirectional').selectAll();
        const query = seen.where('position_a', '=', positionId).orderBy('correlation_id');
        return (await query.execute()).map(correlationFrom);
      },
    },
    orders: {
      byId: async (orderId) => mapped(await inBothHalves(orderId).executeTakeFirst(), orderFrom),
      byClientOrderId: async (clientOrderId) => {
        const own = inBothHalves(orderIdIn(clientOrderId)).where('client_order_id', '=', clientOrderId);
        const found = await own.executeTakeFirst();
        if (found !== undefined) return orderFrom(found);
        const foreign = orders
          .where('client_order_id', '=', clientOrderId)
          .where('purpose', '=', sql.lit('external'));
        return mapped(await foreign.orderBy('order_id', 'desc').limit(1).executeTakeFirst(), orderFrom);
      },
      open: async () => (await openOrders.orderBy('created_at').orderBy('order_id').execute()).map(orderFrom),
      ofPosition: async (positionId) => {
        const rows = await openOrders
          .where('position_id', '=', positionId)
          .unionAll(finishedOrders.where('position_id', '=', positionId))
          .orderBy('created_at')
          .orderBy('order_id')
          .execute();
        return rows.map(orderFrom);
      },
      recent: async (limit) => {
        const newest = finishedOrders.orderBy('order_id', 'desc').limit(limit);
        const rows = [...(await openOrders.execute()), ...(await newest.execute())];
        return rows
          .toSorted((left, right) => (left.order_id < right.order_id ? 1 : -1))
          .slice(0, limit)
          .map(orderFrom);
      },
    },
    sessions: {
      byId: async (sessionId) =>
        mapped(await sessions.where('session_id', '=', sessionId).executeTakeFirst(), sessionFrom),
      current: async () => {
        const query = sessions.where('ended_at', 'is', null).orderBy('started_at', 'desc');
        return mapped(await query.orderBy('session_id', 'desc').limit(1).executeTakeFirst(), sessionFrom);
      },
      recent: async (limit) => {
        const query = sessions.orderBy('started_at', 'desc').orderBy('session_id', 'desc').limit(limit);
        return (await query.execute()).map(sessionFrom);
      },
    },
  };
}

function behaviourRepositories(database: Kysely<Schema>): Pick<Repositories, 'tilt' | 'marketStates'> {
  const states = database.selectFrom('market_states').selectAll();
  return {
    tilt: {
      profile: async () => {
        const query = database.selectFrom('tilt_profiles').selectAll().orderBy('profile_id', 'desc').limit(1);
        return mapped(await query.executeTakeFirst(), tiltProfileFrom);
      },
      events: async (limit) => {
        const query = database.selectFrom('tilt_events').selectAll().orderBy('created_at', 'desc');
        return (await query.orderBy('event_id', 'desc').limit(limit).execute()).map(tiltEventFrom);
      },
    },
    marketStates: {
      current: async (symbol) => {
        const query = states.where('symbol', '=', symbol).orderBy('state_id', 'desc').limit(1);
        return mapped(await query.executeTakeFirst(), marketStateFrom);
      },
      history: async (symbol, limit) => {
        const query = states.where('symbol', '=', symbol).orderBy('state_id', 'desc').limit(limit);
        return (await query.execute()).map(marketStateFrom);
      },
    },
  };
}

function eventRepositories(database: Kysely<Schema>): Pick<Repositories, 'events' | 'performance'> {
  const events = database.selectFrom('events').selectAll();

  async function ofKinds(kinds: readonly string[], { from, to }: Period): Promise<readonly EventRecord[]> {
    const found = database
      .selectFrom('events_by_type')
      .select('sequence')
      .where('event_type', 'in', kinds)
      .where('created_at', '>=', from)
      .where('created_at', '<', to);
    const query = events.where('sequence', 'in', found).orderBy('sequence');
    return (await query.execute()).map(recordFrom);
  }

  return {
    events: {
      find: async ({ limit, after, beforeSequence, kinds, aggregateType, aggregateId }) => {
        let query = events.orderBy('sequence', 'desc').limit(limit);
        if (beforeSequence !== undefined) query = query.where('sequence', '<', beforeSequence);
        if (aggregateType !== undefined) query = query.where('aggregate_type', '=', aggregateType);
        if (aggregateId !== undefined) {
          const found = database.selectFrom('events_by_aggregate').select('sequence');
          query = query.where('sequence', 'in', found.where('aggregate_id', '=', aggregateId));
        }
        if (kinds !== undefined) {
          const found = database
            .selectFrom('events_by_type')
            .select('sequence')
            .where('event_type', 'in', kinds);
          query = query.where(
            'sequence',
            'in',
            after === undefined ? found : found.where('created_at', '>', after),
          );
        } else if (after !== undefined) {
          const found = database.selectFrom('events_by_time').select('sequence');
          query = query.where('sequence', 'in', found.where('created_at', '>', after));
        }
        return (await query.execute()).map(recordFrom);
      },
      byId: async (eventId) => {
        const found = database.selectFrom('events_by_id').select('sequence').where('event_id', '=', eventId);
        return mapped(await events.where('sequence', 'in', found).executeTakeFirst(), recordFrom);
      },
    },
    performance: {
      equityCurve: async (period) =>
        (await ofKinds(['equity.marked'], period)).map(equityPointFrom).filter((point) => point !== null),
      fills: async (period) =>
        (await ofKinds(['order.filled', 'trade.adopted'], period))
          .map(fillFrom)
          .filter((fill) => fill !== null),
    },
  };
}

/** Our client order ids are order ids in other letters (core/ids.ts): `g-` and the id without its dashes. */
function orderIdIn(clientOrderId: string): string {
  const hex = clientOrderId.slice(2);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function recordFrom(row: EventColumns): EventRecord {
  return readStored(storedFromColumns(row));
}

function mapped<R, V>(row: R | undefined, view: (row: R) => V): V | null {
  return row === undefined ? null : view(row);
}
