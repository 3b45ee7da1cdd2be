import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryRequest, riskContext } from '../../../tests/builders/engine-values.ts';
import { symbolRules } from '../../../tests/builders/engine-gateway.ts';
import { testRules } from '../../../tests/builders/rules.ts';
import {
  larger,
  notional,
  notionalCeil,
  notionalFloor,
  price,
  quantity,
  type Notional,
  type Price,
  type Quantity,
} from '../../core/money.ts';
import type { CommandAmount } from '../../core/commands.ts';
import type { RiskApproved } from '../../core/stages.ts';
import { tiers } from '../../core/vocabulary.ts';
import type { RiskContext } from './context.ts';
import { approveRisk } from './decide.ts';
import { defaultStop, positionCap, sellableAfterFee, sizeEntry, worstLoss } from './sizing.ts';

const dollars = (max: bigint) =>
  fc.bigInt({ min: 0n, max: max * 100_000_000n }).map((value) => value as Notional);
const amount: fc.Arbitrary<CommandAmount> = fc.oneof(
  dollars(20_000n).map((value) => ({ unit: 'quote', amount: value }) as const),
  fc
    .bigInt({ min: 0n, max: 10_000_000_000n })
    .map((value) => ({ unit: 'base', amount: value as Quantity }) as const),
  fc.integer({ min: 0, max: 10_000 }).map((shareBps) => ({ unit: 'share', shareBps }) as const),
);

const context: fc.Arbitrary<RiskContext> = fc
  .record({
    amount,
    tier: fc.constantFrom(...tiers),
    ask: fc.bigInt({ min: 1_000_000n, max: 10_000_000_000_000n }),
    equity: dollars(200_000n),
    spent: fc.integer({ min: 0, max: 10_000 }),
    exposure: dollars(3_000n),
    openPositions: fc.integer({ min: 0, max: 3 }),
    pendingEntries: fc.integer({ min: 0, max: 2 }),
    sizeMultiplierBps: fc.constantFrom(2_500, 5_000, 7_500, 10_000),
    step: fc.constantFrom('0', '0.00001', '0.001', '1'),
    marketStep: fc.constantFrom('0', '0.01'),
    // Small ones bind: what the exchange takes must not decide whether more risk is let in.
    maxQuantity: fc.constantFrom('0.005', '1', '9000'),
    maxNotional: fc.constantFrom('0', '40', '9000000'),
    // What waits already, up to and past the cap of all that may wait together.
    reservedTotal: fc.oneof(
      dollars(9_000n),
      dollars(1_100n).map((less) => (notional('10050') - less) as Notional),
    ),
    type: fc.constantFrom('MARKET', 'LIMIT'),
  })
  .map((made) => {
    const { tierGates } = testRules();
    const ask = made.ask as Price;
    return riskContext({
      request: entryRequest({
        amount: made.amount,
        type: made.type as 'MARKET',
        price: made.type === 'LIMIT' ? ask : null,
      }),
      tier: made.tier,
      limits: tierGates.tiers[made.tier],
      symbol: symbolRules({
        stepSize: quantity(made.step),
        marketStepSize: quantity(made.marketStep),
        minQuantity: quantity('0'),
        maxQuantity: quantity(made.maxQuantity),
        maxNotional: notional(made.maxNotional),
      }),
      quote: { bid: (ask - 1n) as Price, ask, valid: true, crossed: false, ageMs: 0 },
      lastPrice: ask,
      equity: made.equity,
      freeQuote: ((made.equity * BigInt(made.spent)) / 10_000n) as Notional,
      exposureOnSymbol: made.exposure,
      openPositions: made.openPositions,
      pendingEntries: made.pendingEntries,
      sizeMultiplierBps: made.sizeMultiplierBps,
      reservedTotal: made.reservedTotal,
      state: { ...riskContext().state, dayStartEquity: made.equity, peakEquity: made.equity },
    });
  });

function approvedOf(answer: ReturnType<typeof approveRisk>): RiskApproved {
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.value;
}

function isWithinWish(wish: CommandAmount, size: Quantity, reserved: Notional, free: Notional): boolean {
  switch (wish.unit) {
    case 'base':
      return size <= wish.amount;
    case 'quote':
      return reserved <= wish.amount;
    case 'share':
      return reserved * 10_000n <= free * BigInt(wish.shareBps);
  }
}

describe('the size of an entry', () => {
  it('is never above what was asked, the cap, 5 % of equity (or the $10 minimum), the balance, the order value or what the exchange takes (invariant 9)', () => {
    fc.assert(
      fc.property(context, (asked) => {
        const answer = approveRisk(asked);
        fc.pre(answer.ok);
        const { quantity: size, reserved } = approvedOf(answer);
        const share = (asked.equity * 500n) / 10_000n;
        expect(reserved + asked.exposureOnSymbol <= larger(share as Notional, notional('10'))).toBe(true);
        expect(reserved <= positionCap(asked, 10_000)).toBe(true);
        expect(reserved <= asked.freeQuote).toBe(true);
        expect(reserved <= asked.rules.orderValueMax).toBe(true);
        expect(asked.reservedTotal + reserved <= asked.rules.openOrdersValueMax).toBe(true);
        expect(size <= asked.symbol.maxQuantity).toBe(true);
        expect(asked.symbol.maxNotional === 0n || reserved <= asked.symbol.maxNotional).toBe(true);
        const { amount: wish } = asked.request;
        expect(isWithinWish(wish, size, reserved, asked.freeQuote)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('always leaves something that can be sold at the stop after the fee', () => {
    fc.assert(
      fc.property(context, (asked) => {
        const answer = approveRisk(asked);
        fc.pre(answer.ok);
        const { quantity: size, stopPrice } = approvedOf(answer);
        const sellable = sellableAfterFee(
          size,
          asked.rules.feeBps,
          larger(asked.symbol.stepSize, asked.symbol.marketStepSize),
        );
        expect(notionalFloor(stopPrice, sellable) >= asked.symbol.minNotional).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is whole steps, and the reservation covers its price', () => {
    fc.assert(
      fc.property(context, (asked) => {
        const { ask } = asked.quote ?? { ask: price('1') };
        const sized = sizeEntry(asked, ask);
        expect(sized.reserved).toBe(notionalCeil(ask, sized.quantity));
        const { stepSize, marketStepSize } = asked.symbol;
        const step = asked.request.type === 'LIMIT' ? stepSize : larger(stepSize, marketStepSize);
        expect(sized.quantity % larger(step, 1n as Quantity)).toBe(0n);
      }),
    );
  });

  it('never turns a refusal into approval by more risk', () => {
    // Mostly one of them at a time: what else is worse would hide a rule that gives way.
    const sometimes = <T>(none: T, some: fc.Arbitrary<T>): fc.Arbitrary<T> =>
      fc.oneof({ weight: 4, arbitrary: fc.constant(none) }, { weight: 1, arbitrary: some });
    const money = sometimes(0n as Notional, dollars(100n));
    const more = fc.record({
      exposure: money,
      openPositions: sometimes(0, fc.integer({ min: 1, max: 2 })),
      pendingEntries: sometimes(0, fc.integer({ min: 1, max: 2 })),
      lost: money,
      reserved: money,
      entries: sometimes(0, fc.integer({ min: 1, max: 3 })),
      waiting: money,
      openOrders: sometimes(0, fc.integer({ min: 1, max: 40 })),
      sizeBps: sometimes(10_000, fc.constantFrom(7_500, 5_000, 2_500, 100)),
      drawdown: money,
    });
    // A wish that would be let in but for one cap that it is close to.
    const close = fc
      .record({
        wish: dollars(190n).map((value) => (value + notional('10')) as Notional),
        left: dollars(200n),
        sizeMultiplierBps: fc.constantFrom(10_000, 5_000),
      })
      .map(({ wish, left, sizeMultiplierBps }) => {
        const rich = notional('8000');
        const made = riskContext();
        return riskContext({
          request: entryRequest({ amount: { unit: 'quote', amount: wish } }),
          equity: rich,
          freeQuote: rich,
          sizeMultiplierBps,
          state: { ...made.state, dayStartEquity: rich, peakEquity: rich },
          reservedTotal: (made.rules.openOrdersValueMax - left) as Notional,
        });
      });
    fc.assert(
      fc.property(fc.oneof(context, close), more, (asked, added) => {
        fc.pre(!approveRisk(asked).ok);
        const riskier = riskContext({
          ...asked,
          exposureOnSymbol: (asked.exposureOnSymbol + added.exposure) as Notional,
          // Money that waits, on this pair or another, is risk as well; so are a deeper drawdown and a smaller size.
          reservedTotal: (asked.reservedTotal + added.waiting) as Notional,
          openOrders: asked.openOrders + added.openOrders,
          sizeMultiplierBps: Math.floor((asked.sizeMultiplierBps * added.sizeBps) / 10_000),
          openPositions: asked.openPositions + added.openPositions,
          pendingEntries: asked.pendingEntries + added.pendingEntries,
          equity: (asked.equity - added.lost) as Notional,
          // A share of less is a smaller wish, which is less risk: only wishes in money stay the same.
          freeQuote:
            asked.request.amount.unit === 'share'
              ? asked.freeQuote
              : ((asked.freeQuote - added.reserved) as Notional),
          state: {
            ...asked.state,
            entriesToday: asked.state.entriesToday + added.entries,
            peakEquity: (asked.state.peakEquity + added.drawdown) as Notional,
            dayStartEquity: (asked.state.dayStartEquity + added.drawdown) as Notional,
          },
        });
        expect(approveRisk(riskier).ok).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the worst loss', () => {
  it('is the way to the stop and the fees of both sides', () => {
    const worst = worstLoss(
      {
        quantity: quantity('1'),
        reserved: notional('100'),
        stopPrice: price('98'),
      },
      10,
    );
    expect(worst).toEqual({ fees: notional('0.198'), loss: notional('2.198') });
  });

  it('begins at a stop on the tick, below the price', () => {
    expect(defaultStop(price('50010'), { tickSize: price('0.5') }, 200)).toBe(price('49009.5'));
  });
});
