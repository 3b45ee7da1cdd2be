/** Notices for the log: what the picture remembers and what was said since. Pure. */
import type { Dashboard, Notice } from '../../core/dashboard.ts';

/** Each once, newest first. */
export function newestFirst(dashboard: Dashboard | null, extra: readonly Notice[]): readonly Notice[] {
  const known = dashboard?.notices ?? [];
  const added = extra.filter(
    (notice) => !known.some((other) => other.at === notice.at && other.text === notice.text),
  );
  return [...known, ...added].toReversed();
}
