import { describe, expect, it } from 'vitest';
import { candleAt, closedCandle } from '../../tests/builders/candles.ts';
import { openPosition, readyRig, type Rig } from '../../tests/builders/engine.ts';
import { SYMBOL, symbolRules } from '../../tests/builders/engine-gateway.ts';
import { testRules } from '../../tests/builders/rules.ts';
import { notional } from '../core/money.ts';
import { createSeededRandom } from '../core/seeded-random.ts';

const JOURNAL = 'Three losses in a row today and each of them came from entering too early.';
const two = [symbolRules(), symbolRules({ symbol: 'ETHUSDT', baseAsset: 'ETH' })];
const whole = testRules({
  tierGates: { tiers: { SNIPER: { positionValueMaxBps: 10_000, openPositionsMax: 2 } } },
  trading: { risk: { drawdownHaltBps: 9_000, duplicateIntentMs: 0, flashCrashBps: 9_900 } },
});

/** Buys, and sells at once a little lower. */
function loseOne(rig: Rig): void {
  openPosition(rig, '20');
  rig.say({ kind: 'close', symbol: SYMBOL });
  const exit = rig.gateway.last();
  rig.gateway.accept(exit);
  rig.gateway.fill(exit.clientOrderId);
  rig.wait(61_000);
}

/** Sells whatever the engine asks to sell at the market. */
function sellAll(rig: Rig, from: number): void {
  for (const request of rig.gateway.submitted.slice(from)) {
    rig.gateway.accept(request);
    if (request.side === 'SELL' && request.stopPrice === null) rig.gateway.fill(request.clientOrderId);
  }
}

describe('three losing trades in a row', () => {
  it('force a break and a journal entry, on every path, over a restart', () => {
    const rig = readyRig();
    for (let count = 0; count < 3; count += 1) loseOne(rig);
    expect(rig.eventsOf('risk.breakStarted')).toMatchObject([{ lossesInARow: 3 }]);
    for (const actor of ['trader', 'api', 'strategy'] as const)
      expect(
        rig.say({ kind: 'buy', symbol: SYMBOL, amount: { unit: 'quote', amount: notional('20') } }, { actor })
          .refusal?.code,
      ).toBe('risk.losingStreak');
    const again = rig.restart();
    again.gateway.connect();
    again.market('50000');
    again.wait(500);
    expect(again.buy('20').refusal?.figures).toMatchObject({ losses: 3, wordsMin: 10 });
    again.wait(30 * 60_000);
    // Its time is over, and nothing was written.
    expect(again.buy('20').refusal?.code).toBe('risk.losingStreak');
    expect(again.say({ kind: 'journal', text: JOURNAL }).outcome).toBe('accepted');
    again.wait(500);
    expect(again.eventsOf('risk.breakEnded')).toHaveLength(1);
    expect(again.buy('20').outcome).toBe('accepted');
  });

  it('are not in a row with a winning one between', () => {
    const rig = readyRig();
    loseOne(rig);
    loseOne(rig);
    openPosition(rig, '20');
    rig.market('51000');
    rig.say({ kind: 'close', symbol: SYMBOL });
    const exit = rig.gateway.last();
    rig.gateway.accept(exit);
    rig.gateway.fill(exit.clientOrderId);
    expect(rig.engine.state().risk.streaks.lossesInARow).toBe(0);
    expect(rig.eventsOf('risk.breakStarted')).toEqual([]);
  });
});

describe('staged deleveraging', () => {
  it('cuts by a quarter at a day’s loss of 10 %, by half at 12 %, and closes all at 15 %, each once', () => {
    const rig = readyRig({ rules: whole });
    openPosition(rig, '490');
    // The stop is far below, so that the position lives to be cut.
    const held = (): bigint => {
      const [position] = [...rig.engine.state().positions.open.values()];
      return position === undefined ? 0n : position.bought - position.sold;
    };
    const before = held();
    const act = (bid: string): void => {
      const from = rig.gateway.submitted.length;
      rig.market(bid);
      rig.wait(500);
      sellAll(rig, from);
      rig.wait(2_000);
    };
    rig.market('45300');
    rig.wait(500);
    expect(rig.eventsOf('risk.deleveraged')).toEqual([]);
    const from = rig.gateway.submitted.length;
    act('44700');
    expect(rig.eventsOf('risk.deleveraged').map(({ atBps, cutBps }) => [atBps, cutBps])).toEqual([
      [1_000, 2_500],
    ]);
    expect(rig.eventsOf('position.reduceRequested').map(({ actor }) => actor)).toEqual(['system']);
    expect(rig.gateway.submitted.slice(from).some(({ side }) => side === 'SELL')).toBe(true);
    expect(before > 0n).toBe(true);
    const again = rig.restart();
    again.gateway.answersLookUps = true;
    again.gateway.connect();
    again.market('44700');
    again.wait(3_000);
    expect(again.eventsOf('risk.deleveraged')).toHaveLength(1);
    again.market('40000');
    again.wait(1_000);
    expect(again.eventsOf('risk.deleveraged').at(-1)).toMatchObject({ cutBps: 10_000 });
    const closing = [...again.engine.state().positions.open.values()].map(
      ({ closing: asked }) => asked?.reason,
    );
    expect(closing.every((reason) => reason === 'emergency' || reason === 'stop_loss')).toBe(true);
  });
});

describe('positions that move together', () => {
  const HALF_HOUR = 1_800_000;
  /** Both are open, the second pair the younger; then half-hours come in, `alike` of each move being the same. */
  function moved(alike: number): Rig {
    const rules = testRules({
      tierGates: { tiers: { SNIPER: { openPositionsMax: 2 } } },
      trading: { risk: { duplicateIntentMs: 0 } },
    });
    const rig = readyRig({ symbols: two, rules });
    rig.market('2000', { symbol: 'ETHUSDT' });
    openPosition(rig, '25');
    rig.say({ kind: 'buy', symbol: 'ETHUSDT', amount: { unit: 'quote', amount: notional('25') } });
    const entry = rig.gateway.last();
    rig.gateway.accept(entry);
    rig.gateway.fill(entry.clientOrderId);
    rig.gateway.accept(rig.gateway.last());
    const random = createSeededRandom(5);
    const prices = { [SYMBOL]: 50_000, ETHUSDT: 2_000 };
    const from = Math.floor(rig.timers.now() / HALF_HOUR) - 60;
    for (let slot = 0; slot < 60; slot += 1) {
      const [shared, own] = [random.next() - 0.5, random.next() - 0.5];
      prices[SYMBOL] *= 1 + shared / 100;
      prices.ETHUSDT *= 1 + (shared * alike + own * (1 - alike)) / 100;
      for (const [symbol, close] of Object.entries(prices)) {
        const candle = candleAt((from + slot) * HALF_HOUR - 60_000, close);
        rig.gateway.report({ kind: 'market', update: closedCandle(symbol, candle) });
      }
    }
    rig.wait(500);
    return rig;
  }

  it('almost as one: the younger is cut by half, once, also over a restart', () => {
    const rig = moved(1);
    expect(rig.eventsOf('risk.correlationWarned')).toMatchObject([
      { limit: 0.6, symbols: [SYMBOL, 'ETHUSDT'] },
    ]);
    expect(rig.eventsOf('risk.correlationCut')).toMatchObject([
      { symbol: 'ETHUSDT', otherSymbol: SYMBOL, cutBps: 5_000 },
    ]);
    expect(rig.eventsOf('position.reduceRequested')).toMatchObject([{ actor: 'system' }]);
    rig.wait(2_000);
    expect(rig.eventsOf('risk.correlationCut')).toHaveLength(1);
    const again = rig.restart();
    again.gateway.answersLookUps = true;
    again.gateway.connect();
    again.market('50000');
    again.market('2000', { symbol: 'ETHUSDT' });
    again.wait(1_000);
    expect(again.eventsOf('risk.correlationCut')).toHaveLength(1);
    // Nothing is known of the pairs before their candles come again: the warning is over.
    expect(again.engine.state().risk.correlationWarned).toBe(false);
  });

  it('a good deal: it is said, and nothing is sold', () => {
    const rig = moved(0.6);
    const [warned] = rig.eventsOf('risk.correlationWarned');
    expect(warned?.mean).toBeGreaterThan(0.6);
    expect(warned?.mean).toBeLessThan(0.95);
    expect(rig.eventsOf('risk.correlationCut')).toEqual([]);
    expect(rig.eventsOf('position.reduceRequested')).toEqual([]);
  });

  it('hardly: nothing is said', () => {
    expect(moved(0.1).eventsOf('risk.correlationWarned')).toEqual([]);
  });
});

describe('a flash crash', () => {
  it('takes back resting entries and lets no new one in for five minutes, over a restart', () => {
    const rig = readyRig({ symbols: two });
    rig.market('2000', { symbol: 'ETHUSDT' });
    rig.wait(2_000);
    rig.market('45100');
    rig.wait(500);
    expect(rig.buy('20').refusal?.code).not.toBe('risk.flashCrash');
    rig.gateway.accept(rig.gateway.last());
    rig.gateway.end(rig.gateway.last().clientOrderId, 'EXPIRED');
    rig.market('44990');
    expect(rig.eventsOf('risk.flashCrash')).toMatchObject([{ symbol: SYMBOL, withinMs: 60_000 }]);
    const eth = {
      kind: 'buy',
      symbol: 'ETHUSDT',
      amount: { unit: 'quote', amount: notional('20') },
    } as const;
    expect(rig.say(eth).refusal?.code).toBe('risk.flashCrash');
    const again = rig.restart();
    again.gateway.connect();
    again.market('44990');
    again.market('2000', { symbol: 'ETHUSDT' });
    const { flashCrash } = again.engine.state().risk;
    expect((flashCrash?.untilMs ?? 0) - again.timers.now()).toBeGreaterThan(280_000);
    expect(again.engine.dashboard().risk?.latches.map(({ latch }) => latch)).toEqual(['FLASH_CRASH']);
    // Not the latch alone: an entry is refused, whoever wants it, until its minutes are over.
    const refusedNow = (): readonly string[] => {
      const known = again.eventsOf('entry.refused').length;
      again.strategyEnters('ETHUSDT');
      return [
        again.say(eth).refusal?.code ?? 'accepted',
        again.say(eth, { actor: 'api' }).refusal?.code ?? 'accepted',
        again.eventsOf('entry.refused')[known]?.code ?? 'accepted',
      ];
    };
    again.wait(2_500);
    expect(again.engine.dashboard().tradingState).toBe('READY');
    expect(refusedNow()).toEqual(['risk.flashCrash', 'risk.flashCrash', 'risk.flashCrash']);
    again.wait((flashCrash?.untilMs ?? 0) - again.timers.now() - 2_500);
    expect(refusedNow()).toEqual(['risk.flashCrash', 'risk.flashCrash', 'risk.flashCrash']);
    again.wait(2_500);
    again.strategyEnters('ETHUSDT');
    expect(again.eventsOf('order.intended').at(-1)).toMatchObject({ symbol: 'ETHUSDT', actor: 'strategy' });
  });

  it('is not one odd print', () => {
    const rig = readyRig();
    rig.wait(2_000);
    rig.market('30000');
    rig.market('50000');
    rig.wait(2_000);
    expect(rig.eventsOf('risk.flashCrash')).toEqual([]);
    rig.market('30000');
    rig.wait(2_500);
    expect(rig.eventsOf('risk.flashCrash')).toHaveLength(1);
  });

  it('is no slow fall', () => {
    const rig = readyRig();
    for (let bid = 50_000; bid > 44_000; bid -= 500) {
      rig.market(String(bid));
      rig.wait(8_000);
    }
    expect(rig.eventsOf('risk.flashCrash')).toEqual([]);
  });
});

describe('kill levels', () => {
  const asked = (level: 1 | 2 | 3) => ({ kind: 'halt', reason: 'enough', level }) as const;

  it('K3 sells everything, also what is filled after it, and nothing new is sent (invariant 24)', () => {
    const rig = readyRig({ symbols: two });
    openPosition(rig);
    rig.say(asked(3));
    expect(rig.eventsOf('position.closeRequested').map(({ reason }) => reason)).toEqual(['emergency']);
    rig.wait(500);
    expect(rig.buy('25').refusal?.code).toBe('engine.halted');
  });

  it('K3 is carried on by the next start', () => {
    const rig = readyRig();
    rig.buy('25');
    const request = rig.gateway.last();
    rig.say(asked(3));
    // The entry was on its way: it is filled while the engine is dead.
    rig.gateway.takeSilently(request);
    rig.gateway.fill(request.clientOrderId, {}, false);
    const again = rig.restart();
    again.gateway.answersLookUps = true;
    again.gateway.connect();
    again.market('50000');
    again.wait(5_000);
    expect(again.engine.state().trading.halt?.level).toBe(3);
    expect(again.eventsOf('position.closeRequested').map(({ reason }) => reason)).toEqual(['emergency']);
  });

  it('are the same however often they are asked for, and never lowered', () => {
    const rig = readyRig();
    rig.say(asked(2));
    rig.say(asked(2));
    rig.say(asked(1));
    expect(rig.eventsOf('trading.halted').map(({ level }) => level)).toEqual([2]);
    rig.say(asked(3));
    expect(rig.engine.state().trading.halt?.level).toBe(3);
  });
});

describe('a strategy that repeats itself', () => {
  it('is switched off until a person arms it; the API does not', () => {
    const rig = readyRig({
      rules: testRules({
        tierGates: { tiers: { SNIPER: { openPositionsMax: 9, entriesPerDayMax: 99 } } },
        trading: { risk: { duplicateIntentMs: 0, entriesPerMinuteMax: 1 } },
      }),
      symbols: two,
    });
    rig.market('2000', { symbol: 'ETHUSDT' });
    rig.say({ kind: 'strategy', strategy: 'sma_cross', symbol: 'ETHUSDT', on: true });
    openPosition(rig, '20');
    rig.strategyEnters('ETHUSDT');
    expect(rig.eventsOf('strategy.suspended')).toMatchObject([{ strategy: 'sma_cross' }]);
    expect(rig.engine.state().strategies.size).toBe(0);
    const on = { kind: 'strategy', strategy: 'sma_cross', symbol: 'ETHUSDT', on: true } as const;
    expect(rig.say(on, { actor: 'api' }).refusal?.code).toBe('risk.strategySuspended');
    expect(rig.say(on).outcome).toBe('accepted');
    expect(rig.eventsOf('strategy.rearmed')).toHaveLength(1);
    expect(rig.engine.state().risk.suspended.size).toBe(0);
  });
});
