import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formatFixed, price, quantity } from '../../../src/core/money.ts';
import { listedSpec, listedSymbols } from '../../../src/simulator/markets/symbols.ts';
import { hasRecorded, recorded } from './recorded-data.ts';

const FILE = 'exchange-info/exchangeInfo-2024-09-08.json.gz';
type Recorded = {
  readonly symbols: readonly {
    readonly symbol: string;
    readonly baseAsset: string;
    readonly quoteAsset: string;
    readonly filters: readonly Readonly<Record<string, string | number | boolean>>[];
  }[];
};

describe.runIf(hasRecorded(FILE))('listed filters', () => {
  const read = (): Recorded => JSON.parse(gunzipSync(readFileSync(recorded(FILE))).toString()) as Recorded;
  let info: Recorded | null = null;

  it.each(listedSymbols())('%s has the filters that were recorded', (symbol) => {
    const spec = listedSpec(symbol)!;
    info ??= read();
    const real = info.symbols.find((each) => each.symbol === symbol)!;
    const filter = (type: string): Readonly<Record<string, string>> =>
      real.filters.find((each) => each['filterType'] === type) as Readonly<Record<string, string>>;
    expect([spec.baseAsset, spec.quoteAsset]).toEqual([real.baseAsset, real.quoteAsset]);
    expect(filter('PRICE_FILTER')).toMatchObject({
      minPrice: eight(spec.minPrice),
      maxPrice: eight(spec.maxPrice),
      tickSize: eight(spec.tickSize),
    });
    expect(filter('LOT_SIZE')).toMatchObject({
      minQty: eight(spec.minQuantity),
      maxQty: eight(spec.maxQuantity),
      stepSize: eight(spec.stepSize),
    });
    expect(quantity(filter('MARKET_LOT_SIZE')['maxQty'] ?? '')).toBe(spec.marketMaxQuantity);
    expect(price(filter('NOTIONAL')['minNotional'] ?? '')).toBe(spec.minNotional);
    expect(Number(filter('PERCENT_PRICE_BY_SIDE')['bidMultiplierUp']) * 10_000).toBe(spec.bidMultiplierUpBps);
    expect(Number(filter('PERCENT_PRICE_BY_SIDE')['askMultiplierDown']) * 10_000).toBe(
      spec.askMultiplierDownBps,
    );
  });
});

function eight(value: bigint): string {
  const [whole = '0', fraction = ''] = formatFixed(value).split('.');
  return `${whole}.${fraction.padEnd(8, '0')}`;
}
