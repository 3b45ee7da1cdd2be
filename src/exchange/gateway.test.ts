// The gateway against a scripted exchange. Numbers in brackets are the failures of binance.md section 4.
import { describe, expect, it } from 'vitest';
import { assetAmount, notional, price, quantity } from '../core/money.ts';
import { createGatewayBench, orderRequest, type GatewayBench } from './testing/gateway-bench.ts';
import {
  held,
  html,
  json,
  lost,
  orderBody,
  refusal,
  tradeBody,
  type Answer,
} from './testing/scripted-http.ts';

async function startedBench(...options: Parameters<typeof createGatewayBench>): Promise<GatewayBench> {
  const bench = createGatewayBench(...options);
  await bench.started();
  return bench;
}

describe('start', () => {
  it('reports the symbol rules, the clock and both streams', async () => {
    const bench = await startedBench();
    expect(bench.of('symbols')[0]?.symbols[0]).toMatchObject({
      symbol: 'BTCUSDT',
      tickSize: price('0.01'),
      stepSize: quantity('0.00001'),
      minNotional: notional('5'),
      bidUpBps: 50_000,
      askDownBps: 2_000,
    });
    expect(bench.of('clock')[0]).toMatchObject({ offsetMs: 0 });
    expect(bench.of('streams').at(-1)?.health).toEqual({ market: 'connected', user: 'connected' });
  });

  it('asks for exchangeInfo once, for the symbols in use and nothing but spot', async () => {
    const bench = await startedBench();
    expect(bench.http.of('GET /exchangeInfo').map((asked) => asked.parameters['symbols'])).toEqual([
      '["BTCUSDT"]',
    ]);
    expect(
      bench.http.asked.every((asked) => asked.request.url.startsWith('http://exchange.test/api/v3/')),
    ).toBe(true);
  });

  it('asks for everything when one of the symbols does not exist, and reports those that do', async () => {
    const bench = createGatewayBench();
    const healthy = json({
      symbols: [{ symbol: 'BTCUSDT', status: 'TRADING', baseAsset: 'BTC', quoteAsset: 'USDT', filters: [] }],
    });
    bench.http.on('GET /exchangeInfo', ({ parameters }) =>
      'symbols' in parameters ? refusal(-1121, 'Invalid symbol.') : healthy,
    );
    await bench.started();
    expect(bench.of('symbols')[0]?.symbols.map((rules) => rules.symbol)).toEqual(['BTCUSDT']);
  });

  it('keeps asking for the rules until it has them', async () => {
    const bench = createGatewayBench();
    bench.http.on('GET /exchangeInfo', () => html(502));
    await bench.started();
    expect(bench.of('symbols')).toEqual([]);
    bench.http.on('GET /exchangeInfo', () => json({ symbols: [] }));
    await bench.timers.advance(2_000);
    expect(bench.of('symbols')).toHaveLength(1);
  });
});

describe('an order', () => {
  it('is on the network before submit returns, once, signed and with its own client id', async () => {
    const bench = await startedBench();
    bench.gateway.submit(orderRequest());
    const [posted] = bench.http.of('POST /order');
    expect(posted?.parameters).toMatchObject({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '0.0004',
      newClientOrderId: 'g-1',
      newOrderRespType: 'FULL',
      recvWindow: '5000',
    });
    expect(posted?.request.body).toMatch(/&signature=[0-9a-f]{64}$/);
    expect(posted?.request.headers['x-mbx-apikey']).toBe('key');
    await bench.timers.settle();
    expect(bench.http.of('POST /order')).toHaveLength(1);
  });

  it('is reported as sent, then as the exchange answered it, with exact fills', async () => {
    const bench = await startedBench();
    bench.http.on('POST /order', () =>
      json(
        orderBody({
          status: 'FILLED',
          executedQty: '0.00040000',
          cummulativeQuoteQty: '25.60000000',
          fills: [
            {
              price: '64000.00000000',
              qty: '0.00030000',
              commission: '0.00000030',
              commissionAsset: 'BTC',
              tradeId: 501,
            },
            {
              price: '64000.00000000',
              qty: '0.00010000',
              commission: '0.00000010',
              commissionAsset: 'BTC',
              tradeId: 502,
            },
          ],
        }),
      ),
    );
    bench.clear();
    bench.gateway.submit(orderRequest());
    expect(bench.reports).toEqual([]);
    await bench.timers.settle();
    expect(bench.reports.map((report) => report.kind)).toEqual(['sent', 'order']);
    const [report] = bench.of('order');
    expect(report?.source).toBe('reply');
    expect(report?.order).toMatchObject({ status: 'FILLED', executedQuantity: quantity('0.0004') });
    expect(report?.fills[0]).toMatchObject({
      tradeId: 501,
      quantity: quantity('0.0003'),
      fee: assetAmount('0.0000003'),
      feeAsset: 'BTC',
    });
  });

  const unknownAnswers: readonly (readonly [string, Answer])[] = [
    ['a timeout after it was sent [1]', lost('timeout', true)],
    ['a reset connection [1]', lost('reset', true)],
    ['-1007, the engine did not answer in time [1]', refusal(-1007, 'Timeout waiting for response', 504)],
    ['-1007 even with a 400', refusal(-1007, 'Timeout', 400)],
    ['-1006', refusal(-1006, 'Unexpected response', 400)],
    ['-1001', refusal(-1001, 'Internal error', 400)],
    ['-1000', refusal(-1000, 'Unknown error', 500)],
    ['-1008, overloaded, yet it may have executed [25]', refusal(-1008, 'Overloaded', 503)],
    ['an HTML 502 [25]', html(502)],
    ['an HTML page with 200 [25]', html(200)],
    ['an HTML page with 403', html(403)],
    ['a body cut in the middle', { ok: true, value: { status: 200, headers: {}, body: '{"symbol":"BTC' } }],
    ['an answer about another order', json(orderBody({ clientOrderId: 'g-2' }))],
    ['an acknowledgement without detail', json({ symbol: 'BTCUSDT', orderId: 28, clientOrderId: 'g-1' })],
    ['fills that do not add up', json(orderBody({ status: 'FILLED', executedQty: '0.00040000', fills: [] }))],
    ['an amount that is a number instead of text', json(orderBody({ executedQty: 0 }))],
    ['our own client id being there already [1]', refusal(-2010, 'Duplicate order sent.')],
  ];

  it.each(unknownAnswers)('is unknown after %s, and is not sent again', async (_name, answer) => {
    const bench = await startedBench();
    bench.http.on('POST /order', () => answer);
    bench.gateway.submit(orderRequest());
    await bench.timers.advance(20_000);
    expect(bench.of('unknown')).toMatchObject([{ clientOrderId: 'g-1' }]);
    expect(bench.of('rejected')).toEqual([]);
    expect(bench.of('order')).toEqual([]);
    expect(bench.http.of('POST /order')).toHaveLength(1);
  });

  it('is rejected with the exchange’s own code and words', async () => {
    const bench = await startedBench();
    bench.http.on('POST /order', () =>
      refusal(-2010, 'Account has insufficient balance for requested action.'),
    );
    bench.gateway.submit(orderRequest());
    await bench.timers.settle();
    expect(bench.of('rejected')).toEqual([
      {
        kind: 'rejected',
        clientOrderId: 'g-1',
        code: -2010,
        message: 'Account has insufficient balance for requested action.',
        httpStatus: 400,
      },
    ]);
  });

  it('is certainly not sent when no connection could be made', async () => {
    const bench = await startedBench();
    bench.http.on('POST /order', () => lost('refused', false));
    bench.gateway.submit(orderRequest());
    await bench.timers.settle();
    expect(bench.of('notSent')).toMatchObject([{ clientOrderId: 'g-1', reason: 'notConnected' }]);
  });

  it('is not sent before the start and after the stop', async () => {
    const bench = createGatewayBench();
    bench.gateway.submit(orderRequest());
    await bench.timers.settle();
    expect(bench.of('notSent')).toMatchObject([{ reason: 'notConnected' }]);
    bench.clear();
    bench.gateway.stop();
    bench.gateway.submit(orderRequest());
    await bench.timers.settle();
    expect(bench.reports).toMatchObject([{ kind: 'notSent', reason: 'closed' }]);
    expect(bench.http.of('POST /order')).toEqual([]);
  });

  it('survives a status and an expiry reason nobody knows [24]', async () => {
    const bench = await startedBench();
    bench.http.on('POST /order', () =>
      json(orderBody({ status: 'FROZEN', expiryReason: 'NEW_WORD', extra: {} })),
    );
    bench.gateway.submit(orderRequest());
    await bench.timers.settle();
    expect(bench.of('order')[0]?.order).toMatchObject({ status: 'OTHER', rawStatus: 'FROZEN' });
  });

  it('has its rules read again when a filter refused it [22]', async () => {
    const bench = await startedBench();
    bench.http.on('POST /order', () => refusal(-1013, 'Filter failure: PERCENT_PRICE_BY_SIDE'));
    await bench.timers.advance(11_000);
    bench.gateway.submit(orderRequest());
    await bench.timers.settle();
    expect(bench.http.of('GET /exchangeInfo')).toHaveLength(2);
    expect(bench.of('symbols')).toHaveLength(2);
  });

  it('never shows the secret in any report or URL', async () => {
    const bench = await startedBench();
    bench.gateway.submit(orderRequest());
    await bench.timers.settle();
    const everything = JSON.stringify([bench.reports, bench.http.asked], (_key, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    expect(everything).not.toContain('a-secret');
  });
});

describe('keys', () => {
  it('that are refused are reported as unauthorised', async () => {
    const bench = await startedBench();
    bench.http.on('POST /order', () =>
      refusal(-2015, 'Invalid API-key, IP, or permissions for action.', 401),
    );
    bench.gateway.submit(orderRequest());
    await bench.timers.settle();
    expect(bench.of('unauthorised')).toHaveLength(1);
    expect(bench.of('rejected')).toMatchObject([{ code: -2015 }]);
  });
});

describe('a cancel', () => {
  it('reports the order under its own id, not the cancel’s [20]', async () => {
    const bench = await startedBench();
    bench.http.on('DELETE /order', () =>
      json(orderBody({ clientOrderId: 'cancel-9', origClientOrderId: 'g-1', status: 'CANCELED' })),
    );
    bench.gateway.cancel({ clientOrderId: 'g-1', symbol: 'BTCUSDT' });
    await bench.timers.settle();
    expect(bench.http.of('DELETE /order')[0]?.parameters).toMatchObject({ origClientOrderId: 'g-1' });
    expect(bench.of('order')[0]?.order).toMatchObject({ clientOrderId: 'g-1', status: 'CANCELED' });
  });

  it('of an order that is gone is left for a look-up to decide [19]', async () => {
    const bench = await startedBench();
    bench.http.on('DELETE /order', () => refusal(-2011, 'Unknown order sent.'));
    bench.gateway.cancel({ clientOrderId: 'g-1', symbol: 'BTCUSDT' });
    await bench.timers.settle();
    expect(bench.of('cancelRejected')).toMatchObject([{ clientOrderId: 'g-1', code: -2011 }]);
  });

  it.each([
    ['a lost answer', lost('timeout', true)],
    ['an HTML 503', html(503)],
    ['a connection that could not be made', lost('refused', false)],
  ])('is unknown after %s', async (_name, answer) => {
    const bench = await startedBench();
    bench.http.on('DELETE /order', () => answer);
    bench.gateway.cancel({ clientOrderId: 'g-1', symbol: 'BTCUSDT' });
    await bench.timers.settle();
    expect(bench.of('cancelUnknown')).toMatchObject([{ clientOrderId: 'g-1' }]);
    expect(bench.of('notSent')).toEqual([]);
  });
});

describe('a look-up', () => {
  it('brings the order with all its fills', async () => {
    const bench = await startedBench();
    bench.http.on('GET /order', () => json(orderBody({ status: 'FILLED', executedQty: '0.00040000' })));
    bench.http.on('GET /myTrades', () => json([tradeBody()]));
    bench.gateway.lookUp({ clientOrderId: 'g-1', symbol: 'BTCUSDT' });
    await bench.timers.settle();
    expect(bench.of('order')).toMatchObject([
      {
        source: 'lookup',
        order: { status: 'FILLED' },
        fills: [{ tradeId: 501, quantity: quantity('0.0004') }],
      },
    ]);
  });

  it('shows what an expired order executed before [17]', async () => {
    const bench = await startedBench();
    bench.http.on('GET /order', () => json(orderBody({ status: 'EXPIRED', executedQty: '0.00010000' })));
    bench.http.on('GET /myTrades', () => json([tradeBody({ qty: '0.00010000' })]));
    bench.gateway.lookUp({ clientOrderId: 'g-1', symbol: 'BTCUSDT' });
    await bench.timers.settle();
    expect(bench.of('order')).toMatchObject([
      { order: { status: 'EXPIRED', executedQuantity: quantity('0.0001') }, fills: [{ tradeId: 501 }] },
    ]);
  });

  it('that finds nothing says absent and no more [2]', async () => {
    const bench = await startedBench();
    bench.http.on('GET /order', () => refusal(-2013, 'Order does not exist.'));
    bench.gateway.lookUp({ clientOrderId: 'g-1', symbol: 'BTCUSDT' });
    await bench.timers.settle();
    expect(bench.of('absent')).toEqual([{ kind: 'absent', clientOrderId: 'g-1' }]);
  });

  it('asks once more when a fill is missing, and fails when it stays missing', async () => {
    const bench = await startedBench();
    bench.http.on('GET /order', () => json(orderBody({ status: 'FILLED', executedQty: '0.00040000' })));
    bench.http.on('GET /myTrades', () => json([]));
    bench.gateway.lookUp({ clientOrderId: 'g-1', symbol: 'BTCUSDT' });
    await bench.timers.settle();
    expect(bench.of('lookupFailed')).toHaveLength(1);
    expect(bench.http.of('GET /order')).toHaveLength(2);
  });

  it.each([
    ['the network fails', lost('timeout', true)],
    ['the exchange is overloaded', refusal(-1008, 'Overloaded', 503)],
    ['the answer is about another order', json(orderBody({ clientOrderId: 'g-7' }))],
  ])('fails, which proves nothing, when %s', async (_name, answer) => {
    const bench = await startedBench();
    bench.http.on('GET /order', () => answer);
    bench.gateway.lookUp({ clientOrderId: 'g-1', symbol: 'BTCUSDT' });
    await bench.timers.settle();
    expect(bench.of('lookupFailed')).toMatchObject([{ clientOrderId: 'g-1' }]);
    expect(bench.of('absent')).toEqual([]);
  });
});

describe('reading the account', () => {
  it('brings balances, open orders and trades from the cursor on', async () => {
    const bench = await startedBench();
    bench.http.on('GET /openOrders', () =>
      json([orderBody({ type: 'STOP_LOSS', stopPrice: '62000.00000000', time: 1 })]),
    );
    bench.http.on('GET /myTrades', () => json([tradeBody()]));
    bench.gateway.readAccount(7, { BTCUSDT: 500 });
    await bench.timers.settle();
    expect(bench.http.of('GET /myTrades')[0]?.parameters).toMatchObject({ symbol: 'BTCUSDT', fromId: '500' });
    expect(bench.of('account')).toMatchObject([
      {
        requestId: 7,
        balances: [{ asset: 'USDT', free: assetAmount('500') }],
        openOrders: [{ clientOrderId: 'g-1', stopPrice: price('62000') }],
        trades: [{ tradeId: 501, symbol: 'BTCUSDT' }],
        tradeCursor: { BTCUSDT: 501 },
      },
    ]);
  });

  it('gives no cursor for a symbol without new trades: the trade to come must not count as read (invariant 5)', async () => {
    const bench = await startedBench();
    bench.http.on('GET /openOrders', () => json([]));
    bench.http.on('GET /myTrades', () => json([]));
    bench.gateway.readAccount(1, { BTCUSDT: 500 });
    await bench.timers.settle();
    expect(bench.of('account')).toMatchObject([{ requestId: 1, trades: [] }]);
    expect(bench.of('account')[0]?.tradeCursor).toEqual({});
  });

  it('turns pages until the end', async () => {
    const bench = await startedBench();
    const page = (from: number, length: number): unknown[] =>
      Array.from({ length }, (_unused, index) => tradeBody({ id: from + index }));
    bench.http.on('GET /myTrades', ({ parameters }) =>
      json(parameters['fromId'] === '0' ? page(1, 1_000) : page(1_001, 3)),
    );
    bench.gateway.readAccount(1, { BTCUSDT: 0 });
    await bench.timers.settle();
    expect(bench.of('account')[0]?.trades).toHaveLength(1_003);
    expect(bench.of('account')[0]?.tradeCursor).toEqual({ BTCUSDT: 1_003 });
  });

  it('without a cursor brings the newest page, however long the account’s history', async () => {
    const bench = await startedBench();
    bench.http.on('GET /myTrades', () =>
      json(Array.from({ length: 1_000 }, (_unused, index) => tradeBody({ id: 90_000 + index }))),
    );
    bench.gateway.readAccount(1, {});
    await bench.timers.settle();
    expect(bench.http.of('GET /myTrades').map((asked) => asked.parameters['fromId'])).toEqual([undefined]);
    expect(bench.of('account')[0]?.tradeCursor).toEqual({ BTCUSDT: 90_999 });
  });

  it('starts over when something happened while it was reading', async () => {
    const bench = await startedBench();
    let reads = 0;
    bench.http.on('GET /account', () => {
      reads += 1;
      return json({ balances: [{ asset: 'USDT', free: reads === 1 ? '500.0' : '474.4', locked: '0.0' }] });
    });
    bench.gateway.readAccount(1, {});
    await bench.timers.settle();
    expect(reads).toBe(3);
    expect(bench.of('account')[0]?.balances).toMatchObject([{ free: assetAmount('474.4') }]);
  });

  it.each(['GET /account', 'GET /openOrders', 'GET /myTrades'])(
    'fails as a whole when %s fails',
    async (route) => {
      const bench = await startedBench();
      bench.http.on(route, () => html(502));
      bench.gateway.readAccount(9, {});
      await bench.timers.settle();
      expect(bench.of('accountFailed')).toMatchObject([{ requestId: 9 }]);
      expect(bench.of('account')).toEqual([]);
    },
  );
});

describe('the clock', () => {
  it('is corrected in every timestamp [3]', async () => {
    const bench = await startedBench({ exchangeAhead: 700_000 });
    bench.gateway.submit(orderRequest());
    expect(bench.of('clock')[0]?.offsetMs).toBe(700_000);
    expect(Number(bench.http.of('POST /order')[0]?.parameters['timestamp'])).toBe(
      bench.timers.now() + 700_000,
    );
  });

  it('stops entries, not exits, after a jump until it has been measured again', async () => {
    const bench = await startedBench();
    const answer = held();
    bench.http.on('GET /time', answer.route);
    bench.timers.stepWall(3_600_000);
    bench.gateway.submit(orderRequest());
    bench.gateway.submit(orderRequest({ clientOrderId: 'g-2', side: 'SELL', lane: 'reduce' }));
    await bench.timers.settle();
    expect(bench.of('notSent')).toMatchObject([{ clientOrderId: 'g-1', reason: 'clockOffset' }]);
    expect(bench.http.of('POST /order')).toHaveLength(1);
    answer.release(json({ serverTime: bench.timers.now() - 3_600_000 }));
    await bench.timers.settle();
    bench.gateway.submit(orderRequest({ clientOrderId: 'g-3' }));
    expect(bench.http.of('POST /order')).toHaveLength(2);
  });

  it('is measured again when the exchange complains of a timestamp [3]', async () => {
    const bench = await startedBench();
    const before = bench.http.of('GET /time').length;
    bench.http.on('POST /order', () =>
      refusal(-1021, 'Timestamp for this request is outside of the recvWindow.'),
    );
    bench.gateway.submit(orderRequest());
    await bench.timers.settle();
    expect(bench.of('rejected')).toMatchObject([{ code: -1021 }]);
    expect(bench.http.of('GET /time').length).toBeGreaterThan(before);
  });

  it('signs no entry between a refused timestamp and the next measurement', async () => {
    const bench = await startedBench();
    bench.http.on('POST /order', () =>
      refusal(-1021, 'Timestamp for this request is outside of the recvWindow.'),
    );
    const answer = held();
    bench.http.on('GET /time', answer.route);
    bench.gateway.submit(orderRequest());
    await bench.timers.settle();
    bench.gateway.submit(orderRequest({ clientOrderId: 'g-2' }));
    await bench.timers.settle();
    expect(bench.of('notSent')).toEqual([{ kind: 'notSent', clientOrderId: 'g-2', reason: 'clockOffset' }]);
    answer.release(json({ serverTime: bench.timers.now() }));
    await bench.timers.settle();
    bench.gateway.submit(orderRequest({ clientOrderId: 'g-3' }));
    expect(bench.http.of('POST /order')).toHaveLength(2);
  });

  it('signs no entry before it has been measured', async () => {
    const bench = createGatewayBench();
    bench.http.on('GET /time', () => html(502));
    bench.gateway.start(['BTCUSDT']);
    await bench.timers.settle();
    bench.gateway.submit(orderRequest());
    await bench.timers.settle();
    expect(bench.of('notSent')).toMatchObject([{ reason: 'clockOffset' }]);
  });
});

describe('limits', () => {
  it('silences everything after a 429 until the exchange’s own instant, also over a restart [9]', async () => {
    let stored: number | null = null;
    const banStore = { load: () => stored, save: (untilMs: number) => (stored = untilMs) };
    const bench = await startedBench({ banStore });
    bench.http.on('POST /order', () =>
      refusal(-1003, 'Too much request weight used', 429, { 'retry-after': '30' }),
    );
    bench.gateway.submit(orderRequest());
    await bench.timers.settle();
    expect(bench.of('rejected')).toMatchObject([{ code: -1003, httpStatus: 429 }]);
    expect(bench.of('limits').at(-1)?.bannedUntil).toBe(bench.timers.now() + 30_000);
    expect(stored).toBe(bench.timers.now() + 30_000);

    const before = bench.http.asked.length;
    bench.gateway.submit(orderRequest({ clientOrderId: 'g-2', lane: 'reduce' }));
    bench.gateway.cancel({ clientOrderId: 'g-1', symbol: 'BTCUSDT' });
    bench.gateway.lookUp({ clientOrderId: 'g-1', symbol: 'BTCUSDT' });
    bench.gateway.readAccount(1, {});
    await bench.timers.advance(29_000);
    expect(bench.http.asked.length).toBe(before);
    expect(bench.of('notSent')).toMatchObject([{ clientOrderId: 'g-2', reason: 'banned' }]);
    await bench.timers.advance(1_001);
    bench.gateway.lookUp({ clientOrderId: 'g-1', symbol: 'BTCUSDT' });
    expect(bench.http.asked.length).toBe(before + 1);

    stored = 1_767_225_600_000 + 60_000;
    const restarted = createGatewayBench({ banStore });
    restarted.gateway.start(['BTCUSDT']);
    await restarted.timers.advance(59_000);
    expect(restarted.http.asked).toEqual([]);
    await restarted.timers.advance(3_000);
    expect(restarted.http.asked.length).toBeGreaterThan(0);
  });

  it('keeps a reserve for exits when entries have used theirs [8]', async () => {
    const bench = await startedBench();
    for (let count = 0; count < 60; count += 1)
      bench.gateway.submit(orderRequest({ clientOrderId: `g-${count}` }));
    await bench.timers.settle();
    // 100 orders in 10 s, of which we use 80 %, of which entries get 60 %.
    expect(bench.http.of('POST /order')).toHaveLength(48);
    expect(bench.of('notSent').every((report) => report.reason === 'rateBudget')).toBe(true);
    bench.gateway.submit(orderRequest({ clientOrderId: 'g-exit', side: 'SELL', lane: 'reduce' }));
    await bench.timers.settle();
    expect(bench.http.of('POST /order')).toHaveLength(49);
    await bench.timers.advance(11_001);
    bench.gateway.submit(orderRequest({ clientOrderId: 'g-later' }));
    expect(bench.http.of('POST /order')).toHaveLength(50);
  });

  it('believes the exchange’s own count over ours', async () => {
    const bench = await startedBench();
    bench.http.on('GET /order', () =>
      refusal(-2013, 'Order does not exist.', 400, { 'x-mbx-used-weight-1m': '5900' }),
    );
    bench.gateway.lookUp({ clientOrderId: 'g-1', symbol: 'BTCUSDT' });
    await bench.timers.settle();
    expect(bench.of('limits').at(-1)).toMatchObject({ weightUsed: 5_900, weightLimit: 6_000 });
    bench.gateway.submit(orderRequest());
    await bench.timers.settle();
    expect(bench.of('notSent')).toMatchObject([{ reason: 'rateBudget' }]);
  });
});

describe('the breaker', () => {
  async function failFive(bench: GatewayBench): Promise<void> {
    bench.http.on('POST /order', () => lost('timeout', true));
    for (let count = 0; count < 5; count += 1) {
      bench.gateway.submit(orderRequest({ clientOrderId: `g-${count}` }));
      await bench.timers.advance(1_000);
    }
  }

  it('opens for entries after five failures and leaves exits and look-ups alone', async () => {
    const bench = await startedBench();
    await failFive(bench);
    bench.gateway.submit(orderRequest({ clientOrderId: 'g-6' }));
    bench.gateway.submit(orderRequest({ clientOrderId: 'g-7', side: 'SELL', lane: 'reduce' }));
    bench.gateway.lookUp({ clientOrderId: 'g-1', symbol: 'BTCUSDT' });
    await bench.timers.settle();
    expect(bench.of('notSent')).toEqual([{ kind: 'notSent', clientOrderId: 'g-6', reason: 'breakerOpen' }]);
    expect(bench.http.of('POST /order')).toHaveLength(6);
    expect(bench.http.of('GET /order')).toHaveLength(1);
  });

  it('is closed again by one query after a minute, never by an order', async () => {
    const bench = await startedBench();
    await failFive(bench);
    await bench.timers.advance(60_000);
    bench.http.on('POST /order', () => json(orderBody()));
    bench.gateway.submit(orderRequest());
    await bench.timers.settle();
    expect(bench.of('order')).toHaveLength(1);
    expect(bench.http.of('POST /order')).toHaveLength(6);
  });

  it('stays open while the probe fails', async () => {
    const bench = await startedBench();
    await failFive(bench);
    bench.http.on('GET /time', () => html(503));
    await bench.timers.advance(61_000);
    bench.gateway.submit(orderRequest({ clientOrderId: 'g-9' }));
    await bench.timers.settle();
    expect(bench.of('notSent').at(-1)).toMatchObject({ clientOrderId: 'g-9', reason: 'breakerOpen' });
  });
});
