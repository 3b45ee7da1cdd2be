import { describe, expect, it } from 'vitest';
import { readyRig } from '../../tests/builders/engine.ts';
import { symbolRules } from '../../tests/builders/engine-gateway.ts';
import { testRules } from '../../tests/builders/rules.ts';
import { notional, quantity } from '../core/money.ts';

const ETH = 'ETHUSDT';
const symbols = [symbolRules(), symbolRules({ symbol: ETH, baseAsset: 'ETH' })];
const rules = testRules({
  tierGates: { tiers: { SNIPER: { openPositionsMax: 2 } } },
  trading: { risk: { duplicateIntentMs: 0 } },
});
const buyEth = {
  kind: 'buy',
  symbol: ETH,
  amount: { unit: 'quote', amount: notional('20') },
} as const;

describe('what the risk rules are shown', () => {
  it('has no quote of a pair whose book never came', () => {
    const rig = readyRig({ rules, symbols });
    expect(rig.say(buyEth).refusal?.code).toBe('risk.bookMissing');
    rig.market('50000', { symbol: ETH });
    expect(rig.say(buyEth).outcome).toBe('accepted');
  });

  it.each([
    ['waits', 0],
    ['is filled in part', 1],
  ])('counts an entry that %s as one position, never as two', (_how, fills) => {
    const rig = readyRig({ rules, symbols });
    rig.market('50000', { symbol: ETH });
    expect(rig.buy('20').outcome).toBe('accepted');
    const entry = rig.gateway.last();
    rig.gateway.accept(entry);
    if (fills > 0) {
      rig.gateway.fill(entry.clientOrderId, { quantity: quantity('0.0002') });
      rig.gateway.accept(rig.gateway.last());
    }
    expect(rig.engine.state().positions.open.size).toBe(fills);
    expect(rig.engine.state().orders.sums.entries.size).toBe(1);
    expect(rig.say(buyEth).outcome).toBe('accepted');
    expect(rig.buy('20').refusal?.code).toBe('risk.positionExists');
  });
});
