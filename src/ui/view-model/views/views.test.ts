// Each view with every panel filled and with none: what must be on it, and what is said where nothing is known.
import { describe, expect, test } from 'vitest';
import { fakeDashboard, fakeMarketDetail } from '../../../../tests/builders/fake-engine.ts';
import { fullDashboard } from '../../../../tests/builders/full-dashboard.ts';
import type { Dashboard } from '../../../core/dashboard.ts';
import { withSpreads } from '../spread-memory.ts';
import { furtherFigures } from '../top-zone.ts';
import { rowText } from '../spans.ts';
import { utc } from '../zone.ts';
import { middleRows } from './all-views.ts';
import { nothingRemembered, type MarketMemory, type View } from './view.ts';

function shown(
  view: View,
  dashboard: Dashboard,
  changes: { width?: number; rows?: number; market?: MarketMemory } = {},
): string {
  const { width = 120, rows = 60, market = nothingRemembered } = changes;
  return middleRows(view, 0, {
    dashboard,
    notices: dashboard.notices.toReversed(),
    market,
    lastRefusal: ['Nothing was sent.', 'All is well.', 'Wait.'],
    width,
    rows,
    unicode: true,
    zone: utc,
  })
    .map(rowText)
    .join('\n');
}

const looked: MarketMemory = {
  ...withSpreads(withSpreads(nothingRemembered, fullDashboard().markets), fullDashboard().markets),
  detail: fakeMarketDetail,
};

describe('with every panel filled', () => {
  test.each<[View, readonly string[]]>([
    ['trade', ['+$0.02', '-$0.71', 'stop 66,063.86', '2.06 % away']],
    [
      'risk',
      [
        '$100 of $100 left to lose today',
        '2.53 % under the peak',
        'at 15 % entries stop',
        '$163.97 exposed, 5.09 % of equity',
        'entries at 37.5 % of their size',
        '▓ 0.71',
        'few',
        'mean 0.58; warned above 0.60, refused above 0.80',
        '$21.40 at most on 95 % of days',
        'waits for a calm hour',
      ],
    ],
    [
      'tier',
      [
        '2 of 7 gates to STRATEGIST',
        '33 of 34 orders over $200',
        'what STRATEGIST brings',
        'SNIPER → HUNTER',
      ],
    ],
    [
      'tilt',
      [
        'caution, 34 of 100',
        '+18  twice as fast as usual for you',
        '12 points',
        '2 of 5',
        '-$18.30 in 14 trades',
      ],
    ],
    ['market', ['SOL/USDT', 'volatile', '6.4 s stale', '┃ up  ║ down', '67,453.19   67,453.20', '14.20 bps']],
    ['performance', ['equity, ', 'Mon      Tue', 'mean_reversion', 'by hour of entry', '34 of 61 won']],
    ['orders', ['3 of 8 slices, running', '10 min left', 'slippage 0.9 bps', 'partial']],
    ['log', ['refused last', 'All is well.', '14:01:47']],
  ])('%s', (view, wanted) => {
    const text = shown(view, fullDashboard(), { market: looked });
    for (const words of wanted) expect(text).toContain(words);
  });

  test('every view fits any width without a broken row', () => {
    for (const width of [1, 7, 33, 76, 80, 99, 110, 200])
      for (const view of ['risk', 'tier', 'tilt', 'market', 'performance', 'orders'] as const)
        expect(shown(view, fullDashboard(), { width, market: looked }).split('\n')).toHaveLength(60);
  });
});

describe('with nothing filled yet', () => {
  test.each<[View, string]>([
    ['risk', 'is not known yet'],
    ['performance', 'What was earned is not known yet.'],
    ['market', 'BTC/USDT is being read…'],
    ['tilt', 'a little faster than usual for you'],
    ['tier', '1 of 3 gates to HUNTER'],
    ['orders', 'No order rests at the exchange.'],
  ])('%s says so calmly', (view, words) => {
    expect(shown(view, fakeDashboard())).toContain(words);
  });
});

describe('how much a tier shows', () => {
  const figures = (dashboard: Dashboard): number =>
    furtherFigures(dashboard, 400)
      .flat()
      .filter(({ style, text }) => style === 'quiet' && text.trim() !== '').length;

  test.each<[string, number | null, number]>([
    ['SNIPER: the three figures and none more', 3, 0],
    ['HUNTER: seven at most', 7, 4],
    ['STRATEGIST: all of them', null, 8],
  ])('%s', (_name, dashboardFigures, further) => {
    const base = fullDashboard();
    expect(figures(fullDashboard({ tier: { ...base.tier, dashboardFigures } }))).toBe(further);
  });

  test('a tier that sees everything sees its strategies', () => {
    const base = fullDashboard();
    const text = shown('trade', fullDashboard({ tier: { ...base.tier, dashboardFigures: null } }));
    expect(text).toContain('mean_reversion          ETHUSDT     +$18.05 in 22 trades');
    expect(shown('trade', base)).not.toContain('mean_reversion');
  });
});

test('a target stands under the stop, at any width', () => {
  const [position] = fullDashboard().positions;
  if (position === undefined) throw new Error('the full dashboard has a position');
  const targeted = fullDashboard({
    positions: [{ ...position, targetPrice: '69000', targetResting: false }],
  });
  for (const width of [60, 80, 120]) {
    const text = shown('trade', targeted, { width });
    expect(text).toContain('stop 66,063.86');
    expect(text).toContain('target 69,000.00 (watched)');
  }
});
