/**
 * What an account may ask about itself: balances, orders, trades, rates, limits. Shapes and parameter
 * rules follow the published documentation; answers come from the venue, which is the truth.
 */
import { invariant } from '../../core/invariant.ts';
import { DAY_MS } from '../../core/time.ts';
import type { Venue, VenueOrder } from '../matching/venue-api.ts';
import { historyEndpoints } from './account-histories.ts';
import { eightPlaces, rate } from './decimals.ts';
import {
  accountEndpoint,
  type Endpoint,
  knownSymbol,
  readLimit,
  readOptionalSymbol,
  readSymbol,
  readSpan,
  within,
  type World,
} from './endpoint.ts';
import {
  badCombination,
  eitherMandatory,
  noSuchOrder,
  orderArchived,
  refuse,
  wrongClientId,
} from './errors.ts';
import { neighbourEndpoints } from './neighbour-endpoints.ts';
import { discount } from './order-endpoints.ts';
import { accountTrade, type Json, queriedOrder } from './render.ts';
import { filters } from './symbol-info.ts';

const EVERYTHING = Number.MAX_SAFE_INTEGER;

export function accountEndpoints(world: World): readonly Endpoint[] {
  return [
    account(world),
    commission(world),
    ...neighbourEndpoints(world),
    orderStatus(world),
    openOrders(world),
    allOrders(world),
    myTrades(world),
    ...rest(world),
    ...historyEndpoints(world),
  ];
}

function account(world: World): Endpoint {
  return accountEndpoint({
    method: 'GET',
    path: '/api/v3/account',
    wsMethod: 'account.status',
    parameters: 1,
    weight: 20,
    prepare(params) {
      const omitZero = params.boolean('omitZeroBalances') ?? false;
      return ({ accountId, unit }) => {
        const spec = world.venue.account(accountId);
        invariant(spec !== null, 'a key belongs to an open account');
        return {
          makerCommission: spec.makerRate / 100,
          takerCommission: spec.takerRate / 100,
          buyerCommission: 0,
          sellerCommission: 0,
          commissionRates: {
            maker: rate(spec.makerRate),
            taker: rate(spec.takerRate),
            buyer: rate(0),
            seller: rate(0),
          },
          canTrade: true,
          canWithdraw: false,
          canDeposit: true,
          brokered: false,
          requireSelfTradePrevention: false,
          preventSor: false,
          updateTime: world.accountUpdatedAt(accountId) * unit,
          accountType: 'SPOT',
          balances: balances(world.venue, accountId, omitZero),
          permissions: ['SPOT'],
          uid: accountId,
        };
      };
    },
  });
}

/** Every asset the exchange knows, in the order of its symbols, as the real one lists them. */
function balances(venue: Venue, accountId: number, omitZero: boolean): readonly Json[] {
  const held = new Map(venue.balances(accountId).map((each) => [each.asset, each]));
  const assets = new Set(venue.symbols().flatMap((spec) => [spec.baseAsset, spec.quoteAsset]));
  for (const asset of held.keys()) assets.add(asset);
  return [...assets].flatMap((asset) => {
    const balance = held.get(asset);
    const free = balance?.free ?? 0n;
    const locked = balance?.locked ?? 0n;
    if (omitZero && free === 0n && locked === 0n) return [];
    return [{ asset, free: eightPlaces(free), locked: eightPlaces(locked) }];
  });
}

function commission(world: World): Endpoint {
  return accountEndpoint({
    method: 'GET',
    path: '/api/v3/account/commission',
    wsMethod: 'account.commission',
    parameters: 1,
    weight: 20,
    prepare(params) {
      const symbol = readSymbol(params);
      return ({ accountId }) => {
        knownSymbol(world.venue, symbol);
        const spec = world.venue.account(accountId);
        invariant(spec !== null, 'a key belongs to an open account');
        const none = { maker: rate(0), taker: rate(0), buyer: rate(0), seller: rate(0) };
        return {
          symbol,
          standardCommission: { ...none, maker: rate(spec.makerRate), taker: rate(spec.takerRate) },
          specialCommission: none,
          taxCommission: none,
          discount: discount(spec.feesInBnb),
        };
      };
    },
  });
}

function orderStatus(world: World): Endpoint {
  return accountEndpoint({
    method: 'GET',
    path: '/api/v3/order',
    wsMethod: 'order.status',
    parameters: 3,
    weight: 4,
    prepare(params) {
      const symbol = readSymbol(params);
      const orderId = params.integer('orderId');
      const clientOrderId = params.clientId('origClientOrderId');
      if (orderId === null && clientOrderId === null) refuse(eitherMandatory('origClientOrderId', 'orderId'));
      return ({ accountId, now, unit }) => {
        knownSymbol(world.venue, symbol);
        const order = world.venue.order(
          accountId,
          symbol,
          orderId === null ? { clientOrderId: clientOrderId ?? '' } : { orderId },
        );
        if (order === null || !world.visible(order.time, now)) return refuse(noSuchOrder());
        if (clientOrderId !== null && order.clientOrderId !== clientOrderId) return refuse(wrongClientId());
        if (isArchived(order, now)) return refuse(orderArchived());
        return queriedOrder(order, unit);
      };
    },
  });
}

/** Ended without a fill more than 90 days ago. */
function isArchived(order: VenueOrder, now: number): boolean {
  const ended = order.status === 'CANCELED' || order.status === 'EXPIRED';
  return ended && order.executedQuantity === 0n && now - order.updateTime > 90 * DAY_MS;
}

function openOrders(world: World): Endpoint {
  return accountEndpoint({
    method: 'GET',
    path: '/api/v3/openOrders',
    wsMethod: 'openOrders.status',
    parameters: 1,
    weight: (params) => (params.has('symbol') ? 6 : 80),
    prepare(params) {
      const symbol = readOptionalSymbol(params);
      return ({ accountId, now, unit }) => {
        if (symbol !== null) knownSymbol(world.venue, symbol);
        return world.venue
          .openOrders(accountId, symbol)
          .filter((order) => world.visible(order.time, now))
          .map((order) => queriedOrder(order, unit));
      };
    },
  });
}

/** From a start on the oldest come first; without one the newest are meant. */
function page<T>(all: readonly T[], fromStart: boolean, limit: number): readonly T[] {
  return fromStart ? all.slice(0, limit) : all.slice(-limit);
}

function allOrders(world: World): Endpoint {
  return accountEndpoint({
    method: 'GET',
    path: '/api/v3/allOrders',
    wsMethod: 'allOrders',
    parameters: 5,
    weight: 20,
    prepare(params) {
      const symbol = readSymbol(params);
      const orderId = params.integer('orderId');
      const span = readSpan(params);
      const limit = readLimit(params, 500, 1_000);
      return ({ accountId, now, unit }) => {
        knownSymbol(world.venue, symbol);
        const seen = (order: VenueOrder): boolean =>
          within(span, order.time) && world.visible(order.time, now);
        const all = world.venue.allOrders(accountId, symbol, orderId ?? 0, EVERYTHING).filter(seen);
        return page(all, orderId !== null || span.start !== null, limit).map((order) =>
          queriedOrder(order, unit),
        );
      };
    },
  });
}

function myTrades(world: World): Endpoint {
  return accountEndpoint({
    method: 'GET',
    path: '/api/v3/myTrades',
    wsMethod: 'myTrades',
    parameters: 6,
    weight: (params) => (params.has('orderId') ? 5 : 20),
    prepare(params) {
      const symbol = readSymbol(params);
      const orderId = params.integer('orderId');
      const span = readSpan(params);
      const fromId = params.integer('fromId');
      const limit = readLimit(params, 500, 1_000);
      const timed = span.start !== null || span.end !== null;
      if (timed && (fromId !== null || orderId !== null)) refuse(badCombination());
      return ({ accountId, now, unit }) => {
        knownSymbol(world.venue, symbol);
        const all = world.venue
          .trades(accountId, symbol, fromId ?? 0, EVERYTHING)
          .filter(
            (trade) =>
              (orderId === null || trade.orderId === orderId) &&
              within(span, trade.time) &&
              world.visible(trade.time, now),
          );
        return page(all, fromId !== null || orderId !== null || span.start !== null, limit).map((trade) =>
          accountTrade(trade, unit),
        );
      };
    },
  });
}

function rest(world: World): readonly Endpoint[] {
  return [
    accountEndpoint({
      method: 'GET',
      path: '/api/v3/rateLimit/order',
      wsMethod: 'account.rateLimits.orders',
      parameters: 0,
      weight: 40,
      prepare:
        () =>
        ({ now, accountId }) =>
          world.limits.orders(now, accountId),
    }),
    accountEndpoint({
      method: 'GET',
      path: '/api/v3/myFilters',
      wsMethod: 'myFilters',
      parameters: 1,
      weight: 40,
      prepare(params) {
        const symbol = readSymbol(params);
        return () => ({
          exchangeFilters: [],
          symbolFilters: filters(knownSymbol(world.venue, symbol)),
          assetFilters: [],
        });
      },
    }),
  ];
}
