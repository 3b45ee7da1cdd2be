/**
 * The settings a trader may make for themselves, each inside what the files allow (domain rules, "Tilt",
 * asymmetric settings). The table names the places it binds; a lower value is the tighter one in all of them.
 */
import type { Rules } from '../../core/rules.ts';
import { tiers, type Tier } from '../../core/vocabulary.ts';
import { compareFigures, figureAt, withFigure } from './limit-paths.ts';

export type OwnSetting = {
  readonly name: string;
  readonly words: string;
  readonly unit: 'percent' | 'usd' | 'count';
  readonly isLossLimit: boolean;
  /** Places it binds, for the given tier where it is a tier's. */
  readonly paths: readonly string[];
  /** The least it may be. */
  readonly least: string;
  /** Place of the most it may be; the place it binds itself unless said otherwise. */
  readonly mostAt: string | null;
};

const ofTiers = (figure: string): readonly string[] =>
  tiers.map((tier) => `tierGates.tiers.${tier}.${figure}`);

export const ownSettings: readonly OwnSetting[] = [
  {
    name: 'stop-distance',
    words: 'how far below the entry the protective stop rests',
    unit: 'percent',
    isLossLimit: true,
    paths: ['trading.risk.stopDistanceBps'],
    least: '10',
    mostAt: 'trading.risk.stopDistanceMaxBps',
  },
  {
    name: 'risk-per-trade',
    words: 'what one trade may lose at its stop, of equity',
    unit: 'percent',
    isLossLimit: true,
    paths: ['trading.risk.riskPerTradeBps'],
    least: '1',
    mostAt: null,
  },
  {
    name: 'daily-loss',
    words: 'what a day may lose, of equity',
    unit: 'percent',
    isLossLimit: true,
    paths: ofTiers('dailyLossMaxBps'),
    least: '1',
    mostAt: null,
  },
  {
    name: 'drawdown-halt',
    words: 'how far under its peak the account halts',
    unit: 'percent',
    isLossLimit: true,
    paths: ['trading.risk.drawdownHaltBps'],
    least: '100',
    mostAt: null,
  },
  {
    name: 'position-value',
    words: 'what one position may hold, of equity',
    unit: 'percent',
    isLossLimit: true,
    paths: ofTiers('positionValueMaxBps'),
    least: '10',
    mostAt: null,
  },
  {
    name: 'open-positions',
    words: 'how many positions may be open',
    unit: 'count',
    isLossLimit: false,
    paths: ofTiers('openPositionsMax'),
    least: '1',
    mostAt: null,
  },
  {
    name: 'entries-per-day',
    words: 'how many entries a day may have',
    unit: 'count',
    isLossLimit: false,
    paths: ofTiers('entriesPerDayMax'),
    least: '1',
    mostAt: null,
  },
  {
    name: 'order-value',
    words: 'what one order may be worth',
    unit: 'usd',
    isLossLimit: false,
    paths: ['trading.risk.orderValueMax'],
    least: '$10',
    mostAt: null,
  },
  {
    name: 'price-collar',
    words: 'how far from the last trade an entry may be',
    unit: 'percent',
    isLossLimit: false,
    paths: ['trading.risk.priceCollarBps'],
    least: '10',
    mostAt: null,
  },
];

export function ownSetting(name: string): OwnSetting | undefined {
  return ownSettings.find((setting) => setting.name === name);
}

/** The place of this setting for the tier of the account. */
export function pathFor(setting: OwnSetting, tier: Tier): string {
  return setting.paths.find((path) => path.includes(`.${tier}.`)) ?? setting.paths[0] ?? '';
}

/** The most the files allow. */
export function mostOf(setting: OwnSetting, configured: Rules, tier: Tier): string {
  return figureAt(configured, setting.mostAt ?? pathFor(setting, tier));
}

/** The rules with the trader's value laid over them; a place that is tighter already stays as it is. */
export function withOwn(rules: Rules, setting: OwnSetting, value: string): Rules {
  let next = rules;
  for (const path of setting.paths) {
    const most = figureAt(rules, setting.mostAt ?? path);
    next = withFigure(next, path, compareFigures(value, most) < 0 ? value : most);
  }
  return next;
}
