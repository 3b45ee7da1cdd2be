/**
 * Bounds a bracketed paste before anything looks at it: what is past the limit is dropped as it
 * arrives, because the painter's own input parser reads a long paste again with every chunk. Text
 * outside a paste passes untouched and at once.
 */
const START = '\u001b[200~';
const END = '\u001b[201~';

export interface PasteLimiter {
  /** What to pass on of a chunk. */
  take(chunk: string): string;
  /** Inside a paste whose end has not come. */
  readonly open: boolean;
  /** Ends an unfinished paste; what to pass on. */
  end(): string;
}

/** Passes at most `limit` characters of each paste. */
export function createPasteLimiter(limit: number): PasteLimiter {
  let inside = false;
  let passed = 0;
  /** The last characters seen: outside, already passed on; inside, held back because the end mark may begin in them. */
  let tail = '';

  const pass = (text: string): string => {
    const kept = text.slice(0, Math.max(0, limit - passed));
    passed += kept.length;
    return kept;
  };

  /** Passes on up to and including a start mark; returns what is left to look at. */
  const outside = (chunk: string): readonly [passedOn: string, rest: string] => {
    const seen = tail + chunk;
    const at = seen.indexOf(START);
    if (at < 0) {
      const passedOn = seen.slice(tail.length);
      tail = seen.slice(-(START.length - 1));
      return [passedOn, ''];
    }
    const end = at + START.length;
    const passedOn = seen.slice(tail.length, end);
    inside = true;
    passed = 0;
    tail = '';
    return [passedOn, seen.slice(end)];
  };

  const within = (chunk: string): readonly [passedOn: string, rest: string] => {
    const seen = tail + chunk;
    const at = seen.indexOf(END);
    if (at >= 0) {
      inside = false;
      tail = '';
      return [pass(seen.slice(0, at)) + END, seen.slice(at + END.length)];
    }
    const held = prefixOfEnd(seen);
    tail = seen.slice(seen.length - held);
    return [pass(seen.slice(0, seen.length - held)), ''];
  };

  const take = (chunk: string): string => {
    let out = '';
    let rest = chunk;
    do {
      const [passedOn, left] = inside ? within(rest) : outside(rest);
      out += passedOn;
      rest = left;
    } while (rest !== '');
    return out;
  };

  return {
    take,
    get open(): boolean {
      return inside;
    },
    end(): string {
      if (!inside) return '';
      inside = false;
      tail = '';
      return END;
    },
  };
}

/** How many characters at the end of a text could be the beginning of the end mark. */
function prefixOfEnd(text: string): number {
  for (let length = Math.min(END.length - 1, text.length); length > 0; length -= 1) {
    if (END.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}
