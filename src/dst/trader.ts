/**
 * A trader with the seed's character: types what people type, sensible and not, alone and in bursts,
 * and knows what must come of it (an iceberg on the first tier is refused; a halt is durable at once).
 */
import type { Command, CommandAmount, EntryTerms } from '../core/commands.ts';
import type { CommandReply } from '../core/dashboard.ts';
import { notional, price, quantity, type Price } from '../core/money.ts';
import type { SeededRandom } from '../core/seeded-random.ts';
import type { Engine } from '../engine/engine.ts';
import type { Oracle } from './oracle/oracle.ts';
import type { Trace } from './trace.ts';

export type TraderDeps = {
  readonly random: SeededRandom;
  readonly symbols: readonly string[];
  readonly oracle: Oracle;
  readonly trace: Trace;
  readonly nowMs: () => number;
};

export interface Trader {
  /** Types one thing, or several at once. */
  act(engine: Engine): void;
}

/** Typed to lift a halt; the sentence the terminal asks for. */
const RESUME_PHRASE = 'I have checked the account';

type Expectation = 'any' | 'refused';
type Typed = { readonly command: Command; readonly expect: Expectation };

export function createTrader(deps: TraderDeps): Trader {
  const { random, oracle, trace } = deps;
  const forms = random.fork('forms');

  const amount = (): CommandAmount =>
    random.pick<CommandAmount>([
      { unit: 'quote', amount: notional(String(random.between(10, 120))) },
      { unit: 'quote', amount: notional(`${random.between(11, 40)}.37`) },
      { unit: 'share', shareBps: random.between(1, 100) * 100 },
    ]);

  const plain = (command: Command): Typed => ({ command, expect: 'any' });
  const hopeless = (command: Command): Typed => ({ command, expect: 'refused' });

  /** Mostly what a small account buys; sometimes a count of coins that comes to nothing. */
  const purchase = (): CommandAmount =>
    random.chance(0.9)
      ? { unit: 'quote', amount: notional(String(random.between(15, 120))) }
      : { unit: 'base', amount: quantity(`0.000${random.between(1, 9)}`) };

  function nonsense(symbol: string): Typed {
    return random.pick<Typed>([
      hopeless({ kind: 'buy', symbol: 'NOSUCHUSDT', amount: amount() }),
      hopeless({ kind: 'buy', symbol, amount: { unit: 'quote', amount: notional('0') } }),
      hopeless({ kind: 'buy', symbol, amount: { unit: 'quote', amount: notional('-50') } }),
      hopeless({ kind: 'buy', symbol, amount: { unit: 'quote', amount: notional('0.5') } }),
      hopeless({
        kind: 'slice',
        method: random.pick(['iceberg', 'twap', 'vwap'] as const),
        side: 'BUY',
        symbol,
        amount: amount(),
      }),
      hopeless({ kind: 'sell', symbol: 'NOSUCHUSDT', amount: amount() }),
      hopeless({ kind: 'resume', phrase: 'let me trade' }),
      hopeless({ kind: 'strategy', strategy: 'get_rich', symbol: null, on: true }),
      hopeless({ kind: 'stop', symbol, distanceBps: null, price: price('999999') }),
      hopeless({ kind: 'target', symbol, distanceBps: null, price: price('0.00000001') }),
      plain({ kind: 'cancel', symbol: null }),
      plain({ kind: 'lock', durationMs: random.pick([500, 2_000]) }),
    ]);
  }

  /** A form of order at a price near the market; null before there is a market. */
  function terms(engine: Engine, symbol: string): EntryTerms | null {
    const market = engine.dashboard().markets.find((panel) => panel.symbol === symbol);
    if (market === undefined || market.ask === null) return null;
    const tick = 10n ** BigInt(8 - market.priceDecimals);
    const near = (bps: number): Price =>
      (((price(market.ask ?? '0') * BigInt(10_000 + bps)) / 10_000n / tick) * tick) as Price;
    const trigger = near(forms.pick([1, 3, 10, 40]));
    return forms.pick<EntryTerms>([
      { type: 'LIMIT', price: near(forms.pick([-40, -10, -2, 0, 5])), timeInForce: 'GTC' },
      { type: 'LIMIT', price: near(forms.pick([-2, 0, 1, 20])), timeInForce: forms.pick(['IOC', 'FOK']) },
      { type: 'LIMIT_MAKER', price: near(forms.pick([-30, -5, -1, 0])) },
      { type: 'STOP_LOSS_LIMIT', stopPrice: trigger, price: (trigger + tick * 20n) as Price },
    ]);
  }

  /** As asked, or in a form of its own: most of them are sensible, and those not earned are hopeless. */
  function withTerms(engine: Engine, typed: Typed): Typed {
    const { command } = typed;
    if (command.kind !== 'buy' || typed.expect === 'refused') return typed;
    const early = oracle.facts.tier === 'SNIPER';
    if (!forms.chance(early ? 0.15 : 0.6)) return typed;
    const how = terms(engine, command.symbol);
    if (how === null) return typed;
    const unearned = early || (how.type === 'STOP_LOSS_LIMIT' && oracle.facts.tier === 'HUNTER');
    return { command: { ...command, terms: how }, expect: unearned ? 'refused' : 'any' };
  }

  /** Mostly what makes sense: who holds a coin sells, protects or closes it, who holds none buys. */
  function think(): Typed {
    const held = [...oracle.facts.positions.values()].map((position) => position.symbol);
    const symbol = random.pick(deps.symbols);
    const own = held.length > 0 && random.chance(0.9) ? random.pick(held) : symbol;
    if (held.length > 0 && random.chance(0.3)) return plain(target(own));
    const mood = random.next();
    if (mood < (held.length > 0 ? 0.35 : 0.7)) return plain({ kind: 'buy', symbol, amount: purchase() });
    if (mood < 0.75) return reduce(own);
    if (mood < 0.78) return plain({ kind: 'closeAll' });
    if (mood < 0.82) return plain({ kind: 'halt', reason: 'enough for today' });
    return nonsense(symbol);
  }

  function reduce(symbol: string): Typed {
    const mood = random.next();
    if (mood < 0.4) return plain({ kind: 'close', symbol });
    if (mood < 0.7) {
      const share: CommandAmount = { unit: 'share', shareBps: random.between(1, 100) * 100 };
      return plain({ kind: 'sell', symbol, amount: random.chance(0.7) ? share : amount() });
    }
    if (mood < 0.85) return plain(target(symbol));
    const distanceBps = random.pick([1, 10, 20, 50, 150]);
    return plain({ kind: 'stop', symbol, distanceBps, price: null });
  }

  /** From one that is reached within seconds to one that never is; sometimes none any more. */
  function target(symbol: string): Command {
    const distanceBps = random.pick([1, 2, 3, 5, 10, 12, 30, 300, null]);
    return { kind: 'target', symbol, distanceBps, price: null };
  }

  function type(engine: Engine, typed: Typed): CommandReply {
    const { command } = typed;
    const intents = oracle.facts.orders.size;
    const reply = engine.command(command, {
      actor: random.pick(['trader', 'trader', 'api'] as const),
      text: command.kind,
      behaviour: {
        decisionMs: random.between(200, 9_000),
        keys: random.between(3, 30),
        corrections: random.between(0, 4),
        pasted: random.chance(0.1),
      },
    });
    oracle.look();
    trace.add(deps.nowMs(), 'typed', `${describe(command)} → ${reply.outcome} ${reply.refusal?.code ?? ''}`);
    judge(typed, reply, oracle.facts.orders.size - intents);
    return reply;
  }

  function judge({ command, expect }: Typed, reply: CommandReply, intents: number): void {
    if (expect === 'refused' && reply.outcome !== 'refused')
      oracle.violated(
        command.kind === 'slice' || 'terms' in command ? '13' : '9',
        `${describe(command)} was ${reply.outcome}`,
      );
    // Without a reason nobody refused: the process has died over the command.
    if (reply.refusal !== null && intents > 0 && command.kind === 'buy')
      oracle.violated('9', `${describe(command)} was refused and an order was written`);
    if (command.kind === 'halt' && reply.outcome === 'accepted' && !oracle.facts.halted)
      oracle.violated('24', 'a halt was accepted and is not durable');
  }

  return {
    act(engine): void {
      // After a halt, sooner or later, the phrase.
      if (oracle.facts.halted && random.chance(0.6)) {
        type(engine, plain({ kind: 'resume', phrase: RESUME_PHRASE }));
        return;
      }
      const typed = withTerms(engine, think());
      type(engine, typed);
      const burst = random.next();
      if (burst < 0.1) type(engine, typed);
      else if (burst < 0.18)
        for (let more = random.between(1, 3); more > 0; more -= 1) type(engine, withTerms(engine, think()));
    },
  };
}

function describe(command: Command): string {
  return JSON.stringify(command, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}e-8` : value,
  );
}
