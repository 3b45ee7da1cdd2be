/**
 * Who owns what: free and locked amounts per account and asset, the locks of open orders, the fees
 * taken, and what went to or came from the unlimited outside. Per asset, deposits = holdings + fees
 * + outside at every moment; free and locked never go below zero.
 */
import { invariant } from '../../core/invariant.ts';
import type { AssetAmount } from '../../core/money.ts';
import type { AccountMarket } from './account-market.ts';
import type { AccountSpec, AssetTotals, Balance } from './venue-api.ts';

export type Holding = { free: bigint; locked: bigint };

export type Account = {
  spec: AccountSpec;
  /** Number by which order books know the account; 0 is the outside market. */
  readonly owner: number;
  readonly holdings: Map<string, Holding>;
  readonly markets: Map<string, AccountMarket>;
  /** Assets possibly changed since balances were last reported. */
  readonly touched: Set<string>;
};

/** Money set aside for an open order; the two legs of an OCO share one. */
export type Lock = { readonly asset: string; amount: bigint };

export type Totals = { deposited: bigint; fees: bigint; outside: bigint };

export class Ledger {
  readonly totals: Map<string, Totals> = new Map();
  /** Accounts with touched assets, in the order they were first touched. */
  readonly touched: Set<Account> = new Set();

  total(asset: string): Totals {
    let totals = this.totals.get(asset);
    if (totals === undefined) {
      totals = { deposited: 0n, fees: 0n, outside: 0n };
      this.totals.set(asset, totals);
    }
    return totals;
  }

  free(account: Account, asset: string): bigint {
    return account.holdings.get(asset)?.free ?? 0n;
  }

  /** A deposit or a withdrawal. False, and nothing done, when not so much is free. */
  deposit(account: Account, asset: string, delta: bigint): boolean {
    if (this.free(account, asset) + delta < 0n) return false;
    const holding = this.#touch(account, asset);
    holding.free += delta;
    if (!account.spec.unlimited) this.total(asset).deposited += delta;
    return true;
  }

  /** Names an asset for the next balance report without changing it. */
  touch(account: Account, asset: string): void {
    this.#touch(account, asset);
  }

  /** Sets free money aside. False, and nothing done, when not so much is free. */
  lock(account: Account, lock: Lock, amount: bigint): boolean {
    if (account.spec.unlimited) return true;
    if (this.free(account, lock.asset) < amount) return false;
    const holding = this.#touch(account, lock.asset);
    holding.free -= amount;
    holding.locked += amount;
    lock.amount += amount;
    return true;
  }

  /** Gives back what a lock holds beyond `needed`. */
  shrink(account: Account, lock: Lock, needed: bigint): void {
    if (account.spec.unlimited || lock.amount <= needed) return;
    const holding = this.#touch(account, lock.asset);
    const back = lock.amount - needed;
    holding.locked -= back;
    holding.free += back;
    lock.amount = needed;
  }

  /** Pays from a lock. */
  pay(account: Account, lock: Lock, amount: bigint): void {
    if (account.spec.unlimited) {
      this.total(lock.asset).outside -= amount;
      return;
    }
    invariant(lock.amount >= amount, 'an order pays only from what it has locked');
    const holding = this.#touch(account, lock.asset);
    holding.locked -= amount;
    lock.amount -= amount;
    invariant(holding.locked >= 0n, 'locked money never goes below zero');
  }

  receive(account: Account, asset: string, amount: bigint): void {
    if (account.spec.unlimited) this.outside(asset, amount);
    else this.#touch(account, asset).free += amount;
  }

  fee(account: Account, asset: string, amount: AssetAmount): void {
    const holding = this.#touch(account, asset);
    holding.free -= amount;
    invariant(holding.free >= 0n, 'free money never goes below zero');
    this.total(asset).fees += amount;
  }

  /** What the outside market, which keeps no account, received (or gave, when negative). */
  outside(asset: string, amount: bigint): void {
    this.total(asset).outside += amount;
  }

  /** Every asset's books, for whoever checks that they balance. */
  report(accounts: Iterable<Account>): AssetTotals[] {
    const held = new Map<string, bigint>();
    for (const account of accounts) {
      if (account.spec.unlimited) continue;
      for (const [asset, { free, locked }] of account.holdings)
        held.set(asset, (held.get(asset) ?? 0n) + free + locked);
    }
    return [...this.totals].map(([asset, { deposited, fees, outside }]) => ({
      asset,
      deposited: deposited as AssetAmount,
      held: (held.get(asset) ?? 0n) as AssetAmount,
      fees: fees as AssetAmount,
      outside: outside as AssetAmount,
    }));
  }

  balances(account: Account, assets: Iterable<string>): Balance[] {
    const rows: Balance[] = [];
    for (const asset of assets) {
      const holding = account.holdings.get(asset);
      rows.push({
        asset,
        free: (holding?.free ?? 0n) as AssetAmount,
        locked: (holding?.locked ?? 0n) as AssetAmount,
      });
    }
    return rows;
  }

  #touch(account: Account, asset: string): Holding {
    let holding = account.holdings.get(asset);
    if (holding === undefined) {
      holding = { free: 0n, locked: 0n };
      account.holdings.set(asset, holding);
    }
    account.touched.add(asset);
    this.touched.add(account);
    return holding;
  }
}
