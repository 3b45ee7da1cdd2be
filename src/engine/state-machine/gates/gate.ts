/** What a gate is: a pure reading of the tier's evidence, with the events it rests on. One gate, one file. */
import type { Notional } from '../../../core/money.ts';
import { DAY_MS } from '../../../core/time.ts';
import type { GateMeasures, GateRules, TierRules } from '../../../core/rules.ts';
import type { TierState } from '../tier-state.ts';

export type GateInput = {
  readonly state: TierState;
  readonly now: number;
  readonly today: number;
  readonly rule: GateRules;
  readonly measures: GateMeasures;
  readonly limits: TierRules;
  /** The smallest position, allowed even where the share is less. */
  readonly positionValueMin: Notional;
};

export type Reading = {
  readonly current: string;
  readonly passed: boolean;
  /** Ids of the events it was read from. */
  readonly evidence: readonly string[];
};

/** `required` is the configured threshold. */
export type Gate = (input: GateInput, required: string) => Reading;

/** As many ids as are worth writing down. */
export function newest(eventIds: readonly string[]): readonly string[] {
  return eventIds.slice(-IDS_KEPT);
}
const IDS_KEPT = 20;

/** Whole days since `at`, at most those lived at this tier; a day that has no date yet counts none. */
export function daysSinceEvent(input: GateInput, at: number | null): number {
  const { state, now } = input;
  const since = Math.max(at ?? 0, state.startedAt);
  return Math.max(0, Math.min(Math.floor((now - since) / DAY_MS), state.evidence.days.lived));
}
