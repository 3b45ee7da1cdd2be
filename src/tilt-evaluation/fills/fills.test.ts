// Fills of real accounts as facts: rows of one order joined, sessions cut at pauses, broken rows refused.
import { describe, expect, it } from 'vitest';
import type { BehaviourFact } from '../../core/behaviour.ts';
import type { LogLine } from '../log/parse-line.ts';
import { createFillsToFacts } from './fills-to-facts.ts';
import { createFillsReader, type FillRow } from './read-fills.ts';

const copyHeader =
  'account,time,symbol,side,position_side,price,qty,quote_qty,realized_pnl,fee,fee_asset,active_buy';
const walletHeader =
  'account,time,coin,side,price,qty,quote_qty,start_position,direction,closed_pnl,order_id,crossed,fee';

function rows(header: string, lines: readonly string[]): readonly FillRow[] {
  const reader = createFillsReader(header);
  if (!reader.ok) throw new Error(reader.error);
  return lines.map((line) => {
    const row = reader.value.row(line);
    if (!row.ok) throw new Error(row.error);
    return row.value;
  });
}

function facts(
  header: string,
  lines: readonly string[],
): readonly (readonly [string, string, BehaviourFact])[] {
  const told: LogLine[] = [];
  const stream = createFillsToFacts((line) => told.push(line));
  for (const row of rows(header, lines)) stream.take(row);
  stream.end();
  return told.map(({ line }) => [line.trader, line.session, line.fact] as const);
}

describe('recorded fills', () => {
  it('of one order become one order and one fill at the mean price', () => {
    const told = facts(copyHeader, [
      'ct-1,1000000,BTCUSDT,BUY,LONG,100,1,100,0,-0.1,USDT,true',
      'ct-1,1000000,BTCUSDT,BUY,LONG,104,3,312,0,-0.1,USDT,true',
      'ct-1,1060000,BTCUSDT,SELL,LONG,90,4,360,-52,-0.1,USDT,true',
      'ct-1,1090000,BTCUSDT,BUY,LONG,90,1,90,0,-0.1,USDT,true',
    ]);
    expect(told.map(([, , fact]) => fact.type)).toEqual([
      'session.start',
      'order',
      'fill',
      'order',
      'fill',
      'order',
      'fill',
      'session.end',
    ]);
    expect(told[1]?.[2]).toMatchObject({
      notional: 412,
      reduces: false,
      decisionMs: null,
      afterLossMs: null,
    });
    expect(told[2]?.[2]).toMatchObject({ price: 103, quantity: 4, opens: true, closedBy: null });
    expect(told[4]?.[2]).toMatchObject({ opens: false, closedBy: 'manual', realizedPnl: -52 });
    expect(told[5]?.[2]).toMatchObject({ reduces: false, afterLossMs: 30_000 });
  });

  it('of wallets say themselves what opens, and their order number joins them', () => {
    const told = facts(walletHeader, [
      'hl-1,60000,ETH,SELL,3209.6,1,3209.6,0,Open Short,0,77,true,0.8',
      'hl-1,60000,ETH,SELL,3209.6,1,3209.6,-1,Open Short,0,78,true,0.8',
      'hl-1,120000,ETH,BUY,3200,2,6400,-2,Close Short,19.2,79,true,0.8',
    ]);
    const orders = told.flatMap(([, , fact]) => (fact.type === 'order' ? [[fact.symbol, fact.reduces]] : []));
    expect(orders).toEqual([
      ['ETH', false],
      ['ETH', false],
      ['ETH', true],
    ]);
  });

  it.each([
    [2 * 3_600_000, 1],
    [2 * 3_600_000 + 1, 2],
  ])('a pause of %d ms leaves %d sessions', (pause, sessions) => {
    const told = facts(copyHeader, [
      'ct-1,1000,BTCUSDT,SELL,SHORT,100,1,100,0,0,USDT,true',
      `ct-1,${1_000 + pause},BTCUSDT,BUY,SHORT,100,1,100,5,0,USDT,true`,
    ]);
    expect(new Set(told.map(([, session]) => session)).size).toBe(sessions);
    expect(told.filter(([, , fact]) => fact.type === 'session.end')).toHaveLength(sessions);
  });

  it.each([
    ['BUY,LONG', 0, true],
    ['SELL,LONG', 0, false],
    ['SELL,SHORT', 0, true],
    ['BUY,SHORT', 0, false],
    ['BUY,BOTH', 0, true],
    ['SELL,BOTH', -3, false],
  ])('%s with a result of %d opens: %s', (sides, pnl, opens) => {
    expect(rows(copyHeader, [`a,1000,BTCUSDT,${sides},100,1,100,${pnl},0,USDT,true`])[0]?.opens).toBe(opens);
  });

  it.each([
    ['a,1000,BTCUSDT,BUY', '4 columns'],
    ['a,yesterday,BTCUSDT,BUY,LONG,100,1,100,0,0,USDT,true', 'figures above 0'],
    ['a,1000,BTCUSDT,BUY,LONG,-1,1,100,0,0,USDT,true', 'figures above 0'],
    ['a,1000,BTCUSDT,HOLD,LONG,100,1,100,0,0,USDT,true', 'BUY or SELL'],
  ])('the row %s is refused with its reason', (line, reason) => {
    const reader = createFillsReader(copyHeader);
    const row = reader.ok ? reader.value.row(line) : null;
    expect(row?.ok === false && row.error).toContain(reason);
  });

  it('a header without the needed columns is refused and they are named', () => {
    expect(createFillsReader('time,price')).toEqual({
      ok: false,
      error: 'account, symbol or coin, side, qty',
    });
  });
});
