import { describe, expect, it } from 'vitest';
import { filledEvent, recordOf } from '../../../tests/builders/engine-values.ts';
import { assetAmount, quantity } from '../../core/money.ts';
import { evolveLedger, holdingOf, initialLedger } from './ledger.ts';

const assets = () => ({ baseAsset: 'BTC', quoteAsset: 'USDT' });

describe('the ledger', () => {
  it('holds what came from outside, what was traded, less the fees (invariant 18)', () => {
    let ledger = evolveLedger(
      initialLedger,
      recordOf({
        kind: 'balance.adopted',
        asset: 'USDT',
        delta: assetAmount('500'),
        total: assetAmount('500'),
        reason: '',
      }),
      assets,
    );
    ledger = evolveLedger(ledger, recordOf(filledEvent(1, 1, { quantity: quantity('1') })), assets);
    expect(holdingOf(ledger, 'USDT')).toBe(assetAmount('400'));
    expect(holdingOf(ledger, 'BTC')).toBe(assetAmount('0.99975'));
    ledger = evolveLedger(
      ledger,
      recordOf(filledEvent(1, 2, { side: 'SELL', quantity: quantity('0.5'), feeAsset: 'BNB' })),
      assets,
    );
    expect(holdingOf(ledger, 'USDT')).toBe(assetAmount('450'));
    expect(holdingOf(ledger, 'BNB')).toBe(assetAmount('-0.00025'));
    expect(holdingOf(ledger, 'ETH')).toBe(0n);
  });

  it('knows an asset once it was seen, even with nothing in it', () => {
    const seen = evolveLedger(
      initialLedger,
      recordOf({
        kind: 'balance.adopted',
        asset: 'BTC',
        delta: assetAmount('0'),
        total: assetAmount('0'),
        reason: '',
      }),
      assets,
    );
    expect(seen.has('BTC')).toBe(true);
    expect(evolveLedger(seen, recordOf({ kind: 'tilt.lockEnded', reason: '' }), assets)).toBe(seen);
  });
});
