/**
 * Figures from judged sessions. Each is computed with weights by trader, so that the same code gives the
 * figure and its bootstrap. Calm sessions in calm and in stressed markets are the negatives of every AUC.
 */
import { createSeededRandom } from '../core/seeded-random.ts';
import { tiltGroups, type TiltGroup } from './generator/archetypes.ts';
import type { AlarmLevel } from './session-scorer.ts';
import type { SessionRecord } from './session-record.ts';
import { clusterBootstrap, quantileOfSorted, type Interval } from './statistics/bootstrap.ts';
import { areaUnderRoc, rankScores } from './statistics/ranked-scores.ts';

export type ByGroup<T> = Readonly<Record<TiltGroup, T>>;

export type Headline = {
  readonly auc: ByGroup<number | null>;
  readonly falsePer1000: {
    readonly cautionCalm: number | null;
    readonly lockedCalm: number | null;
    readonly lockedStressed: number | null;
    readonly lockedWorstDecile: number | null;
  };
  /** Over strong sessions; null when the median session never reached the level. */
  readonly medianDelayTrades: { readonly caution: number | null; readonly locked: number | null };
};

export type Intervals = {
  readonly auc: ByGroup<Interval | null>;
  readonly falsePer1000: {
    readonly cautionCalm: Interval | null;
    readonly lockedCalm: Interval | null;
    readonly lockedStressed: Interval | null;
  };
};

type Filter = (record: SessionRecord) => boolean;

const isCalm: Filter = ({ group }) => group === 'calm';
const isCalmMarket: Filter = (record) => isCalm(record) && !record.stressed;
const isStressedMarket: Filter = (record) => isCalm(record) && record.stressed;

export function headline(records: readonly SessionRecord[]): Headline {
  return {
    auc: byGroup((group) => aucOf(records, ofGroup(group))),
    falsePer1000: {
      cautionCalm: perThousand(records, isCalmMarket, 'CAUTION', null),
      lockedCalm: perThousand(records, isCalmMarket, 'LOCKED', null),
      lockedStressed: perThousand(records, isStressedMarket, 'LOCKED', null),
      lockedWorstDecile: worstDecile(records),
    },
    medianDelayTrades: {
      caution: medianDelay(records, 'CAUTION'),
      locked: medianDelay(records, 'LOCKED'),
    },
  };
}

/** 95 % intervals; traders are resampled whole. */
export function intervals(records: readonly SessionRecord[], rounds: number): Intervals {
  const traders = traderCount(records);
  const rate = (filter: Filter, level: AlarmLevel): Interval | null => {
    const counted = records.filter(filter);
    return clusterBootstrap(traders, rounds, streamFor(level), (weights) =>
      perThousand(counted, () => true, level, weights),
    );
  };
  return {
    auc: byGroup((group) => {
      const ranked = rankedWith(records, ofGroup(group));
      return clusterBootstrap(traders, rounds, streamFor(group), (weights) => areaUnderRoc(ranked, weights));
    }),
    falsePer1000: {
      cautionCalm: rate(isCalmMarket, 'CAUTION'),
      lockedCalm: rate(isCalmMarket, 'LOCKED'),
      lockedStressed: rate(isStressedMarket, 'LOCKED'),
    },
  };
}

const streamFor = (label: string): ReturnType<typeof createSeededRandom> =>
  createSeededRandom(`tilt-evaluation/bootstrap/${label}`);

function traderCount(records: readonly SessionRecord[]): number {
  return records.reduce((most, { trader }) => Math.max(most, trader + 1), 0);
}

export const ofGroup =
  (group: TiltGroup): Filter =>
  (record) =>
    record.group === group;

export function byGroup<T>(figure: (group: TiltGroup) => T): ByGroup<T> {
  return Object.fromEntries(tiltGroups.map((group) => [group, figure(group)])) as ByGroup<T>;
}

/** The tilted sessions that pass, against the calm ones that pass `calm`. */
export function aucOf(
  records: readonly SessionRecord[],
  tilted: Filter,
  calm: Filter = isCalm,
): number | null {
  return areaUnderRoc(rankedWith(records, tilted, calm), null);
}

export function rankedWith(
  records: readonly SessionRecord[],
  tilted: Filter,
  calm: Filter = isCalm,
): ReturnType<typeof rankScores> {
  return rankScores(
    records
      .filter((record) => (isCalm(record) ? calm(record) : tilted(record)))
      .map((record) => ({ score: record.maxScore, tilted: !isCalm(record), trader: record.trader })),
  );
}

export function perThousand(
  records: readonly SessionRecord[],
  filter: Filter,
  level: AlarmLevel,
  weights: Float64Array | null,
): number | null {
  let sessions = 0;
  let alarms = 0;
  for (const record of records) {
    if (!filter(record)) continue;
    const weight = weights === null ? 1 : (weights[record.trader] ?? 0);
    sessions += weight;
    if (record.reached[level]) alarms += weight;
  }
  return sessions === 0 ? null : (1_000 * alarms) / sessions;
}

/** False LOCKED by trader: calm sessions, alarms. */
export function falseByTrader(
  records: readonly SessionRecord[],
  level: AlarmLevel,
): readonly { readonly sessions: number; readonly alarms: number }[] {
  const traders = Array.from({ length: traderCount(records) }, () => ({ sessions: 0, alarms: 0 }));
  for (const record of records.filter(isCalm)) {
    const own = traders[record.trader];
    if (own === undefined) continue;
    own.sessions += 1;
    if (record.reached[level]) own.alarms += 1;
  }
  return traders.filter(({ sessions }) => sessions > 0);
}

/**
 * False LOCKED per 1,000 in the tenth of the traders who had the most of them. Chosen by the very alarms it
 * counts, so it lies above the truth when alarms are rare: at most ten times the mean, however alike traders are.
 */
function worstDecile(records: readonly SessionRecord[]): number | null {
  const traders = falseByTrader(records, 'LOCKED');
  const sorted = traders.toSorted((a, b) => b.alarms / b.sessions - a.alarms / a.sessions);
  const worst = sorted.slice(0, Math.max(1, Math.ceil(traders.length / 10)));
  const sessions = worst.reduce((sum, each) => sum + each.sessions, 0);
  if (sessions === 0) return null;
  return (1_000 * worst.reduce((sum, each) => sum + each.alarms, 0)) / sessions;
}

/** The same without that bias: traders are ranked by every other calm session and measured on the rest. */
export function worstDecileCrossed(records: readonly SessionRecord[]): number | null {
  const seen = new Map<number, number>();
  const halves: SessionRecord[][] = [[], []];
  for (const record of records.filter(isCalm)) {
    const count = seen.get(record.trader) ?? 0;
    seen.set(record.trader, count + 1);
    halves[count % 2]?.push(record);
  }
  const [even = [], odd = []] = halves;
  const measured = [acrossHalves(even, odd), acrossHalves(odd, even)].filter((value) => value !== null);
  return measured.length === 0 ? null : measured.reduce((sum, value) => sum + value, 0) / measured.length;
}

function acrossHalves(ranking: readonly SessionRecord[], measuring: readonly SessionRecord[]): number | null {
  const highest = new Map<number, number>();
  for (const { trader, maxScore } of ranking)
    highest.set(trader, Math.max(maxScore, highest.get(trader) ?? 0));
  const order = [...highest].toSorted((a, b) => b[1] - a[1] || a[0] - b[0]);
  const worst = new Set(order.slice(0, Math.max(1, Math.ceil(order.length / 10))).map(([trader]) => trader));
  return perThousand(measuring, ({ trader }) => worst.has(trader), 'LOCKED', null);
}

/** Trades from the onset to the level over strong sessions with a known onset, in rising order; Infinity is never. */
export function delays(records: readonly SessionRecord[], level: AlarmLevel): readonly number[] {
  return records
    .filter(({ group, timed }) => group === 'strong' && timed)
    .map(({ delay }) => delay[level] ?? Infinity)
    .toSorted((a, b) => a - b);
}

function medianDelay(records: readonly SessionRecord[], level: AlarmLevel): number | null {
  const median = quantileOfSorted(delays(records, level), 0.5);
  return median === Infinity ? null : median;
}
