/**
 * Opening accounts and moving money in and out of them. An account keeps its number in the order
 * books for good; opening it again changes its fees and leaves its balances alone.
 */
import type { AssetAmount } from '../../core/money.ts';
import { ok, type Result } from '../../core/result.ts';
import { reportBalances, type Engine } from './engine.ts';
import type { Account } from './ledger.ts';
import { insufficientBalance, noSuchAccount } from './rejects.ts';
import type { AccountSpec, VenueReject } from './venue-api.ts';

export function openAccount(engine: Engine, spec: AccountSpec): void {
  const known = engine.accounts.get(spec.accountId);
  const owner = known?.owner ?? engine.accounts.size + 1;
  const account: Account = known ?? {
    spec,
    owner,
    holdings: new Map(),
    markets: new Map(),
    touched: new Set(),
  };
  account.spec = spec;
  engine.fees.set(owner, spec.unlimited ? 0 : spec.makerRate, spec.unlimited ? 0 : spec.takerRate);
  if (known !== undefined) return;
  engine.accounts.set(spec.accountId, account);
  for (const { asset, free } of spec.balances) engine.ledger.deposit(account, asset, free);
  // Money an account opens with is a beginning, not an event.
  account.touched.clear();
  engine.ledger.touched.delete(account);
}

export function transfer(
  engine: Engine,
  now: number,
  accountId: number,
  asset: string,
  delta: AssetAmount,
): Result<null, VenueReject> {
  const account = engine.accounts.get(accountId);
  if (account === undefined) return noSuchAccount();
  if (!engine.ledger.deposit(account, asset, delta)) return insufficientBalance();
  engine.events.push({ kind: 'balanceUpdate', at: now, accountId, asset, delta });
  reportBalances(engine, now);
  return ok(null);
}
