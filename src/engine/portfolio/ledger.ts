/**
 * What we believe the account holds, per asset: adopted balances plus every fill and fee
 * (invariant 18: account = exchange balance − labelled external flows). Compared with the
 * exchange's own balances at every reconciliation.
 */
import type { EventRecord } from '../../core/events.ts';
import { notionalFloor, ZERO_AMOUNT, type AssetAmount } from '../../core/money.ts';

export type LedgerLine = {
  /** First look, deposits, withdrawals. */
  readonly external: AssetAmount;
  readonly traded: AssetAmount;
  readonly fees: AssetAmount;
};
export type Ledger = ReadonlyMap<string, LedgerLine>;

export const initialLedger: Ledger = new Map();

const EMPTY: LedgerLine = { external: ZERO_AMOUNT, traded: ZERO_AMOUNT, fees: ZERO_AMOUNT };

export function holdingOf(ledger: Ledger, asset: string): AssetAmount {
  const line = ledger.get(asset) ?? EMPTY;
  return (line.external + line.traded - line.fees) as AssetAmount;
}

/** `assets` says the base and quote asset of a symbol; fills of unknown symbols never reach the log. */
export function evolveLedger(
  ledger: Ledger,
  record: EventRecord,
  assets: (symbol: string) => { readonly baseAsset: string; readonly quoteAsset: string },
): Ledger {
  const { event } = record;
  switch (event.kind) {
    case 'balance.adopted':
      return post(ledger, event.asset, 'external', event.delta);
    case 'order.filled':
    case 'trade.adopted': {
      const { baseAsset, quoteAsset } = assets(event.symbol);
      const value = notionalFloor(event.price, event.quantity) as bigint;
      const sign = event.side === 'BUY' ? 1n : -1n;
      let next = post(ledger, baseAsset, 'traded', (sign * event.quantity) as AssetAmount);
      next = post(next, quoteAsset, 'traded', (-sign * value) as AssetAmount);
      return post(next, event.feeAsset, 'fees', event.fee);
    }
    default:
      return ledger;
  }
}

function post(ledger: Ledger, asset: string, column: keyof LedgerLine, amount: AssetAmount): Ledger {
  if (amount === 0n && ledger.has(asset)) return ledger;
  const line = ledger.get(asset) ?? EMPTY;
  return new Map(ledger).set(asset, { ...line, [column]: (line[column] + amount) as AssetAmount });
}
