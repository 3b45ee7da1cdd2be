/**
 * Expected refusals are values. A bug is an exception (`invariant`); an expected "no"
 * (risk, filter, venue reject, bad payload) is a `Result` with a closed union of codes.
 */
export type Ok<T> = { readonly ok: true; readonly value: T };
export type Err<E> = { readonly ok: false; readonly error: E };
export type Result<T, E> = Ok<T> | Err<E>;

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

export function err<E>(error: E): Err<E> {
  return { ok: false, error };
}
