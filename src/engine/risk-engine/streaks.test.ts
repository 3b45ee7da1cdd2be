import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../tests/builders/engine-values.ts';
import { testRules } from '../../../tests/builders/rules.ts';
import type { DomainEvent } from '../../core/events.ts';
import { notional, ZERO_NOTIONAL } from '../../core/money.ts';
import { deleveragingDue } from './deleveraging.ts';
import { createFallMeter } from './flash-crash.ts';
import { messagesWithin, withMessage, type MessageCount } from './message-count.ts';
import { decideRecovery, recoveryAt, recoveryFlowed } from './recovery.ts';
import { evolveRisk, initialRisk, type RiskState } from './risk-state.ts';
import { afterDay, daysHalve, decideBreak, initialStreaks, restAt } from './streaks.ts';

const rules = testRules().trading.risk;
const at = (dollars: string) => notional(dollars);
const after = (state: RiskState, ...events: readonly DomainEvent[]): RiskState =>
  events.reduce((next, event) => evolveRisk(next, recordOf(event), ZERO_NOTIONAL), state);
const marked = (equity: string): DomainEvent => ({
  kind: 'equity.marked',
  equity: at(equity),
  peak: at('1000'),
  drawdownBps: 0,
  dayPnl: ZERO_NOTIONAL,
  day: 1,
});
const day = (number: number, equity: string): DomainEvent => ({
  kind: 'day.started',
  day: number,
  equity: at(equity),
});

describe('losing days', () => {
  it('two losing days in a row halve size until a winning one', () => {
    const halves = (...days: readonly DomainEvent[]): boolean =>
      daysHalve(after(initialRisk, ...days).streaks, rules);
    expect(halves(day(1, '100'), day(2, '99'))).toBe(false);
    expect(halves(day(1, '100'), day(2, '99'), day(3, '98'))).toBe(true);
    // A day without a result says nothing; a winning one ends it.
    expect(halves(day(1, '100'), day(2, '99'), day(3, '98'), day(4, '98'))).toBe(true);
    expect(halves(day(1, '100'), day(2, '99'), day(3, '98'), day(4, '98.01'))).toBe(false);
    expect(halves(day(1, '100'), day(2, '99'), day(3, '99.5'), day(4, '99'))).toBe(false);
    expect(afterDay(initialStreaks, 0n)).toBe(initialStreaks);
  });
});

describe('a break', () => {
  it('is due at three losses, begun once, and ends with its time and an entry', () => {
    const lost = { ...initialStreaks, lossesInARow: 3 };
    expect(decideBreak({ ...lost, lossesInARow: 2 }, 0, rules)).toEqual([]);
    expect(decideBreak(lost, 5, rules)).toEqual([
      { kind: 'risk.breakStarted', untilMs: 1_800_005, lossesInARow: 3 },
    ]);
    const resting = { ...lost, rest: { untilMs: 100, journalWords: 0 } };
    expect(decideBreak(resting, 100, rules)).toEqual([]);
    expect(restAt({ ...resting, rest: { untilMs: 100, journalWords: 10 } }, 99, rules)?.untilMs).toBe(100);
    expect(decideBreak({ ...resting, rest: { untilMs: 100, journalWords: 10 } }, 100, rules)).toMatchObject([
      { kind: 'risk.breakEnded' },
    ]);
    expect(restAt(resting, Number.NaN, rules)).not.toBeNull();
  });

  it('keeps its end and the longest entry', () => {
    const begun = after(initialRisk, { kind: 'risk.breakStarted', untilMs: 100, lossesInARow: 3 });
    const again = after(
      begun,
      { kind: 'risk.breakStarted', untilMs: 50, lossesInARow: 3 },
      { kind: 'journal.accepted', words: 20, textHash: '', reason: '', sketch: null },
      { kind: 'journal.accepted', words: 5, textHash: '', reason: '', sketch: null },
    );
    expect(again.streaks.rest).toEqual({ untilMs: 100, journalWords: 20 });
    const ended = after(again, { kind: 'risk.breakEnded', reason: '' });
    expect(ended.streaks).toEqual(initialStreaks);
    expect(
      after(ended, { kind: 'journal.accepted', words: 5, textHash: '', reason: '', sketch: null }).streaks,
    ).toEqual(initialStreaks);
  });
});

describe('the recovery protocol', () => {
  const entered: DomainEvent = {
    kind: 'account.recoveryEntered',
    peak: at('1000'),
    equity: at('880'),
    drawdownBps: 1_200,
  };

  it('begins at a drawdown of 10 % and ends when all is earned back', () => {
    expect(decideRecovery(null, at('1000'), at('900.01'), rules)).toEqual([]);
    expect(decideRecovery(null, at('1000'), at('900'), rules)).toMatchObject([
      { kind: 'account.recoveryEntered', drawdownBps: 1_000 },
    ]);
    const { recovery } = after(initialRisk, entered);
    expect(decideRecovery(recovery, at('1000'), at('999.99'), rules)).toEqual([]);
    expect(decideRecovery(recovery, at('1000'), at('1000'), rules)).toMatchObject([
      { kind: 'account.recoveryLeft', lowest: at('880') },
    ]);
    expect(
      after(initialRisk, entered, {
        kind: 'account.recoveryLeft',
        peak: at('1000'),
        lowest: at('880'),
        equity: at('1000'),
      }).recovery,
    ).toBeNull();
  });

  it.each([
    ['880', 0, 2_500],
    ['909.99', 0, 2_500],
    ['910', 1, 5_000],
    ['939.99', 1, 5_000],
    ['940', 2, 7_500],
    ['970', 3, 10_000],
    ['999.99', 3, 10_000],
  ] as const)('at %s of 1,000 with 880 the lowest: quarter %i, %i bps', (equity, quarter, sizeBps) => {
    const { recovery } = after(initialRisk, entered);
    expect(recoveryAt(recovery, at('1000'), at(equity), rules)).toMatchObject({ quarter, sizeBps });
  });

  it('grows by quarters as the loss is earned back, from the lowest point there was', () => {
    const state = after(initialRisk, entered, marked('850'), marked('870'));
    expect(state.recovery).toEqual({ peak: at('1000'), lowest: at('850') });
    expect(recoveryAt(state.recovery, at('1000'), at('887.5'), rules)?.quarter).toBe(1);
    // Lower than anything marked: nothing is earned back.
    expect(recoveryAt(state.recovery, at('1000'), at('800'), rules)).toMatchObject({
      quarter: 0,
      lost: at('200'),
      earnedBack: 0n,
    });
    expect(recoveryAt(state.recovery, at('1000'), at('1000'), rules)).toBeNull();
  });

  it('binds before it is written, and not above its limit', () => {
    expect(recoveryAt(null, at('1000'), at('900'), rules)?.sizeBps).toBe(2_500);
    expect(recoveryAt(null, at('1000'), at('900.01'), rules)).toBeNull();
  });

  it('moves with money that comes or goes', () => {
    const { recovery } = after(initialRisk, entered);
    expect(recoveryFlowed(recovery, at('900'), at('450'))).toEqual({ peak: at('500'), lowest: at('440') });
    expect(recoveryFlowed(null, at('900'), at('450'))).toBeNull();
    expect(recoveryFlowed(recovery, at('0'), at('450'))).toBe(recovery);
    expect(recoveryFlowed(recovery, at('900'), at('0'))).toBe(recovery);
  });
});

describe('staged deleveraging', () => {
  const begun = after(initialRisk, day(1, '1000'));
  it.each([
    ['900.01', 0, null],
    ['900', 0, [1_000, 2_500]],
    ['900', 1_000, null],
    ['880', 1_000, [1_200, 5_000]],
    ['860', 0, [1_400, 7_500]],
    ['850', 1_400, [1_500, 10_000]],
    ['850', 1_500, null],
    ['1100', 0, null],
  ] as const)('at %s of 1,000 after stage %i: %j', (equity, deleveragedAtBps, expected) => {
    const due = deleveragingDue({ ...begun, deleveragedAtBps }, at(equity), rules);
    expect(due === null ? null : [due.atBps, due.cutBps]).toEqual(expected);
  });

  it('waits for a day, and begins anew with the next', () => {
    expect(deleveragingDue(initialRisk, at('1'), rules)).toBeNull();
    const acted = after(begun, {
      kind: 'risk.deleveraged',
      atBps: 1_000,
      cutBps: 2_500,
      dayLossBps: 1_010,
      day: 1,
      equity: at('899'),
      positions: 1,
    });
    expect(acted.deleveragedAtBps).toBe(1_000);
    expect(after(acted, day(2, '899')).deleveragedAtBps).toBe(0);
  });
});

describe('a fall', () => {
  it('is measured from the highest of the last minute, and forgotten after it', () => {
    const meter = createFallMeter();
    expect(meter.push(0, 100, 60_000)).toBe(0);
    expect(meter.push(500, 101, 60_000)).toBe(0);
    expect(meter.push(30_000, 95, 60_000)).toBe(594);
    expect(meter.push(60_000, 90.9, 60_000)).toBe(1_000);
    // The rise is more than a minute ago: what is left of the span decides.
    expect(meter.push(62_000, 94, 60_000)).toBe(105);
    expect(meter.push(62_100, 96, 60_000)).toBe(0);
  });

  it('is seen within another span at once, and what was seen is kept', () => {
    const meter = createFallMeter();
    meter.push(0, 110, 60_000);
    meter.push(30_000, 100, 60_000);
    expect(meter.push(61_500, 99, 60_000)).toBe(100);
    expect(meter.push(62_000, 99, 120_000)).toBe(1_000);
    expect(meter.push(62_500, 99, 10_000)).toBe(0);
    expect(meter.push(63_000, 99, 600_000)).toBe(1_000);
  });

  it('takes nothing that is no price or no time', () => {
    const meter = createFallMeter();
    meter.push(0, 100, 60_000);
    expect([
      meter.push(1, 0, 60_000),
      meter.push(2, Number.NaN, 60_000),
      meter.push(Number.NaN, 1, 60_000),
    ]).toEqual([0, 0, 0]);
    expect(meter.push(3, 90, 60_000)).toBe(1_000);
  });
});

describe('messages of ours', () => {
  it('are counted for a minute, by the second', () => {
    let messages: MessageCount = [];
    for (const moment of [0, 100, 900, 1_000, 59_000]) messages = withMessage(messages, moment);
    expect(messages).toHaveLength(3);
    expect(messagesWithin(messages, 59_999)).toBe(5);
    expect(messagesWithin(messages, 60_000)).toBe(2);
    expect(messagesWithin(messages, 61_000)).toBe(1);
    expect(withMessage(messages, 61_000)).toHaveLength(2);
  });
});
