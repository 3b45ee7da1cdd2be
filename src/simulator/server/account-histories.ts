/**
 * An account's rarer past: amendments, prevented self-trades, allocations (which come from smart
 * order routing, absent here), and what its key may do.
 */
import { renderAmendment } from './amendments.ts';
import { eightPlaces } from './decimals.ts';
import {
  accountEndpoint,
  type Endpoint,
  knownSymbol,
  readLimit,
  readSpan,
  readSymbol,
  type World,
} from './endpoint.ts';
import { eitherMandatory, mandatory, refuse } from './errors.ts';
import type { Params } from './params.ts';

export function historyEndpoints(world: World): readonly Endpoint[] {
  return [
    accountEndpoint({
      method: 'GET',
      path: '/api/v3/myPreventedMatches',
      wsMethod: 'myPreventedMatches',
      parameters: 5,
      weight: (params) => (params.has('orderId') ? 20 : 2),
      prepare: (params) => preventedMatches(world, params),
    }),

    accountEndpoint({
      method: 'GET',
      path: '/api/v3/myAllocations',
      wsMethod: 'myAllocations',
      parameters: 6,
      weight: 20,
      prepare(params) {
        const symbol = readSymbol(params);
        readSpan(params);
        for (const name of ['fromAllocationId', 'limit', 'orderId']) params.integer(name);
        return () => {
          knownSymbol(world.venue, symbol);
          return [];
        };
      },
    }),
    accountEndpoint({
      method: 'GET',
      path: '/api/v3/order/amendments',
      wsMethod: 'order.amendments',
      parameters: 4,
      weight: 4,
      prepare(params) {
        const symbol = readSymbol(params);
        const orderId = params.integer('orderId') ?? refuse(mandatory('orderId'));
        const fromExecutionId = params.integer('fromExecutionId') ?? 0;
        const limit = readLimit(params, 500, 1_000);
        return ({ accountId, unit }) => {
          knownSymbol(world.venue, symbol);
          return world.amendments
            .of(accountId, symbol, orderId)
            .filter((each) => each.executionId >= fromExecutionId)
            .slice(0, limit)
            .map((each) => renderAmendment(each, unit));
        };
      },
    }),
    accountEndpoint({
      method: 'GET',
      path: '/sapi/v1/account/apiRestrictions',
      wsMethod: null,
      parameters: 0,
      weight: 1,
      prepare:
        () =>
        ({ now }) => ({
          ipRestrict: true,
          createTime: now,
          enableReading: true,
          enableWithdrawals: false,
          enableInternalTransfer: false,
          enableMargin: false,
          enableFutures: false,
          permitsUniversalTransfer: false,
          enableVanillaOptions: false,
          enableFixApiTrade: false,
          enableFixReadOnly: false,
          enableSpotAndMarginTrading: true,
          enablePortfolioMarginTrading: false,
        }),
    }),
  ];
}

function preventedMatches(world: World, params: Params): ReturnType<Endpoint['prepare']> {
  const symbol = readSymbol(params);
  const matchId = params.integer('preventedMatchId');
  const orderId = params.integer('orderId');
  const fromId = params.integer('fromPreventedMatchId');
  const limit = readLimit(params, 500, 1_000);
  if (matchId === null && orderId === null) refuse(eitherMandatory('preventedMatchId', 'orderId'));
  return ({ accountId, unit }) => {
    knownSymbol(world.venue, symbol);
    return world.venue
      .preventedMatches(accountId, symbol)
      .filter(
        (match) =>
          (matchId === null || match.preventedMatchId === matchId) &&
          (orderId === null || match.takerOrderId === orderId || match.makerOrderId === orderId) &&
          match.preventedMatchId >= (fromId ?? 0),
      )
      .slice(0, limit)
      .map((match) => ({
        symbol,
        preventedMatchId: match.preventedMatchId,
        takerOrderId: match.takerOrderId,
        makerSymbol: symbol,
        makerOrderId: match.makerOrderId,
        tradeGroupId: -1,
        selfTradePreventionMode: match.selfTradeMode,
        price: eightPlaces(match.price),
        ...(match.takerPreventedQuantity === null
          ? {}
          : { takerPreventedQuantity: eightPlaces(match.takerPreventedQuantity) }),
        ...(match.makerPreventedQuantity === null
          ? {}
          : { makerPreventedQuantity: eightPlaces(match.makerPreventedQuantity) }),
        transactTime: match.transactTime * unit,
      }));
  };
}
