/**
 * What takes a tier away, at once and by itself (domain rules, "Demotion"). Each trigger is a pure reading of
 * the folded state, so that one which was recorded and not yet answered is answered after a crash as well. The
 * answer is one batch: emergency mode, one tier down where there is one below, baselines learnt anew.
 */
import type { DomainEvent, Figures } from '../../core/events.ts';
import { formatPlaces } from '../../core/money.ts';
import type { DemotionRules, TierGates } from '../../core/rules.ts';
import { HOUR_MS } from '../../core/time.ts';
import { tierRank, tiers, type Tier } from '../../core/vocabulary.ts';
import type { DayRecord } from './days.ts';
import type { TierState } from './tier-state.ts';

export type Trigger = {
  readonly trigger: string;
  readonly figures: Figures;
  readonly evidence: readonly string[];
};
type Reader = (state: TierState, now: number, rules: DemotionRules) => Trigger | null;

/** The days that no emergency has answered yet, oldest first. */
function openDays({ evidence, signals }: TierState): readonly DayRecord[] {
  return evidence.days.recent.filter(({ day }) => day > signals.answeredDay);
}

const dayLoss: Reader = (state, _now, rules) => {
  const day = openDays(state).find(({ worstBps }) => worstBps < -rules.dayLossBps);
  return day === undefined
    ? null
    : {
        trigger: 'dayLoss',
        figures: { lossBps: -day.worstBps, limitBps: rules.dayLossBps, day: day.day },
        evidence: [day.eventId],
      };
};

/** Days that have ended: the present one may still turn. */
const losingDays: Reader = (state, _now, rules) => {
  const row = openDays(state).slice(0, -1).slice(-rules.losingDays);
  if (row.length < rules.losingDays || row.some(({ pnlBps }) => pnlBps >= -rules.losingDayBps)) return null;
  return {
    trigger: 'losingDays',
    figures: {
      days: row.length,
      limitBps: rules.losingDayBps,
      lossesBps: row.map(({ pnlBps }) => -pnlBps).join(', '),
    },
    evidence: row.map(({ eventId }) => eventId),
  };
};

const overrides: Reader = (state, now, rules) => {
  const since = now - rules.overrideHours * HOUR_MS;
  const recent = state.signals.overrides.filter(({ at }) => at > since);
  return recent.length < rules.overrides
    ? null
    : {
        trigger: 'overrides',
        figures: { attempts: recent.length, limit: rules.overrides, hours: rules.overrideHours },
        evidence: recent.map(({ eventId }) => eventId),
      };
};

const foreignOrders: Reader = ({ signals: { foreign } }) =>
  foreign === null
    ? null
    : { trigger: 'foreignOrders', figures: { symbol: foreign.symbol }, evidence: [foreign.eventId] };

const correlated: Reader = ({ signals }, _now, rules) => {
  const { correlated: signal } = signals;
  return signal === null || signal.lowest <= rules.correlationAbove
    ? null
    : {
        trigger: 'correlated',
        figures: { lowest: signal.lowest, limit: rules.correlationAbove, positions: signal.positions },
        evidence: [signal.eventId],
      };
};

const outage: Reader = ({ signals }, _now, rules) => {
  const { outage: signal } = signals;
  return signal === null || signal.loss <= rules.infrastructureLoss
    ? null
    : {
        trigger: 'outage',
        figures: {
          what: signal.what,
          loss: formatPlaces(signal.loss, 2),
          limit: formatPlaces(rules.infrastructureLoss, 2),
        },
        evidence: [signal.eventId],
      };
};

/** From HUNTER on: the first tier begins with nothing. */
const equityUnder: Reader = ({ signals: { under } }, now, rules) =>
  under === null || now - under.at < rules.equityUnderHours * HOUR_MS
    ? null
    : { trigger: 'equityUnder', figures: { hours: rules.equityUnderHours }, evidence: [under.eventId] };

const triggers: readonly Reader[] = [
  dayLoss,
  losingDays,
  overrides,
  foreignOrders,
  correlated,
  outage,
  equityUnder,
];

/** The first trigger that holds, or null. */
function demotionTrigger(state: TierState, now: number, gates: TierGates): Trigger | null {
  for (const read of triggers) {
    const found = read(state, now, gates.demotion);
    if (found !== null) return found;
  }
  return null;
}

/** What to write now: nothing, or the whole answer to a trigger. Folding it makes the next call empty. */
export function decideDemotion(state: TierState, now: number, gates: TierGates): readonly DomainEvent[] {
  const found = demotionTrigger(state, now, gates);
  if (found === null) return [];
  const { trigger, figures, evidence } = found;
  const events: DomainEvent[] = [
    { kind: 'tier.emergencyStarted', trigger, tier: state.tier, figures, evidence },
  ];
  const below = tierBelow(state.tier);
  if (below !== null)
    events.push({ kind: 'tier.changed', from: state.tier, to: below, reason: trigger, evidence });
  events.push({ kind: 'tilt.baselineReset', reason: trigger });
  return events;
}

function tierBelow(tier: Tier): Tier | null {
  return tiers[tierRank(tier) - 1] ?? null;
}
