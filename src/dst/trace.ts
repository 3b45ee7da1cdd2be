/**
 * Everything observable that happens in one simulated world, in order: hashed whole (two runs of one
 * seed must give the same hash), the last lines kept to be read by a person.
 */
import { createHash } from 'node:crypto';

export interface Trace {
  /** One happening. `detail` goes into the hash whole and into the kept lines cut. */
  add(atMs: number, kind: string, detail: string): void;
  /** SHA-256 in hex over all happenings so far; nothing may be added afterwards. */
  hash(): string;
  /** The last happenings as lines for a person, oldest first. */
  lines(): readonly string[];
  count(): number;
}

export type TraceOptions = {
  readonly kept: number;
  /** Hears every line, for `--verbose`. */
  readonly listener?: (line: string) => void;
};

const DETAIL_SHOWN = 400;

export function createTrace(options: TraceOptions): Trace {
  const digest = createHash('sha256');
  const ring: { atMs: number; kind: string; detail: string }[] = [];
  let count = 0;
  let buffered = '';

  return {
    add(atMs, kind, detail): void {
      buffered += `${atMs} ${kind} ${detail}\n`;
      if (buffered.length > 16_384) {
        digest.update(buffered);
        buffered = '';
      }
      if (!isNoise(kind)) {
        ring[count % options.kept] = { atMs, kind, detail };
        count += 1;
        options.listener?.(lineOf(atMs, kind, detail));
      }
    },
    hash(): string {
      digest.update(buffered);
      buffered = '';
      return digest.digest('hex');
    },
    lines(): readonly string[] {
      const first = Math.max(0, count - options.kept);
      return Array.from({ length: count - first }, (_, index) => {
        const entry = ring[(first + index) % options.kept];
        return entry === undefined ? '' : lineOf(entry.atMs, entry.kind, entry.detail);
      });
    },
    count: () => count,
  };
}

/** Hashed, but of no help to a reader: market frames come a hundred times a second. */
function isNoise(kind: string): boolean {
  return kind === 'market';
}

function lineOf(atMs: number, kind: string, detail: string): string {
  const shown = detail.length > DETAIL_SHOWN ? `${detail.slice(0, DETAIL_SHOWN)}…` : detail;
  return `${(atMs / 1_000).toFixed(3).padStart(9)}s  ${kind.padEnd(10)} ${shown}`;
}
