/**
 * The head of the chain, kept outside the database so that a rolled-back file is noticed
 * (design.md "Event store", invariant 15). One small file: a header that proves the key, and two
 * slots written in turn, each with a keyed checksum. A torn write spoils one slot and leaves the
 * other. It is written after the commit and not synced on the hot path: the anchor may lag the
 * database, the database never lags the anchor.
 */
import { hash as digest } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogHead } from '../../core/ports/event-log.ts';

const BLOCK = 160;
const MAGIC = 'genesis.anchor.1';

export type AnchorState =
  | { readonly kind: 'absent' }
  /** Written under another key. */
  | { readonly kind: 'wrongKey' }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'head'; readonly head: LogHead };

/** Reads without opening for writing. `keyHex` is the store key. */
export function readAnchor(path: string, keyHex: string): AnchorState {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return { kind: 'absent' };
    return { kind: 'damaged' };
  }
  const header = text.slice(0, BLOCK).trimEnd().split(' ');
  if (header[0] !== MAGIC) return { kind: 'damaged' };
  const secret = anchorSecret(keyHex);
  if (header[1] !== keyProof(secret))
    return header[2] === plainCheck(header[1] ?? '') ? { kind: 'wrongKey' } : { kind: 'damaged' };
  const heads = [1, 2]
    .map((slot) => readSlot(text.slice(slot * BLOCK, (slot + 1) * BLOCK), secret))
    .filter((head) => head !== null);
  const newest = heads.toSorted((left, right) => right.sequence - left.sequence)[0];
  return newest === undefined ? { kind: 'damaged' } : { kind: 'head', head: newest };
}

export interface Anchor {
  /** One small write into the slot whose turn it is; kill-safe, not power-safe. Throws what the file system throws. */
  write(head: LogHead): void;
  /** Makes the last write power-safe. */
  sync(): void;
  close(): void;
}

/** Goes on in the file, or makes it when there is none to go on in; either way `head` is in it, synced, on return. */
export function openAnchor(path: string, keyHex: string, head: LogHead): Anchor {
  const secret = anchorSecret(keyHex);
  if (readAnchor(path, keyHex).kind !== 'head') createAnchor(path, secret, head);
  let turn = slotOfNewest(path, secret);
  const file = openSync(path, 'r+');
  const anchor: Anchor = {
    write(next) {
      turn = turn === 1 ? 2 : 1;
      writeSync(file, slotText(next, secret), turn * BLOCK, 'latin1');
    },
    sync() {
      fsyncSync(file);
    },
    close() {
      closeSync(file);
    },
  };
  anchor.write(head);
  anchor.sync();
  return anchor;
}

/** Begins anew at `head`, whatever the anchor had seen: after a restore that a person has decided on. */
export function resetAnchor(path: string, keyHex: string, head: LogHead): void {
  createAnchor(path, anchorSecret(keyHex), head);
}

/** Whole or not at all: written beside its place, synced, then renamed into it. */
function createAnchor(path: string, secret: string, head: LogHead): void {
  const draft = `${path}.new`;
  const proof = keyProof(secret);
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(
      file,
      block(`${MAGIC} ${proof} ${plainCheck(proof)}`) + slotText(head, secret) + block(''),
      0,
      'latin1',
    );
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  syncFolder(dirname(path));
}

/** Makes a new file name in a folder power-safe; a platform that cannot open folders does so by itself. */
export function syncFolder(path: string): void {
  let folder: number;
  try {
    folder = openSync(path, 'r');
  } catch {
    return;
  }
  try {
    fsyncSync(folder);
  } catch {
    // Some file systems refuse to sync a folder; its entries are then as safe as they can be made.
  } finally {
    closeSync(folder);
  }
}

function slotText(head: LogHead, secret: string): string {
  const body = `${head.sequence} ${head.hash}`;
  return block(`${body} ${checksum(secret, body)}`);
}

function readSlot(text: string, secret: string): LogHead | null {
  const [sequence, hash, check] = text.trimEnd().split(' ');
  if (sequence === undefined || hash === undefined || check !== checksum(secret, `${sequence} ${hash}`))
    return null;
  return { sequence: Number(sequence), hash };
}

function slotOfNewest(path: string, secret: string): number {
  const text = readFileSync(path, 'latin1');
  const first = readSlot(text.slice(BLOCK, 2 * BLOCK), secret);
  const second = readSlot(text.slice(2 * BLOCK, 3 * BLOCK), secret);
  return (second?.sequence ?? -1) > (first?.sequence ?? -1) ? 2 : 1;
}

function block(text: string): string {
  return `${text.padEnd(BLOCK - 1)}\n`;
}

function anchorSecret(keyHex: string): string {
  return digest('sha256', `genesis anchor secret ${keyHex}`, 'hex');
}

function keyProof(secret: string): string {
  return digest('sha256', `genesis anchor key proof ${secret}`, 'hex').slice(0, 32);
}

function plainCheck(proof: string): string {
  return digest('sha256', proof, 'hex').slice(0, 16);
}

function checksum(secret: string, body: string): string {
  return digest('sha256', secret + body, 'hex').slice(0, 32);
}
