/**
 * What goes wrong in one simulated world, as a plain record drawn from its seed: kinds, windows,
 * probabilities (reliability.md section 3, the S faults and those of the process that need no real
 * one). Each seed leaves out about half of the kinds, so that rare ones are not always drowned by
 * common ones. Faults begin after the start and end at `calmAtMs`; then everything has to heal.
 */
import type { SeededRandom } from '../core/seeded-random.ts';

/** Between the engine and the exchange, dealt by the virtual network. */
export const networkKinds = [
  'net.refused',
  'net.requestLost',
  'net.requestLate',
  'net.replyLost',
  'net.reset',
  'net.slowReply',
  'net.partition',
  'stream.refused',
  'stream.cut',
  'stream.halfOpen',
  'stream.lag',
] as const;

/** Done by the exchange itself, through its own fault plan (names as there, `exchange.` in front). */
export const exchangeKinds = [
  'exchange.timeout.executed',
  'exchange.timeout.notExecuted',
  'exchange.unexpected.executed',
  'exchange.html.executed',
  'exchange.html.notExecuted',
  'exchange.overloaded.executed',
  'exchange.overloaded.notExecuted',
  'exchange.reply.truncated',
  'exchange.limit.429',
  'exchange.limit.418',
  'exchange.order.limit',
  'exchange.clock.rejected',
  'exchange.clock.skew',
  'exchange.query.lag',
  'exchange.stream.silent',
  'exchange.stream.cut',
  'exchange.user.silent',
  'exchange.user.dropped',
  'exchange.user.duplicated',
  'exchange.user.reordered',
  'exchange.user.late',
  'exchange.user.cut',
  'exchange.depth.stale',
  'exchange.enum.unknown',
  'exchange.symbol.status',
  'exchange.key.revoked',
  'exchange.server.shutdown',
] as const;

/** Done to the engine's process and machine, to the market, and by somebody else on the account. */
export const worldKinds = [
  'process.kill',
  'process.killAtPoint',
  'process.stall',
  'machine.clockJump',
  'market.thinBook',
  'market.panic',
  'venue.rejectsOrder',
  'venue.filtersChange',
  'foreign.order',
  'foreign.sale',
  'foreign.cancelsStop',
  'foreign.deposit',
  'foreign.withdrawal',
  'store.full',
] as const;

export const faultKinds: readonly FaultKind[] = [...networkKinds, ...exchangeKinds, ...worldKinds];
export type NetworkKind = (typeof networkKinds)[number];
export type ExchangeKind = (typeof exchangeKinds)[number];
export type WorldKind = (typeof worldKinds)[number];
export type FaultKind = NetworkKind | ExchangeKind | WorldKind;

/** Instants in milliseconds after the start of the world. */
export type PlannedFault = {
  readonly kind: FaultKind;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Chance each time it could happen; for what happens at a moment it is 1 and `fromMs` the moment. */
  readonly probability: number;
  /** True: only requests that place an order, where it hurts most. */
  readonly ordersOnly: boolean;
  /** Length, lag, skew or distance in time, where the kind has one. */
  readonly ms: number;
};

export type FaultSchedule = {
  readonly calmAtMs: number;
  readonly faults: readonly PlannedFault[];
};

/** Kinds that strike at a moment: how often in a world that has them, and how long they take (ms). */
const moments: Partial<
  Record<FaultKind, { readonly times: readonly [number, number]; readonly ms: readonly [number, number] }>
> = {
  'net.partition': { times: [1, 2], ms: [300, 9_000] },
  'stream.cut': { times: [1, 4], ms: [0, 0] },
  'stream.halfOpen': { times: [1, 2], ms: [0, 0] },
  'exchange.stream.cut': { times: [1, 2], ms: [0, 0] },
  'exchange.user.cut': { times: [1, 2], ms: [0, 0] },
  'exchange.symbol.status': { times: [1, 1], ms: [2_000, 15_000] },
  'exchange.key.revoked': { times: [1, 1], ms: [0, 0] },
  'exchange.server.shutdown': { times: [1, 1], ms: [0, 0] },
  'process.kill': { times: [1, 3], ms: [200, 4_000] },
  'process.killAtPoint': { times: [1, 4], ms: [200, 4_000] },
  'process.stall': { times: [1, 3], ms: [1_000, 12_000] },
  'machine.clockJump': { times: [1, 3], ms: [-3_600_000, 3_600_000] },
  'market.thinBook': { times: [1, 3], ms: [1_000, 10_000] },
  'market.panic': { times: [1, 1], ms: [3_000, 15_000] },
  'venue.filtersChange': { times: [1, 1], ms: [0, 0] },
  'foreign.order': { times: [1, 3], ms: [0, 0] },
  'foreign.sale': { times: [1, 2], ms: [0, 0] },
  'foreign.cancelsStop': { times: [1, 3], ms: [0, 0] },
  'foreign.deposit': { times: [1, 2], ms: [0, 0] },
  'foreign.withdrawal': { times: [1, 2], ms: [0, 0] },
  'store.full': { times: [1, 1], ms: [0, 0] },
};

/** Kinds that lie in force or strike by chance within windows: chance for any request or event, and their `ms`. */
const ambient: Partial<
  Record<FaultKind, { readonly chance: readonly [number, number]; readonly ms: readonly [number, number] }>
> = {
  'net.requestLate': { chance: [0.01, 0.08], ms: [500, 9_000] },
  'net.slowReply': { chance: [0.01, 0.08], ms: [500, 20_000] },
  'stream.lag': { chance: [1, 1], ms: [100, 6_000] },
  'stream.refused': { chance: [0.3, 0.9], ms: [0, 0] },
  'exchange.limit.429': { chance: [0.005, 0.03], ms: [1_000, 5_000] },
  'exchange.limit.418': { chance: [0.002, 0.01], ms: [2_000, 8_000] },
  'exchange.order.limit': { chance: [0.02, 0.1], ms: [1_000, 5_000] },
  'exchange.clock.skew': { chance: [1, 1], ms: [-1_500, 1_500] },
  'exchange.query.lag': { chance: [1, 1], ms: [100, 1_500] },
  'exchange.stream.silent': { chance: [1, 1], ms: [0, 0] },
  'exchange.user.silent': { chance: [1, 1], ms: [0, 0] },
  'exchange.user.dropped': { chance: [0.05, 0.4], ms: [0, 0] },
  'exchange.user.duplicated': { chance: [0.1, 0.9], ms: [0, 0] },
  'exchange.user.reordered': { chance: [0.1, 0.6], ms: [0, 0] },
  'exchange.user.late': { chance: [0.1, 0.6], ms: [50, 5_000] },
  'exchange.depth.stale': { chance: [0.1, 0.5], ms: [0, 0] },
  'exchange.enum.unknown': { chance: [0.05, 0.3], ms: [0, 0] },
};

const DEFAULT_CHANCE: readonly [number, number] = [0.01, 0.08];
const ORDERS_CHANCE: readonly [number, number] = [0.1, 0.6];
/** Kinds that could strike a POST of an order. */
const onOrders: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'net.refused',
  'net.requestLost',
  'net.requestLate',
  'net.replyLost',
  'net.reset',
  'net.slowReply',
  'exchange.timeout.executed',
  'exchange.timeout.notExecuted',
  'exchange.unexpected.executed',
  'exchange.html.executed',
  'exchange.html.notExecuted',
  'exchange.overloaded.executed',
  'exchange.overloaded.notExecuted',
  'exchange.reply.truncated',
  'exchange.order.limit',
  'exchange.clock.rejected',
  'venue.rejectsOrder',
]);

/** Kinds after which a world cannot be like before, or hardly trades: rare. */
const rare: Partial<Record<FaultKind, number>> = {
  'exchange.key.revoked': 0.03,
  'store.full': 0.15,
  'machine.clockJump': 0.2,
};

/** Moments strike once the start has had its chance; kill points and chances may strike before. */
const LEAD_MS = 2_500;
/** Bans and lags that began in time must also have ended when calm begins. */
const TAIL_MS = 9_000;

/** Draws the faults of one world. With `only`, exactly those kinds, none masked. */
export function planFaults(
  random: SeededRandom,
  horizon: { readonly calmAtMs: number },
  only: readonly FaultKind[] | null,
): FaultSchedule {
  const faults: PlannedFault[] = [];
  // Half of the kinds on the average; some worlds are quiet enough to trade much, some hardly run.
  const shareOfWorld = 0.2 + 0.6 * random.fork('share').next();
  for (const kind of faultKinds) {
    const draw = random.fork(kind);
    const share = only === null ? (rare[kind] ?? shareOfWorld) : only.includes(kind) ? 1 : 0;
    if (!draw.chance(share)) continue;
    const moment = moments[kind];
    if (moment === undefined) faults.push(...windowsOf(kind, draw, horizon.calmAtMs));
    else {
      const times = draw.between(...moment.times);
      for (let each = 0; each < times; each += 1) {
        const ms = draw.between(...moment.ms);
        // A clock jump has no length; everything else is over before the calm.
        const length = kind === 'machine.clockJump' ? 0 : ms;
        const fromMs = draw.between(LEAD_MS, Math.max(LEAD_MS, horizon.calmAtMs - length - 1));
        faults.push({ kind, fromMs, untilMs: fromMs + length, probability: 1, ordersOnly: false, ms });
      }
    }
  }
  return { calmAtMs: horizon.calmAtMs, faults };
}

function windowsOf(kind: FaultKind, draw: SeededRandom, calmAtMs: number): readonly PlannedFault[] {
  const shape = ambient[kind] ?? { chance: DEFAULT_CHANCE, ms: [0, 0] as const };
  const isState = shape.chance[0] === 1;
  const ordersOnly = onOrders.has(kind) && draw.chance(0.6);
  const count = isState ? draw.between(1, 3) : draw.between(1, 2);
  const windows: PlannedFault[] = [];
  for (let each = 0; each < count; each += 1) {
    const last = calmAtMs - TAIL_MS;
    // The start itself is sometimes hit too.
    const fromMs = draw.chance(0.15) ? 0 : draw.between(LEAD_MS, last - 1);
    const longest = isState ? 8_000 : 40_000;
    const untilMs = Math.min(last, fromMs + draw.between(1_000, longest));
    const [low, high] = ordersOnly ? ORDERS_CHANCE : shape.chance;
    const probability = isState ? 1 : low + draw.next() * (high - low);
    windows.push({ kind, fromMs, untilMs, probability, ordersOnly, ms: draw.between(...shape.ms) });
  }
  return windows;
}

/** Deals the faults of a schedule as time goes by, and counts what really happened. */
export interface FaultDealer {
  readonly schedule: FaultSchedule;
  /** The fault of this kind that strikes now, counted; null when none does. */
  strikes(kind: FaultKind, isOrder?: boolean): PlannedFault | null;
  /** A fault of this kind lies in force now. Not counted. */
  inForce(kind: FaultKind): PlannedFault | null;
  /** Counts something that happened elsewhere. */
  count(kind: string, times?: number): void;
  readonly fired: Readonly<Record<string, number>>;
  /** When the last fault struck, ms after the start. */
  lastFiredMs(): number;
}

export function createFaultDealer(
  schedule: FaultSchedule,
  random: SeededRandom,
  elapsedMs: () => number,
): FaultDealer {
  const fired: Record<string, number> = {};
  const byKind = new Map<
    FaultKind,
    { readonly faults: readonly PlannedFault[]; readonly draw: SeededRandom }
  >();
  for (const kind of faultKinds) {
    const faults = schedule.faults.filter((fault) => fault.kind === kind);
    if (faults.length > 0) byKind.set(kind, { faults, draw: random.fork(kind) });
  }
  let lastFiredMs = Number.NEGATIVE_INFINITY;

  function count(kind: string, times = 1): void {
    fired[kind] = (fired[kind] ?? 0) + times;
    lastFiredMs = elapsedMs();
  }

  function inForce(kind: FaultKind): PlannedFault | null {
    const now = elapsedMs();
    return byKind.get(kind)?.faults.find((fault) => now >= fault.fromMs && now < fault.untilMs) ?? null;
  }

  return {
    schedule,
    fired,
    count,
    inForce,
    lastFiredMs: () => lastFiredMs,
    strikes(kind, isOrder = false): PlannedFault | null {
      const planned = byKind.get(kind);
      if (planned === undefined) return null;
      const now = elapsedMs();
      for (const fault of planned.faults) {
        if (now < fault.fromMs || now >= fault.untilMs || (fault.ordersOnly && !isOrder)) continue;
        if (!planned.draw.chance(fault.probability)) continue;
        count(kind);
        return fault;
      }
      return null;
    },
  };
}
