import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { candleAt, madeCandles } from '../../tests/builders/candles.ts';
import { testRules } from '../../tests/builders/rules.ts';
import { encodeEvent } from '../core/codec.ts';
import type { DomainEvent, EventRecord } from '../core/events.ts';
import { formatFixed, notional } from '../core/money.ts';
import type { Candle } from '../core/ports/market-feed.ts';
import { MINUTE_MS } from '../core/time.ts';
import type { StrategyRunner, StrategySignal } from '../engine/pipeline.ts';
import { unlockTier, type TierTools } from '../engine/unlock.ts';
import { recordedSpec } from '../simulator/markets/symbols.ts';
import { loadStrategies } from '../wiring/strategies.ts';
import { sha256Hex } from '../wiring/system-ports.ts';
import { startBacktest, type BacktestState } from './run-backtest.ts';

let tools: TierTools;
let smaCross: StrategyRunner;
beforeAll(async () => {
  tools = await unlockTier('SNIPER');
  smaCross = await loadStrategies('SNIPER');
});

type Told = { readonly events: readonly EventRecord[]; readonly state: BacktestState };

async function play(candles: readonly Candle[], strategies?: StrategyRunner): Promise<Told> {
  const events: EventRecord[] = [];
  const run = startBacktest({
    strategy: 'sma_cross',
    spec: recordedSpec('BTCUSDT', 2, 5),
    candles: candles[Symbol.iterator](),
    balance: notional('500'),
    rules: testRules({ trading: { execution: { equityMarkEveryMs: 60_000 } } }),
    tools,
    strategies: strategies ?? (await loadStrategies('SNIPER')),
    hash: sha256Hex,
    version: 'test',
    codeHash: 'test',
    latencyMs: 50,
    spreadBps: 2,
    feeRate: 1_000,
    onEvent: (record) => events.push(record),
  });
  if ('code' in run) throw new Error(`${run.code} ${run.detail}`);
  while (run.advance(100));
  return { events, state: run.finish() };
}

/** Wishes to enter on the candle of this number and never to leave. */
const entersAt = (number: number): StrategyRunner => {
  let seen = -1;
  return {
    names: ['sma_cross'],
    onCandle(_enabled, update): readonly StrategySignal[] {
      seen += 1;
      return seen === number
        ? [{ strategy: 'sma_cross', symbol: update.symbol, kind: 'enter', reason: 'test' }]
        : [];
    },
  };
};

const start = Date.UTC(2026, 0, 5);
const flat = (count: number, close: number, from = 0): readonly Candle[] =>
  Array.from({ length: count }, (_, index) => candleAt(start + (from + index) * MINUTE_MS, close));

function pick<K extends DomainEvent['kind']>(
  told: Told,
  kind: K,
): readonly (Extract<DomainEvent, { kind: K }> & { at: number })[] {
  return told.events.flatMap(({ event, at }) =>
    event.kind === kind ? [{ ...(event as Extract<DomainEvent, { kind: K }>), at }] : [],
  );
}

describe('a backtest', () => {
  it('trades the made candles exactly so', async () => {
    const told = await play(madeCandles());
    const trades = pick(told, 'position.closed').map(
      ({ at, realisedPnl, reason }) =>
        `${((at - start) / MINUTE_MS) | 0} ${reason} ${formatFixed(realisedPnl)}`,
    );
    // Golden: the minutes are those of sma_cross on the same file plus one (it trades in the next candle).
    expect(trades).toEqual([
      '156 manual -0.01522014',
      '262 manual 0.01844032',
      '339 manual -0.02805473',
      '382 manual -0.04472922',
      '467 manual 0.0884794',
      '561 manual 0.00705133',
    ]);
    expect(told.state).toMatchObject({ candles: 600, openPositions: 0 });
  });

  it('is the same to the last byte when run again', async () => {
    const [first, second] = [await play(madeCandles()), await play(madeCandles())];
    const text = (told: Told): string =>
      told.events.map(({ event, at, eventId }) => `${at} ${eventId} ${encodeEvent(event)}`).join('\n');
    expect(text(second)).toBe(text(first));
  });

  it('cannot see the future: cutting the file changes nothing before the cut', async () => {
    const whole = await play(madeCandles());
    const before = (told: Told, until: number): readonly string[] =>
      told.events.filter(({ at }) => at < until).map(({ event, at }) => `${at} ${event.kind}`);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 40, max: 599 }), async (count) => {
        const cut = start + count * MINUTE_MS;
        expect(before(await play(madeCandles().slice(0, count)), cut)).toEqual(before(whole, cut));
      }),
      { numRuns: 8 },
    );
  });

  it('decides on a closed candle and trades in the next one', async () => {
    const candles = [...flat(5, 100), ...flat(5, 101, 5)];
    const [intended] = pick(await play(candles, entersAt(4)), 'order.intended');
    expect(intended?.at).toBe(start + 5 * MINUTE_MS);
    const [filled] = pick(await play(candles, entersAt(4)), 'order.filled');
    expect(formatFixed(filled?.price ?? 0n)).toBe('101.02');
  });

  it('protects what it bought: a fall meets the stop, and the account loses about what was said', async () => {
    const crash: Candle = {
      ...candleAt(start + 10 * MINUTE_MS, 90),
      open: flat(1, 100)[0]?.open ?? candleAt(0, 100).open,
      high: candleAt(0, 100).high,
      low: candleAt(0, 80).low,
    };
    const told = await play([...flat(10, 100), crash, ...flat(5, 90, 11)], entersAt(3));
    const [closed] = pick(told, 'position.closed');
    expect(closed).toMatchObject({ reason: 'stop_loss' });
    // Bought at 100.02, stop 2 % below at 98.01, sold at the bid there: 98.
    expect(formatFixed(closed?.exitPrice ?? 0n)).toMatch(/^97\.[89]/);
    expect(closed?.realisedPnl).toBeLessThan(0n);
    expect(closed?.realisedPnl).toBeGreaterThan(notional('-0.7'));
  });

  it('does not go straight back into a pair whose stop was just reached', async () => {
    const stubborn: StrategyRunner = {
      names: ['sma_cross'],
      onCandle: (_enabled, update, isOpen) =>
        isOpen ? [] : [{ strategy: 'sma_cross', symbol: update.symbol, kind: 'enter', reason: 'test' }],
    };
    const crash: Candle = { ...candleAt(start + 5 * MINUTE_MS, 99), low: candleAt(0, 97).low };
    const told = await play([...flat(5, 100), crash, ...flat(5, 99, 6)], stubborn);
    const [stopped] = pick(told, 'position.closed');
    expect(stopped?.reason).toBe('stop_loss');
    const after = pick(told, 'entry.refused').filter(({ at }) => at >= (stopped?.at ?? 0));
    expect(after.map(({ code }) => code)).toEqual(['tilt.reentryAfterStop']);
    const again = pick(told, 'position.opened')[1];
    expect((again?.at ?? 0) - (stopped?.at ?? 0)).toBeGreaterThanOrEqual(MINUTE_MS);
  });

  /** In and out on every candle. */
  const eagerly = async (candles: readonly Candle[]): Promise<Told> => {
    let seen = 0;
    const eager: StrategyRunner = {
      names: ['sma_cross'],
      onCandle: (_enabled, update, isOpen) => {
        seen += 1;
        return [
          { strategy: 'sma_cross', symbol: update.symbol, kind: isOpen ? 'exit' : 'enter', reason: 'test' },
        ];
      },
    };
    const told = await play(candles, eager);
    expect(seen).toBe(candles.length);
    return told;
  };
  /** Of every candle but the last, after which there is no book to trade in. */
  const refusalsOf = (told: Told): readonly string[] => [
    ...new Set(
      pick(told, 'entry.refused')
        .filter(({ at }) => at < start + 200 * MINUTE_MS)
        .map(({ code }) => code),
    ),
  ];

  it('keeps its limits: at most ten entries a day, even while it wins', async () => {
    // Each candle rises by more than both fees and the spread cost: no losing trade, so no break.
    const rising = Array.from({ length: 200 }, (_, index) =>
      candleAt(start + index * MINUTE_MS, 100 + index / 2),
    );
    const told = await eagerly(rising);
    expect(pick(told, 'position.opened')).toHaveLength(10);
    expect(pick(told, 'position.closed').every(({ realisedPnl }) => realisedPnl > 0n)).toBe(true);
    expect(refusalsOf(told)).toEqual(['risk.dailyEntries']);
  });

  it('keeps its limits: three losing trades in a row are the last until a person wrote about them', async () => {
    // Nothing moves, so every trade loses its fees; the break of half an hour passes, the journal stays empty.
    const told = await eagerly(flat(200, 100));
    expect(pick(told, 'position.closed').map(({ realisedPnl }) => realisedPnl < 0n)).toEqual([
      true,
      true,
      true,
    ]);
    expect(pick(told, 'risk.breakStarted')).toHaveLength(1);
    expect(refusalsOf(told)).toEqual(['risk.losingStreak']);
  });

  it('takes no entry into a hole in the data', async () => {
    const told = await play([...flat(5, 100), ...flat(5, 100, 60)], entersAt(4));
    expect(pick(told, 'order.intended')).toEqual([]);
    expect(pick(told, 'entry.refused').map(({ code }) => code)).toEqual(['risk.bookStale']);
  });

  it('marks what is still open at the end', async () => {
    const { state } = await play([...flat(5, 100), ...flat(5, 110, 5)], entersAt(2));
    expect(state.openPositions).toBe(1);
    expect(Number(state.equity)).toBeGreaterThan(501.9);
  });

  it('says so when there is nothing to play or the strategy is not known', () => {
    const options = {
      spec: recordedSpec('BTCUSDT', 2, 5),
      balance: notional('500'),
      rules: testRules(),
      tools,
      strategies: smaCross,
      hash: sha256Hex,
      version: '',
      codeHash: '',
      latencyMs: 50,
      spreadBps: 2,
      feeRate: 1_000,
      onEvent: () => undefined,
    };
    expect(
      startBacktest({ ...options, strategy: 'sma_cross', candles: [][Symbol.iterator]() }),
    ).toMatchObject({ code: 'noCandles' });
    expect(
      startBacktest({ ...options, strategy: 'nope', candles: flat(1, 100)[Symbol.iterator]() }),
    ).toMatchObject({ code: 'refused' });
  });
});
