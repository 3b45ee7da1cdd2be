/**
 * When the store is gone, older than its anchor, or not readable: what is there is kept aside, the log
 * begins anew, and a note says what was lost until the engine has written it into the new log. A kill at any
 * point leaves either the note or the event, so that no loss is forgotten by losing the store (invariant 30).
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readAnchor, resetAnchor, syncFolder } from './event-log/anchor.ts';
import { moveAside } from './backup.ts';
import type { DataDir } from './data-dir.ts';
import { EMPTY_HEAD } from './event-log/chain.ts';
import type { OpenFailureCode } from './event-log/failures.ts';

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

/** Written whole or not at all, and synced. */
export function noteLostHistory(dir: DataDir, lost: LostHistory): void {
  const path = notePath(dir);
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify(lost)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  syncFolder(dirname(path));
}

/** What was lost and is not in the log yet, or null. A note that cannot be read still says that something was. */
export function readLostHistory(dir: DataDir): LostHistory | null {
  let text: string;
  try {
    text = readFileSync(notePath(dir), 'utf8');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    return UNREADABLE;
  }
  try {
    const note: unknown = JSON.parse(text);
    if (typeof note !== 'object' || note === null) return UNREADABLE;
    const { reason, anchoredSequence, anchoredHash, keptAs } = note as Record<string, unknown>;
    if (typeof reason !== 'string' || typeof anchoredHash !== 'string') return UNREADABLE;
    return {
      reason,
      anchoredSequence: Number.isSafeInteger(anchoredSequence) ? (anchoredSequence as number) : 0,
      anchoredHash,
      keptAs: typeof keptAs === 'string' ? keptAs : null,
    };
  } catch {
    return UNREADABLE;
  }
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
