/** Tier states for unit tests, built by folding events as the engine would write them; one thing changed per test. */
import { ZERO_NOTIONAL, notional, price, quantity, type Notional } from '../../src/core/money.ts';
import type { DomainEvent, EventRecord } from '../../src/core/events.ts';
import { DAY_MS, HOUR_MS } from '../../src/core/time.ts';
import type { Tier } from '../../src/core/vocabulary.ts';
import { stepEvents } from '../../src/dst/earned-history.ts';
import { evolveTier, initialTier, type TierState } from '../../src/engine/state-machine/tier-state.ts';
import { idOf, intended, recordOf } from './engine-values.ts';

const FIRST_DAY = 20_000;

/** Folds events one after the other; ids and times are given by the builder. */
export type History = {
  readonly state: () => TierState;
  readonly now: () => number;
  /** Adds events at the present time, each with an id of its own; returns the last id. */
  add(...events: readonly DomainEvent[]): string;
  wait(ms: number): void;
};

export function createHistory(tier: Tier = 'SNIPER'): History {
  let state = initialTier;
  let now = FIRST_DAY * DAY_MS;
  let count = 0;
  const add: History['add'] = (...events) => {
    for (const event of events) {
      count += 1;
      const record: EventRecord = recordOf(event, { at: now, eventId: idOf(count), sequence: count });
      state = evolveTier(state, record);
    }
    return idOf(count);
  };
  add({ kind: 'account.opened', accountId: 'a', mode: 'paper', quoteAsset: 'USDT', tier: 'SNIPER' });
  add(reconciled());
  if (tier !== 'SNIPER') add(...stepEvents('SNIPER', 'HUNTER'));
  if (tier === 'STRATEGIST' || tier === 'ARCHITECT') add(...stepEvents('HUNTER', 'STRATEGIST'));
  if (tier === 'ARCHITECT') add(...stepEvents('STRATEGIST', 'ARCHITECT'));
  return { state: () => state, now: () => now, add, wait: (ms) => void (now += ms) };
}

export function reconciled(): DomainEvent {
  return {
    kind: 'reconciliation.completed',
    requestId: 1,
    trigger: 'start',
    openOrders: 0,
    fillsBooked: 0,
    ordersResolved: 0,
    externalFound: 0,
    differences: [],
    tradeCursor: {},
  };
}

export type DaySpec = {
  readonly equity?: string;
  readonly pnl?: string;
  readonly drawdownBps?: number;
  readonly trades?: readonly { readonly symbol: string; readonly pnl: string; readonly strategy?: string }[];
  readonly latencyMs?: number;
};

let positions = 0;

/** A whole day of the account, then the night. */
export function liveDay(history: History, spec: DaySpec = {}): void {
  const day = Math.floor(history.now() / DAY_MS);
  const equity = notional(spec.equity ?? '2500');
  const pnl = notional(spec.pnl ?? '5');
  history.add({ kind: 'day.started', day, equity: (equity - pnl) as Notional });
  history.wait(HOUR_MS);
  for (const trade of spec.trades ?? [{ symbol: 'BTCUSDT', pnl: spec.pnl ?? '5' }]) {
    positions += 1;
    const positionId = idOf(500_000 + positions);
    const orderId = idOf(600_000 + positions);
    history.add(
      { ...intended(600_000 + positions), orderId, positionId, strategy: trade.strategy ?? null },
      {
        kind: 'order.accepted',
        orderId,
        exchangeOrderId: positions,
        exchangeTime: 1,
        sentLatencyMs: spec.latencyMs ?? 20,
      },
      {
        kind: 'order.filled',
        orderId,
        positionId,
        symbol: trade.symbol,
        side: 'BUY',
        tradeId: positions,
        price: price('100'),
        quantity: quantity('1'),
        fee: 0n as never,
        feeAsset: 'BNB',
        feeQuote: ZERO_NOTIONAL,
        isMaker: false,
        exchangeTime: 1,
      },
      { kind: 'order.ended', orderId, status: 'FILLED', executedQuantity: quantity('1'), reason: '' },
      {
        kind: 'position.closed',
        positionId,
        symbol: trade.symbol,
        reason: 'manual',
        entryPrice: price('100'),
        exitPrice: price('101'),
        quantity: quantity('1'),
        realisedPnl: notional(trade.pnl),
        fees: ZERO_NOTIONAL,
        heldMs: 1,
      },
    );
  }
  history.add({
    kind: 'equity.marked',
    equity,
    peak: equity,
    drawdownBps: spec.drawdownBps ?? 0,
    dayPnl: pnl,
    day,
  });
  history.wait(DAY_MS - HOUR_MS);
}

/** A SNIPER who has earned every gate to HUNTER. */
export function readyForHunter(change: (day: number) => DaySpec = () => ({})): History {
  const history = createHistory();
  const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];
  for (let day = 0; day <= 31; day += 1)
    liveDay(history, {
      trades: [{ symbol: symbols[day % 3] ?? 'BTCUSDT', pnl: '5' }],
      ...change(day),
    });
  history.add({ kind: 'day.started', day: Math.floor(history.now() / DAY_MS), equity: notional('2500') });
  return history;
}
