/**
 * A recording on disk read line by line, plain or gzip, without holding it as text. Reading is
 * synchronous, because a market driver answers synchronously; memory stays bounded: small gzip files
 * are unpacked whole, bigger ones are unpacked once into an unlinked temporary file.
 */
import {
  closeSync,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, gunzipSync } from 'node:zlib';
import { invariant } from '../../core/invariant.ts';
import { FeedError } from './feed-error.ts';

export interface Lines {
  /** The next line without its end, or null at the end. Empty lines are passed over. */
  next(): string | null;
}

export interface RecordingFile {
  readonly path: string;
  /** Reads from the start; several readers are independent. */
  lines(): Lines;
}

/** Gzip files up to this size are unpacked in memory (recorded CSV packs about eight to one). */
const MEMORY_LIMIT_BYTES = 1024 * 1024;
const UNPACKED_LIMIT_BYTES = 256 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** A line longer than this is not a recording. */
const LINE_LIMIT_BYTES = 4 * 1024 * 1024;
const NEWLINE = 10;

/** Opens a recording and makes sure it can be read; rejects with `FeedError`. Packed files above the limit go through the disk. */
export async function openRecording(
  path: string,
  memoryLimitBytes: number = MEMORY_LIMIT_BYTES,
): Promise<RecordingFile> {
  try {
    if (!isGzip(path)) return { path, lines: () => linesOf(fileChunks(openSync(path, 'r'), true)) };
    if (statSync(path).size > memoryLimitBytes) {
      const unpacked = await unpackToTemporary(path);
      return { path, lines: () => linesOf(fileChunks(unpacked, false)) };
    }
    unpack(path);
    return { path, lines: () => linesOf(once(unpack(path))) };
  } catch (error) {
    throw new FeedError(
      `The recording ${path} could not be read: ${error instanceof Error ? error.message : String(error)}.`,
      'Check that the path exists and the file is complete, then start again.',
    );
  }
}

function isGzip(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const magic = Buffer.alloc(2);
    return readSync(file, magic, 0, 2, 0) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
  } finally {
    closeSync(file);
  }
}

function unpack(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const packed = Buffer.alloc(statSync(path).size);
    readSync(file, packed, 0, packed.length, 0);
    return gunzipSync(packed, { maxOutputLength: UNPACKED_LIMIT_BYTES });
  } finally {
    closeSync(file);
  }
}

/** The unpacked file has no name any more: it is gone when this process is. */
async function unpackToTemporary(path: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'genesis-replay-'));
  try {
    const target = join(folder, 'unpacked');
    await pipeline(createReadStream(path), createGunzip(), createWriteStream(target));
    return openSync(target, 'r');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Gives the next chunk, or null at the end. A chunk stays untouched until the next call. */
type Chunks = () => Buffer | null;

function once(whole: Buffer): Chunks {
  let rest: Buffer | null = whole;
  return () => {
    const chunk = rest;
    rest = null;
    return chunk;
  };
}

/** Reads by position, so that readers of one descriptor do not disturb each other. */
function fileChunks(file: number, closeAtEnd: boolean): Chunks {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let position = 0;
  return () => {
    const read = readSync(file, chunk, 0, CHUNK_BYTES, position);
    position += read;
    if (read > 0) return chunk.subarray(0, read);
    if (closeAtEnd) closeSync(file);
    return null;
  };
}

function linesOf(chunks: Chunks): Lines {
  let chunk: Buffer | null = null;
  let at = 0;
  let carried = Buffer.alloc(0);
  let ended = false;

  /** The next line, possibly empty; null at the end. */
  function take(): string | null {
    while (!ended) {
      if (chunk === null || at >= chunk.length) {
        chunk = chunks();
        at = 0;
        if (chunk === null) {
          ended = true;
          break;
        }
      }
      const end = chunk.indexOf(NEWLINE, at);
      const part = chunk.subarray(at, end === -1 ? chunk.length : end);
      at = end === -1 ? chunk.length : end + 1;
      if (end === -1) {
        carried = Buffer.concat([carried, part]);
        invariant(carried.length <= LINE_LIMIT_BYTES, 'a recording has lines of a readable length');
        continue;
      }
      if (carried.length === 0) return part.toString('utf8');
      const line = Buffer.concat([carried, part]).toString('utf8');
      carried = Buffer.alloc(0);
      return line;
    }
    const last = carried.length === 0 ? null : carried.toString('utf8');
    carried = Buffer.alloc(0);
    return last;
  }

  return {
    next(): string | null {
      for (let line = take(); line !== null; line = take()) {
        const text = line.endsWith('\r') ? line.slice(0, -1) : line;
        if (text.length > 0) return text;
      }
      return null;
    },
  };
}
