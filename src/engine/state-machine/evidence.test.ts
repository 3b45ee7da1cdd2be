// What the fold takes as evidence and what it leaves aside.
import { describe, expect, it } from 'vitest';
import { intended } from '../../../tests/builders/engine-values.ts';
import { testRules } from '../../../tests/builders/rules.ts';
import {
  createHistory,
  liveDay,
  readyForHunter,
  reconciled,
  type History,
} from '../../../tests/builders/tier-history.ts';
import type { DomainEvent } from '../../core/events.ts';
import { notional, price, quantity, ZERO_NOTIONAL, ZERO_PRICE } from '../../core/money.ts';
import { evaluateGates } from './evaluate.ts';
import { adjustmentUntil } from './limits.ts';
import { evaluatedEvent, missingItems } from './transition.ts';

const rules = testRules();
const filled = (side: 'BUY' | 'SELL', orderId: string, at: string): DomainEvent => ({
  kind: 'order.filled',
  orderId,
  positionId: 'p',
  symbol: 'BTCUSDT',
  side,
  tradeId: 1,
  price: price(at),
  quantity: quantity('1'),
  fee: 0n as never,
  feeAsset: 'BNB',
  feeQuote: ZERO_NOTIONAL,
  isMaker: false,
  exchangeTime: 1,
});
const closed: DomainEvent = {
  kind: 'position.closed',
  positionId: 'p',
  symbol: 'BTCUSDT',
  reason: 'manual',
  entryPrice: price('1'),
  exitPrice: price('1'),
  quantity: quantity('1'),
  realisedPnl: ZERO_NOTIONAL,
  fees: ZERO_NOTIONAL,
  heldMs: 1,
};
const days = (history: History): ReturnType<History['state']>['evidence']['days'] =>
  history.state().evidence.days;

describe('a day', () => {
  it('is not there before it has begun: nothing is noted of it', () => {
    const history = createHistory();
    history.add(filled('BUY', 'o', '100'), closed);
    expect(days(history).recent).toEqual([]);
    history.add(filled('BUY', 'o', '100'));
    history.add({
      kind: 'tier.emergencyStarted',
      trigger: 'x',
      tier: 'SNIPER',
      figures: {},
      evidence: ['e'],
    });
    expect(days(history).recent).toEqual([]);
  });

  it('keeps only the shares that no other exceeds in both figures, and no sale', () => {
    const history = createHistory();
    liveDay(history, { trades: [] });
    const shares = (): readonly number[] =>
      days(history)
        .recent.at(-1)
        ?.shares.map(({ shareBps }) => shareBps) ?? [];
    history.add(filled('SELL', 'o', '100'));
    expect(shares()).toEqual([]);
    history.add(filled('BUY', 'o', '100'), closed);
    history.add(filled('BUY', 'o', '50'), closed);
    expect(shares()).toEqual([400]);
    history.add(filled('BUY', 'o', '200'), closed);
    expect(shares()).toEqual([800]);
    // Equity has grown: a larger value is a smaller share, and both are kept.
    history.add({
      kind: 'equity.marked',
      equity: notional('9000'),
      peak: notional('9000'),
      drawdownBps: 0,
      dayPnl: ZERO_NOTIONAL,
      day: 1,
    });
    history.add(filled('BUY', 'o', '300'), closed);
    expect(shares()).toHaveLength(2);
  });
});

describe('an entry', () => {
  it('filled at or under where it was decided moved nothing; an exit is no entry', () => {
    const history = createHistory();
    history.add({ ...intended(1), orderId: 'entry' }, filled('BUY', 'entry', '100'));
    history.add({ ...intended(2), orderId: 'exit', purpose: 'exit' }, filled('SELL', 'exit', '150'));
    history.add(
      { ...intended(3), orderId: 'free', referencePrice: ZERO_PRICE },
      filled('BUY', 'free', '150'),
    );
    expect(history.state().evidence.impact).toBeNull();
    history.add(
      { ...intended(4), orderId: 'far' },
      filled('BUY', 'far', '101'),
      filled('BUY', 'far', '100.5'),
    );
    expect(history.state().evidence.impact?.bps).toBe(100);
  });
});

describe('small things', () => {
  it('a second reading of the account changes nothing', () => {
    const history = createHistory();
    const { signals } = history.state();
    history.add(reconciled());
    expect(history.state().signals).toBe(signals);
  });

  it('no adjustment without a rise, no checklist without an emergency', () => {
    const state = createHistory().state();
    expect(adjustmentUntil(state, rules.tierGates)).toBeNull();
    expect(missingItems(state, rules.tierGates)).toEqual([]);
  });

  it('a reading is written with each gate and whether it passed', () => {
    const history = readyForHunter();
    const reading = evaluateGates(history.state(), history.now(), rules.tierGates, notional('10'));
    const { figures } = evaluatedEvent(reading, 'daily');
    expect(figures['profitablePairs']).toBe('3 / 3 ok');
    const poor = createHistory();
    const none = evaluateGates(poor.state(), poor.now(), rules.tierGates, notional('10'));
    expect(evaluatedEvent(none, 'daily').figures['profitablePairs']).toBe('0 / 3');
  });
});
