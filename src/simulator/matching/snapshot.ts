/**
 * The venue's state as plain JSON and back: amounts as decimal strings (the fields named in
 * `amounts`), orders once, the book as queues of references to them in priority order.
 * What is restored behaves as what was saved. Events not yet drained are not part of it.
 */
import { invariant } from '../../core/invariant.ts';
import { fixed, formatFixed, type AssetAmount } from '../../core/money.ts';
import { AccountMarket } from './account-market.ts';
import { AveragePrice } from './average-price.ts';
import { accountMarket, type Engine } from './engine.ts';
import type { Account, Totals } from './ledger.ts';
import { isOpen, isWaiting, type LiveOrder } from './live-order.ts';
import { siblingOf, type LiveList } from './live-list.ts';
import { makeMarket, occupy, type Market } from './market.ts';
import { ASK, BID, OrderBook } from './order-book.ts';
import { makeScale } from './scale.ts';
import type { AccountSpec, AccountTrade, PreventedMatch } from './venue-api.ts';

const VERSION = 1;

/** Fields that hold amounts, wherever they appear. */
const amounts: ReadonlySet<string> = new Set([
  'tickSize',
  'minPrice',
  'maxPrice',
  'stepSize',
  'minQuantity',
  'maxQuantity',
  'marketStepSize',
  'marketMinQuantity',
  'marketMaxQuantity',
  'minNotional',
  'maxNotional',
  'maxPosition',
  'tick',
  'lot',
  'lastPrice',
  'reference',
  'free',
  'locked',
  'deposited',
  'fees',
  'outside',
  'originalQuantity',
  'originalQuoteQuantity',
  'executedQuantity',
  'cumulativeQuote',
  'price',
  'stopPrice',
  'trailingExtreme',
  'icebergQuantity',
  'preventedQuantity',
  'quantity',
  'quoteQuantity',
  'commission',
  'takerPreventedQuantity',
  'makerPreventedQuantity',
  'lockAmount',
]);

type SavedOrder = Omit<LiveOrder, 'account' | 'list' | 'lock' | 'slot'> & {
  readonly orderListId: number;
  readonly lockAsset: string | null;
  readonly lockAmount: bigint;
};

type SavedSlot = {
  readonly side: 0 | 1;
  readonly ticks: number;
  readonly owner: number;
  readonly orderId: number;
  readonly visible: number;
  readonly hidden: number;
  readonly peak: number;
};

type SavedMarket = Pick<
  Market,
  | 'spec'
  | 'lastPrice'
  | 'reference'
  | 'nextOrderId'
  | 'nextTradeId'
  | 'nextExecutionId'
  | 'nextPreventedMatchId'
  | 'reportedUpdate'
> & {
  readonly tick: bigint;
  readonly lot: bigint;
  readonly updates: number;
  readonly touched: readonly number[] | null;
  readonly slots: readonly SavedSlot[];
  readonly waiting: readonly { readonly accountId: number; readonly orderId: number }[];
  readonly average: readonly (readonly [second: number, lots: number, value: number])[];
  readonly preventedMatches: readonly PreventedMatch[];
};

type SavedAccount = {
  readonly spec: AccountSpec;
  readonly owner: number;
  readonly holdings: readonly {
    readonly asset: string;
    readonly free: AssetAmount;
    readonly locked: AssetAmount;
  }[];
  readonly markets: readonly {
    readonly symbol: string;
    readonly orders: readonly SavedOrder[];
    readonly trades: readonly AccountTrade[];
  }[];
};

type SavedList = Omit<LiveList, 'account' | 'orders'> & {
  readonly accountId: number;
  readonly orderIds: readonly number[];
};

type Saved = {
  readonly version: number;
  readonly nextListId: number;
  readonly totals: readonly (Totals & { readonly asset: string })[];
  readonly markets: readonly SavedMarket[];
  readonly accounts: readonly SavedAccount[];
  readonly lists: readonly SavedList[];
};

export function snapshotEngine(engine: Engine): unknown {
  const saved: Saved = {
    version: VERSION,
    nextListId: engine.nextListId,
    totals: [...engine.ledger.totals].map(([asset, totals]) => ({ asset, ...totals })),
    markets: [...engine.markets.values()].map(saveMarket),
    accounts: [...engine.accounts.values()].map(saveAccount),
    lists: [...engine.lists.values()].map(({ account, orders, ...rest }) => ({
      ...rest,
      accountId: account.spec.accountId,
      orderIds: orders.map((order) => order.orderId),
    })),
  };
  return toPlain(saved);
}

export function restoreEngine(engine: Engine, snapshot: unknown): void {
  const saved = fromPlain(snapshot) as Saved;
  invariant(saved.version === VERSION, 'a venue snapshot has the version this code writes');
  engine.markets.clear();
  engine.accounts.clear();
  engine.lists.clear();
  engine.ledger.totals.clear();
  engine.ledger.touched.clear();
  engine.events = [];
  engine.nextListId = saved.nextListId;
  for (const { asset, deposited, fees, outside } of saved.totals)
    engine.ledger.totals.set(asset, { deposited, fees, outside });
  for (const account of saved.accounts) restoreAccount(engine, account);
  for (const list of saved.lists) restoreList(engine, list);
  for (const market of saved.markets) restoreMarket(engine, market);
}

function saveMarket(market: Market): SavedMarket {
  const { book, average } = market;
  const slots: SavedSlot[] = [];
  for (const side of [BID, ASK] as const) {
    const ladder = book.ladder(side);
    for (let at = ladder.count - 1; at >= 0; at -= 1) {
      for (let slot = book.head[ladder.levels[at]!]!; slot >= 0; slot = book.next[slot]!) {
        slots.push({
          side,
          ticks: book.priceAt(slot),
          owner: book.owner[slot]!,
          orderId: market.orders[slot]?.orderId ?? 0,
          visible: book.visible[slot]!,
          hidden: book.hidden[slot]!,
          peak: book.peak[slot]!,
        });
      }
    }
  }
  const buckets: [number, number, number][] = [];
  average.seconds.forEach((second, at) => {
    if (second >= 0) buckets.push([second, average.lots[at]!, average.value[at]!]);
  });
  return {
    spec: market.spec,
    lastPrice: market.lastPrice,
    reference: market.reference,
    nextOrderId: market.nextOrderId,
    nextTradeId: market.nextTradeId,
    nextExecutionId: market.nextExecutionId,
    nextPreventedMatchId: market.nextPreventedMatchId,
    reportedUpdate: market.reportedUpdate,
    tick: market.scale.tick,
    lot: market.scale.lot,
    updates: book.updates,
    touched: book.touchedKeys(),
    slots,
    waiting: market.stops
      .all()
      .map((order) => ({ accountId: order.account.spec.accountId, orderId: order.orderId })),
    average: buckets,
    preventedMatches: market.preventedMatches,
  };
}

function restoreMarket(engine: Engine, saved: SavedMarket): void {
  const market = makeMarket(saved.spec, engine.fees);
  engine.markets.set(saved.spec.symbol, market);
  market.scale = makeScale(saved.tick, saved.lot);
  market.book = new OrderBook(market.scale, engine.fees);
  market.lastPrice = saved.lastPrice;
  market.reference = saved.reference;
  market.nextOrderId = saved.nextOrderId;
  market.nextTradeId = saved.nextTradeId;
  market.nextExecutionId = saved.nextExecutionId;
  market.nextPreventedMatchId = saved.nextPreventedMatchId;
  market.reportedUpdate = saved.reportedUpdate;
  market.preventedMatches = [...saved.preventedMatches];
  market.average = new AveragePrice(saved.spec.averagePriceMinutes);
  for (const [second, lots, value] of saved.average) market.average.restore(second, lots, value);
  const byOwner = new Map([...engine.accounts.values()].map((account) => [account.owner, account]));
  for (const row of saved.slots) {
    const slot = market.book.add(row.side, row.ticks, 0, 0, row.owner);
    market.book.place(slot, row.visible, row.hidden, row.peak);
    if (row.orderId === 0) continue;
    const order = byOwner.get(row.owner)?.markets.get(saved.spec.symbol)?.open.get(row.orderId);
    invariant(order !== undefined, 'a saved place in the book belongs to an open order');
    occupy(market, order, slot);
  }
  for (const { accountId, orderId } of saved.waiting) {
    const order = engine.accounts.get(accountId)?.markets.get(saved.spec.symbol)?.open.get(orderId);
    invariant(order !== undefined && isWaiting(order), 'a saved waiting order waits');
    market.stops.add(order);
  }
  market.book.updates = saved.updates;
  market.book.restoreTouched(saved.touched);
}

function saveAccount(account: Account): SavedAccount {
  return {
    spec: account.spec,
    owner: account.owner,
    holdings: [...account.holdings].map(([asset, { free, locked }]) => ({
      asset,
      free: free as AssetAmount,
      locked: locked as AssetAmount,
    })),
    // A refused order leaves an empty record behind: nothing to save.
    markets: [...account.markets]
      .map(([symbol, mine]) => ({
        symbol,
        orders: (account.spec.unlimited ? [...mine.open.values()] : mine.history).map(saveOrder),
        trades: mine.trades,
      }))
      .filter(({ orders, trades }) => orders.length + trades.length > 0),
  };
}

function saveOrder(order: LiveOrder): SavedOrder {
  const { account: _account, list, lock, slot: _slot, ...rest } = order;
  return {
    ...rest,
    orderListId: list?.orderListId ?? -1,
    lockAsset: lock?.asset ?? null,
    lockAmount: lock?.amount ?? 0n,
  };
}

function restoreAccount(engine: Engine, saved: SavedAccount): void {
  const { spec, owner } = saved;
  const account: Account = { spec, owner, holdings: new Map(), markets: new Map(), touched: new Set() };
  engine.accounts.set(spec.accountId, account);
  engine.fees.set(owner, spec.unlimited ? 0 : spec.makerRate, spec.unlimited ? 0 : spec.takerRate);
  for (const { asset, free, locked } of saved.holdings) account.holdings.set(asset, { free, locked });
  for (const { symbol, orders, trades } of saved.markets) {
    const mine = new AccountMarket();
    account.markets.set(symbol, mine);
    mine.trades = [...trades];
    for (const { orderListId: _list, lockAsset, lockAmount, ...rest } of orders) {
      const lock = lockAsset === null ? null : { asset: lockAsset, amount: lockAmount };
      const order: LiveOrder = { ...rest, account, list: null, lock, slot: -1 };
      if (isOpen(order)) mine.accept(order, !spec.unlimited);
      else mine.remember(order);
    }
  }
}

function restoreList(engine: Engine, saved: SavedList): void {
  const { accountId, orderIds, ...rest } = saved;
  const account = engine.accounts.get(accountId);
  invariant(account !== undefined, 'a saved order list belongs to an account');
  const mine = accountMarket(account, saved.symbol);
  const list: LiveList = { ...rest, account, orders: [] };
  for (const orderId of orderIds) {
    const order = mine.find({ orderId });
    // History is bounded: a closed list may have lost its oldest orders.
    if (order === null) continue;
    order.list = list;
    list.orders.push(order);
  }
  engine.lists.set(list.orderListId, list);
  if (list.orderStatus === 'EXECUTING') mine.openLists.set(list.listClientOrderId, list);
  for (const order of list.orders) {
    const sibling = siblingOf(order);
    if (sibling !== null && isOpen(sibling) && isOpen(order) && order.lock !== null)
      sibling.lock = order.lock;
  }
}

function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return formatFixed(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toPlain);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item)]));
}

function fromPlain(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return amounts.has(key) ? fixed(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => fromPlain(item));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fromPlain(item, name)]));
}
