/** Public trades, single (`@trade`) or those of one order at one price together (`@aggTrade`). */
import type { Price, Quantity } from '../../core/money.ts';
import type { TradeTick } from '../../core/ports/market-feed.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { fieldsOf, type Json } from './fields.ts';

/**
 * The trade, whose id is at `idKey`: `t`, or `l` (the last of them) when aggregated. A price or quantity that is not positive is
 * unreadable (failure 23).
 */
export function parseTradeFrame(
  data: Json,
  symbol: string,
  receivedAt: number,
  idKey: 't' | 'l' = 't',
): Result<TradeTick, string> {
  const fields = fieldsOf(data);
  const tick: TradeTick = {
    kind: 'trade',
    symbol,
    tradeId: fields.integer(idKey),
    price: fields.amount<Price>('p'),
    quantity: fields.amount<Quantity>('q'),
    buyerIsMaker: fields.flag('m'),
    exchangeTime: fields.integer('T'),
    receivedAt,
  };
  const problem = fields.problem();
  if (problem !== null) return err(problem);
  if (tick.price <= 0n || tick.quantity <= 0n) return err('an amount is not positive');
  return ok(tick);
}
