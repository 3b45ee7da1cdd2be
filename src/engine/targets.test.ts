// A profit target on an open position: set, moved, reached, refused, lost and found again.
import { describe, expect, it } from 'vitest';
import { openPosition, readyRig, type Rig } from '../../tests/builders/engine.ts';
import { SYMBOL, symbolRules } from '../../tests/builders/engine-gateway.ts';
import { price, quantity } from '../core/money.ts';
import type { OrderRequest } from '../core/ports/gateway.ts';

const target = (rig: Rig, level: { readonly distanceBps?: number; readonly price?: string } = {}) =>
  rig.say({
    kind: 'target',
    symbol: SYMBOL,
    distanceBps: level.distanceBps ?? null,
    price: level.price === undefined ? null : price(level.price),
  });

/** Long at 50,000.01 with a target at 51,500 whose list has left and is not answered yet. */
function asked(change: Parameters<typeof symbolRules>[0] = {}): Rig {
  const rig = readyRig({ symbols: [symbolRules(change)] });
  openPosition(rig);
  target(rig, { distanceBps: 300 });
  return rig;
}

type Legs = { readonly stop: OrderRequest; readonly goal: OrderRequest };

function legsOf(rig: Rig): Legs {
  const [stop, goal] = rig.gateway.submitted.slice(-2);
  if (stop?.type !== 'STOP_LOSS' || goal?.type !== 'LIMIT_MAKER') throw new Error('no list was sent');
  return { stop, goal };
}

function resting(): { readonly rig: Rig } & Legs {
  const rig = asked();
  const legs = legsOf(rig);
  rig.gateway.accept(legs.stop);
  rig.gateway.accept(legs.goal);
  return { rig, ...legs };
}

function refuse(rig: Rig, message: string, code = -1013): void {
  const { stop, goal } = legsOf(rig);
  for (const { clientOrderId } of [stop, goal])
    rig.gateway.report({ kind: 'rejected', clientOrderId, code, message, httpStatus: 400 });
}

const restingTypes = (rig: Rig): readonly string[] =>
  rig.engine
    .dashboard()
    .orders.map(({ type }) => type)
    .toSorted();
const closedAs = (rig: Rig): readonly string[] => rig.eventsOf('position.closed').map(({ reason }) => reason);

describe('a target', () => {
  it('takes the stop back and rests with it as one list, both intents durable before (invariant 1)', () => {
    const rig = asked();
    expect(rig.gateway.cancels).toHaveLength(1);
    expect(rig.gateway.lists).toMatchObject([
      {
        quantity: quantity('0.00048'),
        stop: { stopPrice: price('49000') },
        target: { price: price('51500') },
      },
    ]);
    const intents = rig.eventsOf('order.intended').slice(-2);
    expect(intents.map(({ purpose }) => purpose)).toEqual(['stop', 'target']);
    expect(new Set(intents.map(({ listClientOrderId }) => listClientOrderId)).size).toBe(1);
  });

  it('is shown resting once the exchange has it', () => {
    const { rig } = resting();
    expect(rig.engine.dashboard().positions).toMatchObject([
      { targetPrice: '51500', targetResting: true, protected: true },
    ]);
  });

  it('that fills closes the position with its profit', () => {
    const { rig, goal } = resting();
    rig.market('51500');
    rig.gateway.fill(goal.clientOrderId, { price: price('51500') });
    rig.wait(1_000);
    expect(closedAs(rig)).toEqual(['take_profit']);
    expect(rig.eventsOf('position.closed')[0]?.realisedPnl).toBeGreaterThan(0n);
    expect(rig.fatal).toEqual([]);
  });

  it('beside a stop that fires goes with it, and the close is the stop’s', () => {
    const { rig, stop } = resting();
    rig.market('48999');
    rig.gateway.fill(stop.clientOrderId, { price: price('48999') });
    rig.wait(1_000);
    expect(closedAs(rig)).toEqual(['stop_loss']);
  });

  it('filled in part leaves the rest with a new list at once', () => {
    const rig = readyRig({ balance: price('5000') as never });
    openPosition(rig, '250');
    target(rig, { distanceBps: 300 });
    const { stop, goal } = legsOf(rig);
    rig.gateway.accept(stop);
    rig.gateway.accept(goal);
    const before = rig.gateway.lists.length;
    rig.gateway.fill(goal.clientOrderId, { quantity: quantity('0.002'), price: price('51500') });
    expect(rig.gateway.lists).toHaveLength(before + 1);
    expect(rig.gateway.lists.at(-1)?.quantity).toBe(quantity('0.00298'));
  });

  it('filled but for dust closes the position', () => {
    const { rig, goal } = resting();
    rig.gateway.fill(goal.clientOrderId, { quantity: quantity('0.00045'), price: price('51500') });
    rig.wait(1_000);
    expect(closedAs(rig)).toEqual(['take_profit']);
    expect(rig.engine.state().positions.dust.get('BTC')?.quantity).toBeGreaterThan(quantity('0.00003'));
  });

  it('off leaves a plain stop', () => {
    const { rig } = resting();
    expect(target(rig).lines).toEqual(['the target is taken away; the stop stays']);
    rig.gateway.accept(rig.gateway.last());
    expect(restingTypes(rig)).toEqual(['STOP_LOSS']);
    expect(target(rig).lines).toEqual(['there is no target; the stop stays']);
  });

  it('moves; a tightened stop moves beside it', () => {
    const { rig } = resting();
    target(rig, { price: '52000.004' });
    expect(rig.gateway.lists.at(-1)?.target.price).toBe(price('52000.01'));
    const { stop, goal } = legsOf(rig);
    rig.gateway.accept(stop);
    rig.gateway.accept(goal);
    rig.say({ kind: 'stop', symbol: SYMBOL, distanceBps: 100, price: null });
    expect(rig.gateway.lists.at(-1)).toMatchObject({
      stop: { stopPrice: price('49500') },
      target: { price: price('52000.01') },
    });
  });

  it('goes with the stop when the position is closed, and the exit follows', () => {
    const { rig } = resting();
    rig.say({ kind: 'close', symbol: SYMBOL });
    expect(rig.gateway.last()).toMatchObject({ type: 'MARKET', quantity: quantity('0.00048') });
    expect(restingTypes(rig)).toEqual(['MARKET']);
  });
});

describe('a list', () => {
  it.each([
    ['refused once leaves a plain stop and is tried again after half a minute', 1],
    ['refused twice gives the target up and says so', 2],
  ])('%s', (_name, refusals) => {
    const rig = asked();
    refuse(rig, 'Filter failure: PRICE_FILTER');
    expect(rig.gateway.last().type).toBe('STOP_LOSS');
    rig.gateway.accept(rig.gateway.last());
    rig.wait(29_000);
    expect(rig.gateway.lists).toHaveLength(1);
    rig.wait(2_000);
    expect(rig.gateway.lists).toHaveLength(2);
    if (refusals === 1) return;
    refuse(rig, 'Filter failure: PRICE_FILTER');
    rig.gateway.accept(rig.gateway.last());
    rig.wait(60_000);
    expect(rig.gateway.lists).toHaveLength(2);
    expect(restingTypes(rig)).toEqual(['STOP_LOSS']);
    expect(rig.engine.dashboard().positions[0]?.targetPrice).toBeNull();
    expect(rig.engine.dashboard().notices.some(({ text }) => text.startsWith('the target is gone'))).toBe(
      true,
    );
  });

  it.each([-1003, -1015, -1021])('refused for the moment (%s) costs the target nothing', (code) => {
    const rig = asked();
    for (let round = 0; round < 3; round += 1) {
      refuse(rig, 'not now', code);
      rig.gateway.accept(rig.gateway.last());
      rig.wait(31_000);
    }
    expect(rig.engine.dashboard().positions[0]?.targetPrice).toBe('51500');
  });

  it('whose stop the market has passed means leaving', () => {
    const rig = asked();
    refuse(rig, 'Stop price would trigger immediately.', -2010);
    rig.wait(1_500);
    expect(rig.gateway.last().type).toBe('MARKET');
  });

  it('that did not leave this machine is tried again as a list, after one wait for both legs', () => {
    const rig = asked();
    const { stop, goal } = legsOf(rig);
    for (const { clientOrderId } of [stop, goal])
      rig.gateway.report({ kind: 'notSent', clientOrderId, reason: 'rateBudget' });
    rig.wait(1_250);
    expect(rig.gateway.lists).toHaveLength(2);
  });

  it('without an answer is looked up leg by leg, and nothing is sent until both are known (invariants 2, 4)', () => {
    const rig = asked();
    rig.gateway.answersLookUps = true;
    const { stop, goal } = legsOf(rig);
    rig.gateway.takeSilently(stop);
    rig.gateway.takeSilently(goal);
    const sent = rig.gateway.submitted.length;
    for (const { clientOrderId } of [stop, goal])
      rig.gateway.report({ kind: 'unknown', clientOrderId, reason: 'timeout' });
    rig.wait(5_000);
    expect(rig.gateway.submitted).toHaveLength(sent);
    expect(restingTypes(rig)).toEqual(['LIMIT_MAKER', 'STOP_LOSS']);
    expect(rig.fatal).toEqual([]);
  });

  it('without an answer that never arrived is placed anew once its absence is proved', () => {
    const rig = asked();
    rig.gateway.answersLookUps = true;
    const { stop, goal } = legsOf(rig);
    for (const { clientOrderId } of [stop, goal])
      rig.gateway.report({ kind: 'unknown', clientOrderId, reason: 'timeout' });
    rig.wait(25_000);
    expect(rig.eventsOf('order.failed').length).toBeGreaterThanOrEqual(2);
    expect(rig.gateway.lists.length).toBeGreaterThanOrEqual(2);
  });

  it('of which only the stop exists gets a whole one in its place', () => {
    const rig = asked();
    rig.gateway.answersLookUps = true;
    const { stop, goal } = legsOf(rig);
    rig.gateway.accept(stop);
    rig.gateway.report({ kind: 'unknown', clientOrderId: goal.clientOrderId, reason: 'not named' });
    rig.wait(25_000);
    expect(rig.gateway.lists.length).toBeGreaterThan(1);
  });

  it('of which only the target exists is taken back: coins under a target alone are bare', () => {
    const rig = asked();
    rig.gateway.answersLookUps = true;
    const { stop, goal } = legsOf(rig);
    rig.gateway.accept(goal);
    rig.gateway.report({ kind: 'unknown', clientOrderId: stop.clientOrderId, reason: 'not named' });
    rig.wait(12_000);
    expect(rig.gateway.cancels.at(-1)?.clientOrderId).toBe(goal.clientOrderId);
  });

  it('cancelled by somebody else is placed again', () => {
    const { rig, stop, goal } = resting();
    rig.gateway.end(goal.clientOrderId, 'CANCELED');
    rig.gateway.end(stop.clientOrderId, 'CANCELED');
    rig.wait(1_500);
    expect(rig.gateway.lists).toHaveLength(2);
  });

  it('survives a restart: nothing is sent, both legs are ours', () => {
    const { rig } = resting();
    const again = rig.restart();
    again.gateway.answersLookUps = true;
    again.gateway.connect();
    again.market('50000');
    again.wait(3_000);
    expect(again.gateway.submitted).toEqual([]);
    expect(restingTypes(again)).toEqual(['LIMIT_MAKER', 'STOP_LOSS']);
    expect(again.engine.dashboard().positions[0]?.targetPrice).toBe('51500');
  });
});

describe('where no order lists are allowed', () => {
  it('the stop rests alone and the target is sold at the market when it is reached', () => {
    const rig = asked({ ocoAllowed: false });
    expect(rig.gateway.lists).toEqual([]);
    expect(restingTypes(rig)).toEqual(['STOP_LOSS']);
    rig.market('51500');
    rig.wait(1_000);
    expect(rig.gateway.last().type).toBe('MARKET');
    rig.gateway.accept(rig.gateway.last());
    rig.gateway.fill(rig.gateway.last().clientOrderId);
    expect(closedAs(rig)).toEqual(['take_profit']);
  });
});

describe('what cannot be a target', () => {
  it.each([
    ['nearer than the spread', { price: '50049.99' }, 'command.targetOutOfRange'],
    ['below the market', { price: '49999' }, 'command.targetOutOfRange'],
    ['above the highest price', { price: '1000001' }, 'command.targetOutOfRange'],
    ['above the price band', { price: '250001' }, 'command.targetOutOfRange'],
  ])('%s', (_name, level, code) => {
    const rig = readyRig();
    openPosition(rig);
    expect(target(rig, level).refusal?.code).toBe(code);
  });

  it.each([
    ['the nearest there is', { price: '50050' }],
    ['the last below the band', { price: '250000' }],
  ])('%s can', (_name, level) => {
    const rig = readyRig();
    openPosition(rig);
    expect(target(rig, level).outcome).toBe('accepted');
  });

  it('without a position, or on an old book', () => {
    const rig = readyRig();
    expect(target(rig, { distanceBps: 300 }).refusal?.code).toBe('command.noPosition');
    openPosition(rig);
    rig.timers.advance(2_001);
    expect(target(rig, { distanceBps: 300 }).refusal?.code).toBe('risk.bookStale');
  });
});

describe('the preview', () => {
  it('says what a target would bring, and changes nothing', () => {
    const rig = readyRig();
    openPosition(rig);
    const before = rig.events().length;
    const shown = rig.engine.preview({ kind: 'target', symbol: SYMBOL, distanceBps: 300, price: null });
    expect(shown).toMatchObject({ outcome: 'wouldSend' });
    expect(shown.lines[0]).toMatch(/^target 51,500\.00: about \+\$0\.\d\d after fees/);
    const refused = rig.engine.preview({ kind: 'target', symbol: SYMBOL, distanceBps: 1, price: null });
    expect(refused).toMatchObject({ outcome: 'refused', figures: { code: 'command.targetOutOfRange' } });
    expect(rig.events()).toHaveLength(before);
  });
});

describe('a stop', () => {
  it.each([
    ['as wide as the widest', 1_000, 'accepted'],
    ['wider', 1_001, 'refused'],
  ])('%s: %s bps is %s', (_name, distanceBps, outcome) => {
    const rig = readyRig();
    openPosition(rig);
    rig.market('80000');
    expect(rig.say({ kind: 'stop', symbol: SYMBOL, distanceBps, price: null }).outcome).toBe(outcome);
  });
});
