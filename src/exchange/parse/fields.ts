/**
 * Reads fields of an exchange's JSON into core types without ever throwing and without floats:
 * amounts must be text and are parsed exactly (invariant 19). The first problem is remembered and
 * the rest reads as zero, so that a parser is straight-line code with one check at its end.
 */
import { parseFixed, type Fixed } from '../../core/money.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface Fields {
  text(key: string): string;
  /** The text, or what is given when the field is absent or null. */
  textOr(key: string, otherwise: string): string;
  amount<T extends Fixed>(key: string): T;
  amountOr<T extends Fixed>(key: string, otherwise: T): T;
  /** A whole number within 2^53, given as a JSON number. */
  integer(key: string): number;
  integerOr(key: string, otherwise: number): number;
  flag(key: string): boolean;
  fail(problem: string): void;
  /** The first problem met, or null. */
  problem(): string | null;
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(record: Json): Fields {
  let first: string | null = null;

  function fail(problem: string): void {
    first ??= problem;
  }

  function text(key: string): string {
    const value = record[key];
    if (typeof value === 'string') return value;
    fail(`"${key}" is not text`);
    return '';
  }

  function amount<T extends Fixed>(key: string): T {
    const value = record[key];
    if (typeof value !== 'string') {
      fail(`"${key}" is not an amount in text`);
      return 0n as T;
    }
    const parsed = parseFixed<T>(value);
    if (parsed.ok) return parsed.value;
    fail(`"${key}": ${parsed.error}`);
    return 0n as T;
  }

  function integer(key: string): number {
    const value = record[key];
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    fail(`"${key}" is not a whole number`);
    return 0;
  }

  const absent = (key: string): boolean => record[key] === undefined || record[key] === null;

  return {
    text,
    textOr: (key, otherwise) => (absent(key) ? otherwise : text(key)),
    amount,
    amountOr: (key, otherwise) => (absent(key) ? otherwise : amount(key)),
    integer,
    integerOr: (key, otherwise) => (absent(key) ? otherwise : integer(key)),
    flag(key): boolean {
      const value = record[key];
      if (typeof value === 'boolean') return value;
      fail(`"${key}" is not true or false`);
      return false;
    },
    fail,
    problem: () => first,
  };
}
