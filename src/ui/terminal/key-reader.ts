/**
 * From what a terminal sends to keys. Knows the sequences terminals agree on, bounds pastes as they
 * arrive, and swallows what it does not know. A line that comes in one piece with an escape sequence is
 * nothing a person typed: it is handed on as a paste, whose Enter never counts. Pure; the caller
 * tells when the line has been quiet, which ends a lone Escape and an unfinished paste.
 */
import { controlKey, isControl, letterOf, type Key } from '../view-model/key.ts';
import type { Edit } from '../view-model/line-editor.ts';

export interface KeyReader {
  /** The keys in a chunk. */
  take(chunk: string): readonly Key[];
  /** How long to wait for more before `quiet`; null when nothing is pending. */
  readonly waitMs: number | null;
  /** Nothing more came: what was pending is ended. */
  quiet(): readonly Key[];
}

/** More than a journal entry needs. */
const PASTE_MAX = 25_000;
const PASTE_QUIET_MS = 2_000;
/** A sequence arrives in one piece, or nearly: over a slow line its parts are a moment apart. */
const ESCAPE_QUIET_MS = 40;
const SEQUENCE_MAX = 64;
const STRING_MAX = 4_096;
const ESC = '\u001b';
/** What ends a string a program sent: BEL, ST, and ST in one character. */
const STRING_ENDS: readonly string[] = ['\u0007', `${ESC}\\`, '\u009c'];
const PASTE_START = '\u001b[200~';
const PASTE_END = '\u001b[201~';

const edit = (kind: Exclude<Edit['kind'], 'insert'>): Key => ({ kind: 'edit', edit: { kind } });

const sequences: ReadonlyMap<string, Key> = new Map<string, Key>([
  ['[A', { kind: 'up' }],
  ['[B', { kind: 'down' }],
  ['[C', edit('right')],
  ['[D', edit('left')],
  ['[H', edit('home')],
  ['[F', edit('end')],
  ['[1~', edit('home')],
  ['[7~', edit('home')],
  ['[4~', edit('end')],
  ['[8~', edit('end')],
  ['[3~', edit('delete')],
  ['[5~', { kind: 'pageUp' }],
  ['[6~', { kind: 'pageDown' }],
  ['[Z', { kind: 'shiftTab' }],
  ['[1;5C', edit('wordRight')],
  ['[1;3C', edit('wordRight')],
  ['[1;5D', edit('wordLeft')],
  ['[1;3D', edit('wordLeft')],
  ['OA', { kind: 'up' }],
  ['OB', { kind: 'down' }],
  ['OC', edit('right')],
  ['OD', edit('left')],
  ['OH', edit('home')],
  ['OF', edit('end')],
  ['OM', { kind: 'enter' }],
  ['\u007f', edit('deleteWord')],
  ['\b', edit('deleteWord')],
]);

export function createKeyReader(): KeyReader {
  let pending = '';
  let paste: { text: string; tail: string } | null = null;

  const takePaste = (chunk: string, keys: Key[]): string => {
    if (paste === null) return chunk;
    const seen = paste.tail + chunk;
    const at = seen.indexOf(PASTE_END);
    if (at < 0) {
      const held = Math.min(seen.length, PASTE_END.length - 1);
      const text = seen.slice(0, seen.length - held);
      paste = { text: (paste.text + text).slice(0, PASTE_MAX), tail: seen.slice(seen.length - held) };
      return '';
    }
    keys.push({ kind: 'paste', text: (paste.text + seen.slice(0, at)).slice(0, PASTE_MAX) });
    paste = null;
    return seen.slice(at + PASTE_END.length);
  };

  const take = (chunk: string): readonly Key[] => {
    const keys: Key[] = [];
    let rest = paste === null ? pending + chunk : takePaste(chunk, keys);
    let mixed = keys.length > 0 || (pending !== '' && pending !== ESC);
    pending = '';
    while (rest !== '') {
      const at = rest.indexOf(ESC);
      if (at !== 0) {
        const text = at < 0 ? rest : rest.slice(0, at);
        rest = at < 0 ? '' : rest.slice(at);
        keys.push(...textKeys(text, mixed || at > 0));
        continue;
      }
      if (rest.startsWith(PASTE_START)) {
        paste = { text: '', tail: '' };
        rest = takePaste(rest.slice(PASTE_START.length), keys);
        mixed = true;
        continue;
      }
      const length = sequenceLength(rest);
      if (length === null) {
        pending = rest.slice(0, STRING_MAX);
        break;
      }
      const sequence = rest.slice(1, length);
      const key = sequences.get(sequence);
      if (key !== undefined) keys.push(key);
      // Pressed twice: two of them, unless the second begins a sequence sent with Alt.
      else if (sequence === '') {
        if (!/^[[O]/.test(rest.slice(2))) keys.push({ kind: 'escape' });
      }
      // Escape and a key right after it, joined on the way: neither is lost, but a line end that came with
      // something else does not act.
      else if (sequence.length === 1 && sequence !== ESC && sequence < '\u0080')
        keys.push({ kind: 'escape' }, ...(/[\r\n]/.test(sequence) ? [] : textKeys(sequence, false)));
      rest = rest.slice(length);
      mixed = true;
    }
    return keys;
  };

  return {
    take,
    get waitMs(): number | null {
      if (paste !== null) return PASTE_QUIET_MS;
      return pending === '' ? null : ESCAPE_QUIET_MS;
    },
    quiet(): readonly Key[] {
      if (paste !== null) {
        const { text, tail } = paste;
        paste = null;
        return [{ kind: 'paste', text: (text + tail).slice(0, PASTE_MAX) }];
      }
      const lone = pending === ESC;
      pending = '';
      return lone ? [{ kind: 'escape' }] : [];
    },
  };
}

/** Characters of the sequence a text begins with, or null while its end has not come. */
function sequenceLength(text: string): number | null {
  const second = text[1];
  if (second === undefined) return null;
  if (second === '[') {
    for (let index = 2; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= 0x40 && code <= 0x7e) return index + 1;
      if (index > SEQUENCE_MAX || code < 0x20 || code > 0x7e) return index;
    }
    return null;
  }
  if (second === 'O') return text.length > 2 ? 3 : null;
  if (']P_^X'.includes(second)) {
    const ends = STRING_ENDS.map((end) => ({ at: text.indexOf(end, 2), length: end.length }));
    const first = ends.filter(({ at }) => at >= 0).toSorted((left, right) => left.at - right.at)[0];
    if (first !== undefined) return first.at + first.length;
    return text.length > STRING_MAX ? text.length : null;
  }
  // Escape twice: the first stands alone.
  return second === ESC ? 1 : 2;
}

/**
 * Plain typing as it came; with a line end beside a sequence, or with a line feed, which no Enter sends in the
 * middle of text, it is a paste, so that the line end does not act.
 */
function textKeys(text: string, mixed: boolean): readonly Key[] {
  const isPasted = mixed ? /[\r\n]/.test(text) : text.length > 1 && text.includes('\n');
  if (isPasted) return [{ kind: 'paste', text: text.replace(/[\r\n]+$/, '') }];
  if (text.length > 1 || !isControl(text)) return [{ kind: 'text', text }];
  const key = controlKey(letterOf(text));
  return key === null ? [] : [key];
}
