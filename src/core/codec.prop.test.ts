import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEvent, decodeState, encodeEvent, encodeState } from './codec.ts';
import { eventFields, type DomainEvent, type EventKind } from './events.ts';
import { SCALE } from './money.ts';
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

const LIMIT = 10n ** 15n * SCALE - 1n;
const text = fc.string({ unit: 'binary' });
const amount = fc.bigInt({ min: -LIMIT, max: LIMIT });
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const integer = fc.maxSafeInteger();
const figures = fc.dictionary(text, fc.oneof(text, number, fc.boolean(), fc.constant(null)), {
  noNullPrototype: true,
});

const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  text,
  integer,
  number,
  flag: fc.boolean(),
  price: amount,
  quantity: amount,
  notional: amount,
  amount,
  texts: fc.array(text),
  figures,
  tier: fc.constantFrom(...tiers),
  tiltLevel: fc.constantFrom(...tiltLevels),
  marketState: fc.constantFrom(...marketStates),
  tradingState: fc.constantFrom(...tradingStates),
  mode: fc.constantFrom(...modes),
  side: fc.constantFrom(...sides),
  orderType: fc.constantFrom(...orderTypes),
  purpose: fc.constantFrom(...orderPurposes),
  actor: fc.constantFrom(...actors),
  closeReason: fc.constantFrom(...closeReasons),
};

const kinds = Object.keys(eventFields) as EventKind[];

function fieldsOf(kind: EventKind): readonly (readonly [string, string])[] {
  return Object.entries(eventFields[kind] as Record<string, string>);
}

/** Any event of this kind, made from the table and nothing else. */
function eventOf(kind: EventKind): fc.Arbitrary<DomainEvent> {
  const shape: Record<string, fc.Arbitrary<unknown>> = { kind: fc.constant(kind) };
  for (const [name, token] of fieldsOf(kind)) {
    const base = values[token.replace('?', '')];
    if (base === undefined) throw new Error(`no values for the token ${token}`);
    shape[name] = token.endsWith('?') ? fc.option(base) : base;
  }
  return fc.record(shape, { noNullPrototype: true }) as unknown as fc.Arbitrary<DomainEvent>;
}

describe.each(kinds)('%s', (kind) => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(eventOf(kind), (event) => {
        const written = encodeEvent(event);
        const read = decodeEvent(kind, written);
        expect(read).toEqual({ ok: true, value: event });
        expect(read.ok && encodeEvent(read.value)).toBe(written);
      }),
      { numRuns: 30 },
    );
  });

  it('says which field does not fit', () => {
    for (const [name, token] of fieldsOf(kind)) {
      const [event] = fc.sample(eventOf(kind), { numRuns: 1, seed: 7 });
      const stored = JSON.parse(encodeEvent(event as DomainEvent)) as Record<string, unknown>;
      const wrong = { ...stored, [name]: token.startsWith('text') && token !== 'texts' ? 5 : { odd: [1] } };
      expect(decodeEvent(kind, JSON.stringify(wrong))).toEqual({
        ok: false,
        error: { code: 'codec.badField', detail: `${kind}.${name}` },
      });
      const { [name]: _gone, ...missing } = stored;
      expect(decodeEvent(kind, JSON.stringify(missing)).ok).toBe(token.endsWith('?'));
    }
  });
});

/** Data as the folded state has it. */
const plain: fc.Arbitrary<unknown> = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    text,
    number,
    amount,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.array(fc.tuple(text, tie('tree')), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.array(integer, { maxLength: 4 }).map((items) => new Set(items)),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).tree;

describe('folded state', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(plain, (state) => {
        expect(decodeState(encodeState(state))).toEqual(state);
      }),
    );
  });

  it('has the same text whatever order built it (invariant 16)', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(text, plain), { selector: ([key]) => key }), (entries) => {
        const backwards = entries.toReversed();
        expect(encodeState(new Map(entries))).toBe(encodeState(new Map(backwards)));
        expect(encodeState(new Set(entries.map(([key]) => key)))).toBe(
          encodeState(new Set(backwards.map(([key]) => key))),
        );
        expect(encodeState(Object.fromEntries(entries))).toBe(encodeState(Object.fromEntries(backwards)));
      }),
    );
  });

  it('never throws on text from outside, it refuses it as a value', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.oneof(text, fc.json()), (kind, stored) => {
        expect(typeof decodeEvent(kind, stored).ok).toBe('boolean');
      }),
    );
  });
});
