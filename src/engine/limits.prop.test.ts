/**
 * A long random life of one account: commands from anyone, markets that move and jump, answers that come, are lost
 * or say no, restarts. After every step no limit may be exceeded. One seed; 1,000,000 steps under
 * GENESIS_TEST_PROFILE=full. Commands of other order types and tiers join `commands`.
 */
import { describe, expect, it } from 'vitest';
import { readyRig, type Rig } from '../../tests/builders/engine.ts';
import { symbolRules } from '../../tests/builders/engine-gateway.ts';
import { testRules } from '../../tests/builders/rules.ts';
import type { Command } from '../core/commands.ts';
import { notional } from '../core/money.ts';
import type { OrderRequest } from '../core/ports/gateway.ts';
import { createSeededRandom, type SeededRandom } from '../core/seeded-random.ts';
import { reservedOf } from './executor/orders.ts';

const STEPS = process.env['GENESIS_TEST_PROFILE'] === 'full' ? 1_000_000 : 15_000;
/** A life ends and another begins, so that each day and each halt is met again and again. */
const STEPS_PER_LIFE = 400;
const symbols = [
  symbolRules(),
  symbolRules({ symbol: 'ETHUSDT', baseAsset: 'ETH' }),
  symbolRules({ symbol: 'SOLUSDT', baseAsset: 'SOL' }),
];
const OPEN_MAX = 2;
const rules = testRules({
  tierGates: { tiers: { SNIPER: { openPositionsMax: OPEN_MAX } } },
  trading: { risk: { duplicateIntentMs: 0, entriesPerMinuteMax: 60 } },
});
const words = ['cause', 'plan'].map(
  (item) => `${item} ${item} I looked at every order and wrote down what the market did to me today`,
);

function command(random: SeededRandom): Command {
  const { symbol } = random.pick(symbols);
  return random.pick<() => Command>([
    () => ({
      kind: 'buy',
      symbol,
      amount: { unit: 'quote', amount: notional(String(random.between(5, 60))) },
    }),
    () => ({ kind: 'buy', symbol, amount: { unit: 'share', shareBps: random.between(1, 10_000) } }),
    () => ({ kind: 'close', symbol }),
    () => ({ kind: 'sell', symbol, amount: { unit: 'share', shareBps: random.between(1, 10_000) } }),
    () => ({ kind: 'stop', symbol, distanceBps: random.between(5, 200), price: null }),
    () => ({ kind: 'cancel', symbol: null }),
    () => ({ kind: 'journal', text: `${words[0] ?? ''} ${random.between(0, 1e9)}` }),
    () => ({ kind: 'resume', phrase: random.pick(words) }),
    () => ({ kind: 'resume', phrase: 'I have checked the account' }),
    () => ({ kind: 'set', setting: 'entries-per-day', value: String(random.between(1, 12)) }),
    () =>
      random.chance(0.05)
        ? { kind: 'halt', reason: 'enough', level: random.pick([1, 2, 3] as const) }
        : { kind: 'closeAll' },
  ])();
}

function step(rig: Rig, random: SeededRandom, bids: Map<string, number>): Rig {
  const mood = random.next();
  if (mood < 0.35) {
    const actor = random.pick(['trader', 'trader', 'api', 'strategy'] as const);
    const behaviour = { decisionMs: 4_000, keys: 30, corrections: 0, pasted: false };
    rig.say(command(random), { actor, behaviour });
  } else if (mood < 0.6) {
    const { symbol } = random.pick(symbols);
    const jump = random.chance(0.03) ? 0.12 : 0.004;
    const bid = (bids.get(symbol) ?? 1_000) * (1 + (random.next() - 0.52) * jump);
    bids.set(symbol, bid);
    rig.market(bid.toFixed(2), { symbol });
  } else if (mood < 0.75) {
    rig.wait(random.pick([250, 1_000, 5_000]));
  } else if (mood < 0.995) {
    answer(rig, random);
  } else {
    const again = rig.restart();
    again.gateway.answersLookUps = true;
    again.gateway.connect();
    for (const [symbol, bid] of bids) again.market(bid.toFixed(2), { symbol });
    return again;
  }
  return rig;
}

/** Until when the exchange may take each order: it refuses one that is older than its window, or never got it. */
const takenUntil = new WeakMap<OrderRequest, number>();

/** What the exchange says to an order that still waits. */
function answer(rig: Rig, random: SeededRandom): void {
  const waiting = rig.gateway.submitted.slice(-6).filter((request) => {
    const known = rig.gateway.orders.get(request.clientOrderId);
    const late = known === undefined && rig.timers.now() > (takenUntil.get(request) ?? 0);
    return !late && (known === undefined || known.status === 'NEW');
  });
  if (waiting.length === 0) return;
  const request = random.pick(waiting);
  const known = rig.gateway.orders.has(request.clientOrderId);
  const unheard = !known && rig.engine.state().orders.sums.bySymbol.has(request.symbol);
  if (unheard && random.chance(0.1)) {
    takenUntil.delete(request);
    rig.gateway.report({ kind: 'notSent', clientOrderId: request.clientOrderId, reason: 'breakerOpen' });
  } else if (unheard && random.chance(0.05))
    rig.gateway.report({ kind: 'unknown', clientOrderId: request.clientOrderId, reason: 'time-out' });
  else if (!known) rig.gateway.accept(request);
  if (rig.gateway.orders.get(request.clientOrderId)?.status === 'NEW' && request.stopPrice === null)
    rig.gateway.fill(request.clientOrderId);
}

/** What must hold after every step, from the state alone. */
function breaches(rig: Rig, sentBefore: number, wasHalted: boolean): readonly string[] {
  const { orders, positions, risk, trading } = rig.engine.state();
  const found: string[] = [];
  let reserved = 0n;
  for (const order of orders.open.values()) reserved += reservedOf(order);
  if (reserved !== orders.sums.reserved) found.push('the running sum differs from the sum');
  if (orders.open.size !== orders.sums.open) found.push('the running count differs from the count');
  const pending = new Set([...orders.sums.entries.values()].filter((id) => !positions.open.has(id)));
  if (positions.open.size + pending.size > OPEN_MAX) found.push('more positions than are allowed');
  if (risk.entriesToday > 10) found.push(`${risk.entriesToday} entries in a day`);
  const fresh = rig.gateway.submitted.slice(sentBefore).filter(({ side }) => side === 'BUY');
  if (fresh.length > 0 && wasHalted && trading.halt !== null) found.push('an entry left while halted');
  for (const request of fresh) {
    const intent = [...orders.open.values()].find(
      ({ clientOrderId }) => clientOrderId === request.clientOrderId,
    );
    const cap = (risk.lastEquity * 510n) / 10_000n;
    if (intent !== undefined && intent.reserved > (cap > notional('10') ? cap : notional('10')))
      found.push(`an entry of ${intent.reserved} at an equity of ${risk.lastEquity}`);
  }
  return found;
}

describe('a long random life', () => {
  it(
    'never exceeds a limit',
    () => {
      const random = createSeededRandom(20_261_128);
      let entries = 0;
      for (let done = 0; done < STEPS; done += STEPS_PER_LIFE) {
        let rig = readyRig({ rules, symbols });
        const bids = new Map(symbols.map(({ symbol }, index) => [symbol, index === 0 ? 50_000 : 1_000]));
        rig.gateway.answersLookUps = true;
        for (const [symbol, bid] of bids) rig.market(String(bid), { symbol });
        for (let count = 0; count < STEPS_PER_LIFE; count += 1) {
          const before = rig.gateway.submitted.length;
          const until = rig.timers.now() + rules.trading.execution.recvWindowMs;
          const wasHalted = rig.engine.state().trading.halt !== null;
          const next = step(rig, random, bids);
          for (const request of next.gateway.submitted.slice(next === rig ? before : 0))
            takenUntil.set(request, until);
          const found = breaches(next, next === rig ? before : 0, wasHalted);
          expect(found, `step ${done + count}`).toEqual([]);
          expect(next.fatal).toEqual([]);
          rig = next;
        }
        entries += rig.eventsOf('order.intended').filter(({ purpose }) => purpose === 'entry').length;
      }
      expect(entries).toBeGreaterThan(STEPS / 200);
    },
    STEPS > 100_000 ? 7_200_000 : 120_000,
  );
});
