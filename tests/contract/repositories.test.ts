/** One suite for every database: what `src/core/ports/repositories.ts` promises, on the rows of one short life. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewEvent } from '../../src/core/events.ts';
import { clientOrderIdOf } from '../../src/core/ids.ts';
import { assetAmount, notional, price, quantity } from '../../src/core/money.ts';
import type { Repositories } from '../../src/core/ports/repositories.ts';
import { createMemoryEventLog } from '../../src/data/event-log/memory-event-log.ts';
import { openSqliteEventLog } from '../../src/data/event-log/sqlite-event-log.ts';
import { createMemoryRepositories } from '../../src/data/repositories/memory/memory-repositories.ts';
import { allProjections } from '../../src/data/repositories/projections/all-projections.ts';
import { openSqliteRepositories } from '../../src/data/repositories/sqlite/sqlite-repositories.ts';
import {
  ACCOUNT_ID,
  createEventMaker,
  orderFilled,
  orderIntended,
  shortLife,
  testId,
} from '../builders/new-events.ts';

type Opened = { readonly repositories: Repositories; readonly remove: () => void };
type Subject = { readonly name: string; readonly open: (events: readonly NewEvent[]) => Opened };

const subjects: readonly Subject[] = [
  {
    name: 'memory',
    open: (events) => {
      const log = createMemoryEventLog({ projections: allProjections });
      log.append(events);
      return { repositories: createMemoryRepositories(log), remove: () => log.close() };
    },
  },
  {
    name: 'sqlite',
    open: (events) => {
      const folder = mkdtempSync(join(tmpdir(), 'genesis-repositories-'));
      const path = join(folder, 'genesis.db');
      const key = 'cd'.repeat(32);
      const log = openSqliteEventLog({
        path,
        key,
        anchorPath: join(folder, 'anchor'),
        projections: allProjections,
        now: () => 1,
      });
      if (!log.ok) throw new Error(log.error.detail);
      log.value.append(events);
      const opened = openSqliteRepositories({ path, key, settle: () => log.value.settle() });
      if (!opened.ok) throw new Error(opened.error.detail);
      return {
        repositories: opened.value,
        remove: () => {
          log.value.close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  },
];

const POSITION = testId(800_001);
const client = (number: number): string => clientOrderIdOf(testId(900_000 + number));
const ALWAYS = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** After the short life: a second run, left with an order of unknown fate and an open position. */
function twoRuns(): readonly NewEvent[] {
  const make = createEventMaker(100);
  return [
    ...shortLife(),
    make({
      kind: 'engine.started',
      mode: 'paper',
      version: '0.1.0',
      codeHash: 'c',
      configHash: 'd',
      runId: 'run-2',
      readOnly: false,
      readOnlyReason: null,
    }),
    make(orderIntended(3, { symbol: 'ETHUSDT', positionId: testId(800_003) })),
    make({ kind: 'order.unknown', orderId: testId(900_003), reason: 'timeout' }),
    make(orderIntended(4, { symbol: 'ETHUSDT', positionId: testId(800_004), quantity: quantity('0.002') })),
    make({
      kind: 'order.accepted',
      orderId: testId(900_004),
      exchangeOrderId: 78,
      exchangeTime: 5,
      sentLatencyMs: null,
    }),
    make(
      orderFilled(4, {
        symbol: 'ETHUSDT',
        positionId: testId(800_004),
        fee: assetAmount('0.00001'),
        feeAsset: 'BNB',
        feeQuote: notional('0.01'),
      }),
    ),
    make({
      kind: 'order.adopted',
      orderId: testId(900_009),
      clientOrderId: 'web-1',
      exchangeOrderId: 99,
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'TAKE_PROFIT',
      quantity: quantity('1'),
      executedQuantity: quantity('0'),
      price: price('70000'),
    }),
    make({
      kind: 'trade.adopted',
      symbol: 'BTCUSDT',
      tradeId: 500,
      exchangeOrderId: 99,
      side: 'SELL',
      price: price('70000'),
      quantity: quantity('0.1'),
      fee: assetAmount('7'),
      feeAsset: 'USDT',
      exchangeTime: 6,
    }),
  ];
}

describe.each(subjects)('the repositories on $name', ({ open }) => {
  let opened: Opened;
  let repositories: Repositories;
  beforeAll(() => {
    opened = open(twoRuns());
    repositories = opened.repositories;
  });
  afterAll(async () => {
    await repositories.close();
    opened.remove();
  });

  it('the account has its capital, tier and drawdown', async () => {
    expect(await repositories.accounts.current()).toMatchObject({
      accountId: ACCOUNT_ID,
      mode: 'paper',
      quoteAsset: 'USDT',
      balance: notional('499.4'),
      peakBalance: notional('500'),
      drawdownBps: 12,
      dayPnl: notional('-0.6'),
      tier: 'SNIPER',
      gatesPassed: [],
    });
  });

  it('a closed position is what its closing event says', async () => {
    expect(await repositories.positions.byId(POSITION)).toMatchObject({
      symbol: 'BTCUSDT',
      side: 'LONG',
      entryPrice: price('67460'),
      exitPrice: price('67000'),
      quantity: quantity('0.000999'),
      pnl: notional('-0.6'),
      pnlPercent: '-0.8903',
      fees: notional('0.13'),
      closeReason: 'manual',
      stopLoss: price('66500'),
    });
    expect((await repositories.positions.closed(ALWAYS)).map(({ positionId }) => positionId)).toEqual([
      POSITION,
    ]);
    expect(await repositories.positions.closed({ from: 0, to: 1 })).toEqual([]);
    expect(await repositories.positions.byId('nobody')).toBeNull();
  });

  it('an open position is what its fills add up to', async () => {
    const positions = await repositories.positions.open();
    expect(positions).toHaveLength(1);
    expect(positions[0]).toMatchObject({
      positionId: testId(800_004),
      symbol: 'ETHUSDT',
      quantity: quantity('0.001'),
      entryPrice: price('67460'),
      currentPrice: price('67460'),
      value: notional('67.46'),
      pnl: notional('-0.01'),
      fees: notional('0.01'),
      closedAt: null,
    });
    expect((await repositories.positions.bySymbol('ETHUSDT', 5)).map(({ positionId }) => positionId)).toEqual(
      [testId(800_004)],
    );
    expect(await repositories.positions.correlationsOf(POSITION)).toEqual([]);
  });

  it('an order goes through the statuses of its events', async () => {
    expect(await repositories.orders.byId(testId(900_001))).toMatchObject({
      clientOrderId: client(1),
      exchangeOrderId: '77',
      status: 'FILLED',
      filledQuantity: quantity('0.001'),
      filledValue: notional('67.46'),
      latencyMs: 1_000,
      slippagePercent: '0.0101',
      purpose: 'entry',
      type: 'MARKET',
      referencePrice: price('67453.2'),
    });
    expect(await repositories.orders.byClientOrderId(client(3))).toMatchObject({
      status: 'UNKNOWN',
      statusReason: 'timeout',
    });
    expect(await repositories.orders.byClientOrderId(client(9))).toBeNull();
    expect(await repositories.orders.byId(testId(900_004))).toMatchObject({
      status: 'PARTIAL',
      filledQuantity: quantity('0.001'),
    });
  });

  it('open orders include those of unknown fate and those of others', async () => {
    const orders = await repositories.orders.open();
    expect(orders.map(({ clientOrderId, status }) => `${clientOrderId} ${status}`)).toEqual([
      `${client(3)} UNKNOWN`,
      `${client(4)} PARTIAL`,
      'web-1 SUBMITTED',
    ]);
    expect(
      (await repositories.orders.ofPosition(POSITION)).map(({ clientOrderId }) => clientOrderId),
    ).toEqual([client(1), client(2)]);
    expect((await repositories.orders.recent(2)).map(({ clientOrderId }) => clientOrderId)).toEqual([
      'web-1',
      client(4),
    ]);
  });

  it('sessions count what happened in them; the first has ended, the second goes on', async () => {
    const [second, first] = await repositories.sessions.recent(5);
    expect(first).toMatchObject({
      startingBalance: notional('500'),
      endingBalance: notional('499.4'),
      totalTrades: 1,
      winningTrades: 0,
      losingTrades: 1,
      maxDrawdown: notional('0.6'),
      tiltEvents: 1,
      type: 'PAPER',
    });
    expect(first?.endedAt).not.toBeNull();
    expect(second).toMatchObject({ endedAt: null, startingBalance: notional('499.4'), totalTrades: 0 });
    expect(await repositories.sessions.current()).toEqual(second);
    expect(await repositories.sessions.byId(first?.sessionId ?? '')).toEqual(first);
  });

  it('the tilt profile and its interventions', async () => {
    expect(await repositories.tilt.profile()).toMatchObject({
      accountId: ACCOUNT_ID,
      score: 64,
      level: 'WARNING',
      indicators: ['re-entry'],
      consecutiveLosses: 1,
      journalEntriesRequired: 0,
      recoveryRequired: false,
    });
    const [journal, level] = await repositories.tilt.events(10);
    expect(journal).toMatchObject({ type: 'journal.accepted', scoreAfter: 64 });
    expect(level).toMatchObject({
      type: 'tilt.levelChanged',
      scoreBefore: 0,
      scoreAfter: 64,
      message: 'This pace is unusual for you.',
      indicators: ['re-entry'],
    });
  });

  it('the market state now, and how long the one before it lasted', async () => {
    expect(await repositories.marketStates.current('BTCUSDT')).toMatchObject({
      state: 'NORMAL',
      durationSeconds: null,
    });
    expect(
      (await repositories.marketStates.history('BTCUSDT', 5)).map(({ state, durationSeconds }) => [
        state,
        durationSeconds,
      ]),
    ).toEqual([
      ['NORMAL', null],
      ['VOLATILE', 1],
    ]);
    expect(await repositories.marketStates.current('XRPUSDT')).toBeNull();
  });

  it('events are found newest first, by kind, by aggregate, by time and page by page', async () => {
    const all = await repositories.events.find({ limit: 1_000 });
    expect(all.map(({ sequence }) => sequence)).toEqual(
      twoRuns().map((_, index) => twoRuns().length - index),
    );
    expect((await repositories.events.find({ limit: 2 })).map(({ sequence }) => sequence)).toEqual([29, 28]);
    expect(
      (await repositories.events.find({ limit: 2, beforeSequence: 28 })).map(({ sequence }) => sequence),
    ).toEqual([27, 26]);
    expect(
      (await repositories.events.find({ limit: 9, kinds: ['equity.marked'] })).map(
        ({ sequence }) => sequence,
      ),
    ).toEqual([20, 4]);
    expect(
      (
        await repositories.events.find({ limit: 9, aggregateId: testId(900_001), aggregateType: 'order' })
      ).map(({ event }) => event.kind),
    ).toEqual(['order.ended', 'order.filled', 'order.accepted', 'order.intended']);
    const last = all[0];
    expect(await repositories.events.find({ limit: 9, after: (last?.at ?? 0) - 1 })).toEqual([last]);
    expect(await repositories.events.byId(last?.eventId ?? '')).toEqual(last);
    expect(await repositories.events.byId('nobody')).toBeNull();
  });

  it('the equity curve and the fills, oldest first, within a period', async () => {
    const curve = await repositories.performance.equityCurve(ALWAYS);
    expect(curve.map(({ equity }) => equity)).toEqual([notional('500'), notional('499.4')]);
    expect(
      await repositories.performance.equityCurve({ from: curve[1]?.at ?? 0, to: (curve[1]?.at ?? 0) + 1 }),
    ).toHaveLength(1);
    const fills = await repositories.performance.fills(ALWAYS);
    expect(fills.map(({ tradeId, orderId }) => [tradeId, orderId])).toEqual([
      [1, testId(900_001)],
      [2, testId(900_002)],
      [4, testId(900_004)],
      [500, null],
    ]);
  });
});

describe.each(subjects)('the repositories on $name, of an empty log', ({ open }) => {
  it('know nothing, and say so', async () => {
    const { repositories, remove } = open([]);
    expect(await repositories.accounts.current()).toBeNull();
    expect(await repositories.positions.open()).toEqual([]);
    expect(await repositories.orders.recent(3)).toEqual([]);
    expect(await repositories.sessions.current()).toBeNull();
    expect(await repositories.tilt.profile()).toBeNull();
    expect(await repositories.events.find({ limit: 3 })).toEqual([]);
    await repositories.close();
    remove();
  });
});
