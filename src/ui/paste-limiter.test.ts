// Pastes are bounded wherever their marks are cut; everything else passes untouched and at once.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPasteLimiter } from './paste-limiter.ts';

const START = '\u001b[200~';
const END = '\u001b[201~';

test('keys pass as they come, an escape among them', () => {
  const limiter = createPasteLimiter(5);
  expect(['b', '\u001b', '\u001b[A', '\r'].map((key) => limiter.take(key))).toEqual([
    'b',
    '\u001b',
    '\u001b[A',
    '\r',
  ]);
});

test('a paste is cut at the limit and its marks stay', () => {
  expect(createPasteLimiter(5).take(`a${START}1234567890${END}b`)).toBe(`a${START}12345${END}b`);
});

test('ten megabytes in small chunks pass in little time', () => {
  const limiter = createPasteLimiter(25_000);
  const started = performance.now();
  let out = limiter.take(START).length;
  for (let chunk = 0; chunk < 2_500; chunk += 1) out += limiter.take('x'.repeat(4_096)).length;
  out += limiter.take(END).length;
  expect(out).toBe(25_000 + START.length + END.length);
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('a paste without an end can be ended', () => {
  const limiter = createPasteLimiter(5);
  limiter.take(`${START}abc`);
  expect([limiter.open, limiter.end(), limiter.open, limiter.take('x')]).toEqual([true, END, false, 'x']);
});

test('however the input is cut into chunks, the same text comes out', () => {
  const piece = fc.oneof(
    fc.constant(START),
    fc.constant(END),
    fc.constant('\u001b'),
    fc.constant('\u001b[20'),
    fc.string({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.array(fc.nat(20), { maxLength: 12 }),
      (pieces, cuts) => {
        const text = pieces.join('');
        const whole = createPasteLimiter(7);
        const expected = whole.take(text) + whole.end();
        const limiter = createPasteLimiter(7);
        let out = '';
        let from = 0;
        for (const cut of cuts) {
          out += limiter.take(text.slice(from, from + cut + 1));
          from += cut + 1;
        }
        out += limiter.take(text.slice(from)) + limiter.end();
        // What is held back as a possible mark at the very end of an open paste may differ in length only by that.
        expect(out).toBe(expected);
      },
    ),
  );
});
