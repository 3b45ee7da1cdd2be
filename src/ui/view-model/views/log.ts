/** Log: what was refused last and why, then what happened, newest first. */
import type { Notice } from '../../../core/dashboard.ts';
import { placed, span, type Row, type Style } from '../spans.ts';
import { clockIn } from '../zone.ts';
import { heading, line, stacked, type ViewInput } from './view.ts';

const toneStyle: Readonly<Record<Notice['tone'], Style>> = {
  plain: 'text',
  good: 'good',
  quiet: 'quiet',
  caution: 'caution',
};

/** The newest notices, `count` of them at most. */
export function noticeRows({ notices, width, zone }: ViewInput, count: number): readonly Row[] {
  return notices.slice(0, count).map((notice) =>
    placed(width, [
      { at: 3, row: [span(clockIn(zone, notice.at), 'quiet')] },
      { at: 14, row: [span(notice.text, toneStyle[notice.tone])] },
    ]),
  );
}

export function logRows(input: ViewInput): readonly Row[] {
  const { notices, lastRefusal } = input;
  const refused = lastRefusal.map((text, index) => line(text, index === 0 ? 'bright' : 'text'));
  return stacked(
    refused.length === 0 ? [] : [heading('refused last'), ...refused],
    notices.length === 0
      ? [line('Nothing has happened yet.', 'quiet')]
      : [heading('what happened'), ...noticeRows(input, notices.length)],
  );
}
