import { describe, expect, it } from 'vitest';
import { price } from '../../../src/core/money.ts';
import { openRecording } from '../../../src/simulator/markets/recording-file.ts';
import { createDepthSource } from '../../../src/simulator/markets/replay-depth.ts';
import { createVenue } from '../../../src/simulator/matching/venue.ts';
import { recordingVenue } from '../../fixtures/market/recording-venue.ts';
import { hasRecorded, recorded } from './recorded-data.ts';

const FILE = 'depth/BTCUSDT-ws-depth-trade-bookticker-2024-08-08T2354_2024-08-09T0005.jsonl.gz';
/** These read a whole recording; a busy machine needs a while. */
const TIMEOUT_MS = 90_000;
type Frame = {
  readonly msg: {
    readonly stream?: string;
    readonly data?: {
      readonly e?: string;
      readonly u: number;
      readonly b: string;
      readonly a: string;
      readonly p: string;
      readonly q: string;
      readonly m: boolean;
    };
  };
};

describe.runIf(hasRecorded(FILE))('the recorded depth stream', () => {
  it(
    'replays without a gap or a crossing, trade by trade, and agrees with the recorded best prices',
    { timeout: TIMEOUT_MS },
    async () => {
      const file = await openRecording(recorded(FILE));
      const source = createDepthSource('BTCUSDT', file);
      const { venue, prints, newest } = recordingVenue([source.spec]);
      // The recorder wrote best prices with the update id they belong to: wherever that is the book's id, both must agree.
      const best = new Map<number, { readonly bid: bigint; readonly ask: bigint }>();
      const trades: { readonly price: bigint; readonly buyerIsMaker: boolean }[] = [];
      const lines = file.lines();
      for (let line = lines.next(); line !== null; line = lines.next()) {
        if (line.includes('@depth')) continue;
        const { stream = '', data } = (JSON.parse(line) as Frame).msg;
        if (data === undefined) continue;
        if (stream.endsWith('@bookTicker')) best.set(data.u, { bid: price(data.b), ask: price(data.a) });
        if (data.e === 'trade') trades.push({ price: price(data.p), buyerIsMaker: data.m });
      }
      let compared = 0;
      for (let at = source.peek(); at !== null; at = source.peek()) {
        const applied = source.counts().applied;
        source.play(at, venue);
        const quoted = newest.get('BTCUSDT');
        const expected = source.counts().applied > applied ? best.get(source.lastUpdateId()) : undefined;
        if (expected === undefined) continue;
        compared += 1;
        expect([quoted?.bids[0]?.price, quoted?.asks[0]?.price]).toEqual([expected.bid, expected.ask]);
      }
      // 6,495 updates were recorded, two of them older than the snapshot; the third is applied with it.
      expect(source.counts()).toMatchObject({ applied: 6_493, gaps: 0, crossed: 0 });
      expect(compared).toBeGreaterThan(1_000);
      // One trade came before the snapshot.
      expect(prints.map(({ price: at, buyerIsMaker }) => ({ price: at, buyerIsMaker }))).toEqual(
        trades.slice(trades.length - prints.length),
      );
      expect(trades.length - prints.length).toBeLessThanOrEqual(1);
    },
  );

  it('leaves the venue with the recorded book', { timeout: TIMEOUT_MS }, async () => {
    const source = createDepthSource('BTCUSDT', await openRecording(recorded(FILE)));
    const venue = createVenue();
    venue.setSymbol(0, source.spec);
    for (let at = source.peek(), steps = 0; at !== null && steps < 1_000; at = source.peek(), steps += 1) {
      source.play(at, venue);
      venue.drain();
      const bid = venue.bestBid('BTCUSDT');
      const ask = venue.bestAsk('BTCUSDT');
      expect(bid !== null && ask !== null && bid.price < ask.price).toBe(true);
    }
    const depth = venue.depth('BTCUSDT', 5_000);
    expect(depth.bids.length).toBeGreaterThanOrEqual(900);
    expect(depth.asks.length).toBeGreaterThanOrEqual(900);
  });
});
