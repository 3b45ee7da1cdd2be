/**
 * A trader's whole history as the harness plays it: calm sessions that teach the baseline, then test sessions in
 * mixed order. With a contaminated past, three in ten of the teaching sessions are tilted and nobody says so.
 */
import { createSeededRandom, type SeededRandom } from '../../core/seeded-random.ts';
import { archetypesFor, tiltGroups, type ArchetypeName, type Split } from './archetypes.ts';
import { clamp, createDraws, type Draws } from './draws.ts';
import type { MarketKind } from './market-path.ts';
import type { SessionPlan } from './scene.ts';
import { generateSession, type GeneratedSession } from './session.ts';
import { drawTrader, type Trader } from './trader.ts';

export type Role = 'learning' | 'test';

export type PlannedSession = {
  readonly role: Role;
  readonly plan: SessionPlan;
  /** What takes the place of this session in a contaminated past; null when it stays. */
  readonly contaminated: SessionPlan | null;
};

export type History = {
  readonly trader: Trader;
  readonly sessions: readonly PlannedSession[];
  play(plan: SessionPlan): GeneratedSession;
};

export type HistorySettings = {
  readonly learningMin: number;
  readonly learningMax: number;
  readonly contaminatedShare: number;
  readonly calmTests: number;
  readonly stressedTests: number;
  /** Tilted test sessions of each group; unseen kinds only in the report split. */
  readonly perGroup: number;
  readonly stressedShare: number;
};

const historySettings: HistorySettings = {
  learningMin: 5,
  learningMax: 40,
  contaminatedShare: 0.3,
  calmTests: 8,
  stressedTests: 4,
  perGroup: 1,
  stressedShare: 0.3,
};

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** 2026-01-05, a Monday. */
const FIRST_DAY_MS = 1_767_571_200_000;

/** The split is part of the seed, so that no stream of the report was ever drawn while tuning. */
export function createHistory(
  seed: number,
  index: number,
  split: Split,
  settings: HistorySettings = historySettings,
): History {
  const root = createSeededRandom(`tilt-evaluation/${split}/${seed}/${index}`);
  const name = `${split}-s${seed}-t${index}`;
  const draws = createDraws(root.fork('plan'));
  const trader = drawTrader(name, createDraws(root.fork('trader')));
  return {
    trader,
    sessions: planSessions(trader, split, settings, draws),
    play: (plan) => generateSession(trader, plan, streamOf(root, plan)),
  };
}

/** A contaminated session has its own stream; the sessions around it stay as they were. */
function streamOf(root: SeededRandom, plan: SessionPlan): SeededRandom {
  return root.fork(`${plan.session}/${plan.archetype}`);
}

type Kind = { readonly archetype: ArchetypeName; readonly market: MarketKind };

function planSessions(
  trader: Trader,
  split: Split,
  settings: HistorySettings,
  draws: Draws,
): readonly PlannedSession[] {
  const { learningMin, learningMax } = settings;
  const learning = Math.round(learningMin * Math.exp(draws.uniform(0, Math.log(learningMax / learningMin))));
  const dirt = archetypesFor('moderate', 'tune');
  const tests = shuffled(testKinds(split, settings, draws), draws);
  const planned: PlannedSession[] = [];
  let day = 0;
  const planOf = (kind: Kind): SessionPlan => {
    // At most four hours off: sessions of up to 14 hours never overlap.
    const hour = trader.hourUsual + clamp(trader.hourSpread * draws.normal(), -4, 4);
    const index = planned.length;
    day += draws.chance(0.8) ? 1 : draws.random.between(2, 4);
    return {
      session: `${index + 1}`,
      index,
      startMs: FIRST_DAY_MS + day * DAY_MS + Math.round(hour * HOUR_MS),
      ...kind,
    };
  };
  for (let count = 0; count < learning; count += 1) {
    const plan = planOf({
      archetype: 'calm',
      market: draws.chance(settings.stressedShare / 2) ? 'stressed' : 'calm',
    });
    const dirty = draws.chance(settings.contaminatedShare);
    const contaminated = dirty ? { ...plan, archetype: draws.pick(dirt) } : null;
    planned.push({ role: 'learning', plan, contaminated });
  }
  for (const kind of tests) planned.push({ role: 'test', plan: planOf(kind), contaminated: null });
  return planned;
}

function testKinds(split: Split, settings: HistorySettings, draws: Draws): readonly Kind[] {
  const kinds: Kind[] = [];
  for (let count = 0; count < settings.calmTests; count += 1)
    kinds.push({ archetype: 'calm', market: 'calm' });
  for (let count = 0; count < settings.stressedTests; count += 1)
    kinds.push({ archetype: 'calm', market: 'stressed' });
  for (const group of tiltGroups) {
    const names = archetypesFor(group, split);
    for (
      let count = 0;
      names.length > 0 && count < settings.perGroup * (group === 'unseen' ? 2 : 1);
      count += 1
    ) {
      const market = draws.chance(settings.stressedShare) ? 'stressed' : 'calm';
      kinds.push({ archetype: draws.pick(names), market });
    }
  }
  return kinds;
}

function shuffled<T>(items: readonly T[], draws: Draws): readonly T[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = draws.random.between(0, last);
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}
