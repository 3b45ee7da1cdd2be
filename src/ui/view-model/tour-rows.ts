/** The words of the guided tour: a step in full while nothing else is said, else one row of it. Pure. */
import type { Dashboard } from '../../core/dashboard.ts';
import { priceText } from '../../core/explain-figures.ts';
import { span, type Row, type Style } from './spans.ts';
import { tourSteps, type TourStep } from './tour.ts';

type Words = { readonly lines: readonly string[]; readonly short: string };

function wordsOf(step: TourStep, dashboard: Dashboard): Words {
  const [market] = dashboard.markets;
  const [position] = dashboard.positions;
  const coin = (
    dashboard.markets.find(({ symbol }) => symbol === position?.symbol)?.baseAsset ??
    market?.baseAsset ??
    'BTC'
  ).toLowerCase();
  switch (step) {
    case 'zones':
      return {
        lines: [
          'Above: the day so far, what is left to lose today, the tier. In the middle: what is open, and what happened. Here: your words.',
          'It is all paper money, and nothing is ever sent before Enter.',
        ],
        short: 'Enter on an empty line goes on',
      };
    case 'preview':
      return {
        lines: [
          `Type buy 100 usdt ${coin} and leave Enter for later: what it would become is shown here first.`,
        ],
        short: `buy 100 usdt ${coin}, and see what it becomes`,
      };
    case 'send':
      return {
        lines: [
          'One position holds only a small share of the account, so that one trade can cost only little.',
          `buy 100 usdt ${coin} and Enter sends the smaller order.`,
        ],
        short: 'a small share of the account at most; Enter sends it',
      };
    case 'stop': {
      const stop = position?.stopPrice ?? null;
      const price = stop === null ? '' : ` at ${priceText(stop, market?.priceDecimals ?? 2)}`;
      return {
        lines: [
          `Every position has a stop. This one rests at the exchange${price} and sells there, whether or not this program runs.`,
          `stop ${coin} 1% brings it closer; further away it never goes. Enter goes on.`,
        ],
        short: 'its stop rests at the exchange; Enter on an empty line goes on',
      };
    }
    case 'close':
      return {
        lines: [`Type close ${coin} and Enter: it is sold, and its stop goes with it. Closing always works.`],
        short: `close ${coin} and Enter`,
      };
    case 'ask':
      return {
        lines: [
          'why explains the last refusal, ? shows every command, 1 to 9 open the views, Esc comes back.',
          'That is all of it. Enter ends the tour; tour takes it again.',
        ],
        short: 'why explains a refusal, ? shows all; Enter ends the tour',
      };
  }
}

function numbered(tour: number): string {
  return `tour ${tour + 1} of ${tourSteps.length}`;
}

/** A step in full. */
export function tourRows(
  tour: number,
  dashboard: Dashboard,
  lines: (texts: readonly string[], style?: Style) => readonly Row[],
): readonly Row[] {
  const step = tourSteps[tour] ?? 'ask';
  return [
    ...lines(wordsOf(step, dashboard).lines, 'bright'),
    [span('   '), span(`${numbered(tour)} · Esc leaves it`, 'quiet')],
  ];
}

/** A step in one row. */
export function tourFoot(tour: number, dashboard: Dashboard): Row {
  return [
    span('   '),
    span(`${numbered(tour)} · ${wordsOf(tourSteps[tour] ?? 'ask', dashboard).short}`, 'quiet'),
  ];
}
