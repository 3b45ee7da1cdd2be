import { describe, expect, it } from 'vitest';
import { entryRequest, riskContext } from '../../../tests/builders/engine-values.ts';
import { symbolRules } from '../../../tests/builders/engine-gateway.ts';
import { testRules } from '../../../tests/builders/rules.ts';
import { notional, price, quantity } from '../../core/money.ts';
import type { SymbolLimit } from '../../core/rules.ts';
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
  strategy: null,
});
const byStrategy = { request: entryRequest({ actor: 'strategy', strategy: 'sma_cross' }) };
const crash = { symbol: 'BTCUSDT', fallBps: 1_100, untilMs: base.now };
const withStreak = (streaks: Partial<RiskContext['state']['streaks']>): Partial<RiskContext> =>
  withState({ streaks: { ...base.state.streaks, ...streaks } });
const withLimit = (limit: Partial<SymbolLimit>, pair = 'BTCUSDT'): RiskContext['rules'] => ({
  ...base.rules,
  symbolLimits: { [pair]: { priceCollarBps: 200, orderQuantityMax: quantity('9000'), ...limit } },
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
  [
    'risk.strategySuspended',
    { ...byStrategy, ...withState({ suspended: new Set(['sma_cross']) }) },
    { ...byStrategy, ...withState({ suspended: new Set(['another']) }) },
  ],
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
    'risk.flashCrash',
    withState({ flashCrash: { symbol: 'BTCUSDT', fallBps: 1_100, untilMs: base.now + 1 } }),
    withState({ flashCrash: { symbol: 'BTCUSDT', fallBps: 1_100, untilMs: base.now } }),
  ],
  [
    'risk.flashCrash',
    { now: Number.NaN, ...withState({ flashCrash: crash }) },
    withState({ flashCrash: null }),
  ],
  ['risk.marketState', { marketState: 'MAINTENANCE' }, { marketState: 'PANIC' }],
  [
    'risk.drawdownHalt',
    { equity: notional('425'), ...withState({ dayStartEquity: notional('425') }) },
    { equity: notional('425.06'), ...withState({ dayStartEquity: notional('425.06') }) },
  ],
  ['risk.dailyLoss', { equity: notional('475') }, { equity: notional('475.01') }],
  ['risk.losingStreak', withStreak({ lossesInARow: 3 }), withStreak({ lossesInARow: 2 })],
  [
    'risk.losingStreak',
    withStreak({ lossesInARow: 3, rest: { untilMs: base.now + 1, journalWords: 10 } }),
    withStreak({ lossesInARow: 3, rest: { untilMs: base.now, journalWords: 10 } }),
  ],
  [
    'risk.losingStreak',
    withStreak({ lossesInARow: 3, rest: { untilMs: base.now, journalWords: 9 } }),
    withStreak({ lossesInARow: 4, rest: { untilMs: base.now, journalWords: 11 } }),
  ],
  ['risk.dailyEntries', withState({ entriesToday: 10 }), withState({ entriesToday: 9 })],
  ['risk.positionExists', { positionOnSymbol: true }, {}],
  ['risk.openPositions', { openPositions: 1 }, { openPositions: 0 }],
  ['risk.openPositions', { pendingEntries: 1 }, { pendingEntries: 0 }],
  ['risk.openOrders', { openOrdersOnSymbol: 50 }, { openOrdersOnSymbol: 49 }],
  ['risk.openOrdersTotal', { openOrders: 100 }, { openOrders: 99 }],
  [
    'risk.messageCap',
    withState({ messages: [{ second: Math.floor(base.now / 1_000) - 59, count: 120 }] }),
    withState({ messages: [{ second: Math.floor(base.now / 1_000) - 60, count: 120 }] }),
  ],
  [
    'risk.messageCap',
    withState({ messages: [{ second: Math.floor(base.now / 1_000), count: 120 }] }),
    withState({ messages: [{ second: Math.floor(base.now / 1_000), count: 119 }] }),
  ],
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
    'risk.correlation',
    { correlation: { now: null, after: 0.801 } },
    { correlation: { now: 0.7, after: 0.8 } },
  ],
  [
    'risk.correlation',
    { correlation: { now: 0.9, after: 0.85 } },
    { correlation: { now: 0.9, after: null } },
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
  ['risk.openOrdersValue', { reservedTotal: notional('9990.01') }, { reservedTotal: notional('9990') }],
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
    'risk.exitUnsellable',
    { ...buying('25'), symbol: symbolRules({ minQuantity: quantity('0.0005') }) },
    { ...buying('25'), symbol: symbolRules({ minQuantity: quantity('0.00049') }) },
  ],
  ['risk.bookMissing', { lastPrice: null }, {}],
  ['risk.bookMissing', { lastPrice: price('0') }, {}],
  ['risk.priceCollar', { lastPrice: price('49000') }, { lastPrice: price('49020') }],
  [
    'risk.priceCollar',
    { lastPrice: price('50600'), rules: withLimit({ priceCollarBps: 100 }) },
    { lastPrice: price('50500'), rules: withLimit({ priceCollarBps: 100 }) },
  ],
  [
    'risk.priceCollar',
    { lastPrice: price('51100'), rules: withLimit({ priceCollarBps: 900 }, 'ETHUSDT') },
    { lastPrice: price('51000'), rules: withLimit({ priceCollarBps: 1 }, 'ETHUSDT') },
  ],
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

  it.each([
    ['a program', 'api', null],
    ['a strategy', 'strategy', 'sma_cross'],
  ] as const)('says the same to %s: no rule asks who wants it', (_who, actor, strategy) => {
    const by = (change: Partial<RiskContext>): RefusalCode | 'approved' => {
      const { request } = riskContext(change);
      return said(change, { request: { ...request, actor, strategy: request.strategy ?? strategy } });
    };
    for (const [code, outside, inside] of table)
      expect([code, by(outside), by(inside)]).toEqual([code, code, 'approved']);
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
    // A guard that fails belongs to admission; an order's value and quantity are cut by the sizer before it is refused.
    expect(own.filter((code) => !shown.has(code))).toEqual([
      'risk.aboveExchangeMaximum',
      'risk.orderQuantity',
      'risk.orderValue',
      'risk.guardFailed',
    ]);
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
      factors: [],
      multiplierBps: 10_000,
    };
    const refused = (change: Partial<typeof sizing>, context: Partial<RiskContext> = {}): string | null =>
      sizeLimits(riskContext(context), { ...sizing, ...change })?.code ?? null;
    expect(refused({})).toBeNull();
    expect(refused({ reserved: notional('25.00000001') })).toBe('risk.positionValue');
    const rules = { ...base.rules, orderValueMax: notional('24.99') };
    expect(refused({}, { rules })).toBe('risk.orderValue');
    const few = withLimit({ orderQuantityMax: quantity('0.00049') });
    expect(refused({}, { rules: few })).toBe('risk.orderQuantity');
    expect(refused({}, { rules: withLimit({ orderQuantityMax: quantity('0.0005') }) })).toBeNull();
    const maxima = [
      symbolRules({ maxQuantity: quantity('0.00049') }),
      symbolRules({ marketMaxQuantity: quantity('0.00049') }),
      symbolRules({ maxNotional: notional('24.99') }),
    ];
    for (const symbol of maxima) expect(refused({}, { symbol })).toBe('risk.aboveExchangeMaximum');
    expect(refused({}, { reservedTotal: notional('9975') })).toBeNull();
    expect(refused({}, { reservedTotal: notional('9975.01') })).toBe('risk.openOrdersValue');
    const cut = approveRisk(riskContext({ rules: few }));
    expect(cut.ok && cut.value.quantity).toBe(quantity('0.00049'));
  });

  it.each([
    ['the greatest quantity', { maxQuantity: quantity('0.00049') }, '0.00049'],
    ['the greatest quantity at the market', { marketMaxQuantity: quantity('0.00049') }, '0.00049'],
    ['no greatest quantity at the market', { marketMaxQuantity: quantity('0') }, '0.0005'],
    ['exactly the greatest quantity', { maxQuantity: quantity('0.0005') }, '0.0005'],
    ['the greatest value', { maxNotional: notional('24.99') }, '0.00049'],
    ['exactly the greatest value', { maxNotional: notional('25') }, '0.0005'],
    ['no greatest value', { maxNotional: notional('0') }, '0.0005'],
  ] as const)('cuts the size to %s of the exchange', (_what, symbol, size) => {
    const answer = approveRisk(riskContext({ symbol: symbolRules(symbol) }));
    expect(answer.ok && answer.value.quantity).toBe(quantity(size));
  });

  it('lets nothing in by more risk where the exchange bounds the order', () => {
    const cheap = {
      quote: { ...quote, bid: price('0.00999999'), ask: price('0.01') },
      lastPrice: price('0.01'),
      symbol: symbolRules({ marketMaxQuantity: quantity('9000'), tickSize: price('0.00000001') }),
      equity: notional('2000'),
      freeQuote: notional('2000'),
      ...withState({ dayStartEquity: notional('2000'), peakEquity: notional('2000') }),
      ...buying('100'),
    };
    // 10,000 coins are wanted, the exchange takes 9,000; with $20 held already, 8,000 are within the cap.
    const whole = approveRisk(riskContext(cheap));
    expect(whole.ok && whole.value.quantity).toBe(quantity('9000'));
    const held = approveRisk(riskContext({ ...cheap, exposureOnSymbol: notional('20') }));
    expect(held.ok && held.value.quantity).toBe(quantity('8000'));
  });

  it.each([
    ['5', 4],
    ['8.17', 2],
    ['8.16', 3],
    ['0', Number.MAX_SAFE_INTEGER],
  ] as const)(
    'an exchange whose least order is $%s takes so many slices of $24.50 at the stop: %i',
    (least, most) => {
      const answer = approveRisk(riskContext({ symbol: symbolRules({ minNotional: notional(least) }) }));
      expect(answer.ok && answer.value.figures['slicesMax']).toBe(most);
    },
  );

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
      riskShareBps: 11_363,
      kellyShareBps: null,
      worstLoss: '0.55',
      fees: '0.05',
      breakEvenBps: 21,
      slicesMax: 4,
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
