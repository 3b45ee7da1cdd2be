/** Balances and open orders of the account, from `account` and `openOrders`. */
import type { AssetAmount } from '../../core/money.ts';
import type { ExchangeBalance, ExchangeOrder } from '../../core/ports/gateway.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { fieldsOf, isJson } from './fields.ts';
import { parseOrder } from './order.ts';

/** Balances that are not zero, from an `account` body. */
export function parseAccount(body: unknown): Result<readonly ExchangeBalance[], string> {
  if (!isJson(body)) return err('the account is not an object');
  const balances = parseBalances(body['balances'], { asset: 'asset', free: 'free', locked: 'locked' });
  if (!balances.ok) return balances;
  return ok(balances.value.filter((each) => each.free !== 0n || each.locked !== 0n));
}

export type BalanceKeys = { readonly asset: string; readonly free: string; readonly locked: string };

export function parseBalances(rows: unknown, keys: BalanceKeys): Result<readonly ExchangeBalance[], string> {
  if (!Array.isArray(rows)) return err('balances are not a list');
  const balances: ExchangeBalance[] = [];
  for (const row of rows as readonly unknown[]) {
    const fields = fieldsOf(isJson(row) ? row : {});
    balances.push({
      asset: fields.text(keys.asset),
      free: fields.amount<AssetAmount>(keys.free),
      locked: fields.amount<AssetAmount>(keys.locked),
    });
    const problem = fields.problem();
    if (problem !== null) return err(`a balance: ${problem}`);
  }
  return ok(balances);
}

export function parseOrders(body: unknown): Result<readonly ExchangeOrder[], string> {
  if (!Array.isArray(body)) return err('orders are not a list');
  const orders: ExchangeOrder[] = [];
  for (const row of body as readonly unknown[]) {
    const parsed = parseOrder(row);
    if (!parsed.ok) return err(`an order: ${parsed.error}`);
    orders.push(parsed.value.order);
  }
  return ok(orders);
}
