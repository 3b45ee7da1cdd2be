/** Bytes that stand in every frame of a kind, as the words they are compared by. */
import { invariant } from '../../core/invariant.ts';

const QUOTE = 34;
const COMMA = 44;

/** Bytes of a word. */
export const WORD = 4;

/** Bytes to be compared with, four at a time; at least four. */
export class Pattern {
  readonly length: number;
  readonly words: Int32Array;

  constructor(text: string) {
    const bytes = new TextEncoder().encode(text);
    invariant(bytes.length >= WORD, 'what is compared word by word is at least one word long');
    this.length = bytes.length;
    const view = new DataView(bytes.buffer);
    // The last word overlaps the one before it, so that no byte is left over.
    this.words = Int32Array.from({ length: Math.ceil(this.length / WORD) }, (_unused, index) =>
      view.getInt32(Math.min(WORD * index, this.length - WORD), true),
    );
  }
}

/** The word of `,"k"`, the beginning of a one-letter key. */
export function keyWord(letter: string): number {
  return COMMA | (QUOTE << 8) | (letter.charCodeAt(0) << 16) | (QUOTE << 24);
}
