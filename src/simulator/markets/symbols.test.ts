import { describe, expect, it } from 'vitest';
import { price, quantity } from '../../core/money.ts';
import { defaultSymbols, listedSpec, listedSymbols, recordedSpec } from './symbols.ts';

describe('symbols', () => {
  it('every default symbol is listed', () => {
    expect(listedSymbols()).toEqual(expect.arrayContaining([...defaultSymbols]));
    expect(listedSpec('NOPEUSDT')).toBeNull();
  });

  it('a recording as fine as the listed filters has the listed filters', () => {
    expect(recordedSpec('BTCUSDT', 2, 5)).toEqual(listedSpec('BTCUSDT'));
    expect(recordedSpec('BTCUSDT', 0, 0)).toEqual(listedSpec('BTCUSDT'));
  });

  it('a finer recording refines tick and step, and nothing else', () => {
    const spec = recordedSpec('XRPUSDT', 5, 2);
    expect(spec).toEqual({
      ...listedSpec('XRPUSDT'),
      tickSize: price('0.00001'),
      minPrice: price('0.00001'),
      stepSize: quantity('0.01'),
      minQuantity: quantity('0.01'),
    });
  });

  it.each([
    ['LUNAUSDT', 'LUNA', 'USDT'],
    ['LINKBTC', 'LINK', 'BTC'],
    ['SOLFDUSD', 'SOL', 'FDUSD'],
    ['BTCEUR', 'BTC', 'EUR'],
    ['USDCUSD', 'USDC', 'USD'],
    ['AAABBBCCC', 'AAABBB', 'CCC'],
  ])('the unknown symbol %s is %s in %s', (symbol, base, quote) => {
    expect(recordedSpec(symbol, 3, 2)).toMatchObject({
      baseAsset: base,
      quoteAsset: quote,
      tickSize: price('0.001'),
      stepSize: quantity('0.01'),
      status: 'TRADING',
    });
  });
});
