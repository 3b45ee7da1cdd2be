/** A judged log, and judged fills, as lines for a person. */
import { tiltGroups } from '../generator/archetypes.ts';
import type { Headline } from '../figures.ts';
import type { AccountRow } from '../fills/account-rows.ts';
import type { BrokenLine, SessionVerdict } from '../log/log-evaluation.ts';
import { alarmLevels } from '../session-scorer.ts';
import { rate, share } from './text-report.ts';

export type Broken = { readonly count: number; readonly lines: readonly BrokenLine[] };

export function verdictLine({ trader, session, maxScore, first, trades, label }: SessionVerdict): string {
  const reached = alarmLevels
    .map((level) => {
      const moment = first[level];
      return `${level} ${moment === null ? '–' : `at trade ${moment.trades}`}`.padEnd(20);
    })
    .join('');
  const name = `${trader} ${session}`.padEnd(26);
  return `${name} max ${maxScore.toFixed(1).padStart(5)}  ${String(trades).padStart(3)} trades  ${reached}${label ?? ''}`.trimEnd();
}

export function logLines(
  summary: Headline & {
    readonly judge: string;
    readonly sessions: number;
    readonly traders: number;
    readonly facts: number;
    readonly lines: number;
    readonly unknownTypes: number;
    readonly backwards: number;
    readonly broken: Broken;
  },
  labelled: number,
): readonly string[] {
  const { auc, falsePer1000, medianDelayTrades } = summary;
  const counted = [
    `AUC      ${tiltGroups.map((group) => `${group} ${share(auc[group])}`).join('   ')}`,
    `false per 1,000 calm   CAUTION ${rate(falsePer1000.cautionCalm)}   LOCKED ${rate(falsePer1000.lockedCalm)}   stressed ${rate(falsePer1000.lockedStressed)}   worst decile ${rate(falsePer1000.lockedWorstDecile)}`,
    `median delay in trades   CAUTION ${medianDelayTrades.caution ?? '–'}   LOCKED ${medianDelayTrades.locked ?? '–'}`,
  ];
  return [
    '',
    `${summary.judge}: ${summary.sessions} sessions of ${summary.traders} traders, ${summary.facts} facts in ${summary.lines} lines`,
    ...(labelled === 0 ? ['no session carries a label that is counted, so there are no rates'] : counted),
    ...(summary.unknownTypes === 0
      ? []
      : [`${summary.unknownTypes} lines of unknown types were passed over`]),
    ...(summary.backwards === 0 ? [] : [`${summary.backwards} lines step back in time`]),
    ...brokenWords(summary.broken),
  ];
}

export function fillsLines(summary: {
  readonly judge: string;
  readonly sessions: number;
  readonly alarmsPer1000: Readonly<Record<'caution' | 'warning' | 'locked', number | null>>;
  readonly accounts: readonly AccountRow[];
  readonly broken: Broken;
}): readonly string[] {
  const { caution, warning, locked } = summary.alarmsPer1000;
  return [
    `${summary.judge} on recorded fills: ${summary.accounts.length} accounts, ${summary.sessions} sessions`,
    `alarms per 1,000 sessions: CAUTION ${rate(caution)}, WARNING ${rate(warning)}, LOCKED ${rate(locked)}`,
    '',
    cells('account', 'sessions', 'trades', 'CAUTION', 'WARNING', 'LOCKED', 'highest'),
    ...summary.accounts.map((row) =>
      cells(
        row.account,
        String(row.sessions),
        String(row.trades),
        String(row.caution),
        String(row.warning),
        String(row.locked),
        row.maxScore.toFixed(1),
      ),
    ),
    ...brokenWords(summary.broken),
    '',
    'Nobody knows which of these sessions were calm, so an alarm here is an upper bound of a false one. Only orders',
    'and fills were recorded: no keys, previews, decision times, stops or market. Every close counts as typed.',
  ];
}

function cells(account: string, ...figures: readonly string[]): string {
  return account.padEnd(12) + figures.map((figure) => figure.padStart(9)).join('');
}

function brokenWords({ count, lines }: Broken): readonly string[] {
  if (count === 0) return [];
  const rest = count - lines.length;
  return [
    `${count} lines were broken and passed over:`,
    ...lines.map(({ line, problem }) => `  line ${line}: ${problem}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}
