/**
 * One side of the book as a sorted array of price levels, the best one last, so that what happens at
 * the touch (almost everything) moves no memory. Keys are ticks for bids and negated ticks for asks:
 * ascending key always means better price, and one code path serves both sides.
 */
export class PriceLadder {
  keys: Float64Array = new Float64Array(64);
  levels: Int32Array = new Int32Array(64);
  count = 0;

  /** Index of the key, or the bitwise complement of where it belongs. */
  find(key: number): number {
    const keys = this.keys;
    let low = 0;
    let high = this.count - 1;
    if (high < 0 || key > keys[high]!) return ~this.count;
    // Most look-ups are near the touch: gallop from the best end before halving.
    let step = 1;
    while (high - step >= 0 && keys[high - step]! > key) {
      high -= step;
      step <<= 1;
    }
    low = high - step < 0 ? 0 : high - step;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = keys[middle]!;
      if (found === key) return middle;
      if (found < key) low = middle + 1;
      else high = middle - 1;
    }
    return ~low;
  }

  insertAt(index: number, key: number, level: number): void {
    if (this.count === this.keys.length) this.#grow();
    const { keys, levels } = this;
    for (let at = this.count; at > index; at -= 1) {
      keys[at] = keys[at - 1]!;
      levels[at] = levels[at - 1]!;
    }
    keys[index] = key;
    levels[index] = level;
    this.count += 1;
  }

  removeAt(index: number): void {
    const { keys, levels } = this;
    const last = this.count - 1;
    for (let at = index; at < last; at += 1) {
      keys[at] = keys[at + 1]!;
      levels[at] = levels[at + 1]!;
    }
    this.count = last;
  }

  #grow(): void {
    const keys = new Float64Array(this.keys.length * 2);
    keys.set(this.keys);
    this.keys = keys;
    const levels = new Int32Array(this.levels.length * 2);
    levels.set(this.levels);
    this.levels = levels;
  }
}
