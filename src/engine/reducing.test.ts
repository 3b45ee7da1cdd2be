import { describe, expect, it } from 'vitest';
import { openPosition, readyRig, type Rig } from '../../tests/builders/engine.ts';
import { idOf, positionOf } from '../../tests/builders/engine-values.ts';
import { SYMBOL, symbolRules } from '../../tests/builders/engine-gateway.ts';
import { flattenEvents, reduceByShare, type ReducingSight } from './reducing.ts';
import { assetAmount, notional, price, quantity } from '../core/money.ts';
import type { DomainEvent } from '../core/events.ts';
import type { BookUpdate } from '../core/ports/market-feed.ts';

/** A book with so much at 50,000 and nothing above the bound below it. */
function thinBook(rig: Rig, size: string): void {
  const update: BookUpdate = {
    kind: 'book',
    symbol: SYMBOL,
    bids: [
      { price: price('50000'), quantity: quantity(size) },
      { price: price('40000'), quantity: quantity('100') },
    ],
    asks: [{ price: price('50000.01'), quantity: quantity('10') }],
    updateId: 2,
    receivedAt: rig.timers.monotonic(),
  };
  rig.gateway.report({ kind: 'market', update });
}

const rich = { balance: notional('10000') };

function held(): Rig {
  const rig = readyRig(rich);
  openPosition(rig, '500');
  return rig;
}

/** The exchange takes part of an immediate order and lets the rest go. */
function partly(rig: Rig, size: string): void {
  const { clientOrderId } = rig.gateway.last();
  rig.gateway.accept(rig.gateway.last());
  rig.gateway.fill(clientOrderId, { quantity: quantity(size) });
  rig.gateway.end(clientOrderId, 'EXPIRED');
}

const lastTerms = (rig: Rig): string => {
  const { type, timeInForce, price: at } = rig.gateway.last();
  return [type, timeInForce, at].filter((part) => part !== null).join(' ');
};

describe('a cut in a book that does not take it', () => {
  it('sells within the limit, asks again for the rest, and leaves what the second leg does not sell', () => {
    const rig = held();
    thinBook(rig, '0.002');
    rig.say({ kind: 'sell', symbol: SYMBOL, amount: { unit: 'base', amount: quantity('0.005') } });
    expect(lastTerms(rig)).toBe(`LIMIT IOC ${price('49000')}`);
    expect(rig.gateway.last().quantity).toBe(quantity('0.005'));
    partly(rig, '0.002');
    rig.timers.advance(1_000);
    thinBook(rig, '0.001');
    rig.timers.advance(250);
    expect(lastTerms(rig)).toBe(`LIMIT IOC ${price('49000')}`);
    expect(rig.gateway.last().quantity).toBe(quantity('0.003'));
    partly(rig, '0.001');
    rig.market('50000');
    rig.wait(3_000);
    expect(rig.gateway.last()).toMatchObject({ type: 'STOP_LOSS', quantity: quantity('0.00698') });
  });
});

describe('a close in a book that does not take it', () => {
  it('is bounded twice and then sold at any price within five seconds (kill level 3)', () => {
    const rig = held();
    thinBook(rig, '0.002');
    rig.say({ kind: 'closeAll' });
    const startedAt = rig.timers.monotonic();
    const legs: string[] = [];
    while (rig.engine.dashboard().positions.length > 0 && legs.length < 9) {
      const { clientOrderId } = rig.gateway.last();
      legs.push(lastTerms(rig));
      if (rig.gateway.last().type === 'MARKET') {
        rig.gateway.accept(rig.gateway.last());
        rig.gateway.fill(clientOrderId);
        break;
      }
      partly(rig, '0.002');
      while (rig.gateway.last().clientOrderId === clientOrderId) {
        thinBook(rig, '0.002');
        rig.timers.advance(250);
      }
    }
    expect(legs).toEqual([`LIMIT IOC ${price('49000')}`, `LIMIT IOC ${price('49000')}`, 'MARKET']);
    expect(rig.engine.dashboard().positions).toEqual([]);
    expect(rig.timers.monotonic() - startedAt).toBeLessThan(5_000);
  });
});

describe('a cut by a share', () => {
  const by = { actor: 'system', commandId: '' } as const;
  const sight = (holding: string, bid = '100'): ReducingSight => ({
    symbolRules: () => symbolRules({ stepSize: quantity('0.01'), minQuantity: quantity('0.01') }),
    view: { bid: () => price(bid) },
    state: () => ({
      ledger: new Map([
        ['BTC', { external: assetAmount(holding), traded: assetAmount('0'), fees: assetAmount('0') }],
      ]),
    }),
  });
  const words = (events: readonly DomainEvent[]): readonly string[] =>
    events.map((event) =>
      event.kind === 'position.reduceRequested' ? `reduce ${event.quantity}` : event.kind,
    );

  it.each([
    ['a quarter', '1', 2_500, [`reduce ${quantity('0.25')}`]],
    ['in whole steps', '1', 3_333, [`reduce ${quantity('0.33')}`]],
    ['of what is there', '0.5', 5_000, [`reduce ${quantity('0.25')}`]],
    ['nothing when the part is too small', '1', 400, []],
    ['the smallest part there is', '1', 500, [`reduce ${quantity('0.05')}`]],
    ['all when the rest would be too small', '1', 9_500, ['position.closeRequested']],
    ['the most that leaves enough', '1', 9_400, [`reduce ${quantity('0.94')}`]],
  ])('%s', (_name, holding, shareBps, expected) => {
    expect(words(reduceByShare(sight(holding), positionOf(), shareBps, 'emergency', by))).toEqual(expected);
  });

  it('leaves what is closing alone', () => {
    const closing = positionOf({ closing: { reason: 'manual', actor: 'trader', at: 1, commandId: '' } });
    expect(reduceByShare(sight('1'), closing, 5_000, 'emergency', by)).toEqual([]);
    const all = { open: new Map([[idOf(900), closing]]), dust: new Map() };
    expect(flattenEvents(all, 'emergency', by)).toEqual([]);
  });
});
