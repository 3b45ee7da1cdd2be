import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notional, price, quantity, type Price, type Quantity } from '../core/money.ts';
import type { BookUpdate, Level } from '../core/ports/market-feed.ts';
import { createBook, type Book } from './book.ts';

const level = (at: string, size: string): Level => ({ price: price(at), quantity: quantity(size) });

function picture(bids: readonly Level[], asks: readonly Level[], receivedAt = 5): BookUpdate {
  return { kind: 'book', symbol: 'BTCUSDT', bids, asks, updateId: 1, receivedAt };
}

function bookWith(bids: readonly Level[], asks: readonly Level[]): Book {
  const book = createBook();
  book.apply(picture(bids, asks));
  return book;
}

const bids = [level('99.9', '1'), level('99.5', '2'), level('98', '10')];
const asks = [level('100.1', '1'), level('100.5', '2'), level('102', '10')];

describe('the book', () => {
  it('says nothing before its first picture', () => {
    expect(createBook().quote()).toBeNull();
    expect(createBook().mid()).toBeNull();
  });

  it('quotes the touch of a sound picture', () => {
    const book = bookWith(bids, asks);
    expect(book.quote()).toEqual({
      bid: price('99.9'),
      ask: price('100.1'),
      bidQuantity: quantity('1'),
      askQuantity: quantity('1'),
      receivedAt: 5,
      valid: true,
      crossed: false,
    });
    expect(book.mid()).toBe(price('100'));
    expect(book.spreadBps()).toBeCloseTo(20, 3);
  });

  it('gives one and the same quote until something changes', () => {
    const book = bookWith(bids, asks);
    const first = book.quote();
    expect(book.quote()).toBe(first);
    book.apply(picture(bids, asks, 6));
    expect(book.quote()).not.toBe(first);
    expect(first?.receivedAt).toBe(5);
  });

  it.each([
    ['crossed', [level('100.2', '1')], asks, true],
    ['locked', [level('100.1', '1')], asks, true],
    ['without bids', [], asks, false],
    ['without asks', bids, [], false],
  ])('a book that is %s is not valid and gives no figures', (_name, some, others, crossed) => {
    const book = bookWith(some, others);
    expect(book.quote()).toMatchObject({ valid: false, crossed });
    expect(book.mid()).toBeNull();
    expect(book.spreadBps()).toBeNull();
    expect(book.depthNotional('BUY', 100)).toBe(0n);
    expect(book.sweepQuantity('BUY', quantity('1'))).toMatchObject({ quantity: 0n, complete: false });
  });

  it('an invalidated book stays invalid until the next picture', () => {
    const book = bookWith(bids, asks);
    book.invalidate();
    expect(book.quote()).toMatchObject({ valid: false, crossed: false });
    expect(book.mid()).toBeNull();
    book.apply(picture(bids, asks));
    expect(book.quote()?.valid).toBe(true);
  });

  it('depth counts the levels within reach of the touch, the limit included', () => {
    const book = bookWith(bids, [level('100', '1'), level('101', '1'), level('101.01', '1')]);
    expect(book.depthNotional('BUY', 100)).toBe(notional('201'));
    expect(book.depthNotional('BUY', 99)).toBe(notional('100'));
    expect(book.depthNotional('SELL', 0)).toBe(notional('99.9'));
  });

  it('a market buy for a quantity walks the asks', () => {
    expect(bookWith(bids, asks).sweepQuantity('BUY', quantity('2'))).toEqual({
      quantity: quantity('2'),
      notional: notional('200.6'),
      averagePrice: price('100.3'),
      worstPrice: price('100.5'),
      complete: true,
    });
  });

  it('a market sell past the visible bids is said to be incomplete', () => {
    const swept = bookWith(bids, asks).sweepQuantity('SELL', quantity('20'));
    expect(swept).toMatchObject({ quantity: quantity('13'), worstPrice: price('98'), complete: false });
  });

  it('a market buy for an amount spends at most that, in whole steps', () => {
    const swept = bookWith(bids, asks).sweepNotional('BUY', notional('200'), quantity('0.01'));
    // 1 at 100.1 leaves 99.9, which buys 0.99 at 100.5.
    expect(swept).toEqual({
      quantity: quantity('1.99'),
      notional: notional('199.595'),
      averagePrice: price('100.29899497'),
      worstPrice: price('100.5'),
      complete: true,
    });
  });

  it('an amount too small for one step fills nothing', () => {
    const swept = bookWith(bids, asks).sweepNotional('BUY', notional('0.5'), quantity('0.01'));
    expect(swept).toMatchObject({ quantity: 0n, notional: 0n, complete: false });
  });

  it('a sweep never spends more than given, fills more than shown, or pays past its worst price', () => {
    const size = fc.bigInt({ min: 1n, max: 10n ** 10n });
    fc.assert(
      fc.property(
        fc.array(size, { minLength: 1, maxLength: 8 }),
        fc.bigInt({ min: 1n, max: 10n ** 13n }),
        (sizes, amount) => {
          const ladder = sizes.map((each, index) => ({
            price: price(String(100 + index)),
            quantity: each as Quantity,
          }));
          const shown = sizes.reduce((sum, each) => sum + each, 0n);
          const swept = bookWith(bids, ladder).sweepNotional(
            'BUY',
            amount as ReturnType<typeof notional>,
            quantity('0.00001'),
          );
          expect(swept.notional <= amount).toBe(true);
          expect(swept.quantity <= shown).toBe(true);
          expect(swept.averagePrice <= swept.worstPrice).toBe(true);
          expect(swept.worstPrice <= (ladder.at(-1)?.price ?? (0n as Price))).toBe(true);
        },
      ),
    );
  });
});
