import { describe, expect, it } from 'vitest';
import { openPosition, readyRig } from '../../tests/builders/engine.ts';
import { SYMBOL, symbolRules } from '../../tests/builders/engine-gateway.ts';
import { testRules } from '../../tests/builders/rules.ts';
import { notional, price, quantity } from '../core/money.ts';

describe('limits over time', () => {
  it('never lets 10,000 admissions in a row past a limit', () => {
    const rig = readyRig({
      rules: testRules({ trading: { risk: { duplicateIntentMs: 0, entriesPerMinuteMax: 10_000 } } }),
    });
    let accepted = 0;
    for (let count = 0; count < 10_000; count += 1) {
      if (
        rig.engine.preview({ kind: 'buy', symbol: SYMBOL, amount: { unit: 'quote', amount: notional('25') } })
          .outcome === 'wouldSend'
      ) {
        rig.buy('25');
        accepted += 1;
      }
      let reserved = 0n;
      for (const order of rig.engine.state().orders.open.values()) reserved += order.reserved;
      expect(reserved <= notional('25')).toBe(true);
      const sent = rig.gateway.submitted.at(-1);
      // Every third one never leaves, so that there is room again.
      if (sent !== undefined && count % 3 === 0)
        rig.gateway.report({ kind: 'notSent', clientOrderId: sent.clientOrderId, reason: 'breakerOpen' });
    }
    expect(accepted).toBe(10);
    expect(rig.buy('25').refusal?.code).toBe('risk.dailyEntries');
  });

  it('halts at 15 % under the peak within one event, and stays halted after a restart (invariant 12)', () => {
    const rules = testRules({ tierGates: { tiers: { SNIPER: { positionValueMaxBps: 10_000 } } } });
    const rig = readyRig({ rules });
    openPosition(rig, '490');
    rig.market('40000');
    rig.wait(1_000);
    const kinds = rig.kinds();
    const halted = kinds.indexOf('trading.halted');
    expect(kinds[halted - 1]).toBe('equity.marked');
    expect(rig.engine.dashboard().tradingState).toBe('HALTED');
    const again = rig.restart();
    again.gateway.connect();
    again.market('50000');
    expect(again.engine.dashboard().tradingState).toBe('HALTED');
    expect(again.say({ kind: 'resume', phrase: 'please' }).refusal?.code).toBe('command.phraseWrong');
  });

  it('warns once at 5, 10 and 12 % on the way down', () => {
    const rules = testRules({ tierGates: { tiers: { SNIPER: { positionValueMaxBps: 10_000 } } } });
    const rig = readyRig({ rules });
    openPosition(rig, '490');
    const warned = (): readonly number[] =>
      rig.eventsOf('account.drawdownWarned').map(({ limitBps }) => limitBps);
    rig.market('48500');
    expect(warned()).toEqual([]);
    rig.market('47200');
    rig.wait(1_000);
    rig.market('47600');
    rig.market('47200');
    expect(warned()).toEqual([500]);
    rig.market('43800');
    rig.wait(1_000);
    expect(warned()).toEqual([500, 1_000, 1_200]);
    rig.market('50300');
    rig.wait(1_000);
    rig.market('47200');
    rig.wait(1_000);
    expect(warned()).toEqual([500, 1_000, 1_200, 500]);
  });

  it('counts a position that came and went between two marks', () => {
    const rig = readyRig();
    rig.wait(1_000);
    const marks = rig.eventsOf('equity.marked').length;
    openPosition(rig);
    rig.market('49500');
    expect(rig.say({ kind: 'close', symbol: SYMBOL }).outcome).toBe('accepted');
    const [cancel] = rig.gateway.cancels;
    rig.gateway.end(cancel?.clientOrderId ?? '', 'CANCELED');
    const exit = rig.gateway.last();
    rig.gateway.accept(exit);
    rig.gateway.fill(exit.clientOrderId);
    expect(rig.engine.dashboard().positions).toEqual([]);
    rig.wait(500);
    const fresh = rig.eventsOf('equity.marked').slice(marks);
    expect(fresh.at(-1)?.dayPnl).toBeLessThan(0n);
    // And nothing more while nothing is held.
    rig.wait(30_000);
    expect(rig.eventsOf('equity.marked')).toHaveLength(marks + fresh.length);
  });

  it('is moved by no single print: neither the peak up nor the halt down (invariant 12)', () => {
    const rules = testRules({ tierGates: { tiers: { SNIPER: { positionValueMaxBps: 10_000 } } } });
    const rig = readyRig({ rules });
    openPosition(rig, '490');
    rig.wait(500);
    const peak = rig.engine.state().risk.peakEquity;
    for (const print of ['60000', '40000', '0.01', '900000']) {
      rig.market(print);
      rig.market('50000');
      rig.wait(1_000);
    }
    expect(rig.engine.state().risk.peakEquity).toBe(peak);
    expect(rig.engine.dashboard().tradingState).toBe('READY');
    expect(rig.engine.dashboard().positions).toHaveLength(1);
  });

  it('sees a real crash within five seconds, also one in which nobody trades', () => {
    const rules = testRules({ tierGates: { tiers: { SNIPER: { positionValueMaxBps: 10_000 } } } });
    const rig = readyRig({ rules });
    openPosition(rig, '490');
    for (let picture = 0; picture < 20 && rig.engine.dashboard().tradingState !== 'HALTED'; picture += 1) {
      rig.timers.advance(250);
      rig.gateway.report({
        kind: 'market',
        update: {
          kind: 'book',
          symbol: SYMBOL,
          bids: [{ price: price('40000'), quantity: quantity('1') }],
          asks: [{ price: price('40001'), quantity: quantity('1') }],
          updateId: picture,
          receivedAt: rig.timers.monotonic(),
        },
      });
    }
    expect(rig.engine.dashboard().tradingState).toBe('HALTED');
  });

  it('takes no entry once the day has lost its limit, and exits go on (invariant 11)', () => {
    const rules = testRules({
      tierGates: { tiers: { SNIPER: { positionValueMaxBps: 10_000, openPositionsMax: 2 } } },
      trading: { risk: { duplicateIntentMs: 0 } },
    });
    const rig = readyRig({
      rules,
      symbols: [symbolRules(), symbolRules({ symbol: 'ETHUSDT', baseAsset: 'ETH' })],
    });
    rig.market('2000', { symbol: 'ETHUSDT' });
    openPosition(rig, '400');
    rig.market('46800');
    rig.wait(1_000);
    const buyOther = {
      kind: 'buy',
      symbol: 'ETHUSDT',
      amount: { unit: 'quote', amount: notional('20') },
    } as const;
    expect(rig.say(buyOther).refusal?.code).toBe('risk.dailyLoss');
    expect(rig.say({ kind: 'close', symbol: SYMBOL }).outcome).toBe('accepted');
  });

  it('starts a new day at midnight UTC with new limits', () => {
    const rig = readyRig();
    rig.wait(10 * 3_600_000 + 1_000);
    expect(rig.eventsOf('day.started')).toHaveLength(2);
  });
});

describe('money from elsewhere', () => {
  it('takes a deposit for no profit and a withdrawal for no loss', () => {
    const rig = readyRig();
    rig.gateway.balances.set('USDT', notional('800'));
    rig.wait(46_000);
    const { account: panel } = rig.engine.dashboard();
    expect([panel.equity, panel.dayPnl, panel.drawdownBps]).toEqual(['800', '0', 0]);
    rig.gateway.balances.set('USDT', notional('300'));
    rig.wait(46_000);
    expect(rig.engine.dashboard().account.dayPnl).toBe('0');
    expect(rig.engine.dashboard().account.drawdownBps).toBe(0);
    expect(rig.engine.dashboard().tradingState).toBe('READY');
  });

  it('adopts an order that somebody else placed and counts it (invariant 27)', () => {
    const rig = readyRig();
    rig.gateway.takeSilently({
      clientOrderId: 'web_1',
      symbol: SYMBOL,
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: quantity('0.0005'),
      quoteQuantity: null,
      price: price('40000'),
      stopPrice: null,
      lane: 'enter',
    });
    rig.wait(46_000);
    expect(rig.eventsOf('order.adopted')).toHaveLength(1);
    expect(rig.buy('25').refusal?.code).toBe('risk.positionValue');
    rig.gateway.end('web_1', 'CANCELED', false);
    rig.wait(46_000);
    expect(rig.buy('25').outcome).toBe('accepted');
  });

  it("takes somebody else's purchase for no loss: what was paid has left the account's results (invariant 27)", () => {
    const rig = readyRig();
    rig.gateway.foreignTrade('BUY', quantity('0.004'), price('50000'));
    rig.wait(46_000);
    expect(rig.eventsOf('trade.adopted')).toHaveLength(1);
    const { account: panel } = rig.engine.dashboard();
    expect([panel.equity, panel.dayPnl, panel.drawdownBps]).toEqual(['300', '0', 0]);
    expect(rig.engine.dashboard().tradingState).toBe('READY');
  });

  it("takes the sale of somebody else's coins for no profit that could be lost again", () => {
    const rig = readyRig();
    rig.gateway.balances.set('BTC', quantity('0.01'));
    rig.gateway.foreignTrade('SELL', quantity('0.004'), price('50000'));
    rig.wait(46_000);
    const { account: panel } = rig.engine.dashboard();
    expect([panel.equity, panel.dayPnl]).toEqual(['700', '0']);
  });

  it('closes a position that somebody else has sold', () => {
    const rig = readyRig();
    openPosition(rig);
    rig.gateway.end(rig.gateway.last().clientOrderId, 'CANCELED', false);
    rig.gateway.foreignTrade('SELL', quantity('0.00048'), price('50000'));
    rig.gateway.answersLookUps = true;
    rig.wait(60_000);
    expect(rig.eventsOf('position.closed').map(({ reason }) => reason)).toEqual(['external']);
    expect(rig.engine.dashboard().tradingState).toBe('READY');
  });
});
