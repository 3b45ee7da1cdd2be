/**
 * Journal texts in the encrypted store, beside the event log and never in it: a table of its own on a
 * connection of its own, opened when the trader first keeps or reads an entry. Within the engine's
 * process every call begins and ends its own transaction, so that it never stands in the log's way. A
 * store that does not take a text costs the text, never the trading: the entry counts all the same.
 */
import type { JournalStore } from '../core/ports/journal-store.ts';
import { openConnection, type Connection } from './event-log/sqlite-connection.ts';

export type SqliteJournalStore = JournalStore & { close(): void };

export function createSqliteJournalStore(options: {
  readonly path: string;
  /** 64 hex digits. */
  readonly key: string;
}): SqliteJournalStore {
  let connection: Connection | null = null;
  const withStore = <T>(work: (open: Connection) => T, otherwise: T): T => {
    try {
      if (connection === null) {
        const opened = openConnection({ path: options.path, keyHex: options.key });
        if (!opened.ok) return otherwise;
        connection = opened.value;
        // What is forgotten is overwritten, not only unlinked.
        connection.pragma('secure_delete=ON');
      }
      return work(connection);
    } catch {
      return otherwise;
    }
  };
  return {
    keep({ at, textHash, text }): void {
      withStore((open) => {
        open
          .prepare(
            'insert into journal_texts (text_hash, written_at, text) values (?, ?, ?) on conflict do nothing',
          )
          .run(textHash, at, text);
      }, undefined);
    },
    textOf: (textHash) =>
      withStore((open) => {
        const row = open.prepare('select text from journal_texts where text_hash = ?').pluck().get(textHash);
        return typeof row === 'string' ? row : null;
      }, null),
    forget(): void {
      withStore((open) => {
        open.prepare('delete from journal_texts').run();
      }, undefined);
    },
    close(): void {
      connection?.close();
      connection = null;
    },
  };
}
