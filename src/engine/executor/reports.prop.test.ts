import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fillOf,
  idOf,
  intended,
  orderIn,
  ordersAfter,
  pictureOf,
} from '../../../tests/builders/engine-values.ts';
import { encodeState } from '../../core/codec.ts';
import { quantity, ZERO_NOTIONAL, type Quantity } from '../../core/money.ts';
import type { ExchangeFill, ExchangeOrder, ExchangeOrderStatus } from '../../core/ports/gateway.ts';
import { isUnresolved, type Orders } from './orders.ts';
import { mergeReport } from './reports.ts';

type Report = { readonly picture: ExchangeOrder; readonly fills: readonly ExchangeFill[] };

/** What really happened: fills in this order, then an end, if any. */
type History = {
  readonly fills: readonly ExchangeFill[];
  readonly end: 'open' | 'CANCELED' | 'EXPIRED' | 'REJECTED' | 'OTHER';
};

const history: fc.Arbitrary<History> = fc
  .record({
    sizes: fc.array(fc.bigInt({ min: 1n, max: 30_000_000n }), { maxLength: 6 }),
    end: fc.constantFrom('open', 'CANCELED', 'EXPIRED', 'REJECTED', 'OTHER'),
    all: fc.boolean(),
  })
  .map(({ sizes, end, all }) => {
    const fills: ExchangeFill[] = [];
    let left = quantity('1') as bigint;
    for (const [index, size] of sizes.entries()) {
      const part = size < left ? size : left;
      if (part === 0n) break;
      left -= part;
      fills.push(fillOf(index + 1, { quantity: part as Quantity }));
    }
    if (all && left > 0n) fills.push(fillOf(99, { quantity: left as Quantity }));
    return { fills, end };
  });

function executedOf(fills: readonly ExchangeFill[]): Quantity {
  return fills.reduce((sum, fill) => sum + fill.quantity, 0n) as Quantity;
}

function statusAfter({ fills, end }: History, count: number): ExchangeOrderStatus {
  const executed = executedOf(fills.slice(0, count));
  if (executed === quantity('1')) return 'FILLED';
  if (count === fills.length && end !== 'open') return end;
  return executed === 0n ? 'NEW' : 'PARTIALLY_FILLED';
}

/** The picture after so many fills, with the fills up to it (a reply or look-up), or only the last (the stream). */
function reportAfter(told: History, count: number, whole: boolean): Report {
  const status = statusAfter(told, count);
  return {
    picture: pictureOf(1, {
      status,
      rawStatus: status,
      executedQuantity: executedOf(told.fills.slice(0, count)),
    }),
    fills: whole ? told.fills.slice(0, count) : told.fills.slice(Math.max(0, count - 1), count),
  };
}

function merge(
  state: Orders,
  { picture, fills }: Report,
): { readonly state: Orders; readonly missing: boolean } {
  const outcome = mergeReport(state, orderIn(state, 1), picture, fills, () => ZERO_NOTIONAL);
  return { state: ordersAfter(outcome.events, state), missing: outcome.fillsMissing };
}

/** The orders without what only says in which order things were learnt. */
function essence(state: Orders): string {
  const order = orderIn(state, 1);
  return encodeState({
    status: order.status,
    filled: order.filledQuantity,
    executed: order.executedQuantity,
    exchangeOrderId: order.exchangeOrderId,
    booked: state.booked,
  });
}

const beginnings: readonly (() => Orders)[] = [
  () => ordersAfter([intended(1)]),
  () => ordersAfter([intended(1), { kind: 'order.unknown', orderId: idOf(1), reason: '' }]),
  () => ordersAfter([intended(1), { kind: 'order.failed', orderId: idOf(1), reason: '' }]),
  () => ordersAfter([intended(1), { kind: 'order.rejected', orderId: idOf(1), code: 1, message: '' }]),
];

describe('reports of one order', () => {
  it('end in the same state in any order and any number of times, whatever was believed before (invariants 3 to 5)', () => {
    const tellings = history.chain((told) =>
      fc.record({
        told: fc.constant(told),
        start: fc.constantFrom(...beginnings),
        reports: fc.array(
          fc.record({ count: fc.integer({ min: 0, max: told.fills.length }), whole: fc.boolean() }),
          { maxLength: 12 },
        ),
      }),
    );
    fc.assert(
      fc.property(tellings, ({ told, start, reports }) => {
        let state = start();
        for (const { count, whole } of reports) {
          ({ state } = merge(state, reportAfter(told, count, whole)));
          expect(orderIn(state, 1).filledQuantity <= executedOf(told.fills)).toBe(true);
        }
        // The last word is a look-up of how it really ended.
        const last = reportAfter(told, told.fills.length, true);
        const told1 = merge(state, last);
        expect(told1.missing).toBe(false);
        expect(essence(told1.state)).toBe(essence(merge(start(), last).state));
        expect(isUnresolved(orderIn(told1.state, 1))).toBe(false);
        // Said again, it changes nothing.
        const again = mergeReport(
          told1.state,
          orderIn(told1.state, 1),
          last.picture,
          last.fills,
          () => ZERO_NOTIONAL,
        );
        expect(again).toEqual({ events: [], fillsMissing: false });
      }),
      { numRuns: 400 },
    );
  });
});
