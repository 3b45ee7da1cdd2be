/**
 * Symbol rules and rate limits from `exchangeInfo`: read at run time, never assumed (failures 5, 22,
 * 23). A filter that is absent leaves its check switched off; a symbol that cannot be read is set
 * aside and named.
 */
import { fixed, parseFixed, type Fixed, type Notional, type Price, type Quantity } from '../../core/money.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { SymbolRules, SymbolStatus } from '../../core/symbols.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/time.ts';
import type { LimitKind, LimitRule } from '../rate-limit.ts';
import { fieldsOf, isJson, type Fields, type Json } from './fields.ts';

export type ExchangeInfo = {
  readonly symbols: readonly SymbolRules[];
  readonly limits: readonly LimitRule[];
  /** Symbols that could not be read, with the reason. */
  readonly unreadable: readonly { readonly symbol: string; readonly reason: string }[];
};

const NO_UPPER_BOUND = '999999999999999';
/** Stands for "no price band": a hundred thousand times the reference. */
const NO_BAND_BPS = 1_000_000_000;

/** Everything readable in an `exchangeInfo` body; an error only when it is no such body at all. */
export function parseExchangeInfo(body: unknown): Result<ExchangeInfo, string> {
  if (!isJson(body) || !Array.isArray(body['symbols'])) return err('exchangeInfo has no list of symbols');
  const symbols: SymbolRules[] = [];
  const unreadable: { readonly symbol: string; readonly reason: string }[] = [];
  for (const row of body['symbols'] as readonly unknown[]) {
    const parsed = parseSymbol(row);
    if (parsed.ok) symbols.push(parsed.value);
    else unreadable.push({ symbol: nameOf(row), reason: parsed.error });
  }
  return ok({ symbols, limits: parseLimits(body['rateLimits']), unreadable });
}

function nameOf(row: unknown): string {
  return isJson(row) && typeof row['symbol'] === 'string' ? row['symbol'] : '?';
}

function parseSymbol(row: unknown): Result<SymbolRules, string> {
  if (!isJson(row)) return err('a symbol is not an object');
  const fields = fieldsOf(row);
  const filters = filtersOf(row['filters']);
  const filter = (name: string): Fields => fieldsOf(filters.get(name) ?? {});
  const problems: Fields[] = [fields];
  const checked = (name: string): Fields => {
    const found = filter(name);
    if (filters.has(name)) problems.push(found);
    return found;
  };

  const price = checked('PRICE_FILTER');
  const lot = checked('LOT_SIZE');
  const marketLot = checked('MARKET_LOT_SIZE');
  const value = checked(filters.has('NOTIONAL') ? 'NOTIONAL' : 'MIN_NOTIONAL');
  const band = bandOf(checked('PERCENT_PRICE_BY_SIDE'), checked('PERCENT_PRICE'), filters);
  const zero = <T extends Fixed>(): T => 0n as T;

  const rules: SymbolRules = {
    symbol: fields.text('symbol'),
    baseAsset: fields.text('baseAsset'),
    quoteAsset: fields.text('quoteAsset'),
    status: symbolStatusOf(fields.text('status')),
    tickSize: price.amountOr<Price>('tickSize', zero()),
    minPrice: price.amountOr<Price>('minPrice', zero()),
    maxPrice: upperBound<Price>(filters.get('PRICE_FILTER'), 'maxPrice', price),
    stepSize: lot.amountOr<Quantity>('stepSize', zero()),
    minQuantity: lot.amountOr<Quantity>('minQty', zero()),
    maxQuantity: upperBound<Quantity>(filters.get('LOT_SIZE'), 'maxQty', lot),
    marketStepSize: marketLot.amountOr<Quantity>('stepSize', zero()),
    marketMinQuantity: marketLot.amountOr<Quantity>('minQty', zero()),
    marketMaxQuantity: upperBound<Quantity>(filters.get('MARKET_LOT_SIZE'), 'maxQty', marketLot),
    minNotional: value.amountOr<Notional>('minNotional', zero()),
    maxNotional: upperBound<Notional>(filters.get('NOTIONAL'), 'maxNotional', value),
    ...band,
    maxOrders: checked('MAX_NUM_ORDERS').integerOr('maxNumOrders', 200),
    maxAlgoOrders: checked('MAX_NUM_ALGO_ORDERS').integerOr('maxNumAlgoOrders', 5),
    ocoAllowed: row['ocoAllowed'] === true,
  };
  for (const each of problems) {
    const problem = each.problem();
    if (problem !== null) return err(problem);
  }
  return ok(rules);
}

function filtersOf(raw: unknown): ReadonlyMap<string, Json> {
  const filters = new Map<string, Json>();
  if (!Array.isArray(raw)) return filters;
  for (const each of raw as readonly unknown[]) {
    if (isJson(each) && typeof each['filterType'] === 'string') filters.set(each['filterType'], each);
  }
  return filters;
}

/** Zero switches a bound off, and bounds past our range do not bind. */
function upperBound<T extends Fixed>(filter: Json | undefined, key: string, into: Fields): T {
  const text = filter?.[key];
  if (text === undefined || text === null) return fixed<T>(NO_UPPER_BOUND);
  const parsed = typeof text === 'string' ? parseFixed<T>(text) : err('money.malformed' as const);
  if (parsed.ok) return parsed.value === 0n ? fixed<T>(NO_UPPER_BOUND) : parsed.value;
  if (parsed.error === 'money.malformed') into.fail(`"${key}" is not an amount`);
  return fixed<T>(NO_UPPER_BOUND);
}

type Band = Pick<SymbolRules, 'bidUpBps' | 'bidDownBps' | 'askUpBps' | 'askDownBps'>;

function bandOf(bySide: Fields, both: Fields, filters: ReadonlyMap<string, Json>): Band {
  if (filters.has('PERCENT_PRICE_BY_SIDE')) {
    return {
      bidUpBps: multiplierBps(bySide, 'bidMultiplierUp'),
      bidDownBps: multiplierBps(bySide, 'bidMultiplierDown'),
      askUpBps: multiplierBps(bySide, 'askMultiplierUp'),
      askDownBps: multiplierBps(bySide, 'askMultiplierDown'),
    };
  }
  if (!filters.has('PERCENT_PRICE')) {
    return { bidUpBps: NO_BAND_BPS, bidDownBps: 0, askUpBps: NO_BAND_BPS, askDownBps: 0 };
  }
  const up = multiplierBps(both, 'multiplierUp');
  const down = multiplierBps(both, 'multiplierDown');
  return { bidUpBps: up, bidDownBps: down, askUpBps: up, askDownBps: down };
}

/** "5" is 50,000 basis points; finer digits than a basis point are cut towards zero. */
function multiplierBps(fields: Fields, key: string): number {
  return Number(fields.amount<Price>(key) / 10_000n);
}

function symbolStatusOf(raw: string): SymbolStatus {
  return raw === 'TRADING' || raw === 'CANCEL_ONLY' || raw === 'HALT' || raw === 'BREAK' ? raw : 'UNKNOWN';
}

const kinds: Readonly<Record<string, LimitKind>> = {
  REQUEST_WEIGHT: 'weight',
  ORDERS: 'orders',
  RAW_REQUESTS: 'requests',
};
const intervals: Readonly<Record<string, number>> = {
  SECOND: SECOND_MS,
  MINUTE: MINUTE_MS,
  HOUR: HOUR_MS,
  DAY: DAY_MS,
};

function parseLimits(raw: unknown): readonly LimitRule[] {
  if (!Array.isArray(raw)) return [];
  const limits: LimitRule[] = [];
  for (const row of raw as readonly unknown[]) {
    const fields = fieldsOf(isJson(row) ? row : {});
    const kind = kinds[fields.text('rateLimitType')];
    const unitMs = intervals[fields.text('interval')];
    const count = fields.integer('intervalNum');
    const limit = fields.integer('limit');
    if (fields.problem() !== null || kind === undefined || unitMs === undefined) continue;
    if (count > 0 && limit > 0) limits.push({ kind, intervalMs: unitMs * count, limit });
  }
  return limits;
}
