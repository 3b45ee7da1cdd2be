/**
 * Invariants stay on in production. A broken one is a bug, never an expected refusal:
 * the composition root catches it, stops entries, records it and restarts through recovery.
 */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/** Throws `InvariantViolation` unless the condition holds; `rule` states the rule positively. */
export function invariant(condition: unknown, rule: string): asserts condition {
  if (!condition) throw new InvariantViolation(rule);
}

/** What must be there: an element within its bounds, a key that was checked. Missing, it is a bug. */
export function present<T>(value: T | undefined, rule: string): T {
  if (value === undefined) throw new InvariantViolation(rule);
  return value;
}

/** Marks the end of an exhaustive `switch`; reaching it is a bug. */
export function unreachable(value: never): never {
  throw new InvariantViolation(`every case is handled, got ${describe(value)}`);
}

function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'kind' in value) return String(value.kind);
  return String(value);
}
