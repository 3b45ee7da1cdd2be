import { describe, expect, it } from 'vitest';
import type { DomainEvent, EventOf } from '../core/events.ts';
import type { TradingState } from '../core/vocabulary.ts';
import {
  clearTradingState,
  evolveTrading as evolveRecord,
  initialTrading,
  latchAt,
  tradingStateAt,
  type Trading,
} from './trading-state.ts';

const evolveTrading = (state: Trading, event: DomainEvent, at = 1_000): Trading =>
  evolveRecord(state, { event, at });

const started = (): DomainEvent => ({
  kind: 'engine.started',
  mode: 'paper',
  version: '',
  codeHash: '',
  configHash: '',
  runId: '',
  readOnly: false,
  readOnlyReason: null,
});
const become = (to: TradingState, untilMs: number | null = null, reason = ''): DomainEvent => ({
  kind: 'trading.stateChanged',
  from: 'READY',
  to,
  reason,
  untilMs,
});
const halt = (level: number | null): EventOf<'trading.halted'> => ({
  kind: 'trading.halted',
  reason: 'enough',
  actor: 'trader',
  figures: {},
  level,
});
const halted = halt(2);
const rearmed: DomainEvent = { kind: 'trading.rearmed', reason: '', actor: 'trader' };

function after(...events: readonly DomainEvent[]): Trading {
  return events.reduce((state, event) => evolveTrading(state, event), initialTrading);
}
const code = (state: Trading, now = 0): string | null => clearTradingState(state, now)?.code ?? null;

describe('whether entries are allowed', () => {
  it.each([
    ['at first', [], 'engine.starting'],
    ['while the account is read', [become('RECONCILING')], 'engine.reconciling'],
    ['when all is well', [become('READY')], null],
    ['when halted', [become('READY'), halted], 'engine.halted'],
    ['when halted by a change of state', [become('READY'), become('HALTED')], 'engine.halted'],
    ['when only reducing', [become('READY'), become('REDUCE_ONLY')], 'engine.reduceOnly'],
    ['when paused', [become('READY'), become('PAUSED', 10)], 'engine.paused'],
    ['halted before reducing', [become('REDUCE_ONLY'), halted], 'engine.halted'],
    ['reducing before paused', [become('PAUSED', 10), become('REDUCE_ONLY')], 'engine.reduceOnly'],
    ['paused before starting', [become('PAUSED', 10)], 'engine.paused'],
  ] as const)('%s: %s', (_when, events, expected) => {
    expect(code(after(...events))).toBe(expected);
  });
});

describe('latches', () => {
  it('are independent: lifting a halt leaves the pause, whatever order they came in (invariants 7, 28)', () => {
    for (const order of [
      [become('PAUSED', 10), halted],
      [halted, become('PAUSED', 10)],
    ]) {
      const both = after(become('READY'), ...order);
      expect(latchAt(both, 0)?.state).toBe('HALTED');
      const lifted = evolveTrading(both, rearmed);
      expect(latchAt(lifted, 0)?.state).toBe('PAUSED');
      expect(code(lifted, 10)).toBeNull();
    }
  });

  it('outlive a start (invariants 12, 24)', () => {
    const again = after(become('READY'), halted, become('PAUSED', 10), started(), become('READY'));
    expect(code(again)).toBe('engine.halted');
    expect(code(evolveTrading(again, rearmed))).toBe('engine.paused');
  });

  it('of a phase do not: connecting, reading and ready pass under a halt', () => {
    const state = after(halted, become('RECONCILING'), become('READY'));
    expect(state.phase).toBe('READY');
    expect(tradingStateAt(state, 0)).toBe('HALTED');
    expect(tradingStateAt(after(become('RECONCILING')), 0)).toBe('RECONCILING');
  });

  it('pauses are never shortened, only made longer (invariant 28)', () => {
    const state = after(become('READY'), become('PAUSED', 100), become('PAUSED', 50), become('PAUSED', null));
    expect(code(state, 99)).toBe('engine.paused');
    expect(code(state, 100)).toBeNull();
    expect(code(evolveTrading(state, become('PAUSED', 200)), 199)).toBe('engine.paused');
  });

  it('a pause ends by its time and by nothing else', () => {
    const state = after(become('READY'), become('PAUSED', 100), rearmed);
    expect(latchAt(state, 99)?.untilMs).toBe(100);
    expect(latchAt(state, 100)).toBeNull();
  });

  it.each([
    [[1], 1],
    [[2], 2],
    [[3], 3],
    [[null], 2],
    [[7], 2],
    [[1, 3], 3],
    [[3, 1], 3],
    [[2, 1], 2],
  ] as const)(
    'halts of level %j come to level %i: a second never lowers the first (invariant 24)',
    (levels, expected) => {
      expect(after(...levels.map(halt)).halt?.level).toBe(expected);
    },
  );

  it('a pause keeps the reason of the one that lasts', () => {
    const locked = become('PAUSED', 100, 'locked by the trader');
    expect(latchAt(after(locked, become('PAUSED', 50, 'a crash')), 0)?.reason).toBe('locked by the trader');
    expect(latchAt(after(become('PAUSED', 50, 'a crash'), locked), 0)?.reason).toBe('locked by the trader');
  });

  it('a halt remembers what of its checklist is done, and a new one asks for all of it again', () => {
    const done: DomainEvent = {
      kind: 'trading.checklistItemDone',
      item: 'cause',
      words: 10,
      textHash: 'c',
      actor: 'trader',
    };
    const journal: DomainEvent = {
      kind: 'journal.accepted',
      words: 500,
      textHash: 'j',
      reason: '',
      sketch: null,
    };
    expect(after(journal).checklist.size).toBe(0);
    expect([...after(halted, done, journal).checklist]).toEqual([
      ['cause', 'c'],
      ['journal', 'j'],
    ]);
    expect(after(halted, done, halted).checklist.size).toBe(0);
    expect(after(halted, done, rearmed).checklist.size).toBe(0);
  });

  it('are not moved by other events', () => {
    expect(evolveTrading(initialTrading, { kind: 'tilt.lockEnded', reason: '' })).toBe(initialTrading);
  });
});
