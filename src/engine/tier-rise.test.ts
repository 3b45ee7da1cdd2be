// The whole way from SNIPER to HUNTER and back, through the real engine on the built-in exchange: nothing is
// written into the log by hand. The process dies at odd moments on the way, and the exchange lives on. The trial
// has its 48 hours and three days under the full profile; else an hour and a day, with everything else as shipped.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeEngineWorlds, engineWorld, type EngineWorld } from '../../tests/builders/engine-world.ts';
import { journalText } from '../../tests/builders/journal-text.ts';
import { parseCommand } from '../core/command-grammar.ts';
import { quantity } from '../core/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/time.ts';
import type { Actor, Tier } from '../core/vocabulary.ts';
import { RESPONSIBILITY_PHRASE } from './state-machine/transition.ts';

const full = process.env['GENESIS_TEST_PROFILE'] === 'full';
const trial = full ? { trialHours: 48, trialProfitableDays: 3 } : { trialHours: 1, trialProfitableDays: 1 };
const coins = ['BTC', 'ETH', 'SOL'] as const;
const reflection = journalText.replaceAll('\n', ' ').trim();
const NIGHT_MS = DAY_MS - MINUTE_MS;
const LONG = 400_000;
let at: EngineWorld;

const tier = (): Tier => at.engine.state().tier.tier;

/** Says a line as it is typed; gives how it ended in a word. */
function say(text: string, actor: Actor = 'trader'): string {
  const parsed = parseCommand(text, { symbols: at.engine.symbols() });
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.code}`);
  const reply = at.say(parsed.value, actor);
  return reply.refusal?.code ?? reply.outcome;
}

/** What became of a strategy's wish. */
async function wish(strategy: string, symbol: string): Promise<string> {
  const refused = at.eventsOf('entry.refused').length;
  const intended = at.eventsOf('order.intended').length;
  await at.strategyEnters(strategy, symbol);
  const [denied] = at.eventsOf('entry.refused').slice(refused);
  const [intent] = at.eventsOf('order.intended').slice(intended);
  return denied?.code ?? intent?.type ?? 'nothing';
}

/** The forms of HUNTER on every path while they are not earned, each by where it is earned. */
async function expectSniper(): Promise<void> {
  expect(tier()).toBe('SNIPER');
  for (const actor of ['trader', 'api'] as const)
    for (const form of ['', ' post', ' ioc', ' fok'])
      expect([actor, form, say(`buy 20 usdt eth at 98${form}`, actor)]).toEqual([
        actor,
        form,
        'tier.orderType',
      ]);
  expect(await wish('multi_pair', 'ETHUSDT')).toBe('tier.strategy');
}

/** One day's trade at a profit. */
async function winningTrade(coin: string): Promise<void> {
  await at.move(100);
  await at.buy('50', `${coin}USDT`);
  await at.move(103, `${coin}USDT`);
  expect(say(`close ${coin.toLowerCase()}`)).toBe('accepted');
  await at.advance(1_500);
  expect(at.position()).toBeUndefined();
}

/** It dies in the middle of an entry, which fills while nobody is there. */
async function dyingNight(): Promise<void> {
  expect(say('buy 50 usdt btc')).toBe('accepted');
  await at.restart(NIGHT_MS);
  await at.advance(3_000);
  expect(at.position()?.protected).toBe(true);
  expect(say('close btc')).toBe('accepted');
  await at.advance(1_500);
}

/** Time in which somebody looks on: the book is told again now and then, each pair once a minute. */
async function live(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 30_000) {
    await at.timers.advance(Math.min(29_500, left));
    await at.advance(500);
  }
}

/** A simulated round trip of the trial that earns one percent. */
async function roundTrip(): Promise<void> {
  await at.move(100);
  expect(say('tier trial buy 50 usdt btc at 101')).toBe('accepted');
  await at.move(103, 'BTCUSDT');
  expect(say('tier trial close btc')).toBe('accepted');
}

beforeAll(async () => {
  at = await engineWorld({
    balances: { USDT: '2500' },
    coins,
    rules: { tierGates: { transition: trial } },
  });
});
afterAll(closeEngineWorlds);

// One account and one story: each part begins where the one before it ended.
describe('from SNIPER to HUNTER and back', () => {
  it('money alone opens nothing, on no path', async () => {
    await expectSniper();
    expect(say('tier trial')).toBe('tier.gates');
    expect(say(`tier confirm ${RESPONSIBILITY_PHRASE}`)).toBe('tier.noTrial');
    expect(at.resting('ETHUSDT')).toEqual([]);
  });

  it(
    'thirty days of trading, each ended by a process that dies, open the gates by their events',
    async () => {
      for (let day = 0; day < 30; day += 1) {
        await winningTrade(coins[day % 3] ?? 'BTC');
        expect([day, say('tier trial')]).toEqual([day, 'tier.gates']);
        if (day % 10 === 3) await dyingNight();
        else await at.restart(NIGHT_MS);
      }
      await live(30 * MINUTE_MS);
      await winningTrade('BTC');
      expect(at.engine.dashboard().tier.gates.filter(({ passed }) => !passed)).toEqual([]);
      expect(tier()).toBe('SNIPER');
    },
    LONG,
  );

  it('each gate names events of this log, and the trial begins with them', async () => {
    expect(say('tier trial')).toBe('accepted');
    const [started] = at.eventsOf('tier.trialStarted');
    const known = new Set(at.engine.recentEvents(1_000_000, null).map(({ eventId }) => eventId));
    expect(started?.to).toBe('HUNTER');
    expect(started?.evidence.length).toBeGreaterThan(40);
    expect(started?.evidence.filter((id) => !known.has(id))).toEqual([]);
    // Its orders are simulated: the exchange hears of none, and a real one of this form is not earned yet.
    await expectSniper();
    expect(say('tier trial buy 50 usdt btc')).toBe('tier.trialForm');
    expect(say('tier trial buy 50 usdt btc at 98')).toBe('accepted');
    await at.advance(1_000);
    expect(at.resting()).toEqual([]);
  });

  it(
    'the trial is lived through over a death of the process, and its order waits on',
    async () => {
      await at.restart();
      expect(at.engine.state().tier.trial?.orders.size).toBe(1);
      expect(say('tier trial cancel btc')).toBe('accepted');
      expect(say(`tier confirm ${RESPONSIBILITY_PHRASE}`)).toBe('tier.noTrial');
      const deadline = at.timers.monotonic() + 2 * trial.trialHours * HOUR_MS;
      while (at.engine.state().tier.trialPassed === null && at.timers.monotonic() < deadline) {
        if ((at.engine.state().tier.trial?.roundTrips ?? 0) < 4 * trial.trialProfitableDays + 7)
          await roundTrip();
        await live(trial.trialHours * 5 * MINUTE_MS);
      }
      expect(at.eventsOf('tier.trialEnded')).toMatchObject([{ passed: true, to: 'HUNTER' }]);
      expect(tier()).toBe('SNIPER');
    },
    LONG,
  );

  it('the sentence and the reflection are a person’s, and the sentence is as good after a death', async () => {
    expect(say('tier confirm I understand')).toBe('command.phraseWrong');
    expect(say(`tier confirm ${RESPONSIBILITY_PHRASE}`, 'api')).toBe('command.notHere');
    expect(say(`tier reflect ${reflection}`)).toBe('tier.notConfirmed');
    expect(say(`tier confirm ${RESPONSIBILITY_PHRASE}`)).toBe('accepted');
    await at.restart();
    await expectSniper();
    expect(say(`tier reflect ${reflection}`, 'api')).toBe('command.notHere');
    expect(say(`tier reflect ${reflection}`)).toBe('accepted');
    expect(tier()).toBe('HUNTER');
    const [rise] = at.eventsOf('tier.changed');
    expect(rise).toMatchObject({ from: 'SNIPER', to: 'HUNTER' });
    expect(rise?.evidence.length).toBeGreaterThan(40);
  });

  it('what was earned is open at once and after a death, at half limits for 48 hours', async () => {
    await at.move(100);
    expect(say('buy 1000 usdt eth at 98')).toBe('accepted');
    const worth = at.eventsOf('order.intended').at(-1)?.reserved ?? 0n;
    // Half of 5 % of some $2,540.
    expect([worth > 6_000_000_000n, worth < 6_500_000_000n]).toEqual([true, true]);
    await at.restart();
    expect(at.resting('ETHUSDT')).toHaveLength(1);
    expect(say('buy 20 usdt sol at 98', 'api')).toBe('accepted');
    // Two positions to be are half of five, rounded down: for a third there is no place.
    expect(await wish('multi_pair', 'BTCUSDT')).toBe('risk.openPositions');
    expect(say('cancel sol')).toBe('accepted');
    await at.advance(1_000);
    expect(await wish('multi_pair', 'BTCUSDT')).toBe('MARKET');
    await at.advance(2_000);
    expect(at.position()?.protected).toBe(true);
    // What STRATEGIST earns is not HUNTER's.
    expect(say('buy 20 usdt sol stop 103 limit 104')).toBe('tier.orderType');
    expect(say('tier trial')).toBe('tier.gates');
    await at.restart(48 * HOUR_MS);
    await at.move(100);
    // What waited was of another day; the limits are whole now.
    await at.advance(1_000);
    expect(at.resting('ETHUSDT')).toEqual([]);
    expect(say('buy 1000 usdt eth at 98')).toBe('accepted');
    expect(at.eventsOf('order.intended').at(-1)?.reserved).toBeGreaterThan(12_000_000_000n);
    await at.advance(1_000);
    expect(at.resting('ETHUSDT')).toHaveLength(1);
  });

  it('a fall takes it all back at once: what waits, every form, on every path, over a death', async () => {
    const placed = at.exchange.venue.place(at.timers.now(), {
      accountId: 1,
      symbol: 'SOLUSDT',
      side: 'BUY',
      type: 'MARKET',
      timeInForce: null,
      quantity: quantity('0.2'),
      quoteOrderQuantity: null,
      price: null,
      stopPrice: null,
      trailingDeltaBps: null,
      icebergQuantity: null,
      clientOrderId: 'elsewhere-purchase',
      selfTradeMode: null,
      strategyId: null,
      strategyType: null,
    });
    expect(placed.ok).toBe(true);
    at.exchange.settle();
    // It dies as soon as the fall is written, before the exchange has answered the cancel.
    for (let waited = 0; tier() === 'HUNTER' && waited < 60_000; waited += 10) await at.timers.advance(10);
    expect(tier()).toBe('SNIPER');
    await at.restart();
    await at.advance(5_000);
    expect(at.resting('ETHUSDT')).toEqual([]);
    expect(at.eventsOf('tier.changed')).toMatchObject([{}, { from: 'HUNTER', to: 'SNIPER' }]);
    await expectSniper();
    // Its stop stays with the position, and the way up begins anew in thirty days.
    expect(at.engine.dashboard().positions.every((position) => position.protected)).toBe(true);
    expect(say('tier trial')).toBe('tier.emergency');
    expect(say('close btc')).toBe('accepted');
    await at.advance(2_000);
    at.expectAgreement();
  });
});
