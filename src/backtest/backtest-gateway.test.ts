import { describe, expect, it } from 'vitest';
import { levels, openVenue, SYMBOL } from '../../tests/builders/venue.ts';
import { price, quantity } from '../core/money.ts';
import type { GatewayReport, OrderRequest } from '../core/ports/gateway.ts';
import { createVirtualTimers, type VirtualTimers } from '../core/virtual-timers.ts';
import type { Venue } from '../simulator/matching/venue-api.ts';
import { createBacktestGateway, type BacktestGateway } from './backtest-gateway.ts';

type Bench = {
  readonly venue: Venue;
  readonly timers: VirtualTimers;
  readonly gateway: BacktestGateway;
  readonly heard: GatewayReport[];
};

function bench(): Bench {
  const timers = createVirtualTimers(1_000_000);
  const venue = openVenue();
  venue.setLiquidity(timers.now(), SYMBOL, levels('99 x 50', '98 x 50'), levels('101 x 50', '102 x 50'));
  venue.printTrade(timers.now(), SYMBOL, price('100'), quantity('1'), true);
  venue.drain();
  const heard: GatewayReport[] = [];
  const gateway = createBacktestGateway({
    venue,
    accountId: 1,
    timers,
    latencyMs: 50,
    listener: (report) => heard.push(report),
  });
  return { venue, timers, gateway, heard };
}

const buy = (change: Partial<OrderRequest> = {}): OrderRequest => ({
  clientOrderId: 'mine',
  symbol: SYMBOL,
  side: 'BUY',
  type: 'MARKET',
  timeInForce: null,
  quantity: quantity('2'),
  quoteQuantity: null,
  price: null,
  stopPrice: null,
  lane: 'enter',
  ...change,
});
const stop = (stopPrice: string): OrderRequest =>
  buy({
    clientOrderId: 'stop',
    side: 'SELL',
    type: 'STOP_LOSS',
    stopPrice: price(stopPrice),
    lane: 'reduce',
  });

const kinds = (heard: readonly GatewayReport[]): readonly string[] =>
  heard.map((report) => (report.kind === 'order' ? `${report.source} ${report.order.status}` : report.kind));

describe('the backtest gateway', () => {
  it('starts with the filters, the clock and connected streams', () => {
    const { gateway, timers, heard } = bench();
    gateway.start([SYMBOL]);
    timers.advance(50);
    expect(kinds(heard)).toEqual(['symbols', 'clock', 'streams']);
    expect(heard[0]).toMatchObject({
      symbols: [{ symbol: SYMBOL, tickSize: price('0.01'), status: 'TRADING' }],
    });
  });

  it('needs the latency there and back, and tells an order by reply and stream as the live one does', () => {
    const { gateway, timers, heard } = bench();
    gateway.submit(buy());
    timers.advance(99);
    expect(heard).toEqual([]);
    timers.advance(1);
    expect(kinds(heard)).toEqual(['reply FILLED', 'stream NEW', 'stream FILLED', 'balances']);
    expect(heard[0]).toMatchObject({
      order: { clientOrderId: 'mine', executedQuantity: quantity('2') },
      fills: [{ price: price('101'), quantity: quantity('2'), isMaker: false }],
    });
  });

  it('says what the exchange refused, with its code', () => {
    const { gateway, timers, heard } = bench();
    gateway.submit(buy({ quantity: quantity('2000000') }));
    timers.advance(100);
    expect(heard).toEqual([expect.objectContaining({ kind: 'rejected', clientOrderId: 'mine' })]);
  });

  it('cancels, and says when there is nothing to cancel', () => {
    const { gateway, timers, heard } = bench();
    gateway.submit(stop('90'));
    gateway.cancel({ clientOrderId: 'stop', symbol: SYMBOL });
    gateway.cancel({ clientOrderId: 'ghost', symbol: SYMBOL });
    timers.advance(100);
    expect(kinds(heard)).toContain('reply CANCELED');
    expect(heard).toContainEqual(
      expect.objectContaining({ kind: 'cancelRejected', clientOrderId: 'ghost', code: -2011 }),
    );
  });

  it('looks an order up with all its fills, and says when it is absent', () => {
    const { gateway, timers, heard } = bench();
    gateway.submit(buy({ quantity: quantity('60') }));
    timers.advance(100);
    heard.length = 0;
    gateway.lookUp({ clientOrderId: 'mine', symbol: SYMBOL });
    gateway.lookUp({ clientOrderId: 'ghost', symbol: SYMBOL });
    timers.advance(100);
    expect(heard[0]).toMatchObject({
      kind: 'order',
      source: 'lookup',
      fills: [{ quantity: quantity('50') }, { quantity: quantity('10') }],
    });
    expect(heard[1]).toEqual({ kind: 'absent', clientOrderId: 'ghost' });
  });

  it('reads the account: balances, open orders, trades from the cursor on', () => {
    const { gateway, timers, heard } = bench();
    gateway.submit(buy());
    gateway.submit(stop('90'));
    timers.advance(100);
    heard.length = 0;
    gateway.readAccount(7, { [SYMBOL]: 0 });
    timers.advance(100);
    const [read] = heard;
    expect(read).toMatchObject({
      kind: 'account',
      requestId: 7,
      openOrders: [{ clientOrderId: 'stop' }],
      trades: [{ quantity: quantity('2'), side: 'BUY' }],
    });
    const cursor = read?.kind === 'account' ? (read.tradeCursor[SYMBOL] ?? 0) : 0;
    gateway.readAccount(8, { [SYMBOL]: cursor + 1 });
    timers.advance(100);
    expect(heard[1]).toMatchObject({ requestId: 8, trades: [], tradeCursor: {} });
  });

  it('knows where stops rest until they are gone', () => {
    const { gateway, timers } = bench();
    gateway.submit(stop('90'));
    timers.advance(100);
    expect(gateway.stopPrices(SYMBOL)).toEqual([price('90')]);
    gateway.cancel({ clientOrderId: 'stop', symbol: SYMBOL });
    timers.advance(100);
    expect(gateway.stopPrices(SYMBOL)).toEqual([]);
  });

  it('is silent once stopped', () => {
    const { gateway, timers, heard } = bench();
    gateway.submit(buy());
    gateway.stop();
    timers.advance(1_000);
    expect(heard).toEqual([]);
  });
});
