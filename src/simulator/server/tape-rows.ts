/** Trades and bars as short lines of text, for snapshots: a snapshot holds thousands of them. */
import { invariant } from '../../core/invariant.ts';
import type { Bar } from './intervals.ts';

export type TapeTrade = {
  readonly tradeId: number;
  readonly price: bigint;
  readonly quantity: bigint;
  readonly quoteQuantity: bigint;
  readonly time: number;
  readonly buyerIsMaker: boolean;
};

export type AggregateTrade = {
  readonly aggregateId: number;
  readonly price: bigint;
  quantity: bigint;
  readonly firstId: number;
  lastId: number;
  readonly time: number;
  readonly buyerIsMaker: boolean;
};

type Kind = 'number' | 'amount' | 'flag';
export type Columns<T> = Readonly<Record<keyof T, Kind>>;

export const tradeColumns: Columns<TapeTrade> = {
  tradeId: 'number',
  price: 'amount',
  quantity: 'amount',
  quoteQuantity: 'amount',
  time: 'number',
  buyerIsMaker: 'flag',
};

export const aggregateColumns: Columns<AggregateTrade> = {
  aggregateId: 'number',
  price: 'amount',
  quantity: 'amount',
  firstId: 'number',
  lastId: 'number',
  time: 'number',
  buyerIsMaker: 'flag',
};

export const barColumns: Columns<Bar> = {
  openTime: 'number',
  open: 'amount',
  high: 'amount',
  low: 'amount',
  close: 'amount',
  volume: 'amount',
  quoteVolume: 'amount',
  takerVolume: 'amount',
  takerQuoteVolume: 'amount',
  trades: 'number',
  firstId: 'number',
  lastId: 'number',
};

/** The columns' values in order, with commas between. */
export function toRow<T extends object>(columns: Columns<T>, record: T): string {
  let row = '';
  for (const name in columns) row += `${row === '' ? '' : ','}${String(record[name])}`;
  return row;
}

export function fromRow<T extends object>(columns: Columns<T>, row: unknown): T {
  invariant(typeof row === 'string', 'a saved row is a text');
  const values = row.split(',');
  const record: Record<string, unknown> = {};
  let index = 0;
  for (const name in columns) {
    const value = values[index];
    invariant(value !== undefined, 'a saved row has every column');
    const kind = columns[name];
    record[name] = kind === 'amount' ? BigInt(value) : kind === 'number' ? Number(value) : value === 'true';
    index += 1;
  }
  return record as T;
}
