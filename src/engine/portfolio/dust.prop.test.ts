// Any sequence of trades and fees: what positions hold and what is kept as dust is what the exchange holds,
// to the last hundred-millionth, and what it cost is neither lost nor made up (invariant 18).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filledEvent, idOf, recordOf } from '../../../tests/builders/engine-values.ts';
import type { DomainEvent } from '../../core/events.ts';
import {
  notionalFloor,
  price,
  type AssetAmount,
  type Notional,
  type Price,
  type Quantity,
} from '../../core/money.ts';
import { closingEvents } from './closing.ts';
import { evolveLedger, holdingOf, initialLedger, type Ledger } from './ledger.ts';
import { evolvePositions, heldCost, heldQuantity, initialPositions, type Positions } from './positions.ts';

type Books = {
  readonly positions: Positions;
  readonly ledger: Ledger;
  readonly exchange: Map<string, bigint>;
};
type FeeIn = 'BTC' | 'USDT' | 'BNB';

const assets = () => ({ baseAsset: 'BTC', quoteAsset: 'USDT' });

function take(books: Books, event: DomainEvent): Books {
  const record = recordOf(event);
  return {
    ...books,
    positions: evolvePositions(books.positions, record),
    ledger: evolveLedger(books.ledger, record, assets),
  };
}

let trades = 0;

/** One trade at the exchange, which keeps its own account, and the fill that tells of it. */
function trade(books: Books, side: 'BUY' | 'SELL', size: bigint, at: bigint, feeIn: FeeIn): Books {
  const value = notionalFloor(at as Price, size as Quantity) as bigint;
  const received = side === 'BUY' ? size : value;
  const fee = feeIn === 'BNB' ? 7n : feeIn === 'BTC' ? size / 1_000n : value / 1_000n;
  const sign = side === 'BUY' ? 1n : -1n;
  const move = (asset: string, delta: bigint): void =>
    void books.exchange.set(asset, (books.exchange.get(asset) ?? 0n) + delta);
  move('BTC', sign * size);
  move('USDT', -sign * value);
  move(feeIn, -fee);
  trades += 1;
  return take(
    books,
    filledEvent(1, trades, {
      side,
      positionId: idOf(900),
      quantity: size as Quantity,
      price: at as Price,
      fee: fee as AssetAmount,
      feeAsset: feeIn,
      feeQuote: (received === 0n ? 0n : 1n) as Notional,
    }),
  );
}

/** One position from its first fill to its close, selling whole steps of what is held. */
type Round = {
  readonly buys: readonly (readonly [size: bigint, at: bigint, feeIn: FeeIn])[];
  readonly sellShares: readonly number[];
  readonly feeIn: FeeIn;
  readonly at: bigint;
};

const STEP = 1_000n;

function play(books: Books, round: Round): Books {
  let next = take(books, {
    kind: 'position.opened',
    positionId: idOf(900),
    symbol: 'BTCUSDT',
    ...assets(),
    entryPrice: price('1'),
    stopPrice: price('1'),
    marketState: 'NORMAL',
  });
  const held = (): bigint => {
    const position = next.positions.open.get(idOf(900));
    return position === undefined ? 0n : heldQuantity(position);
  };
  for (const [size, at, feeIn] of round.buys) next = trade(next, 'BUY', size, at, feeIn);
  for (const share of round.sellShares) {
    // What a fee in the coin will take must be there too.
    const sellable = round.feeIn === 'BTC' ? (held() * 999n) / 1_000n : held();
    const size = ((sellable * BigInt(share)) / 100n / STEP) * STEP;
    if (size > 0n) next = trade(next, 'SELL', size, round.at, round.feeIn);
  }
  const position = next.positions.open.get(idOf(900));
  if (position === undefined) return next;
  for (const event of closingEvents(position, holdingOf(next.ledger, 'BTC'), 'manual', 0))
    next = take(next, event);
  return next;
}

const feeIn = fc.constantFrom<FeeIn>('BTC', 'USDT', 'BNB');
const size = fc.bigInt({ min: 1n, max: 10n ** 9n });
const at = fc.bigInt({ min: 10n ** 6n, max: 10n ** 13n });
const round = fc.record({
  buys: fc.array(fc.tuple(size, at, feeIn), { minLength: 1, maxLength: 4 }),
  sellShares: fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 4 }),
  feeIn,
  at,
});

describe('dust', () => {
  it('and positions together are what the exchange holds, after any rounds', () => {
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 6 }), (rounds) => {
        let books: Books = { positions: initialPositions, ledger: initialLedger, exchange: new Map() };
        for (const each of rounds) {
          books = play(books, each);
          for (const [asset, held] of books.exchange) expect(holdingOf(books.ledger, asset)).toBe(held);
          // Nothing is open between two rounds: all the coins there are, are dust.
          expect(books.positions.dust.get('BTC')?.quantity ?? 0n).toBe(books.exchange.get('BTC'));
        }
      }),
    );
  });

  it('brings what it cost into the next position, neither more nor less', () => {
    fc.assert(
      fc.property(round, (first) => {
        const empty: Books = { positions: initialPositions, ledger: initialLedger, exchange: new Map() };
        const left = play(empty, first);
        const dust = left.positions.dust.get('BTC');
        const opened = take(left, {
          kind: 'position.opened',
          positionId: idOf(900),
          symbol: 'BTCUSDT',
          ...assets(),
          entryPrice: price('1'),
          stopPrice: price('1'),
          marketState: 'NORMAL',
        });
        const position = opened.positions.open.get(idOf(900));
        expect(position === undefined ? null : [heldQuantity(position), heldCost(position)]).toEqual([
          dust?.quantity ?? 0n,
          dust?.cost ?? 0n,
        ]);
        expect(opened.positions.dust.size).toBe(0);
        expect(dust === undefined || dust.cost >= 0n).toBe(true);
      }),
    );
  });
});
