/**
 * Fills of real accounts from CSV, both forms of the recorded data: copy-trading accounts
 * (`account,time,symbol,side,position_side,price,qty,quote_qty,realized_pnl,…`) and Hyperliquid wallets
 * (`account,time,coin,side,price,qty,quote_qty,…,direction,closed_pnl,order_id,…`). Columns are found by name.
 */
import type { Side } from '../../core/ports/gateway.ts';
import { err, ok, type Result } from '../../core/result.ts';

export type FillRow = {
  readonly account: string;
  readonly t: number;
  readonly symbol: string;
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
  readonly notional: number;
  readonly realizedPnl: number;
  readonly opens: boolean;
  /** Rows of one order follow each other and share this. */
  readonly order: string;
};

export type FillsReader = { row(text: string): Result<FillRow, string> };

const needed: readonly (readonly string[])[] = [
  ['account'],
  ['time'],
  ['symbol', 'coin'],
  ['side'],
  ['price'],
  ['qty'],
];

/** Refuses a header that lacks a column, naming all that are missing. */
export function createFillsReader(header: string): Result<FillsReader, string> {
  const names = header.trim().split(',');
  const missing = needed.filter((either) => !either.some((name) => names.includes(name)));
  if (missing.length > 0) return err(missing.map((either) => either.join(' or ')).join(', '));
  const at = new Map(names.map((name, index) => [name, index]));
  return ok({ row: (text) => rowOf(text.trim().split(','), names.length, at) });
}

function rowOf(
  cells: readonly string[],
  columns: number,
  at: ReadonlyMap<string, number>,
): Result<FillRow, string> {
  if (cells.length !== columns) return err(`${cells.length} columns instead of ${columns}`);
  const cell = (name: string): string => cells[at.get(name) ?? -1] ?? '';
  const figure = (name: string): number => (cell(name) === '' ? Number.NaN : Number(cell(name)));
  const t = figure('time');
  const price = figure('price');
  const quantity = figure('qty');
  if (![t, price, quantity].every((value) => Number.isFinite(value) && value > 0))
    return err('time, price and quantity are figures above 0');
  const side = cell('side');
  if (side !== 'BUY' && side !== 'SELL') return err('the side is BUY or SELL');
  const symbol = cell('symbol') || cell('coin');
  const quote = figure('quote_qty');
  const pnl = [figure('realized_pnl'), figure('closed_pnl')].find(Number.isFinite) ?? 0;
  const number = cell('order_id');
  return ok({
    account: cell('account'),
    t,
    symbol,
    side,
    price,
    quantity,
    notional: Number.isFinite(quote) && quote > 0 ? quote : price * quantity,
    realizedPnl: pnl,
    opens: opensOf(cell('direction'), cell('position_side'), side, pnl),
    order: number === '' ? `${t}/${symbol}/${side}/${cell('position_side')}` : number,
  });
}

/** In one-way mode the data does not say it: what realised a result closed something. */
function opensOf(direction: string, positionSide: string, side: Side, pnl: number): boolean {
  if (direction !== '') return direction.startsWith('Open') || direction.includes('>') || direction === 'Buy';
  if (positionSide === 'LONG') return side === 'BUY';
  if (positionSide === 'SHORT') return side === 'SELL';
  return pnl === 0;
}
