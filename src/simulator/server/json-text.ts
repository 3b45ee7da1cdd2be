/**
 * JSON whose numbers keep the text they were written in: signatures are made over that text, and
 * request ids must come back exactly, also beyond 2^53.
 */

/** A number as it stood in the message. */
export class RawNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return Number(this.text);
  }
}

export type ParsedJson =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly column: number };

type Reviver = (
  this: unknown,
  key: string,
  value: unknown,
  context?: { readonly source?: string },
) => unknown;

const keepNumbers: Reviver = (_key, value, context) =>
  typeof value === 'number' ? new RawNumber(context?.source ?? String(value)) : value;

/** Column (from 1) of the first fault where the parser tells it, else 1. */
export function parseJson(text: string): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(text, keepNumbers) };
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '');
    return { ok: false, column: Number(position?.[1] ?? 0) + 1 };
  }
}

/** Integers, texts of at most `longest` characters and null may stand as a request id. */
export function hasJsonId(id: unknown, longest: number): boolean {
  if (id === null) return true;
  if (id instanceof RawNumber) return /^-?\d{1,19}$/.test(id.text);
  return typeof id === 'string' && id.length <= longest;
}

export function idText(id: unknown): string {
  return id instanceof RawNumber ? id.text : JSON.stringify(id);
}

/** A WebSocket API parameter as text: what is signed and what is read. */
export function parameterText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof RawNumber) return value.text;
  if (value === null) return '';
  return JSON.stringify(value);
}
