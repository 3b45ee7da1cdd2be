/**
 * Which event the projections' rows show: they follow the events (docs/decisions/0009-projections-follow.md)
 * and say how far. Builds before this one wrote both in one transaction, so their rows show every event.
 */
import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const projectionStateMigration: Migration = {
  version: 3,
  name: '0003-projection-state',
  up: ({ schema, cells, raw }) => [
    schema
      .createTable('projection_state')
      .addColumn('id', cells.integer, (column) => column.primaryKey().check(sql`id = 1`))
      .addColumn('through', cells.integer, (column) => column.notNull())
      .modifyEnd(sql`strict`),
    raw(sql`insert into projection_state (id, through) select 1, coalesce(max(sequence), 0) from events`),
  ],
  down: ({ schema }) => [schema.dropTable('projection_state')],
};
