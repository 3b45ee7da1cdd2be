/**
 * Tilt from end to end: a person types, the engine trades, the real detector scores, the engine acts. No score is
 * scripted here. First the way into a lock and out of it; then the ways around, each tried.
 */
import { describe, expect, it } from 'vitest';
import { journalText } from '../../tests/builders/journal-text.ts';
import { readyRig } from '../../tests/builders/engine.ts';
import { SYMBOL } from '../../tests/builders/engine-gateway.ts';
import { chase, experiencedTrader, type ScriptedTrader } from '../../tests/builders/scripted-trader.ts';
import { notional } from '../core/money.ts';
import { createMemoryLockLedger } from '../core/ports/lock-ledger.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/time.ts';
import type { TiltLevel } from '../core/vocabulary.ts';
import { sizeWords } from '../tilt/messages.ts';

const typed = {
  behaviour: { decisionMs: 20 * MINUTE_MS, keys: journalText.length, corrections: 10, pasted: false },
};
const buy = {
  kind: 'buy',
  symbol: SYMBOL,
  amount: { unit: 'quote', amount: notional('25') },
} as const;
const level = (trader: ScriptedTrader): TiltLevel => trader.rig().engine.dashboard().tilt.level;
/** The share of the usual size on the way back from a lock; debt is paid down beside it. */
const sizeBps = (trader: ScriptedTrader): number =>
  trader
    .rig()
    .engine.dashboard()
    .tiltMirror?.sizeReasons.find(({ words }) => words === sizeWords.recovery)?.bps ?? 10_000;
const entryCode = (trader: ScriptedTrader): string | undefined => trader.rig().say(buy).refusal?.code;

function lockedTrader(change: Parameters<typeof experiencedTrader>[0] = {}): ScriptedTrader {
  const trader = experiencedTrader(change);
  for (let time = 0; time < 6 && level(trader) !== 'LOCKED'; time += 1) chase(trader, 1);
  expect(level(trader)).toBe('LOCKED');
  return trader;
}

describe('ten calm days', () => {
  it('bring no intervention, and a baseline', () => {
    const trader = experiencedTrader();
    const scores = trader.rig().eventsOf('tilt.scored');
    expect(Math.max(...scores.map(({ score }) => score))).toBeLessThan(60);
    expect(trader.rig().eventsOf('tilt.locked')).toEqual([]);
    expect(trader.rig().engine.dashboard().tiltMirror?.sessionsLearned).toBeGreaterThanOrEqual(9);
  });
});

describe('a trader who chases losses', () => {
  it('is locked by the engine itself within six entries, every point with events that are in the log', () => {
    const trader = experiencedTrader();
    const replies = chase(trader, 6);
    expect(replies.findIndex(({ refusal }) => refusal?.code === 'tilt.locked')).toBeLessThanOrEqual(6);
    const [lock] = trader.rig().eventsOf('tilt.locked');
    expect(lock).toMatchObject({ repetition: 1, reason: 'evidence' });
    const known = new Set([...trader.rig().log.read(1)].map(({ eventId }) => eventId));
    const last = trader.rig().eventsOf('tilt.scored').at(-1);
    expect(last?.indicators.length).toBeGreaterThan(1);
    expect(last?.evidence.length).toBeGreaterThan(0);
    expect(last?.evidence.filter((id) => !known.has(id))).toEqual([]);
  });

  it('gets no entry, typed, through the API or by a strategy, and can close what is open', () => {
    const trader = experiencedTrader();
    trader.wait(MINUTE_MS);
    trader.buys('75', { decisionMs: 700 });
    trader.isStoppedOut();
    for (let time = 0; time < 3; time += 1) {
      trader.wait(12 * SECOND_MS);
      trader.buys('75', { decisionMs: 700, keys: 9 });
    }
    const { engine } = trader.rig();
    for (const actor of ['trader', 'api', 'strategy'] as const)
      expect(engine.command(buy, { actor, text: 'buy', behaviour: null }).refusal?.code).toBe('tilt.locked');
    expect(engine.preview(buy).figures['code']).toBe('tilt.locked');
    const before = trader.rig().eventsOf('order.intended').length;
    trader.rig().strategyEnters(SYMBOL);
    trader.wait(SECOND_MS);
    expect(trader.rig().eventsOf('order.intended')).toHaveLength(before);
  });

  it('is not let out by restarts or by setting the clock, forward or back', () => {
    const trader = lockedTrader();
    const entries = trader
      .rig()
      .eventsOf('order.intended')
      .filter(({ purpose }) => purpose === 'entry').length;
    for (const jump of [0, DAY_MS, -2 * DAY_MS, 40 * DAY_MS]) {
      trader.rig().timers.jumpWall(jump);
      trader.wait(SECOND_MS);
      // A clock far back is refused by risk before tilt is asked; what matters is that nothing opens.
      expect(entryCode(trader)).toBeDefined();
      trader.restarts();
      trader.wait(3 * SECOND_MS);
      expect(entryCode(trader)).toBeDefined();
      expect(trader.rig().engine.state().tilt.interventions.lock).not.toBeNull();
    }
    expect(
      trader
        .rig()
        .eventsOf('order.intended')
        .filter(({ purpose }) => purpose === 'entry'),
    ).toHaveLength(entries);
    expect(trader.rig().eventsOf('tilt.lockEnded')).toEqual([]);
  });

  it('comes back by time and checklist, at 25 %, then 50, 75 and 100 % with calm trades', () => {
    const trader = lockedTrader();
    trader.wait(6 * MINUTE_MS);
    expect(entryCode(trader)).toBe('tilt.locked');
    expect(trader.rig().say({ kind: 'journal', text: journalText }, typed).outcome).toBe('accepted');
    expect(entryCode(trader)).toBe('tilt.locked');
    expect(trader.rig().say({ kind: 'recover', step: 'review' }).outcome).toBe('accepted');
    trader.wait(2 * MINUTE_MS);
    expect(trader.rig().eventsOf('tilt.lockEnded')).toHaveLength(1);
    const debt = trader.rig().engine.dashboard().tiltMirror?.debt ?? 0;
    expect(debt).toBeGreaterThan(0);
    const sizes = [sizeBps(trader)];
    trader.wait(HOUR_MS);
    for (let trade = 0; trade < 6; trade += 1) {
      expect(trader.buys('75', { decisionMs: 6_500 }).outcome).toBe('accepted');
      trader.wait(3 * MINUTE_MS);
      trader.takesProfit(200);
      trader.wait(8 * MINUTE_MS);
      if (trade % 2 === 1) sizes.push(sizeBps(trader));
    }
    expect(
      trader
        .rig()
        .eventsOf('tilt.tradeJudged')
        .map(({ reason }) => reason),
    ).toEqual(Array(6).fill('calm'));
    expect(sizes).toEqual([2_500, 5_000, 7_500, 10_000]);
    expect(trader.rig().engine.dashboard().tiltMirror).toMatchObject({ debt: 0, sizeBps: 10_000 });
  });
});

describe('ways around, each through the engine', () => {
  /** Enters again and again, wins a little each time, so that no losing streak answers instead. */
  const hammer = (trader: ScriptedTrader, dollars: string, pauseMs: number, hands = {}): void => {
    for (let time = 0; time < 9; time += 1) {
      if (trader.buys(dollars, hands).outcome === 'accepted') {
        trader.wait(4 * SECOND_MS);
        trader.takesProfit(40);
      }
      trader.wait(pauseMs);
    }
  };
  const highest = (trader: ScriptedTrader, from: number): number =>
    Math.max(
      0,
      ...trader
        .rig()
        .eventsOf('tilt.scored')
        .slice(from)
        .map(({ score }) => score),
    );

  it('a big order in small parts, at an unhurried look, is seen by its sum and pace', () => {
    const trader = experiencedTrader();
    const from = trader.rig().eventsOf('tilt.scored').length;
    trader.wait(MINUTE_MS);
    trader.buys('60', {});
    trader.wait(2 * MINUTE_MS);
    trader.isStoppedOut();
    trader.wait(62 * SECOND_MS);
    hammer(trader, '12', 3 * SECOND_MS);
    expect(highest(trader, from)).toBeGreaterThanOrEqual(60);
  });

  it('pasted lines at steady intervals are seen for what they are', () => {
    const trader = experiencedTrader();
    trader.wait(MINUTE_MS);
    hammer(trader, '75', 30 * SECOND_MS, { pasted: true, keys: 1 });
    expect(level(trader)).toBe('LOCKED');
  });

  it('waiting out every rule to the second and hammering at a break adds up all the same', () => {
    const trader = experiencedTrader();
    trader.wait(MINUTE_MS);
    for (let time = 0; time < 3; time += 1) {
      trader.buys('75', {});
      trader.wait(5 * SECOND_MS);
      trader.isStoppedOut();
      trader.wait(61 * SECOND_MS);
    }
    expect(entryCode(trader)).toBe('risk.losingStreak');
    for (let time = 0; time < 6; time += 1) {
      trader.wait(15 * SECOND_MS);
      trader.buys('75', {});
    }
    expect(level(trader)).toBe('LOCKED');
  });

  it('looking about and typing at random between the entries hides nothing', () => {
    const trader = experiencedTrader();
    trader.wait(MINUTE_MS);
    for (let time = 0; time < 4; time += 1) {
      for (let act = 0; act < 10; act += 1) {
        const figures = { name: 'positions', count: 20 + act, errors: act % 2, pastes: 0, durationMs: 4_000 };
        trader.rig().engine.action({ action: act % 2 === 0 ? 'view' : 'keys', symbol: null, figures });
        trader.wait(SECOND_MS);
      }
      if (trader.buys('75', { decisionMs: 6_000 + time * 100 }).outcome === 'accepted') trader.isStoppedOut();
    }
    expect(level(trader)).toBe('LOCKED');
  });

  it('getting a little quicker and larger every day is seen before it is the usual', () => {
    const trader = experiencedTrader();
    let seenOn: number | null = null;
    for (let day = 1; day <= 8 && seenOn === null; day += 1) {
      const rush = 1 - day * 0.1;
      for (let trade = 0; trade < 6; trade += 1) {
        trader.wait(2 * MINUTE_MS * rush);
        const reply = trader.buys(String(60 + day * 2), { decisionMs: Math.round(6_000 * rush) });
        if (reply.outcome !== 'accepted') continue;
        trader.wait(2 * MINUTE_MS * rush);
        if (trade % 3 === 0) trader.isStoppedOut();
        else trader.takesProfit(200);
      }
      if (level(trader) === 'LOCKED') seenOn = day;
      trader.sleeps();
    }
    expect(seenOn).not.toBeNull();
  });

  it('coming close again and again brings the warning nearer', () => {
    const trader = experiencedTrader();
    trader.wait(MINUTE_MS);
    for (let time = 0; time < 3; time += 1) {
      trader.buys('60', { decisionMs: 900 });
      trader.wait(20 * SECOND_MS);
      trader.takesProfit(40);
      trader.wait(20 * SECOND_MS);
    }
    trader.wait(31 * MINUTE_MS);
    expect(level(trader)).toBe('NORMAL');
    expect(trader.rig().engine.state().tilt.interventions.approaches.length).toBeGreaterThan(0);
  });

  it('a second account and a fresh data folder find the lock', () => {
    const locks = createMemoryLockLedger();
    const trader = lockedTrader({ locks });
    expect(readyRig({ locks }).say(buy).refusal?.code).not.toBeUndefined();
    trader.restarts({ emptyLog: true });
    expect(entryCode(trader)).toBe('tilt.locked');
  });
});
