/** Dashboards at every stage of the way up and down, for the pages that take the screen once. */
import type { Dashboard, TierJourneyPanel } from '../../src/core/dashboard.ts';
import type { Ceremony } from '../../src/ui/view-model/ceremony.ts';
import { FAKE_NOW } from './fake-engine.ts';
import { fullDashboard } from './full-dashboard.ts';

const HOUR = 3_600_000;
const { tier: hunter, tierJourney: begun, tilt } = fullDashboard();
export const ceremonies: readonly Ceremony[] = ['trial', 'phrase', 'reflection', 'adjustment', 'emergency'];

const checklist: TierJourneyPanel['checklist'] = [
  { item: 'cause', words: 'I know what happened and what it cost', done: true },
  { item: 'orders', words: 'I have looked at every order and position at the exchange', done: false },
  { item: 'limits', words: 'I have read the limits that hold now', done: false },
  { item: 'journal', words: 'A journal entry about it is written', done: false },
];

/** An account at a stage of its way, one thing changed. */
export function atStage(stage: TierJourneyPanel['stage'], changes: Partial<Dashboard> = {}): Dashboard {
  if (begun === null) throw new Error('the full dashboard has a journey');
  const risen = stage === 'adjustment';
  const fallen = stage === 'emergency';
  return fullDashboard({
    tilt: { ...tilt, level: 'NORMAL', score: 4 },
    tier: {
      ...hunter,
      ...(risen ? { tier: 'STRATEGIST', next: 'ARCHITECT', features: ['market', 'limit', 'vwap'] } : {}),
      gates: hunter.gates.map((gate) => ({ ...gate, currentValue: gate.requiredValue, passed: true })),
    },
    tierJourney: {
      ...begun,
      stage,
      trial:
        stage === 'trial'
          ? {
              startedAt: FAKE_NOW - HOUR,
              endsAt: FAKE_NOW + 47 * HOUR,
              profitableDays: 0,
              profitableDaysMin: 2,
              roundTrips: 0,
              roundTripsMin: 10,
              uptimeBps: 10_000,
              uptimeMinBps: 9_900,
            }
          : null,
      adjustmentUntil: risen ? FAKE_NOW + 48 * HOUR : null,
      checklist: fallen ? checklist : [],
      history: fallen
        ? [...begun.history, { at: FAKE_NOW - HOUR, from: 'STRATEGIST', to: 'HUNTER', reason: 'dayLoss' }]
        : begun.history,
    },
    ...changes,
  });
}
