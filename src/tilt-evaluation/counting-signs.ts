/**
 * The indicators of the domain rules as plain thresholds (docs: Tilt). Numbers here are those of the rules'
 * text; this judge is a yardstick and never decides anything in the engine, so they are not configuration.
 */
import type { BehaviourEvent, BehaviourFact } from '../core/behaviour.ts';
import type { CountingHabits } from './counting-habits.ts';
import { medianOf } from './statistics/bootstrap.ts';

export const countedSigns = [
  'decision speed',
  'quick cancels',
  'trades per hour',
  'staring',
  'reentry after a stop',
  'quick trades after a loss',
  'size swing',
  'size raised after a loss',
  'amended often',
  'unusual hour',
  'typing',
  'action on a loss notice',
  'price checks',
  'disconnects',
  'settings',
] as const;
export type CountedSign = (typeof countedSigns)[number];

export interface SignWatch {
  signs(event: BehaviourEvent): readonly CountedSign[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export function createSignWatch(habits: CountingHabits): SignWatch {
  let session = freshSession(0);

  function order(t: number, fact: Extract<BehaviourFact, { type: 'order' }>): readonly CountedSign[] {
    if (fact.reduces) return [];
    const found: CountedSign[] = [];
    keepLast(session.orders, t, 200);
    keepLast(session.stakes, fact.notional, 200);
    if (fact.decisionMs !== null) keepLast(session.decisions, fact.decisionMs, 5);
    const usualDecision = habits.usual('decisionMs');
    const decision = medianOf(session.decisions);
    if (usualDecision !== null && decision !== null && session.decisions.length >= 3)
      if (decision > 1.3 * usualDecision || decision < 0.5 * usualDecision) found.push('decision speed');
    const usualRate = habits.usual('tradesPerHour');
    const lastHour = session.orders.filter((at) => at > t - HOUR_MS).length;
    if (usualRate !== null && lastHour > Math.max(1, 2 * usualRate)) found.push('trades per hour');
    const stop = session.stopAt.get(fact.symbol);
    if (stop !== undefined && t - stop <= MINUTE_MS) found.push('reentry after a stop');
    const { lossAt, stakeBefore } = session;
    if (
      lossAt !== null &&
      session.orders.filter((at) => at > lossAt && at <= lossAt + 5 * MINUTE_MS).length >= 3
    )
      found.push('quick trades after a loss');
    const positive = session.stakes.filter((stake) => stake > 0);
    if (positive.length >= 2 && Math.max(...positive) > 3 * Math.min(...positive)) found.push('size swing');
    if (session.lostSinceOrder && stakeBefore !== null && fact.notional > 1.2 * stakeBefore)
      found.push('size raised after a loss');
    session.stakeBefore = fact.notional;
    session.lostSinceOrder = false;
    return found;
  }

  function typing(fact: Extract<BehaviourFact, { type: 'keys' }>): readonly CountedSign[] {
    if (fact.count <= 0) return [];
    keepLast(session.keyMs, fact.durationMs / fact.count, 5);
    keepLast(session.errors, fact.errors / fact.count, 5);
    const off = (now: number | null, usual: number | null): boolean =>
      now !== null && usual !== null && usual > 0 && Math.abs(now - usual) > 0.4 * usual;
    const enough = session.keyMs.length >= 5;
    const mean = session.errors.reduce((sum, each) => sum + each, 0) / session.errors.length;
    const speed = off(medianOf(session.keyMs), habits.usual('keyMs'));
    return enough && (speed || off(mean, habits.usual('errorShare'))) ? ['typing'] : [];
  }

  function signsOf({ t, fact }: BehaviourEvent): readonly CountedSign[] {
    switch (fact.type) {
      case 'session.start':
        session = freshSession(t);
        return habits.isUsualHour(t) ? [] : ['unusual hour'];
      case 'order':
        return order(t, fact);
      case 'keys':
        return typing(fact);
      case 'cancel': {
        if (fact.ageMs < 5_000) session.quickCancels += 1;
        const orders = session.orders.length;
        return orders >= 5 && session.quickCancels > 0.4 * orders ? ['quick cancels'] : [];
      }
      case 'amend': {
        const count = (session.amends.get(fact.id) ?? 0) + 1;
        session.amends.set(fact.id, count);
        return count > 5 ? ['amended often'] : [];
      }
      case 'fill':
        if (fact.closedBy === 'stop') session.stopAt.set(fact.symbol, t);
        if (fact.realizedPnl < 0) {
          session.lossAt = t;
          session.lostSinceOrder = true;
        }
        return [];
      case 'lossNotice':
        session.noticeAt = t;
        return [];
      case 'view':
        keepLast(session.views, t, 40);
        return session.views.filter((at) => at > t - MINUTE_MS).length > 20 ? ['price checks'] : [];
      case 'disconnect':
        keepLast(session.disconnects, t, 10);
        return session.disconnects.filter((at) => at > t - 10 * MINUTE_MS).length >= 3 ? ['disconnects'] : [];
      case 'settings':
        session.settings += 1;
        return session.settings > 3 ? ['settings'] : [];
      default:
        return [];
    }
  }

  return {
    signs(event): readonly CountedSign[] {
      const found: CountedSign[] = [];
      const { t, fact } = event;
      const acts = fact.type === 'order' || fact.type === 'preview' || fact.type === 'keys';
      if (acts && session.noticeAt !== null && t - session.noticeAt <= 2_000)
        found.push('action on a loss notice');
      if (acts && t - session.actedAt > 30 * MINUTE_MS) found.push('staring');
      const own = signsOf(event);
      if (acts) session.actedAt = t;
      return found.length === 0 ? own : [...found, ...own];
    },
  };
}

type CountedSession = {
  actedAt: number;
  lossAt: number | null;
  noticeAt: number | null;
  lostSinceOrder: boolean;
  stakeBefore: number | null;
  quickCancels: number;
  settings: number;
  readonly orders: number[];
  readonly stakes: number[];
  readonly decisions: number[];
  readonly keyMs: number[];
  readonly errors: number[];
  readonly views: number[];
  readonly disconnects: number[];
  readonly stopAt: Map<string, number>;
  readonly amends: Map<string, number>;
};

function freshSession(t: number): CountedSession {
  return {
    actedAt: t,
    lossAt: null,
    noticeAt: null,
    lostSinceOrder: false,
    stakeBefore: null,
    quickCancels: 0,
    settings: 0,
    orders: [],
    stakes: [],
    decisions: [],
    keyMs: [],
    errors: [],
    views: [],
    disconnects: [],
    stopAt: new Map(),
    amends: new Map(),
  };
}

function keepLast(values: number[], value: number, most: number): void {
  values.push(value);
  if (values.length > most) values.shift();
}
