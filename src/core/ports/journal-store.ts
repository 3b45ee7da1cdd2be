/**
 * Where the text of journal entries is kept when the trader wishes to read it again: encrypted on this
 * machine, apart from the event log, which never holds any of it. Calls return at once.
 */
export type KeptEntry = { readonly at: number; readonly textHash: string; readonly text: string };

export interface JournalStore {
  keep(entry: KeptEntry): void;
  /** The text of an entry, or null when it was not kept. */
  textOf(textHash: string): string | null;
  /** Removes every text. */
  forget(): void;
}

/** For runs without a person: keeps nothing beyond the process. */
export function createMemoryJournalStore(): JournalStore {
  const texts = new Map<string, string>();
  return {
    keep: ({ textHash, text }) => texts.set(textHash, text),
    textOf: (textHash) => texts.get(textHash) ?? null,
    forget: () => texts.clear(),
  };
}
