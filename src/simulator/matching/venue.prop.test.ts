// The venue under random lives of several accounts among a moving outside market: money and quantity
// are conserved, nothing goes below zero or crosses, events alone tell the whole state, a restored
// snapshot lives on identically, and fills equal the brute-force reference.
import { deepStrictEqual as same, ok as holds } from 'node:assert';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountSpec, order, SYMBOL, symbolSpec } from '../../../tests/builders/venue.ts';
import { ReferenceBook } from '../../../tests/oracles/matching.ts';
import { assetAmount, notionalCeil, type AssetAmount, type Price, type Quantity } from '../../core/money.ts';
import {
  orderTypes,
  type ListKind,
  type PlaceOrder,
  type SymbolStatus,
  type Venue,
  type VenueEvent,
  type VenueOrder,
} from './venue-api.ts';
import { createVenue } from './venue.ts';

const runs = process.env['GENESIS_TEST_PROFILE'] === 'full' ? 1_500 : 120;
const TICK = 1_000_000n;
const STEP = 100_000n;
const modes = ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH', 'DECREMENT', 'TRANSFER'] as const;
const limited = [1, 2, 3] as const;
const assets = ['BTC', 'USDT', 'BNB'] as const;

const ticks = fc.integer({ min: 9_960, max: 10_040 });
const steps = fc.integer({ min: 1, max: 3_000 });
const priceOf = (count: number): Price => (BigInt(count) * TICK) as Price;
const quantityOf = (count: number): Quantity => (BigInt(count) * STEP) as Quantity;

function newVenue(): Venue {
  const venue = createVenue();
  venue.setSymbol(0, symbolSpec({ minNotional: 0n as never, maxOrders: 30, maxAlgoOrders: 10 }));
  venue.setSymbol(0, symbolSpec({ symbol: 'BNBUSDT', baseAsset: 'BNB' }));
  venue.printTrade(0, 'BNBUSDT', 60_000_000_000n as Price, STEP as Quantity, true);
  const balances = [
    { asset: 'BTC', free: assetAmount('20') },
    { asset: 'USDT', free: assetAmount('2000') },
    { asset: 'BNB', free: assetAmount('0.0005') },
  ];
  for (const accountId of limited) {
    venue.openAccount(
      accountSpec(accountId, {
        balances,
        makerRate: 300 + accountId,
        takerRate: 1_000,
        feesInBnb: accountId === 3,
      }),
    );
  }
  venue.openAccount(accountSpec(9, { balances: [], unlimited: true }));
  return venue;
}

const request: fc.Arbitrary<PlaceOrder> = fc
  .record({
    accountId: fc.constantFrom(1, 1, 2, 2, 3, 9),
    side: fc.constantFrom('BUY' as const, 'SELL' as const),
    type: fc.constantFrom('LIMIT', 'LIMIT', 'LIMIT', 'MARKET', ...orderTypes),
    timeInForce: fc.constantFrom('GTC', 'GTC', 'IOC', 'FOK'),
    at: ticks,
    stop: ticks,
    size: steps,
    spends: fc.option(fc.integer({ min: 1, max: 300 }), { nil: null, freq: 4 }),
    trailing: fc.option(fc.integer({ min: 10, max: 40 }), { nil: null, freq: 3 }),
    shown: fc.option(fc.integer({ min: 1, max: 800 }), { nil: null, freq: 4 }),
    selfTradeMode: fc.constantFrom(...modes, null),
    name: fc.integer({ min: 1, max: 60 }),
  })
  .map((one) => {
    const { type } = one;
    const timed = type === 'LIMIT' || type === 'STOP_LOSS_LIMIT' || type === 'TAKE_PROFIT_LIMIT';
    const priced = timed || type === 'LIMIT_MAKER';
    const stopped = type.startsWith('STOP_LOSS') || type.startsWith('TAKE_PROFIT');
    const spends = type === 'MARKET' ? one.spends : null;
    const hides = priced && one.shown !== null && (!timed || one.timeInForce === 'GTC');
    return {
      ...order({
        accountId: one.accountId,
        side: one.side,
        type,
        selfTradeMode: one.selfTradeMode,
        clientOrderId: `n${one.name}`,
      }),
      timeInForce: timed ? one.timeInForce : null,
      quantity: spends === null ? quantityOf(one.size) : null,
      quoteOrderQuantity: spends === null ? null : ((BigInt(spends) * 100_000_000n) as never),
      price: priced ? priceOf(one.at) : null,
      stopPrice: stopped ? priceOf(one.stop) : null,
      trailingDeltaBps: stopped ? one.trailing : null,
      icebergQuantity: hides ? quantityOf(one.shown ?? 1) : null,
    };
  });

/** Some open order of the account, or null. */
function pick(venue: Venue, accountId: number, which: number): VenueOrder | null {
  const open = venue.openOrders(accountId, SYMBOL);
  return open[which % Math.max(1, open.length)] ?? null;
}

const levelRows = (side: 1 | -1): fc.Arbitrary<Levels> =>
  fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), steps), { maxLength: 6 }).map((rows) => {
    let at = 10_000;
    return rows.map(([away, size]) => {
      at += side * away;
      return { price: priceOf(at), quantity: quantityOf(size) };
    });
  });

type Levels = { price: Price; quantity: Quantity }[];
type Act =
  | { readonly act: 'place'; readonly request: PlaceOrder }
  | {
      readonly act: 'cancel' | 'amend';
      readonly accountId: number;
      readonly which: number;
      readonly size: number;
    }
  | { readonly act: 'cancelAll'; readonly accountId: number }
  | ({ readonly act: 'list' } & ListWish)
  | { readonly act: 'cancelList'; readonly accountId: number; readonly name: number }
  | { readonly act: 'lay'; readonly bids: Levels; readonly asks: Levels }
  | { readonly act: 'print'; readonly at: number; readonly size: number; readonly sold: boolean }
  | { readonly act: 'transfer'; readonly accountId: number; readonly asset: string; readonly delta: number }
  | { readonly act: 'status'; readonly status: SymbolStatus };

type ListWish = {
  readonly kind: ListKind;
  readonly entry: PlaceOrder;
  readonly other: PlaceOrder;
  readonly name: number;
  readonly up: number;
  readonly down: number;
  readonly size: number;
  readonly side: 'BUY' | 'SELL';
};

const nothingSpecial = {
  quoteOrderQuantity: null,
  stopPrice: null,
  trailingDeltaBps: null,
  icebergQuantity: null,
};

function placeList(venue: Venue, now: number, wish: ListWish): unknown {
  const { kind, entry, other, side } = wish;
  const { accountId, clientOrderId } = entry;
  const last = Number((venue.lastPrice(SYMBOL) ?? priceOf(10_000)) / TICK);
  const [high, low] = [priceOf(last + wish.up), priceOf(last - wish.down)];
  const quantity = quantityOf(wish.size);
  const base = {
    ...entry,
    ...nothingSpecial,
    side,
    quantity,
    timeInForce: null,
    clientOrderId: `${clientOrderId}a`,
  };
  const limit: PlaceOrder = { ...base, type: 'LIMIT_MAKER', price: side === 'SELL' ? high : low };
  const stop: PlaceOrder = {
    ...base,
    type: 'STOP_LOSS',
    price: null,
    stopPrice: side === 'SELL' ? low : high,
    clientOrderId: `${clientOrderId}b`,
  };
  const pair = side === 'SELL' ? [limit, stop] : [stop, limit];
  const working: PlaceOrder = {
    ...entry,
    ...nothingSpecial,
    type: 'LIMIT',
    timeInForce: 'GTC',
    price: entry.price ?? low,
    quantity,
  };
  const legs = {
    OCO: pair,
    OTO: [working, { ...other, accountId, clientOrderId: 'pending' }],
    OTOCO: [working, ...pair],
  };
  return venue.placeList(now, {
    accountId,
    symbol: SYMBOL,
    kind,
    listClientOrderId: `l${wish.name}`,
    orders: legs[kind],
  });
}

function perform(venue: Venue, now: number, step: Act): unknown {
  switch (step.act) {
    case 'place':
      return venue.place(now, step.request);
    case 'cancel': {
      const { accountId } = step;
      const orderId = pick(venue, accountId, step.which)?.orderId ?? 1;
      return venue.cancel(now, {
        accountId,
        symbol: SYMBOL,
        order: { orderId },
        requestClientOrderId: 'bye',
        restriction: null,
      });
    }
    case 'amend': {
      const orderId = pick(venue, step.accountId, step.which)?.orderId ?? 1;
      return venue.amend(
        now,
        step.accountId,
        SYMBOL,
        { orderId },
        quantityOf(step.size),
        `m${step.which % 7}`,
      );
    }
    case 'cancelAll':
      return venue.cancelAll(now, step.accountId, SYMBOL, 'all');
    case 'list':
      return placeList(venue, now, step);
    case 'cancelList':
      return venue.cancelList(now, step.accountId, SYMBOL, { listClientOrderId: `l${step.name}` }, 'bye');
    case 'lay':
      return venue.setLiquidity(now, SYMBOL, step.bids, step.asks);
    case 'print':
      return venue.printTrade(now, SYMBOL, priceOf(step.at), quantityOf(step.size), step.sold);
    case 'transfer':
      return venue.transfer(now, step.accountId, step.asset, BigInt(step.delta) as AssetAmount);
    default:
      return venue.setSymbol(now, { ...venue.symbol(SYMBOL)!, status: step.status });
  }
}

const who = fc.constantFrom(...limited);
const is = <T extends string>(act: T): fc.Arbitrary<T> => fc.constant(act);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 40, arbitrary: fc.record({ act: is('place'), request }) },
  { weight: 12, arbitrary: fc.record({ act: is('cancel'), accountId: who, which: fc.nat(), size: steps }) },
  { weight: 6, arbitrary: fc.record({ act: is('amend'), accountId: who, which: fc.nat(), size: steps }) },
  { weight: 1, arbitrary: fc.record({ act: is('cancelAll'), accountId: who }) },
  {
    weight: 10,
    arbitrary: fc.record({
      act: is('list'),
      kind: fc.constantFrom<ListKind>('OCO', 'OTO', 'OTOCO'),
      entry: request,
      other: request,
      name: fc.nat({ max: 9 }),
      up: fc.integer({ min: 1, max: 30 }),
      down: fc.integer({ min: 1, max: 30 }),
      size: steps,
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: is('cancelList'), accountId: who, name: fc.nat({ max: 9 }) }) },
  { weight: 12, arbitrary: fc.record({ act: is('lay'), bids: levelRows(-1), asks: levelRows(1) }) },
  { weight: 14, arbitrary: fc.record({ act: is('print'), at: ticks, size: steps, sold: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      act: is('transfer'),
      accountId: who,
      asset: fc.constantFrom(...assets),
      delta: fc.integer({ min: -500_000_000, max: 500_000_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: is('status'),
      status: fc.constantFrom<SymbolStatus>('TRADING', 'TRADING', 'CANCEL_ONLY', 'HALT'),
    }),
  },
);

/** The state as a listener keeps it from events alone. */
class Listener {
  readonly orders: Map<string, VenueOrder> = new Map();
  readonly balances: Map<string, string> = new Map();
  readonly executed: Map<string, [quantity: bigint, quote: bigint]> = new Map();
  lastTrade = 0;

  hear(event: VenueEvent): void {
    if (event.kind === 'execution') {
      const key = `${event.order.accountId}/${event.order.orderId}`;
      const renamed = event.executionType === 'REPLACED' ? { clientOrderId: event.requestClientOrderId } : {};
      this.orders.set(key, { ...event.order, ...renamed });
      if (event.fill !== null) {
        const [quantity, quote] = this.executed.get(key) ?? [0n, 0n];
        this.executed.set(key, [quantity + event.fill.quantity, quote + event.fill.quoteQuantity]);
      }
    } else if (event.kind === 'balances') {
      for (const { asset, free, locked } of event.balances)
        this.balances.set(`${event.accountId}/${asset}`, `${free} ${locked}`);
    } else if (event.kind === 'trade') {
      same(event.tradeId, this.lastTrade + 1, 'trade ids have no gap');
      this.lastTrade = event.tradeId;
    }
  }
}

function isClosed({ status }: VenueOrder): boolean {
  return status !== 'NEW' && status !== 'PARTIALLY_FILLED' && status !== 'PENDING_NEW';
}

/** What an account must have locked, worked out from its open orders alone; null where only the engine can know. */
function expectedLock(venue: Venue, accountId: number, asset: 'BTC' | 'USDT'): bigint | null {
  const open = venue
    .openOrders(accountId, SYMBOL)
    .filter((one) => one.status !== 'PENDING_NEW' && (one.side === 'BUY') === (asset === 'USDT'));
  const byList = new Map<number, bigint>();
  let sum = 0n;
  for (const one of open) {
    const left = (one.originalQuantity - one.executedQuantity - one.preventedQuantity) as Quantity;
    if (one.side === 'BUY' && one.price === 0n && one.stopPrice === 0n) return null;
    const own = one.side === 'SELL' ? left : notionalCeil(one.price > 0n ? one.price : one.stopPrice, left);
    if (one.orderListId < 0) sum += own;
    else if (own > (byList.get(one.orderListId) ?? 0n)) byList.set(one.orderListId, own);
  }
  for (const own of byList.values()) sum += own;
  return sum;
}

function check(venue: Venue, listener: Listener): void {
  for (const event of venue.drain()) listener.hear(event);
  for (const { asset, deposited, held, fees, outside } of venue.totals()) {
    same(held + fees + outside, deposited, `${asset} is conserved`);
    holds(fees >= 0n);
  }
  const { bids, asks } = venue.depth(SYMBOL, 1);
  if (bids[0] !== undefined && asks[0] !== undefined)
    holds(bids[0].price < asks[0].price, 'the book is not crossed');
  for (const accountId of limited) {
    for (const { asset, free, locked } of venue.balances(accountId)) {
      holds(free >= 0n && locked >= 0n, 'no balance is negative');
      same(
        listener.balances.get(`${accountId}/${asset}`) ?? `${free} 0`,
        `${free} ${locked}`,
        `events told the balance of ${asset}`,
      );
    }
    for (const asset of ['BTC', 'USDT'] as const) {
      const locked = venue.balances(accountId).find((one) => one.asset === asset)?.locked ?? 0n;
      const expected = expectedLock(venue, accountId, asset);
      if (expected !== null)
        same(locked, expected, `account ${accountId} has locked what its open orders need, in ${asset}`);
    }
    checkOrders(venue, accountId, listener);
  }
}

function checkOrders(venue: Venue, accountId: number, listener: Listener): void {
  const traded = new Map<number, bigint>();
  for (const trade of venue.trades(accountId, SYMBOL, 0, 100_000)) {
    traded.set(trade.orderId, (traded.get(trade.orderId) ?? 0n) + trade.quantity);
  }
  for (const one of venue.allOrders(accountId, SYMBOL, 0, 100_000)) {
    const key = `${accountId}/${one.orderId}`;
    const [quantity, quote] = listener.executed.get(key) ?? [0n, 0n];
    same(one.executedQuantity, quantity, 'executed is the sum of the fills');
    same(one.executedQuantity, traded.get(one.orderId) ?? 0n, 'and of the trades');
    same(one.cumulativeQuote, quote);
    holds(one.executedQuantity + one.preventedQuantity <= one.originalQuantity);
    if (one.status === 'FILLED') same(one.executedQuantity + one.preventedQuantity, one.originalQuantity);
    // A trailing order moves without a report until it triggers.
    const { trailingTime: _told, ...told } = listener.orders.get(key)!;
    const { trailingTime: _now, ...now } = one;
    same(told, now, 'events told the order as it is');
  }
  const open = venue.openOrders(accountId, SYMBOL);
  holds(!open.some(isClosed));
  for (const list_ of venue.orderLists(accountId, false)) {
    const alive = list_.orders.some((one) => open.some((other) => other.orderId === one.orderId));
    same(
      list_.listOrderStatus,
      alive ? 'EXECUTING' : 'ALL_DONE',
      'a list lives as long as one of its orders',
    );
  }
}

const text = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `${item}` : item));

/** As `same`, showing only where two long texts part. */
function sameText(got: string, wanted: string, rule: string): void {
  if (got === wanted) return;
  let at = 0;
  while (got[at] === wanted[at]) at += 1;
  const near = (whole: string): string => whole.slice(Math.max(0, at - 150), at + 80);
  throw new Error(`${rule}: …${near(got)}… instead of …${near(wanted)}…`);
}

function lives(acts: readonly Act[], saveAt: number): void {
  let venue = newVenue();
  const listener = new Listener();
  venue.drain();
  acts.forEach((each, at) => {
    const now = at * 700;
    if (at === saveAt % acts.length) {
      const saved = text(venue.snapshot());
      const restored = createVenue();
      restored.restore(JSON.parse(saved));
      sameText(text(restored.snapshot()), saved, 'a restored venue saves the same');
      const twin = venue;
      // From here on both live on, and must say and answer the same.
      for (let later = at; later < acts.length; later += 1) {
        const when = later * 700;
        const [reborn, original] = [restored, twin].map((life) => ({
          answer: text(perform(life, when, acts[later]!)),
          events: text(life.drain()),
          delta: text(life.takeDelta(SYMBOL)),
        }));
        same(reborn, original, 'a restored venue answers and tells the same');
      }
      sameText(text(restored.snapshot()), text(twin.snapshot()), 'a restored venue ends the same');
      venue = createVenue();
      venue.restore(JSON.parse(saved));
    }
    perform(venue, now, each);
    if (at % 3 === 0) venue.takeDelta(SYMBOL);
    check(venue, listener);
  });
}

describe('the venue', () => {
  it('keeps every account, order and list straight, and lives on identically from a snapshot', () => {
    const property = fc.property(fc.array(act, { minLength: 1, maxLength: 80 }), fc.nat(), lives);
    expect(() => fc.assert(property, { numRuns: runs, includeErrorInReport: true })).not.toThrow();
  });

  it('fills as the brute-force reference does', () => {
    const simple = request
      .filter((one) => one.type === 'LIMIT' || (one.type === 'MARKET' && one.quantity !== null))
      .map((one) => ({
        ...one,
        accountId: one.accountId === 9 ? 2 : one.accountId,
        timeInForce: one.type === 'LIMIT' ? ('GTC' as const) : null,
        selfTradeMode: 'NONE' as const,
      }));
    const property = fc.property(fc.array(simple, { minLength: 1, maxLength: 60 }), (requests) => {
      const venue = createVenue();
      venue.setSymbol(0, symbolSpec({ minNotional: 0n as never }));
      for (const accountId of limited) venue.openAccount(accountSpec(accountId));
      const reference = new ReferenceBook({
        tickUnits: TICK,
        lotUnits: STEP,
        makerRate: () => 1_000n,
        takerRate: () => 1_000n,
      });
      requests.forEach((one, at) => {
        const placed = venue.place(at, { ...one, clientOrderId: `c${at}` });
        if (!placed.ok) return;
        const buys = one.side === 'BUY';
        const limit = one.price === null ? null : Number(one.price / TICK);
        const lots = Number(one.quantity! / STEP);
        const expected = reference.match(buys, limit, lots, one.accountId, null);
        same(
          placed.value.fills.map((fill) => [fill.price, fill.quantity, fill.commission]),
          expected.fills.map((fill) => [priceOf(fill.price), quantityOf(fill.lots), fill.takerFee]),
        );
        if (limit === null || expected.left === 0) return;
        const peak = one.icebergQuantity === null ? 0 : Number(one.icebergQuantity / STEP);
        reference.add(placed.value.order.orderId, one.accountId, buys, limit, expected.left, peak);
      });
      for (const side of ['bids', 'asks'] as const) {
        same(
          venue.depth(SYMBOL, 5_000)[side].map((level) => [level.price, level.quantity]),
          reference.depth(side === 'bids').map(([at, lots]) => [priceOf(at), quantityOf(lots)]),
        );
      }
    });
    expect(() => fc.assert(property, { numRuns: runs * 2, includeErrorInReport: true })).not.toThrow();
  });
});
