import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filledEvent, idOf, recordOf } from '../../../tests/builders/engine-values.ts';
import { SYMBOL } from '../../../tests/builders/engine-gateway.ts';
import type { EventOf } from '../../core/events.ts';
import {
  assetAmount,
  notionalFloor,
  price,
  quantity,
  type AssetAmount,
  type Price,
  type Quantity,
} from '../../core/money.ts';
import { feeInQuote } from '../executor/reports.ts';
import { closingEvents } from './closing.ts';
import { evolveLedger, holdingOf, initialLedger, type Ledger } from './ledger.ts';
import {
  evolvePositions,
  heldQuantity,
  initialPositions,
  realisedPnl,
  type Position,
  type Positions,
} from './positions.ts';

type Filled = EventOf<'order.filled'>;
const ASSETS = { baseAsset: 'BTC', quoteAsset: 'USDT' };

const opening: EventOf<'position.opened'> = {
  kind: 'position.opened',
  positionId: idOf(900),
  symbol: SYMBOL,
  ...ASSETS,
  entryPrice: price('100'),
  stopPrice: price('98'),
  marketState: 'NORMAL',
};

const bit = {
  at: fc.bigInt({ min: 1_000_000n, max: 10_000_000_000n }),
  feeAsset: fc.constantFrom('BTC', 'USDT', 'BNB'),
};

function fill(side: 'BUY' | 'SELL', tradeId: number, at: bigint, size: bigint, feeAsset: string): Filled {
  const value = notionalFloor(at as Price, size as Quantity);
  const fee = (
    feeAsset === 'BTC' ? size / 1_000n : feeAsset === 'USDT' ? value / 1_000n : 5_000n
  ) as AssetAmount;
  const event = filledEvent(1, tradeId, {
    side,
    price: at as Price,
    quantity: size as Quantity,
    fee,
    feeAsset,
  });
  const feeQuote = feeInQuote(event, ASSETS, () => price('600'), 10);
  return { ...event, feeQuote };
}

/** Buys, then sells of the same coin that never take more than there is. */
const trading = fc
  .record({
    buys: fc.array(fc.record({ ...bit, size: fc.bigInt({ min: 1_000n, max: 1_000_000_000n }) }), {
      minLength: 1,
      maxLength: 5,
    }),
    sells: fc.array(fc.record({ ...bit, share: fc.bigInt({ min: 1n, max: 100n }) }), { maxLength: 5 }),
    all: fc.boolean(),
  })
  .map(({ buys, sells, all }) => {
    const fills: Filled[] = [];
    let held = 0n;
    for (const { at, size, feeAsset } of buys) {
      const event = fill('BUY', fills.length + 1, at, size, feeAsset);
      held += size - (feeAsset === 'BTC' ? event.fee : 0n);
      fills.push(event);
    }
    for (const { at, share, feeAsset } of sells) {
      const size = (((held * share) / 100n) * 999n) / 1_000n;
      if (size === 0n) continue;
      const event = fill('SELL', fills.length + 1, at, size, feeAsset);
      held -= size + (feeAsset === 'BTC' ? event.fee : 0n);
      fills.push(event);
    }
    if (all && held > 0n) {
      fills.push(fill('SELL', fills.length + 1, 5_000_000_000n, held, 'USDT'));
      held = 0n;
    }
    return { fills, held };
  });

function fold(
  events: readonly Parameters<typeof recordOf>[0][],
  from: Positions = initialPositions,
): Positions {
  return events.reduce((state, event) => evolvePositions(state, recordOf(event)), from);
}
function onlyPosition(state: Positions): Position {
  const [position] = state.open.values();
  if (position === undefined) throw new Error('nothing is open');
  return position;
}

describe('a position', () => {
  it('is the same in whatever order its fills are learnt', () => {
    const shuffled = trading.chain(({ fills }) =>
      fc.tuple(fc.constant(fills), fc.shuffledSubarray(fills, { minLength: fills.length })),
    );
    fc.assert(
      fc.property(shuffled, ([fills, other]) => {
        const { lots: _lots, ...straight } = onlyPosition(fold([opening, ...fills]));
        const { lots, ...mixed } = onlyPosition(fold([opening, ...other]));
        expect(mixed).toEqual(straight);
        expect(lots).toHaveLength(fills.filter(({ side }) => side === 'BUY').length);
      }),
    );
  });

  it('sums its fills, and its profit is what the balances gained (invariants 3 and 18)', () => {
    fc.assert(
      fc.property(trading, ({ fills, held }) => {
        const position = onlyPosition(fold([opening, ...fills]));
        expect(heldQuantity(position)).toBe(held);
        let ledger: Ledger = initialLedger;
        for (const event of fills) ledger = evolveLedger(ledger, recordOf(event), () => ASSETS);
        expect(holdingOf(ledger, 'BTC')).toBe(held);
        const third = fills.reduce(
          (sum, event) => sum + (event.feeAsset === 'BNB' ? event.feeQuote : 0n),
          0n,
        );
        const gained = holdingOf(ledger, 'USDT') - third;
        const invested = (position.cost * held) / position.bought;
        // Exactly the change of the balance, but for what the rest has cost.
        expect(realisedPnl(position)).toBe(gained + invested);
      }),
    );
  });

  it('leaves its rest as dust with its cost, and the next one begins with it', () => {
    fc.assert(
      fc.property(trading, ({ fills, held }) => {
        const open = fold([opening, ...fills]);
        const position = onlyPosition(open);
        const closed = fold(closingEvents(position, held as AssetAmount, 'manual', 0), open);
        expect(closed.open.size).toBe(0);
        expect(closed.dust.get('BTC')?.quantity ?? 0n).toBe(held);
        const next = onlyPosition(fold([{ ...opening, positionId: idOf(901) }], closed));
        expect(next.bought).toBe(held);
        expect(next.cost).toBe(
          position.cost - (position.proceeds - realisedPnl(position) - position.thirdAssetFees),
        );
        expect(next.lots).toHaveLength(held === 0n ? 0 : 1);
      }),
    );
  });
});

describe('what is sold beyond a position', () => {
  it('is no profit of it: only its own coins count', () => {
    const bought = fill('BUY', 1, price('100'), quantity('1'), 'USDT');
    const sold = fill('SELL', 2, price('110'), quantity('1.5'), 'USDT');
    const position = onlyPosition(fold([opening, bought, sold]));
    expect(heldQuantity(position)).toBe(0n);
    const own = notionalFloor(price('110'), quantity('1')) - notionalFloor(price('100'), quantity('1'));
    const fees = assetAmount('0.1') + assetAmount('0.11');
    expect(realisedPnl(position)).toBe(own - fees);
  });

  it('without an open position moves none', () => {
    const state = fold([fill('SELL', 1, price('100'), quantity('1'), 'USDT')]);
    expect(state).toBe(initialPositions);
  });

  it('bought without an open position is a bug', () => {
    expect(() => fold([fill('BUY', 1, price('100'), quantity('1'), 'USDT')])).toThrow(/open position/);
  });

  it('keeps the worth of a position at nothing, never below', () => {
    const state = fold([opening, fill('SELL', 1, price('100'), quantity('1'), 'USDT')]);
    expect(heldQuantity(onlyPosition(state))).toBe(0n);
  });
});
