/** What a market stream carries, by the part of its name behind the symbol (binance.md section 1). */
export type Topic = 'partialBook' | 'bookDiff' | 'trade' | 'aggregateTrade' | 'bestPrices' | 'candle';

/** The topic of `depth20@100ms` and its like; null for streams we never ask for. */
export function topicOf(name: string): Topic | null {
  if (name === 'depth@100ms' || name === 'depth') return 'bookDiff';
  if (name.startsWith('depth20')) return 'partialBook';
  if (name === 'trade') return 'trade';
  if (name === 'aggTrade') return 'aggregateTrade';
  if (name === 'bookTicker') return 'bestPrices';
  return name === 'kline_1m' ? 'candle' : null;
}
