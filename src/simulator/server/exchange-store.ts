/**
 * The exchange's own memory on disk: the last snapshot and the inputs since, each written before it
 * acts, so that a killed exchange comes back with every order it ever acknowledged. A line torn by
 * the kill was never acted upon and is dropped. A new snapshot starts a new journal.
 */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { replaceFile } from './files.ts';
import type { JournalEntry } from './journal.ts';

/** What the state belongs to: another market may go on with the same accounts, another clock may not. */
export type StoreLabel = {
  readonly feed: string;
  /** Null: all the feed has. */
  readonly symbols: readonly string[] | null;
  readonly seed: number | null;
};
export type SavedState = {
  readonly label: StoreLabel;
  readonly at: number;
  readonly state: unknown;
  readonly entries: readonly JournalEntry[];
};

export interface ExchangeStore {
  load(): SavedState | null;
  append(entry: JournalEntry): void;
  /** Replaces snapshot and journal by this state of the instant `at`. */
  compact(label: StoreLabel, at: number, state: unknown): void;
  /** Bytes written since the last snapshot. */
  readonly journalBytes: number;
  close(): void;
}

const FORMAT = 1;
const SNAPSHOT = 'state.json';

type Snapshot = {
  readonly format: number;
  readonly generation: number;
  readonly label: StoreLabel;
  readonly at: number;
  readonly state: unknown;
};

export function openExchangeStore(folder: string): ExchangeStore {
  let generation = 0;
  let file: number | null = null;
  let bytes = 0;
  const journalOf = (number: number): string => join(folder, `journal-${number}.jsonl`);

  function start(next: number): void {
    if (file !== null) closeSync(file);
    generation = next;
    file = openSync(journalOf(next), 'w', 0o600);
    bytes = 0;
    for (const name of readdirSync(folder)) {
      if (/^journal-\d+\.jsonl$/.test(name) && name !== `journal-${next}.jsonl`)
        unlinkSync(join(folder, name));
    }
  }

  return {
    load() {
      const path = join(folder, SNAPSHOT);
      if (!existsSync(path)) return null;
      const snapshot = JSON.parse(readFileSync(path, 'utf8')) as Snapshot;
      if (snapshot.format !== FORMAT)
        throw new Error(`${path} has format ${snapshot.format}, this version reads ${FORMAT}`);
      generation = snapshot.generation;
      return {
        label: snapshot.label,
        at: snapshot.at,
        state: snapshot.state,
        entries: readJournal(journalOf(generation)),
      };
    },
    append(entry) {
      if (file === null) start(generation);
      const line = `${JSON.stringify(entry)}\n`;
      bytes += line.length;
      writeSync(file ?? 0, line);
    },
    compact(label, at, state) {
      const snapshot: Snapshot = { format: FORMAT, generation: generation + 1, label, at, state };
      replaceFile(join(folder, SNAPSHOT), JSON.stringify(snapshot), 0o600);
      start(generation + 1);
    },
    get journalBytes() {
      return bytes;
    },
    close() {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

function readJournal(path: string): readonly JournalEntry[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // What follows the last line break is a write the process did not live to finish.
  lines.pop();
  return lines.map((line) => JSON.parse(line) as JournalEntry);
}
