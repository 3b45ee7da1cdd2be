// Every trigger just reached and just missed, on every tier; the answer is whole, once, and nothing lifts it but the checklist.
import { describe, expect, it } from 'vitest';
import { intended } from '../../../tests/builders/engine-values.ts';
import { testRules } from '../../../tests/builders/rules.ts';
import { createHistory, liveDay, reconciled, type History } from '../../../tests/builders/tier-history.ts';
import type { DomainEvent } from '../../core/events.ts';
import { notional, price, quantity, ZERO_NOTIONAL, ZERO_QUANTITY } from '../../core/money.ts';
import { DAY_MS, HOUR_MS } from '../../core/time.ts';
import { tiers } from '../../core/vocabulary.ts';
import { decideDemotion } from './demotion.ts';

const gates = testRules().tierGates;
const decide = (history: History): readonly DomainEvent[] =>
  decideDemotion(history.state(), history.now(), gates);
const trigger = (history: History): string | null => {
  const [first] = decide(history);
  return first?.kind === 'tier.emergencyStarted' ? first.trigger : null;
};
const mark = (history: History, equity: string, pnl: string): void =>
  void history.add({
    kind: 'equity.marked',
    equity: notional(equity),
    peak: notional('1000'),
    drawdownBps: 0,
    dayPnl: notional(pnl),
    day: Math.floor(history.now() / DAY_MS),
  });
const begin = (history: History): void =>
  void history.add({
    kind: 'day.started',
    day: Math.floor(history.now() / DAY_MS),
    equity: notional('1000'),
  });
const stranger = (number: number): DomainEvent => ({
  kind: 'order.adopted',
  orderId: `o${number}`,
  clientOrderId: 'somebody',
  exchangeOrderId: number,
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  quantity: quantity('1'),
  executedQuantity: ZERO_QUANTITY,
  price: price('1'),
});
const strangersTrade = (number: number, exchangeOrderId: number): DomainEvent => ({
  kind: 'trade.adopted',
  symbol: 'BTCUSDT',
  tradeId: number,
  exchangeOrderId,
  side: 'BUY',
  price: price('1'),
  quantity: quantity('1'),
  fee: 0n as never,
  feeAsset: 'BTC',
  exchangeTime: 1,
});
const override: DomainEvent = {
  kind: 'tilt.overrideAttempted',
  outcome: 'refused',
  reason: '',
  actor: 'trader',
  words: 0,
  textHash: '',
  effectiveAtMs: null,
};
const together = (lowest: number | null, positions = 2): DomainEvent => ({
  kind: 'correlation.measured',
  positions,
  lowest,
  uncorrelated: [],
});
const outage = (loss: string): DomainEvent => ({
  kind: 'infrastructure.failed',
  what: 'a disk',
  loss: notional(loss),
});
const under: DomainEvent = {
  kind: 'tier.equityFell',
  tier: 'HUNTER',
  equity: notional('1999'),
  minimum: notional('2000'),
};

/** The trigger, what brings it, what is just short of it. */
const table: readonly (readonly [string, (history: History) => void, (history: History) => void])[] = [
  [
    'dayLoss',
    (history) => (begin(history), mark(history, '849.9', '-150.1'), mark(history, '990', '-10')),
    (history) => (begin(history), mark(history, '850', '-150')),
  ],
  [
    'losingDays',
    (history) => {
      for (let day = 0; day < 3; day += 1) liveDay(history, { equity: '949.9', pnl: '-50.1' });
      begin(history);
    },
    (history) => {
      for (const pnl of ['-50.1', '-50', '-50.1'])
        liveDay(history, { equity: pnl === '-50' ? '950' : '949.9', pnl });
      begin(history);
    },
  ],
  [
    'overrides',
    (history) => history.add(override, override, override, override, override),
    (history) => {
      history.add(override);
      history.wait(24 * HOUR_MS);
      history.add(override, override, override, override);
    },
  ],
  ['foreignOrders', (history) => history.add(stranger(7)), (history) => history.add(intended(7))],
  ['foreignOrders', (history) => history.add(strangersTrade(1, 7)), () => {}],
  [
    'correlated',
    (history) => history.add(together(0.81)),
    (history) => history.add(together(0.95), together(0.8)),
  ],
  [
    'outage',
    (history) => history.add(outage('500.01'), outage('1')),
    (history) => history.add(outage('500')),
  ],
  [
    'equityUnder',
    (history) => {
      history.add(under, under);
      history.wait(24 * HOUR_MS);
    },
    (history) => {
      history.add(under);
      history.wait(24 * HOUR_MS - 1);
    },
  ],
];

describe('a demotion', () => {
  it.each(table)('by %s comes at its limit and not before: %#', (name, reached, missed) => {
    const over = createHistory('HUNTER');
    reached(over);
    expect(trigger(over)).toBe(name);
    const short = createHistory('HUNTER');
    missed(short);
    expect(trigger(short)).toBeNull();
  });

  it.each(
    tiers.flatMap((tier, rank) =>
      table.map(([name, reached]) => [tier, tiers[rank - 1] ?? tier, name, reached] as const),
    ),
  )('of %s leads to %s by %s, with emergency mode, once', (tier, below, name, reached) => {
    const history = createHistory(tier);
    reached(history);
    const events = decide(history);
    expect(events.map(({ kind }) => kind)).toEqual([
      'tier.emergencyStarted',
      ...(tier === below ? [] : ['tier.changed']),
      'tilt.baselineReset',
    ]);
    history.add(...events);
    const { emergency, tier: now, fellAt, evidence } = history.state();
    expect([emergency?.trigger, now, fellAt]).toEqual([name, below, history.now()]);
    expect([evidence.latencies.length, evidence.pairs.size, evidence.days.lived]).toEqual([0, 0, 0]);
    // Answered: folded, the same state asks for nothing more.
    expect(decide(history)).toEqual([]);
    const [first] = events;
    expect(first?.kind === 'tier.emergencyStarted' && first.evidence.length).toBeGreaterThan(0);
  });

  it('is not missed by a crash: the alarm is in the log until it is answered', () => {
    const history = createHistory('STRATEGIST');
    history.add(override, override, override, override, override, stranger(1));
    history.wait(HOUR_MS);
    expect(trigger(history)).toBe('overrides');
    // The answer to one alarm answers those that came with it: what is known now is known.
    history.add(...decide(history));
    expect(trigger(history)).toBeNull();
    // A new one brings the next step down.
    history.add(stranger(2));
    history.add(...decide(history));
    expect(history.state().tier).toBe('SNIPER');
  });

  it('does not come twice for one stranger’s order and its own trades', () => {
    const history = createHistory('STRATEGIST');
    history.add(stranger(1));
    history.add(...decide(history));
    history.add(strangersTrade(1, 1), strangersTrade(2, 1), stranger(1));
    expect(trigger(history)).toBeNull();
    history.add(strangersTrade(3, 2));
    expect(trigger(history)).toBe('foreignOrders');
  });

  it('leaves alone what was there before the account was read, and orders of our own', () => {
    const history = createHistory();
    history.add({
      kind: 'history.lost',
      reason: '',
      anchoredSequence: 0,
      anchoredHash: '',
      keptAs: null,
    });
    history.add(stranger(1));
    expect(trigger(history)).toBeNull();
    history.add(reconciled(), strangersTrade(1, 1));
    expect(trigger(history)).toBeNull();
    history.add(stranger(2));
    expect(trigger(history)).toBe('foreignOrders');
    const own = createHistory();
    const { clientOrderId } = intended(3);
    own.add({ ...stranger(3), clientOrderId } as DomainEvent);
    expect(trigger(own)).toBeNull();
  });

  it('sees positions part again, and a single one is never together', () => {
    const history = createHistory('HUNTER');
    history.add(together(0.9), together(null));
    expect(trigger(history)).toBeNull();
    history.add(together(0.9, 1));
    expect(trigger(history)).toBeNull();
  });

  it('does not count a day twice, nor days from before', () => {
    const history = createHistory('STRATEGIST');
    begin(history);
    mark(history, '800', '-200');
    history.add(...decide(history));
    mark(history, '700', '-300');
    expect(trigger(history)).toBeNull();
    history.wait(DAY_MS);
    begin(history);
    mark(history, '800', '-200');
    expect(trigger(history)).toBe('dayLoss');
  });

  it('comes again for a day’s loss after another alarm of the same day', () => {
    const history = createHistory('STRATEGIST');
    begin(history);
    history.add(stranger(1));
    history.add(...decide(history));
    mark(history, '800', '-200');
    expect(trigger(history)).toBe('dayLoss');
    history.add(...decide(history));
    mark(history, '700', '-300');
    expect([trigger(history), history.state().tier]).toEqual([null, 'SNIPER']);
  });

  it('is about equity from HUNTER on, and over when it has risen', () => {
    const history = createHistory('HUNTER');
    history.add(under, { ...under, kind: 'tier.equityRose' });
    history.wait(48 * HOUR_MS);
    expect(trigger(history)).toBeNull();
  });

  it('cannot be counted from a day that began with nothing', () => {
    const history = createHistory();
    history.add({ kind: 'day.started', day: 20_000, equity: ZERO_NOTIONAL });
    mark(history, '-1', '-1');
    expect(trigger(history)).toBeNull();
  });
});
