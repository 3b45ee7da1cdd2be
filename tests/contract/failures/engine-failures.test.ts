// The engine's part of failures 6, 7, 21, 22 and 23 of the project's table: each injected into the built-in
// exchange and survived by engine and gateway together, on a virtual network and manual time.
import { afterEach, describe, expect, it } from 'vitest';
import { notional, price, quantity } from '../../../src/core/money.ts';
import type { SymbolSpec } from '../../../src/simulator/matching/venue-api.ts';
import { closeEngineWorlds, engineWorld, type EngineWorld } from '../../builders/engine-world.ts';

afterEach(closeEngineWorlds);

const SYMBOL = 'BTCUSDT';

/** Somebody with a terminal of their own on the same account. */
function foreignSale(at: EngineWorld, size: string): void {
  const stop = at.resting()[0];
  if (stop !== undefined)
    at.exchange.venue.cancel(at.timers.now(), {
      accountId: 1,
      symbol: SYMBOL,
      order: { orderId: stop.orderId },
      requestClientOrderId: 'elsewhere-cancel',
      restriction: null,
    });
  const done = at.exchange.venue.place(at.timers.now(), {
    accountId: 1,
    symbol: SYMBOL,
    side: 'SELL',
    type: 'MARKET',
    timeInForce: null,
    quantity: quantity(size),
    quoteOrderQuantity: null,
    price: null,
    stopPrice: null,
    trailingDeltaBps: null,
    icebergQuantity: null,
    clientOrderId: 'elsewhere-sale',
    selfTradeMode: null,
    strategyId: null,
    strategyType: null,
  });
  if (!done.ok) throw new Error(done.error.message);
  at.exchange.settle();
}

const change = (at: EngineWorld, spec: Partial<SymbolSpec>): void => {
  const before = at.exchange.venue.symbol(SYMBOL);
  if (before === null) throw new Error('not listed');
  at.exchange.venue.setSymbol(at.timers.now(), { ...before, ...spec });
  at.exchange.settle();
};

describe('failure', () => {
  it('6: a remainder under the minimum is kept as dust, exactly, and joins the next position', async () => {
    const at = await engineWorld();
    await at.buy('20');
    const held = at.holding('BTC');
    // All but 0.03 goes: worth $3, and the exchange takes $5 at least.
    const rest = quantity('0.03') as bigint;
    const step = quantity('0.00001') as bigint;
    const sold = ((held - rest) / step) * step;
    foreignSale(at, (Number(sold) / 1e8).toFixed(5));
    await at.advance(4_000);
    expect(at.position()).toBeUndefined();
    const dust = at.engine.state().positions.dust.get('BTC');
    expect(dust?.quantity).toBe(at.holding('BTC'));
    expect(at.resting()).toEqual([]);
    at.expectAgreement();
    // The next position holds it, protects it and sells it.
    await at.buy('20');
    expect(at.engine.state().positions.dust.size).toBe(0);
    const position = [...at.engine.state().positions.open.values()][0];
    expect(position === undefined ? 0n : position.bought - position.sold).toBe(at.holding('BTC'));
    at.say({ kind: 'close', symbol: SYMBOL });
    await at.advance(2_000);
    expect(at.holding('BTC')).toBeLessThan(step);
    expect(at.engine.dashboard().account.dust).toMatchObject([{ asset: 'BTC' }]);
    at.expectAgreement();
  });

  it('6: a part whose rest would be too small to sell is sold whole', async () => {
    const at = await engineWorld();
    await at.buy('20');
    const reply = at.say({ kind: 'sell', symbol: SYMBOL, amount: { unit: 'share', shareBps: 9_000 } });
    expect(reply.lines[0]).toContain('all of it is sold');
    await at.advance(2_000);
    expect(at.position()).toBeUndefined();
    at.expectAgreement();
  });

  it('7: fees taken in the coin leave less than was bought: stop and exit sell the net', async () => {
    const at = await engineWorld();
    await at.buy('25');
    const [stop] = at.resting();
    const net = at.holding('BTC');
    expect(stop?.originalQuantity).toBeLessThanOrEqual(net);
    expect(net - (stop?.originalQuantity ?? 0n)).toBeLessThan(quantity('0.00001'));
    at.say({ kind: 'close', symbol: SYMBOL });
    await at.advance(2_000);
    expect(at.eventsOf('order.rejected')).toEqual([]);
    at.expectAgreement();
  });

  it('7: BNB that runs out in the middle of an order: each fill is booked in the asset it was charged in', async () => {
    const at = await engineWorld({
      // Enough BNB for the fee of one level of the book and no more.
      balances: { USDT: '10000', BNB: '0.00095' },
      feesInBnb: true,
    });
    await at.buy('400');
    const assets = new Set(at.eventsOf('order.filled').map(({ feeAsset }) => feeAsset));
    expect(assets).toEqual(new Set(['BNB', 'BTC']));
    const [stop] = at.resting();
    expect(at.holding('BTC') - (stop?.originalQuantity ?? 0n)).toBeLessThan(quantity('0.00001'));
    at.say({ kind: 'close', symbol: SYMBOL });
    await at.advance(2_000);
    expect(at.position()).toBeUndefined();
    expect(at.eventsOf('order.rejected')).toEqual([]);
    at.expectAgreement();
  });

  it('21: a stop that would trigger immediately means leaving at the market', async () => {
    const at = await engineWorld();
    await at.buy('25');
    // The stop is taken away, and the market is below where it would go before the engine can put it back.
    at.exchange.setFaults({
      seed: 1,
      rules: [{ kind: 'timeout.notExecuted', match: 'POST /api/v3/order', limit: 1 }],
    });
    const [stop] = at.resting();
    at.exchange.venue.cancel(at.timers.now(), {
      accountId: 1,
      symbol: SYMBOL,
      order: { orderId: stop?.orderId ?? 0 },
      requestClientOrderId: 'elsewhere',
      restriction: null,
    });
    await at.move(90);
    await at.advance(40_000);
    expect(at.position()).toBeUndefined();
    expect(at.eventsOf('position.closed')[0]?.reason).toBe('stop_loss');
    at.expectAgreement();
  });

  it('21: a stop that the market has passed without selling is watched and escalated to the market', async () => {
    const at = await engineWorld();
    await at.buy('25');
    // As if the stop had been gapped: the venue keeps it resting above the market.
    const [stop] = at.resting();
    if (stop === undefined) throw new Error('no stop');
    at.exchange.setFaults({ seed: 1, rules: [{ kind: 'user.dropped' }] });
    await at.move(97);
    await at.advance(8_000);
    expect(at.position()).toBeUndefined();
    expect(at.holding('BTC')).toBeLessThan(quantity('0.00001'));
    at.expectAgreement();
  });

  it('22: a crash out of the price band: limit prices stay inside it, and the position is out in time', async () => {
    const at = await engineWorld({ spec: { askMultiplierDownBps: 9_900, askMultiplierUpBps: 10_100 } });
    await at.buy('25');
    // A target far above the band is refused before it is sent.
    const reply = at.say({ kind: 'target', symbol: SYMBOL, distanceBps: 500, price: null });
    expect(reply.refusal?.code).toBe('command.targetOutOfRange');
    at.say({ kind: 'target', symbol: SYMBOL, distanceBps: 50, price: null });
    await at.advance(1_000);
    expect(at.position()).toMatchObject({ protected: true, targetResting: true });
    at.say({ kind: 'closeAll' });
    await at.move(60);
    await at.advance(5_000);
    expect(at.position()).toBeUndefined();
    expect(at.eventsOf('order.rejected')).toEqual([]);
    at.expectAgreement();
  });

  it('22: a band that moves away from a target leaves a plain stop, never a bare position', async () => {
    const at = await engineWorld();
    await at.buy('25');
    at.say({ kind: 'target', symbol: SYMBOL, distanceBps: 500, price: null });
    await at.advance(1_000);
    change(at, { askMultiplierUpBps: 10_100 });
    // The stop moves, so the list has to be placed anew under the new band.
    at.say({ kind: 'stop', symbol: SYMBOL, distanceBps: 150, price: null });
    await at.advance(6_000);
    expect(at.position()?.protected).toBe(true);
    expect(at.resting().map(({ type }) => type)).toEqual(['STOP_LOSS']);
    at.expectAgreement();
  });

  it.each(['BREAK', 'CANCEL_ONLY', 'HALT'] as const)(
    '23: a symbol in %s takes no entry, keeps the position and its worth, and is left when it trades again',
    async (status) => {
      const at = await engineWorld();
      await at.buy('25');
      const before = at.engine.dashboard().account.equity;
      change(at, { status: status === 'HALT' ? 'HALT' : status });
      // Refused once, the rules are read again.
      at.say({ kind: 'close', symbol: SYMBOL });
      await at.advance(12_000);
      const reply = at.say({
        kind: 'buy',
        symbol: SYMBOL,
        amount: { unit: 'quote', amount: notional('20') },
      });
      expect(reply.outcome).toBe('refused');
      expect(at.position()).toBeDefined();
      const equity = Number(at.engine.dashboard().account.equity);
      expect(Math.abs(equity - Number(before))).toBeLessThan(0.5);
      expect(at.eventsOf('position.closed')).toEqual([]);
      change(at, { status: 'TRADING' });
      await at.advance(310_000);
      expect(at.position()).toBeUndefined();
      for (const { price: paid } of at.eventsOf('order.filled')) expect(paid).toBeGreaterThan(price('0'));
      for (const closed of at.eventsOf('position.closed'))
        expect(closed.exitPrice).toBeGreaterThan(price('0'));
      at.expectAgreement();
    },
  );

  it('23: an empty book values nothing at zero', async () => {
    const at = await engineWorld();
    await at.buy('25');
    const before = Number(at.engine.dashboard().account.equity);
    at.exchange.venue.setLiquidity(at.timers.now(), SYMBOL, [], []);
    at.exchange.settle();
    await at.timers.advance(5_000);
    expect(Math.abs(Number(at.engine.dashboard().account.equity) - before)).toBeLessThan(0.1);
    expect(at.engine.dashboard().tradingState).not.toBe('HALTED');
  });
});

describe('kill level 3', () => {
  it('is out of twenty positions within five seconds, refused exits and lost cancels included', async () => {
    const coins = Array.from({ length: 20 }, (_, index) => `C${String.fromCodePoint(65 + index)}X`);
    const at = await engineWorld({
      coins,
      balances: { USDT: '100000' },
      rules: {
        tierGates: { tiers: { SNIPER: { openPositionsMax: 20, entriesPerDayMax: 100 } } },
        trading: { risk: { duplicateIntentMs: 0, entriesPerMinuteMax: 60 } },
      },
    });
    for (const coin of coins) {
      const reply = at.say({
        kind: 'buy',
        symbol: `${coin}USDT`,
        amount: { unit: 'quote', amount: notional('90') },
      });
      expect(reply.refusal?.code ?? reply.outcome).toBe('accepted');
      await at.advance(1_000);
    }
    expect(at.engine.dashboard().positions.filter((position) => position.protected)).toHaveLength(20);
    await at.advance(11_000);
    at.exchange.setFaults({
      seed: 1,
      rules: [
        { kind: 'order.limit', match: 'POST /api/v3/order', limit: 2, ms: 1_000 },
        { kind: 'overloaded.notExecuted', match: 'DELETE /api/v3/order', limit: 2 },
      ],
    });
    at.say({ kind: 'halt', reason: 'enough' });
    const startedAt = at.timers.monotonic();
    at.say({ kind: 'closeAll' });
    while (at.engine.dashboard().positions.length > 0 && at.timers.monotonic() - startedAt < 20_000)
      await at.advance(250);
    expect(at.timers.monotonic() - startedAt).toBeLessThanOrEqual(5_000);
    expect(at.eventsOf('position.closed').map(({ reason }) => reason)).toEqual(coins.map(() => 'emergency'));
    at.expectAgreement();
  });
});
