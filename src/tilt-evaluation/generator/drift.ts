/**
 * The mood of each archetype at a moment: what changes when a person drifts, from chasing losses to freezing
 * before the next trade. Directions and rough sizes follow the sources in docs/tilt-evaluation.md; within them
 * each trader differs (`weights`, `lossDirection`) and each session has its own intensity.
 */
import type { ArchetypeName } from './archetypes.ts';
import { clamp } from './draws.ts';
import { calmMood, moodOf, type Channel, type Mood } from './mood.ts';
import type { Trader } from './trader.ts';

export type DriftMoment = {
  /** 0 before the onset and after the end; grows to the session's intensity. */
  readonly intensity: number;
  /** Opening orders since the onset. */
  readonly tradesSince: number;
  readonly lossesSince: number;
  /** Since the last realised loss. */
  readonly sinceLossMs: number | null;
};

type Shifts = Readonly<Partial<Record<Channel, number>>>;

const FRESH_LOSS_MS = 5 * 60_000;

function chase(trader: Trader, moment: DriftMoment): Shifts {
  const fresh = moment.sinceLossMs !== null && moment.sinceLossMs < FRESH_LOSS_MS;
  const shared = {
    errors: 0.7,
    keyInterval: -0.22,
    views: 0.5,
    sameSymbolShare: 0.35,
    fastCancelShare: 0.15,
  };
  if (trader.lossDirection === 'freezes')
    return { ...shared, gap: moment.tradesSince === 0 ? 1 : -0.8, decision: 0.4, stake: 1, hold: -0.4 };
  return { ...shared, gap: fresh ? -1.7 : -1.3, decision: -0.8, stake: 0.6, hold: -0.5, previews: -0.5 };
}

/** Doubling after each loss, up to seven times the usual stake. */
const escalation = (_trader: Trader, moment: DriftMoment): Shifts => ({
  stake: 0.35 + 0.35 * clamp(moment.lossesSince, 0, 4),
  gap: -0.6,
  decision: -0.35,
  lossSize: 0.2,
  sameSymbolShare: 0.2,
});

const gamer = (trader: Trader, moment: DriftMoment): Shifts => ({
  ...chase(trader, moment),
  // Hands and eyes are kept calm on purpose; pace and stake are hidden further on, by the session.
  errors: 0.15,
  keyInterval: 0,
  views: 0,
  fastCancelShare: 0,
});

const shifts: Readonly<Record<ArchetypeName, (trader: Trader, moment: DriftMoment) => Shifts>> = {
  calm: () => ({}),
  'chase.strong': chase,
  'chase.moderate': chase,
  'escalation.strong': escalation,
  'escalation.moderate': escalation,
  paralysis: () => ({
    gap: 1.1,
    decision: 0.9,
    abandonShare: 0.5,
    previews: 1,
    views: 0.9,
    stake: -0.3,
    keyInterval: 0.2,
  }),
  euphoria: () => ({ gap: -0.8, decision: -0.6, stake: 0.8, hold: 0.2, settings: 0.7, loosenShare: 0.4 }),
  stopMoving: () => ({
    amends: 1.9,
    settings: 1.9,
    loosenShare: 0.5,
    lossSize: 0.6,
    stopSkippedShare: 0.6,
    hold: 0.5,
    views: 0.5,
  }),
  tired: () => ({
    decision: 0.6,
    keyInterval: 0.35,
    errors: 0.9,
    gap: 0.35,
    abandonShare: 0.15,
    views: -0.5,
  }),
  averagingDown: () => ({
    addToLoserShare: 0.7,
    stake: 0.5,
    stopSkippedShare: 0.6,
    lossSize: 0.5,
    hold: 0.5,
  }),
  boredom: () => ({ gap: -1.2, hold: -0.7, decision: -0.4, previews: -0.5, views: 0.3 }),
  'gamer.masked': gamer,
  'gamer.split': gamer,
  'gamer.filler': gamer,
  'gamer.scripted': gamer,
};

export function driftMood(name: ArchetypeName, trader: Trader, moment: DriftMoment): Mood {
  if (moment.intensity <= 0) return calmMood;
  return moodOf(shifts[name](trader, moment), moment.intensity, trader.weights);
}
