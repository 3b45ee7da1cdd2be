/** Every migration of the store, in order. */
import { eventStoreMigration } from './0001-event-store.ts';
import { projectionsMigration } from './0002-projections.ts';
import { projectionStateMigration } from './0003-projection-state.ts';
import { journalTextsMigration } from './0004-journal-texts.ts';
import type { Migration } from './migration.ts';

export const allMigrations: readonly Migration[] = [
  eventStoreMigration,
  projectionsMigration,
  projectionStateMigration,
  journalTextsMigration,
];
