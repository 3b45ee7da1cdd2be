/**
 * The one codec. Events are written with their fields in the order of the event table and amounts
 * as decimal text, so that the same event always has the same bytes (invariants 15 and 16); reading
 * checks every field. `encodeState`/`decodeState` carry folded state (with maps and amounts) for
 * snapshots and for comparing two states byte by byte.
 */
import type { DomainEvent, Figures } from './events.ts';
import { eventFields } from './events.ts';
import { invariant } from './invariant.ts';
import { AMOUNT_LIMIT, formatFixed, parseFixed } from './money.ts';
import { err, ok, type Result } from './result.ts';
import {
  actors,
  closeReasons,
  marketStates,
  modes,
  orderPurposes,
  orderTypes,
  sides,
  tiers,
  tiltLevels,
  tradingStates,
} from './vocabulary.ts';

export type CodecError = {
  readonly code: 'codec.unknownEvent' | 'codec.badField' | 'codec.badJson';
  readonly detail: string;
};

type FieldCodec = {
  readonly encode: (value: never) => string;
  /** Returns undefined when the stored value does not fit. */
  readonly decode: (stored: unknown) => unknown;
};

const amountCodec: FieldCodec = {
  encode: (value: bigint) => {
    invariant(value < AMOUNT_LIMIT && value > -AMOUNT_LIMIT, 'a stored amount can be read again');
    return `"${formatFixed(value)}"`;
  },
  decode: (stored) => {
    if (typeof stored !== 'string') return undefined;
    const parsed = parseFixed(stored);
    return parsed.ok ? parsed.value : undefined;
  },
};

function wordCodec(words: readonly string[]): FieldCodec {
  const known = new Set(words);
  return {
    encode: (value: string) => {
      invariant(known.has(value), `a stored word is in its closed list: ${value}`);
      return `"${value}"`;
    },
    decode: (stored) => (typeof stored === 'string' && known.has(stored) ? stored : undefined),
  };
}

const numberCodec: FieldCodec = {
  encode: (value: number) => {
    invariant(Number.isFinite(value), 'a stored number is finite');
    return Object.is(value, -0) ? '0' : String(value);
  },
  decode: (stored) => (typeof stored === 'number' && Number.isFinite(stored) ? stored : undefined),
};

const fieldCodecs: Readonly<Record<string, FieldCodec>> = {
  text: {
    encode: (value: string) => JSON.stringify(value),
    decode: (stored) => (typeof stored === 'string' ? stored : undefined),
  },
  integer: {
    encode: (value: number) => {
      invariant(Number.isSafeInteger(value), 'a stored integer is a safe integer');
      return String(value);
    },
    decode: (stored) => (Number.isSafeInteger(stored) ? stored : undefined),
  },
  number: numberCodec,
  flag: {
    encode: (value: boolean) => (value ? 'true' : 'false'),
    decode: (stored) => (typeof stored === 'boolean' ? stored : undefined),
  },
  price: amountCodec,
  quantity: amountCodec,
  notional: amountCodec,
  amount: amountCodec,
  texts: {
    encode: (value: readonly string[]) => JSON.stringify(value),
    decode: (stored) =>
      Array.isArray(stored) && stored.every((item) => typeof item === 'string') ? stored : undefined,
  },
  figures: {
    encode: (value: Figures) => encodeFigures(value),
    decode: (stored) => (isFigures(stored) ? stored : undefined),
  },
  tier: wordCodec(tiers),
  tiltLevel: wordCodec(tiltLevels),
  marketState: wordCodec(marketStates),
  tradingState: wordCodec(tradingStates),
  mode: wordCodec(modes),
  side: wordCodec(sides),
  orderType: wordCodec(orderTypes),
  purpose: wordCodec(orderPurposes),
  actor: wordCodec(actors),
  closeReason: wordCodec(closeReasons),
};

type CompiledField = {
  readonly name: string;
  readonly head: string;
  readonly nullable: boolean;
  readonly codec: FieldCodec;
};

const compiled: ReadonlyMap<string, readonly CompiledField[]> = new Map(
  Object.entries(eventFields).map(([kind, fields]) => [
    kind,
    Object.entries(fields as Record<string, string>).map(([name, token], index) => {
      const nullable = token.endsWith('?');
      const codec = fieldCodecs[nullable ? token.slice(0, -1) : token];
      invariant(codec !== undefined, `every field token has a codec: ${token}`);
      return { name, head: `${index === 0 ? '' : ','}"${name}":`, nullable, codec };
    }),
  ]),
);

/** Canonical JSON of an event's fields, without its kind. Throws on a value the table does not allow. */
export function encodeEvent(event: DomainEvent): string {
  const fields = compiled.get(event.kind);
  invariant(fields !== undefined, `every event kind is in the table: ${event.kind}`);
  const values = event as unknown as Record<string, unknown>;
  let text = '{';
  for (const field of fields) {
    const value = values[field.name];
    invariant(value !== undefined, `an event carries every field: ${event.kind}.${field.name}`);
    if (value === null) {
      invariant(field.nullable, `only nullable fields are null: ${event.kind}.${field.name}`);
      text += `${field.head}null`;
    } else {
      text += field.head + field.codec.encode(value as never);
    }
  }
  return `${text}}`;
}

/** Reads what `encodeEvent` wrote. Fields added since are null when nullable; unknown fields are ignored. */
export function decodeEvent(kind: string, data: string): Result<DomainEvent, CodecError> {
  const fields = compiled.get(kind);
  if (fields === undefined) return err({ code: 'codec.unknownEvent', detail: kind });
  let stored: unknown;
  try {
    stored = JSON.parse(data);
  } catch {
    return err({ code: 'codec.badJson', detail: kind });
  }
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored))
    return err({ code: 'codec.badJson', detail: kind });
  const event: Record<string, unknown> = { kind };
  for (const field of fields) {
    const raw = Object.hasOwn(stored, field.name) ? (stored as Record<string, unknown>)[field.name] : null;
    const value = raw === null ? (field.nullable ? null : undefined) : field.codec.decode(raw);
    if (value === undefined) return err({ code: 'codec.badField', detail: `${kind}.${field.name}` });
    event[field.name] = value;
  }
  return ok(event as DomainEvent);
}

function encodeFigures(figures: Figures): string {
  let text = '{';
  for (const name of Object.keys(figures).toSorted()) {
    const value = figures[name];
    if (value === undefined) continue;
    if (typeof value === 'number') invariant(Number.isFinite(value), 'a stored number is finite');
    text += `${text.length === 1 ? '' : ','}${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  return `${text}}`;
}

function isFigures(value: unknown): value is Figures {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(
    (item) =>
      item === null ||
      typeof item === 'string' ||
      typeof item === 'boolean' ||
      (typeof item === 'number' && Number.isFinite(item)),
  );
}

/**
 * Canonical text of folded state: plain objects with sorted keys, `Map` as sorted entries, `Set` as
 * sorted items, `bigint` as `{"$b":"…"}`. Equal states have equal text, whatever order built them.
 */
export function encodeState(value: unknown): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'bigint':
      return `{"$b":"${value}"}`;
    case 'number':
      invariant(Number.isFinite(value), 'a stored number is finite');
      return Object.is(value, -0) ? '0' : String(value);
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'object':
      break;
    default:
      invariant(false, `state is plain data, got ${typeof value}`);
  }
  if (Array.isArray(value)) return `[${value.map(encodeState).join(',')}]`;
  if (value instanceof Map) {
    const entries = [...(value as Map<unknown, unknown>)]
      .map(([key, item]) => `[${encodeState(key)},${encodeState(item)}]`)
      .toSorted();
    return `{"$m":[${entries.join(',')}]}`;
  }
  if (value instanceof Set)
    return `{"$s":[${[...(value as Set<unknown>)].map(encodeState).toSorted().join(',')}]}`;
  const record = value as Record<string, unknown>;
  const parts: string[] = [];
  for (const key of Object.keys(record).toSorted()) {
    if (record[key] !== undefined) parts.push(`${JSON.stringify(key)}:${encodeState(record[key])}`);
  }
  return `{${parts.join(',')}}`;
}

/** Reads what `encodeState` wrote. Throws on text that it did not write. */
export function decodeState(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const record = value as Record<string, unknown>;
    if (typeof record['$b'] === 'string') return BigInt(record['$b']);
    if (Array.isArray(record['$m'])) return new Map(record['$m'] as [unknown, unknown][]);
    if (Array.isArray(record['$s'])) return new Set(record['$s'] as unknown[]);
    return value;
  });
}
