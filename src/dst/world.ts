/**
 * One simulated world from one seed: an exchange with its market, an account, somebody else on it, a
 * network, a machine, the whole engine (ccxt included) and a trader. Time jumps from one thing to the
 * next; after each of them every promise has run out before the next begins, and the oracle has looked.
 */
import { createMemoryDisk, createMemoryEventLog } from '../data/event-log/memory-event-log.ts';
import type { TierShelf } from '../engine/unlock.ts';
import { earnTier } from './earned-history.ts';
import { createHealth, createJudgement } from './judgement.ts';
import { ProcessDied } from './kill-points.ts';
import { createLives, type Lives } from './lives.ts';
import type { Mutant } from './mutant.ts';
import { createVirtualNetwork } from './network.ts';
import { createOracle, type Oracle, type Violation } from './oracle/oracle.ts';
import { createSomebodyElse } from './somebody-else.ts';
import { ACCOUNT, createStage, type Stage, type StageOptions } from './stage.ts';
import { planStrikes, type Disturbances } from './strikes.ts';
import { createTrader } from './trader.ts';

export type WorldOptions = StageOptions & {
  readonly tools: TierShelf;
  readonly mutant: Mutant | null;
};

export type WorldResult = {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly faultsFired: Readonly<Record<string, number>>;
  readonly traceHash: string;
  /** The last happenings, for a failure. */
  readonly lines: readonly string[];
  readonly virtualMs: number;
  readonly steps: number;
  readonly events: number;
  readonly orders: number;
  readonly fills: number;
  /** Orders the exchange accepted and never could tell the engine about in an answer. */
  readonly acceptedUnanswered: number;
};

const FIRST_COMMAND_MS = 1_500;
/** Something goes round in circles when so many steps take less than a millisecond. */
const STILL_STEPS_MAX = 5_000;

/** Plays a world to its end, or to the first invariant it breaks. */
export async function runWorld(options: WorldOptions): Promise<WorldResult> {
  const stage = createStage(options);
  const { base, exchange, faults, note, random, settings, trace } = stage;
  const disk = createMemoryDisk();
  earnTier(createMemoryEventLog({ disk }), settings.tier, settings.startsAtMs);
  const disturbances: Disturbances = { filtersChangedMs: Number.NEGATIVE_INFINITY, somebodyActed: false };
  const health = createHealth(stage);
  const oracle: Oracle = createOracle({
    disk,
    venue: exchange.venue,
    accountId: ACCOUNT,
    symbols: settings.symbols,
    drawdownHaltBps: settings.rules.trading.risk.drawdownHaltBps,
    positionMaxBps: settings.rules.tierGates.tiers.SNIPER.positionValueMaxBps,
    nowMs: () => base.monotonic(),
    filtersChangedMs: () => disturbances.filtersChangedMs,
    somebodyElseActed: () => disturbances.somebodyActed,
    wellSinceMs: () => health(lives, oracle),
    stored: (event) => note('event', `${event.sequence} ${event.kind} ${event.data}`),
  });
  const network = createVirtualNetwork({
    base,
    exchange,
    random: random.fork('network'),
    faults,
    latency: settings.latency,
    trace,
    watch: oracle.watch,
  });
  const lives = createLives({ stage, disk, oracle, network, tools: options.tools, mutant: options.mutant });
  const somebody = createSomebodyElse({
    exchange,
    accountId: ACCOUNT,
    random: random.fork('somebody'),
    symbols: settings.symbols,
    now: () => base.now(),
  });
  planStrikes({ stage, lives, network, somebody, disturbances });
  planTyping(stage, lives, oracle);
  base.after(settings.calmAtMs, () => {
    lives.points.disarm();
    note('calm', 'everything has to heal now');
  });

  const judgement = createJudgement(stage, disk, lives, oracle);
  const steps = await play(stage, lives, oracle, () => judgement.isOver());
  if (oracle.violations.length === 0) judgement.lastLook();

  for (const [kind, times] of Object.entries(exchange.faults.fired)) faults.count(`exchange.${kind}`, times);
  for (const violation of oracle.violations) note('VIOLATION', `${violation.invariant}: ${violation.detail}`);
  const lines = trace.lines();
  return {
    seed: options.seed,
    violations: oracle.violations,
    faultsFired: faults.fired,
    traceHash: trace.hash(),
    lines,
    virtualMs: Math.round(base.monotonic()),
    steps,
    events: disk.events.length,
    orders: oracle.facts.orders.size,
    fills: oracle.facts.booked.size,
    acceptedUnanswered: oracle.acceptedUnanswered(),
  };
}

function planTyping({ base, note, random, settings, trace }: Stage, lives: Lives, oracle: Oracle): void {
  const trader = createTrader({
    random: random.fork('trader'),
    symbols: settings.symbols,
    oracle,
    trace,
    nowMs: () => base.monotonic(),
  });
  const moments = random.fork('typing');
  for (let count = 0; count < settings.commands; count += 1) {
    base.after(moments.between(FIRST_COMMAND_MS, settings.calmAtMs), () => {
      const life = lives.current();
      if (life === null) note('typed', 'nobody is there');
      else life.process.deliver(() => trader.act(life.engine));
    });
  }
}

/** Steps until it is over or something broke; resolves with the number of steps. */
async function play(stage: Stage, lives: Lives, oracle: Oracle, isOver: () => boolean): Promise<number> {
  const { base } = stage;
  const crashed = (error: unknown): void =>
    oracle.violated('crash', error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.on('unhandledRejection', crashed);
  let steps = 0;
  let stillSinceMs = 0;
  let stillSteps = 0;
  try {
    lives.boot();
    await settlePromises();
    while (oracle.violations.length === 0) {
      try {
        base.runNext();
      } catch (error) {
        if (!(error instanceof ProcessDied)) crashed(error);
      }
      steps += 1;
      stillSteps += 1;
      if (base.monotonic() - stillSinceMs > 1) {
        stillSinceMs = base.monotonic();
        stillSteps = 0;
      }
      if (stillSteps > STILL_STEPS_MAX)
        oracle.violated('32', `time stands still after ${STILL_STEPS_MAX} steps`);
      await settlePromises();
      oracle.look();
      if (isOver()) break;
    }
  } finally {
    process.off('unhandledRejection', crashed);
  }
  return steps;
}

/** All microtasks run out before a macrotask begins: afterwards nothing is left that needs no time. */
async function settlePromises(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
