// The order forms that are earned, through the whole engine: sent as asked, counted while they wait, taken back
// by everything that would refuse them, protected from their first fill on.
import { describe, expect, it } from 'vitest';
import { SYMBOL, symbolRules } from '../../tests/builders/engine-gateway.ts';
import { readyRig, type Rig, type RigOptions } from '../../tests/builders/engine.ts';
import { testRules } from '../../tests/builders/rules.ts';
import { restartedWith } from '../../tests/builders/tilt-rig.ts';
import type { EntryTerms } from '../core/commands.ts';
import type { CommandReply } from '../core/dashboard.ts';
import { notional, price, quantity } from '../core/money.ts';
import { DAY_MS, HOUR_MS } from '../core/time.ts';

const limit: EntryTerms = { type: 'LIMIT', price: price('49800'), timeInForce: 'GTC' };
const post: EntryTerms = { type: 'LIMIT_MAKER', price: price('49800') };
const ioc: EntryTerms = { type: 'LIMIT', price: price('50100'), timeInForce: 'IOC' };
const fok: EntryTerms = { type: 'LIMIT', price: price('50100'), timeInForce: 'FOK' };
const onRise: EntryTerms = { type: 'STOP_LOSS_LIMIT', stopPrice: price('50200'), price: price('50300') };

const hunter = (options: RigOptions = {}): Rig =>
  readyRig({ tier: 'HUNTER', balance: notional('4000'), ...options });
const bid = (rig: Rig, terms: EntryTerms, dollars = '100'): CommandReply =>
  rig.say({
    kind: 'buy',
    symbol: SYMBOL,
    amount: { unit: 'quote', amount: notional(dollars) },
    terms,
  });
/** A limit order that rests at the exchange. */
const resting = (rig: Rig, terms = limit): string => {
  expect(bid(rig, terms).outcome).toBe('accepted');
  const request = rig.gateway.last();
  rig.gateway.accept(request);
  return request.clientOrderId;
};
const cancelled = (rig: Rig): readonly string[] =>
  rig.gateway.cancels.map(({ clientOrderId }) => clientOrderId);

describe('an order form that is not earned', () => {
  it.each([
    ['SNIPER', limit, 'LIMIT', 'HUNTER'],
    ['SNIPER', post, 'LIMIT_MAKER', 'HUNTER'],
    ['SNIPER', ioc, 'IOC', 'HUNTER'],
    ['SNIPER', fok, 'FOK', 'HUNTER'],
    ['SNIPER', onRise, 'STOP_LOSS_LIMIT', 'STRATEGIST'],
    ['HUNTER', onRise, 'STOP_LOSS_LIMIT', 'STRATEGIST'],
  ] as const)('is refused to %s with where it is earned: %#', (tier, terms, what, earnedAt) => {
    const rig = hunter({ tier });
    const reply = bid(rig, terms);
    expect(reply.refusal).toMatchObject({ code: 'tier.orderType', figures: { what, tier, earnedAt } });
    expect(rig.gateway.submitted).toEqual([]);
  });

  it('is never a method that is not built: an iceberg is refused, not sent whole', () => {
    const rig = hunter();
    const reply = rig.say({
      kind: 'slice',
      method: 'iceberg',
      side: 'BUY',
      symbol: SYMBOL,
      amount: { unit: 'quote', amount: notional('100') },
    });
    expect(reply.refusal?.code).toBe('command.notHere');
    expect(rig.gateway.submitted).toEqual([]);
  });

  it('is no way to be short: that is refused to every tier with its reason', () => {
    for (const tier of ['SNIPER', 'HUNTER', 'STRATEGIST', 'ARCHITECT'] as const) {
      const rig = hunter({ tier });
      const reply = rig.say({
        kind: 'short',
        symbol: SYMBOL,
        amount: { unit: 'quote', amount: notional('50') },
      });
      expect(reply.refusal?.code).toBe('tier.shortEntry');
      expect(rig.gateway.submitted).toEqual([]);
    }
  });
});

describe('an order form that is earned', () => {
  it.each([
    ['HUNTER', limit, { type: 'LIMIT', timeInForce: 'GTC', price: price('49800'), stopPrice: null }],
    ['HUNTER', post, { type: 'LIMIT_MAKER', timeInForce: null, price: price('49800'), stopPrice: null }],
    ['HUNTER', ioc, { type: 'LIMIT', timeInForce: 'IOC', price: price('50100'), stopPrice: null }],
    ['HUNTER', fok, { type: 'LIMIT', timeInForce: 'FOK', price: price('50100'), stopPrice: null }],
    [
      'STRATEGIST',
      onRise,
      { type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC', price: price('50300'), stopPrice: price('50200') },
    ],
  ] as const)('is sent as it was asked: %s %#', (tier, terms, sent) => {
    const rig = hunter({ tier });
    expect(bid(rig, terms).outcome).toBe('accepted');
    expect(rig.gateway.last()).toMatchObject({ ...sent, side: 'BUY', lane: 'enter', quoteQuantity: null });
    // Sized and reserved at its own price, never above the request.
    const [intent] = rig.eventsOf('order.intended');
    expect(intent?.reserved).toBeLessThanOrEqual(notional('100'));
    expect(intent?.referencePrice).toBe(terms.price);
  });

  it('is previewed with its price before anything is sent', () => {
    const rig = hunter();
    const preview = rig.engine.preview({
      kind: 'buy',
      symbol: SYMBOL,
      amount: { unit: 'quote', amount: notional('100') },
      terms: limit,
    });
    expect(preview.outcome).toBe('wouldSend');
    expect(preview.figures['price']).toBe('49800');
    expect(rig.gateway.submitted).toEqual([]);
  });

  it.each([
    [{ ...limit, price: price('49800.005') }, 'risk.priceTick'],
    [{ ...post, price: price('50000.01') }, 'risk.wouldTake'],
    [{ ...limit, price: price('48000') }, 'risk.priceCollar'],
  ] as const)('with a price that cannot be is refused: %#', (terms, code) => {
    const rig = hunter();
    expect(bid(rig, terms).refusal?.code).toBe(code);
    expect(rig.gateway.submitted).toEqual([]);
  });

  it('with a trigger the market has passed is refused', () => {
    const rig = hunter({ tier: 'STRATEGIST' });
    const passed = { ...onRise, stopPrice: price('49900') };
    expect(bid(rig, passed).refusal?.code).toBe('risk.triggerPassed');
  });
});

describe('an entry that waits', () => {
  it('keeps its money reserved and is a position to be: none beside it in the pair', () => {
    const rig = hunter();
    resting(rig);
    rig.wait(3_000);
    expect(bid(rig, { ...limit, price: price('49700') }).refusal?.code).toBe('risk.positionExists');
    expect(rig.buy('50').refusal?.code).toBe('risk.positionExists');
    const [order] = rig.engine.dashboard().orders;
    expect(order).toMatchObject({ type: 'LIMIT', purpose: 'entry', status: 'SUBMITTED', price: '49800' });
  });

  it('takes its money from what is free for others, and counts in what may wait together', () => {
    const two = [symbolRules(), symbolRules({ symbol: 'ETHUSDT', baseAsset: 'ETH' })];
    const other = (rig: Rig, dollars: string): CommandReply => {
      rig.market('2000', { symbol: 'ETHUSDT' });
      rig.wait(3_000);
      return rig.say({
        kind: 'buy',
        symbol: 'ETHUSDT',
        amount: { unit: 'quote', amount: notional(dollars) },
      });
    };
    const rig = hunter({ symbols: two });
    resting(rig);
    expect(other(rig, '5000').refusal).toMatchObject({
      code: 'risk.balance',
      figures: { free: expect.stringMatching(/^3900\./) },
    });
    const rules = testRules({ trading: { risk: { openOrdersValueMax: notional('105') } } });
    const full = hunter({ symbols: two, rules });
    resting(full);
    expect(other(full, '50').refusal?.code).toBe('risk.openOrdersValue');
  });

  it('counts with the positions it may become', () => {
    const rules = testRules({ tierGates: { tiers: { HUNTER: { openPositionsMax: 1 } } } });
    const rig = hunter({ rules });
    resting(rig);
    rig.wait(3_000);
    const reply = rig.say({
      kind: 'buy',
      symbol: SYMBOL,
      amount: { unit: 'quote', amount: notional('50') },
    });
    expect(['risk.positionExists', 'risk.openPositions']).toContain(reply.refusal?.code);
  });

  it('is cancelled by the trader, and the money is free again', () => {
    const rig = hunter();
    const id = resting(rig);
    expect(rig.say({ kind: 'cancel', symbol: SYMBOL }).outcome).toBe('accepted');
    expect(cancelled(rig)).toEqual([id]);
    rig.wait(3_000);
    expect(bid(rig, { ...limit, price: price('49700') }).outcome).toBe('accepted');
  });

  it('is protected at once for the part that was filled, and rests on for the other', () => {
    const rig = hunter();
    const id = resting(rig);
    rig.gateway.fill(id, { quantity: quantity('0.001'), price: price('49800') });
    const stop = rig.gateway.last();
    expect(stop).toMatchObject({ type: 'STOP_LOSS', side: 'SELL', lane: 'reduce' });
    expect(stop.quantity).toBe(quantity('0.00099'));
    rig.gateway.accept(stop);
    rig.wait(1_000);
    expect(cancelled(rig)).toEqual([]);
    // The rest comes in: the stop is taken back and placed for all of it.
    rig.gateway.fill(id, { price: price('49800') });
    expect(cancelled(rig)).toEqual([stop.clientOrderId]);
    const whole = rig.gateway.last();
    expect(whole.type).toBe('STOP_LOSS');
    expect(whole.quantity).toBeGreaterThan(quantity('0.0019'));
  });

  it('is taken back when the stop of its filled part has sold', () => {
    const rig = hunter();
    const id = resting(rig);
    rig.gateway.fill(id, { quantity: quantity('0.001'), price: price('49800') });
    const stop = rig.gateway.last();
    rig.gateway.accept(stop);
    rig.gateway.fill(stop.clientOrderId, { price: price('48800') });
    rig.wait(500);
    expect(cancelled(rig)).toContain(id);
    rig.wait(1_000);
    expect(rig.engine.dashboard().positions).toEqual([]);
  });

  it.each([
    ['a halt', (rig: Rig): unknown => rig.say({ kind: 'halt', reason: 'enough', level: 2 }), 'halted'],
    ['a lock by the trader', (rig: Rig): unknown => rig.say({ kind: 'lock', durationMs: DAY_MS }), 'locked'],
  ] as const)('is taken back by %s', (_what, act, reason) => {
    const rig = hunter();
    const id = resting(rig);
    act(rig);
    rig.wait(500);
    expect(cancelled(rig)).toEqual([id]);
    expect(rig.eventsOf('order.cancelRequested').at(-1)?.reason).toBe(reason);
  });

  it('is taken back when the day’s loss reaches the limit, also one that nobody marked', () => {
    const ether = symbolRules({ symbol: 'ETHUSDT', baseAsset: 'ETH', stepSize: quantity('0.0001') });
    // By the loss alone: the fall is no flash crash here.
    const rules = testRules({ trading: { risk: { flashCrashBps: 9_900 } } });
    const rig = hunter({ symbols: [symbolRules(), ether], rules });
    rig.market('3000', { symbol: 'ETHUSDT' });
    rig.wait(500);
    // Something else is held and falls.
    rig.say({ kind: 'buy', symbol: 'ETHUSDT', amount: { unit: 'quote', amount: notional('200') } });
    const entry = rig.gateway.last();
    rig.gateway.accept(entry);
    rig.gateway.fill(entry.clientOrderId);
    rig.gateway.accept(rig.gateway.last());
    rig.wait(3_000);
    const id = resting(rig);
    rig.market('1400', { symbol: 'ETHUSDT' });
    // A fall like this is believed when people trade there.
    rig.wait(1_500);
    expect(cancelled(rig)).toContain(id);
    expect(rig.eventsOf('order.cancelRequested').at(-1)?.reason).toBe('the daily loss limit is reached');
  });

  // Each cause alone, told by its own words: one that stands in for another hides that it is gone.
  it.each([
    [
      'a tilt lock, over a restart',
      (rig: Rig): Rig =>
        restartedWith(rig, [
          { kind: 'tilt.locked', untilMs: rig.timers.now() + HOUR_MS, reason: 'evidence', repetition: 1 },
        ]),
      'entries rest',
    ],
    [
      'an emergency that leaves the form to the tier below',
      (rig: Rig): Rig => {
        rig.gateway.foreignTrade('BUY', quantity('0.001'), price('50000'));
        rig.wait(50_000);
        expect(rig.engine.state().tier.tier).toBe('HUNTER');
        return rig;
      },
      'the account is in emergency mode',
    ],
    [
      'a flash crash of another pair',
      (rig: Rig): Rig => {
        rig.market('1400', { symbol: 'ETHUSDT' });
        rig.wait(2_500);
        return rig;
      },
      'flash crash',
    ],
  ])('is taken back by %s', (_what, happens, reason) => {
    const eth = symbolRules({ symbol: 'ETHUSDT', baseAsset: 'ETH' });
    const rig = hunter({ tier: 'STRATEGIST', balance: notional('12000'), symbols: [symbolRules(), eth] });
    rig.market('3000', { symbol: 'ETHUSDT' });
    rig.wait(2_500);
    const id = resting(rig);
    const after = happens(rig);
    expect(cancelled(after)).toContain(id);
    expect(after.eventsOf('order.cancelRequested')).toMatchObject([{ reason }]);
  });

  it('is taken back when its day is over', () => {
    const rig = hunter();
    const id = resting(rig);
    rig.wait(1_000);
    expect(cancelled(rig)).toEqual([]);
    rig.timers.advance(10 * HOUR_MS);
    rig.wait(500);
    expect(cancelled(rig)).toContain(id);
  });

  it('is found again after a restart, still counted, and taken back if a halt came before', () => {
    const rig = hunter();
    const id = resting(rig);
    const again = rig.restart();
    again.gateway.connect();
    again.market('50000');
    again.wait(1_000);
    expect(again.engine.dashboard().orders.map(({ clientOrderId }) => clientOrderId)).toEqual([id]);
    expect(again.buy('50').refusal?.code).toBe('risk.positionExists');
    again.say({ kind: 'halt', reason: 'enough', level: 2 });
    again.wait(500);
    expect(cancelled(again)).toEqual([id]);
  });

  it('whose fate is not known keeps its money and its place until the exchange has said', () => {
    const rig = hunter();
    bid(rig, limit);
    const request = rig.gateway.last();
    rig.gateway.takeSilently(request);
    rig.gateway.report({ kind: 'unknown', clientOrderId: request.clientOrderId, reason: 'no answer' });
    rig.wait(1_000);
    expect(rig.buy('50').refusal?.code).toBe('risk.outcomeUnknown');
    // A halt meanwhile reaches it as soon as it is found.
    rig.say({ kind: 'halt', reason: 'enough', level: 2 });
    rig.gateway.answersLookUps = true;
    rig.wait(2_000);
    expect(cancelled(rig)).toContain(request.clientOrderId);
    expect(rig.gateway.submitted).toHaveLength(1);
  });
});

describe('an entry that never waits', () => {
  it('lets go of what was not there at once, and protects what was', () => {
    const rig = hunter();
    bid(rig, ioc);
    const request = rig.gateway.last();
    rig.gateway.accept(request);
    rig.gateway.fill(request.clientOrderId, { quantity: quantity('0.001') });
    rig.gateway.end(request.clientOrderId, 'EXPIRED');
    expect(rig.gateway.last()).toMatchObject({ type: 'STOP_LOSS', quantity: quantity('0.00099') });
    rig.gateway.accept(rig.gateway.last());
    expect(rig.engine.dashboard().positions[0]).toMatchObject({ protected: true });
  });

  it('leaves nothing behind when nothing was there', () => {
    const rig = hunter();
    bid(rig, fok);
    const request = rig.gateway.last();
    rig.gateway.accept(request);
    rig.gateway.end(request.clientOrderId, 'EXPIRED');
    rig.wait(3_000);
    expect(rig.engine.dashboard().orders).toEqual([]);
    expect(rig.buy('50').outcome).toBe('accepted');
  });

  it('is looked up when the exchange stays silent about it', () => {
    const rig = hunter();
    bid(rig, ioc);
    rig.gateway.accept(rig.gateway.last());
    rig.wait(3_000);
    expect(rig.gateway.lookUps.length).toBeGreaterThan(0);
  });
});

describe('the time from decision to wire', () => {
  it('is kept with the exchange’s first word on the order', () => {
    const rig = hunter();
    bid(rig, limit);
    const request = rig.gateway.last();
    rig.gateway.report({ kind: 'sent', clientOrderId: request.clientOrderId, latencyMs: 12.4 });
    rig.gateway.accept(request);
    expect(rig.eventsOf('order.accepted').map(({ sentLatencyMs }) => sentLatencyMs)).toEqual([12]);
  });

  it('is not known of an order that another run sent', () => {
    const rig = hunter();
    bid(rig, limit);
    const request = rig.gateway.last();
    rig.gateway.takeSilently(request);
    const again = rig.restart();
    again.gateway.answersLookUps = true;
    again.gateway.connect();
    again.wait(1_000);
    expect(again.eventsOf('order.accepted').map(({ sentLatencyMs }) => sentLatencyMs)).toEqual([null]);
  });
});
