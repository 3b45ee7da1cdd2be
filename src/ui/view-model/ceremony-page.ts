/** The pages of a step up and of a step down: quiet, one thing to do on each, in plain words. Pure. */
import type { Dashboard, TierJourneyPanel } from '../../core/dashboard.ts';
import { demotionWords } from '../../core/demotion-words.ts';
import { durationOfMs, percentOfBps } from '../../core/explain-figures.ts';
import { tierRank } from '../../core/vocabulary.ts';
import type { Ceremony } from './ceremony.ts';
import { table, type Cell } from './charts/table.ts';
import { cutRow, span, wrapped, type Row, type Style } from './spans.ts';
import { featureWords, gateFigures, gateWords } from './views/tier.ts';
import { counted, heading, INDENT, line, stacked } from './views/view.ts';
import { momentIn, type Zone } from './zone.ts';

type Place = { readonly width: number; readonly rows: number; readonly zone: Zone };

/** Exactly `rows` rows. */
export function ceremonyRows(ceremony: Ceremony, dashboard: Dashboard, place: Place): readonly Row[] {
  const { width, rows } = place;
  const journey = dashboard.tierJourney;
  const content = journey === null ? [] : pageOf(ceremony, dashboard, journey, place);
  const above = content.length + 3 <= rows ? 2 : content.length + 1 <= rows ? 1 : 0;
  const page = [...Array.from({ length: above }, (): Row => []), ...content]
    .slice(0, rows)
    .map((row) => cutRow(row, width));
  return [...page, ...Array.from({ length: rows - page.length }, (): Row => [])];
}

function pageOf(
  ceremony: Ceremony,
  dashboard: Dashboard,
  journey: TierJourneyPanel,
  place: Place,
): readonly Row[] {
  const words = (texts: readonly string[], style: Style = 'text'): readonly Row[] =>
    texts.flatMap((text) => wrapped(text, Math.min(88, place.width - 6), 3).map((row) => line(row, style)));
  const say = { dashboard, journey, place, words };
  return ceremony === 'emergency' ? downPage(say) : upPage(ceremony, say);
}

type Said = {
  readonly dashboard: Dashboard;
  readonly journey: TierJourneyPanel;
  readonly place: Place;
  readonly words: (texts: readonly string[], style?: Style) => readonly Row[];
};

function upPage(ceremony: Exclude<Ceremony, 'emergency'>, said: Said): readonly Row[] {
  const { dashboard, place } = said;
  const { tier, next } = dashboard.tier;
  const risen = ceremony === 'adjustment';
  const title = risen || next === null ? tier : `${tier} → ${next}`;
  const head = [line(title, 'bright')];
  const proved = risen ? [] : provedRows(dashboard);
  const asked = askedRows(ceremony, said);
  // The roomiest that fits; what is asked is on every one.
  const pages = [
    stacked(head, proved, wayRows(ceremony), asked),
    stacked(head, proved, [wayRow(ceremony)], asked),
    stacked(head, wayRows(ceremony), asked),
  ];
  return pages.find(({ length }) => length <= place.rows) ?? stacked(head, asked);
}

function provedRows({ tier, tierJourney }: Dashboard): readonly Row[] {
  const proof = new Map(tierJourney?.evidence.map(({ gate, words }) => [gate, words]));
  const cells = tier.gates.map((gate): readonly Cell[] => [
    span(gate.passed ? 'done' : 'open', gate.passed ? 'good' : 'quiet'),
    span(gateWords(gate.gate)),
    span(gateFigures(gate), 'bright'),
    span(proof.get(gate.gate) ?? '', 'quiet'),
  ]);
  return cells.length === 0 ? [] : [heading('what was proved'), ...table(cells, INDENT)];
}

const way: readonly (readonly [step: Ceremony, words: string, short: string])[] = [
  ['trial', 'the new tools on paper', 'paper trial'],
  ['phrase', 'the sentence', 'sentence'],
  ['reflection', 'the reflection', 'reflection'],
  ['adjustment', 'the new tier, at half limits first', 'new tier'],
];

/** The same in one row, where there is little room. */
function wayRow(ceremony: Ceremony): Row {
  const now = way.findIndex(([step]) => step === ceremony);
  return [
    span(' '.repeat(INDENT)),
    ...way.map(([, , short], index) => {
      const place = index < now ? 'done ' : index === now ? 'now ' : 'later ';
      return span(`${place}${short}   `, index === now ? 'bright' : 'quiet');
    }),
  ];
}

function wayRows(ceremony: Ceremony): readonly Row[] {
  const now = way.findIndex(([step]) => step === ceremony);
  return [
    heading('the way up'),
    ...table(
      way.map(([, words], index): readonly Cell[] => [
        span(
          index < now ? 'done' : index === now ? 'now' : 'later',
          index < now ? 'good' : index === now ? 'bright' : 'quiet',
        ),
        span(words, index === now ? 'bright' : 'quiet'),
      ]),
      INDENT,
    ),
  ];
}

function askedRows(
  ceremony: Exclude<Ceremony, 'emergency'>,
  { dashboard, journey, place, words }: Said,
): readonly Row[] {
  switch (ceremony) {
    case 'trial':
      return [...words(trialWords(dashboard, journey)), line(firstTool(dashboard), 'bright')];
    case 'phrase':
      return [
        ...words(['The trial is passed. Read the sentence slowly; type it when it is true:']),
        line(`tier confirm ${journey.phrase}`, 'bright'),
      ];
    case 'reflection':
      return [
        ...words([
          'The last step: what you learned here, and what could tempt you with more room. Your own words; only their number and a fingerprint are kept.',
        ]),
        line('tier reflect …', 'bright'),
      ];
    case 'adjustment': {
      const until = journey.adjustmentUntil;
      return words([
        ...(dashboard.tier.features.length === 0
          ? []
          : [`Yours now: ${dashboard.tier.features.map(featureWords).join(', ')}.`]),
        until === null
          ? 'Limits are half of the tier for the first days.'
          : `Limits are half of the tier until ${momentIn(place.zone, until)}, while the new room becomes usual.`,
      ]);
    }
  }
}

function trialWords(dashboard: Dashboard, { trial }: TierJourneyPanel): readonly string[] {
  const tools = dashboard.tier.lockedFeatures.map(featureWords).join(', ');
  const wanted =
    trial === null
      ? []
      : [
          `${trial.roundTripsMin} round trips · ${counted(trial.profitableDaysMin, 'day')} in profit in a row · uptime ${percentOfBps(trial.uptimeMinBps)} · ${durationOfMs(trial.endsAt - trial.startedAt)} of time`,
        ];
  return [
    ...wanted,
    tools === '' ? 'No money is at stake.' : `To be tried without money: ${tools}. The first one:`,
  ];
}

/** An example a little above the market: what starts it, and the most it may pay. */
const TRIGGER_SHARE = 1.01;
const LIMIT_SHARE = 1.011;

/** The first new tool, as it is typed, near the present price. */
function firstTool({ tier, markets }: Dashboard): string {
  const [market] = markets;
  const coin = (market?.baseAsset ?? 'BTC').toLowerCase();
  const order = `tier trial buy 25 usdt ${coin}`;
  const locked = new Set(tier.lockedFeatures.map((feature) => feature.toUpperCase()));
  const bid = market?.bid ?? null;
  if (locked.has('LIMIT') && bid !== null) return `${order} at ${bid}`;
  const last = Number(market?.last ?? Number.NaN);
  if (locked.has('STOP_LOSS_LIMIT') && market !== undefined && last > 0) {
    const above = (share: number): string => (last * share).toFixed(market.priceDecimals);
    return `${order} stop ${above(TRIGGER_SHARE)} limit ${above(LIMIT_SHARE)}`;
  }
  return order;
}

function downPage({ dashboard, journey, place, words }: Said): readonly Row[] {
  const { tier } = dashboard.tier;
  const fall = journey.history
    .toSorted((left, right) => right.at - left.at)
    .find(({ from, to }) => to === tier && tierRank(to) < tierRank(from));
  const why = fall === undefined ? null : (demotionWords[fall.reason] ?? fall.reason);
  const from = journey.promotionNotBefore;
  return stacked(
    [line(fall === undefined ? `${tier}, in small steps` : `${fall.from} → ${tier}`, 'bright')],
    [
      heading('what happened'),
      ...words(
        fall === undefined || why === null
          ? ['Something asked for a pause of size. The log says what it was; type log.']
          : [`${why.slice(0, 1).toUpperCase()}${why.slice(1)}, at ${momentIn(place.zone, fall.at)}.`],
      ),
    ],
    [heading('what stays'), ...words([protectedWords(dashboard), 'Closing works at any time.'])],
    checklist(journey, words),
    from === null || from <= dashboard.at
      ? []
      : [line(`The way up is open again from ${momentIn(place.zone, from)}.`, 'quiet')],
  );
}

function protectedWords({ positions }: Dashboard): string {
  const held = positions.filter((position) => position.protected).length;
  if (positions.length === 0) return 'Nothing is open.';
  if (held === positions.length)
    return `${counted(held, 'position')}, each with its stop at the exchange, as before.`;
  return `${held} of ${counted(positions.length, 'position')} with a stop at the exchange; the others are getting theirs.`;
}

function checklist(
  { checklist: items }: TierJourneyPanel,
  words: (texts: readonly string[]) => readonly Row[],
): readonly Row[] {
  if (items.length === 0) return [];
  return [
    heading('what comes next'),
    ...words([
      'Positions stay at the smallest size until these are done: tier check and the word; journal opens a page.',
    ]),
    ...table(
      items.map(({ item, words: text, done }): readonly Cell[] => [
        span(done ? 'done' : 'open', done ? 'good' : 'quiet'),
        span(item, done ? 'quiet' : 'bright'),
        span(text, done ? 'quiet' : 'text'),
      ]),
      INDENT,
    ),
  ];
}
