/**
 * A fingerprint of a text that survives touching it up: the smallest hashes of its runs of three words
 * (bottom-k sketch). Two sketches say how much two texts share; the text cannot be read from them, and
 * their size does not grow with it.
 */
const RUN_WORDS = 3;
const SKETCH_SIZE = 64;

/** At most 64 short texts. */
export function sketchOf(words: readonly string[]): readonly string[] {
  const units = words.flatMap((word) => (withoutSpaces.test(word) ? Array.from(word) : [word]));
  const hashes = new Set<number>();
  for (let index = 0; index + RUN_WORDS <= units.length; index += 1)
    hashes.add(hashOf(units.slice(index, index + RUN_WORDS).join(' ')));
  return [...hashes]
    .toSorted((left, right) => left - right)
    .slice(0, SKETCH_SIZE)
    .map((hash) => hash.toString(36));
}

/** Scripts without spaces are compared by single characters, so that a shift by one changes nothing. */
const withoutSpaces: RegExp =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93);
  return hash >>> 0;
}

/** The estimated share of runs that two texts have in common, in basis points; 0 when either is too short to say. */
export function similarityBps(left: readonly string[], right: readonly string[]): number {
  if (left.length < 8 || right.length < 8) return 0;
  const both = new Set(right);
  const smallest = [...new Set([...left, ...right])]
    .map((text) => [Number.parseInt(text, 36), text] as const)
    .toSorted(([one], [other]) => one - other)
    .slice(0, Math.min(left.length, right.length));
  const own = new Set(left);
  const shared = smallest.filter(([, text]) => own.has(text) && both.has(text)).length;
  return Math.round((shared / smallest.length) * 10_000);
}
