/**
 * A key as the console knows it, whatever painter read it, and what the control characters among
 * joined keys stand for.
 */
import type { Edit } from './line-editor.ts';

export type Key =
  /** Text as it came from the terminal, perhaps several characters at once. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'edit'; readonly edit: Edit }
  | {
      readonly kind:
        | 'enter'
        | 'escape'
        | 'tab'
        | 'shiftTab'
        | 'up'
        | 'down'
        | 'pageUp'
        | 'pageDown'
        | 'interrupt'
        | 'search'
        | 'handIn'
        /** The screen is written anew. */
        | 'redraw'
        /** Back to the shell; the terminal sees to it. */
        | 'suspend';
    };

/** Text and control characters apart: `ab^Uc` is `ab`, `^U`, `c`. */
export function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (!isControl(text.charAt(index))) continue;
    if (index > from) parts.push(text.slice(from, index));
    parts.push(text.charAt(index));
    from = index + 1;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

export function isControl(part: string): boolean {
  const code = part.charCodeAt(0);
  return part.length === 1 && (code < 0x20 || code === 0x7f);
}

export function letterOf(control: string): string {
  const code = control.charCodeAt(0);
  return code === 0x7f ? 'h' : String.fromCharCode(code + 0x60);
}

const controlKeys: ReadonlyMap<string, Key> = new Map<string, Key>([
  ['c', { kind: 'interrupt' }],
  ['a', { kind: 'edit', edit: { kind: 'home' } }],
  ['e', { kind: 'edit', edit: { kind: 'end' } }],
  ['b', { kind: 'edit', edit: { kind: 'left' } }],
  ['f', { kind: 'edit', edit: { kind: 'right' } }],
  ['d', { kind: 'edit', edit: { kind: 'delete' } }],
  ['h', { kind: 'edit', edit: { kind: 'backspace' } }],
  ['w', { kind: 'edit', edit: { kind: 'deleteWord' } }],
  ['u', { kind: 'edit', edit: { kind: 'deleteToStart' } }],
  ['k', { kind: 'edit', edit: { kind: 'deleteToEnd' } }],
  ['i', { kind: 'tab' }],
  ['p', { kind: 'up' }],
  ['n', { kind: 'down' }],
  ['j', { kind: 'enter' }],
  ['m', { kind: 'enter' }],
  ['r', { kind: 'search' }],
  ['s', { kind: 'handIn' }],
  ['l', { kind: 'redraw' }],
  ['z', { kind: 'suspend' }],
]);

/** What a letter does with Ctrl held, or null. */
export function controlKey(letter: string): Key | null {
  return controlKeys.get(letter) ?? null;
}
