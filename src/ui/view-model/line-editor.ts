/**
 * One line of text with a cursor, as a value: typing, deleting, moving. Pure. Steps are whole
 * characters, so that a surrogate pair is never cut in half.
 */
export type EditedLine = { readonly text: string; readonly cursor: number };

export const emptyLine: EditedLine = { text: '', cursor: 0 };

export type Edit =
  | { readonly kind: 'insert'; readonly text: string }
  | {
      readonly kind:
        | 'backspace'
        | 'delete'
        | 'left'
        | 'right'
        | 'home'
        | 'end'
        | 'wordLeft'
        | 'wordRight'
        | 'deleteWord'
        | 'deleteToStart'
        | 'deleteToEnd';
    };

/** The line after one edit. */
export function edited(line: EditedLine, edit: Edit): EditedLine {
  const { text, cursor } = line;
  switch (edit.kind) {
    case 'insert':
      return {
        text: text.slice(0, cursor) + edit.text + text.slice(cursor),
        cursor: cursor + edit.text.length,
      };
    case 'backspace':
      return removed(line, before(text, cursor), cursor);
    case 'delete':
      return removed(line, cursor, after(text, cursor));
    case 'left':
      return { text, cursor: before(text, cursor) };
    case 'right':
      return { text, cursor: after(text, cursor) };
    case 'home':
      return { text, cursor: 0 };
    case 'end':
      return { text, cursor: text.length };
    case 'wordLeft':
      return { text, cursor: wordStart(text, cursor) };
    case 'wordRight':
      return { text, cursor: cursor + (/^ *[^ ]*/.exec(text.slice(cursor))?.[0].length ?? 0) };
    case 'deleteWord':
      return removed(line, wordStart(text, cursor), cursor);
    case 'deleteToStart':
      return removed(line, 0, cursor);
    case 'deleteToEnd':
      return removed(line, cursor, text.length);
  }
}

function removed({ text }: EditedLine, from: number, to: number): EditedLine {
  return { text: text.slice(0, from) + text.slice(to), cursor: from };
}

function before(text: string, cursor: number): number {
  if (cursor <= 0) return 0;
  const low = text.charCodeAt(cursor - 1);
  return low >= 0xdc00 && low <= 0xdfff && cursor >= 2 ? cursor - 2 : cursor - 1;
}

function after(text: string, cursor: number): number {
  if (cursor >= text.length) return text.length;
  const high = text.charCodeAt(cursor);
  return Math.min(text.length, high >= 0xd800 && high <= 0xdbff ? cursor + 2 : cursor + 1);
}

function wordStart(text: string, cursor: number): number {
  return cursor - (/[^ ]* *$/.exec(text.slice(0, cursor))?.[0].length ?? 0);
}
