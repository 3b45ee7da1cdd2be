import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../core/events.ts';
import type { TradingState } from '../core/vocabulary.ts';
import {
  clearTradingState,
  evolveTrading,
  initialTrading,
  latchAt,
  tradingStateAt,
  type Trading,
} from './trading-state.ts';

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
const halted: DomainEvent = { kind: 'trading.halted', reason: 'enough', actor: 'trader', figures: {} };
const rearmed: DomainEvent = { kind: 'trading.rearmed', reason: '', actor: 'trader' };

function after(...events: readonly DomainEvent[]): Trading {
  return events.reduce(evolveTrading, initialTrading);
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

  it('are not moved by other events', () => {
    expect(evolveTrading(initialTrading, { kind: 'tilt.lockEnded', reason: '' })).toBe(initialTrading);
  });
});
