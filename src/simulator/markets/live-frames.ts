/**
 * What a live market reads of the exchange's answers: filters, candles, partial books and trades. Anything
 * unreadable, or off the symbol's grid, gives null and is passed over.
 */
import type { Notional, Price, Quantity } from '../../core/money.ts';
import type { Candle } from '../../core/ports/market-feed.ts';
import type { BookLevel, SymbolSpec } from '../matching/venue-api.ts';
import { amountOf, greatestDecimals, onGrid } from './decimal-grid.ts';
import { recordedSpec } from './symbols.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The exchange's own filters of one symbol of exchangeInfo, over what is listed here. */
export function specOf(value: unknown): SymbolSpec | null {
  const symbol = fieldsOf(value);
  const name = textOf(symbol?.['symbol']);
  const base = textOf(symbol?.['baseAsset']);
  const quote = textOf(symbol?.['quoteAsset']);
  const filters = Array.isArray(symbol?.['filters']) ? (symbol['filters'] as readonly unknown[]) : [];
  const filter = (...types: readonly string[]): Fields =>
    filters.map(fieldsOf).find((each) => types.includes(textOf(each?.['filterType']) ?? '')) ?? {};
  const tick = textOf(filter('PRICE_FILTER')['tickSize']);
  const step = textOf(filter('LOT_SIZE')['stepSize']);
  const minQuantity = amountOf<Quantity>(textOf(filter('LOT_SIZE')['minQty']));
  const minNotional = amountOf<Notional>(textOf(filter('NOTIONAL', 'MIN_NOTIONAL')['minNotional']));
  const tickSize = amountOf<Price>(tick);
  const stepSize = amountOf<Quantity>(step);
  if (name === undefined || base === undefined || quote === undefined) return null;
  if (tickSize === null || stepSize === null || tickSize === 0n || stepSize === 0n) return null;
  const known = recordedSpec(name, greatestDecimals([tick ?? '']), greatestDecimals([step ?? '']));
  return {
    ...known,
    baseAsset: base,
    quoteAsset: quote,
    tickSize,
    minPrice: tickSize,
    stepSize,
    minQuantity: minQuantity ?? stepSize,
    minNotional: minNotional ?? known.minNotional,
  };
}

/** One row of klines. */
export function candleOf(value: unknown): Candle | null {
  if (!Array.isArray(value)) return null;
  const row = value as readonly unknown[];
  const [openTime, closeTime, trades] = [row[0], row[6], row[8]];
  const open = amountOf<Price>(textOf(row[1]));
  const high = amountOf<Price>(textOf(row[2]));
  const low = amountOf<Price>(textOf(row[3]));
  const close = amountOf<Price>(textOf(row[4]));
  const volume = amountOf<Quantity>(textOf(row[5]));
  const quoteVolume = amountOf<Notional>(textOf(row[7]));
  if (typeof openTime !== 'number' || typeof closeTime !== 'number' || typeof trades !== 'number')
    return null;
  if (open === null || high === null || low === null || close === null) return null;
  if (volume === null || quoteVolume === null) return null;
  return { openTime, closeTime, open, high, low, close, volume, quoteVolume, trades };
}

/** A partial book with both sides, not crossed. */
export function bookOf(
  data: Fields,
  spec: SymbolSpec,
): { readonly bids: readonly BookLevel[]; readonly asks: readonly BookLevel[] } | null {
  if (typeof data['lastUpdateId'] !== 'number') return null;
  const bids = levelsOf(data['bids'], spec);
  const asks = levelsOf(data['asks'], spec);
  const [bid, ask] = [bids[0], asks[0]];
  return bid === undefined || ask === undefined || bid.price >= ask.price ? null : { bids, asks };
}

function levelsOf(value: unknown, spec: SymbolSpec): readonly BookLevel[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly unknown[]).flatMap((level) => {
    if (!Array.isArray(level)) return [];
    const price = amountOf<Price>(textOf(level[0]));
    const quantity = amountOf<Quantity>(textOf(level[1]));
    if (price === null || quantity === null || price === 0n || quantity === 0n) return [];
    return onGrid(spec, [price], quantity) ? [{ price, quantity }] : [];
  });
}

export function tradeOf(
  data: Fields,
  spec: SymbolSpec,
): { readonly price: Price; readonly quantity: Quantity; readonly buyerIsMaker: boolean } | null {
  const price = amountOf<Price>(textOf(data['p']));
  const quantity = amountOf<Quantity>(textOf(data['q']));
  if (price === null || quantity === null || price === 0n || quantity === 0n) return null;
  return onGrid(spec, [price], quantity) ? { price, quantity, buyerIsMaker: data['m'] === true } : null;
}
