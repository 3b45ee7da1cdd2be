/**
 * Looks one order up by its client id, with its fills (failures 1, 2, 17, 19). The answer is
 * complete or it is a failure: fills that do not add up to the executed quantity are asked for once
 * more, then reported as failed, never as they are (invariant 3).
 */
import type { CancelRequest, ExchangeFill, ExchangeTrade, GatewayReport } from '../core/ports/gateway.ts';
import { err, ok, type Result } from '../core/result.ts';
import { codes, type Outcome } from './errors.ts';
import type { RawAnswer, RestApi, RestCall } from './http/ccxt-binance.ts';
import { isComplete, parseOrder, type ParsedOrder } from './parse/order.ts';
import { parseTrades } from './parse/trade-history.ts';
import { weightOf } from './rate-limit.ts';
import type { RestDesk } from './rest-desk.ts';

/** Rows `myTrades` gives at most. */
export const TRADES_PAGE = 1_000;
/** More pages than this of one order, or of one symbol in one reading, is not believed. */
const PAGES_MAX = 200;
const ATTEMPTS = 2;

export type Asking = {
  readonly desk: RestDesk;
  readonly rest: RestApi;
};

/** The report that answers a look-up: `order`, `absent` or `lookupFailed`. */
export async function lookUpOrder(asking: Asking, request: CancelRequest): Promise<GatewayReport> {
  const { clientOrderId, symbol } = request;
  const failed = (reason: string): GatewayReport => ({ kind: 'lookupFailed', clientOrderId, reason });
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await askQuery(asking, 4, { name: 'order', symbol, clientOrderId });
    if (outcome.kind === 'refused' && outcome.code === codes.noSuchOrder) {
      return { kind: 'absent', clientOrderId };
    }
    const found = readOutcome(outcome, parseOrder);
    if (!found.ok) return failed(found.error);
    if (found.value.order.clientOrderId !== clientOrderId) return failed('another order was answered');
    const complete = await withFills(asking, found.value);
    if (!complete.ok) return failed(complete.error);
    if (isComplete(complete.value)) return { kind: 'order', source: 'lookup', ...complete.value };
    if (attempt >= ATTEMPTS) return failed('its fills do not add up to its executed quantity');
  }
}

async function withFills(asking: Asking, found: ParsedOrder): Promise<Result<ParsedOrder, string>> {
  if (found.order.executedQuantity === 0n) return ok({ order: found.order, fills: [] });
  const { symbol, exchangeOrderId } = found.order;
  const trades = await readPages(null, async (fromId) =>
    readOutcome(
      await askQuery(asking, 5, { name: 'tradesOfOrder', symbol, exchangeOrderId, fromId }),
      parseTrades,
    ),
  );
  if (!trades.ok) return trades;
  const own = trades.value.filter((trade) => trade.exchangeOrderId === exchangeOrderId);
  return ok({ order: found.order, fills: own.map(fillOf) });
}

function fillOf(trade: ExchangeTrade): ExchangeFill {
  const { tradeId, price, quantity, fee, feeAsset, isMaker, exchangeTime } = trade;
  return { tradeId, price, quantity, fee, feeAsset, isMaker, exchangeTime };
}

/** Pages of trades until one is not full, ascending and without repeats. */
export async function readPages(
  from: number | null,
  page: (fromId: number | null) => Promise<Result<readonly ExchangeTrade[], string>>,
): Promise<Result<readonly ExchangeTrade[], string>> {
  const byId = new Map<number, ExchangeTrade>();
  let fromId = from;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const rows = await page(fromId);
    if (!rows.ok) return rows;
    for (const row of rows.value) byId.set(row.tradeId, row);
    if (rows.value.length < TRADES_PAGE) {
      return ok([...byId.values()].sort((left, right) => left.tradeId - right.tradeId));
    }
    const next = Math.max(...rows.value.map((row) => row.tradeId)) + 1;
    if (fromId !== null && next <= fromId) return err('trades do not advance');
    fromId = next;
  }
  return err('more trades than can be read at once');
}

export async function askQuery(asking: Asking, weight: number, call: RestCall): Promise<Outcome> {
  return asking.desk.ask('query', weightOf(weight), async (): Promise<RawAnswer> => asking.rest.call(call));
}

/** The parsed body of an answer, or why there is none, in words. */
export function readOutcome<T>(
  outcome: Outcome,
  parse: (body: unknown) => Result<T, string>,
): Result<T, string> {
  switch (outcome.kind) {
    case 'answered':
      return parse(outcome.body);
    case 'refused':
      return err(`refused: ${outcome.code} ${outcome.message}`);
    case 'notSent':
      return err(`not sent: ${outcome.reason}`);
    case 'unknown':
      return err(outcome.reason);
    default:
      return outcome satisfies never;
  }
}
