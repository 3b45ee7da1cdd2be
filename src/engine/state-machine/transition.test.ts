// The way up step by step: what each step asks for, what it answers when something is missing, and that nothing
// shortens it: no clock, no restart (the state is the fold of the events), no word but the sentence.
import { describe, expect, it } from 'vitest';
import { testRules } from '../../../tests/builders/rules.ts';
import { createHistory, readyForHunter, type History } from '../../../tests/builders/tier-history.ts';
import type { DomainEvent } from '../../core/events.ts';
import { notional, price, quantity } from '../../core/money.ts';
import type { Refusal } from '../../core/refusals.ts';
import type { Result } from '../../core/result.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/time.ts';
import { decideDemotion } from './demotion.ts';
import { evaluateGates } from './evaluate.ts';
import { adjustmentUntil, limitsNow, orderValueMaxNow } from './limits.ts';
import {
  check,
  confirm,
  decideEmergencyEnd,
  promotionNotBefore,
  reflect,
  RESPONSIBILITY_PHRASE,
  startTrial,
  type Moment,
} from './transition.ts';
import { decideTrialEnd, matchTrial, sale, trialForms, trialProgress, type TrialQuote } from './trial.ts';
import { profitableDaysInRow, type Trial } from './trial-state.ts';
import { isWatched, tiltSensitivity } from './watch.ts';

const rules = testRules();
const gates = rules.tierGates;
const costs = rules.trading.risk;
const moment = (history: History): Moment => ({
  now: history.now(),
  gates,
  evaluation: evaluateGates(history.state(), history.now(), gates, costs.positionValueMin),
});
type Answer = Result<readonly DomainEvent[], Refusal>;
const start = (history: History): Answer => startTrial(history.state(), moment(history), 't1');
const say = (history: History, phrase = RESPONSIBILITY_PHRASE): Answer =>
  confirm(history.state(), moment(history), phrase, 'trader');
const write = (history: History): Answer =>
  reflect(history.state(), moment(history), { words: 120, textHash: 'h' });
/** Folds an accepted answer, or gives the code of the refusal. */
function take(history: History, answer: Answer): string {
  if (!answer.ok) return answer.error.code;
  history.add(...answer.value);
  return 'done';
}
const trialOf = (history: History): Trial => {
  const { trial } = history.state();
  if (trial === null) throw new Error('no trial runs');
  return trial;
};
const quote = (bid: string, ask = bid): TrialQuote => ({
  symbol: 'BTCUSDT',
  bid: price(bid),
  ask: price(ask),
});

/** One round trip of the trial, bought at 100 and sold at `out`. */
function trade(history: History, out = '103'): void {
  const order = {
    kind: 'tier.trialOrdered',
    trialId: 't1',
    trialOrderId: 'o',
    symbol: 'BTCUSDT',
    form: 'LIMIT',
    quantity: quantity('0.2'),
    price: price('100'),
    triggerPrice: null,
  } as const;
  history.add(order);
  history.add(...matchTrial(trialOf(history), quote('99.9', '100'), costs));
  history.add(sale(trialOf(history), 'BTCUSDT', price(out), costs, 'close'));
}
/** Hours lived through, minute by minute for the trial. */
function live(history: History, hours: number): void {
  for (let minute = 0; minute < hours * 60; minute += 1) {
    history.wait(MINUTE_MS);
    history.add({ kind: 'tier.trialMarked', trialId: 't1', upMs: MINUTE_MS });
  }
}
function passTrial(history: History): void {
  expect(take(history, start(history))).toBe('done');
  for (let day = 0; day < 3; day += 1) {
    for (let count = 0; count < 4; count += 1) trade(history);
    live(history, 24);
    history.add({ kind: 'day.started', day: Math.floor(history.now() / DAY_MS), equity: notional('2500') });
    history.add(
      ...decideTrialEnd(history.state().trial ?? trialOf(history), history.now(), gates.transition),
    );
    if (history.state().trial === null) return;
  }
}

describe('the way up', () => {
  it('is gates, trial, sentence, reflection, and then half limits for 48 hours', () => {
    const history = readyForHunter();
    passTrial(history);
    expect(history.state().trialPassed?.to).toBe('HUNTER');
    expect(take(history, say(history))).toBe('done');
    expect(history.state().tier).toBe('SNIPER');
    expect(take(history, write(history))).toBe('done');
    const { tier, risenAt } = history.state();
    expect(tier).toBe('HUNTER');
    const full = gates.tiers.HUNTER;
    const half = limitsNow(history.state(), gates, history.now());
    expect(half).toMatchObject({
      openPositionsMax: 2,
      positionValueMaxBps: 250,
      dailyLossMax: notional('50'),
      dailyLossMaxBps: 250,
      entriesPerDayMax: 10,
    });
    expect(adjustmentUntil(history.state(), gates)).toBe((risenAt ?? 0) + 48 * HOUR_MS);
    expect(limitsNow(history.state(), gates, history.now() + 48 * HOUR_MS - 1)).toEqual(half);
    expect(limitsNow(history.state(), gates, history.now() + 48 * HOUR_MS)).toBe(full);
  }, 30_000);

  it('asks for what is missing, in this order', () => {
    const history = createHistory();
    expect(take(history, start(history))).toBe('tier.gates');
    const ready = readyForHunter();
    expect(take(ready, say(ready))).toBe('tier.noTrial');
    expect(take(ready, write(ready))).toBe('tier.noTrial');
    expect(take(ready, start(ready))).toBe('done');
    expect(take(ready, start(ready))).toBe('tier.trialRuns');
    expect(take(ready, say(ready))).toBe('tier.noTrial');
    const top = createHistory('ARCHITECT');
    expect(take(top, start(top))).toBe('tier.top');
    expect(take(top, say(top))).toBe('tier.top');
  });

  it('takes the sentence letter by letter, on the day, and the gates still open', () => {
    const history = readyForHunter();
    passTrial(history);
    expect(take(history, say(history, 'I understand'))).toBe('command.phraseWrong');
    expect(take(history, say(history, RESPONSIBILITY_PHRASE.toLowerCase()))).toBe('command.phraseWrong');
    expect(take(history, write(history))).toBe('tier.notConfirmed');
    expect(take(history, say(history, `  ${RESPONSIBILITY_PHRASE} `))).toBe('done');
    history.wait(24 * HOUR_MS + 1);
    expect(take(history, write(history))).toBe('tier.notConfirmed');
    expect(take(history, say(history))).toBe('done');
    history.add({
      kind: 'day.started',
      day: Math.floor(history.now() / DAY_MS) + 1,
      equity: notional('100'),
    });
    expect(take(history, write(history))).toBe('tier.gates');
    // A week later the trial is old.
    history.wait(7 * DAY_MS);
    expect(take(history, say(history))).toBe('tier.noTrial');
  }, 30_000);
});

describe('the trial', () => {
  it('is not passed by a clock: time that was not lived through is not uptime (invariant 13)', () => {
    const history = readyForHunter();
    take(history, start(history));
    for (let day = 0; day < 3; day += 1) {
      for (let count = 0; count < 4; count += 1) trade(history);
      history.wait(DAY_MS);
    }
    const progress = trialProgress(trialOf(history), history.now(), gates.transition);
    expect(progress).toMatchObject({ profitableDays: 3, roundTrips: 12, uptimeBps: 0, passed: false });
    // Set back, the clock makes no uptime above all of it, and the hours are still missing.
    live(history, 1);
    const back = trialProgress(trialOf(history), trialOf(history).startedAt + 1, gates.transition);
    expect(back).toMatchObject({ uptimeBps: 10_000, passed: false });
    expect(trialProgress(trialOf(history), trialOf(history).startedAt, gates.transition).uptimeBps).toBe(0);
  });

  it('is over after a week without success, and everything starts anew', () => {
    const history = readyForHunter();
    take(history, start(history));
    expect(decideTrialEnd(trialOf(history), history.now() + 7 * DAY_MS - 1, gates.transition)).toEqual([]);
    history.wait(7 * DAY_MS);
    history.add(...decideTrialEnd(trialOf(history), history.now(), gates.transition));
    expect([history.state().trial, history.state().trialPassed]).toEqual([null, null]);
  });

  it('counts days in a row, each with a profit', () => {
    const history = readyForHunter();
    take(history, start(history));
    const days = (pnls: readonly (readonly [number, bigint])[]): number =>
      profitableDaysInRow({
        ...trialOf(history),
        days: pnls.map(([day, pnl]) => ({ day, pnl: pnl as never })),
      });
    expect(days([])).toBe(0);
    expect(
      days([
        [1, 1n],
        [2, 1n],
        [4, 1n],
      ]),
    ).toBe(2);
    expect(
      days([
        [1, 1n],
        [2, 0n],
        [3, 1n],
        [4, 1n],
        [5, 1n],
      ]),
    ).toBe(3);
  });

  it('fills what the book allows, never better than asked, and stops by itself', () => {
    const history = readyForHunter();
    take(history, start(history));
    const order = (form: string, at: string | null, trigger: string | null = null): void =>
      void history.add({
        kind: 'tier.trialOrdered',
        trialId: 't1',
        trialOrderId: form,
        symbol: 'BTCUSDT',
        form,
        quantity: quantity('0.2'),
        price: at === null ? null : price(at),
        triggerPrice: trigger === null ? null : price(trigger),
      });
    const match = (shown: TrialQuote): readonly string[] => {
      const events = matchTrial(trialOf(history), shown, costs);
      history.add(...events);
      return events.map(({ kind }) => kind);
    };
    order('LIMIT', '99');
    expect(match(quote('99', '100'))).toEqual([]);
    expect(match({ ...quote('1'), symbol: 'ETHUSDT' })).toEqual([]);
    expect(match(quote('98.9', '99'))).toEqual(['tier.trialFilled']);
    expect(trialOf(history).positions.get('BTCUSDT')?.stopPrice).toBe(price('97.02'));
    expect(match(quote('97.03'))).toEqual([]);
    expect(match(quote('97.02'))).toEqual(['tier.trialFilled']);
    expect(trialOf(history).roundTrips).toBe(1);
    order('IOC', '99');
    expect(match(quote('99', '100'))).toEqual(['tier.trialCancelled']);
    order('FOK', '100');
    expect(match(quote('99', '100'))).toEqual(['tier.trialFilled']);
    history.add(sale(trialOf(history), 'BTCUSDT', price('101'), costs, 'close'));
    order('STOP_LOSS_LIMIT', '102', '101');
    expect(match(quote('99', '100'))).toEqual([]);
    expect(match(quote('103', '104'))).toEqual(['tier.trialTriggered']);
    expect(match(quote('101', '102'))).toEqual(['tier.trialFilled']);
    history.add(sale(trialOf(history), 'BTCUSDT', price('101'), costs, 'close'));
    order('STOP_LOSS_LIMIT', '102', '101');
    expect(match(quote('101', '101.5'))).toEqual(['tier.trialTriggered', 'tier.trialFilled']);
    history.add(sale(trialOf(history), 'BTCUSDT', price('101'), costs, 'close'));
    order('MARKET', null);
    expect(match(quote('101', '101.5'))).toEqual(['tier.trialFilled']);
  });

  it('adds to the day it left when the clock steps back, and refuses what is not its own', () => {
    const history = readyForHunter();
    take(history, start(history));
    trade(history);
    history.wait(-2 * DAY_MS);
    trade(history);
    expect(trialOf(history).days).toHaveLength(1);
    expect(() => history.add({ kind: 'tier.trialMarked', trialId: 'other', upMs: 1 })).toThrow(
      /running trial/,
    );
    expect(() => history.add({ kind: 'tier.trialTriggered', trialId: 't1', trialOrderId: 'x' })).toThrow(
      /is waiting/,
    );
    expect(() => history.add(sale(trialOf(history), 'BTCUSDT', price('1'), costs, 'close'))).toThrow(/sells/);
  });

  it('is about the forms that the next tier adds', () => {
    expect(trialForms('SNIPER', 'HUNTER', gates)).toEqual(['LIMIT', 'LIMIT_MAKER', 'IOC', 'FOK']);
    expect(trialForms('HUNTER', 'STRATEGIST', gates)).toEqual(['STOP_LOSS_LIMIT']);
    expect(trialForms('STRATEGIST', 'ARCHITECT', gates)).toContain('LIMIT');
  });
});

describe('after a fall', () => {
  const fallen = (): History => {
    const history = readyForHunter();
    for (let count = 0; count < 5; count += 1)
      history.add({
        kind: 'tilt.overrideAttempted',
        outcome: 'refused',
        reason: '',
        actor: 'trader',
        words: 0,
        textHash: '',
        effectiveAtMs: null,
      });
    history.add(...decideDemotion(history.state(), history.now(), gates));
    return history;
  };
  const tick = (history: History, item: string): string =>
    take(history, check(history.state(), gates, item, 'trader'));

  it('positions are $10 at most until the checklist is done, line by line', () => {
    const history = fallen();
    expect(orderValueMaxNow(history.state(), gates, costs)).toBe(notional('10'));
    expect(take(history, start(history))).toBe('tier.emergency');
    expect(tick(history, 'everything')).toBe('tier.noSuchItem');
    expect(tick(history, 'journal')).toBe('tier.journalFirst');
    expect(tick(history, 'cause')).toBe('done');
    expect(tick(history, 'cause')).toBe('done');
    expect(tick(history, 'orders')).toBe('done');
    expect(decideEmergencyEnd(history.state(), gates)).toEqual([]);
    history.add({ kind: 'journal.accepted', words: 100, textHash: 'h', reason: '', sketch: [] });
    expect(tick(history, 'journal')).toBe('done');
    expect(history.state().emergency).not.toBeNull();
    expect(tick(history, 'limits')).toBe('done');
    expect(history.state().emergency).toBeNull();
    expect(orderValueMaxNow(history.state(), gates, costs)).toBe(costs.orderValueMax);
    expect(tick(history, 'cause')).toBe('command.notHere');
    expect(decideEmergencyEnd(history.state(), gates)).toEqual([]);
  });

  it('a journal entry may be the last line', () => {
    const history = fallen();
    for (const item of ['cause', 'orders', 'limits']) tick(history, item);
    history.add({ kind: 'journal.accepted', words: 100, textHash: 'h', reason: '', sketch: [] });
    expect(decideEmergencyEnd(history.state(), gates).map(({ kind }) => kind)).toEqual([
      'tier.emergencyEnded',
    ]);
  });

  it('no promotion begins for thirty days', () => {
    const history = fallen();
    for (const item of ['cause', 'orders', 'limits']) tick(history, item);
    history.add({ kind: 'journal.accepted', words: 100, textHash: 'h', reason: '', sketch: [] });
    history.add(...decideEmergencyEnd(history.state(), gates));
    const until = promotionNotBefore(history.state(), gates) ?? 0;
    expect(until).toBe(history.now() + 30 * DAY_MS);
    expect(take(history, start(history))).toBe('tier.tooSoon');
    history.wait(30 * DAY_MS);
    // What was measured before the fall counts no more.
    expect(take(history, start(history))).toBe('tier.gates');
  });
});

describe('the valley before HUNTER', () => {
  it.each([
    ['SNIPER', '1799.99', 1],
    ['SNIPER', '1800', 1.5],
    ['HUNTER', '1800', 1],
  ] as const)('%s with $%s: tilt is %d times as sensitive', (tier, equity, factor) => {
    expect(tiltSensitivity(tier, notional(equity), gates)).toBe(factor);
    expect(isWatched(tier, notional(equity), gates)).toBe(factor > 1);
  });
});
