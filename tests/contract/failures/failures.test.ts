// The twenty-five failures of the exchange, each injected into the built-in one and survived by the
// gateway, on a virtual network and manual time. The engine's part in 6, 7, 21, 22 and 23 (dust, a
// stop that gapped, bands, a halted symbol) runs in the simulation, src/dst. Numbers and names are those of the project's table of failures.
import { afterEach, describe, expect, it } from 'vitest';
import { assetAmount, price, quantity } from '../../../src/core/money.ts';
import type { GatewaySettings } from '../../../src/exchange/settings.ts';
import { layBook } from '../../builders/exchange-harness.ts';
import type { FaultRule } from '../../../src/simulator/server/faults.ts';
import {
  closeWorlds,
  order,
  resting,
  started,
  virtualWorld,
  type VirtualWorld,
} from '../../builders/gateway-world.ts';

afterEach(closeWorlds);

const isFull = process.env['GENESIS_TEST_PROFILE'] === 'full';
const ON_ORDERS = { match: 'POST /api/v3/order', limit: 1 } as const;

async function world(settings: Partial<GatewaySettings> = {}): Promise<VirtualWorld> {
  return started(virtualWorld('HMAC', settings));
}

async function faulty(
  rules: readonly FaultRule[],
  settings: Partial<GatewaySettings> = {},
): Promise<VirtualWorld> {
  const at = await world(settings);
  at.exchange.setFaults({ seed: 1, rules });
  return at;
}

const placedIds = (at: VirtualWorld): string[] =>
  at.exchange.venue.allOrders(1, 'BTCUSDT', 0, 1_000_000).map(({ clientOrderId }) => clientOrderId);

const fills = (at: VirtualWorld, clientOrderId: string): readonly { readonly tradeId: number }[] =>
  at
    .of('order')
    .filter((report) => report.order.clientOrderId === clientOrderId)
    .flatMap((report) => report.fills);

const move = (at: VirtualWorld, to: number): void => {
  layBook(at.exchange.venue, at.timers.now(), 'BTCUSDT', to);
  at.exchange.settle();
};

const connected = (at: VirtualWorld): boolean => {
  const health = at.of('streams').at(-1)?.health;
  return health?.market === 'connected' && health.user === 'connected';
};

/** Places it, follows an unknown outcome by look-up, and gives the last word on it. */
async function placed(at: VirtualWorld, wanted = order()): Promise<string> {
  at.gateway.submit(wanted);
  const own = { clientOrderId: wanted.clientOrderId, symbol: 'BTCUSDT' };
  const said = (): string | undefined =>
    at.reports.findLast((report) =>
      report.kind === 'order'
        ? report.order.clientOrderId === own.clientOrderId
        : report.kind !== 'sent' && 'clientOrderId' in report && report.clientOrderId === own.clientOrderId,
    )?.kind;
  await at.until(() => said() !== undefined);
  if (said() === 'unknown') {
    at.gateway.lookUp(own);
    await at.until(() => said() !== 'unknown');
  }
  return said() ?? '';
}

describe('failure', () => {
  it.each([
    ['reply.lost', 'order'],
    ['timeout.executed', 'order'],
    ['timeout.notExecuted', 'absent'],
  ] as const)(
    '1: a time-out (%s) makes no second order: it is looked up, never resent',
    async (kind, found) => {
      const at = await faulty([{ kind, ...ON_ORDERS }]);
      const wanted = order();
      expect(await placed(at, wanted)).toBe(found);
      expect(placedIds(at)).toEqual(found === 'order' ? [wanted.clientOrderId] : []);
    },
  );

  it('1: thousands of answers lost after acceptance leave no duplicate', { timeout: 600_000 }, async () => {
    const at = await faulty([{ kind: 'timeout.executed', match: 'POST /api/v3/order' }], {
      breakerFailures: 1_000_000,
      shareOfLimits: 1_000_000,
    });
    const trials = isFull ? 100_000 : 2_000;
    const sent = new Set<string>();
    for (let count = 0; count < trials; count += 1) {
      const wanted = order({ quantity: quantity('0.06'), side: count % 2 === 0 ? 'BUY' : 'SELL' });
      sent.add(wanted.clientOrderId);
      at.gateway.submit(wanted);
      if (count % 50 === 49) {
        await at.timers.advance(10_000);
        move(at, 100);
      }
    }
    await at.timers.advance(60_000);
    const unknown = at.of('unknown').map(({ clientOrderId }) => clientOrderId);
    const placedAll = placedIds(at);
    expect(new Set(placedAll).size).toBe(placedAll.length);
    expect(placedAll.length).toBeGreaterThan(trials / 2);
    expect(placedAll.every((id) => sent.has(id))).toBe(true);
    expect(new Set(unknown).size).toBe(unknown.length);
  });

  it('2: a fresh order that answers "no such order" is only reported absent, and found once the lag is over', async () => {
    const at = await faulty([
      { kind: 'query.lag', ms: 3_000, until: 3_000 },
      { kind: 'timeout.executed', ...ON_ORDERS },
    ]);
    const wanted = resting();
    expect(await placed(at, wanted)).toBe('absent');
    await at.timers.advance(5_000);
    at.gateway.lookUp({ clientOrderId: wanted.clientOrderId, symbol: 'BTCUSDT' });
    await at.until(() => at.of('order').some((report) => report.source === 'lookup'));
    expect(placedIds(at)).toEqual([wanted.clientOrderId]);
  });

  it('3: a refused timestamp sets the clock right, and the next order is taken', async () => {
    const at = await faulty([{ kind: 'clock.skew', ms: -90_000 }]);
    expect(await placed(at)).toBe('rejected');
    expect(at.of('rejected')[0]?.code).toBe(-1021);
    await at.until(() => at.of('clock').at(-1)?.offsetMs === -90_000);
    expect(await placed(at)).toBe('order');
  });

  it('4: what is signed is what is sent, byte for byte, over REST and the WebSocket API', async () => {
    for (const type of ['HMAC', 'ED25519', 'RSA'] as const) {
      const at = await started(virtualWorld(type));
      expect(await placed(at, { ...resting(), clientOrderId: `a-b_${type}` })).toBe('order');
      expect(connected(at)).toBe(true);
      expect(at.of('rejected')).toEqual([]);
    }
  });

  it('5: amounts travel as plain decimals; one off the step is refused for certain', async () => {
    const at = await world();
    const tiny = order({
      type: 'LIMIT',
      timeInForce: 'GTC',
      price: price('99.01'),
      quantity: quantity('0.06001'),
    });
    expect(await placed(at, tiny)).toBe('order');
    expect(await placed(at, order({ quantity: quantity('0.00000001') }))).toBe('rejected');
    expect(at.of('rejected')[0]?.code).toBe(-1013);
  });

  it('6: a remainder under the minimum is refused for certain and leaves the rest as it was', async () => {
    const at = await world();
    expect(await placed(at, order({ side: 'SELL', quantity: quantity('0.001'), lane: 'reduce' }))).toBe(
      'rejected',
    );
    expect(at.of('rejected')[0]).toMatchObject({
      code: -1013,
      message: expect.stringContaining('NOTIONAL') as unknown,
    });
    expect(await placed(at, order({ side: 'SELL', quantity: quantity('1'), lane: 'reduce' }))).toBe('order');
  });

  it('7: the fee of each fill is told in the asset it was taken in', async () => {
    const at = await world();
    const bought = order();
    await placed(at, bought);
    expect(fills(at, bought.clientOrderId)[0]).toMatchObject({ fee: assetAmount('0.0005'), feeAsset: 'BTC' });
    const sold = order({ side: 'SELL', quantity: quantity('0.4995'), lane: 'reduce' });
    await placed(at, sold);
    expect(fills(at, sold.clientOrderId)[0]).toMatchObject({ feeAsset: 'USDT' });
  });

  it('8: entries stop before the order limit, and an exit still goes', async () => {
    const at = await world();
    for (let count = 0; count < 100; count += 1) at.gateway.submit(resting());
    await at.until(() => at.of('notSent').length > 0);
    expect(at.of('notSent').every(({ reason }) => reason === 'rateBudget')).toBe(true);
    expect(await placed(at, order({ side: 'SELL', lane: 'reduce' }))).toBe('order');
    expect(at.of('rejected').filter(({ code }) => code === -1015)).toEqual([]);
  });

  it.each(['limit.429', 'limit.418'] as const)(
    '9: after %s nothing leaves until its instant',
    async (kind) => {
      const at = await faulty([{ kind, ...ON_ORDERS, ms: 20_000 }]);
      expect(await placed(at)).toBe('rejected');
      expect(await placed(at)).toBe('notSent');
      await at.timers.advance(25_000);
      expect(at.duringBan).toEqual([]);
      await at.until(() => connected(at));
      expect(await placed(at)).toBe('order');
    },
  );

  it('10: a stream whose pings go on while data stops is found silent, distrusted and replaced', async () => {
    const at = await faulty([{ kind: 'stream.silent', until: 20_000 }]);
    for (let second = 0; second < 20; second += 1) {
      await at.timers.advance(1_000);
      move(at, second % 2 === 0 ? 101 : 100);
    }
    expect(at.of('market').some(({ update }) => update.kind === 'bookInvalid')).toBe(true);
    expect(at.of('streams').map(({ health }) => health.market)).toContain('disconnected');
    await at.timers.advance(5_000);
    move(at, 103);
    await at.until(() =>
      at
        .of('market')
        .some(({ update }) => update.kind === 'book' && update.bids[0]?.price === price('102.99')),
    );
  });

  it('11: the cut of a connection, told or not, loses no report and no trade', async () => {
    const at = await faulty([{ kind: 'server.shutdown', at: 0 }]);
    await at.timers.advance(2_000);
    const wanted = order();
    await placed(at, wanted);
    await at.until(() =>
      at.of('order').some((report) => report.source === 'stream' && report.fills.length > 0),
    );
    at.exchange.setFaults({ seed: 1, rules: [{ kind: 'stream.cut', at: 0 }] });
    await at.until(() => at.of('streams').at(-1)?.health.market === 'disconnected');
    for (let count = 0; count < 5; count += 1) move(at, 100 + count);
    await at.until(() => connected(at));
    move(at, 99);
    await at.timers.advance(3_000);
    const ids = at.of('market').flatMap(({ update }) => (update.kind === 'trade' ? [update.tradeId] : []));
    expect(ids).toEqual(Array.from({ length: ids.length }, (_unused, index) => (ids[0] ?? 0) + index));
    expect(ids.length).toBeGreaterThan(5);
  });

  it('12: fills during a lost user stream are in the account read after it is back', async () => {
    const at = await world();
    await placed(at, resting());
    at.exchange.setFaults({ seed: 1, rules: [{ kind: 'user.cut', at: 0 }] });
    await at.until(() => at.of('streams').at(-1)?.health.user === 'disconnected');
    move(at, 80);
    await at.until(() => connected(at));
    at.gateway.readAccount(1, {});
    await at.until(() => at.of('account').length > 0);
    expect(at.of('account')[0]).toMatchObject({
      openOrders: [],
      trades: [{ side: 'BUY', quantity: quantity('1') }],
    });
  });

  it('13: user data needs no listen key, and an answer that is no JSON stops nothing', async () => {
    const at = await faulty([{ kind: 'html.notExecuted', match: 'GET', limit: 3 }]);
    at.gateway.readAccount(1, {});
    await at.until(() => at.of('accountFailed').length > 0);
    at.exchange.setFaults({ seed: 1, rules: [] });
    at.gateway.readAccount(2, {});
    await at.until(() => at.of('account').length > 0);
    expect(connected(at)).toBe(true);
  });

  it('14: coming back costs no burst of frames: nobody is cut for a sixth frame a second', async () => {
    const at = await world();
    for (let count = 0; count < 5; count += 1) {
      at.exchange.setFaults({
        seed: 1,
        rules: [
          { kind: 'stream.cut', at: 0 },
          { kind: 'user.cut', at: 0 },
        ],
      });
      await at.timers.advance(200);
      await at.until(() => connected(at));
      await at.timers.advance(12_000);
    }
    // Each of ours cuts, and none of the exchange's own for sending too much.
    const lost = at.of('streams').filter(({ health }, index, all) => {
      return health.market === 'disconnected' && all[index - 1]?.health.market === 'connected';
    });
    expect(lost).toHaveLength(5);
  });

  it('15: a mass disconnect does not turn into a storm of snapshots', async () => {
    const at = await faulty([{ kind: 'depth.stale' }]);
    for (let count = 0; count < 60; count += 1) {
      move(at, count % 2 === 0 ? 101 : 100);
      await at.timers.advance(1_000);
      at.exchange.setFaults({ seed: count, rules: [{ kind: 'depth.stale' }, { kind: 'stream.cut', at: 0 }] });
    }
    const weights = at.of('limits').map(({ weightUsed, weightLimit }) => weightUsed / weightLimit);
    expect(Math.max(0, ...weights)).toBeLessThanOrEqual(0.8);
    expect(at.of('limits').every(({ bannedUntil }) => bannedUntil === null)).toBe(true);
    at.exchange.setFaults({ seed: 1, rules: [] });
    expect(await placed(at)).toBe('order');
  });

  it('16: lost diffs and stale snapshots leave no wrong book: it is distrusted, then mended', async () => {
    const at = await faulty([
      { kind: 'depth.dropped', probability: 0.3, until: 30_000 },
      { kind: 'depth.stale', probability: 0.5, until: 30_000 },
    ]);
    for (let count = 0; count < 100; count += 1) {
      move(at, 100 + (count % 7));
      await at.timers.advance(300);
    }
    expect(
      at.of('market').some(({ update }) => update.kind === 'bookInvalid' && update.reason === 'gap'),
    ).toBe(true);
    await at.timers.advance(5_000);
    move(at, 95);
    await at.timers.advance(2_000);
    const last = at
      .of('market')
      .findLast(({ update }) => update.kind === 'book' || update.kind === 'bookInvalid')?.update;
    expect(last).toMatchObject({
      kind: 'book',
      bids: { 0: { price: price('94.99') } },
      asks: { 0: { price: price('95.01') } },
    });
  });

  it('17: an order that expires with fills tells both', async () => {
    const at = await world();
    const wanted = order({
      type: 'LIMIT',
      timeInForce: 'IOC',
      price: price('100.01'),
      quantity: quantity('3'),
    });
    await placed(at, wanted);
    const report = at.of('order').find(({ source }) => source === 'reply');
    expect(report?.order).toMatchObject({ status: 'EXPIRED', executedQuantity: quantity('1') });
    expect(report?.fills).toMatchObject([{ quantity: quantity('1') }]);
  });

  it('18: repeated, reordered and late reports carry the ids to merge them by', async () => {
    const at = await faulty([
      { kind: 'user.duplicated' },
      { kind: 'user.reordered' },
      { kind: 'user.late', ms: 500 },
    ]);
    const wanted = order({ quantity: quantity('3') });
    await placed(at, wanted);
    await at.timers.advance(3_000);
    const told = fills(at, wanted.clientOrderId).map(({ tradeId }) => tradeId);
    const traded = at.exchange.venue.trades(1, 'BTCUSDT', 0, 100).map(({ tradeId }) => tradeId);
    expect(told.length).toBeGreaterThan(traded.length);
    expect([...new Set(told)].sort((one, other) => one - other)).toEqual(traded);
  });

  it('19: a cancel refused because the order has filled is told as refused, and the look-up tells the fill', async () => {
    const at = await faulty([{ kind: 'user.dropped' }]);
    const wanted = resting();
    await placed(at, wanted);
    move(at, 80);
    const own = { clientOrderId: wanted.clientOrderId, symbol: 'BTCUSDT' };
    at.gateway.cancel(own);
    await at.until(() => at.of('cancelRejected').length > 0);
    at.gateway.lookUp(own);
    await at.until(() => at.of('order').some(({ source }) => source === 'lookup'));
    expect(at.of('order').at(-1)).toMatchObject({
      order: { status: 'FILLED' },
      fills: [{ quantity: quantity('1') }],
    });
  });

  it('20: a cancel is reported under the id of the order, not of the cancel', async () => {
    const at = await world();
    const wanted = resting();
    await placed(at, wanted);
    at.gateway.cancel({ clientOrderId: wanted.clientOrderId, symbol: 'BTCUSDT' });
    await at.until(() => at.of('order').filter((report) => report.order.status === 'CANCELED').length === 2);
    expect(new Set(at.of('order').map((report) => report.order.clientOrderId))).toEqual(
      new Set([wanted.clientOrderId]),
    );
  });

  it('21: a stop that would trigger at once, and one that gapped, are both told apart from a sale', async () => {
    const at = await world();
    await placed(at, order());
    const stop = (at_: string, limit: string | null) =>
      order({
        side: 'SELL',
        lane: 'reduce',
        quantity: quantity('0.4'),
        stopPrice: price(at_),
        ...(limit === null
          ? { type: 'STOP_LOSS' }
          : { type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC', price: price(limit) }),
      });
    expect(await placed(at, stop('101', null))).toBe('rejected');
    expect(at.of('rejected')[0]?.code).toBe(-2010);
    const gapped = stop('98', '97');
    await placed(at, gapped);
    move(at, 90);
    await at.timers.advance(1_000);
    at.gateway.lookUp({ clientOrderId: gapped.clientOrderId, symbol: 'BTCUSDT' });
    await at.until(() => at.of('order').some(({ source }) => source === 'lookup'));
    expect(at.of('order').at(-1)?.order).toMatchObject({ status: 'NEW', executedQuantity: 0n });
  });

  it('22: a price outside the bands is refused for certain, and the rules are read again', async () => {
    const at = await world();
    const before = at.of('symbols').length;
    await at.timers.advance(11_000);
    expect(
      await placed(
        at,
        order({ type: 'LIMIT', timeInForce: 'GTC', price: price('10'), quantity: quantity('1') }),
      ),
    ).toBe('rejected');
    expect(at.of('rejected')[0]).toMatchObject({ code: -1013 });
    await at.until(() => at.of('symbols').length > before);
  });

  it('23: a symbol that stops trading is told, orders to it are refused, and no price of zero is passed on', async () => {
    const at = await faulty([{ kind: 'symbol.status', symbol: 'BTCUSDT', status: 'BREAK', at: 0 }]);
    await at.timers.advance(11_000);
    expect(await placed(at)).toBe('rejected');
    await at.timers.advance(310_000);
    expect(at.of('symbols').at(-1)?.symbols).toMatchObject([{ symbol: 'BTCUSDT', status: 'BREAK' }]);
    for (const { update } of at.of('market')) {
      expect(update.kind === 'trade' ? update.price : 1n).toBeGreaterThan(0n);
    }
  });

  it('24: unknown statuses and fields are kept apart and stop nothing', async () => {
    const at = await faulty([{ kind: 'enum.unknown' }]);
    expect(await placed(at)).toBe('order');
    at.gateway.readAccount(1, {});
    await at.until(() => at.of('account').length > 0);
    expect(at.of('quarantined')).toEqual([]);
  });

  it.each([
    ['html.executed', 'order'],
    ['html.notExecuted', 'absent'],
    ['overloaded.executed', 'order'],
    ['overloaded.notExecuted', 'absent'],
  ] as const)('25: %s is an unknown outcome until looked up', async (kind, found) => {
    const at = await faulty([{ kind, ...ON_ORDERS }]);
    expect(await placed(at)).toBe(found);
    expect(at.of('unknown')).toHaveLength(1);
    expect(at.of('rejected')).toEqual([]);
  });
});

describe('pairs that are only watched', () => {
  it('come over a connection of their own, which does not fall with the other', async () => {
    const at = virtualWorld();
    at.gateway.start(['BTCUSDT'], ['ETHUSDT', 'BTCUSDT']);
    await at.until(() => connected(at));
    layBook(at.exchange.venue, at.timers.now(), 'ETHUSDT', 50);
    at.exchange.settle();
    const watched = (): readonly unknown[] =>
      at
        .of('market')
        .filter(({ update }) => update.symbol === 'ETHUSDT' && update.kind !== 'candle')
        .map(({ update }) => update);
    await at.until(() => watched().length >= 2);
    expect(watched()).toContainEqual(
      expect.objectContaining({ kind: 'book', bids: [{ price: price('49.99'), quantity: quantity('1') }] }),
    );
    expect(watched()).toContainEqual(expect.objectContaining({ kind: 'trade', price: price('50') }));
    expect(at.of('quarantined')).toEqual([]);
  });
});
