/**
 * A backtest as one self-contained HTML file: figures, equity curve and drawdown as inline SVG, the
 * trades as a table. No script, no request to anywhere. Calm colours: profit muted green, loss gray.
 * Everything that came from outside is escaped.
 */
import { minuteName } from '../core/time.ts';
import type { CurvePoint } from './equity-curve.ts';
import type { Metrics } from './metrics.ts';
import type { TradeRow } from './trade-list.ts';

export type HtmlReport = {
  readonly title: string;
  /** Lines under the title: data, period, assumptions. */
  readonly about: readonly string[];
  readonly metrics: Metrics;
  readonly curve: readonly CurvePoint[];
  readonly trades: readonly TradeRow[];
  readonly tradesLeftOut: number;
};

const WIDTH = 960;
const HEIGHT = 260;
const DROP_HEIGHT = 90;

/** The whole document. */
export function htmlReport(report: HtmlReport): string {
  const { metrics } = report;
  const profit = !metrics.totalPnl.startsWith('-');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(report.title)}</title>
<style>
:root { color-scheme: light dark; --ink: #2b2f33; --soft: #7c8288; --line: #d9dcdf; --paper: #fbfbfa; --gain: #4f8a68; --loss: #8b9096; }
@media (prefers-color-scheme: dark) { :root { --ink: #d7dadd; --soft: #8b9096; --line: #33383d; --paper: #16181a; --gain: #7fb394; --loss: #9aa0a6; } }
body { margin: 2.5rem auto; max-width: ${WIDTH}px; padding: 0 1rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.3rem; font-weight: 600; margin: 0; } h2 { font-size: 1rem; font-weight: 600; margin: 2rem 0 .5rem; }
p { color: var(--soft); margin: .1rem 0; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 1rem; margin: 1.5rem 0; }
dt { color: var(--soft); font-size: .8rem; } dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--soft); font-size: 11px; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .85rem; }
th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--line); } th { color: var(--soft); font-weight: 500; }
th:first-child, td:first-child, th:nth-child(2), td:nth-child(2), th:nth-child(3), td:nth-child(3) { text-align: left; }
.gain { color: var(--gain); } .loss { color: var(--loss); }
</style>
</head>
<body>
<h1>${escape(report.title)}</h1>
${report.about.map((line) => `<p>${escape(line)}</p>`).join('\n')}
<dl>
${figure('result', dollars(metrics.totalPnl), profit ? 'gain' : 'loss')}
${figure('return', percent(metrics.totalReturn))}
${figure('trades', String(metrics.trades))}
${figure('won', percent(metrics.winRate))}
${figure('profit factor', plain(metrics.profitFactor))}
${figure('Sharpe, daily', plain(metrics.sharpe))}
${figure('deepest drawdown', `${(metrics.maxDrawdownBps / 100).toFixed(2)} %`)}
${figure('time in market', percent(metrics.exposure))}
${figure('fees', dollars(metrics.fees))}
${figure('stops reached', String(metrics.stops))}
</dl>
<h2>Equity</h2>
${equitySvg(report.curve, profit)}
<h2>Below the peak</h2>
${drawdownSvg(report.curve)}
<h2>Trades</h2>
${tradeTable(report.trades, report.tradesLeftOut)}
</body>
</html>
`;
}

function figure(name: string, value: string, tone = ''): string {
  return `<div><dt>${escape(name)}</dt><dd${tone === '' ? '' : ` class="${tone}"`}>${escape(value)}</dd></div>`;
}

type Scale = (value: number) => number;

function scale(from: number, to: number, low: number, high: number): Scale {
  const span = to - from;
  return (value) => (span === 0 ? (low + high) / 2 : low + ((value - from) / span) * (high - low));
}

function equitySvg(curve: readonly CurvePoint[], profit: boolean): string {
  const first = curve[0];
  const last = curve.at(-1);
  if (first === undefined || last === undefined) return '<p>No equity was marked.</p>';
  const lows = curve.map(({ lowest }) => lowest);
  const tops = curve.map(({ equity }) => equity);
  const low = lows.reduce((least, value) => Math.min(least, value), Infinity);
  const high = tops.reduce((most, value) => Math.max(most, value), -Infinity);
  const x = scale(first.at, last.at, 0, WIDTH);
  const y = scale(low, high, HEIGHT - 16, 16);
  const line = curve.map(({ at, equity }) => `${x(at).toFixed(1)},${y(equity).toFixed(1)}`).join(' ');
  const start = y(first.equity).toFixed(1);
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="equity over time">
<line x1="0" y1="${start}" x2="${WIDTH}" y2="${start}" stroke="var(--line)"/>
<polyline points="${line}" fill="none" stroke="var(--${profit ? 'gain' : 'loss'})" stroke-width="1.5"/>
<text x="0" y="11">$${high.toFixed(2)}</text><text x="0" y="${HEIGHT - 3}">$${low.toFixed(2)}</text>
<text x="${WIDTH}" y="${HEIGHT - 3}" text-anchor="end">${minuteName(first.at)} to ${minuteName(last.at)} UTC</text>
</svg>`;
}

function drawdownSvg(curve: readonly CurvePoint[]): string {
  const first = curve[0];
  const last = curve.at(-1);
  if (first === undefined || last === undefined) return '';
  let peak = first.equity;
  const drops = curve.map(({ at, equity, lowest }) => {
    peak = Math.max(peak, equity);
    return { at, drop: peak <= 0 ? 0 : (peak - lowest) / peak };
  });
  const deepest = drops.reduce((most, { drop }) => Math.max(most, drop), 0);
  const x = scale(first.at, last.at, 0, WIDTH);
  const y = scale(0, Math.max(deepest, 1e-9), 0, DROP_HEIGHT - 16);
  const line = drops.map(({ at, drop }) => `${x(at).toFixed(1)},${y(drop).toFixed(1)}`).join(' ');
  return `<svg viewBox="0 0 ${WIDTH} ${DROP_HEIGHT}" role="img" aria-label="drawdown over time">
<polygon points="0,0 ${line} ${WIDTH},0" fill="var(--line)" stroke="var(--loss)" stroke-width="1"/>
<text x="0" y="${DROP_HEIGHT - 3}">deepest ${(deepest * 100).toFixed(2)} %</text>
</svg>`;
}

function tradeTable(trades: readonly TradeRow[], leftOut: number): string {
  if (trades.length === 0) return '<p>No position was closed.</p>';
  const rows = trades.map((trade) => {
    const tone = trade.pnl.startsWith('-') ? 'loss' : 'gain';
    const cells = [
      minuteName(trade.openedAt),
      trade.symbol,
      words(trade.reason),
      trade.quantity,
      trade.entryPrice,
      trade.exitPrice,
      places(trade.fees, 4),
    ].map((cell) => `<td>${escape(cell)}</td>`);
    return `<tr>${cells.join('')}<td class="${tone}">${escape(places(trade.pnl, 4))}</td></tr>`;
  });
  const head = ['opened (UTC)', 'pair', 'closed by', 'quantity', 'paid', 'received', 'fees $', 'result $'];
  const note =
    leftOut > 0 ? `<p>The first ${leftOut} trades are left out here; the figures count all.</p>` : '';
  return `${note}<table><thead><tr>${head.map((name) => `<th>${name}</th>`).join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ');
}

/** Decimal text cut (not rounded) to so many places: for reading. */
function places(text: string, count: number): string {
  const [whole = '0', fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(count, '0').slice(0, count)}`;
}

function dollars(text: string): string {
  return text.startsWith('-') ? `-$${places(text.slice(1), 2)}` : `$${places(text, 2)}`;
}

function words(reason: string): string {
  return reason.replaceAll('_', ' ');
}

function percent(ratio: number | null): string {
  return ratio === null ? '–' : `${(ratio * 100).toFixed(2)} %`;
}

function plain(value: number | null): string {
  return value === null ? '–' : value.toFixed(2);
}
