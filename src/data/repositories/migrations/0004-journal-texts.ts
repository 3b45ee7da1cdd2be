/** Texts of journal entries, for the trader who wishes to read them again; no event and no projection holds them. */
import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const journalTextsMigration: Migration = {
  version: 4,
  name: '0004-journal-texts',
  up: ({ schema, cells }) => [
    schema
      .createTable('journal_texts')
      .addColumn('text_hash', cells.text, (column) => column.primaryKey().notNull())
      .addColumn('written_at', cells.time, (column) => column.notNull())
      .addColumn('text', cells.text, (column) => column.notNull())
      .modifyEnd(sql`strict, without rowid`),
  ],
  down: ({ schema }) => [schema.dropTable('journal_texts')],
};
