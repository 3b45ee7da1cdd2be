/**
 * What the console notices of the keyboard for the tilt detector: how many keys, corrections and pastes
 * in how much time, in batches. Counts and durations only; never a letter, never a text.
 */
import type { ActionReport } from '../../core/ports/engine-control.ts';
import type { Key } from './key.ts';
import type { Edit } from './line-editor.ts';

export type KeyCapture = {
  readonly count: number;
  readonly errors: number;
  readonly pastes: number;
  /** Time between keys, long pauses left out. */
  readonly activeMs: number;
  readonly startedAt: number;
  readonly lastAt: number;
};

export const noKeys: KeyCapture = { count: 0, errors: 0, pastes: 0, activeMs: 0, startedAt: 0, lastAt: 0 };

/** A pause longer than this is thinking, not typing. */
const PAUSE_MS = 2_000;
const BATCH_MS = 15_000;
const IDLE_MS = 5_000;
/** Fewer keys than this are no line of their own; they join the next batch. */
const LINE_KEYS_MIN = 3;

export const corrections: ReadonlySet<Edit['kind']> = new Set([
  'backspace',
  'delete',
  'deleteWord',
  'deleteToStart',
  'deleteToEnd',
]);

/** The batch with one more key, or several that came at once. */
export function captured(capture: KeyCapture, key: Key, now: number): KeyCapture {
  const first = capture.count === 0;
  const gap = first ? 0 : Math.max(0, now - capture.lastAt);
  return {
    count: capture.count + (key.kind === 'text' ? Array.from(key.text).length : 1),
    errors: capture.errors + (key.kind === 'edit' && corrections.has(key.edit.kind) ? 1 : 0),
    pastes: capture.pastes + (key.kind === 'paste' ? 1 : 0),
    activeMs: capture.activeMs + (gap > PAUSE_MS ? 0 : gap),
    startedAt: first ? now : capture.startedAt,
    lastAt: now,
  };
}

/** Whether a batch is complete: its line was sent or dropped, it has grown old, or nobody types any more. */
export function isComplete(capture: KeyCapture, lineEnded: boolean, now: number): boolean {
  if (capture.count === 0) return false;
  const line = lineEnded && capture.count >= LINE_KEYS_MIN;
  return line || now - capture.startedAt >= BATCH_MS || now - capture.lastAt >= IDLE_MS;
}

export function keysReport({ count, errors, pastes, activeMs }: KeyCapture): ActionReport {
  return {
    action: 'keys',
    symbol: null,
    figures: { count, errors, pastes, durationMs: Math.round(activeMs) },
  };
}
