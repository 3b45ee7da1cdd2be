import { describe, expect, it } from 'vitest';
import { openPosition, readyRig, startedRig, type Rig } from '../../tests/builders/engine.ts';
import { SYMBOL } from '../../tests/builders/engine-gateway.ts';
import { testRules } from '../../tests/builders/rules.ts';
import { formatFixed, notional, price, quantity } from '../core/money.ts';
import { foldLog } from './kernel.ts';
import { encodeEngineState } from './state.ts';

/** What the exchange has resting for us. */
function resting(rig: Rig): readonly string[] {
  return [...rig.gateway.orders.values()]
    .filter(({ status }) => status === 'NEW')
    .map(({ type, quantity: size, stopPrice }) => `${type} ${formatFixed(size)} @ ${formatFixed(stopPrice)}`);
}

function account(rig: Rig): bigint {
  return rig.gateway.balances.get('USDT') ?? 0n;
}

describe('starting', () => {
  it('reads the account before it is ready', () => {
    const rig = startedRig();
    expect(rig.engine.dashboard().tradingState).toBe('STARTING');
    rig.gateway.answersReads = false;
    rig.gateway.connect();
    expect(rig.engine.dashboard().tradingState).toBe('RECONCILING');
    expect(rig.gateway.reads).toHaveLength(1);
    rig.market('50000');
    expect(rig.buy('25').refusal?.code).toBe('engine.reconciling');
    rig.gateway.answerRead(rig.gateway.reads.at(-1)?.requestId ?? 0);
    expect(rig.engine.dashboard().tradingState).toBe('READY');
    expect(rig.engine.dashboard().account.equity).toBe('500');
  });

  it('takes no entry before that', () => {
    const rig = startedRig();
    rig.market('50000');
    expect(rig.buy('25').refusal?.code).toBe('engine.starting');
    expect(rig.gateway.submitted).toEqual([]);
  });
});

describe('buying', () => {
  it('writes the intent before the order leaves (invariant 1)', () => {
    const rig = readyRig();
    let written = false;
    const submit = rig.gateway.submit.bind(rig.gateway);
    rig.gateway.submit = (request): void => {
      written = rig
        .eventsOf('order.intended')
        .some((intent) => intent.clientOrderId === request.clientOrderId);
      submit(request);
    };
    expect(rig.buy('25').outcome).toBe('accepted');
    expect(written).toBe(true);
    expect(rig.gateway.submitted).toHaveLength(1);
  });

  it('makes of $100 what 5 % of $500 allows', () => {
    const rig = readyRig();
    rig.buy('100');
    const { quantity: size } = rig.gateway.last();
    expect(formatFixed(size ?? 0n)).toBe('0.00049');
  });

  it('places the stop 2 % below what was paid as soon as the fill is known (invariant 14)', () => {
    const rig = readyRig();
    rig.buy('25');
    const entry = rig.gateway.last();
    rig.gateway.accept(entry);
    rig.gateway.fill(entry.clientOrderId, { price: price('50010') });
    const stop = rig.gateway.last();
    expect(stop.type).toBe('STOP_LOSS');
    expect(stop.side).toBe('SELL');
    expect(stop.stopPrice).toBe(price('49009.8'));
    // The fee was taken in the coin: one step less can be sold.
    expect(stop.quantity).toBe(quantity('0.00048'));
    expect(stop.lane).toBe('reduce');
  });

  it('covers what a second fill adds', () => {
    const rig = readyRig();
    rig.buy('25');
    const entry = rig.gateway.last();
    rig.gateway.accept(entry);
    rig.gateway.fill(entry.clientOrderId, { quantity: quantity('0.0002') });
    rig.gateway.accept(rig.gateway.last());
    rig.gateway.fill(entry.clientOrderId);
    rig.gateway.accept(rig.gateway.last());
    expect(resting(rig)).toEqual(['STOP_LOSS 0.00048 @ 49000']);
  });

  it('is refused while the position is open, and for a symbol nobody knows', () => {
    const rig = readyRig();
    openPosition(rig);
    expect(rig.buy('25').refusal?.code).toBe('risk.positionExists');
    const unknown = {
      kind: 'buy',
      symbol: 'ZZZUSDT',
      amount: { unit: 'quote', amount: notional('25') },
    } as const;
    expect(rig.say(unknown).refusal?.code).toBe('command.unknownSymbol');
  });

  it('twice at the same instant never exceeds the limit (invariant 10)', () => {
    const rig = readyRig();
    expect(rig.buy('25').outcome).toBe('accepted');
    expect(rig.buy('25').outcome).toBe('refused');
    expect(rig.gateway.submitted).toHaveLength(1);
  });

  it('refuses a method that is not earned, naming the tier where it is', () => {
    const rig = readyRig();
    const reply = rig.say({
      kind: 'slice',
      method: 'iceberg',
      side: 'BUY',
      symbol: SYMBOL,
      amount: { unit: 'quote', amount: notional('25') },
    });
    expect(reply.refusal?.code).toBe('tier.executionMethod');
    expect(reply.refusal?.figures['earnedAt']).toBe('HUNTER');
  });

  it('previews without writing anything', () => {
    const rig = readyRig();
    const { sequence } = rig.engine.state();
    const preview = rig.engine.preview({
      kind: 'buy',
      symbol: SYMBOL,
      amount: { unit: 'quote', amount: notional('25') },
    });
    expect(preview.outcome).toBe('wouldSend');
    expect(rig.engine.state().sequence).toBe(sequence);
    expect(rig.gateway.submitted).toEqual([]);
  });
});

describe('leaving', () => {
  it('takes the stop back, then sells, then says what came of it', () => {
    const rig = readyRig();
    const before = account(rig);
    openPosition(rig);
    const stop = rig.gateway.last();
    rig.gateway.answersCancels = false;
    expect(rig.say({ kind: 'close', symbol: SYMBOL }).outcome).toBe('accepted');
    expect(rig.gateway.cancels.map(({ clientOrderId }) => clientOrderId)).toEqual([stop.clientOrderId]);
    expect(rig.gateway.submitted).toHaveLength(2);
    rig.gateway.end(stop.clientOrderId, 'CANCELED');
    const exit = rig.gateway.last();
    expect([exit.type, exit.side, exit.quantity]).toEqual(['MARKET', 'SELL', quantity('0.00048')]);
    rig.gateway.accept(exit);
    rig.gateway.fill(exit.clientOrderId);
    const [closed] = rig.eventsOf('position.closed');
    const [dust] = rig.eventsOf('dust.kept');
    expect(closed?.reason).toBe('manual');
    // The balance moved by the profit and by what the dust has cost.
    const cost = rig.engine.state().positions.dust.get('BTC')?.cost ?? 0n;
    expect(account(rig) - before).toBe((closed?.realisedPnl ?? 0n) - cost);
    expect(dust?.quantity).toBe(quantity('0.00049') - quantity('0.00000049') - quantity('0.00048'));
    expect(rig.engine.dashboard().positions).toEqual([]);
  });

  it('lets a stop that fired close the position as a stop', () => {
    const rig = readyRig();
    openPosition(rig);
    rig.market('48990');
    rig.gateway.fill(rig.gateway.last().clientOrderId, { price: price('48990') });
    expect(rig.eventsOf('position.closed').map(({ reason }) => reason)).toEqual(['stop_loss']);
    expect(rig.gateway.submitted).toHaveLength(2);
  });

  it('sells half and protects the rest', () => {
    const rig = readyRig();
    openPosition(rig);
    rig.say({ kind: 'sell', symbol: SYMBOL, amount: { unit: 'share', shareBps: 5_000 } });
    const exit = rig.gateway.last();
    expect([exit.type, exit.quantity]).toEqual(['MARKET', quantity('0.00024')]);
    rig.gateway.accept(exit);
    rig.gateway.fill(exit.clientOrderId);
    rig.gateway.accept(rig.gateway.last());
    expect(resting(rig)).toEqual(['STOP_LOSS 0.00024 @ 49000']);
    expect(rig.eventsOf('position.closed')).toEqual([]);
  });

  it('sells all of it when the rest would be too small to protect', () => {
    const rig = readyRig();
    openPosition(rig);
    const reply = rig.say({
      kind: 'sell',
      symbol: SYMBOL,
      amount: { unit: 'base', amount: quantity('0.00045') },
    });
    expect(reply.outcome).toBe('accepted');
    expect(rig.gateway.last().quantity).toBe(quantity('0.00048'));
    expect(rig.eventsOf('position.closeRequested')).toHaveLength(1);
  });

  it.each([
    ['more than is held', { unit: 'base', amount: quantity('1') } as const, 'command.amountTooLarge'],
    [
      'less than the exchange takes',
      { unit: 'quote', amount: notional('1') } as const,
      'risk.belowExchangeMinimum',
    ],
  ])('refuses to sell %s', (_what, amount, code) => {
    const rig = readyRig();
    openPosition(rig);
    expect(rig.say({ kind: 'sell', symbol: SYMBOL, amount }).refusal?.code).toBe(code);
  });

  it('closes everything, and says so when there is nothing to close', () => {
    const rig = readyRig();
    expect(rig.say({ kind: 'close', symbol: SYMBOL }).refusal?.code).toBe('command.noPosition');
    openPosition(rig);
    rig.say({ kind: 'closeAll' });
    expect(rig.eventsOf('position.closeRequested').map(({ reason }) => reason)).toEqual(['emergency']);
    // Asked again it changes nothing.
    rig.say({ kind: 'closeAll' });
    expect(rig.eventsOf('position.closeRequested')).toHaveLength(1);
  });
});

describe('the stop', () => {
  const stopAt = (text: string) =>
    ({ kind: 'stop', symbol: SYMBOL, distanceBps: null, price: price(text) }) as const;
  const stopWithin = (distanceBps: number) =>
    ({ kind: 'stop', symbol: SYMBOL, distanceBps, price: null }) as const;

  it('moves up: the old one is cancelled, a new one rests', () => {
    const rig = readyRig();
    openPosition(rig);
    expect(rig.say(stopAt('49500')).outcome).toBe('accepted');
    rig.gateway.accept(rig.gateway.last());
    expect(resting(rig)).toEqual(['STOP_LOSS 0.00048 @ 49500']);
  });

  it('is never loosened, and never put where it would fire at once', () => {
    const rig = readyRig();
    openPosition(rig);
    expect(rig.say(stopAt('48000')).refusal?.code).toBe('command.stopOnlyTightens');
    expect(rig.say(stopAt('49000')).refusal?.code).toBe('command.stopOnlyTightens');
    expect(rig.say(stopAt('50000')).refusal?.code).toBe('command.stopOutOfRange');
    expect(rig.gateway.cancels).toEqual([]);
  });

  it('keeps the least distance of the rules from the market', () => {
    const rig = readyRig();
    openPosition(rig);
    expect(rig.say(stopWithin(9)).refusal?.code).toBe('command.stopOutOfRange');
    expect(rig.say(stopWithin(10)).outcome).toBe('accepted');
  });

  it('is not moved by a book that is old: the old stop stays', () => {
    const rig = readyRig();
    openPosition(rig);
    rig.timers.advance(2_100);
    expect(rig.say(stopAt('49500')).refusal?.code).toBe('risk.bookStale');
    expect(rig.gateway.cancels).toEqual([]);
  });

  it('is placed anew when somebody cancels it', () => {
    const rig = readyRig();
    openPosition(rig);
    rig.gateway.end(rig.gateway.last().clientOrderId, 'CANCELED');
    rig.wait(2_000);
    expect(rig.gateway.submitted).toHaveLength(3);
    expect(rig.gateway.last().type).toBe('STOP_LOSS');
  });

  it('that the exchange ends at once is not sent in a storm', () => {
    const rig = readyRig();
    openPosition(rig);
    const submit = rig.gateway.submit.bind(rig.gateway);
    rig.gateway.submit = (request): void => {
      submit(request);
      rig.gateway.accept(request);
      rig.gateway.end(request.clientOrderId, 'EXPIRED');
    };
    rig.gateway.end(rig.gateway.last().clientOrderId, 'EXPIRED');
    rig.wait(3_000);
    expect(rig.gateway.submitted.length).toBeLessThan(8);
  });
});

describe('the log', () => {
  it('folds to the live state, byte for byte, with and without a snapshot (invariants 16 and 17)', () => {
    const rig = readyRig({ rules: testRules({ trading: { execution: { snapshotEveryEvents: 10 } } }) });
    openPosition(rig);
    rig.say({ kind: 'close', symbol: SYMBOL });
    const exit = rig.gateway.last();
    rig.gateway.accept(exit);
    rig.gateway.fill(exit.clientOrderId);
    rig.wait(500);
    expect(rig.log.latestSnapshot()).not.toBeNull();
    const live = encodeEngineState(rig.engine.state());
    expect(encodeEngineState(foldLog(rig.log))).toBe(live);
    rig.log.disk.snapshots = [];
    expect(encodeEngineState(foldLog(rig.log))).toBe(live);
    expect(rig.log.verify().chain).toEqual({ ok: true });
  });

  it('tells listeners of every event, and a listener that throws harms nobody', () => {
    const rig = readyRig();
    const heard: string[] = [];
    rig.engine.listen(() => {
      throw new Error('a console went away');
    });
    const stop = rig.engine.listen((message) => heard.push(message.kind));
    openPosition(rig);
    expect(rig.fatal).toEqual([]);
    expect(heard).toContain('notice');
    const { length } = heard;
    stop();
    rig.say({ kind: 'close', symbol: SYMBOL });
    expect(heard).toHaveLength(length);
  });

  it('names the run that stopped', () => {
    const rig = readyRig();
    rig.engine.stop('asked to');
    const [started] = rig.eventsOf('engine.started');
    expect(rig.eventsOf('engine.stopped')).toEqual([
      { kind: 'engine.stopped', runId: started?.runId, reason: 'asked to' },
    ]);
  });
});
