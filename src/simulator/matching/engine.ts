/**
 * The venue's whole state in one record, and the events it has produced. Executions are reported for
 * accounts with a user stream to read them: the unlimited market makers have none, so their orders
 * cost no events. Balances go out once per account at the end of each engine transaction, as the
 * exchange does (binance.md: NEW, TRADE…, EXPIRED, then outboundAccountPosition).
 */
import { AccountMarket } from './account-market.ts';
import { FeeSchedule } from './commission.ts';
import { Ledger, type Account } from './ledger.ts';
import { pictureOf, type LiveOrder } from './live-order.ts';
import { listPicture, type LiveList } from './live-list.ts';
import type { Market } from './market.ts';
import type { ExecutionType, Fill, VenueEvent } from './venue-api.ts';

export type Engine = {
  readonly markets: Map<string, Market>;
  readonly accounts: Map<number, Account>;
  readonly lists: Map<number, LiveList>;
  readonly fees: FeeSchedule;
  readonly ledger: Ledger;
  events: VenueEvent[];
  nextListId: number;
};

/** One engine transaction on one market at one instant. */
export type Step = { readonly engine: Engine; readonly market: Market; readonly now: number };

export function makeEngine(): Engine {
  return {
    markets: new Map(),
    accounts: new Map(),
    lists: new Map(),
    fees: new FeeSchedule(),
    ledger: new Ledger(),
    events: [],
    nextListId: 0,
  };
}

export function accountMarket(account: Account, symbol: string): AccountMarket {
  let mine = account.markets.get(symbol);
  if (mine === undefined) {
    mine = new AccountMarket();
    account.markets.set(symbol, mine);
  }
  return mine;
}

export type ExecutionDetail = {
  readonly fill?: Fill;
  readonly requestClientOrderId?: string;
  readonly rejectReason?: string;
  readonly preventedWith?: (VenueEvent & { readonly kind: 'execution' })['preventedWith'];
};

export function reportExecution(
  engine: Engine,
  market: Market,
  now: number,
  order: LiveOrder,
  executionType: ExecutionType,
  detail: ExecutionDetail = {},
): void {
  // Execution ids advance for everyone: gaps in an account's own sequence are normal.
  const executionId = market.nextExecutionId;
  market.nextExecutionId += 1;
  if (order.account.spec.unlimited) return;
  engine.events.push({
    kind: 'execution',
    at: now,
    executionId,
    executionType,
    order: pictureOf(order),
    fill: detail.fill ?? null,
    requestClientOrderId: detail.requestClientOrderId ?? order.clientOrderId,
    rejectReason: detail.rejectReason ?? 'NONE',
    preventedWith: detail.preventedWith ?? null,
  });
}

export function reportList(engine: Engine, now: number, list: LiveList, rejectReason = 'NONE'): void {
  list.transactionTime = now;
  engine.events.push({ kind: 'listStatus', at: now, list: listPicture(list), rejectReason });
}

/** Ends an engine transaction: one balance event per account whose assets were touched. */
export function reportBalances(engine: Engine, now: number): void {
  const { ledger } = engine;
  for (const account of ledger.touched) {
    engine.events.push({
      kind: 'balances',
      at: now,
      accountId: account.spec.accountId,
      balances: ledger.balances(account, account.touched),
    });
    account.touched.clear();
  }
  ledger.touched.clear();
}
