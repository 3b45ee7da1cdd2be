/**
 * What every view is: a name, a word on it, and a pure function from what is known to rows. Rows may
 * be more than fit; the middle zone scrolls them. Also the few forms that views share.
 */
import type { Dashboard, MarketDetail, Notice } from '../../../core/dashboard.ts';
import { span, type Row, type Style } from '../spans.ts';
import type { Cell } from '../charts/table.ts';
import type { Zone } from '../zone.ts';

/** In the order of their number keys, 1 to 9; then those that a word opens. */
export const viewOrder = [
  'trade',
  'risk',
  'tier',
  'tilt',
  'market',
  'performance',
  'orders',
  'log',
  'help',
  'positions',
  'status',
] as const;
export type View = (typeof viewOrder)[number];
export const NUMBERED_VIEWS = 9;

/** What the console itself remembers of the market while it is open. */
export type MarketMemory = {
  /** Of the market that is looked at; null until it has been asked for. */
  readonly detail: MarketDetail | null;
  /** The pair chosen with `market eth`; null is the one of the first zone. */
  readonly chosen: string | null;
  /** Spreads seen so far, bps by symbol, oldest first, one each few seconds. */
  readonly spreads: ReadonlyMap<string, readonly number[]>;
};

export const nothingRemembered: MarketMemory = { detail: null, chosen: null, spreads: new Map() };

export type ViewInput = {
  readonly dashboard: Dashboard;
  /** Newest first. */
  readonly notices: readonly Notice[];
  readonly market: MarketMemory;
  /** What was refused last, as it was explained. */
  readonly lastRefusal: readonly string[];
  readonly width: number;
  /** How many rows there are to fill; more may be given. */
  readonly rows: number;
  readonly unicode: boolean;
  readonly zone: Zone;
};

export type ViewRows = (input: ViewInput) => readonly Row[];

export const INDENT = 3;

/** Words on a row of their own. */
export function line(text: string, style: Style = 'text'): Row {
  return [span(' '.repeat(INDENT)), span(text, style)];
}

/** A quiet title over what follows. */
export function heading(text: string): Row {
  return line(text, 'quiet');
}

/** A name and its value, as cells of a table. */
export function pair(name: string, text: string, style: Style = 'text'): readonly Cell[] {
  return [span(name, 'quiet'), span(text, style)];
}

/** Said calmly where an engine cannot tell yet. */
export function notKnown(what: string): Row {
  return line(`${what} is not known yet.`, 'quiet');
}

/** Blocks one under the other with a free row between; empty ones leave none. */
export function stacked(...blocks: readonly (readonly Row[])[]): readonly Row[] {
  return blocks
    .filter((block) => block.length > 0)
    .flatMap((block, index) => (index === 0 ? block : [[], ...block]));
}

/** The style of a result: green above zero, plain gray otherwise; the sign says it too. */
export function resultStyle(amount: string | null): Style {
  return amount !== null && !amount.startsWith('-') && /[1-9]/.test(amount) ? 'good' : 'text';
}

/** Decimal places of a pair's prices; two when the pair is not followed. */
export function decimalsOf(dashboard: Dashboard, symbol: string): number {
  return dashboard.markets.find((market) => market.symbol === symbol)?.priceDecimals ?? 2;
}

/** `done` and `open`, never a colour alone. */
export function checklistRows(
  items: readonly { readonly words: string; readonly done: boolean }[],
): readonly Row[] {
  return items.map(({ words, done }) => [
    span(' '.repeat(INDENT)),
    span(done ? 'done  ' : 'open  ', done ? 'good' : 'quiet'),
    span(words, done ? 'text' : 'bright'),
  ]);
}

/** `1 trade`, `2 trades`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
