/** A stretch of one's own behaviour, as text, JSON or one HTML file: `report --behaviour` and `tilt report` are this. */
import { writeFileSync } from 'node:fs';
import { behaviourHtml } from '../analytics/behaviour-html.ts';
import { behaviourReport, lastDays } from '../analytics/behaviour-report.ts';
import { behaviourLinesOf } from '../analytics/behaviour-words.ts';
import { openEventHistory, type EventHistory } from '../wiring/event-history.ts';
import { printJson, printLines } from './output.ts';
import { startFailureWords } from './start-failure.ts';
import { accessStore, complain } from './store-access.ts';

export type BehaviourFlags = { readonly html?: string; readonly json?: boolean; readonly dataDir?: string };

/** Every event of the store that is meant; null when it cannot be read, which was then said. */
export function historyOf(dataDir: string | undefined): EventHistory | null {
  const access = accessStore(dataDir, false);
  if (access === null) return null;
  const history = openEventHistory(access.dir, access.key);
  if (history.ok) return history.value;
  complain(startFailureWords(history.error.code, history.error.detail));
  return null;
}

export function printBehaviour(days: number, { html, json = false, dataDir }: BehaviourFlags): void {
  const history = historyOf(dataDir);
  if (history === null) return;
  const { from, to } = lastDays(Date.now(), days);
  const told = behaviourReport(history.records, from, to);
  history.close();
  if (html !== undefined) writeFileSync(html, behaviourHtml(told), { mode: 0o600 });
  if (json) printJson(told);
  else
    printLines(html === undefined ? behaviourLinesOf(told) : [`Written to ${html}; open it in a browser.`]);
}
