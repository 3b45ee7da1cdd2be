import { describe, expect, it } from 'vitest';
import { openPosition, readyRig, type Rig } from '../../tests/builders/engine.ts';
import { SYMBOL, symbolRules } from '../../tests/builders/engine-gateway.ts';
import { assetAmount, notional, price, quantity } from '../core/money.ts';

function bought(rig: Rig): string {
  rig.buy('25');
  const entry = rig.gateway.last();
  rig.gateway.accept(entry);
  rig.gateway.fill(entry.clientOrderId);
  return entry.clientOrderId;
}

describe('an unknown outcome', () => {
  it('is looked up, never sent again, and keeps its reservation (invariants 2 and 4)', () => {
    const rig = readyRig();
    rig.gateway.answersLookUps = true;
    rig.buy('25');
    const { clientOrderId } = rig.gateway.last();
    rig.gateway.report({ kind: 'unknown', clientOrderId, reason: 'timeout' });
    rig.wait(9_000);
    expect(rig.gateway.submitted).toHaveLength(1);
    expect(rig.gateway.lookUps.length).toBeGreaterThanOrEqual(3);
    expect(rig.eventsOf('order.failed')).toEqual([]);
    expect(rig.buy('25').refusal?.code).toBe('risk.outcomeUnknown');
  });

  it('is believed absent only after three look-ups and the grace', () => {
    const rig = readyRig();
    rig.gateway.answersLookUps = true;
    rig.buy('25');
    const { clientOrderId } = rig.gateway.last();
    rig.gateway.report({ kind: 'unknown', clientOrderId, reason: 'timeout' });
    rig.wait(30_000);
    expect(rig.eventsOf('order.failed')).toHaveLength(1);
    expect(rig.engine.state().orders.open.size).toBe(0);
  });

  it('is asked after soon again, however many look-ups failed before: it holds up the stop', () => {
    const rig = readyRig();
    rig.buy('25');
    const { clientOrderId } = rig.gateway.last();
    rig.gateway.report({ kind: 'unknown', clientOrderId, reason: 'timeout' });
    rig.wait(120_000);
    const failing = rig.gateway.lookUps.length;
    expect(failing).toBeGreaterThanOrEqual(120 / 5);
    rig.gateway.answersLookUps = true;
    rig.wait(5_000 + 3_000);
    expect(rig.eventsOf('order.failed')).toHaveLength(1);
  });

  it('is settled by the look-up that finds it filled', () => {
    const rig = readyRig();
    rig.gateway.answersLookUps = true;
    rig.buy('25');
    const entry = rig.gateway.last();
    rig.gateway.takeSilently(entry);
    rig.gateway.fill(entry.clientOrderId, {}, false);
    rig.gateway.report({ kind: 'unknown', clientOrderId: entry.clientOrderId, reason: 'timeout' });
    expect(rig.engine.dashboard().positions).toHaveLength(1);
    expect(rig.gateway.last().type).toBe('STOP_LOSS');
  });

  it('of an order that was heard of before is looked up too: its fills may be lost', () => {
    const rig = readyRig();
    rig.gateway.answersLookUps = true;
    rig.buy('25');
    const entry = rig.gateway.last();
    rig.gateway.accept(entry);
    rig.gateway.fill(entry.clientOrderId, {}, false);
    rig.gateway.report({ kind: 'unknown', clientOrderId: entry.clientOrderId, reason: 'timeout' });
    expect(rig.engine.dashboard().positions).toHaveLength(1);
  });

  it('never leaves a market order resting unseen: its fill is asked for', () => {
    const rig = readyRig();
    rig.gateway.answersLookUps = true;
    rig.buy('25');
    const entry = rig.gateway.last();
    rig.gateway.accept(entry);
    rig.gateway.fill(entry.clientOrderId, {}, false);
    rig.wait(2_000);
    expect(rig.engine.dashboard().positions).toHaveLength(1);
  });

  it('that turns up after it was believed absent is taken for what it is', () => {
    const rig = readyRig();
    rig.gateway.answersLookUps = true;
    rig.buy('25');
    const entry = rig.gateway.last();
    rig.gateway.report({ kind: 'unknown', clientOrderId: entry.clientOrderId, reason: 'timeout' });
    rig.wait(30_000);
    rig.gateway.accept(entry);
    rig.gateway.fill(entry.clientOrderId);
    expect(rig.engine.dashboard().positions).toHaveLength(1);
    expect(rig.fatal).toEqual([]);
  });
});

describe('a stop that cannot be placed', () => {
  it('because it would trigger at once: the position is sold', () => {
    const rig = readyRig();
    bought(rig);
    const stop = rig.gateway.last();
    rig.gateway.report({
      kind: 'rejected',
      clientOrderId: stop.clientOrderId,
      code: -2010,
      message: 'Stop price would trigger immediately.',
      httpStatus: 400,
    });
    rig.wait(1_500);
    const exit = rig.gateway.last();
    expect([exit.type, exit.quantity]).toEqual(['MARKET', quantity('0.00048')]);
    rig.gateway.accept(exit);
    rig.gateway.fill(exit.clientOrderId);
    expect(rig.eventsOf('position.closed').map(({ reason }) => reason)).toEqual(['stop_loss']);
  });

  it('is tried once more after one refusal, also when it could not be sent before', () => {
    const rig = readyRig();
    bought(rig);
    const refuse = (): void =>
      rig.gateway.report({
        kind: 'rejected',
        clientOrderId: rig.gateway.last().clientOrderId,
        code: -1013,
        message: 'Filter failure',
        httpStatus: 400,
      });
    rig.gateway.report({
      kind: 'notSent',
      clientOrderId: rig.gateway.last().clientOrderId,
      reason: 'rateBudget',
    });
    rig.wait(1_250);
    refuse();
    expect(rig.eventsOf('position.closeRequested')).toEqual([]);
    rig.wait(2_250);
    refuse();
    expect(rig.eventsOf('position.closeRequested')).toHaveLength(1);
  });

  it('within five seconds: the position is sold (invariant 14)', () => {
    const rig = readyRig();
    const submit = rig.gateway.submit.bind(rig.gateway);
    rig.gateway.submit = (request): void => {
      submit(request);
      if (request.type === 'STOP_LOSS')
        rig.gateway.report({ kind: 'notSent', clientOrderId: request.clientOrderId, reason: 'rateBudget' });
    };
    bought(rig);
    rig.wait(4_500);
    expect(rig.eventsOf('position.closeRequested')).toEqual([]);
    rig.wait(1_000);
    expect(rig.eventsOf('position.closeRequested').map(({ reason, actor }) => [reason, actor])).toEqual([
      ['stop_loss', 'protection'],
    ]);
    rig.wait(10_000);
    expect(rig.gateway.last().type).toBe('MARKET');
  });

  it('nor the exit: it is tried again at least every five seconds, however long nothing can be sent (invariant 14)', () => {
    const rig = readyRig();
    openPosition(rig);
    let tries = 0;
    rig.gateway.submit = (request): void => {
      tries += 1;
      rig.gateway.report({ kind: 'notSent', clientOrderId: request.clientOrderId, reason: 'breakerOpen' });
    };
    rig.gateway.end(rig.gateway.last().clientOrderId, 'CANCELED');
    rig.wait(60_000);
    const soFar = tries;
    rig.wait(50_000);
    expect(tries - soFar).toBeGreaterThanOrEqual(10);
    expect(tries - soFar).toBeLessThanOrEqual(50);
  });

  it('while the symbol is not trading: nothing is sold for it', () => {
    const rig = readyRig();
    openPosition(rig);
    rig.gateway.report({ kind: 'symbols', symbols: [symbolRules({ status: 'BREAK' })] });
    rig.gateway.end(rig.gateway.last().clientOrderId, 'CANCELED');
    rig.gateway.submit = (request): void =>
      rig.gateway.report({ kind: 'notSent', clientOrderId: request.clientOrderId, reason: 'rateBudget' });
    rig.wait(20_000);
    expect(rig.eventsOf('position.closeRequested')).toEqual([]);
  });
});

describe('an odd market', () => {
  it('does not turn a position into dust: one tick far below is no reason to give it up', () => {
    const rig = readyRig();
    bought(rig);
    rig.gateway.report({
      kind: 'notSent',
      clientOrderId: rig.gateway.last().clientOrderId,
      reason: 'rateBudget',
    });
    rig.market('1');
    rig.wait(1_250);
    expect(rig.eventsOf('position.closed')).toEqual([]);
    expect(rig.gateway.last().type).toBe('MARKET');
  });

  it('that is void sells nothing: the stop is placed and the exchange decides', () => {
    const rig = readyRig();
    rig.buy('25');
    const entry = rig.gateway.last();
    rig.market('30000', { ask: '20000' });
    rig.gateway.accept(entry);
    rig.gateway.fill(entry.clientOrderId, { price: price('50000') });
    expect(rig.gateway.last().type).toBe('STOP_LOSS');
    expect(rig.eventsOf('position.closeRequested')).toEqual([]);
  });

  it('that is whole again counts at once, although the word that it was void came between', () => {
    const rig = readyRig();
    const sendAll = rig.gateway.submit.bind(rig.gateway);
    // While the order is being sent, the market goes on: a void book, then a whole one.
    rig.gateway.submit = (request): void => {
      sendAll(request);
      rig.market('50010');
      rig.gateway.report({
        kind: 'market',
        update: { kind: 'bookInvalid', symbol: SYMBOL, reason: 'gap', receivedAt: rig.timers.monotonic() },
      });
      rig.market('50020');
    };
    rig.buy('25');
    expect(rig.engine.dashboard().markets[0]?.stale).toBe(false);
    expect(rig.engine.dashboard().markets[0]?.bid).toBe('50020');
  });
});

describe('fees and sales beyond the position', () => {
  const bnb = symbolRules({
    symbol: 'BNBUSDT',
    baseAsset: 'BNB',
    stepSize: quantity('0.001'),
    minQuantity: quantity('0.001'),
  });

  it('a fee taken in the coin that was sold ends no engine', () => {
    const rig = readyRig({ symbols: [bnb] });
    rig.gateway.balances.set('BNB', assetAmount('1'));
    rig.market('600', { symbol: 'BNBUSDT' });
    rig.wait(500);
    const buy = {
      kind: 'buy',
      symbol: 'BNBUSDT',
      amount: { unit: 'quote', amount: notional('25') },
    } as const;
    expect(rig.say(buy).outcome).toBe('accepted');
    const entry = rig.gateway.last();
    rig.gateway.accept(entry);
    rig.gateway.fill(entry.clientOrderId, { fee: assetAmount('0'), feeAsset: 'BNB' });
    const stop = rig.gateway.last();
    rig.gateway.accept(stop);
    rig.gateway.fill(stop.clientOrderId, {
      price: price('588'),
      fee: assetAmount('0.00003'),
      feeAsset: 'BNB',
    });
    expect(rig.fatal).toEqual([]);
    const [closed] = rig.eventsOf('position.closed');
    expect(closed?.reason).toBe('stop_loss');
    // 0.041 BNB bought at 600.01 and sold at 588, and 0.00003 BNB of fee at that price.
    const lost = notional('24.60041') - notional('24.108') + notional('0.01764');
    expect(-(closed?.realisedPnl ?? 0n) - lost <= 2_000n).toBe(true);
    expect(-(closed?.realisedPnl ?? 0n) - lost >= -2_000n).toBe(true);
  });

  it('a stop believed absent that fires after the close is booked and ends no engine', () => {
    const rig = readyRig();
    rig.gateway.balances.set('BTC', quantity('1'));
    bought(rig);
    const lost = rig.gateway.last();
    rig.gateway.answersLookUps = true;
    rig.gateway.report({ kind: 'unknown', clientOrderId: lost.clientOrderId, reason: 'timeout' });
    rig.wait(40_000);
    rig.gateway.accept(rig.gateway.last());
    rig.say({ kind: 'close', symbol: SYMBOL });
    rig.wait(1_000);
    const exit = rig.gateway.last();
    expect(exit.type).toBe('MARKET');
    rig.gateway.accept(exit);
    rig.gateway.fill(exit.clientOrderId);
    expect(rig.eventsOf('position.closed')).toHaveLength(1);
    rig.gateway.accept(lost);
    rig.gateway.fill(lost.clientOrderId);
    expect(rig.fatal).toEqual([]);
    expect(rig.eventsOf('order.filled')).toHaveLength(3);
  });
});

describe('a connection that breaks', () => {
  it('stops entries until the account was read again', () => {
    const rig = readyRig();
    rig.gateway.connect('disconnected');
    expect(rig.buy('25').refusal?.code).toBe('engine.reconciling');
    rig.gateway.connect();
    expect(rig.buy('25').outcome).toBe('accepted');
  });

  it('is not mended by an account read that was under way: who cannot hear is not ready (invariant 6)', () => {
    const rig = readyRig();
    rig.gateway.answersReads = false;
    rig.wait(46_000);
    rig.gateway.connect('disconnected');
    rig.gateway.answerRead(rig.gateway.reads.at(-1)?.requestId ?? 0);
    expect(rig.engine.dashboard().tradingState).toBe('RECONCILING');
  });

  it('takes no answer to an earlier question for the answer to the last one', () => {
    const rig = readyRig();
    rig.gateway.answersReads = false;
    rig.gateway.connect('disconnected');
    rig.gateway.connect();
    const first = rig.gateway.reads.at(-1)?.requestId ?? 0;
    rig.gateway.connect('disconnected');
    rig.gateway.connect();
    expect(rig.gateway.reads.at(-1)?.requestId).not.toBe(first);
    rig.gateway.answerRead(first);
    expect(rig.engine.dashboard().tradingState).toBe('RECONCILING');
  });

  it('reads the account when a frame of the account could not be read, but not once per frame', () => {
    const rig = readyRig();
    const before = rig.gateway.reads.length;
    for (let count = 0; count < 100; count += 1)
      rig.gateway.report({ kind: 'quarantined', origin: 'user', reason: 'odd', sample: '{' });
    rig.gateway.report({ kind: 'quarantined', origin: 'market', reason: 'odd', sample: '{' });
    rig.wait(5_000);
    expect(rig.gateway.reads.length - before).toBeGreaterThanOrEqual(1);
    expect(rig.gateway.reads.length - before).toBeLessThan(4);
  });

  it('halts when the key is refused', () => {
    const rig = readyRig();
    rig.gateway.report({ kind: 'unauthorised', message: 'Invalid API-key' });
    rig.gateway.report({ kind: 'unauthorised', message: 'Invalid API-key' });
    expect(rig.eventsOf('trading.halted')).toHaveLength(1);
    expect(rig.buy('25').refusal?.code).toBe('engine.halted');
  });
});

describe('a halt', () => {
  it('cancels an entry that is found resting later, not only those known at the time', () => {
    const rig = readyRig();
    rig.buy('25');
    const entry = rig.gateway.last();
    rig.gateway.report({ kind: 'unknown', clientOrderId: entry.clientOrderId, reason: 'timeout' });
    rig.say({ kind: 'halt', reason: 'enough', level: 2 });
    rig.gateway.accept(entry);
    expect(rig.gateway.cancels.map(({ clientOrderId }) => clientOrderId)).toContain(entry.clientOrderId);
  });
});

describe('a store that fails', () => {
  it('stops everything that would be sent: what is not written does not happen', () => {
    const rig = readyRig();
    openPosition(rig);
    rig.log.failNextAppend('before', 'log.full');
    const sent = rig.gateway.submitted.length;
    const reply = rig.say({ kind: 'close', symbol: SYMBOL });
    expect(reply.outcome).toBe('refused');
    expect(rig.fatal).toHaveLength(1);
    expect(rig.say({ kind: 'close', symbol: SYMBOL }).outcome).toBe('refused');
    rig.gateway.end(rig.gateway.orders.keys().next().value ?? '', 'CANCELED');
    rig.wait(60_000);
    expect(rig.gateway.submitted).toHaveLength(sent);
    expect(rig.gateway.cancels).toEqual([]);
    expect(rig.fatal).toHaveLength(1);
    expect(rig.engine.dashboard().tradingState).toBe('HALTED');
  });
});

describe('a process that dies', () => {
  it('between intent and answer finds the order on the next start and protects what it bought', () => {
    const rig = readyRig();
    rig.buy('25');
    const entry = rig.gateway.last();
    rig.gateway.takeSilently(entry);
    rig.gateway.fill(entry.clientOrderId, {}, false);
    const again = rig.restart();
    again.gateway.answersLookUps = true;
    again.gateway.connect();
    again.market('50000');
    again.wait(1_000);
    expect(again.engine.dashboard().positions).toHaveLength(1);
    expect(again.gateway.submitted.map(({ type }) => type)).toEqual(['STOP_LOSS']);
    again.gateway.accept(again.gateway.last());
    again.wait(5_000);
    expect(again.engine.dashboard().tradingState).toBe('READY');
  });

  it('after the stop was cancelled for a close goes on with the close', () => {
    const rig = readyRig();
    openPosition(rig);
    rig.gateway.submit = (): void => {};
    rig.say({ kind: 'close', symbol: SYMBOL });
    const again = rig.restart();
    again.gateway.answersLookUps = true;
    again.gateway.connect();
    again.market('50000');
    again.wait(20_000);
    const exit = again.gateway.last();
    expect(exit.type).toBe('MARKET');
    again.gateway.accept(exit);
    again.gateway.fill(exit.clientOrderId);
    expect(again.eventsOf('position.closed').map(({ reason }) => reason)).toEqual(['manual']);
  });
});

describe('the words', () => {
  it('credit a stop to nobody, also after an earlier close by hand', () => {
    const rig = readyRig();
    openPosition(rig);
    rig.say({ kind: 'close', symbol: SYMBOL });
    rig.gateway.accept(rig.gateway.last());
    rig.gateway.fill(rig.gateway.last().clientOrderId);
    rig.wait(70_000);
    const firstClose = rig.engine.dashboard().notices.findLast(({ text }) => text.includes('closed'));
    expect(firstClose?.commandId).not.toBeNull();
    openPosition(rig);
    rig.market('48990');
    rig.gateway.fill(rig.gateway.last().clientOrderId);
    const notice = rig.engine
      .dashboard()
      .notices.findLast(({ text }) => text.includes('the stop did its work'));
    expect(notice?.commandId).toBeNull();
  });
});
