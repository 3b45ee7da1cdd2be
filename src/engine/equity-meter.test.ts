import fc from 'fast-check';
import { expect, it } from 'vitest';
import { idOf, positionOf } from '../../tests/builders/engine-values.ts';
import { assetAmount, notional, quantity, type AssetAmount, type Price } from '../core/money.ts';
import { createEquityMeter } from './equity-meter.ts';
import type { LedgerLine } from './portfolio/ledger.ts';
import { positionOn } from './portfolio/positions.ts';
import { equityOf, positionValue } from './portfolio/valuation.ts';
import { initialState, type EngineState } from './state.ts';

const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'] as const;
const none = assetAmount('0');
const lineOf = (balance: bigint): LedgerLine => ({
  external: balance as AssetAmount,
  traded: none,
  fees: none,
});
const account = { accountId: 'a', mode: 'paper', quoteAsset: 'USDT', openedAt: 0 } as const;

it('always shows what adding up would show, whatever moves: marks, positions, balances', () => {
  const move = fc.oneof(
    fc.record({
      mark: fc.constantFrom(...symbols),
      price: fc.option(fc.bigInt({ min: 1n, max: 10n ** 14n })),
    }),
    fc.record({ open: fc.constantFrom(...symbols) }),
    fc.record({ balance: fc.bigInt({ min: 0n, max: 10n ** 14n }) }),
    fc.record({ dust: fc.constantFrom('BTC', 'ETH') }),
  );
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
      const marks = new Map<string, Price>();
      const markOf = (symbol: string): Price | null => marks.get(symbol) ?? null;
      let state: EngineState = { ...initialState, account };
      let version = 0;
      const meter = createEquityMeter(
        () => state,
        markOf,
        () => version,
      );
      for (const [index, step] of moves.entries()) {
        if ('mark' in step) {
          version += 1;
          if (step.price === null) marks.delete(step.mark);
          else marks.set(step.mark, step.price as Price);
        } else if ('open' in step) {
          const positionId = idOf(index);
          const open = new Map(state.positions.open).set(
            positionId,
            positionOf({ positionId, symbol: step.open }),
          );
          state = { ...state, positions: { ...state.positions, open } };
        } else if ('balance' in step) {
          state = { ...state, ledger: new Map(state.ledger).set('USDT', lineOf(step.balance)) };
        } else {
          const rest = { quantity: quantity('0.001'), cost: notional('1') };
          const dust = new Map(state.positions.dust).set(step.dust, rest);
          state = { ...state, positions: { ...state.positions, dust } };
        }
        expect(meter.equity()).toBe(equityOf(state.ledger, state.positions, 'USDT', markOf));
      }
      for (const symbol of symbols) {
        const position = positionOn(state.positions, symbol);
        expect(meter.heldOn(symbol)).toBe(position === undefined ? null : positionValue(position, markOf));
      }
      expect(meter.valueOf('nothing')).toBe(0n);
      expect(meter.exposure() >= 0n).toBe(true);
    }),
    { numRuns: 200 },
  );
});
