// The gateway against the built-in exchange: one suite, over a virtual network on manual time and
// over real sockets, plain and TLS. What only a faulty exchange shows runs on the virtual one.
import { afterEach, describe, expect, it } from 'vitest';
import { assetAmount, price, quantity } from '../../src/core/money.ts';
import { createSeededRandom } from '../../src/core/seeded-random.ts';
import type { GatewaySettings } from '../../src/exchange/settings.ts';
import { layBook } from '../builders/exchange-harness.ts';
import { ambientFaults, requestFaults, type FaultRule } from '../../src/simulator/server/faults.ts';
import {
  API_KEY,
  closeWorlds,
  order,
  resting,
  socketWorld,
  started,
  virtualWorld,
  type VirtualWorld,
  type World,
} from '../builders/gateway-world.ts';

afterEach(closeWorlds);

describe.each<readonly [string, () => World | Promise<World>]>([
  ['virtual network, HMAC', () => virtualWorld('HMAC')],
  ['virtual network, Ed25519', () => virtualWorld('ED25519')],
  ['virtual network, RSA', () => virtualWorld('RSA')],
  ['sockets, HMAC', async () => socketWorld(false, 'HMAC')],
  ['TLS sockets, Ed25519', async () => socketWorld(true, 'ED25519')],
])('%s', (_name, make) => {
  it('a market order is answered with its fills, and the stream tells the same', async () => {
    const world = await started(await make());
    const wanted = order();
    world.gateway.submit(wanted);
    await world.until(() => world.of('balances').length > 0 && world.of('order').length >= 3);
    expect(world.of('sent')).toMatchObject([{ clientOrderId: wanted.clientOrderId }]);
    const reply = world.of('order').find((report) => report.source === 'reply');
    expect(reply?.order).toMatchObject({
      clientOrderId: wanted.clientOrderId,
      status: 'FILLED',
      executedQuantity: quantity('0.5'),
    });
    expect(reply?.fills).toMatchObject([
      {
        price: price('100.01'),
        quantity: quantity('0.5'),
        fee: assetAmount('0.0005'),
        feeAsset: 'BTC',
        isMaker: false,
      },
    ]);
    const streamed = world.of('order').filter((report) => report.source === 'stream');
    expect(streamed.flatMap((report) => report.fills)).toEqual(reply?.fills);
    expect(streamed.at(-1)?.order).toMatchObject({
      status: 'FILLED',
      exchangeOrderId: reply?.order.exchangeOrderId,
    });
    expect(world.of('balances').at(-1)?.balances).toContainEqual({
      asset: 'USDT',
      free: assetAmount('449.995'),
      locked: assetAmount('0'),
    });
  });

  it('a stop and a target rest as one list; cancelling one leg reports both (native OCO)', async () => {
    const world = await started(await make());
    world.gateway.submit(order());
    await world.until(() => world.of('order').some((report) => report.order.status === 'FILLED'));
    const [stop, target] = [resting().clientOrderId, resting().clientOrderId];
    world.gateway.submitList({
      listClientOrderId: resting().clientOrderId,
      symbol: 'BTCUSDT',
      quantity: quantity('0.4'),
      stop: { clientOrderId: stop, stopPrice: price('90') },
      target: { clientOrderId: target, price: price('120') },
    });
    const told = (clientOrderId: string, status: string, source: string): boolean =>
      world
        .of('order')
        .some(
          (report) =>
            report.source === source &&
            report.order.clientOrderId === clientOrderId &&
            report.order.status === status,
        );
    await world.until(() =>
      [stop, target].every((id) => told(id, 'NEW', 'reply') && told(id, 'NEW', 'stream')),
    );
    world.gateway.lookUp({ clientOrderId: target, symbol: 'BTCUSDT' });
    await world.until(() => told(target, 'NEW', 'lookup'));
    world.gateway.cancel({ clientOrderId: stop, symbol: 'BTCUSDT' });
    await world.until(() =>
      [stop, target].every((id) => told(id, 'CANCELED', 'reply') && told(id, 'CANCELED', 'stream')),
    );
    expect(world.of('rejected')).toEqual([]);
  });

  it('a list that the exchange refuses is refused once for each leg', async () => {
    const world = await started(await make());
    const [stop, target] = [resting().clientOrderId, resting().clientOrderId];
    world.gateway.submitList({
      listClientOrderId: resting().clientOrderId,
      symbol: 'BTCUSDT',
      quantity: quantity('40'),
      stop: { clientOrderId: stop, stopPrice: price('90') },
      target: { clientOrderId: target, price: price('120') },
    });
    await world.until(() => world.of('rejected').length === 2);
    expect(world.of('rejected').map((report) => [report.clientOrderId, report.code])).toEqual([
      [stop, -2010],
      [target, -2010],
    ]);
  });

  it('an order rests, is looked up, and cancelled under its own id; a second cancel is refused', async () => {
    const world = await started(await make());
    const wanted = resting();
    const own = { clientOrderId: wanted.clientOrderId, symbol: 'BTCUSDT' };
    world.gateway.submit(wanted);
    await world.until(() => world.of('order').some((report) => report.source === 'reply'));
    world.gateway.lookUp(own);
    await world.until(() => world.of('order').some((report) => report.source === 'lookup'));
    expect(world.of('order').at(-1)?.order).toMatchObject({ status: 'NEW', price: price('90') });
    world.gateway.cancel(own);
    await world.until(
      () => world.of('order').filter((report) => report.order.status === 'CANCELED').length === 2,
    );
    expect(world.of('order').every((report) => report.order.clientOrderId === wanted.clientOrderId)).toBe(
      true,
    );
    world.gateway.cancel(own);
    await world.until(() => world.of('cancelRejected').length > 0);
    expect(world.of('cancelRejected')).toMatchObject([{ clientOrderId: wanted.clientOrderId, code: -2011 }]);
  });

  it('reading the account brings the stop that rests, the trades and the balances', async () => {
    const world = await started(await make());
    world.gateway.submit(order());
    await world.until(() => world.of('order').some((report) => report.order.status === 'FILLED'));
    const stop = order({ side: 'SELL', type: 'STOP_LOSS', stopPrice: price('98'), lane: 'reduce' });
    world.gateway.submit(stop);
    await world.until(() => world.of('order').some((report) => report.order.type === 'STOP_LOSS'));
    world.gateway.readAccount(1, {});
    await world.until(() => world.of('account').length === 1);
    const [account] = world.of('account');
    expect(account?.openOrders).toMatchObject([
      { clientOrderId: stop.clientOrderId, type: 'STOP_LOSS', stopPrice: price('98'), status: 'NEW' },
    ]);
    expect(account?.trades).toMatchObject([
      { symbol: 'BTCUSDT', side: 'BUY', quantity: quantity('0.5'), feeAsset: 'BTC' },
    ]);
    expect(account?.balances.find((balance) => balance.asset === 'USDT')?.free).toBe(assetAmount('449.995'));
    world.gateway.readAccount(2, account?.tradeCursor ?? {});
    await world.until(() => world.of('account').length === 2);
    expect(world.of('account')[1]).toMatchObject({ requestId: 2, tradeCursor: account?.tradeCursor });
  });

  it('refusals keep the exchange’s code; what never was is absent', async () => {
    const world = await started(await make());
    const tooMuch = order({ quantity: quantity('50') });
    world.gateway.submit(tooMuch);
    const tooFine = order({ type: 'LIMIT', timeInForce: 'GTC', price: price('99.001') });
    world.gateway.submit(tooFine);
    world.gateway.lookUp({ clientOrderId: 'g-never', symbol: 'BTCUSDT' });
    await world.until(() => world.of('rejected').length === 2 && world.of('absent').length === 1);
    expect(
      Object.fromEntries(world.of('rejected').map((report) => [report.clientOrderId, report.code])),
    ).toEqual({
      [tooMuch.clientOrderId]: -2010,
      [tooFine.clientOrderId]: -1013,
    });
  });

  it('the book comes exact, best first, and anew when it moves', async () => {
    const world = await started(await make());
    layBook(world.exchange.venue, Date.now(), 'BTCUSDT', 101);
    world.exchange.settle();
    await world.until(() =>
      world
        .of('market')
        .some(({ update }) => update.kind === 'book' && update.bids[0]?.price === price('100.99')),
    );
    const last = world.of('market').at(-1)?.update;
    expect(last).toMatchObject({ kind: 'book', symbol: 'BTCUSDT', asks: { 0: { price: price('101.01') } } });
    expect(world.of('quarantined')).toEqual([]);
  });
});

describe('a faulty exchange', () => {
  async function withFault(rule: FaultRule, settings: Partial<GatewaySettings> = {}): Promise<VirtualWorld> {
    const world = await started(virtualWorld('HMAC', settings));
    world.exchange.setFaults({ seed: 1, rules: [rule] });
    return world;
  }

  const onOrders = { match: 'POST /api/v3/order', limit: 1 } as const;

  it.each([
    ['reply.lost', true],
    ['reply.truncated', true],
    ['timeout.executed', true],
    ['unexpected.executed', true],
    ['html.executed', true],
    ['overloaded.executed', true],
    ['request.lost', false],
    ['timeout.notExecuted', false],
    ['html.notExecuted', false],
    ['overloaded.notExecuted', false],
  ] as const)(
    '%s leaves the order unknown; a look-up tells what became of it [1, 25]',
    async (kind, executed) => {
      const world = await withFault({ kind, ...onOrders });
      const wanted = order();
      world.gateway.submit(wanted);
      await world.until(() => world.of('unknown').length > 0);
      expect(world.of('rejected')).toEqual([]);
      world.gateway.lookUp({ clientOrderId: wanted.clientOrderId, symbol: 'BTCUSDT' });
      await world.until(
        () => world.of('absent').length > 0 || world.of('order').some((report) => report.source === 'lookup'),
      );
      expect(world.of('absent').length).toBe(executed ? 0 : 1);
      const placed = world.exchange.venue.allOrders(1, 'BTCUSDT', 0, 1_000);
      expect(placed.map((each) => each.clientOrderId)).toEqual(executed ? [wanted.clientOrderId] : []);
    },
  );

  it('a hundred answers lost after acceptance make a hundred orders, none twice [1]', async () => {
    const world = await withFault(
      { kind: 'reply.lost', match: 'POST /api/v3/order' },
      { breakerFailures: 1_000, orderTimeoutMs: 100 },
    );
    const sent: string[] = [];
    for (let count = 0; count < 100; count += 1) {
      const wanted = order({ quantity: quantity('0.06'), side: count % 2 === 0 ? 'BUY' : 'SELL' });
      sent.push(wanted.clientOrderId);
      world.gateway.submit(wanted);
      await world.timers.advance(500);
    }
    expect(world.of('unknown').map((report) => report.clientOrderId)).toEqual(sent);
    const placed = world.exchange.venue.allOrders(1, 'BTCUSDT', 0, 1_000).map((each) => each.clientOrderId);
    expect(placed).toEqual(sent);
  });

  it('after a 429 not one request leaves until the exchange’s instant [9]', async () => {
    const world = await withFault({ kind: 'limit.429', ...onOrders, ms: 20_000 });
    world.gateway.submit(order());
    await world.until(() => world.of('rejected').length > 0);
    const bannedUntil = world.of('limits').at(-1)?.bannedUntil ?? 0;
    expect(bannedUntil).toBeGreaterThan(world.timers.now());
    const refused = order();
    world.gateway.submit(refused);
    await world.until(() => world.of('notSent').length > 0);
    expect(world.of('notSent')).toEqual([
      { kind: 'notSent', clientOrderId: refused.clientOrderId, reason: 'banned' },
    ]);
    await world.timers.advance(bannedUntil - world.timers.now() + 1);
    world.gateway.submit(order());
    await world.until(() => world.of('order').some((report) => report.order.status === 'FILLED'));
  });

  it('a refused timestamp is certain, and the clock is right again at once [3]', async () => {
    const world = await started(virtualWorld());
    world.exchange.setFaults({ seed: 1, rules: [{ kind: 'clock.skew', ms: -90_000 }] });
    const early = order();
    world.gateway.submit(early);
    await world.until(() => world.of('rejected').length > 0);
    expect(world.of('rejected')).toMatchObject([{ clientOrderId: early.clientOrderId, code: -1021 }]);
    await world.until(() => world.of('clock').at(-1)?.offsetMs === -90_000);
    world.gateway.submit(order());
    await world.until(() => world.of('order').some((report) => report.order.status === 'FILLED'));
  });

  it('a fill during a lost user stream is in the account read after it comes back [12]', async () => {
    const world = await started(virtualWorld());
    const wanted = resting();
    world.gateway.submit(wanted);
    await world.until(() => world.of('order').length > 0);
    world.exchange.setFaults({ seed: 1, rules: [{ kind: 'user.cut', at: 0 }] });
    await world.until(() => world.of('streams').at(-1)?.health.user === 'disconnected');
    layBook(world.exchange.venue, world.timers.now(), 'BTCUSDT', 80);
    world.exchange.settle();
    await world.until(() => world.of('streams').at(-1)?.health.user === 'connected');
    world.gateway.readAccount(1, {});
    await world.until(() => world.of('account').length > 0);
    expect(world.of('account')[0]?.openOrders).toEqual([]);
    expect(world.of('account')[0]?.trades).toMatchObject([
      { side: 'BUY', quantity: quantity('1'), isMaker: true },
    ]);
  });

  it('a user stream that says nothing of an order is found out and replaced [10]', async () => {
    const world = await withFault({ kind: 'user.silent' });
    world.gateway.submit(order());
    await world.until(() => world.of('streams').some((report) => report.health.user === 'silent'));
    await world.until(() => world.of('streams').at(-1)?.health.user === 'connected');
    expect(world.of('streams').map((report) => report.health.user)).toContain('disconnected');
  });

  it('words nobody knows do not stop anything [24]', async () => {
    const world = await withFault({ kind: 'enum.unknown' });
    world.gateway.submit(order());
    await world.until(() => world.of('order').some((report) => report.source === 'reply'));
    world.gateway.readAccount(1, {});
    await world.until(() => world.of('account').length > 0);
    expect(world.of('quarantined')).toEqual([]);
  });

  it('a revoked key is unauthorised', async () => {
    const world = await started(virtualWorld());
    world.exchange.revokeKey(API_KEY);
    world.gateway.submit(order());
    await world.until(() => world.of('unauthorised').length > 0);
    expect(world.of('rejected')).toMatchObject([{ code: -2015 }]);
  });

  it('a shutdown notice and its cut lose no order report [11]', async () => {
    const world = await withFault({ kind: 'server.shutdown', at: 0 });
    await world.timers.advance(2_000);
    world.gateway.submit(order());
    await world.until(() =>
      world.of('order').some((report) => report.source === 'stream' && report.fills.length > 0),
    );
    expect(world.of('streams').at(-1)?.health.user).toBe('connected');
  });
});

describe('whatever goes wrong', () => {
  const seeds = process.env['GENESIS_TEST_PROFILE'] === 'full' ? 200 : 12;
  const kinds = [...requestFaults, ...ambientFaults, 'stream.cut', 'user.cut', 'server.shutdown'] as const;

  it.each(Array.from({ length: seeds }, (_unused, index) => index + 1))(
    'every call is answered exactly once, nothing is sent twice or during a ban, and all recovers (seed %i)',
    async (seed) => {
      const world = await started(virtualWorld());
      const seeded = createSeededRandom(seed);
      const random = (): number => seeded.next();
      const { exchange, gateway, timers } = world;
      const rules = kinds
        .filter(() => random() < 0.5)
        .map((kind): FaultRule => {
          const ms =
            kind === 'clock.skew' ? Math.round(4_000 * (random() - 0.5)) : Math.round(3_000 * random());
          return {
            kind,
            ms,
            probability: 0.05 + 0.3 * random(),
            until: 60_000,
            at: Math.round(60_000 * random()),
          };
        });
      exchange.setFaults({ seed, rules });

      const submitted: string[] = [];
      const lookedUp: string[] = [];
      const cancelled: string[] = [];
      for (let turn = 1; turn <= 60; turn += 1) {
        const choice = random();
        const known = submitted[Math.floor(submitted.length * random())];
        if (choice < 0.5 || known === undefined) {
          const wanted =
            random() < 0.5
              ? resting()
              : order({ quantity: quantity('0.06'), side: random() < 0.5 ? 'BUY' : 'SELL' });
          submitted.push(wanted.clientOrderId);
          gateway.submit({ ...wanted, lane: random() < 0.5 ? 'enter' : 'reduce' });
        } else if (choice < 0.7) {
          cancelled.push(known);
          gateway.cancel({ clientOrderId: known, symbol: 'BTCUSDT' });
        } else if (choice < 0.85) {
          lookedUp.push(known);
          gateway.lookUp({ clientOrderId: known, symbol: 'BTCUSDT' });
        } else {
          gateway.readAccount(turn, {});
        }
        await timers.advance(2_000 * random());
      }
      exchange.setFaults({ seed, rules: [] });
      await timers.advance(120_000);

      const answers = (id: string, kinds_: readonly string[], source: string | null): number =>
        world.reports.filter(
          (report) =>
            kinds_.includes(report.kind) &&
            (report.kind === 'order'
              ? report.source === source && report.order.clientOrderId === id
              : 'clientOrderId' in report && report.clientOrderId === id),
        ).length;
      const replies = ['order', 'rejected', 'notSent', 'unknown', 'cancelRejected', 'cancelUnknown'];
      for (const id of submitted) {
        const times = 1 + cancelled.filter((each) => each === id).length;
        expect(`${id} ${answers(id, replies, 'reply')}`).toBe(`${id} ${times}`);
      }
      for (const id of new Set(lookedUp)) {
        const times = lookedUp.filter((each) => each === id).length;
        expect(answers(id, ['order', 'absent', 'lookupFailed'], 'lookup')).toBe(times);
      }
      const asked = world.of('account').length + world.of('accountFailed').length;
      expect(asked).toBe(60 - submitted.length - cancelled.length - lookedUp.length);

      expect(world.duringBan).toEqual([]);
      const placed = exchange.venue.allOrders(1, 'BTCUSDT', 0, 1_000).map((each) => each.clientOrderId);
      expect(new Set(placed).size).toBe(placed.length);
      for (const id of placed) expect(submitted).toContain(id);
      for (const report of world.of('rejected')) expect(placed).not.toContain(report.clientOrderId);
      for (const report of world.of('notSent')) expect(placed).not.toContain(report.clientOrderId);

      await world.until(() => {
        const health = world.of('streams').at(-1)?.health;
        return health?.market === 'connected' && health.user === 'connected';
      });
      world.gateway.readAccount(1_000, {});
      await world.until(() => world.of('account').at(-1)?.requestId === 1_000);
      const account = world.of('account').at(-1);
      expect(account?.openOrders.map((each) => each.clientOrderId).sort()).toEqual(
        exchange.venue
          .openOrders(1, null)
          .map((each) => each.clientOrderId)
          .sort(),
      );
      expect(account?.trades.length).toBe(exchange.venue.trades(1, 'BTCUSDT', 0, 10_000).length);
    },
  );
});
