/**
 * What the risk rules do by themselves, level-triggered like protection: it looks at the account as it is and
 * writes the one thing that is due (break, deleveraging, flash crash, correlation). Runs after every report,
 * tick and book of the market; after a crash the same look finds what is still due, once.
 */
import type { DomainEvent } from '../core/events.ts';
import { present } from '../core/invariant.ts';
import { toNumber } from '../core/money.ts';
import type { CandleUpdate } from '../core/ports/market-feed.ts';
import { cutEvents } from './cutting.ts';
import type { Kernel } from './kernel.ts';
import type { Positions } from './portfolio/positions.ts';
import type { AccountKeeper } from './portfolio/service.ts';
import { flattenEvents } from './reducing.ts';
import { createCorrelationBook, type CorrelationBook } from './risk-engine/correlation.ts';
import { deleveragingDue } from './risk-engine/deleveraging.ts';
import { createFallMeter, type FallMeter } from './risk-engine/flash-crash.ts';
import {
  heldTogether,
  historicalLoss,
  meanOf,
  meanWith,
  tightestPair,
  type HeldTogether,
  type HistoricalLoss,
} from './risk-engine/portfolio-risk.ts';
import { decideBreak } from './risk-engine/streaks.ts';

/** Mean pairwise correlation of what is held, and with one more symbol; null while unknown. */
export type Alike = { readonly now: number | null; readonly after: number | null };

export interface RiskWatch {
  /** The book of a symbol has changed. */
  onBook(symbol: string): void;
  /** A candle has closed. */
  onCandle(update: CandleUpdate): void;
  /** Writes what is due now; the executor acts on it with its next look. */
  look(): void;
  /** Mean pairwise correlation now and with this symbol. */
  correlationWith(symbol: string): Alike;
  readonly book: CorrelationBook;
  /** What history says the open positions can lose within one sample. */
  valueAtRisk(): HistoricalLoss | null;
}

export function createRiskWatch(kernel: Kernel, keeper: AccountKeeper): RiskWatch {
  const { risk: firstRules } = kernel.rules.trading;
  const book = createCorrelationBook({
    sampleMs: firstRules.correlationSampleMs,
    samplesMax: firstRules.correlationSamplesMax,
    samplesMin: firstRules.correlationSamplesMin,
  });
  const falls = new Map<string, FallMeter>();
  let held: HeldTogether = heldTogether(book, []);
  let heldFor: Positions | null = null;
  let heldVersion = -1;
  /** What was answered for these positions and samples. */
  const answered = new Map<string, Alike>();

  const rules = (): typeof firstRules => kernel.rules.trading.risk;

  /** Nothing is written before the account is read and the exchange's time is known. */
  const isReady = (): boolean =>
    !kernel.storeFailed() && kernel.state().risk.day >= 0 && kernel.timers.isTrusted();

  const together = (): HeldTogether => {
    const { positions } = kernel.state();
    if (positions !== heldFor || book.version() !== heldVersion) {
      heldFor = positions;
      heldVersion = book.version();
      answered.clear();
      held = heldTogether(
        book,
        [...positions.open.values()].map(({ symbol }) => symbol),
      );
    }
    return held;
  };

  const onBook = (symbol: string): void => {
    const quote = kernel.view.quote(symbol);
    // One odd print is no crash; one in which people trade, or that lasts, is believed by its mark.
    const bid = kernel.view.mark(symbol);
    if (quote === null || !quote.valid || bid === null) return;
    let meter = falls.get(symbol);
    if (meter === undefined) {
      meter = createFallMeter();
      falls.set(symbol, meter);
    }
    const fallBps = meter.push(quote.receivedAt, toNumber(bid), rules().flashCrashWithinMs);
    if (fallBps < rules().flashCrashBps || !isReady()) return;
    const now = kernel.timers.now();
    const { flashCrash } = kernel.state().risk;
    if (flashCrash !== null && now < flashCrash.untilMs) return;
    kernel.commit([
      {
        kind: 'risk.flashCrash',
        symbol,
        fallBps,
        withinMs: rules().flashCrashWithinMs,
        untilMs: now + rules().flashCrashBlockMs,
      },
    ]);
  };

  const deleverage = (): readonly DomainEvent[] => {
    const { risk: memory, positions } = kernel.state();
    if (positions.open.size === 0) return [];
    const equity = keeper.equity();
    const due = deleveragingDue(memory, equity, rules());
    if (due === null) return [];
    return [
      {
        kind: 'risk.deleveraged',
        ...due,
        day: memory.day,
        equity,
        positions: positions.open.size,
      },
      ...[...positions.open.values()].flatMap((position) => cutEvents(kernel, position, due.cutBps)),
    ];
  };

  /** K3 sells whatever is open, also what was filled after it. */
  const flattenWhenKilled = (): readonly DomainEvent[] => {
    const { trading, positions } = kernel.state();
    return trading.halt?.level === 3
      ? flattenEvents(positions, 'emergency', { actor: 'emergency', commandId: '' })
      : [];
  };

  const loosenPairs = (): readonly DomainEvent[] => {
    const { positions, risk: memory } = kernel.state();
    const mean = meanOf(together());
    const events: DomainEvent[] = [];
    const limit = rules().correlationWarn;
    const isHigh = mean !== null && mean > limit;
    if (isHigh !== memory.correlationWarned)
      events.push({ kind: 'risk.correlationWarned', mean: rounded(mean ?? 0), limit, symbols: held.symbols });
    if (mean === null) return events;
    const open = [...positions.open.values()].filter(
      (position) => position.closing === null && !memory.correlationCuts.has(position.positionId),
    );
    const pair = tightestPair(
      book,
      open.map(({ symbol }) => symbol),
      rules().correlationCut,
    );
    if (pair === null) return events;
    // Positions are kept in the order they were opened: the younger of the two is cut.
    const younger = present(
      open.find(({ symbol }) => symbol === pair.right),
      'a pair is of open positions',
    );
    const { correlationCutBps: cutBps } = rules();
    events.push(
      {
        kind: 'risk.correlationCut',
        positionId: younger.positionId,
        symbol: younger.symbol,
        otherSymbol: pair.left,
        correlation: rounded(pair.correlation),
        cutBps,
      },
      ...cutEvents(kernel, younger, cutBps),
    );
    return events;
  };

  return {
    book,
    onBook,
    onCandle({ symbol, candle }): void {
      book.sample(symbol, candle.closeTime + 1, toNumber(candle.close));
    },
    look(): void {
      if (!isReady()) return;
      book.require(rules().correlationSamplesMin);
      const now = kernel.timers.now();
      kernel.commit(decideBreak(kernel.state().risk.streaks, now, rules()));
      kernel.commit(flattenWhenKilled());
      kernel.commit(deleverage());
      if (kernel.state().positions.open.size > 1 || kernel.state().risk.correlationWarned)
        kernel.commit(loosenPairs());
    },
    correlationWith(symbol) {
      const now = together();
      const known = answered.get(symbol);
      if (known !== undefined) return known;
      const alike = { now: meanOf(now), after: meanWith(book, now, symbol) };
      answered.set(symbol, alike);
      return alike;
    },
    valueAtRisk(): HistoricalLoss | null {
      const { positions } = kernel.state();
      const holdings = [...positions.open.values()].map((position) => ({
        symbol: position.symbol,
        value: toNumber(keeper.valueOf(position.positionId)),
      }));
      const { valueAtRiskConfidenceBps, correlationSamplesMin } = rules();
      return historicalLoss(book, holdings, valueAtRiskConfidenceBps, correlationSamplesMin);
    },
  };
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
