/** Every migration of the store, in order. */
import { initialMigration } from './0001-initial.ts';
import type { Migration } from './migration.ts';

export const allMigrations: readonly Migration[] = [initialMigration];
