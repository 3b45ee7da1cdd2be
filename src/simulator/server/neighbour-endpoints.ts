/**
 * What clients ask of the exchange's other houses when they start: the wallet (coins, fees), margin
 * pairs and the two futures exchanges. Here there are no futures, no margin and no deposits, and that
 * is what is said, in the published forms; anything else of those houses is an unknown path.
 */
import { invariant } from '../../core/invariant.ts';
import {
  accountEndpoint,
  type Endpoint,
  knownSymbol,
  publicEndpoint,
  readOptionalSymbol,
  type World,
} from './endpoint.ts';
import { eightPlaces, rate } from './decimals.ts';

/** apiKey requests that clients sign although nobody asks for it: timestamp, recvWindow and more. */
const SIGNED_NEEDLESSLY = 8;

export function neighbourEndpoints(world: World): readonly Endpoint[] {
  return [
    futures('/fapi/v1/exchangeInfo', { futuresType: 'U_MARGINED', assets: [] }),
    futures('/dapi/v1/exchangeInfo', {}),
    ...['/sapi/v1/margin/allPairs', '/sapi/v1/margin/isolated/allPairs'].map((path) =>
      publicEndpoint({
        method: 'GET',
        path,
        wsMethod: null,
        parameters: SIGNED_NEEDLESSLY,
        weight: 1,
        prepare(params) {
          params.readAll();
          return () => [];
        },
      }),
    ),
    coins(world),
    tradeFees(world),
  ];
}

/** A futures exchange that lists nothing. */
function futures(path: string, more: Readonly<Record<string, unknown>>): Endpoint {
  return publicEndpoint({
    method: 'GET',
    path,
    wsMethod: null,
    parameters: 0,
    weight: 1,
    prepare:
      () =>
      ({ now, unit }) => ({
        timezone: 'UTC',
        serverTime: now * unit,
        ...more,
        rateLimits: [],
        exchangeFilters: [],
        symbols: [],
      }),
  });
}

/** Every coin with what the account has of it; nothing can be sent in or out. */
function coins({ venue }: World): Endpoint {
  return accountEndpoint({
    method: 'GET',
    path: '/sapi/v1/capital/config/getall',
    wsMethod: null,
    parameters: 0,
    weight: 10,
    prepare:
      () =>
      ({ accountId }) => {
        const held = new Map(venue.balances(accountId).map((each) => [each.asset, each]));
        const assets = new Set(venue.symbols().flatMap((spec) => [spec.baseAsset, spec.quoteAsset]));
        for (const asset of held.keys()) assets.add(asset);
        const none = eightPlaces(0n);
        return [...assets].map((coin) => ({
          coin,
          depositAllEnable: false,
          free: eightPlaces(held.get(coin)?.free ?? 0n),
          freeze: none,
          ipoable: none,
          ipoing: none,
          isLegalMoney: false,
          locked: eightPlaces(held.get(coin)?.locked ?? 0n),
          name: coin,
          networkList: [],
          storage: none,
          trading: true,
          withdrawAllEnable: false,
          withdrawing: none,
        }));
      },
  });
}

/** The account's own rates, of one symbol or of all. */
function tradeFees({ venue }: World): Endpoint {
  return accountEndpoint({
    method: 'GET',
    path: '/sapi/v1/asset/tradeFee',
    wsMethod: null,
    parameters: 1,
    weight: 1,
    prepare(params) {
      const symbol = readOptionalSymbol(params);
      return ({ accountId }) => {
        const account = venue.account(accountId);
        invariant(account !== null, 'a key belongs to an open account');
        const symbols = symbol === null ? venue.symbols() : [knownSymbol(venue, symbol)];
        return symbols.map((spec) => ({
          symbol: spec.symbol,
          makerCommission: rate(account.makerRate),
          takerCommission: rate(account.takerRate),
        }));
      };
    },
  });
}
