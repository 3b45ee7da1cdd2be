/**
 * The state an exchange left behind: its last snapshot with the inputs since done again, on the market
 * they were done on. An input that the process did not survive is left out: it was never answered.
 */
import { err, ok, type Result } from '../../core/result.ts';
import type { Random } from '../../core/ports/random.ts';
import type { Timers } from '../../core/ports/timers.ts';
import { createVenue } from '../matching/venue.ts';
import type { SavedState, StoreLabel } from './exchange-store.ts';
import { createExchange } from './exchange.ts';
import type { JournalEntry } from './journal.ts';
import type { MarketDriver } from './market-driver.ts';

export type RecoverOptions = {
  readonly openMarket: (label: StoreLabel) => Promise<MarketDriver>;
  readonly timers: Timers;
  readonly random: Random;
};

/** A snapshot that includes every input, or why the market of that time cannot be had. */
export async function recover(saved: SavedState, options: RecoverOptions): Promise<Result<unknown, string>> {
  if (saved.entries.length === 0) return ok(saved.state);
  try {
    return ok(await redo(saved, saved.entries, options));
  } catch (error) {
    if (!(error instanceof LastInputFailed))
      return err(error instanceof Error ? error.message : String(error));
    return ok(await redo(saved, saved.entries.slice(0, -1), options));
  }
}

class LastInputFailed extends Error {
  override readonly name = 'LastInputFailed';
}

async function redo(
  saved: SavedState,
  entries: readonly JournalEntry[],
  options: RecoverOptions,
): Promise<unknown> {
  const exchange = createExchange({
    venue: createVenue(),
    market: await options.openMarket(saved.label),
    timers: options.timers,
    random: options.random,
    accounts: [],
    keys: [],
  });
  const state = exchange.state();
  state.restore(saved.state);
  for (const [index, entry] of entries.entries()) {
    try {
      state.replay(entry);
    } catch (error) {
      if (index === saved.entries.length - 1)
        throw new LastInputFailed('the last input cannot be done', { cause: error });
      throw error;
    }
  }
  return state.snapshot();
}

/** The same words, and no seed or the same: the market goes on where it was. */
export function isSameMarket(left: StoreLabel, wanted: StoreLabel): boolean {
  const symbols = (label: StoreLabel): string => label.symbols?.join(',') ?? '';
  return (
    left.feed === wanted.feed &&
    symbols(left) === symbols(wanted) &&
    (wanted.seed === null || wanted.seed === left.seed)
  );
}
