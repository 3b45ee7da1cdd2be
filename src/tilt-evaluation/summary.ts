/**
 * The summary of an evaluation as `--json` prints it: the headline others rely on, then what stands behind
 * it. Undefined figures (no such sessions) are null, never 0.
 */
import { invariant } from '../core/invariant.ts';
import type { Split } from './generator/archetypes.ts';
import type { Evaluation, JudgeRun } from './evaluation.ts';
import {
  aucOf,
  byGroup,
  headline,
  intervals,
  ofGroup,
  perThousand,
  worstDecileCrossed,
  type ByGroup,
  type Headline,
  type Intervals,
} from './figures.ts';
import type { SessionRecord } from './session-record.ts';

export type KindRow = {
  readonly kind: string;
  readonly group: string;
  readonly sessions: number;
  readonly auc: number | null;
  readonly cautionShare: number;
  readonly lockedShare: number;
};

export type LengthRow = {
  readonly tradesFrom: number;
  /** Null is no upper end. */
  readonly tradesTo: number | null;
  readonly sessions: number;
  readonly auc: ByGroup<number | null>;
  readonly cautionFalsePer1000: number | null;
  readonly lockedFalsePer1000: number | null;
};

export type Detail = {
  readonly judge: string;
  readonly intervals: Intervals;
  readonly lockedWorstDecileCrossed: number | null;
  readonly cautionStressedPer1000: number | null;
  readonly aucCalmMarket: ByGroup<number | null>;
  readonly aucStressedMarket: ByGroup<number | null>;
  readonly contaminated: {
    readonly auc: ByGroup<number | null>;
    readonly costModerate: number | null;
    readonly lockedCalmPer1000: number | null;
  } | null;
  readonly learning: { readonly cautionPer1000: number | null; readonly lockedPer1000: number | null };
  readonly kinds: readonly KindRow[];
  readonly lengths: readonly LengthRow[];
  readonly faultyReadings: number;
};

export type Summary = Headline &
  Detail & {
    readonly synthetic: true;
    readonly split: Split;
    readonly fromSeed: number;
    readonly seeds: number;
    readonly traders: number;
    readonly sessions: number;
    readonly facts: number;
    /** False when it was ended before all traders were played. */
    readonly complete: boolean;
    readonly countingRule: Headline;
    readonly ablations: readonly (Headline & { readonly judge: string })[];
  };

const BOOTSTRAP_ROUNDS = 400;
const lengthBounds: readonly (readonly [number, number | null])[] = [
  [0, 8],
  [9, 16],
  [17, 30],
  [31, null],
];

/** The first run is the judge in question, the second the counting rule, the rest are ablations. */
export function summarise(
  evaluation: Evaluation,
  about: { readonly split: Split; readonly fromSeed: number; readonly seeds: number },
): Summary {
  const [main, counting, ...ablated] = evaluation.runs;
  invariant(main !== undefined && counting !== undefined, 'there is a judge and a yardstick');
  return {
    ...headline(main.tests),
    synthetic: true,
    ...about,
    traders: evaluation.tradersDone(),
    sessions: evaluation.sessions(),
    facts: evaluation.facts(),
    complete: evaluation.tradersDone() === evaluation.tradersWanted,
    ...detail(main),
    countingRule: headline(counting.tests),
    ablations: ablated.map((run) => ({ judge: run.judge, ...headline(run.tests) })),
  };
}

/** Everything about one judge beyond the headline. */
function detail(run: JudgeRun): Detail {
  const { tests, afterContamination } = run;
  return {
    judge: run.judge,
    intervals: intervals(tests, BOOTSTRAP_ROUNDS),
    lockedWorstDecileCrossed: worstDecileCrossed(tests),
    cautionStressedPer1000: perThousand(
      tests,
      ({ group, stressed }) => group === 'calm' && stressed,
      'CAUTION',
      null,
    ),
    aucCalmMarket: byGroup((group) => inMarket(tests, group, false)),
    aucStressedMarket: byGroup((group) => inMarket(tests, group, true)),
    contaminated: afterContamination.length === 0 ? null : contaminationOf(tests, afterContamination),
    learning: {
      cautionPer1000: perThousand(run.learning, () => true, 'CAUTION', null),
      lockedPer1000: perThousand(run.learning, () => true, 'LOCKED', null),
    },
    kinds: kindRows(tests),
    lengths: lengthBounds.map(([from, to]) => lengthRow(tests, from, to)),
    faultyReadings: run.faultyReadings,
  };
}

function inMarket(
  tests: readonly SessionRecord[],
  group: Parameters<typeof ofGroup>[0],
  stressed: boolean,
): number | null {
  const here = tests.filter((record) => record.stressed === stressed);
  return aucOf(here, ofGroup(group));
}

function contaminationOf(
  clean: readonly SessionRecord[],
  dirty: readonly SessionRecord[],
): Detail['contaminated'] {
  const auc = byGroup((group) => aucOf(dirty, ofGroup(group)));
  const before = aucOf(clean, ofGroup('moderate'));
  return {
    auc,
    costModerate: before === null || auc.moderate === null ? null : before - auc.moderate,
    lockedCalmPer1000: perThousand(dirty, ({ group }) => group === 'calm', 'LOCKED', null),
  };
}

function kindRows(tests: readonly SessionRecord[]): readonly KindRow[] {
  const nameOf = ({ kind, group, stressed }: SessionRecord): string =>
    group === 'calm' ? `${kind}, ${stressed ? 'stressed' : 'calm'} market` : kind;
  const names = [...new Set(tests.map(nameOf))].toSorted();
  return names.map((kind) => {
    const own = tests.filter((record) => nameOf(record) === kind);
    const group = own[0]?.group ?? 'calm';
    const auc = group === 'calm' ? null : aucOf(tests, (record) => record.kind === kind);
    const share = (level: 'CAUTION' | 'LOCKED'): number =>
      own.filter(({ reached }) => reached[level]).length / own.length;
    return {
      kind,
      group,
      sessions: own.length,
      auc,
      cautionShare: share('CAUTION'),
      lockedShare: share('LOCKED'),
    };
  });
}

function lengthRow(tests: readonly SessionRecord[], from: number, to: number | null): LengthRow {
  const fits = tests.filter(({ trades }) => trades >= from && trades <= (to ?? Infinity));
  const isCalm = ({ group }: SessionRecord): boolean => group === 'calm';
  return {
    tradesFrom: from,
    tradesTo: to,
    sessions: fits.length,
    auc: byGroup((group) => aucOf(fits, ofGroup(group))),
    cautionFalsePer1000: perThousand(fits, isCalm, 'CAUTION', null),
    lockedFalsePer1000: perThousand(fits, isCalm, 'LOCKED', null),
  };
}
