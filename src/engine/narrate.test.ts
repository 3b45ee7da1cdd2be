import { describe, expect, it } from 'vitest';
import {
  filledEvent,
  idOf,
  intended,
  ordersAfter,
  positionOf,
  recordOf,
} from '../../tests/builders/engine-values.ts';
import { symbolRules } from '../../tests/builders/engine-gateway.ts';
import type { DomainEvent } from '../core/events.ts';
import { notional, price, quantity } from '../core/money.ts';
import { decimalsOf, noticeOf, percentText, previewLines, priceText } from './narrate.ts';
import { initialState, type EngineState } from './state.ts';

const stop = intended(2, { purpose: 'stop', side: 'SELL', type: 'STOP_LOSS', stopPrice: price('49000') });
const acceptedEvent = (number: number): DomainEvent => ({
  kind: 'order.accepted',
  orderId: idOf(number),
  exchangeOrderId: number,
  exchangeTime: 1,
  sentLatencyMs: null,
});
const entryDone: DomainEvent = {
  kind: 'order.ended',
  orderId: idOf(1),
  status: 'FILLED',
  executedQuantity: quantity('0.25'),
  reason: '',
};
const state: EngineState = {
  ...initialState,
  orders: ordersAfter([intended(1), acceptedEvent(1), filledEvent(1, 1), entryDone, stop, acceptedEvent(2)]),
  positions: { open: new Map([[idOf(900), positionOf()]]), dust: new Map() },
};
const tell = (event: DomainEvent, at: EngineState = state): string | null =>
  noticeOf(recordOf(event), at, (symbol) => (symbol === 'BTCUSDT' ? symbolRules() : null))?.text ?? null;

describe('words', () => {
  it.each([
    [0, '0 %'],
    [500, '5 %'],
    [550, '5.5 %'],
    [555, '5.55 %'],
    [-120, '-1.2 %'],
  ])('%i bps are %s', (bps, text) => {
    expect(percentText(bps)).toBe(text);
  });

  it('write a price with the places of its tick, two at least', () => {
    expect(priceText(price('67453.2'), symbolRules())).toBe('67,453.20');
    expect(priceText(price('0.00001234'), symbolRules({ tickSize: price('0.00000001') }))).toBe('0.00001234');
    expect(priceText(price('1234567.5'), null)).toBe('1,234,567.50');
    expect([decimalsOf(price('1')), decimalsOf(price('0.001'))]).toEqual([0, 3]);
  });
});

describe('a change of tier', () => {
  it.each([
    ['SNIPER', 'HUNTER', 'you trade as HUNTER from now on, at half limits for the first days'],
    ['HUNTER', 'STRATEGIST', 'you trade as STRATEGIST from now on, at half limits for the first days'],
    ['STRATEGIST', 'ARCHITECT', 'you trade as ARCHITECT from now on, at half limits for the first days'],
    ['ARCHITECT', 'STRATEGIST', 'the account trades as STRATEGIST again'],
    ['HUNTER', 'SNIPER', 'the account trades as SNIPER again'],
  ] as const)('from %s to %s is told by rank, not by name', (from, to, text) => {
    expect(tell({ kind: 'tier.changed', from, to, reason: 'earned', evidence: [] })).toBe(text);
  });
});

it('a time in life that is over is told in words', () => {
  expect(tell({ kind: 'tilt.lifeEventEnded', lifeEvent: 'sleep', reason: 'its time is over' })).toBe(
    'a declared time is over: short of sleep; thresholds are the usual ones again',
  );
});

describe('a preview', () => {
  const figures = {
    requested: '100.00',
    cap: '25.00',
    shareBps: 500,
    equity: '500.00',
    sizeMultiplierBps: 10_000,
    riskShareBps: 11_363,
    kellyShareBps: null,
    worstLoss: '0.55',
    fees: '0.05',
    breakEvenBps: 21,
  };
  const said = (changes: Readonly<Record<string, string | number | null>>): readonly string[] =>
    previewLines(
      {
        figures: { ...figures, ...changes },
        quantity: quantity('0.0005'),
        referencePrice: price('50000'),
        stopPrice: price('49000'),
      },
      symbolRules(),
    );

  it('says stop, worst loss, fees, and the price at which both fees are earned back', () => {
    expect(said({ requested: '25.00' })).toEqual([
      '0.0005 BTC for about $25.00.',
      'Stop 49,000.00, worst loss $0.55, fees about $0.05, even at 50,105.00.',
    ]);
  });

  it.each<[string, Readonly<Record<string, string | number | null>>, string]>([
    ['the position limit', {}, 'one position holds at most 5 % of $500.00, in'],
    ['what a stop may cost', { riskShareBps: 320, cap: '16.00' }, 'one position holds at most 3.2 % of'],
    ['own results', { kellyShareBps: 210, cap: '10.50' }, 'one position holds at most 2.1 % of'],
    ['half size', { sizeMultiplierBps: 5_000, cap: '12.50' }, '5 % of $500.00, cut to 50 %, in'],
    ['an emergency', { cap: '10.00' }, 'one order is at most $10.00 now, in'],
  ])('names what made it smaller: %s', (_name, changes, words) => {
    expect(said(changes)[0]).toContain(`$100.00 becomes $25.00: `);
    expect(said(changes)[0]).toContain(words);
  });
});

describe('notices', () => {
  it('tell of a fill and of the stop, to the command that asked', () => {
    const fill = noticeOf(recordOf(filledEvent(1, 1)), state, () => symbolRules());
    expect(fill).toMatchObject({ text: 'bought 0.25 BTC at 100.00', commandId: idOf(800), done: false });
    const resting = noticeOf(recordOf(acceptedEvent(2)), state, () => symbolRules());
    expect(resting).toMatchObject({ text: 'stop resting at 49,000.00', commandId: idOf(800), done: true });
    expect(tell(acceptedEvent(1))).toBeNull();
  });

  it('tell of a drawdown in dollars first, and what happens next', () => {
    const warned: DomainEvent = {
      kind: 'account.drawdownWarned',
      limitBps: 500,
      drawdownBps: 560,
      haltBps: 1_500,
      equity: notional('472'),
      peak: notional('500'),
    };
    expect(tell(warned)).toBe(
      'the account is $28.00 (5.6 %) below its peak; at 15 % entries stop, exits go on',
    );
  });

  it.each<readonly [DomainEvent, RegExp]>([
    [{ kind: 'order.unknown', orderId: idOf(1), reason: '' }, /looking the order up/],
    [
      { kind: 'order.rejected', orderId: idOf(1), code: -1, message: 'no' },
      /did not take the entry order: no/,
    ],
    [{ kind: 'order.failed', orderId: idOf(1), reason: '' }, /did not reach the exchange/],
    [
      { kind: 'protection.failed', positionId: '', reason: 'why', figures: {} },
      /could not be placed \(why\)/,
    ],
    [
      { kind: 'trading.halted', reason: 'why', actor: 'system', figures: {}, level: 2 },
      /trading halted: why/,
    ],
    [{ kind: 'trading.rearmed', reason: '', actor: 'trader' }, /armed again/],
    [
      { kind: 'reconciliation.failed', requestId: 1, trigger: 'start', reason: 'why' },
      /could not be read \(why\)/,
    ],
    [{ kind: 'strategy.enabled', strategy: 's', symbol: 'BTCUSDT' }, /s is on for BTCUSDT/],
    [{ kind: 'strategy.disabled', strategy: 's', reason: 'why' }, /s is off: why/],
    [
      {
        kind: 'balance.adopted',
        asset: 'USDT',
        delta: notional('5') as never,
        total: notional('5') as never,
        reason: 'deposit',
      },
      /USDT: \+5 \(deposit\)/,
    ],
    [
      {
        kind: 'tilt.levelChanged',
        from: 'NORMAL',
        to: 'CAUTION',
        score: 31,
        message: 'slower',
        enforced: true,
      },
      /slower/,
    ],
  ])('tell of %o calmly', (event, words) => {
    const text = tell(event);
    expect(text).toMatch(words);
    expect(text).not.toMatch(/!|ERROR/);
  });

  it('say what came of a position, credited to its own command alone', () => {
    const closed: DomainEvent = {
      kind: 'position.closed',
      positionId: idOf(900),
      symbol: 'BTCUSDT',
      reason: 'stop_loss',
      entryPrice: price('1'),
      exitPrice: price('1'),
      quantity: quantity('1'),
      realisedPnl: notional('-1.24'),
      fees: notional('0.05'),
      heldMs: 1,
    };
    const notice = noticeOf(recordOf(closed), state, () => symbolRules());
    expect(notice).toMatchObject({
      text: 'BTC/USDT the stop did its work: -$1.24 after $0.05 fees',
      tone: 'quiet',
      commandId: null,
      done: true,
    });
    const asked = noticeOf(
      recordOf({ ...closed, realisedPnl: notional('2') }, { causationId: 'c' }),
      state,
      () => null,
    );
    expect(asked).toMatchObject({
      text: 'BTCUSDT the stop did its work: +$2.00 after $0.05 fees',
      tone: 'good',
      commandId: 'c',
    });
  });

  it('say when the account was read, unless nothing was found by the clock', () => {
    const read = (trigger: string, differences: readonly string[]): DomainEvent => ({
      kind: 'reconciliation.completed',
      requestId: 1,
      trigger,
      openOrders: 1,
      fillsBooked: 2,
      ordersResolved: 0,
      externalFound: 1,
      differences,
      tradeCursor: {},
    });
    expect(tell(read('periodic', []))).toBeNull();
    expect(tell(read('start', ['x']))).toBe(
      'agrees with the exchange: 1 open order, 2 fills booked, 1 not made here, x',
    );
  });

  it('keep quiet about the rest, and about orders nobody knows', () => {
    expect(tell({ kind: 'day.started', day: 1, equity: notional('1') })).toBeNull();
    expect(tell(filledEvent(9, 1))).toBeNull();
    expect(tell({ kind: 'order.failed', orderId: 'nobody', reason: '' })).toBeNull();
    expect(tell({ kind: 'order.rejected', orderId: 'nobody', code: 1, message: '' })).toBeNull();
  });
});
