import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idOf, intended } from '../../tests/builders/engine-values.ts';
import { symbolRules } from '../../tests/builders/engine-gateway.ts';
import { testRules } from '../../tests/builders/rules.ts';
import type { DomainEvent } from '../core/events.ts';
import { createIds } from '../core/ids.ts';
import { InvariantViolation } from '../core/invariant.ts';
import { notional, quantity } from '../core/money.ts';
import { createSeededRandom } from '../core/seeded-random.ts';
import { createVirtualTimers } from '../core/virtual-timers.ts';
import { createMemoryEventLog, type MemoryEventLog } from '../data/event-log/memory-event-log.ts';
import { createMarketView } from '../market/market-view.ts';
import { createEventBus } from './event-bus/event-bus.ts';
import { createKernel, foldLog, StoreFailure, type EngineMessageOnBus, type Kernel } from './kernel.ts';
import { encodeEngineState, initialState } from './state.ts';
import { createTrustedTimers } from './trusted-timers.ts';

type Rig = { readonly kernel: Kernel; readonly log: MemoryEventLog; readonly heard: string[] };

function rig(log: MemoryEventLog = createMemoryEventLog(), snapshotEveryEvents = 500): Rig {
  const timers = createTrustedTimers(createVirtualTimers(1_000_000));
  const bus = createEventBus<EngineMessageOnBus>();
  const heard: string[] = [];
  bus.subscribe('event', ({ record }) => heard.push(record.event.kind), 'HIGH');
  const kernel = createKernel({
    log,
    bus,
    timers,
    ids: createIds(() => 1_000_000 + log.head().sequence, createSeededRandom(log.head().sequence + 1)),
    hash: (text) => text,
    gateway: {} as never,
    view: createMarketView(),
    rules: testRules({ trading: { execution: { snapshotEveryEvents } } }),
  });
  return { kernel, log, heard };
}

const opened: DomainEvent = {
  kind: 'account.opened',
  accountId: 'account',
  mode: 'paper',
  quoteAsset: 'USDT',
  tier: 'SNIPER',
};
const noticed: DomainEvent = {
  kind: 'symbol.noticed',
  symbol: 'BTCUSDT',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
};
const said = (text: string): DomainEvent => ({ kind: 'tilt.lockEnded', reason: text });

describe('a commit', () => {
  it('stores, folds and then publishes, the urgent first', () => {
    const { kernel, log, heard } = rig();
    const records = kernel.commit([opened, noticed, intended(1)], 'cause');
    expect(records.map(({ sequence, causationId }) => [sequence, causationId])).toEqual([
      [1, 'cause'],
      [2, 'cause'],
      [3, 'cause'],
    ]);
    expect(heard).toEqual([]);
    kernel.bus.drain();
    expect(heard).toEqual(['order.intended', 'account.opened', 'symbol.noticed']);
    expect([kernel.state().sequence, log.head().sequence]).toEqual([3, 3]);
  });

  it('of nothing is nothing', () => {
    const { kernel, log } = rig();
    expect(kernel.commit([])).toEqual([]);
    expect(log.head().sequence).toBe(0);
  });

  it('names what each event is about', () => {
    const { kernel, log } = rig();
    kernel.commit([
      opened,
      noticed,
      intended(1),
      { kind: 'dust.kept', asset: 'BTC', quantity: quantity('0') as never, positionId: idOf(900) },
      said('x'),
      { kind: 'action.recorded', action: 'view', symbol: null, figures: {} },
      { kind: 'journal.accepted', words: 1, textHash: 'h', reason: '', sketch: null },
      { kind: 'strategy.disabled', strategy: 'sma_cross', reason: '' },
      { kind: 'trading.rearmed', reason: '', actor: 'trader' },
      { kind: 'day.started', day: 1, equity: notional('1') },
      { kind: 'market.stateChanged', symbol: 'BTCUSDT', from: 'NORMAL', to: 'PANIC', figures: {} },
      { kind: 'tier.equityRose', tier: 'SNIPER', equity: notional('1'), minimum: notional('0') },
      { kind: 'reconciliation.failed', requestId: 1, trigger: 'start', reason: '' },
    ]);
    expect(
      [...log.read(1)].map(({ aggregateType, aggregateId }) => `${aggregateType} ${aggregateId}`),
    ).toEqual([
      'account account',
      'market BTCUSDT',
      `order ${idOf(1)}`,
      `position ${idOf(900)}`,
      'tilt ',
      'tilt ',
      'tilt ',
      'strategy sma_cross',
      'engine ',
      'account ',
      'market BTCUSDT',
      'tier ',
      'engine ',
    ]);
  });

  it('that the fold refuses never becomes history, nor any part of it', () => {
    const { kernel, log, heard } = rig();
    kernel.commit([opened, noticed]);
    const before = encodeEngineState(kernel.state());
    const fill: DomainEvent = { kind: 'order.failed', orderId: 'nobody', reason: '' };
    expect(() => kernel.commit([said('part'), fill])).toThrow(InvariantViolation);
    expect(log.head().sequence).toBe(2);
    expect(encodeEngineState(kernel.state())).toBe(before);
    kernel.bus.drain();
    expect(heard).toHaveLength(2);
    expect(kernel.storeFailed()).toBe(false);
  });

  it.each(['before', 'after'] as const)(
    'that the log refuses (%s it was stored) is neither folded nor published, and none follows',
    (when) => {
      const { kernel, log, heard } = rig();
      kernel.commit([opened]);
      kernel.bus.drain();
      log.failNextAppend(when, 'log.full');
      expect(() => kernel.commit([said('lost')])).toThrow(StoreFailure);
      expect(kernel.storeFailed()).toBe(true);
      expect(kernel.state().sequence).toBe(1);
      kernel.bus.drain();
      expect(heard).toEqual(['account.opened']);
      expect(() => kernel.commit([said('next')])).toThrow(StoreFailure);
    },
  );
});

describe('a start', () => {
  const events = fc.array(
    fc.oneof(
      fc.string().map(said),
      fc
        .integer({ min: 1, max: 50 })
        .map((day): DomainEvent => ({ kind: 'day.started', day, equity: notional('500') })),
      fc.constantFrom<DomainEvent>(
        { kind: 'trading.halted', reason: 'x', actor: 'system', figures: { a: 1 } },
        { kind: 'trading.rearmed', reason: 'x', actor: 'trader' },
        { kind: 'strategy.enabled', strategy: 'sma_cross', symbol: 'BTCUSDT' },
        { kind: 'strategy.disabled', strategy: 'sma_cross', reason: '' },
        {
          kind: 'command.refused',
          commandId: 'c',
          command: 'buy',
          code: 'risk.balance',
          figures: { a: null },
        },
        { kind: 'command.refused', commandId: 'c', command: 'buy', code: 'no.such.code', figures: {} },
      ),
    ),
    { minLength: 1, maxLength: 40 },
  );

  it('from a snapshot and its tail is a start from the whole log (invariants 16 and 17)', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 7 }), (list, every) => {
        const { kernel, log } = rig(createMemoryEventLog(), every);
        kernel.commit([opened]);
        for (const event of list) {
          kernel.commit([event]);
          kernel.maintain();
        }
        const live = encodeEngineState(kernel.state());
        expect(encodeEngineState(foldLog(log))).toBe(live);
        log.disk.snapshots = [];
        expect(encodeEngineState(foldLog(log))).toBe(live);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['of another shape', { schema: -1 }],
    ['that cannot be read', { state: '{' }],
    ['of another moment', { state: encodeEngineState(initialState) }],
  ])('folds the whole log when the snapshot is one %s', (_what, change) => {
    const { kernel, log } = rig(createMemoryEventLog(), 1);
    kernel.commit([opened, said('x')]);
    kernel.maintain();
    const [snapshot] = log.disk.snapshots;
    expect(snapshot).toBeDefined();
    log.disk.snapshots = log.disk.snapshots.map((kept) => ({ ...kept, ...change }));
    expect(encodeEngineState(foldLog(log))).toBe(encodeEngineState(kernel.state()));
  });
});

describe('symbols', () => {
  it('keep the newest rules of each', () => {
    const { kernel } = rig();
    expect(kernel.symbolRules('BTCUSDT')).toBeNull();
    kernel.setSymbols([symbolRules(), symbolRules({ symbol: 'ETHUSDT' })]);
    kernel.setSymbols([symbolRules({ status: 'BREAK' })]);
    expect(kernel.symbolRules('BTCUSDT')?.status).toBe('BREAK');
    expect(kernel.allSymbols().map(({ symbol }) => symbol)).toEqual(['BTCUSDT', 'ETHUSDT']);
  });
});
