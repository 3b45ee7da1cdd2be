/**
 * One simulated world from one seed: an exchange with its market, an account, somebody else on it, a
 * network, a machine, the whole engine (ccxt included) and a trader. Time jumps from one thing to the
 * next; after each of them every promise has run out before the next begins, and the oracle has looked.
 */
import { createSeededRandom } from '../core/seeded-random.ts';
import { invariant } from '../core/invariant.ts';
import type { Rules } from '../core/rules.ts';
import { createVirtualTimers } from '../core/virtual-timers.ts';
import { createMemoryDisk } from '../data/event-log/memory-event-log.ts';
import { StoreFailure } from '../engine/kernel.ts';
import { encodeEngineState } from '../engine/state.ts';
import type { TierTools } from '../engine/unlock.ts';
import type { BanStore } from '../exchange/settings.ts';
import { createSyntheticMarket } from '../simulator/markets/synthetic.ts';
import { listedSpec } from '../simulator/markets/symbols.ts';
import type { SymbolSpec } from '../simulator/matching/venue-api.ts';
import { createVenue } from '../simulator/matching/venue.ts';
import { newHmacKey } from '../simulator/server/api-keys.ts';
import { createExchange } from '../simulator/server/exchange.ts';
import { exchangePlan } from './exchange-faults.ts';
import { createFaultDealer, planFaults, worldKinds, type FaultKind, type PlannedFault } from './faults.ts';
import { foldedFromSnapshot, foldedFromStart, incarnate, type Incarnation } from './incarnation.ts';
import { createKillPoints, killPointNames, ProcessDied } from './kill-points.ts';
import type { Mutant } from './mutant.ts';
import { createVirtualNetwork } from './network.ts';
import { createOracle, type Violation } from './oracle/oracle.ts';
import { drawSettings, thinned } from './settings.ts';
import { createSomebodyElse } from './somebody-else.ts';
import { createTrace } from './trace.ts';
import { createTrader } from './trader.ts';
import { createVirtualMachine } from './virtual-process.ts';

export type WorldOptions = {
  readonly seed: number;
  /** The shipped rules. */
  readonly rules: Rules;
  readonly tools: TierTools;
  /** Exactly these kinds of fault; null for what the seed draws. */
  readonly only: readonly FaultKind[] | null;
  readonly mutant: Mutant | null;
  /** Hears every line of the trace. */
  readonly listener?: (line: string) => void;
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

const ACCOUNT = 1;
const LINES_KEPT = 30;
/** Invariant 32. */
const CONVERGE_WITHIN_MS = 60_000;
/** Something goes round in circles when so many steps take less than a millisecond. */
const STILL_STEPS_MAX = 5_000;
/** Agreement has to last this long. */
const CALM_CHECK_MS = 1_500;
const CHECK_EVERY_MS = 250;
/** A trouble is over when nothing has struck for this long: probes, grace and one retry. */
const HEALED_AFTER_MS = 20_000;
/** Lost user events are found by the next reading of the account. */
const READ_AFTER_MS = 50_000;

export async function runWorld(options: WorldOptions): Promise<WorldResult> {
  const random = createSeededRandom(options.seed);
  const settings = drawSettings(random.fork('settings'), options.rules);
  const base = createVirtualTimers(settings.startsAtMs);
  const schedule = planFaults(random.fork('faults'), settings, options.only);
  const faults = createFaultDealer(schedule, random.fork('dealer'), () => base.monotonic());
  const trace = createTrace({
    kept: LINES_KEPT,
    ...(options.listener === undefined ? {} : { listener: options.listener }),
  });
  const note = (kind: string, detail: string): void => trace.add(base.monotonic(), kind, detail);

  const market = createSyntheticMarket({
    random: random.fork('market'),
    symbols: settings.symbols.map((symbol) => requiredSpec(symbol)),
    regime: settings.regime,
    pace: settings.pace,
    levels: 24,
    historyMinutes: 5,
  });
  const key = newHmacKey(random.fork('key'), 'engine', ACCOUNT);
  const exchange = createExchange({
    venue: createVenue(),
    market,
    timers: base,
    random: random.fork('exchange'),
    accounts: [
      {
        accountId: ACCOUNT,
        balances: settings.balances,
        makerRate: settings.makerRate,
        takerRate: settings.takerRate,
        feesInBnb: settings.feesInBnb,
        unlimited: false,
      },
    ],
    keys: [key.spec],
    faults: exchangePlan(schedule, options.seed),
  });
  exchange.start();
  const { venue } = exchange;

  const disk = createMemoryDisk();
  const machine = createVirtualMachine(base, settings.wallOffsetMs);
  const points = createKillPoints();
  let life: Incarnation | null = null;
  let filtersChangedMs = Number.NEGATIVE_INFINITY;
  let somebodyActed = false;
  const restarts = random.fork('restarts');
  let bootedAtMs = 0;
  let exchangeStrikes = 0;
  let exchangeStruckMs = Number.NEGATIVE_INFINITY;
  const revoked = (): boolean => exchange.keys.find(key.spec.apiKey) === null;

  const oracle = createOracle({
    disk,
    venue,
    accountId: ACCOUNT,
    symbols: settings.symbols,
    drawdownHaltBps: settings.rules.trading.risk.drawdownHaltBps,
    positionMaxBps: settings.rules.tierGates.tiers.SNIPER.positionValueMaxBps,
    nowMs: () => base.monotonic(),
    filtersChangedMs: () => filtersChangedMs,
    somebodyElseActed: () => somebodyActed,
    wellSinceMs,
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
  let ban: { readonly untilMs: number; readonly offsetMs: number } | null = null;
  // A wall clock set between two lives would lengthen or lose a ban, and no process could know it.
  const banStore: BanStore = {
    load: () => (ban === null ? null : ban.untilMs - ban.offsetMs + machine.wallOffsetMs()),
    save(untilMs): void {
      ban = { untilMs, offsetMs: machine.wallOffsetMs() };
    },
  };
  const trader = createTrader({
    random: random.fork('trader'),
    symbols: settings.symbols,
    oracle,
    trace,
    nowMs: () => base.monotonic(),
  });
  const somebody = createSomebodyElse({
    exchange,
    accountId: ACCOUNT,
    random: random.fork('somebody'),
    symbols: settings.symbols,
    now: () => base.now(),
  });

  /** Since when all is well: the engine is ready and nothing has struck long enough ago. */
  function wellSinceMs(): number | null {
    const now = base.monotonic();
    if (life === null || oracle.facts.phase !== 'READY' || revoked()) return null;
    const lost = Object.keys(exchange.faults.fired).some(
      (kind) => kind === 'user.dropped' || kind === 'user.silent',
    );
    const since = Math.max(
      faults.lastFiredMs() + HEALED_AFTER_MS,
      exchangeStruckMs + (lost ? READ_AFTER_MS : HEALED_AFTER_MS),
      bootedAtMs,
      lastStateWindowMs() + HEALED_AFTER_MS,
    );
    return since <= now ? since : null;
  }

  /** End of the last window, so far, in which something lay in force without being counted. */
  function lastStateWindowMs(): number {
    const now = base.monotonic();
    let last = Number.NEGATIVE_INFINITY;
    for (const fault of schedule.faults)
      if (fault.probability === 1 && fault.fromMs <= now) last = Math.max(last, Math.min(now, fault.untilMs));
    return last;
  }

  function boot(): void {
    if (life !== null) return;
    const process = machine.boot();
    bootedAtMs = base.monotonic();
    note('boot', `process ${process.number}`);
    oracle.restarted();
    const mine = incarnate({
      process,
      disk,
      network,
      random: random.fork('engine'),
      credentials: { apiKey: key.spec.apiKey, secret: key.secret },
      banStore,
      rules: settings.rules,
      symbols: settings.symbols,
      tools: options.tools,
      points,
      mutant: options.mutant,
      die: (at) => {
        faults.count('process.killAtPoint');
        bury(mine, `killed at ${at}`, false, restarts.between(100, 3_000));
      },
      onFatal: (error) => fatal(mine, error),
    });
    life = mine;
    if (encodeEngineState(mine.engine.state()) !== foldedFromStart(disk))
      oracle.violated('17', 'the state loaded from snapshot and tail is not the fold of all events');
    const haltedBefore = oracle.facts.halted;
    mine.engine.start();
    oracle.look();
    if (haltedBefore && mine.engine.dashboard().tradingState !== 'HALTED')
      oracle.violated('12', 'a halt was durable and the restarted engine does not show it');
  }

  function fatal(mine: Incarnation, error: unknown): void {
    if (!mine.process.alive()) return;
    if (error instanceof StoreFailure && (faults.fired['store.full'] ?? 0) > 0) {
      note('fatal', error.message);
      bury(mine, 'the store is full', false, 2_000);
      return;
    }
    oracle.violated('crash', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  function bury(mine: Incarnation, reason: string, machineDied: boolean, restartAfterMs: number): void {
    if (!mine.process.alive()) return;
    note('killed', reason);
    mine.process.kill();
    network.orphan(mine.process, machineDied);
    mine.log.crash();
    if (life === mine) life = null;
    base.after(restartAfterMs, boot);
  }

  function kill(fault: PlannedFault): void {
    const dying = life;
    if (dying === null) return;
    faults.count(fault.kind);
    // Some go in peace.
    if (fault.ms % 5 === 0) dying.engine.stop('asked to');
    else if (encodeEngineState(dying.engine.state()) !== foldedFromStart(disk))
      oracle.violated('16', 'the killed engine believed something that its log does not say');
    bury(dying, 'killed', fault.ms % 3 === 0, fault.ms);
  }

  function strike(fault: PlannedFault): void {
    switch (fault.kind) {
      case 'process.kill':
        kill(fault);
        return;
      case 'process.killAtPoint': {
        const draw = random.fork(`point ${fault.fromMs}`);
        points.arm(draw.pick(killPointNames), draw.between(1, 25));
        return;
      }
      case 'process.stall':
        if (life === null) return;
        life.process.stall(fault.ms);
        break;
      case 'machine.clockJump':
        machine.jumpWall(fault.ms);
        break;
      case 'market.thinBook':
      case 'market.panic':
        market.setRegime(fault.kind === 'market.panic' ? 'panic' : thinned(settings.regime));
        base.after(fault.ms, () => market.setRegime(settings.regime));
        break;
      case 'stream.cut':
        network.cut(fault.fromMs % 3 === 0 ? 'all' : 'one');
        break;
      case 'stream.halfOpen':
        network.freeze();
        break;
      case 'store.full':
        if (life === null) return;
        life.log.failNextAppend('before', 'log.full');
        break;
      default: {
        const done = somebody.act(fault.kind as Parameters<typeof somebody.act>[0]);
        if (done === null) return;
        note('elsewhere', `${fault.kind}: ${done}`);
        if (fault.kind === 'venue.filtersChange') filtersChangedMs = base.monotonic();
        else somebodyActed = true;
      }
    }
    note('fault', `${fault.kind} ${fault.ms}`);
    faults.count(fault.kind);
  }

  for (const fault of schedule.faults)
    if (isMoment(fault.kind)) base.after(fault.fromMs, () => strike(fault));
  const typing = random.fork('typing');
  for (let count = 0; count < settings.commands; count += 1) {
    base.after(typing.between(1_500, settings.calmAtMs), () => {
      if (life !== null) life.process.deliver(() => act());
    });
  }
  const act = (): void => {
    if (life !== null) trader.act(life.engine);
  };
  base.after(settings.calmAtMs, () => {
    points.disarm();
    note('calm', 'everything has to heal now');
  });

  let agreedSinceMs: number | null = null;
  let checkedAtMs = 0;
  /** True when log and exchange have agreed for a while, or never will. */
  function isOver(): boolean {
    const now = base.monotonic();
    if (now < settings.calmAtMs + 500 || now - checkedAtMs < CHECK_EVERY_MS) return false;
    checkedAtMs = now;
    const open = life === null ? ['the engine is down'] : unsettled(life);
    if (open.length === 0) {
      agreedSinceMs ??= now;
      return now - agreedSinceMs >= CALM_CHECK_MS;
    }
    agreedSinceMs = null;
    if (now < Math.max(settings.calmAtMs, bootedAtMs) + CONVERGE_WITHIN_MS) return false;
    oracle.violated('32', open.join('; '));
    return true;
  }

  function unsettled(mine: Incarnation): readonly string[] {
    const { trading } = mine.engine.state();
    if (revoked()) return trading.halt === null ? ['the key is revoked and the engine is not halted'] : [];
    const open = oracle.differences().map((each) => `(${each.invariant}) ${each.detail}`);
    if (trading.phase !== 'READY') return [`the engine is ${trading.phase}`, ...open];
    return [...open, ...oracle.unprotected()];
  }

  boot();
  let steps = 0;
  let stillSinceMs = 0;
  let stillSteps = 0;
  const onRejection = (error: unknown): void =>
    oracle.violated(
      'crash',
      `unhandled rejection: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  process.on('unhandledRejection', onRejection);
  try {
    await settlePromises();
    while (oracle.violations.length === 0) {
      step();
      steps += 1;
      if (base.monotonic() - stillSinceMs > 1) {
        stillSinceMs = base.monotonic();
        stillSteps = 0;
      }
      stillSteps += 1;
      if (stillSteps > STILL_STEPS_MAX)
        oracle.violated('32', `time stands still after ${STILL_STEPS_MAX} steps`);
      await settlePromises();
      oracle.look();
      noteExchangeStrikes();
      if (isOver()) break;
    }
  } finally {
    process.off('unhandledRejection', onRejection);
  }
  if (oracle.violations.length === 0) lastLook();

  function step(): void {
    try {
      base.runNext();
    } catch (error) {
      if (error instanceof ProcessDied) return;
      oracle.violated('crash', error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }

  function noteExchangeStrikes(): void {
    let strikes = 0;
    for (const times of Object.values(exchange.faults.fired)) strikes += times;
    if (strikes === exchangeStrikes) return;
    exchangeStrikes = strikes;
    exchangeStruckMs = base.monotonic();
  }

  function lastLook(): void {
    if (life === null) return;
    const live = encodeEngineState(life.engine.state());
    if (live !== foldedFromStart(disk)) oracle.violated('16', 'the live state is not the fold of the log');
    if (live !== foldedFromSnapshot(disk))
      oracle.violated('17', 'snapshot and tail do not give the live state');
    for (const [asset, line] of life.engine.state().ledger) {
      const held = line.external + line.traded - line.fees;
      if (held !== (oracle.facts.ledger.get(asset) ?? 0n))
        oracle.violated('18', `the engine counts ${held}e-8 ${asset}, its log says otherwise`);
    }
    note('state', live);
  }

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

/** All microtasks run out before a macrotask begins: afterwards nothing is left that needs no time. */
async function settlePromises(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Kinds that strike at a moment and are not the exchange's or the network's own affair. */
function isMoment(kind: FaultKind): boolean {
  return (
    kind === 'stream.cut' ||
    kind === 'stream.halfOpen' ||
    (kind !== 'venue.rejectsOrder' && (worldKinds as readonly string[]).includes(kind))
  );
}

function requiredSpec(symbol: string): SymbolSpec {
  const spec = listedSpec(symbol);
  invariant(spec !== null, `${symbol} is listed`);
  return spec;
}
