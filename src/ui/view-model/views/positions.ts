/** Positions: what is open, with its stop. Also what protects a position, in words. */
import type { PositionPanel } from '../../../core/dashboard.ts';
import { dollars, priceText, signedDollars, signedPercentOfBps } from '../../../core/explain-figures.ts';
import { span, type Row } from '../spans.ts';
import { listed, type Column } from '../charts/table.ts';
import { dayAndClockIn } from '../zone.ts';
import { decimalsOf, INDENT, line, resultStyle, type ViewInput } from './view.ts';

/** What protects a position, in words. */
export function stopWords(position: PositionPanel, decimals: number): string {
  if (position.closing) return 'closing';
  if (position.stopPrice === null || !position.protected) return 'stop being placed';
  return `stop ${priceText(position.stopPrice, decimals)}`;
}

/** Where a position is to be sold at a profit, in words; empty without a target. */
export function targetWords(position: PositionPanel, decimals: number): string {
  if (position.targetPrice === null || position.closing) return '';
  return `target ${priceText(position.targetPrice, decimals)}${position.targetResting ? '' : ' (watched)'}`;
}

export function positionRows({ dashboard, width, zone }: ViewInput): readonly Row[] {
  const dust = dashboard.account.dust.map(({ asset, quantity, value }) =>
    line(
      `${quantity} ${asset} (${dollars(value)}) is too small to sell and joins the next position in it.`,
      'quiet',
    ),
  );
  if (dashboard.positions.length === 0) return [line('Nothing is open.', 'quiet'), ...dust];
  const decimals = ({ symbol }: PositionPanel): number => decimalsOf(dashboard, symbol);
  const columns: readonly Column<PositionPanel>[] = [
    { title: 'pair', cell: (position) => span(position.display, 'bright') },
    { title: 'side', cell: (position) => span(position.side.toLowerCase()), from: 100 },
    { title: 'quantity', cell: (position) => span(position.quantity), right: true },
    {
      title: 'entry',
      cell: (position) => span(priceText(position.entryPrice, decimals(position))),
      right: true,
    },
    {
      title: 'now',
      cell: (position) => span(priceText(position.markPrice ?? '-', decimals(position))),
      right: true,
    },
    {
      title: 'result',
      right: true,
      cell: ({ pnlDollars }) =>
        span(pnlDollars === null ? '-' : signedDollars(pnlDollars), resultStyle(pnlDollars)),
    },
    {
      title: '',
      right: true,
      from: 100,
      cell: ({ pnlBps, pnlDollars }) =>
        span(pnlBps === null ? '' : signedPercentOfBps(pnlBps), resultStyle(pnlDollars)),
    },
    {
      title: 'stop',
      cell: (position) =>
        span(
          [stopWords(position, decimals(position)), targetWords(position, decimals(position))]
            .filter((words) => words !== '')
            .join(', '),
          position.protected || position.closing ? 'text' : 'caution',
        ),
    },
    { title: 'since', cell: (position) => span(dayAndClockIn(zone, position.openedAt), 'quiet'), from: 120 },
  ];
  return [...listed(columns, dashboard.positions, width, INDENT), ...dust];
}
