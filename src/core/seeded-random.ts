/**
 * Seeded randomness for simulation and backtests: xoshiro128** (Blackman and Vigna, 2018) over a
 * state spread from the seed by splitmix32. Same seed, same numbers, on every machine. `fork` gives
 * a component its own stream, so that one more draw here changes nothing there. Never for keys.
 */
import { invariant } from './invariant.ts';
import type { Random } from './ports/random.ts';

export interface SeededRandom extends Random {
  /** Uniform whole number in [0, 2^32). */
  word(): number;
  /** Uniform whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of the items, each as likely. Throws on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** An independent stream, the same for the same seed and label, however much was drawn before. */
  fork(label: string): SeededRandom;
}

/** A generator for a whole number (up to 2^53) or a text. */
export function createSeededRandom(seed: number | string): SeededRandom {
  return fromState(stateOf(typeof seed === 'number' ? numberWords(seed) : textWords(seed)));
}

type State = readonly [number, number, number, number];

function fromState(origin: State): SeededRandom {
  let [a, b, c, d] = origin;

  function word(): number {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return scrambled;
  }

  /** 53 random bits, as many as a double holds. */
  function next(): number {
    return ((word() >>> 5) * 67_108_864 + (word() >>> 6)) / 9_007_199_254_740_992;
  }

  function between(low: number, high: number): number {
    invariant(
      Number.isSafeInteger(low) && Number.isSafeInteger(high) && low <= high,
      'a range is whole and not empty',
    );
    return low + Math.floor(next() * (high - low + 1));
  }

  return {
    word,
    next,
    between,
    bytes(length): Uint8Array {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += 4) {
        const drawn = word();
        for (let index = 0; index < 4 && at + index < length; index += 1)
          bytes[at + index] = drawn >>> (8 * index);
      }
      return bytes;
    },
    chance: (probability) => next() < probability,
    pick<T>(items: readonly T[]): T {
      invariant(items.length > 0, 'there is something to pick from');
      return items[between(0, items.length - 1)] as T;
    },
    fork: (label) => fromState(stateOf([...origin, ...textWords(label)])),
  };
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function stateOf(words: readonly number[]): State {
  let mixed = 0x9e3779b9;
  const step = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let value = mixed ^ (mixed >>> 16);
    value = Math.imul(value, 0x21f0aaad);
    value ^= value >>> 15;
    value = Math.imul(value, 0x735a2d97);
    return (value ^ (value >>> 15)) >>> 0;
  };
  for (const each of words) {
    mixed = (mixed ^ each) | 0;
    mixed = step();
  }
  // Four zero words would be a fixed point; splitmix never gives four in a row.
  return [step(), step(), step(), step()];
}

function numberWords(seed: number): readonly number[] {
  invariant(Number.isSafeInteger(seed) && seed >= 0, 'a seed is a whole number from 0 to 2^53');
  return [seed >>> 0, Math.floor(seed / 4_294_967_296)];
}

/** FNV-1a over the UTF-16 code units, with the length so that no label is a prefix of another. */
function textWords(text: string): readonly number[] {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return [hash >>> 0, text.length];
}
