/** Tier: where the account stands, each gate with progress and evidence, what comes next, and the history. */
import type { Dashboard, GatePanel, TierJourneyPanel } from '../../../core/dashboard.ts';
import { demotionWords } from '../../../core/demotion-words.ts';
import { dollars, durationOfMs, percentOfBps } from '../../../core/explain-figures.ts';
import { bar, table, type Cell } from '../charts/table.ts';
import { rowWidth, span, wrapped, type Row } from '../spans.ts';
import { dayAndClockIn, momentIn } from '../zone.ts';
import { checklistRows, heading, INDENT, line, stacked, type ViewInput } from './view.ts';

const GATE_BAR = 12;
const HISTORY_ROWS = 8;

export function tierRows(input: ViewInput): readonly Row[] {
  const { dashboard } = input;
  const journey = dashboard.tierJourney;
  return stacked(
    headRows(input),
    gateRows(dashboard, input.width),
    journey === null ? [] : stageRows(journey, input),
    toComeRows(dashboard, input.width),
    journey === null ? [] : historyRows(journey, input),
  );
}

function headRows({ dashboard, width, zone }: ViewInput): readonly Row[] {
  const { tier } = dashboard;
  const passed = tier.gates.filter((gate) => gate.passed).length;
  const share = tier.gates.length === 0 ? 0 : passed / tier.gates.length;
  return [
    line(`${tier.tier} since ${momentIn(zone, tier.startedAt)}`, 'bright'),
    ...(tier.next === null
      ? [line('the highest tier there is', 'quiet')]
      : [
          line(`${passed} of ${tier.gates.length} gates to ${tier.next}`),
          [span(' '.repeat(INDENT)), ...bar(Math.min(40, width - 6), share, 'good')],
        ]),
  ];
}

/** `profitableDaysPercent` as `profitable days`: gates are named in the configuration. */
export function gateWords(gate: string): string {
  const words = gate.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.replace(/ percent$/, '');
}

/** `$499.98 of $2,000`, `3 of 30`, `not yet measured, 60 % needed`, `5 of 5, 20 needed; 90 % to reach`. */
export function gateFigures({ gate, currentValue, requiredValue }: GatePanel): string {
  const shown = (value: string): string => {
    if (!/^-?\d+(?:\.\d+)?$/.test(value)) return value;
    return gate === 'equity' ? dollars(value) : gate.endsWith('Percent') ? `${value} %` : value;
  };
  // Too little to be a share yet: it says itself what it counts.
  if (currentValue.endsWith('needed')) return `${currentValue}; ${shown(requiredValue)} to reach`;
  return /\d/.test(currentValue)
    ? `${shown(currentValue)} of ${shown(requiredValue)}`
    : `${currentValue}, ${shown(requiredValue)} needed`;
}

/** How far a gate is, when both figures are numbers that mean "more is further"; else nothing is drawn. */
function gateShare({ currentValue, requiredValue, passed }: GatePanel): number | null {
  if (passed) return 1;
  const figure = (text: string): number => Number(text.replaceAll(/[$,% ]/g, '') || Number.NaN);
  const share = figure(currentValue) / figure(requiredValue);
  return Number.isFinite(share) && share >= 0 && share < 1 ? share : null;
}

function gateRows({ tier, tierJourney }: Dashboard, width: number): readonly Row[] {
  if (tier.gates.length === 0) return [];
  const proof = new Map(tierJourney?.evidence.map(({ gate, words }) => [gate, words]));
  const rows = tier.gates.map((gate): { readonly cells: readonly Cell[]; readonly share: number | null } => {
    const evidence = proof.get(gate.gate) ?? '';
    return {
      share: gateShare(gate),
      cells: [
        span(gate.passed ? 'done' : 'open', gate.passed ? 'good' : 'quiet'),
        span(gateWords(gate.gate)),
        span(gateFigures(gate), gate.passed ? 'text' : 'bright'),
        ...(width >= 110 && evidence !== '' ? [span(evidence, 'quiet')] : []),
      ],
    };
  });
  const drawn = width >= 76;
  const indent = drawn ? INDENT + GATE_BAR + 2 : INDENT;
  return table(
    rows.map(({ cells }) => cells),
    indent,
  ).flatMap((row, index): readonly Row[] => {
    const share = rows[index]?.share ?? null;
    const gauge: Row =
      share === null ? [span(' '.repeat(GATE_BAR))] : bar(GATE_BAR, share, share >= 1 ? 'good' : 'text');
    const whole: Row = drawn ? [span(' '.repeat(INDENT)), ...gauge, span('  '), ...row.slice(1)] : row;
    return rowWidth(whole) < width ? [whole] : foldedRow(whole, width);
  });
}

/** The last cell on as many rows as it needs, below itself. */
function foldedRow(row: Row, width: number): readonly Row[] {
  const before = row.slice(0, -1);
  const last = row.at(-1);
  const at = rowWidth(before);
  if (last === undefined || at > width - 10) return [row];
  return wrapped(last.text, width - at - 1, 3).map((text, index): Row => [
    ...(index === 0 ? before : [span(' '.repeat(at))]),
    { text, style: last.style },
  ]);
}

const stageWords: Readonly<Record<TierJourneyPanel['stage'], string>> = {
  gates: 'the gates are being earned',
  trial: 'the new tools are being tried on paper',
  phrase: 'the trial is passed; the sentence comes next',
  reflection: 'the sentence is typed; the reflection comes next',
  adjustment: 'getting used to the new tier, at half limits',
  emergency: 'small steps until the checklist is done',
  settled: '',
};

function stageRows(journey: TierJourneyPanel, { zone, dashboard }: ViewInput): readonly Row[] {
  const rows: Row[] = [];
  const words = stageWords[journey.stage];
  if (words !== '' && journey.stage !== 'gates') rows.push(line(words, 'bright'));
  if (journey.watched) rows.push(line('close to the next tier, so the detector looks more closely'));
  if (journey.trial !== null) {
    const { profitableDays, profitableDaysMin, roundTrips, roundTripsMin, uptimeBps, uptimeMinBps, endsAt } =
      journey.trial;
    rows.push(
      ...table(
        [
          trialCells(
            'profitable days in a row',
            `${profitableDays} of ${profitableDaysMin}`,
            profitableDays >= profitableDaysMin,
          ),
          trialCells('round trips', `${roundTrips} of ${roundTripsMin}`, roundTrips >= roundTripsMin),
          trialCells(
            'uptime',
            `${percentOfBps(uptimeBps)} of ${percentOfBps(uptimeMinBps)}`,
            uptimeBps >= uptimeMinBps,
          ),
          trialCells(
            'time',
            endsAt <= dashboard.at ? 'complete' : `${durationOfMs(endsAt - dashboard.at)} to go`,
            endsAt <= dashboard.at,
          ),
        ],
        INDENT,
      ),
    );
  }
  if (journey.stage === 'phrase') rows.push(line(`type: ${journey.phrase}`, 'bright'));
  if (journey.adjustmentUntil !== null && journey.adjustmentUntil > dashboard.at)
    rows.push(line(`half limits until ${momentIn(zone, journey.adjustmentUntil)}`));
  if (journey.promotionNotBefore !== null && journey.promotionNotBefore > dashboard.at)
    rows.push(line(`the next promotion is possible from ${momentIn(zone, journey.promotionNotBefore)}`));
  if (journey.checklist.length > 0) rows.push(...checklistRows(journey.checklist));
  return rows;
}

function trialCells(name: string, figures: string, done: boolean): readonly Cell[] {
  return [
    span(done ? 'done' : 'open', done ? 'good' : 'quiet'),
    span(name),
    span(figures, done ? 'text' : 'bright'),
  ];
}

function toComeRows({ tier }: Dashboard, width: number): readonly Row[] {
  if (tier.lockedFeatures.length === 0) return [];
  const words = tier.lockedFeatures.map(featureWords).join(', ');
  return [
    heading(tier.next === null ? 'still to come' : `what ${tier.next} brings`),
    ...wrapped(words, Math.min(100, width - 6), 3).map((text) => line(text)),
  ];
}

export function featureWords(feature: string): string {
  return feature.toLowerCase().replaceAll('_', ' ');
}

function historyRows({ history }: TierJourneyPanel, { zone }: ViewInput): readonly Row[] {
  if (history.length === 0) return [];
  return [
    heading('history'),
    ...table(
      history
        .toSorted((left, right) => right.at - left.at)
        .slice(0, HISTORY_ROWS)
        .map(({ at, from, to, reason }): readonly Cell[] => [
          span(dayAndClockIn(zone, at), 'quiet'),
          span(`${from} → ${to}`),
          span(demotionWords[reason] ?? reason, 'quiet'),
        ]),
      INDENT,
    ),
  ];
}
