import { describe, expect, it } from 'vitest';
import { candleAt } from '../../tests/builders/candles.ts';
import { accountSpec, order, symbolSpec, SYMBOL } from '../../tests/builders/venue.ts';
import { formatFixed, notional, price, quantity, type Price } from '../core/money.ts';
import type { Candle } from '../core/ports/market-feed.ts';
import type { Venue } from '../simulator/matching/venue-api.ts';
import { createVenue } from '../simulator/matching/venue.ts';
import { createKlineMarket, MOMENTS_PER_CANDLE, type KlineMarket } from './kline-market.ts';

type Bench = {
  readonly venue: Venue;
  readonly market: KlineMarket;
  readonly play: (candle: Candle, stops?: readonly Price[]) => readonly string[];
};

function bench(): Bench {
  const venue = createVenue();
  const spec = symbolSpec();
  venue.setSymbol(0, spec);
  venue.openAccount(accountSpec(1));
  const market = createKlineMarket({ venue, spec, spreadBps: 20, levelWorthMin: notional('1000') });
  let now = 1;
  return {
    venue,
    market,
    /** Plays a whole candle; gives what traded, as prices. */
    play(candle, stops = []): readonly string[] {
      for (let moment = 0; moment < MOMENTS_PER_CANDLE; moment += 1)
        market.play((now += 1), candle, moment, stops);
      return venue.drain().flatMap((event) => (event.kind === 'trade' ? [formatFixed(event.price)] : []));
    },
  };
}

const candle = (open: string, high: string, low: string, close: string, volume = '100'): Candle => ({
  ...candleAt(0, 1),
  open: price(open),
  high: price(high),
  low: price(low),
  close: price(close),
  volume: quantity(volume),
});

/** A resting stop of two coins; gives its fills afterwards. */
function withStop(at: string, play: (bench: Bench, stops: readonly Price[]) => void): readonly string[] {
  const here = bench();
  here.play(candle('100', '100', '100', '100'));
  here.venue.place(
    5,
    order({
      side: 'SELL',
      type: 'STOP_LOSS',
      quantity: '2',
      price: null,
      stopPrice: at,
      clientOrderId: 'stop',
    }),
  );
  play(here, [price(at)]);
  return here.venue.trades(1, SYMBOL, 0, 10).map((fill) => formatFixed(fill.price));
}

describe('a recorded candle as a market', () => {
  it('rising goes open, low, high, close', () => {
    expect(bench().play(candle('100', '110', '95', '108'))).toEqual(['100', '95', '110', '108']);
  });

  it('falling goes open, high, low, close', () => {
    expect(bench().play(candle('100', '110', '95', '97'))).toEqual(['100', '110', '95', '97']);
  });

  it('stands between a bid and an ask half the spread away', () => {
    const { bids, asks } = bench().market.play(1, candle('100', '110', '95', '97'), 0, []);
    expect([bids[0]?.price, asks[0]?.price]).toEqual([price('99.9'), price('100.1')]);
    expect(bids.map((level) => formatFixed(level.price))).toEqual(['99.9', '99.85', '99.7']);
    expect(asks[1]?.quantity).toBe(quantity('10'));
  });

  it('without volume can still be left', () => {
    const { bids } = bench().market.play(1, candle('100', '100', '100', '100', '0'), 0, []);
    expect(bids[0]?.quantity).toBe(quantity('10'));
  });

  it('meets a stop at its own price, half the spread lower', () => {
    expect(withStop('97', ({ play }, stops) => play(candle('100', '101', '90', '99'), stops))).toEqual([
      '96.9',
    ]);
  });

  it('visits the low first while a stop rests, whatever the candle did', () => {
    expect(
      withStop('97', ({ play }, stops) =>
        expect(play(candle('100', '110', '90', '95'), stops)).toEqual(expect.arrayContaining(['97'])),
      ),
    ).toEqual(['96.9']);
  });

  it('sells a stop at the open when the candle opens below it', () => {
    expect(withStop('97', ({ play }, stops) => play(candle('92', '93', '91', '92'), stops))).toEqual([
      '91.9',
    ]);
  });

  it('leaves a stop alone that it does not reach', () => {
    expect(withStop('97', ({ play }, stops) => play(candle('100', '101', '97.01', '99'), stops))).toEqual([]);
  });

  it('follows finer figures with the filters', () => {
    const { market, venue } = bench();
    expect(market.refine(1, candle('100.01', '100.02', '100', '100'))).toBe(false);
    expect(market.refine(2, candle('100.0001', '100.02', '100', '100', '0.00001'))).toBe(true);
    expect(venue.symbol(SYMBOL)).toMatchObject({ tickSize: price('0.0001'), stepSize: quantity('0.00001') });
    expect(market.refine(3, candle('100.0001', '100.02', '100', '100', '0.00001'))).toBe(false);
  });
});
