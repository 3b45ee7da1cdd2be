/**
 * The event store: append-only by trigger, gap-free by trigger, snapshots beside it. The seed's
 * indexes on `events` are tables of their own that follow in batches (event-log/event-index.ts):
 * kept with the event, each would be one page more to encrypt and write before an order may leave.
 * The views join what is indexed with the few events that are not yet.
 */
import { sql, type Compilable, type RawBuilder } from 'kysely';
import { GENESIS_HASH } from '../../event-log/chain.ts';
import type { Migration, MigrationTools } from './migration.ts';

const strict: RawBuilder<unknown> = sql`strict`;
const strictKeyed: RawBuilder<unknown> = sql`strict, without rowid`;

/** Index table, its columns, and the view to ask. */
const indexes = [
  { table: 'event_ids', view: 'events_by_id', columns: ['event_id', 'sequence'] },
  { table: 'event_aggregates', view: 'events_by_aggregate', columns: ['aggregate_id', 'sequence'] },
  { table: 'event_types', view: 'events_by_type', columns: ['event_type', 'created_at', 'sequence'] },
  { table: 'event_times', view: 'events_by_time', columns: ['created_at', 'sequence'] },
] as const;

export const eventStoreMigration: Migration = {
  version: 1,
  name: '0001-event-store',
  up: (tools) => [...eventTables(tools), ...eventIndexes(tools)],
  down: ({ schema }) => [
    ...indexes.map(({ view }) => schema.dropView(view)),
    ...indexes.map(({ table }) => schema.dropTable(table)),
    ...['event_index_state', 'projection_versions', 'snapshots', 'events'].map((table) =>
      schema.dropTable(table),
    ),
  ],
};

function eventTables({ schema, cells, raw }: MigrationTools): readonly Compilable[] {
  return [
    schema
      .createTable('events')
      .addColumn('sequence', cells.integer, (column) => column.primaryKey())
      .addColumn('event_id', cells.text, (column) => column.notNull())
      .addColumn('event_type', cells.text, (column) => column.notNull())
      .addColumn('aggregate_id', cells.text, (column) => column.notNull())
      .addColumn('aggregate_type', cells.text, (column) => column.notNull())
      .addColumn('event_data', cells.json, (column) => column.notNull())
      .addColumn('event_metadata', cells.json)
      .addColumn('created_at', cells.time, (column) => column.notNull())
      .addColumn('previous_hash', cells.text, (column) => column.notNull())
      .addColumn('hash', cells.text, (column) => column.notNull())
      .modifyEnd(strict),
    raw(
      sql`create trigger events_refuse_update before update on events begin select raise(abort, 'events are append-only'); end`,
    ),
    raw(
      sql`create trigger events_refuse_delete before delete on events begin select raise(abort, 'events are append-only'); end`,
    ),
    raw(
      sql`create trigger events_follow_head before insert on events
        when new.sequence is not (select coalesce(max(sequence), 0) + 1 from events)
        or new.previous_hash is not coalesce((select hash from events where sequence = new.sequence - 1), ${sql.lit(GENESIS_HASH)})
        begin select raise(abort, 'an event follows the last one'); end`,
    ),
    schema
      .createTable('snapshots')
      .addColumn('sequence', cells.integer, (column) => column.primaryKey())
      .addColumn('hash', cells.text, (column) => column.notNull())
      .addColumn('schema', cells.integer, (column) => column.notNull())
      .addColumn('state', cells.text, (column) => column.notNull())
      .addColumn('state_hash', cells.text, (column) => column.notNull())
      .addColumn('created_at', cells.time, (column) => column.notNull())
      .modifyEnd(strict),
    schema
      .createTable('projection_versions')
      .addColumn('projection', cells.text, (column) => column.primaryKey())
      .addColumn('version', cells.integer, (column) => column.notNull())
      .modifyEnd(strict),
  ];
}

function eventIndexes({ schema, builder, cells, raw }: MigrationTools): readonly Compilable[] {
  const cellOf = (column: string): typeof cells.text =>
    column === 'sequence' || column === 'created_at' ? cells.time : cells.text;
  const tables = indexes.map(({ table, columns }) => {
    let statement = schema.createTable(table);
    for (const column of columns)
      statement = statement.addColumn(column, cellOf(column), (made) => made.notNull());
    // An event id is used once; the other entries repeat all but their sequence.
    const key = table === 'event_ids' ? (['event_id'] as const) : columns;
    return statement.addPrimaryKeyConstraint(`${table}_key`, [...key] as never).modifyEnd(strictKeyed);
  });
  const views = indexes.map(({ table, view, columns }) =>
    schema.createView(view).as(
      builder
        .selectFrom(table)
        .select([...columns])
        .unionAll(
          builder
            .selectFrom('events')
            .select([...columns])
            .where('sequence', '>', builder.selectFrom('event_index_state').select('through')),
        ),
    ),
  );
  return [
    schema
      .createTable('event_index_state')
      .addColumn('id', cells.integer, (column) => column.primaryKey().check(sql`id = 1`))
      .addColumn('through', cells.integer, (column) => column.notNull())
      .modifyEnd(strict),
    raw(sql`insert into event_index_state (id, through) values (1, 0)`),
    ...tables,
    ...views,
  ];
}
