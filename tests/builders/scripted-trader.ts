/**
 * A person at the console of a real engine: lines with the hands that typed them, fills, stops, days between
 * which the engine is off. What the detector makes of it is the detector's own matter; nothing here
 * writes a score.
 */
import type { Behaviour } from '../../src/core/commands.ts';
import type { CommandReply } from '../../src/core/dashboard.ts';
import { notional, price, type Price } from '../../src/core/money.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../src/core/time.ts';
import { readyRig, type Rig, type RigOptions } from './engine.ts';
import { SYMBOL } from './engine-gateway.ts';
import { connected } from './tilt-rig.ts';

export type Hands = Partial<Behaviour>;

export interface ScriptedTrader {
  /** The engine as it runs now; another one after each night. */
  rig(): Rig;
  wait(ms: number): void;
  /** Types an entry and, when it is taken, sees it filled with its stop resting. */
  buys(dollars: string, hands: Hands, symbol?: string): CommandReply;
  /** The market goes up by so much and the position is closed by hand. */
  takesProfit(bps: number): void;
  /** The market falls into the stop. */
  isStoppedOut(): void;
  /** The engine is off until the same hour of the next day. */
  sleeps(): void;
  /** The engine dies and starts again at once. */
  restarts(change?: RigOptions): void;
  /** The same person with the same past, in a world of their own. */
  fork(change?: RigOptions): ScriptedTrader;
  isOpen(): boolean;
}

/** Sat down before an engine that is READY. */
function scriptedTrader(options: RigOptions = {}): ScriptedTrader {
  return traderAt(readyRig({ balance: notional('1500'), ...options }), 50_000);
}

function traderAt(start: Rig, price0: number): ScriptedTrader {
  let rig = start;
  let bid = price0;
  let satDownAt = rig.timers.now();
  const show = (next: number): void => {
    bid = next;
    rig.market(next.toFixed(2));
  };
  const again = (change: RigOptions = {}): void => {
    rig = connected(rig.restart(change));
    show(bid);
    rig.wait(SECOND_MS);
  };
  const lastStop = (): { readonly id: string; readonly at: Price } => {
    const stop = rig.gateway.submitted.findLast(
      ({ type, side }) => type.startsWith('STOP') && side === 'SELL',
    );
    if (stop === undefined) throw new Error('no stop rests');
    return { id: stop.clientOrderId, at: stop.stopPrice ?? price('1') };
  };
  return {
    rig: () => rig,
    wait(ms) {
      // A market that is shown every second is as fresh as the rules ask.
      for (let left = ms; left > 0; left -= SECOND_MS) {
        rig.timers.advance(Math.min(SECOND_MS, left));
        show(bid);
      }
    },
    buys(dollars, hands, symbol = SYMBOL) {
      const behaviour = { decisionMs: 6_000, keys: 16, corrections: 0, pasted: false, ...hands };
      const amount = { unit: 'quote', amount: notional(dollars) } as const;
      const reply = rig.say({ kind: 'buy', symbol, amount }, { behaviour });
      if (reply.outcome !== 'accepted') return reply;
      const request = rig.gateway.last();
      rig.gateway.accept(request);
      rig.gateway.fill(request.clientOrderId);
      rig.gateway.accept(rig.gateway.last());
      return reply;
    },
    takesProfit(bps) {
      show(bid * (1 + bps / 10_000));
      rig.wait(SECOND_MS);
      rig.say(
        { kind: 'close', symbol: SYMBOL },
        { behaviour: { decisionMs: 4_000, keys: 9, corrections: 0, pasted: false } },
      );
      rig.gateway.accept(rig.gateway.last());
      rig.gateway.fill(rig.gateway.last().clientOrderId);
    },
    isStoppedOut() {
      const stop = lastStop();
      show((Number(stop.at) / 1e8) * 0.9999);
      rig.gateway.fill(stop.id, { price: stop.at });
    },
    sleeps() {
      satDownAt += DAY_MS;
      rig.engine.stop('the day is over');
      rig.timers.advance(satDownAt - rig.timers.now());
      again();
    },
    restarts: again,
    fork: (change) => {
      const copy = connected(rig.fork(change));
      copy.market(bid.toFixed(2));
      copy.wait(SECOND_MS);
      return traderAt(copy, bid);
    },
    isOpen: () => rig.engine.state().positions.open.size > 0,
  };
}

/** Six unhurried trades in half an hour, more won than lost, no two alike. */
export function calmDay(trader: ScriptedTrader, day: number): void {
  for (let trade = 0; trade < 6; trade += 1) {
    const life = ((day * 7 + trade * 13) % 11) / 11;
    trader.wait((1 + 2 * life) * MINUTE_MS);
    const reply = trader.buys(String(55 + Math.round(12 * life)), {
      decisionMs: Math.round(5_000 + 3_000 * life),
      corrections: trade % 4 === 1 ? 1 : 0,
    });
    if (reply.outcome !== 'accepted') throw new Error(`refused: ${reply.refusal?.code ?? ''}`);
    trader.wait((1 + 2 * life) * MINUTE_MS);
    if (trade % 3 === 0) trader.isStoppedOut();
    else trader.takesProfit(200);
  }
}

let taught: ScriptedTrader | null = null;
const CALM_DAYS = 10;

/** Ten calm days through the engine, once per process; the morning after, in a world of one's own. */
export function experiencedTrader(change: RigOptions = {}): ScriptedTrader {
  if (taught === null) {
    taught = scriptedTrader();
    for (let day = 0; day < CALM_DAYS; day += 1) {
      calmDay(taught, day);
      taught.sleeps();
    }
  }
  return taught.fork(change);
}

const inAHurry: Hands = { decisionMs: 700, keys: 9 };

/** Loss after loss, each answered at once with the largest size there is; ends when entries are closed or after `times`. */
export function chase(trader: ScriptedTrader, times: number): readonly CommandReply[] {
  const replies: CommandReply[] = [];
  for (let time = 0; time < times; time += 1) {
    const reply = trader.buys('75', inAHurry);
    replies.push(reply);
    if (reply.outcome === 'accepted') {
      trader.wait(30 * SECOND_MS);
      trader.isStoppedOut();
    }
    trader.wait(12 * SECOND_MS);
  }
  return replies;
}
