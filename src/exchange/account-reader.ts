/**
 * One complete, independent reading of the account: balances, all open orders, and every trade from
 * a cursor on (invariants 6, 18; failure 12). The parts cannot be had in one answer, so balances are
 * read before and after: equal ones mean that nothing happened in between, otherwise the reading
 * starts over.
 */
import type { ExchangeBalance, ExchangeTrade, GatewayReport } from '../core/ports/gateway.ts';
import { err, ok, type Result } from '../core/result.ts';
import { askQuery, readOutcome, readPages, TRADES_PAGE, type Asking } from './order-lookup.ts';
import { parseAccount, parseOrders } from './parse/account.ts';
import { parseTrades } from './parse/trade-history.ts';

const ATTEMPTS = 3;

export type AccountReading = {
  readonly requestId: number;
  readonly symbols: readonly string[];
  readonly tradeCursor: Readonly<Record<string, number>>;
  readonly exchangeNow: () => number;
};

/** The report that answers a reading: `account`, or `accountFailed` when any part could not be had. */
export async function readAccountOf(asking: Asking, reading: AccountReading): Promise<GatewayReport> {
  const { requestId } = reading;
  let before = await readBalances(asking);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (!before.ok) return { kind: 'accountFailed', requestId, reason: before.error };
    const [openOrders, trades] = await Promise.all([
      askQuery(asking, 80, { name: 'openOrders' }).then((outcome) => readOutcome(outcome, parseOrders)),
      readTrades(asking, reading),
    ]);
    if (!openOrders.ok) return { kind: 'accountFailed', requestId, reason: openOrders.error };
    if (!trades.ok) return { kind: 'accountFailed', requestId, reason: trades.error };
    const after = await readBalances(asking);
    if (!after.ok) return { kind: 'accountFailed', requestId, reason: after.error };
    if (sameBalances(before.value, after.value)) {
      return {
        kind: 'account',
        requestId,
        balances: after.value,
        openOrders: openOrders.value,
        trades: trades.value,
        tradeCursor: cursorAfter(trades.value),
        exchangeTime: reading.exchangeNow(),
      };
    }
    before = after;
  }
  return { kind: 'accountFailed', requestId, reason: 'the account kept changing while it was read' };
}

async function readBalances(asking: Asking): Promise<Result<readonly ExchangeBalance[], string>> {
  return readOutcome(await askQuery(asking, 20, { name: 'account' }), parseAccount);
}

async function readTrades(
  asking: Asking,
  reading: AccountReading,
): Promise<Result<readonly ExchangeTrade[], string>> {
  const symbols = [...new Set([...reading.symbols, ...Object.keys(reading.tradeCursor)])].sort();
  const parts = await Promise.all(
    symbols.map(async (symbol) => readTradesOf(asking, symbol, reading.tradeCursor[symbol] ?? null)),
  );
  const all: ExchangeTrade[] = [];
  for (const [index, part] of parts.entries()) {
    const symbol = symbols[index] ?? '';
    if (!part.ok) return err(`trades of ${symbol}: ${part.error}`);
    for (const trade of part.value) if (trade.symbol === symbol) all.push(trade);
  }
  return ok(all);
}

/** From the cursor to the end; without one the newest page, which an account's first look has to do with. */
async function readTradesOf(
  asking: Asking,
  symbol: string,
  cursor: number | null,
): Promise<Result<readonly ExchangeTrade[], string>> {
  const page = async (fromId: number | null): Promise<Result<readonly ExchangeTrade[], string>> => {
    const call = { name: 'trades', symbol, fromId, limit: TRADES_PAGE } as const;
    return readOutcome(await askQuery(asking, 20, call), parseTrades);
  };
  return cursor === null ? page(null) : readPages(cursor, page);
}

/** The greatest trade id read per symbol. A symbol without trades has none: where reading began says nothing. */
function cursorAfter(trades: readonly ExchangeTrade[]): Readonly<Record<string, number>> {
  const cursor: Record<string, number> = {};
  for (const trade of trades) cursor[trade.symbol] = Math.max(cursor[trade.symbol] ?? -1, trade.tradeId);
  return cursor;
}

function sameBalances(left: readonly ExchangeBalance[], right: readonly ExchangeBalance[]): boolean {
  const text = (balances: readonly ExchangeBalance[]): string =>
    balances
      .map((each) => `${each.asset} ${each.free} ${each.locked}`)
      .sort()
      .join('\n');
  return text(left) === text(right);
}
