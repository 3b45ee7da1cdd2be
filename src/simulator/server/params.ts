/**
 * Parameters as they were sent, and how the exchange reads them. A reader remembers what was read:
 * what nobody read is refused, as the exchange does (-1101, -1104). REST gives raw query and body
 * (the query wins), the WebSocket API a JSON object whose numbers keep the text they were written in.
 */
import type { Fixed } from '../../core/money.ts';
import { parseFixed } from '../../core/money.ts';
import {
  CLIENT_ID_RANGE,
  DECIMAL_RANGE,
  duplicate,
  empty,
  illegal,
  illegalSomewhere,
  INTEGER_RANGE,
  invalidData,
  jsonParameter,
  mandatory,
  overflow,
  refuse,
  tooMany,
  tooPrecise,
  unread,
} from './errors.ts';

export interface Params {
  readonly sent: number;
  has(name: string): boolean;
  /** The raw value without counting it as read: weights are known before anything is checked. */
  peek(name: string): string | null;
  /** The value, or null when it was not sent; an empty one is refused (-1105). */
  optional(name: string): string | null;
  /** The value; missing and empty are refused (-1102). */
  text(name: string): string;
  integer(name: string): number | null;
  /** Exact decimal with at most eight places (-1100, -1111). */
  decimal<T extends Fixed>(name: string): T | null;
  boolean(name: string): boolean | null;
  oneOf<T extends string>(name: string, values: readonly T[]): T | null;
  clientId(name: string): string | null;
  /** A JSON array of strings, also when the WebSocket API sent a real array. */
  list(name: string): readonly string[] | null;
  /** Takes everything as read, for requests that are refused whatever they say. */
  readAll(): void;
  /** Refuses what was sent and not read; `limit` is how many the endpoint knows at all. */
  finish(limit: number): void;
}

const DECIMAL = /^[0-9]{1,20}(\.[0-9]{1,20})?$/;
const INTEGER = /^[0-9]{1,20}$/;
const CLIENT_ID = /^[a-zA-Z0-9-_]{1,36}$/;

export function createParams(values: ReadonlyMap<string, string>): Params {
  const read = new Set<string>();
  function take(name: string): string | undefined {
    const value = values.get(name);
    if (value !== undefined) read.add(name);
    return value;
  }
  const params: Params = {
    sent: values.size,
    has: (name) => values.has(name),
    peek: (name) => values.get(name) ?? null,
    optional(name) {
      const value = take(name);
      if (value === undefined) return null;
      if (value === '') refuse(empty(name));
      return value;
    },
    text(name) {
      const value = take(name);
      if (value === undefined || value === '') refuse(mandatory(name));
      return value;
    },
    integer(name) {
      const value = params.optional(name);
      if (value === null) return null;
      if (!INTEGER.test(value)) refuse(illegal(name, INTEGER_RANGE));
      const number = Number(value);
      if (number > Number.MAX_SAFE_INTEGER) refuse(overflow(name));
      return number;
    },
    decimal<T extends Fixed>(name: string): T | null {
      const value = params.optional(name);
      if (value === null) return null;
      if (!DECIMAL.test(value)) refuse(illegal(name, DECIMAL_RANGE));
      const parsed = parseFixed<T>(value);
      if (parsed.ok) return parsed.value;
      switch (parsed.error) {
        case 'money.tooPrecise':
          return refuse(tooPrecise(name));
        case 'money.tooLarge':
          return refuse(overflow(name));
        default:
          return refuse(illegal(name, DECIMAL_RANGE));
      }
    },
    boolean(name) {
      const value = params.optional(name);
      if (value === null) return null;
      const lower = value.toLowerCase();
      if (lower === 'true') return true;
      if (lower === 'false') return false;
      return refuse(invalidData(name));
    },
    oneOf<T extends string>(name: string, known: readonly T[]): T | null {
      const value = params.optional(name);
      if (value === null) return null;
      return known.find((each) => each === value) ?? refuse(invalidData(name));
    },
    clientId(name) {
      const value = params.optional(name);
      if (value !== null && !CLIENT_ID.test(value)) refuse(illegal(name, CLIENT_ID_RANGE));
      return value;
    },
    list(name) {
      const value = params.optional(name);
      if (value === null) return null;
      if (!value.startsWith('[')) return [value];
      let parsed: unknown;
      try {
        parsed = JSON.parse(value);
      } catch {
        refuse(jsonParameter(name));
      }
      if (!Array.isArray(parsed) || parsed.some((each) => typeof each !== 'string'))
        refuse(jsonParameter(name));
      return parsed as readonly string[];
    },
    readAll() {
      for (const name of values.keys()) read.add(name);
    },
    finish(limit) {
      if (read.size === values.size) return;
      refuse(values.size > limit ? tooMany(limit, values.size) : unread(read.size, values.size));
    },
  };
  return params;
}

export type RawParams = {
  readonly values: Map<string, string>;
  /** Exactly what was signed: query then body, without the signature itself. */
  readonly payload: string;
};

/** Splits a raw query and a raw form body; of a name sent in both, the query's value is used. */
export function parseRaw(query: string, body: string): RawParams {
  const values = new Map<string, string>();
  const signedQuery = splitInto(values, query);
  if (body === '') return { values, payload: signedQuery };
  const inQuery = new Set(values.keys());
  const bodyValues = new Map<string, string>();
  const signedBody = splitInto(bodyValues, body);
  for (const [name, value] of bodyValues) if (!inQuery.has(name)) values.set(name, value);
  return { values, payload: signedQuery + signedBody };
}

function splitInto(values: Map<string, string>, raw: string): string {
  if (raw === '') return '';
  let signed = '';
  for (const pair of raw.split('&')) {
    const equals = pair.indexOf('=');
    const rawName = equals < 0 ? pair : pair.slice(0, equals);
    const name = decode(rawName);
    if (name !== 'signature') signed += signed === '' ? pair : `&${pair}`;
    if (pair === '') continue;
    if (values.has(name)) refuse(duplicate());
    values.set(name, equals < 0 ? '' : decode(pair.slice(equals + 1)));
  }
  return signed;
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return refuse(illegalSomewhere());
  }
}
