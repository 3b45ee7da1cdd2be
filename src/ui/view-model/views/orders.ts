/** Orders: what rests at the exchange, and what is being carried out in slices, with its progress. */
import type { ExecutionPanel, OrderPanel } from '../../../core/dashboard.ts';
import { durationOfMs, priceText } from '../../../core/explain-figures.ts';
import { bar, listed, type Column } from '../charts/table.ts';
import { span, type Row } from '../spans.ts';
import { clockIn } from '../zone.ts';
import { decimalsOf, heading, INDENT, line, stacked, type ViewInput } from './view.ts';

export function orderRows(input: ViewInput): readonly Row[] {
  const { dashboard } = input;
  const running = dashboard.executions.flatMap((execution) => executionRows(execution, input));
  const resting =
    dashboard.orders.length === 0 ? [line('No order rests at the exchange.', 'quiet')] : restingRows(input);
  return stacked(running.length === 0 ? [] : [heading('in slices'), ...running], resting);
}

function restingRows({ dashboard, width, zone }: ViewInput): readonly Row[] {
  const columns: readonly Column<OrderPanel>[] = [
    { title: 'pair', cell: (order) => span(order.symbol, 'bright') },
    { title: 'side', cell: (order) => span(order.side.toLowerCase()) },
    { title: 'type', cell: (order) => span(order.type.toLowerCase().replaceAll('_', ' ')) },
    { title: 'for', cell: (order) => span(order.purpose) },
    {
      title: 'status',
      cell: (order) => span(order.status.toLowerCase(), order.status === 'UNKNOWN' ? 'caution' : 'text'),
    },
    { title: 'quantity', cell: (order) => span(order.quantity ?? '-'), right: true },
    { title: 'filled', cell: (order) => span(order.filledQuantity), right: true },
    {
      title: 'price',
      right: true,
      cell: (order) =>
        span(priceText(order.stopPrice ?? order.price ?? '-', decimalsOf(dashboard, order.symbol))),
    },
    { title: 'since', cell: (order) => span(clockIn(zone, order.createdAt), 'quiet'), from: 90 },
  ];
  return listed(columns, dashboard.orders, width, INDENT);
}

/** Two rows for each: what it is and how far, then at what prices. */
function executionRows(execution: ExecutionPanel, { dashboard, width }: ViewInput): readonly Row[] {
  const { method, side, symbol, state, slicesDone, slicesTotal } = execution;
  const decimals = decimalsOf(dashboard, symbol);
  const share = Number(execution.filledQuantity) / Number(execution.wantedQuantity);
  const left = execution.endsAt === null ? '' : `   ${durationOfMs(execution.endsAt - dashboard.at)} left`;
  const average = execution.averagePrice === null ? '-' : priceText(execution.averagePrice, decimals);
  const arrival = execution.arrivalPrice === null ? '-' : priceText(execution.arrivalPrice, decimals);
  const slip = execution.slippageBps === null ? '' : `, slippage ${execution.slippageBps.toFixed(1)} bps`;
  return [
    [
      span(' '.repeat(INDENT)),
      span(`${method.toLowerCase()} ${side.toLowerCase()} ${symbol}`.padEnd(24), 'bright'),
      ...bar(Math.max(6, Math.min(30, width - 68)), share, 'text'),
      span(
        `   ${slicesDone} of ${slicesTotal} slices, ${state}${left}`,
        state === 'running' ? 'text' : 'caution',
      ),
    ],
    line(
      `${execution.filledQuantity} of ${execution.wantedQuantity} at ${average}; arrived at ${arrival}${slip}`,
      'quiet',
    ),
  ];
}
