import { describe, expect, it } from 'vitest';
import { readyRig } from '../../tests/builders/engine.ts';
import { SYMBOL, symbolRules } from '../../tests/builders/engine-gateway.ts';
import { notional } from '../core/money.ts';

const looking = () => {
  const rig = readyRig({
    symbols: [symbolRules(), symbolRules({ symbol: 'ETHUSDT', baseAsset: 'ETH' })],
    watched: ['ETHUSDT'],
  });
  rig.market('2500', { symbol: 'ETHUSDT' });
  return rig;
};

describe('a pair that is only watched', () => {
  it('is asked for apart from those that are traded, and shown among the markets', () => {
    const rig = looking();
    expect(rig.gateway.started).toEqual([{ wanted: [SYMBOL], watched: ['ETHUSDT'] }]);
    expect(rig.engine.dashboard().markets.map(({ symbol, bid }) => [symbol, bid])).toEqual([
      [SYMBOL, '50000'],
      ['ETHUSDT', '2500'],
    ]);
  });

  it('cannot be bought by anybody, and is not offered for completion', () => {
    const rig = looking();
    const buy = {
      kind: 'buy',
      symbol: 'ETHUSDT',
      amount: { unit: 'quote', amount: notional('25') },
    } as const;
    expect(rig.say(buy).refusal?.code).toBe('command.unknownSymbol');
    expect(rig.say(buy, { actor: 'api' }).refusal?.code).toBe('command.unknownSymbol');
    expect(rig.engine.preview(buy)).toMatchObject({ outcome: 'refused' });
    expect(rig.engine.symbols().map(({ symbol }) => symbol)).toEqual([SYMBOL]);
  });
});
