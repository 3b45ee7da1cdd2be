/**
 * A session of the exchange's own Node client, unmodified: REST, market streams, WebSocket API, user
 * data. Started with the exchange's address and a key as JSON; prints what it saw as its last line.
 */
import { Spot, SpotRestAPI, SpotWebsocketAPI, SpotWebsocketStreams } from '@binance/spot';

/** Without addresses the client stays on its production URLs. */
type Settings = {
  rest?: string;
  stream: string;
  wsApi: string;
  apiKey: string;
  secret: string;
  keyType: string;
};
const settings = JSON.parse(process.argv[2] ?? '{}') as Settings;
const { apiKey, secret } = settings;
const credentials =
  settings.keyType === 'HMAC' ? { apiKey, apiSecret: secret } : { apiKey, privateKey: secret };

const client = new Spot({
  configurationRestAPI: {
    ...credentials,
    ...(settings.rest === undefined ? {} : { basePath: settings.rest }),
  },
  configurationWebsocketAPI: {
    ...credentials,
    ...(settings.rest === undefined ? {} : { wsURL: settings.wsApi }),
  },
  configurationWebsocketStreams: settings.rest === undefined ? {} : { wsURL: settings.stream },
});
const seen: Record<string, unknown> = {};
const symbol = 'BTCUSDT';
const byText = (one: string, other: string): number => one.localeCompare(other);

const info = await (await client.restAPI.exchangeInfo({ symbol })).data();
seen['symbol'] = info.symbols?.[0]?.symbol;

const streams = await client.websocketStreams.connect();
const first = <T>(stream: { on(event: 'message', listener: (data: T) => void): void }): Promise<T> =>
  new Promise((resolve) => stream.on('message', resolve));
const [trade, depth, candle] = await Promise.all([
  first(streams.trade({ symbol: 'btcusdt' })),
  first(
    streams.partialBookDepth({
      symbol: 'btcusdt',
      levels: SpotWebsocketStreams.PartialBookDepthLevelsEnum.LEVELS_20,
      updateSpeed: SpotWebsocketStreams.PartialBookDepthUpdateSpeedEnum.UPDATE_SPEED_100ms,
    }),
  ),
  first(streams.kline({ symbol: 'btcusdt', interval: SpotWebsocketStreams.KlineIntervalEnum.INTERVAL_1m })),
]);
seen['streams'] = { trade: trade.s, levels: depth.bids?.length, candle: candle.k?.i };
const price = Number(trade.p);

const api = await client.websocketAPI.connect();
const { stream: own } = await api.userDataStreamSubscribeSignature();
const reports: string[] = [];
own.on('message', (event: { e?: string; x?: string; X?: string }) => {
  if (event.e === 'executionReport') reports.push(`${event.x} ${event.X}`);
});

const rest = client.restAPI;
const market = await (
  await rest.newOrder({
    symbol,
    side: SpotRestAPI.NewOrderSideEnum.BUY,
    type: SpotRestAPI.NewOrderTypeEnum.MARKET,
    quantity: 0.01,
  })
).data();
seen['market'] = { status: market.status, executedQty: market.executedQty };
const limit = await (
  await rest.newOrder({
    symbol,
    side: SpotRestAPI.NewOrderSideEnum.BUY,
    type: SpotRestAPI.NewOrderTypeEnum.LIMIT,
    timeInForce: SpotRestAPI.NewOrderTimeInForceEnum.GTC,
    quantity: 0.01,
    price: Math.floor(price * 0.9),
  })
).data();
await rest.newOrder({
  symbol,
  side: SpotRestAPI.NewOrderSideEnum.SELL,
  type: SpotRestAPI.NewOrderTypeEnum.STOP_LOSS,
  quantity: 0.005,
  stopPrice: Math.floor(price * 0.9),
});
const open = await (await rest.getOpenOrders({ symbol })).data();
seen['open'] = open.map((order) => String(order.type)).toSorted(byText);
seen['cancelled'] = (
  await (await rest.deleteOrder({ symbol, orderId: Number(limit.orderId) })).data()
).status;
seen['cancelledAll'] = (await (await rest.deleteOpenOrders({ symbol })).data()).length;
seen['trades'] = (await (await rest.myTrades({ symbol })).data()).length > 0;

const status = await api.accountStatus({ omitZeroBalances: true });
seen['balances'] = status.data.balances?.map((balance) => String(balance.asset)).toSorted(byText);
const placed = await api.orderPlace({
  symbol,
  side: SpotWebsocketAPI.OrderPlaceSideEnum.SELL,
  type: SpotWebsocketAPI.OrderPlaceTypeEnum.MARKET,
  quantity: 0.005,
});
seen['overWebSocket'] = placed.data.status;
await new Promise((resolve) => setTimeout(resolve, 200));
seen['reports'] = reports;
try {
  await rest.newOrder({
    symbol,
    side: SpotRestAPI.NewOrderSideEnum.BUY,
    type: SpotRestAPI.NewOrderTypeEnum.LIMIT,
    timeInForce: SpotRestAPI.NewOrderTimeInForceEnum.GTC,
    quantity: 1,
    price: 1,
  });
} catch (error) {
  seen['refusal'] = error instanceof Error ? error.message : String(error);
}
await api.disconnect();
await streams.disconnect();
console.log(JSON.stringify(seen));
process.exit(0);
