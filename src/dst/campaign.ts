/**
 * Many worlds, one after the other, and what came of them together. Each may be run twice: the second
 * time has to give the same trace to the last byte.
 */
import { createHash } from 'node:crypto';
import type { WorldResult } from './world.ts';

/** One finding, with the line that plays it again. */
export type Finding = { readonly seed: number; readonly invariant: string; readonly replay: string };

/** What is kept of one world; plain JSON, so that it can come from another process. */
export type WorldSummary = {
  readonly seed: number;
  readonly violations: readonly {
    readonly invariant: string;
    readonly detail: string;
    readonly atMs: number;
  }[];
  readonly faultsFired: Readonly<Record<string, number>>;
  readonly traceHash: string;
  readonly lines: readonly string[];
  readonly virtualMs: number;
  readonly events: number;
  readonly orders: number;
  readonly fills: number;
  readonly acceptedUnanswered: number;
};

export type CampaignSummary = {
  readonly seeds: number;
  readonly violations: readonly Finding[];
  readonly faultsFired: Readonly<Record<string, number>>;
  /** SHA-256 over the traces of all seeds, in order. */
  readonly traceHash: string;
  readonly elapsedMs: number;
  readonly virtualMs: number;
  readonly events: number;
  readonly orders: number;
  readonly fills: number;
  /** Orders that the exchange accepted and whose answer never reached the engine: none of them may be sent again. */
  readonly acceptedUnanswered: number;
};

/** Leaves out the lines of worlds that have nothing to tell. */
export function summaryOf(result: WorldResult): WorldSummary {
  const {
    seed,
    violations,
    faultsFired,
    traceHash,
    lines,
    virtualMs,
    events,
    orders,
    fills,
    acceptedUnanswered,
  } = result;
  return {
    seed,
    violations,
    faultsFired,
    traceHash,
    lines: violations.length === 0 ? [] : lines,
    virtualMs,
    events,
    orders,
    fills,
    acceptedUnanswered,
  };
}

/** The second run of a seed against the first: another trace is a violation of its own. */
export function compareRuns(first: WorldSummary, second: WorldSummary): WorldSummary {
  if (first.traceHash === second.traceHash) return first;
  const detail = `two runs of one seed differ: ${first.traceHash.slice(0, 16)} and ${second.traceHash.slice(0, 16)}`;
  return {
    ...first,
    violations: [...first.violations, { invariant: 'determinism', detail, atMs: 0 }],
    lines: first.lines,
  };
}

export interface Campaign {
  add(world: WorldSummary): void;
  summary(elapsedMs: number): CampaignSummary;
}

/** `replayOf` gives the command that plays a seed again. */
export function createCampaign(replayOf: (seed: number) => string): Campaign {
  const worlds: WorldSummary[] = [];
  return {
    add: (world) => void worlds.push(world),
    summary(elapsedMs): CampaignSummary {
      // Worlds may come from several processes, in any order.
      const inOrder = worlds.toSorted((left, right) => left.seed - right.seed);
      const faultsFired: Record<string, number> = {};
      const digest = createHash('sha256');
      for (const world of inOrder) {
        digest.update(world.traceHash);
        for (const [kind, times] of Object.entries(world.faultsFired))
          faultsFired[kind] = (faultsFired[kind] ?? 0) + times;
      }
      const sum = (pick: (world: WorldSummary) => number): number =>
        inOrder.reduce((total, world) => total + pick(world), 0);
      return {
        seeds: inOrder.length,
        violations: inOrder.flatMap(({ seed, violations }) =>
          violations.map(({ invariant }) => ({ seed, invariant, replay: replayOf(seed) })),
        ),
        faultsFired: Object.fromEntries(
          Object.entries(faultsFired).toSorted(([left], [right]) => (left < right ? -1 : 1)),
        ),
        traceHash: digest.digest('hex'),
        elapsedMs,
        virtualMs: sum((world) => world.virtualMs),
        events: sum((world) => world.events),
        orders: sum((world) => world.orders),
        fills: sum((world) => world.fills),
        acceptedUnanswered: sum((world) => world.acceptedUnanswered),
      };
    },
  };
}
