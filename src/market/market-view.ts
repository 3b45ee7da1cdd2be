/**
 * Everything the engine knows about the market, per symbol: book, last price, candles, filters, state
 * and the age of each. Fed with `MarketUpdate`s that are already conflated; runs on every tick, so
 * the hot path keeps references and allocates nothing. Pure: time comes in.
 */
import { toNumber, type Price } from '../core/money.ts';
import type { Figures } from '../core/events.ts';
import { unreachable } from '../core/invariant.ts';
import type { Candle, MarketUpdate } from '../core/ports/market-feed.ts';
import type { SymbolRules } from '../core/symbols.ts';
import type { MarketState } from '../core/vocabulary.ts';
import { createBook, type Book, type Quote } from './book.ts';
import { createCandleWindow, type CandleWindow } from './candles.ts';
import { createRegimeRecorder, type RegimeRecorder } from './regime.ts';
import { createTickFilter, type TickFilter, type TickFilterRules } from './tick-filter.ts';

export type MarketStateChange = {
  readonly symbol: string;
  readonly from: MarketState;
  readonly to: MarketState;
  readonly figures: Figures;
};

export type MarketViewOptions = {
  /** Closed one-minute candles kept per symbol. */
  readonly candleLimit?: number;
  /** Which bids may value the account; without them every bid may. */
  readonly marks?: TickFilterRules;
};

/** What admission looks at, in one piece. */
export type Glance = {
  readonly quote: Quote | null;
  readonly lastPrice: Price | null;
  readonly state: MarketState;
  /** Volatility over the symbol's own usual; null before any history. */
  readonly volatilityRatio: number | null;
};

export interface MarketView {
  /** Takes one update; gives the change of the symbol's market state if it caused one. */
  apply(update: MarketUpdate): MarketStateChange | null;
  /** Takes the exchange's filters and statuses; symbols not named keep theirs. */
  setRules(rules: readonly SymbolRules[]): readonly MarketStateChange[];
  rules(symbol: string): SymbolRules | null;
  /** Symbols with updates, in the order they first came. */
  symbols(): readonly string[];
  /** Null before the first picture of the book. */
  quote(symbol: string): Quote | null;
  /** Best bid of the newest picture; null before the first and while nobody bids: never a price of zero. */
  bid(symbol: string): Price | null;
  /** The best bid, or the last one believed while the newest is doubtful: what values the account. */
  mark(symbol: string): Price | null;
  /** Raised whenever a mark may have moved: what was valued since then still holds. */
  marksVersion(): number;
  book(symbol: string): Book | null;
  /** Price of the newest trade, else close of the newest candle, else null. */
  lastPrice(symbol: string): Price | null;
  /** Closed one-minute candles, oldest first; a live view, valid until the next update. */
  candles(symbol: string): readonly Candle[];
  formingCandle(symbol: string): Candle | null;
  state(symbol: string): MarketState;
  /** Quote, last price, state and volatility at once: one look instead of four. */
  glance(symbol: string): Glance;
  stateFigures(symbol: string): Figures;
  /** Milliseconds since the newest book picture by the given monotonic time; null before the first. */
  bookAgeMs(symbol: string, monotonicNow: number): number | null;
  /** Milliseconds since anything was heard of the symbol; null before the first update. */
  dataAgeMs(symbol: string, monotonicNow: number): number | null;
}

type Entry = {
  readonly symbol: string;
  readonly book: Book;
  readonly candles: CandleWindow;
  readonly regime: RegimeRecorder;
  readonly marks: TickFilter | null;
  lastTrade: Price | null;
  bookAt: number | null;
  heardAt: number | null;
  sampledAt: number;
  /** Open time of the newest minute that the state has seen. */
  ratedUntil: number;
  state: MarketState;
};

const CANDLE_LIMIT = 720;
const NO_CANDLES: readonly Candle[] = [];

export function createMarketView(options: MarketViewOptions = {}): MarketView {
  const entries = new Map<string, Entry>();
  const candleLimit = options.candleLimit ?? CANDLE_LIMIT;
  let marksVersion = 0;
  // Apart from the entries: the exchange names a thousand symbols, the engine follows a few.
  const rulesOf = new Map<string, SymbolRules>();

  function entryOf(symbol: string): Entry {
    const known = entries.get(symbol);
    if (known !== undefined) return known;
    const entry: Entry = {
      symbol,
      book: createBook(),
      candles: createCandleWindow(candleLimit),
      regime: createRegimeRecorder(),
      marks: options.marks === undefined ? null : createTickFilter(options.marks),
      lastTrade: null,
      bookAt: null,
      heardAt: null,
      sampledAt: Number.NEGATIVE_INFINITY,
      ratedUntil: Number.NEGATIVE_INFINITY,
      state: 'NORMAL',
    };
    const rules = rulesOf.get(symbol);
    if (rules !== undefined) entry.regime.status(rules.status);
    entry.state = entry.regime.state();
    entries.set(symbol, entry);
    return entry;
  }

  /** The state of a symbol of which only the filters are known. */
  function unheardState(symbol: string): MarketState {
    return (rulesOf.get(symbol)?.status ?? 'TRADING') === 'TRADING' ? 'NORMAL' : 'MAINTENANCE';
  }

  function stateChange(entry: Entry): MarketStateChange | null {
    const to = entry.regime.state();
    if (to === entry.state) return null;
    const from = entry.state;
    entry.state = to;
    return { symbol: entry.symbol, from, to, figures: entry.regime.figures() };
  }

  /** Once a second at most: the touch goes into the state's windows. */
  function sample(entry: Entry, receivedAt: number): MarketStateChange | null {
    if (receivedAt - entry.sampledAt < 1_000) return null;
    const mid = entry.book.mid();
    const spreadBps = entry.book.spreadBps();
    if (mid === null || spreadBps === null) return null;
    entry.sampledAt = receivedAt;
    return entry.regime.touch(receivedAt, toNumber(mid), spreadBps) ? stateChange(entry) : null;
  }

  function minuteClosed(entry: Entry): MarketStateChange | null {
    const closed = entry.candles.closed();
    let from = closed.length;
    while (from > 0 && (closed[from - 1]?.openTime ?? 0) > entry.ratedUntil) from -= 1;
    for (; from < closed.length; from += 1) {
      const candle = closed[from];
      if (candle === undefined) break;
      entry.regime.minute(toNumber(candle.high), toNumber(candle.low), toNumber(candle.close));
      entry.ratedUntil = candle.openTime;
    }
    return stateChange(entry);
  }

  return {
    apply(update: MarketUpdate): MarketStateChange | null {
      const entry = entryOf(update.symbol);
      entry.heardAt = update.receivedAt;
      switch (update.kind) {
        case 'book':
          entry.book.apply(update);
          entry.bookAt = update.receivedAt;
          if (update.bids[0] !== undefined) entry.marks?.bid(update.bids[0].price, update.receivedAt);
          marksVersion += 1;
          return sample(entry, update.receivedAt);
        case 'trade':
          entry.lastTrade = update.price;
          // Without a filter no trade moves a mark; with one it may confirm a bid that was doubtful.
          if (entry.marks?.trade(update.price) === true) marksVersion += 1;
          return entry.candles.trade(update) ? minuteClosed(entry) : null;
        case 'candle':
          return entry.candles.apply(update) ? minuteClosed(entry) : null;
        case 'bookInvalid':
          entry.book.invalidate();
          return null;
        default:
          return unreachable(update);
      }
    },
    setRules(rules: readonly SymbolRules[]): readonly MarketStateChange[] {
      const changes: MarketStateChange[] = [];
      for (const rule of rules) {
        rulesOf.set(rule.symbol, rule);
        const entry = entries.get(rule.symbol);
        if (entry === undefined) continue;
        entry.regime.status(rule.status);
        const change = stateChange(entry);
        if (change !== null) changes.push(change);
      }
      return changes;
    },
    rules: (symbol) => rulesOf.get(symbol) ?? null,
    symbols: () => [...entries.keys()],
    quote: (symbol) => entries.get(symbol)?.book.quote() ?? null,
    bid(symbol): Price | null {
      const bid = entries.get(symbol)?.book.quote()?.bid ?? null;
      return bid === null || bid <= 0n ? null : bid;
    },
    mark(symbol): Price | null {
      const entry = entries.get(symbol);
      const bid = entry?.book.quote()?.bid ?? null;
      // While nobody bids the last bid that was believed still says more than none.
      return entry?.marks?.mark() ?? (bid === null || bid <= 0n ? null : bid);
    },
    marksVersion: () => marksVersion,
    book: (symbol) => entries.get(symbol)?.book ?? null,
    lastPrice(symbol: string): Price | null {
      const entry = entries.get(symbol);
      return entry === undefined ? null : lastPriceOf(entry);
    },
    glance(symbol: string): Glance {
      const entry = entries.get(symbol);
      if (entry === undefined)
        return { quote: null, lastPrice: null, state: unheardState(symbol), volatilityRatio: null };
      return {
        quote: entry.book.quote(),
        lastPrice: lastPriceOf(entry),
        state: entry.state,
        volatilityRatio: entry.regime.volatilityRatio(),
      };
    },
    candles: (symbol) => entries.get(symbol)?.candles.closed() ?? NO_CANDLES,
    formingCandle: (symbol) => entries.get(symbol)?.candles.forming() ?? null,
    state: (symbol) => entries.get(symbol)?.state ?? unheardState(symbol),
    stateFigures: (symbol) => entries.get(symbol)?.regime.figures() ?? {},
    bookAgeMs(symbol: string, monotonicNow: number): number | null {
      const at = entries.get(symbol)?.bookAt ?? null;
      return at === null ? null : monotonicNow - at;
    },
    dataAgeMs(symbol: string, monotonicNow: number): number | null {
      const at = entries.get(symbol)?.heardAt ?? null;
      return at === null ? null : monotonicNow - at;
    },
  };
}

function lastPriceOf(entry: Entry): Price | null {
  return entry.lastTrade ?? entry.candles.forming()?.close ?? entry.candles.closed().at(-1)?.close ?? null;
}
