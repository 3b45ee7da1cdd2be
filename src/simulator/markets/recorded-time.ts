/** Instants as recordings write them: milliseconds, and microseconds in archives since 2025. */

/** 2286 in milliseconds; anything above is microseconds. */
const GREATEST_MS = 1e13;

/** Milliseconds since the epoch, rounded down, or null when it is not an instant. */
export function millisecondsOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,17}$/.test(text)) return null;
  const value = Number(text);
  return value > GREATEST_MS ? Math.floor(value / 1000) : value;
}
