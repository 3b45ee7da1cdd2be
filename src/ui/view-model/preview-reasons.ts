/**
 * `?` under a preview: the refusal behind it in full, or in words what the size was made from. The figures are
 * the engine's (approval of the risk engine); nothing is computed here. Pure.
 */
import type { Preview } from '../../core/dashboard.ts';
import { dollars, percentOfBps } from '../../core/explain-figures.ts';
import { explain } from '../../core/explain.ts';
import { refusalCodes } from '../../core/refusals.ts';

/** What makes a size smaller, by the names of its figures. */
const factorWords: readonly (readonly [figure: string, words: string])[] = [
  ['tiltBps', 'an unusual spell'],
  ['marketStateBps', 'the market state'],
  ['volatilityBps', 'unusual movement'],
  ['losingDaysBps', 'losing days in a row'],
  ['recoveryBps', 'a loss earned back in quarters'],
];

const WHOLE_BPS = 10_000;

/** Sentences in the order in which they are worth reading; the preview's own when there is nothing to add. */
export function previewReasons({ figures, lines }: Preview, maySlice: boolean): readonly string[] {
  const code = refusalCodes.find((known) => known === figures['code']);
  if (code !== undefined) {
    const { what, why, next } = explain({ code, figures });
    return [what, why, next];
  }
  const bps = (name: string): number | null => {
    const value = figures[name];
    return typeof value === 'number' ? value : null;
  };
  const reasons = [
    boundWords(figures, bps),
    factorsOf(bps),
    breakEvenWords(bps),
    maySlice ? slicesWords(figures) : '',
  ];
  const said = reasons.filter((words) => words !== '');
  return said.length === 0 ? lines : said;
}

type Bps = (name: string) => number | null;

/** The most the position may be, and the bound that makes it so. */
function boundWords({ cap, equity, requested }: Preview['figures'], bps: Bps): string {
  const share = bps('shareBps');
  if (share === null || typeof cap !== 'string' || typeof equity !== 'string') return '';
  const risk = bps('riskShareBps') ?? share;
  const kelly = bps('kellyShareBps') ?? share;
  const least = Math.min(share, risk, kelly);
  const why =
    least === share
      ? `one position holds ${percentOfBps(share)} of ${dollars(equity)}`
      : least === risk
        ? `what the stop may cost allows ${percentOfBps(risk)} of ${dollars(equity)}`
        : `your own results allow ${percentOfBps(kelly)} of ${dollars(equity)}`;
  const asked = typeof requested === 'string' ? `${dollars(requested)} was asked for. ` : '';
  return `${asked}At most ${dollars(cap)}: ${why}.`;
}

function factorsOf(bps: Bps): string {
  const smaller = factorWords.flatMap(([figure, words]) => {
    const share = bps(figure);
    return share === null || share >= WHOLE_BPS ? [] : [`${words} to ${percentOfBps(share)}`];
  });
  return smaller.length === 0 ? '' : `Made smaller by ${smaller.join(', ')}.`;
}

function breakEvenWords(bps: Bps): string {
  const even = bps('breakEvenBps');
  return even === null ? '' : `Both fees are earned back once the price is ${percentOfBps(even)} higher.`;
}

/** What the exchange would take. */
function slicesWords({ slicesMax }: Preview['figures']): string {
  if (typeof slicesMax !== 'number' || !Number.isSafeInteger(slicesMax)) return '';
  return slicesMax > 1
    ? `The exchange would take it in ${slicesMax} slices at most.`
    : 'Too small to be sliced.';
}
