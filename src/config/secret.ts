/**
 * A secret that cannot be printed by accident (invariant 31): text, JSON and inspection all show a
 * placeholder, and the value comes out only through `reveal`, at the one place that needs it.
 */
const HIDDEN = '(hidden)';

export type Secret = { readonly reveal: () => string; readonly toString: () => string };

export function secret(value: string): Secret {
  return Object.freeze({
    reveal: () => value,
    toString: () => HIDDEN,
    toJSON: () => HIDDEN,
    [Symbol.for('nodejs.util.inspect.custom')]: () => HIDDEN,
  });
}
