/**
 * The simplest thing that matches by price, then time: one unsorted list, searched from the start
 * for every fill. Slow on purpose and sharing no code with the order book it judges; money in bigint.
 */
export type ReferenceFill = {
  readonly maker: number;
  readonly price: number;
  readonly lots: number;
  readonly takerFee: bigint;
  readonly makerFee: bigint;
  readonly gone: boolean;
};

type Resting = {
  readonly id: number;
  readonly owner: number;
  readonly buys: boolean;
  readonly price: number;
  readonly peak: number;
  shown: number;
  hidden: number;
  /** Arrival at its place in the queue; an iceberg arrives anew with each refill. */
  arrival: number;
};

export type ReferenceRules = {
  readonly tickUnits: bigint;
  readonly lotUnits: bigint;
  readonly makerRate: (owner: number) => bigint;
  readonly takerRate: (owner: number) => bigint;
};

export class ReferenceBook {
  resting: Resting[] = [];
  #clock = 0;
  readonly #rules: ReferenceRules;

  constructor(rules: ReferenceRules) {
    this.#rules = rules;
  }

  add(id: number, owner: number, buys: boolean, price: number, lots: number, peak: number): void {
    this.#clock += 1;
    const shown = peak > 0 ? Math.min(peak, lots) : lots;
    this.resting.push({ id, owner, buys, price, peak, shown, hidden: lots - shown, arrival: this.#clock });
  }

  cancel(id: number): boolean {
    const before = this.resting.length;
    this.resting = this.resting.filter((order) => order.id !== id);
    return this.resting.length < before;
  }

  reduce(id: number, lots: number): void {
    const order = this.resting.find((each) => each.id === id);
    if (order === undefined) return;
    const hidden = Math.min(order.hidden, lots);
    order.hidden -= hidden;
    order.shown -= lots - hidden;
  }

  /** Fills in order, and what is left; stops before an order of the guarded owner, if that is given. */
  match(
    buys: boolean,
    limit: number | null,
    lots: number,
    taker: number,
    guarded: number | null,
  ): { readonly fills: ReferenceFill[]; readonly left: number; readonly blockedBy: number | null } {
    const fills: ReferenceFill[] = [];
    let left = lots;
    while (left > 0) {
      const maker = this.#best(buys, limit);
      if (maker === null) break;
      if (maker.owner === guarded) return { fills, left, blockedBy: maker.id };
      const size = Math.min(left, maker.shown);
      left -= size;
      maker.shown -= size;
      const base = BigInt(size) * this.#rules.lotUnits;
      const quote = (BigInt(maker.price) * this.#rules.tickUnits * base) / 100_000_000n;
      fills.push({
        maker: maker.id,
        price: maker.price,
        lots: size,
        takerFee: ((buys ? base : quote) * this.#rules.takerRate(taker)) / 1_000_000n,
        makerFee: ((buys ? quote : base) * this.#rules.makerRate(maker.owner)) / 1_000_000n,
        gone: maker.shown === 0 && maker.hidden === 0,
      });
      if (maker.shown > 0) continue;
      if (maker.hidden === 0) {
        this.cancel(maker.id);
      } else {
        this.#clock += 1;
        maker.shown = Math.min(maker.peak, maker.hidden);
        maker.hidden -= maker.shown;
        maker.arrival = this.#clock;
      }
    }
    return { fills, left, blockedBy: null };
  }

  depth(buys: boolean): [price: number, lots: number][] {
    const levels = new Map<number, number>();
    for (const order of this.resting) {
      if (order.buys === buys) levels.set(order.price, (levels.get(order.price) ?? 0) + order.shown);
    }
    return [...levels].toSorted(([a], [b]) => (buys ? b - a : a - b));
  }

  ahead(id: number): number | null {
    const order = this.resting.find((each) => each.id === id);
    if (order === undefined) return null;
    return this.resting
      .filter(
        (each) => each.buys === order.buys && each.price === order.price && each.arrival < order.arrival,
      )
      .reduce((sum, each) => sum + each.shown, 0);
  }

  #best(takerBuys: boolean, limit: number | null): Resting | null {
    let best: Resting | null = null;
    for (const order of this.resting) {
      if (order.buys === takerBuys) continue;
      if (limit !== null && (takerBuys ? order.price > limit : order.price < limit)) continue;
      if (best === null) best = order;
      else if (order.price === best.price) {
        if (order.arrival < best.arrival) best = order;
      } else if (takerBuys ? order.price < best.price : order.price > best.price) best = order;
    }
    return best;
  }
}
