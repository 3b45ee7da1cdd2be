import { describe, expect, it } from 'vitest';
import { decodeEvent, decodeState, encodeEvent, encodeState } from './codec.ts';
import type { DomainEvent } from './events.ts';
import { InvariantViolation } from './invariant.ts';
import { AMOUNT_LIMIT, assetAmount } from './money.ts';

const adopted: DomainEvent = {
  kind: 'balance.adopted',
  asset: 'USDT',
  delta: assetAmount('12.5'),
  total: assetAmount('500'),
  reason: 'deposit',
};

function changed(change: Record<string, unknown>): DomainEvent {
  return { ...adopted, ...change };
}

describe('writing an event', () => {
  it('keeps the order of the table, whatever order the object has', () => {
    const backwards = Object.fromEntries(Object.entries(adopted).toReversed()) as DomainEvent;
    expect(encodeEvent(backwards)).toBe(encodeEvent(adopted));
    expect(encodeEvent(adopted)).toBe('{"asset":"USDT","delta":"12.5","total":"500","reason":"deposit"}');
  });

  it.each([
    ['a field that is missing', changed({ asset: undefined })],
    ['null where the table has no question mark', changed({ asset: null })],
    ['a kind that is not in the table', changed({ kind: 'money.printed' })],
  ])('throws on %s', (_what, event) => {
    expect(() => encodeEvent(event)).toThrow(InvariantViolation);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('throws on %s in figures (invariant 19)', (value) => {
    expect(() =>
      encodeEvent({ kind: 'action.recorded', action: 'x', symbol: null, figures: { value } }),
    ).toThrow(InvariantViolation);
    expect(() => encodeEvent({ kind: 'day.started', day: value, equity: assetAmount('1') as never })).toThrow(
      InvariantViolation,
    );
  });

  it('throws on a word outside its closed list: it could not be read again', () => {
    expect(() => encodeEvent({ kind: 'trading.rearmed', reason: 'x', actor: 'nobody' as never })).toThrow(
      InvariantViolation,
    );
  });

  it('throws on an amount too large to be read again', () => {
    expect(() => encodeEvent(changed({ total: AMOUNT_LIMIT }))).toThrow(InvariantViolation);
    expect(() => encodeEvent(changed({ total: -AMOUNT_LIMIT }))).toThrow(InvariantViolation);
    expect(() => encodeEvent(changed({ total: AMOUNT_LIMIT - 1n }))).not.toThrow();
  });

  it('sorts figures and leaves out what is undefined', () => {
    const figures = { b: 2, a: 'x', gone: undefined as never };
    expect(encodeEvent({ kind: 'action.recorded', action: 'x', symbol: null, figures })).toBe(
      '{"action":"x","symbol":null,"figures":{"a":"x","b":2}}',
    );
  });
});

describe('reading an event', () => {
  it.each(['', '{', 'null', '[]', '5', '"text"'])('refuses %j as no event', (data) => {
    expect(decodeEvent('balance.adopted', data)).toEqual({
      ok: false,
      error: { code: 'codec.badJson', detail: 'balance.adopted' },
    });
  });

  it('refuses a kind it does not know, names of the prototype included', () => {
    for (const kind of ['money.printed', 'constructor', '__proto__', 'toString']) {
      expect(decodeEvent(kind, '{}')).toEqual({
        ok: false,
        error: { code: 'codec.unknownEvent', detail: kind },
      });
    }
  });

  it('ignores a field it does not know and takes nothing from the prototype', () => {
    const data = encodeEvent(adopted).replace('{', '{"__proto__":{"asset":"X"},"later":1,');
    expect(decodeEvent('balance.adopted', data)).toEqual({ ok: true, value: adopted });
    expect(decodeEvent('balance.adopted', '{"__proto__":{"asset":"X"}}').ok).toBe(false);
  });

  it.each(['1e3', 'NaN', '1.123456789', '', '9999999999999999'])('refuses the amount %j', (delta) => {
    const data = JSON.stringify({ asset: 'USDT', delta, total: '1', reason: '' });
    expect(decodeEvent('balance.adopted', data)).toEqual({
      ok: false,
      error: { code: 'codec.badField', detail: 'balance.adopted.delta' },
    });
  });
});

describe('folded state', () => {
  it('writes maps, sets and amounts so that they are told apart from plain objects', () => {
    expect(encodeState({ b: 1n, a: new Map([['k', new Set([2, 1])]]) })).toBe(
      '{"a":{"$m":[["k",{"$s":[1,2]}]]},"b":{"$b":"1"}}',
    );
    expect(encodeState({ a: undefined, b: -0 })).toBe('{"b":0}');
  });

  it.each([[() => 1], [Symbol('x')], [undefined], [Number.NaN]])('throws on %s: it is no data', (value) => {
    expect(() => encodeState(value)).toThrow(InvariantViolation);
  });

  it('throws on text that it did not write', () => {
    expect(() => decodeState('{')).toThrow(SyntaxError);
  });
});
