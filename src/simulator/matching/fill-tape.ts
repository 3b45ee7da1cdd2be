/**
 * The fills of one matching step as columns of plain numbers, reused from step to step so that
 * matching allocates nothing. `quote` and the fees are exact whole units at 10⁻⁸, or -1 where the
 * exact figure is past 2^53; then the reader computes it in bigint.
 */
export class FillTape {
  slot: Int32Array = new Int32Array(64);
  maker: Int32Array = new Int32Array(64);
  price: Float64Array = new Float64Array(64);
  lots: Float64Array = new Float64Array(64);
  quote: Float64Array = new Float64Array(64);
  takerFee: Float64Array = new Float64Array(64);
  makerFee: Float64Array = new Float64Array(64);
  /** 1 when the maker's last quantity went: its slot is free again. */
  emptied: Uint8Array = new Uint8Array(64);
  count = 0;

  /** Makes room for one more row. */
  grow(): void {
    const size = this.slot.length * 2;
    this.slot = copy(new Int32Array(size), this.slot);
    this.maker = copy(new Int32Array(size), this.maker);
    this.price = copy(new Float64Array(size), this.price);
    this.lots = copy(new Float64Array(size), this.lots);
    this.quote = copy(new Float64Array(size), this.quote);
    this.takerFee = copy(new Float64Array(size), this.takerFee);
    this.makerFee = copy(new Float64Array(size), this.makerFee);
    this.emptied = copy(new Uint8Array(size), this.emptied);
  }
}

function copy<T extends Int32Array | Float64Array | Uint8Array>(into: T, from: T): T {
  into.set(from);
  return into;
}
