/**
 * Nominal types over primitives. Brands accumulate: stacking two on one value keeps both,
 * where the usual `{ [brand]: Name }` form would collapse to `never`.
 */
declare const brand: unique symbol;

export type Brand<Base, Name extends string> = Base & {
  readonly [brand]: { readonly [K in Name]: true };
};
