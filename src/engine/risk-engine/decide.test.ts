import { describe, expect, it } from 'vitest';
import { entryRequest, riskContext } from '../../../tests/builders/engine-values.ts';
import { symbolRules } from '../../../tests/builders/engine-gateway.ts';
import { testRules } from '../../../tests/builders/rules.ts';
import { notional, price, quantity } from '../../core/money.ts';
import { refusalCodes, type RefusalCode } from '../../core/refusals.ts';
import type { RiskContext } from './context.ts';
import { approveRisk } from './decide.ts';
import { sizeLimits } from './rules/size-limits.ts';

const base = riskContext();
const quote = { bid: price('49999.99'), ask: price('50000'), valid: true, crossed: false, ageMs: 100 };
const withState = (state: Partial<RiskContext['state']>): Partial<RiskContext> => ({
  state: { ...base.state, ...state },
});
const recent = (agoMs: number, symbol = 'ETHUSDT') => ({
  at: base.now - agoMs,
  symbol,
  side: 'BUY',
  actor: 'trader',
});
const buying = (dollars: string): Partial<RiskContext> => ({
  request: entryRequest({ amount: { unit: 'quote', amount: notional(dollars) } }),
});

function said(...changes: readonly Partial<RiskContext>[]): RefusalCode | 'approved' {
  const answer = approveRisk(riskContext(Object.assign({}, ...changes)));
  return answer.ok ? 'approved' : answer.error.code;
}

/** Every refusal of the stage, in order of precedence, with a context just inside and one just outside. */
const table: readonly (readonly [RefusalCode, Partial<RiskContext>, Partial<RiskContext>])[] = [
  ['tier.shortEntry', { request: entryRequest({ side: 'SELL' }) }, {}],
  ['risk.symbolNotTrading', { symbol: symbolRules({ status: 'HALT' }) }, { symbol: symbolRules() }],
  ['risk.bookMissing', { quote: null }, { quote }],
  ['risk.bookStale', { quote: { ...quote, ageMs: 2_000.5 } }, { quote: { ...quote, ageMs: 2_000 } }],
  ['risk.bookStale', { quote: { ...quote, valid: false } }, { quote }],
  ['risk.bookCrossed', { quote: { ...quote, crossed: true } }, { quote }],
  ['risk.bookCrossed', { quote: { ...quote, bid: price('0') } }, { quote: { ...quote, bid: price('0.01') } }],
  ['risk.bookCrossed', { quote: { ...quote, ask: price('0') } }, { quote }],
  ['risk.clockOffset', { clockOffsetMs: 501 }, { clockOffsetMs: 500 }],
  ['risk.clockOffset', { clockOffsetMs: -501 }, { clockOffsetMs: -500 }],
  ['risk.clockOffset', { clockOffsetMs: null }, { clockOffsetMs: 0 }],
  ['risk.outcomeUnknown', { unresolvedOnSymbol: 1 }, { unresolvedOnSymbol: 0 }],
  [
    'risk.drawdownHalt',
    { equity: notional('425'), ...withState({ dayStartEquity: notional('425') }) },
    { equity: notional('425.06'), ...withState({ dayStartEquity: notional('425.06') }) },
  ],
  ['risk.dailyLoss', { equity: notional('475') }, { equity: notional('475.01') }],
  ['risk.dailyEntries', withState({ entriesToday: 10 }), withState({ entriesToday: 9 })],
  ['risk.positionExists', { positionOnSymbol: true }, {}],
  ['risk.openPositions', { openPositions: 1 }, { openPositions: 0 }],
  ['risk.openPositions', { pendingEntries: 1 }, { pendingEntries: 0 }],
  ['risk.openOrders', { openOrdersOnSymbol: 50 }, { openOrdersOnSymbol: 49 }],
  [
    'risk.entryRate',
    withState({ recentEntries: [1, 2, 3, 4, 5].map((count) => recent(10_000 * count)) }),
    withState({ recentEntries: [1, 2, 3, 4, 6].map((count) => recent(10_000 * count)) }),
  ],
  [
    'risk.duplicateIntent',
    withState({ recentEntries: [recent(1_999, 'BTCUSDT')] }),
    withState({ recentEntries: [recent(2_000, 'BTCUSDT')] }),
  ],
  [
    'risk.priceTick',
    { request: entryRequest({ type: 'LIMIT', price: price('49999.995') }) },
    { request: entryRequest({ type: 'LIMIT', price: price('49999.99') }) },
  ],
  [
    'risk.priceTick',
    {
      request: entryRequest({
        type: 'STOP_LOSS_LIMIT',
        price: price('50100'),
        triggerPrice: price('50050.001'),
      }),
    },
    {
      request: entryRequest({
        type: 'STOP_LOSS_LIMIT',
        price: price('50100'),
        triggerPrice: price('50050.01'),
      }),
    },
  ],
  [
    'risk.wouldTake',
    { request: entryRequest({ type: 'LIMIT_MAKER', price: price('50000') }) },
    { request: entryRequest({ type: 'LIMIT_MAKER', price: price('49999.99') }) },
  ],
  [
    'risk.triggerPassed',
    {
      request: entryRequest({ type: 'STOP_LOSS_LIMIT', price: price('50100'), triggerPrice: price('50000') }),
    },
    {
      request: entryRequest({
        type: 'STOP_LOSS_LIMIT',
        price: price('50100'),
        triggerPrice: price('50000.01'),
      }),
    },
  ],
  ['risk.balance', { freeQuote: notional('24.99') }, { freeQuote: notional('25') }],
  ['risk.belowMinimum', { ...buying('9.99'), freeQuote: notional('500') }, buying('10')],
  ['risk.positionValue', { exposureOnSymbol: notional('15.01') }, { exposureOnSymbol: notional('15') }],
  [
    'risk.positionValue',
    {
      equity: notional('490'),
      sizeMultiplierBps: 4_000,
      pendingEntries: 0,
      openPositions: 1,
      limits: { ...base.limits, openPositionsMax: 2 },
    },
    { equity: notional('500'), sizeMultiplierBps: 4_000 },
  ],
  [
    'risk.belowExchangeMinimum',
    { symbol: symbolRules({ minNotional: notional('24.51') }) },
    { symbol: symbolRules({ minNotional: notional('24.01') }) },
  ],
  [
    'risk.belowExchangeMinimum',
    { symbol: symbolRules({ minQuantity: quantity('0.00051') }) },
    { symbol: symbolRules({ minQuantity: quantity('0.00049') }) },
  ],
  [
    'risk.belowExchangeMinimum',
    { symbol: symbolRules({ marketMinQuantity: quantity('0.00051') }) },
    { symbol: symbolRules({ marketMinQuantity: quantity('0.00049') }) },
  ],
  ['risk.belowExchangeMinimum', { symbol: symbolRules({ stepSize: quantity('0.001') }) }, {}],
  [
    'risk.aboveExchangeMaximum',
    { symbol: symbolRules({ maxQuantity: quantity('0.00049') }) },
    { symbol: symbolRules({ maxQuantity: quantity('0.0005') }) },
  ],
  [
    'risk.aboveExchangeMaximum',
    { symbol: symbolRules({ marketMaxQuantity: quantity('0.00049') }) },
    { symbol: symbolRules({ marketMaxQuantity: quantity('0') }) },
  ],
  [
    'risk.aboveExchangeMaximum',
    { symbol: symbolRules({ maxNotional: notional('24.99') }) },
    { symbol: symbolRules({ maxNotional: notional('25') }) },
  ],
  [
    'risk.exitUnsellable',
    { ...buying('25'), symbol: symbolRules({ minQuantity: quantity('0.0005') }) },
    { ...buying('25'), symbol: symbolRules({ minQuantity: quantity('0.00049') }) },
  ],
  ['risk.bookMissing', { lastPrice: null }, {}],
  ['risk.bookMissing', { lastPrice: price('0') }, {}],
  ['risk.priceCollar', { lastPrice: price('49000') }, { lastPrice: price('49020') }],
  ['risk.priceCollar', { lastPrice: price('51100') }, { lastPrice: price('51000') }],
];

describe('the risk stage', () => {
  it('approves what is within every limit', () => {
    expect(said()).toBe('approved');
  });

  it.each(table)('says %s to %o', (code, outside, inside) => {
    expect(said(outside)).toBe(code);
    expect(said(inside)).toBe('approved');
  });

  it('gives the first reason of two, in the order of the table', () => {
    const wrong: string[] = [];
    for (const [index, [code, earlier]] of table.entries())
      for (const [later, second] of table.slice(index + 1)) {
        // Two changes of the same field cannot both be shown in one context.
        if (Object.keys(earlier).some((key) => Object.hasOwn(second, key))) continue;
        const first = said(second, earlier);
        if (first !== code) wrong.push(`${code} before ${later}, but said ${first}`);
      }
    expect(wrong).toEqual([]);
  });

  it('has a row for every refusal of its own that a request can meet', () => {
    const own = refusalCodes.filter((code) => code.startsWith('risk.'));
    const shown = new Set(table.map(([code]) => code));
    // A guard that fails belongs to admission; the order value is cut by the sizer before it is refused.
    expect(own.filter((code) => !shown.has(code))).toEqual(['risk.orderValue', 'risk.guardFailed']);
  });

  it('refuses an order above the value that does not depend on the sizer', () => {
    const rich = {
      equity: notional('1000000'),
      freeQuote: notional('1000000'),
      ...withState({ dayStartEquity: notional('1000000'), peakEquity: notional('1000000') }),
    };
    const sized = approveRisk(riskContext({ ...rich, ...buying('50000') }));
    expect(sized.ok && sized.value.reserved <= notional('5000')).toBe(true);
  });

  it('refuses a size that no sizer of ours would give: two locks are better than one (invariant 9)', () => {
    const sizing = {
      requested: notional('25'),
      cap: notional('25'),
      quantity: quantity('0.0005'),
      reserved: notional('25'),
      stopPrice: price('49000'),
    };
    const refused = (change: Partial<typeof sizing>, context: Partial<RiskContext> = {}): string | null =>
      sizeLimits(riskContext(context), { ...sizing, ...change })?.code ?? null;
    expect(refused({})).toBeNull();
    expect(refused({ reserved: notional('25.00000001') })).toBe('risk.positionValue');
    const rules = { ...base.rules, orderValueMax: notional('24.99') };
    expect(refused({}, { rules })).toBe('risk.orderValue');
  });

  it('prices a limit order at its limit, within the collar', () => {
    const limit = (at: string) => ({ request: entryRequest({ type: 'LIMIT', price: price(at) }) });
    const answer = approveRisk(riskContext(limit('49500')));
    expect(answer.ok && answer.value.referencePrice).toBe(price('49500'));
    expect(said(limit('48000'))).toBe('risk.priceCollar');
  });

  it('carries the numbers behind its answer', () => {
    const answer = approveRisk(riskContext());
    expect(answer.ok && answer.value.figures).toEqual({
      requested: '25.00',
      cap: '25.00',
      shareBps: 500,
      equity: '500.00',
      sizeMultiplierBps: 10_000,
      worstLoss: '0.55',
      fees: '0.05',
    });
    expect(answer.ok && answer.value.stopPrice).toBe(price('49000'));
  });

  it('lets the smallest position be opened alone where 5 % is less, and only alone', () => {
    const small = {
      equity: notional('100'),
      freeQuote: notional('100'),
      ...withState({ dayStartEquity: notional('100'), peakEquity: notional('100') }),
      ...buying('10'),
    };
    const two = { limits: testRules().tierGates.tiers.HUNTER };
    expect(said(small)).toBe('approved');
    expect(said(small, two, { openPositions: 1 })).toBe('risk.positionValue');
    expect(said(small, two, { pendingEntries: 1 })).toBe('risk.positionValue');
  });
});
