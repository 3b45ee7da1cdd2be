/**
 * One session of one trader, as behaviour facts in order of time, with the moment the drift began. Same
 * trader, plan and stream give the same facts.
 */
import type { BehaviourEvent } from '../../core/behaviour.ts';
import type { SeededRandom } from '../../core/seeded-random.ts';
import { startBackground } from './background.ts';
import { drawConcealment } from './concealment.ts';
import { createDriftTracker } from './drift-tracker.ts';
import { clamp, createDraws } from './draws.ts';
import { consider, isDone, planNextEntry } from './entry-flow.ts';
import { createFactsQueue } from './facts-queue.ts';
import { createMarketPath } from './market-path.ts';
import { tell, type Scene, type SessionPlan } from './scene.ts';
import type { Trader } from './trader.ts';

export type GeneratedSession = {
  readonly plan: SessionPlan;
  readonly events: readonly BehaviourEvent[];
  /** When the drift began; null in calm sessions. */
  readonly onsetMs: number | null;
};

const TRADES_MIN = 2;
const TRADES_MAX = 120;
const DURATION_MAX_MS = 14 * 3_600_000;
const EVENTS_MAX = 20_000;

export function generateSession(trader: Trader, plan: SessionPlan, random: SeededRandom): GeneratedSession {
  const draws = createDraws(random);
  const planned = Math.round(
    clamp(draws.lognormal(trader.tradesMedian, trader.tradesSpread), TRADES_MIN, TRADES_MAX),
  );
  const expectedMs = planned * (trader.gapMedianMs + trader.holdMedianMs);
  const drift = createDriftTracker(plan.archetype, trader, planned, draws);
  const scene: Scene = {
    trader,
    plan,
    draws,
    day: {
      pace: draws.lognormal(1, trader.dayPace),
      hands: draws.lognormal(1, trader.dayHands),
      stake: draws.lognormal(1, trader.dayStake),
    },
    drift,
    concealment: drawConcealment(plan.archetype, draws),
    queue: createFactsQueue(),
    events: [],
    state: {
      volatility: 1,
      lastLossMs: null,
      lastSymbol: null,
      lastResult: 0,
      trades: 0,
      decisions: 0,
      orders: 0,
      open: 0,
      busy: false,
      ended: false,
      prices: new Map(),
    },
    plans: {
      next: (t) => planNextEntry(scene, t),
      again: (t, wish) => consider(scene, t, wish),
    },
  };
  run(scene, expectedMs);
  return { plan, events: scene.events, onsetMs: drift.onsetMs() };
}

function run(scene: Scene, expectedMs: number): void {
  const { plan, queue, draws, state, events } = scene;
  tell(scene, plan.startMs, { type: 'session.start' });
  queue.add(plan.startMs + 1, (t) => tell(scene, t, { type: 'connect' }));
  startBackground(scene, createMarketPath(plan.market, plan.startMs, expectedMs, draws));
  planNextEntry(scene, plan.startMs + draws.uniform(5_000, 90_000));
  const deadline = plan.startMs + DURATION_MAX_MS;
  let ending = false;
  const end = (t: number): void => {
    tell(scene, t, { type: 'session.end' });
    state.ended = true;
  };
  queue.add(deadline, end);
  while (!state.ended && queue.runNext()) {
    const now = events.at(-1)?.t ?? plan.startMs;
    const finished = state.open === 0 && !state.busy && isDone(scene);
    if (!ending && (finished || events.length > EVENTS_MAX)) {
      ending = true;
      queue.add(now + draws.uniform(1_000, 90_000), end);
    }
  }
}
