// The made-up traders: the same on every run, consistent with themselves, and as far apart as the priors say.
import { describe, expect, it } from 'vitest';
import type { BehaviourEvent, BehaviourFact } from '../../core/behaviour.ts';
import { createSeededRandom } from '../../core/seeded-random.ts';
import { medianOf } from '../statistics/bootstrap.ts';
import { archetypeNames, archetypesFor, type ArchetypeName } from './archetypes.ts';
import { createDraws } from './draws.ts';
import { createHistory } from './history.ts';
import type { MarketKind } from './market-path.ts';
import { generateSession, type GeneratedSession } from './session.ts';
import { drawTrader, type Trader } from './trader.ts';

type Order = Extract<BehaviourFact, { type: 'order' }>;

const traders: readonly Trader[] = Array.from({ length: 60 }, (_, index) =>
  drawTrader(`t${index}`, createDraws(createSeededRandom(`trader ${index}`))),
);

function play(
  trader: Trader,
  archetype: ArchetypeName,
  market: MarketKind = 'calm',
  seed = 1,
): GeneratedSession {
  const plan = { session: `s${seed}`, index: 0, startMs: 1_767_571_200_000, archetype, market };
  return generateSession(trader, plan, createSeededRandom(`${trader.name}/${archetype}/${seed}`));
}

const opening = ({ events }: GeneratedSession): readonly (Order & { readonly t: number })[] =>
  events.flatMap(({ t, fact }) => (fact.type === 'order' && !fact.reduces ? [{ ...fact, t }] : []));

const median = (values: readonly number[]): number => medianOf(values) ?? Number.NaN;

/** Median over the opening orders before and from the onset, of traders who have both. */
function change(
  archetype: ArchetypeName,
  figure: (order: Order, before: Order | undefined) => number | null,
  who: (trader: Trader) => boolean = () => true,
): number {
  const ratios = traders.filter(who).flatMap((trader) => {
    const session = play(trader, archetype);
    const { onsetMs } = session;
    if (onsetMs === null) return [];
    const orders = opening(session);
    const figures = orders.flatMap((order, index) => {
      const value = figure(order, orders[index - 1]);
      return value === null ? [] : [{ after: order.t > onsetMs, value }];
    });
    const of = (after: boolean): number =>
      median(figures.filter((one) => one.after === after).map(({ value }) => value));
    const ratio = of(true) / of(false);
    return Number.isFinite(ratio) ? [ratio] : [];
  });
  return median(ratios);
}

describe('made-up traders', () => {
  it('are the same for the same seed and different for another', () => {
    const events = (seed: number): readonly BehaviourEvent[] => {
      const history = createHistory(seed, 3, 'report');
      return history.sessions.slice(0, 6).flatMap(({ plan }) => history.play(plan).events);
    };
    expect(events(5)).toEqual(events(5));
    expect(events(5)).not.toEqual(events(6));
  });

  it('of the two splits are different people, and the held-out kinds are never tuned on', () => {
    const tune = createHistory(1, 0, 'tune');
    const report = createHistory(1, 0, 'report');
    expect(tune.trader.gapMedianMs).not.toBe(report.trader.gapMedianMs);
    expect(archetypesFor('unseen', 'tune')).toEqual([]);
    const seen = new Set<string>();
    for (let index = 0; index < 40; index += 1)
      for (const { plan, contaminated } of createHistory(1, index, 'tune').sessions) {
        seen.add(plan.archetype);
        if (contaminated !== null) seen.add(contaminated.archetype);
      }
    const held = [
      'paralysis',
      'euphoria',
      'stopMoving',
      'tired',
      'averagingDown',
      'boredom',
      'gamer.filler',
      'gamer.scripted',
    ];
    expect(held.filter((name) => seen.has(name))).toEqual([]);
  });

  it('live one session after the other, and 5 to 40 of them teach', () => {
    for (let index = 0; index < 25; index += 1) {
      const history = createHistory(2, index, 'report');
      const learning = history.sessions.filter(({ role }) => role === 'learning');
      expect(learning.length).toBeGreaterThanOrEqual(5);
      expect(learning.length).toBeLessThanOrEqual(40);
      expect(learning.every(({ plan }) => plan.archetype === 'calm')).toBe(true);
      let last = 0;
      for (const { plan } of history.sessions.slice(-12)) {
        const { events } = history.play(plan);
        expect(events[0]?.t).toBeGreaterThan(last);
        last = events.at(-1)?.t ?? 0;
      }
    }
  });

  it('keep their habits within the priors', () => {
    expect(median(traders.map(({ gapMedianMs }) => gapMedianMs))).toBeGreaterThan(120_000);
    expect(median(traders.map(({ gapMedianMs }) => gapMedianMs))).toBeLessThan(480_000);
    const gaps = traders.map(({ gapMedianMs }) => gapMedianMs).toSorted((a, b) => a - b);
    // Scalpers and swing traders: at least a factor of ten between the tenths at both ends.
    expect((gaps[54] ?? 0) / (gaps[5] ?? 1)).toBeGreaterThan(5);
    for (const trader of traders.slice(0, 25)) {
      const orders = opening(play(trader, 'calm'));
      const decisions = orders.map(({ decisionMs }) => decisionMs ?? 0);
      expect(Math.min(...decisions)).toBeGreaterThanOrEqual(250);
      const usual = trader.decisionCenterMs + trader.decisionTailMs;
      const ratio = median(decisions) / usual;
      expect(orders.length < 8 || (ratio > 0.25 && ratio < 2.5)).toBe(true);
      expect(orders.every(({ notional }) => notional >= 10 && Number.isFinite(notional))).toBe(true);
    }
  });
});

describe('a made-up session', () => {
  it.each(archetypeNames)('of %s is consistent with itself', (archetype) => {
    for (const trader of traders.slice(0, 8)) {
      for (const market of ['calm', 'stressed'] as const) {
        const { events, onsetMs } = play(trader, archetype, market);
        expect(problemsOf(events)).toEqual([]);
        expect(archetype === 'calm' && onsetMs !== null).toBe(false);
      }
    }
  });

  it('has every kind of fact somewhere', () => {
    const kinds = new Set<string>();
    for (const trader of traders)
      for (const { fact } of play(trader, 'stopMoving', 'stressed', 4).events) kinds.add(fact.type);
    expect([...kinds].toSorted()).toEqual([
      'abandon',
      'amend',
      'cancel',
      'connect',
      'disconnect',
      'fill',
      'keys',
      'lossNotice',
      'market',
      'order',
      'preview',
      'session.end',
      'session.start',
      'settings',
      'view',
    ]);
  });

  it('of a chaser is faster and larger from the onset on, of who freezes larger', () => {
    const faster = ({ lossDirection }: Trader): boolean => lossDirection === 'faster';
    const freezes = ({ lossDirection }: Trader): boolean => lossDirection === 'freezes';
    const decision = (order: Order): number | null => order.decisionMs;
    const stake = (order: Order): number => order.notional;
    expect(change('chase.strong', decision, faster)).toBeLessThan(0.7);
    expect(change('chase.strong', stake, faster)).toBeGreaterThan(1.25);
    expect(change('chase.strong', stake, freezes)).toBeGreaterThan(1.6);
    expect(change('chase.moderate', stake, faster)).toBeGreaterThan(1.05);
    expect(change('chase.moderate', decision, faster)).toBeGreaterThan(
      change('chase.strong', decision, faster),
    );
    expect(change('paralysis', decision)).toBeGreaterThan(1.4);
  });

  it('of a gamer shows less than the chase it hides', () => {
    const stake = (order: Order): number => order.notional;
    expect(change('gamer.split', stake)).toBeLessThan(1.3);
    expect(change('gamer.masked', stake)).toBeLessThan(change('chase.strong', stake));
  });

  it('in a stressed market is quicker though nobody drifts', () => {
    const pace = (market: MarketKind): number =>
      median(
        traders.map((trader) => {
          const orders = opening(play(trader, 'calm', market, 9));
          return (
            median(orders.slice(1).map(({ t }, index) => t - (orders[index]?.t ?? t))) / trader.gapMedianMs
          );
        }),
      );
    expect(pace('stressed')).toBeLessThan(pace('calm'));
  });
});

/** What does not fit together in a session, in words. */
function problemsOf(events: readonly BehaviourEvent[]): readonly string[] {
  const problems: string[] = [];
  const orders = new Map<string, { readonly t: number; readonly reduces: boolean }>();
  const held = new Map<string, number>();
  const ids = new Set(events.map(({ id }) => id));
  if (ids.size !== events.length) problems.push('an id twice');
  if (events[0]?.fact.type !== 'session.start') problems.push('no start');
  if (events.at(-1)?.fact.type !== 'session.end') problems.push('no end');
  let losses = 0;
  let notices = 0;
  let last = -Infinity;
  let connected = false;
  for (const { t, fact } of events) {
    if (t < last || !Number.isInteger(t)) problems.push(`time ${t}`);
    last = t;
    if (Object.values(fact).some((value) => typeof value === 'number' && !Number.isFinite(value)))
      problems.push(`a figure of ${fact.type}`);
    switch (fact.type) {
      case 'connect':
      case 'disconnect':
        if (connected === (fact.type === 'connect')) problems.push(`${fact.type} twice`);
        connected = fact.type === 'connect';
        break;
      case 'order':
        orders.set(fact.id, { t, reduces: fact.reduces });
        break;
      case 'cancel':
        if (Math.abs(t - (orders.get(fact.id)?.t ?? 0) - fact.ageMs) > 2) problems.push('age of a cancel');
        break;
      case 'fill': {
        const before = held.get(fact.symbol) ?? 0;
        held.set(fact.symbol, before + (fact.opens ? fact.quantity : -fact.quantity));
        if (fact.opens !== (fact.closedBy === null)) problems.push('a fill that opens and closes');
        if ((fact.opens || fact.closedBy === 'manual') && orders.get(fact.id)?.reduces !== !fact.opens)
          problems.push('a fill without its order');
        if (!fact.opens && fact.closedBy !== 'manual' && orders.has(fact.id))
          problems.push('a stop that was typed');
        if (fact.realizedPnl < 0) losses += 1;
        break;
      }
      case 'lossNotice':
        notices += 1;
        break;
      default:
        break;
    }
  }
  if ([...held.values()].some((quantity) => quantity < -1e-9)) problems.push('sold what was not held');
  // The session may end within the moment between a loss and its notice.
  if (notices > losses || losses - notices > 1) problems.push(`${losses} losses, ${notices} notices`);
  return [...new Set(problems)];
}
