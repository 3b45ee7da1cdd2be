/**
 * The venue as its callers see it: each method hands its work to the file that owns the rule.
 * Nothing here decides anything.
 */
import { invariant } from '../../core/invariant.ts';
import { amendOrder } from './amend.ts';
import { openAccount, transfer } from './accounts.ts';
import { cancelAll, cancelList, cancelOne } from './cancel.ts';
import { cancelReplace } from './cancel-replace.ts';
import { bestLevel, deltaOf, depthOf } from './depth.ts';
import { accountMarket, makeEngine, type Engine } from './engine.ts';
import { pictureOf } from './live-order.ts';
import { listPicture } from './live-list.ts';
import { averagePriceOf, type Market } from './market.ts';
import { ASK, BID } from './order-book.ts';
import { placeList } from './order-lists.ts';
import { printTrade, setLiquidity } from './outside-market.ts';
import { address, checkBeforeEngine, placeOrder } from './place.ts';
import { quantityOf } from './scale.ts';
import { restoreEngine, snapshotEngine } from './snapshot.ts';
import { setSymbol } from './symbols.ts';
import type { Venue, VenueOrder } from './venue-api.ts';

export function createVenue(): Venue {
  const engine = makeEngine();
  return {
    symbols: () => [...engine.markets.values()].map((market) => market.spec),
    symbol: (symbol) => engine.markets.get(symbol)?.spec ?? null,
    setSymbol: (now, spec) => setSymbol(engine, now, spec),
    setReferencePrice: (symbol, reference) => {
      marketOf(engine, symbol).reference = reference;
    },
    openAccount: (spec) => openAccount(engine, spec),
    transfer: (now, accountId, asset, delta) => transfer(engine, now, accountId, asset, delta),

    place: (now, order) => placeOrder(engine, now, order),
    test: (now, order) => {
      const addressed = address(engine, order.accountId, order.symbol);
      return addressed.ok ? checkBeforeEngine(addressed.value.market, now, order) : addressed;
    },
    cancel: (now, request) => cancelOne(engine, now, request),
    cancelAll: (now, accountId, symbol, requestClientOrderId) =>
      cancelAll(engine, now, accountId, symbol, requestClientOrderId ?? ''),
    cancelReplace: (now, request, order, allowFailure) =>
      cancelReplace(engine, now, request, order, allowFailure),
    amend: (now, accountId, symbol, order, newQuantity, newClientOrderId) =>
      amendOrder(engine, now, accountId, symbol, order, newQuantity, newClientOrderId),
    placeList: (now, list) => placeList(engine, now, list),
    cancelList: (now, accountId, symbol, list, requestClientOrderId) =>
      cancelList(engine, now, accountId, symbol, list, requestClientOrderId),

    order: (accountId, symbol, ref) => {
      const order = engine.accounts.get(accountId)?.markets.get(symbol)?.find(ref) ?? null;
      return order === null ? null : pictureOf(order);
    },
    openOrders: (accountId, symbol) => openOrders(engine, accountId, symbol),
    allOrders: (accountId, symbol, fromOrderId, limit) =>
      (engine.accounts.get(accountId)?.markets.get(symbol)?.ordersFrom(fromOrderId, limit) ?? []).map(
        pictureOf,
      ),
    orderList: (accountId, orderListId) => {
      const list = engine.lists.get(orderListId);
      return list === undefined || list.account.spec.accountId !== accountId ? null : listPicture(list);
    },
    orderLists: (accountId, openOnly) =>
      [...engine.lists.values()]
        .filter(
          (list) =>
            list.account.spec.accountId === accountId && (!openOnly || list.orderStatus === 'EXECUTING'),
        )
        .map(listPicture),
    trades: (accountId, symbol, fromTradeId, limit) =>
      engine.accounts.get(accountId)?.markets.get(symbol)?.tradesFrom(fromTradeId, limit) ?? [],
    preventedMatches: (accountId, symbol) =>
      (engine.markets.get(symbol)?.preventedMatches ?? []).filter(
        (match) => match.takerAccountId === accountId || match.makerAccountId === accountId,
      ),
    balances: (accountId) => {
      const account = engine.accounts.get(accountId);
      return account === undefined ? [] : engine.ledger.balances(account, account.holdings.keys());
    },
    account: (accountId) => engine.accounts.get(accountId)?.spec ?? null,
    totals: () => engine.ledger.report(engine.accounts.values()),

    depth: (symbol, limit) => depthOf(marketOf(engine, symbol), limit),
    takeDelta: (symbol) => deltaOf(marketOf(engine, symbol)),
    bestBid: (symbol) => bestLevel(marketOf(engine, symbol), BID),
    bestAsk: (symbol) => bestLevel(marketOf(engine, symbol), ASK),
    lastPrice: (symbol) => marketOf(engine, symbol).lastPrice,
    averagePrice: (now, symbol) => averagePriceOf(marketOf(engine, symbol), now),
    queueAhead: (accountId, symbol, ref) => {
      const market = marketOf(engine, symbol);
      const account = engine.accounts.get(accountId);
      const order = account === undefined ? null : accountMarket(account, symbol).findOpen(ref);
      return order === null || order.slot < 0
        ? null
        : quantityOf(market.scale, market.book.queueAhead(order.slot));
    },

    setLiquidity: (now, symbol, bids, asks) =>
      setLiquidity({ engine, market: marketOf(engine, symbol), now }, bids, asks),
    printTrade: (now, symbol, at, size, buyerIsMaker) =>
      printTrade({ engine, market: marketOf(engine, symbol), now }, at, size, buyerIsMaker),

    drain: () => {
      const { events } = engine;
      engine.events = [];
      return events;
    },
    snapshot: () => snapshotEngine(engine),
    restore: (snapshot) => restoreEngine(engine, snapshot),
  };
}

function marketOf(engine: Engine, symbol: string): Market {
  const market = engine.markets.get(symbol);
  invariant(market !== undefined, `only listed symbols are asked for: "${symbol}"`);
  return market;
}

function openOrders(engine: Engine, accountId: number, symbol: string | null): VenueOrder[] {
  const account = engine.accounts.get(accountId);
  if (account === undefined) return [];
  const rows: VenueOrder[] = [];
  for (const [name, mine] of account.markets) {
    if (symbol !== null && name !== symbol) continue;
    for (const order of mine.open.values()) rows.push(pictureOf(order));
  }
  return rows;
}
