/**
 * A simulated venue with one symbol and a few accounts, valid unless a test changes one thing:
 * tick 0.01, step 0.001, notional from 5, fees 0.1 %. Orders are written as words.
 */
import { assetAmount, formatFixed, notional, price, quantity } from '../../src/core/money.ts';
import type {
  AccountSpec,
  BookLevel,
  PlaceOrder,
  Placed,
  SymbolSpec,
  Venue,
  VenueEvent,
  VenueReject,
} from '../../src/simulator/matching/venue-api.ts';
import { createVenue } from '../../src/simulator/matching/venue.ts';
import type { Result } from '../../src/core/result.ts';

export const SYMBOL = 'BTCUSDT';

export function symbolSpec(change: Partial<SymbolSpec> = {}): SymbolSpec {
  return {
    symbol: SYMBOL,
    baseAsset: 'BTC',
    quoteAsset: 'USDT',
    status: 'TRADING',
    tickSize: price('0.01'),
    minPrice: price('0.01'),
    maxPrice: price('1000000'),
    stepSize: quantity('0.001'),
    minQuantity: quantity('0.001'),
    maxQuantity: quantity('9000'),
    marketStepSize: quantity('0'),
    marketMinQuantity: quantity('0'),
    marketMaxQuantity: quantity('100'),
    minNotional: notional('5'),
    applyMinToMarket: true,
    maxNotional: notional('9000000'),
    applyMaxToMarket: false,
    bidMultiplierUpBps: 50_000,
    bidMultiplierDownBps: 2_000,
    askMultiplierUpBps: 50_000,
    askMultiplierDownBps: 2_000,
    averagePriceMinutes: 5,
    maxOrders: 200,
    maxAlgoOrders: 5,
    maxOrderLists: 20,
    maxOrderAmends: 10,
    icebergParts: 100,
    trailingDeltaBps: { minAbove: 10, maxAbove: 2_000, minBelow: 10, maxBelow: 2_000 },
    maxPosition: null,
    defaultSelfTradeMode: 'EXPIRE_MAKER',
    allowedSelfTradeModes: ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH', 'DECREMENT', 'TRANSFER'],
    ...change,
  };
}

export function accountSpec(accountId: number, change: Partial<AccountSpec> = {}): AccountSpec {
  return {
    accountId,
    balances: [
      { asset: 'BTC', free: assetAmount('100') },
      { asset: 'USDT', free: assetAmount('1000000') },
    ],
    makerRate: 1_000,
    takerRate: 1_000,
    feesInBnb: false,
    unlimited: false,
    ...change,
  };
}

/** Account 1 trades, account 2 too, account 9 is an unlimited market maker. */
export function openVenue(change: Partial<SymbolSpec> = {}): Venue {
  const venue = createVenue();
  venue.setSymbol(0, symbolSpec(change));
  venue.openAccount(accountSpec(1));
  venue.openAccount(accountSpec(2));
  venue.openAccount(accountSpec(9, { balances: [], unlimited: true }));
  return venue;
}

export type Words = Partial<
  Omit<PlaceOrder, 'quantity' | 'quoteOrderQuantity' | 'price' | 'stopPrice' | 'icebergQuantity'>
> & {
  readonly quantity?: string | null;
  readonly quoteOrderQuantity?: string;
  readonly price?: string | null;
  readonly stopPrice?: string;
  readonly icebergQuantity?: string;
};

let lastClientId = 0;

/** A valid GTC limit buy of 1 at 100, changed as told. */
export function order(words: Words = {}): PlaceOrder {
  lastClientId += 1;
  const type = words.type ?? 'LIMIT';
  const timed = type === 'LIMIT' || type === 'STOP_LOSS_LIMIT' || type === 'TAKE_PROFIT_LIMIT';
  const priced = timed || type === 'LIMIT_MAKER';
  const amount =
    words.quantity === undefined ? (words.quoteOrderQuantity === undefined ? '1' : null) : words.quantity;
  const limit = words.price === undefined ? (priced ? '100' : null) : words.price;
  return {
    accountId: words.accountId ?? 1,
    symbol: words.symbol ?? SYMBOL,
    side: words.side ?? 'BUY',
    type,
    timeInForce: words.timeInForce === undefined ? (timed ? 'GTC' : null) : words.timeInForce,
    quantity: amount === null ? null : quantity(amount),
    quoteOrderQuantity: words.quoteOrderQuantity === undefined ? null : notional(words.quoteOrderQuantity),
    price: limit === null ? null : price(limit),
    stopPrice: words.stopPrice === undefined ? null : price(words.stopPrice),
    trailingDeltaBps: words.trailingDeltaBps ?? null,
    icebergQuantity: words.icebergQuantity === undefined ? null : quantity(words.icebergQuantity),
    clientOrderId: words.clientOrderId ?? `order-${lastClientId}`,
    selfTradeMode: words.selfTradeMode ?? null,
    strategyId: words.strategyId ?? null,
    strategyType: words.strategyType ?? null,
  };
}

export function accepted<T>(result: Result<T, VenueReject>): T {
  if (!result.ok) throw new Error(`refused: ${result.error.code} ${result.error.message}`);
  return result.value;
}

export function place(venue: Venue, words: Words = {}, now = 1): Placed {
  return accepted(venue.place(now, order(words)));
}

/** Levels as `'100 x 2'`, best first. */
export function levels(...rows: readonly string[]): BookLevel[] {
  return rows.map((row) => {
    const [at, size] = row.split(' x ');
    return { price: price(at ?? ''), quantity: quantity(size ?? '') };
  });
}

/** The book as words, best first. */
export function bookOf(
  venue: Venue,
  symbol: string = SYMBOL,
): { readonly bids: string[]; readonly asks: string[] } {
  const { bids, asks } = venue.depth(symbol, 5_000);
  const words = (level: BookLevel): string => `${formatFixed(level.price)} x ${formatFixed(level.quantity)}`;
  return { bids: bids.map(words), asks: asks.map(words) };
}

/** `'USDT 90 + 10'`: free and locked. */
export function balanceOf(venue: Venue, accountId: number, asset: string): string {
  const found = venue.balances(accountId).find((balance) => balance.asset === asset);
  return `${formatFixed(found?.free ?? 0n)} + ${formatFixed(found?.locked ?? 0n)}`;
}

/** What happened, one line an event, for comparing whole stories. */
export function story(venue: Venue): string[] {
  return venue.drain().map(line);
}

function line(event: VenueEvent): string {
  switch (event.kind) {
    case 'execution': {
      const { order: it, fill } = event;
      const traded = fill === null ? '' : ` ${formatFixed(fill.quantity)} @ ${formatFixed(fill.price)}`;
      const role = fill === null ? '' : fill.isMaker ? ' maker' : ' taker';
      const why =
        it.expiryReason === null || event.executionType !== 'EXPIRED' ? '' : ` (${it.expiryReason})`;
      return `${it.accountId}: ${it.type} ${event.executionType} ${it.status}${traded}${role}${why}`;
    }
    case 'trade':
      return `trade ${formatFixed(event.quantity)} @ ${formatFixed(event.price)}${event.buyerIsMaker ? ' sold' : ' bought'}`;
    case 'balances':
      return `${event.accountId}: balances ${event.balances.map(({ asset }) => asset).join(' ')}`;
    case 'balanceUpdate':
      return `${event.accountId}: balance ${event.asset} ${formatFixed(event.delta)}`;
    case 'listStatus':
      return `${event.list.accountId}: list ${event.list.listStatusType} ${event.list.listOrderStatus}`;
    default:
      return `${event.kind} ${event.symbol} ${event.status}`;
  }
}
