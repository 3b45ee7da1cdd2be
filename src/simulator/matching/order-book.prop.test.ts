// The order book against the brute-force reference: same fills, fees, depth and queue places after
// every command, whatever the commands.
import { deepStrictEqual as same, ok } from 'node:assert';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReferenceBook } from '../../../tests/oracles/matching.ts';
import { FeeSchedule } from './commission.ts';
import { ASK, BID, NOBODY, OrderBook, type BookSide } from './order-book.ts';
import { makeScale } from './scale.ts';

const runs = process.env['GENESIS_TEST_PROFILE'] === 'full' ? 2_000 : 150;

type Command =
  | {
      readonly kind: 'enter';
      readonly buys: boolean;
      readonly price: number;
      readonly lots: number;
      readonly owner: number;
      readonly peak: number;
      readonly guard: boolean;
    }
  | { readonly kind: 'market'; readonly buys: boolean; readonly lots: number; readonly owner: number }
  | { readonly kind: 'cancel'; readonly pick: number }
  | { readonly kind: 'reduce'; readonly pick: number; readonly part: number };

const owner = fc.integer({ min: 1, max: 4 });
const lots = fc.integer({ min: 1, max: 30 });

function command(middle: number, width: number): fc.Arbitrary<Command> {
  return fc.oneof(
    {
      weight: 55,
      arbitrary: fc.record({
        kind: fc.constant('enter' as const),
        buys: fc.boolean(),
        price: fc.integer({ min: middle - width, max: middle + width }),
        lots,
        owner,
        peak: fc.oneof(
          { weight: 3, arbitrary: fc.constant(0) },
          { weight: 1, arbitrary: fc.integer({ min: 1, max: 8 }) },
        ),
        guard: fc.boolean(),
      }),
    },
    {
      weight: 10,
      arbitrary: fc.record({ kind: fc.constant('market' as const), buys: fc.boolean(), lots, owner }),
    },
    { weight: 25, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat() }) },
    {
      weight: 10,
      arbitrary: fc.record({
        kind: fc.constant('reduce' as const),
        pick: fc.nat(),
        part: fc.integer({ min: 1, max: 9 }),
      }),
    },
  );
}

/** Both books side by side; every step compares everything that can be seen. */
class Pair {
  readonly book: OrderBook;
  readonly reference: ReferenceBook;
  readonly slots: Map<number, number> = new Map();
  readonly orderAt: Map<number, number> = new Map();
  #next = 1;

  constructor(tick: bigint, lot: bigint) {
    const fees = new FeeSchedule();
    for (let each = 1; each <= 4; each += 1) fees.set(each, 750 + each, 1_000 + each);
    this.book = new OrderBook(makeScale(tick, lot), fees);
    this.reference = new ReferenceBook({
      tickUnits: tick,
      lotUnits: lot,
      makerRate: (who) => BigInt(750 + who),
      takerRate: (who) => BigInt(1_000 + who),
    });
  }

  run(step: Command): void {
    if (step.kind === 'enter') this.#enter(step);
    else if (step.kind === 'market') this.#match(step.buys, null, step.lots, step.owner, null);
    else {
      const open = [...this.slots.keys()];
      const id = open[step.pick % Math.max(1, open.length)];
      if (id === undefined) return;
      const slot = this.slots.get(id)!;
      if (step.kind === 'cancel') {
        this.book.remove(slot);
        this.slots.delete(id);
        ok(this.reference.cancel(id));
      } else {
        const cut = Math.min(step.part, this.book.remaining(slot) - 1);
        if (cut === 0) return;
        this.book.reduce(slot, cut);
        this.reference.reduce(id, cut);
      }
    }
    this.#compare();
  }

  #enter(step: Command & { readonly kind: 'enter' }): void {
    const left = this.#match(step.buys, step.price, step.lots, step.owner, step.guard ? step.owner : null);
    // A guarded order that met its own would cross if it rested: it expires instead.
    if (left === 0 || this.book.blocked >= 0) return;
    const id = this.#next;
    this.#next += 1;
    const peak = step.peak < left ? step.peak : 0;
    const slot = this.book.add(step.buys ? BID : ASK, step.price, left, peak, step.owner);
    this.reference.add(id, step.owner, step.buys, step.price, left, peak);
    this.slots.set(id, slot);
    this.orderAt.set(slot, id);
  }

  #match(buys: boolean, limit: number | null, size: number, who: number, guarded: number | null): number {
    const { tape } = this.book;
    tape.count = 0;
    const side: BookSide = buys ? BID : ASK;
    const left = this.book.match(side, limit ?? (buys ? Infinity : -Infinity), size, who, guarded ?? NOBODY);
    const expected = this.reference.match(buys, limit, size, who, guarded);
    const got = Array.from({ length: tape.count }, (_none, row) => ({
      maker: this.orderAt.get(tape.slot[row]!)!,
      price: tape.price[row]!,
      lots: tape.lots[row]!,
      takerFee: BigInt(tape.takerFee[row]!),
      makerFee: BigInt(tape.makerFee[row]!),
      gone: tape.emptied[row] === 1,
    }));
    same(got, expected.fills);
    same(left, expected.left);
    const blockedBy = this.book.blocked < 0 ? null : this.orderAt.get(this.book.blocked)!;
    same(blockedBy, expected.blockedBy);
    for (const fill of got) if (fill.gone) this.slots.delete(fill.maker);
    return left;
  }

  #compare(): void {
    for (const side of [BID, ASK] as const) {
      const ladder = this.book.ladder(side);
      const seen: [number, number][] = [];
      for (let at = ladder.count - 1; at >= 0; at -= 1) {
        const level = ladder.levels[at]!;
        seen.push([side === BID ? ladder.keys[at]! : -ladder.keys[at]!, this.book.volume[level]!]);
      }
      same(seen, this.reference.depth(side === BID));
    }
    const [bid, ask] = [this.book.best(BID), this.book.best(ASK)];
    if (bid >= 0 && ask >= 0) ok(bid < ask, 'the book is crossed');
    for (const [id, slot] of this.slots) same(this.book.queueAhead(slot), this.reference.ahead(id));
  }
}

function agree(
  each: fc.Arbitrary<Command>,
  lengths: fc.ArrayConstraints,
  numRuns: number,
  tick: bigint,
  lot: bigint,
): void {
  fc.assert(
    fc.property(fc.array(each, lengths), (commands) => {
      const pair = new Pair(tick, lot);
      for (const step of commands) pair.run(step);
    }),
    { numRuns, includeErrorInReport: true },
  );
}

describe('the order book and the brute-force reference', () => {
  it('agree on every fill, fee, level and queue place in a narrow, busy market', () => {
    expect(() =>
      agree(command(1_000, 6), { minLength: 1, maxLength: 120 }, runs, 1_000_000n, 100_000n),
    ).not.toThrow();
  });

  it('agree in a wide market of many levels', () => {
    expect(() =>
      agree(command(50_000, 3_000), { minLength: 50, maxLength: 250 }, runs / 5, 1n, 1n),
    ).not.toThrow();
  });

  it('agree on a grid whose tick times lot is no whole unit', () => {
    expect(() => agree(command(77, 9), { minLength: 1, maxLength: 80 }, runs, 7n, 1_300n)).not.toThrow();
  });
});

describe('figures past 2^53', () => {
  it('are marked on the tape instead of rounded', () => {
    const fees = new FeeSchedule();
    fees.set(1, 1_000, 1_000);
    const book = new OrderBook(makeScale(1n, 100_000_000n), fees);
    book.add(ASK, 3_000, 90_000_000_000, 0, 1);
    expect(book.match(BID, Infinity, 90_000_000_000, 1, NOBODY)).toBe(0);
    const { tape } = book;
    // 9e10 lots of one unit are 9e18 base units: too many for a double; their quote, 2.7e14, is not.
    expect([tape.quote[0], tape.takerFee[0], tape.makerFee[0]]).toEqual([
      270_000_000_000_000, -1, 270_000_000_000,
    ]);
  });
});
