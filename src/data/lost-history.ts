/**
 * When the store is gone, older than its anchor, or not readable: what is there is kept aside, the log
 * begins anew, and a note says what was lost until the engine has written it into the new log. A kill at any
 * point leaves either the note or the event, so that no loss is forgotten by losing the store (invariant 30).
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readAnchor, resetAnchor } from './event-log/anchor.ts';
import { moveAside } from './backup.ts';
import type { DataDir } from './data-dir.ts';
import { EMPTY_HEAD } from './event-log/chain.ts';
import type { OpenFailureCode } from './event-log/failures.ts';
import { readNote, writeNote } from './note.ts';

export type LostHistory = {
  readonly reason: string;
  readonly anchoredSequence: number;
  readonly anchoredHash: string;
  readonly keptAs: string | null;
};

/** The stores that cannot be gone on with; everything else is refused and left alone. */
const lostCodes: ReadonlySet<OpenFailureCode> = new Set<OpenFailureCode>([
  'store.rolledBack',
  'store.forked',
  'store.anchorMissing',
  'store.anchorDamaged',
  'store.notADatabase',
  'store.torn',
  'store.damaged',
]);

export function isLost(code: OpenFailureCode): boolean {
  return lostCodes.has(code);
}

/** Keeps the store aside and lets the log begin anew; the caller holds the engine lock. Throws what the file system throws. */
export function beginAnew(dir: DataDir, keyHex: string, reason: string, at: number): LostHistory {
  const anchored = readAnchor(dir.anchor, keyHex);
  const head = anchored.kind === 'head' ? anchored.head : EMPTY_HEAD;
  const lost: LostHistory = {
    reason,
    anchoredSequence: head.sequence,
    anchoredHash: head.hash,
    keptAs: `${dir.database}.before-${at}`,
  };
  // The first loss is the one that counts, however often a start is killed in the middle of this.
  if (readLostHistory(dir) === null) noteLostHistory(dir, lost);
  moveAside(dir.database, at);
  resetAnchor(dir.anchor, keyHex, EMPTY_HEAD);
  return readLostHistory(dir) ?? lost;
}

export function noteLostHistory(dir: DataDir, lost: LostHistory): void {
  writeNote(notePath(dir), lost);
}

/** What was lost and is not in the log yet, or null. A note that cannot be read still says that something was. */
export function readLostHistory(dir: DataDir): LostHistory | null {
  const note = readNote(notePath(dir));
  if (note === 'absent') return null;
  if (note === 'unreadable') return UNREADABLE;
  const { reason, anchoredSequence, anchoredHash, keptAs } = note;
  if (typeof reason !== 'string' || typeof anchoredHash !== 'string') return UNREADABLE;
  return {
    reason,
    anchoredSequence: Number.isSafeInteger(anchoredSequence) ? (anchoredSequence as number) : 0,
    anchoredHash,
    keptAs: typeof keptAs === 'string' ? keptAs : null,
  };
}

/** The loss is in the log now. */
export function forgetLostHistory(dir: DataDir): void {
  rmSync(notePath(dir), { force: true });
}

const UNREADABLE: LostHistory = {
  reason: 'the history was lost, and the note about it cannot be read',
  anchoredSequence: 0,
  anchoredHash: EMPTY_HEAD.hash,
  keptAs: null,
};

function notePath(dir: DataDir): string {
  return join(dir.state, 'lost-history.json');
}
