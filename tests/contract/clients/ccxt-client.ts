/**
 * A ccxt pro user's session, unmodified library: markets, streams, orders, own orders by stream.
 * Started with the exchange's address and a key as JSON; prints what it saw as its last line.
 */
import ccxt from 'ccxt';

/** Without addresses the library stays on its production URLs, with nothing configured but the key. */
type Settings = { rest?: string; stream: string; wsApi: string; apiKey: string; secret: string };
const settings = JSON.parse(process.argv[2] ?? '{}') as Settings;

const client = new ccxt.pro.binance({
  apiKey: settings.apiKey,
  secret: settings.secret,
  ...(settings.rest === undefined
    ? {}
    : {
        options: {
          defaultType: 'spot',
          fetchMarkets: { types: ['spot'] },
          fetchMargins: false,
          fetchCurrencies: false,
        },
      }),
});
if (settings.rest !== undefined) {
  client.urls.api.public = `${settings.rest}/api/v3`;
  client.urls.api.private = `${settings.rest}/api/v3`;
  client.urls.api.ws.spot = `${settings.stream}/ws`;
  client.urls.api.ws['ws-api'].spot = settings.wsApi;
  // Plain ws:// needs the agent loaded once, as ccxt's own documentation of proxies says.
  if (settings.stream.startsWith('ws:')) await client.loadHttpProxyAgent();
}

const seen: Record<string, unknown> = {};
const symbol = 'BTC/USDT';
const byText = (one: string, other: string): number => one.localeCompare(other);
const markets = await client.loadMarkets();
seen['markets'] = Object.keys(markets).toSorted(byText);
seen['minCost'] = markets[symbol]?.limits.cost?.min;

/** Own orders as the stream tells them, until one is done. */
async function firstDone(): Promise<unknown> {
  for (;;) {
    const done = (await client.watchOrders(symbol)).find((order) => order.status === 'closed');
    if (done !== undefined) return { status: done.status, filled: done.filled };
  }
}
const own = firstDone();
const [trades, book, candles] = await Promise.all([
  client.watchTrades(symbol),
  client.watchOrderBook(symbol, 20),
  client.watchOHLCV(symbol, '1m'),
]);
seen['streams'] = {
  trades: trades.length > 0,
  bids: book.bids.length,
  asks: book.asks.length,
  candles: candles.length > 0,
};
const price = trades.at(-1)?.price ?? 0;

const market = await client.createOrder(symbol, 'market', 'buy', 0.01);
seen['market'] = { status: market.status, filled: market.filled };
seen['report'] = await own;
const limit = await client.createOrder(symbol, 'limit', 'buy', 0.01, Math.floor(price * 0.9));
const stop = await client.createOrder(symbol, 'market', 'sell', 0.005, undefined, {
  stopLossPrice: Math.floor(price * 0.9),
});
const open = await client.fetchOpenOrders(symbol);
seen['open'] = open.map((order) => String(order.type)).toSorted(byText);
seen['cancelled'] = (await client.cancelOrder(String(limit.id), symbol)).status;
seen['stop'] = (await client.cancelOrder(String(stop.id), symbol)).status;
const resting = await client.createOrder(symbol, 'limit', 'buy', 0.01, Math.floor(price * 0.9));
const edited = await client.editOrder(
  String(resting.id),
  symbol,
  'limit',
  'buy',
  0.01,
  Math.floor(price * 0.91),
);
seen['replaced'] = (await client.cancelOrder(String(edited.id), symbol)).status;
const bracket = {
  symbol: 'BTCUSDT',
  quantity: '0.005',
  above: client.priceToPrecision(symbol, price * 1.1),
  below: client.priceToPrecision(symbol, price * 0.9),
};
const lists = [
  await client.privatePostOrderListOco({
    symbol: bracket.symbol,
    side: 'SELL',
    quantity: bracket.quantity,
    aboveType: 'LIMIT_MAKER',
    abovePrice: bracket.above,
    belowType: 'STOP_LOSS',
    belowStopPrice: bracket.below,
  }),
  await client.privatePostOrderListOtoco({
    symbol: bracket.symbol,
    workingType: 'LIMIT',
    workingSide: 'BUY',
    workingTimeInForce: 'GTC',
    workingPrice: bracket.below,
    workingQuantity: bracket.quantity,
    pendingSide: 'SELL',
    pendingQuantity: '0.004',
    pendingAboveType: 'LIMIT_MAKER',
    pendingAbovePrice: bracket.above,
    pendingBelowType: 'STOP_LOSS',
    pendingBelowStopPrice: client.priceToPrecision(symbol, price * 0.8),
  }),
];
seen['lists'] = lists.map((list) => String(list['contingencyType']));
for (const list of lists)
  await client.privateDeleteOrderList({ symbol: 'BTCUSDT', orderListId: String(list['orderListId']) });
seen['openLists'] = (await client.privateGetOpenOrderList()).length;
seen['overWebSocket'] = (await client.createOrderWs(symbol, 'market', 'sell', 0.005)).status;
seen['trades'] = (await client.fetchMyTrades(symbol)).length > 0;
seen['free'] = (await client.fetchBalance())['BTC']?.free;
try {
  await client.createOrder(symbol, 'limit', 'buy', 50, Math.floor(price));
} catch (error) {
  seen['refusal'] = error instanceof Error ? error.constructor.name : String(error);
}
await client.close();
console.log(JSON.stringify(seen));
process.exit(0);
