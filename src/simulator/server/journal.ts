/**
 * What changes the exchange, as a list of inputs. The venue and the market driver are deterministic:
 * the last snapshot and the inputs after it give the state again, exactly. An input is written
 * before it acts, so nothing that was answered can be lost.
 */
import { invariant } from '../../core/invariant.ts';
import type { Venue } from '../matching/venue-api.ts';
import type { MarketDriver } from './market-driver.ts';

const mutations = ['place', 'cancel', 'amend', 'placeList', 'cancelList', 'transfer', 'setSymbol'] as const;
type Mutation = (typeof mutations)[number];

/** Plain JSON. */
export type JournalEntry =
  | { readonly kind: 'advance'; readonly now: number; readonly input?: unknown }
  | { readonly kind: 'regime'; readonly now: number; readonly name: string }
  | { readonly kind: Mutation; readonly arguments: readonly unknown[] };

export type Journal = (entry: JournalEntry) => void;

/** The same venue, every changing call of which is written down first. */
export function journaled(venue: Venue, journal: Journal): Venue {
  const recorded: Record<string, unknown> = {};
  for (const kind of mutations) {
    recorded[kind] = (...given: readonly unknown[]): unknown => {
      journal({ kind, arguments: given.map(toPlain) });
      return (venue[kind] as (...args: readonly unknown[]) => unknown)(...given);
    };
  }
  return { ...venue, ...recorded };
}

/** When an input came, in exchange time. */
export function timeOfEntry(entry: JournalEntry): number {
  const at = 'now' in entry ? entry.now : entry.arguments[0];
  invariant(typeof at === 'number', 'every input carries its time first');
  return at;
}

/** Does again what an entry says was done. */
export function replayEntry(entry: JournalEntry, venue: Venue, market: MarketDriver): void {
  if (entry.kind === 'advance') {
    market.advance(entry.now, venue, entry.input);
    return;
  }
  if (entry.kind === 'regime') {
    market.switchTo?.(entry.name);
    return;
  }
  invariant(mutations.includes(entry.kind), 'a journal holds known entries only');
  (venue[entry.kind] as (...args: readonly unknown[]) => unknown)(...entry.arguments.map(fromPlain));
}

/** Amounts are marked by a member no argument has, since a client's id may look like any text. */
const AMOUNT = '$amount';

function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return { [AMOUNT]: value.toString() };
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toPlain(each)]));
}

function fromPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value !== 'object' || value === null) return value;
  const amount = (value as Record<string, unknown>)[AMOUNT];
  if (typeof amount === 'string') return BigInt(amount);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fromPlain(each)]));
}
