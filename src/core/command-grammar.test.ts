// The command line, one row per form: what reads, what is refused, where, and what is suggested.
import { describe, expect, test } from 'vitest';
import { completions } from './command-grammar-completion.ts';
import type { GrammarContext } from './command-grammar-errors.ts';
import { commandWords } from './command-grammar-words.ts';
import { parseCommand } from './command-grammar.ts';
import type { Command } from './commands.ts';
import { explain } from './explain.ts';
import { notional, price, quantity } from './money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './time.ts';

const context: GrammarContext = {
  symbols: [
    { symbol: 'BTCUSDT', baseAsset: 'BTC', quoteAsset: 'USDT' },
    { symbol: 'ETHUSDT', baseAsset: 'ETH', quoteAsset: 'USDT' },
    { symbol: 'ETHBTC', baseAsset: 'ETH', quoteAsset: 'BTC' },
    { symbol: '1INCHUSDT', baseAsset: '1INCH', quoteAsset: 'USDT' },
  ],
};
const oneOpen: GrammarContext = { ...context, openSymbols: ['BTCUSDT'] };

const buy = (amount: string): Command => ({
  kind: 'buy',
  symbol: 'BTCUSDT',
  amount: { unit: 'quote', amount: notional(amount) },
});
const buyCoins = (amount: string): Command => ({
  kind: 'buy',
  symbol: 'BTCUSDT',
  amount: { unit: 'base', amount: quantity(amount) },
});
const sellShare = (shareBps: number): Command => ({
  kind: 'sell',
  symbol: 'BTCUSDT',
  amount: { unit: 'share', shareBps },
});

describe('lines that read', () => {
  test.each<[string, Command]>([
    ['buy 100 usdt btc', buy('100')],
    ['b100u btc', buy('100')],
    ['b 100u btc', buy('100')],
    ['BUY $100 BTC', buy('100')],
    ['buy 100usdt btcusdt', buy('100')],
    ['buy 100 usdt BTC/USDT', buy('100')],
    ['  buy   0.10  usdt  btc ', buy('0.1')],
    ['buy 100.00000000 u btc', buy('100')],
    ['buy 0.001 btc', buyCoins('0.001')],
    ['b0.001 btc', buyCoins('0.001')],
    ['buy 0.001btc', buyCoins('0.001')],
    ['buy 0.001 btc btc', buyCoins('0.001')],
    ['buy 0.00000001 btc', buyCoins('0.00000001')],
    ['sell 50% btc', sellShare(5_000)],
    ['s50% btc', sellShare(5_000)],
    ['sell 33.33% btc', sellShare(3_333)],
    ['sell 50 % btc', sellShare(5_000)],
    ['sell all btc', sellShare(10_000)],
    [
      'buy 0.5 btc ethbtc',
      { kind: 'buy', symbol: 'ETHBTC', amount: { unit: 'quote', amount: notional('0.5') } },
    ],
    ['buy 5 1inch', { kind: 'buy', symbol: '1INCHUSDT', amount: { unit: 'base', amount: quantity('5') } }],
    ['buy 0.5 eth', { kind: 'buy', symbol: 'ETHUSDT', amount: { unit: 'base', amount: quantity('0.5') } }],
    ['close btc', { kind: 'close', symbol: 'BTCUSDT' }],
    ['c btc', { kind: 'close', symbol: 'BTCUSDT' }],
    ['close-all', { kind: 'closeAll' }],
    ['closeall', { kind: 'closeAll' }],
    ['close all', { kind: 'closeAll' }],
    ['cancel', { kind: 'cancel', symbol: null }],
    ['cancel eth', { kind: 'cancel', symbol: 'ETHUSDT' }],
    ['stop btc 1.5%', { kind: 'stop', symbol: 'BTCUSDT', distanceBps: 150, price: null }],
    ['stop btc 1.5 %', { kind: 'stop', symbol: 'BTCUSDT', distanceBps: 150, price: null }],
    ['stop btc 66000', { kind: 'stop', symbol: 'BTCUSDT', distanceBps: null, price: price('66000') }],
    [
      'iceberg buy 300 usdt btc',
      {
        kind: 'slice',
        method: 'iceberg',
        side: 'BUY',
        symbol: 'BTCUSDT',
        amount: { unit: 'quote', amount: notional('300') },
      },
    ],
    [
      'twap sell 100% eth',
      {
        kind: 'slice',
        method: 'twap',
        side: 'SELL',
        symbol: 'ETHUSDT',
        amount: { unit: 'share', shareBps: 10_000 },
      },
    ],
    [
      'vwap b 300u btc',
      {
        kind: 'slice',
        method: 'vwap',
        side: 'BUY',
        symbol: 'BTCUSDT',
        amount: { unit: 'quote', amount: notional('300') },
      },
    ],
    ['lock 24h', { kind: 'lock', durationMs: DAY_MS }],
    ['lock 30 m', { kind: 'lock', durationMs: 30 * MINUTE_MS }],
    ['lock 2 hours', { kind: 'lock', durationMs: 2 * HOUR_MS }],
    ['halt', { kind: 'halt', reason: '' }],
    ['halt --cancel odd feed', { kind: 'halt', reason: 'odd feed', level: 2 }],
    ['halt --flatten', { kind: 'halt', reason: '', level: 3 }],
    ['halt --flattened odd', { kind: 'halt', reason: '--flattened odd' }],
    ['halt  The feed looks Odd', { kind: 'halt', reason: 'The feed looks Odd' }],
    ['resume I have looked', { kind: 'resume', phrase: 'I have looked' }],
    ['journal I feel rushed', { kind: 'journal', text: 'I feel rushed' }],
    ['strategy simple_arb on', { kind: 'strategy', strategy: 'simple_arb', symbol: null, on: true }],
    [
      'strategy Simple_Arb off btc',
      { kind: 'strategy', strategy: 'simple_arb', symbol: 'BTCUSDT', on: false },
    ],
    ['positions', { kind: 'view', view: 'positions' }],
    ['pos', { kind: 'view', view: 'positions' }],
    ['?', { kind: 'view', view: 'help' }],
    ['why', { kind: 'view', view: 'why' }],
    ['RISK', { kind: 'view', view: 'risk' }],
  ])('%s', (line, command) => expect(parseCommand(line, context)).toEqual({ ok: true, value: command }));

  test('the pair may be left out when only one is open', () => {
    expect(parseCommand('close', oneOpen)).toEqual({ ok: true, value: { kind: 'close', symbol: 'BTCUSDT' } });
    expect(parseCommand('stop 1%', oneOpen)).toEqual({
      ok: true,
      value: { kind: 'stop', symbol: 'BTCUSDT', distanceBps: 100, price: null },
    });
    expect(parseCommand('sell 50%', oneOpen)).toEqual({ ok: true, value: sellShare(5_000) });
    expect(parseCommand('close', { symbols: context.symbols.slice(0, 1) })).toEqual({
      ok: true,
      value: { kind: 'close', symbol: 'BTCUSDT' },
    });
  });

  test('every form shown in the help reads', () => {
    for (const entry of commandWords) {
      const line = entry.form.replace(/[[\]]/g, '');
      expect([line, parseCommand(line, context).ok]).toEqual([line, true]);
    }
  });

  test('a journal entry may be long and have lines', () => {
    const text = `first line\n${'word '.repeat(500)}end`;
    expect(parseCommand(`journal ${text}`, context)).toEqual({ ok: true, value: { kind: 'journal', text } });
  });
});

type Refused = {
  readonly code: string;
  readonly problem?: string;
  readonly at: number;
  readonly suggestion?: string;
};

describe('lines that are refused', () => {
  test.each<[string, Refused]>([
    ['', { code: 'command.unreadable', problem: 'empty', at: 0 }],
    ['   ', { code: 'command.unreadable', problem: 'empty', at: 0 }],
    ['byu 100 usdt btc', { code: 'command.unreadable', problem: 'unknownWord', at: 0, suggestion: 'buy' }],
    ['  postions', { code: 'command.unreadable', problem: 'unknownWord', at: 2, suggestion: 'positions' }],
    ['xyzzy', { code: 'command.unreadable', problem: 'unknownWord', at: 0 }],
    ['buy', { code: 'command.unreadable', problem: 'missingAmount', at: 3 }],
    ['buy btc', { code: 'command.unreadable', problem: 'missingAmount', at: 3 }],
    ['buy 100', { code: 'command.unreadable', problem: 'missingSymbol', at: 7 }],
    ['buy 100 usdt', { code: 'command.unreadable', problem: 'missingSymbol', at: 12 }],
    ['buy 100 usdt doge', { code: 'command.unknownSymbol', at: 13 }],
    ['buy 100 usdt bct', { code: 'command.unknownSymbol', at: 13, suggestion: 'btc' }],
    ['buy 100 usdt btc now', { code: 'command.unreadable', problem: 'extraWords', at: 17 }],
    ['buy 0 usdt btc', { code: 'command.amountNotPositive', at: 4 }],
    ['buy -100 usdt btc', { code: 'command.amountNotPositive', at: 4 }],
    ['b-100u btc', { code: 'command.amountNotPositive', at: 1 }],
    ['buy NaN usdt btc', { code: 'command.unreadable', problem: 'notANumber', at: 4 }],
    ['buy Infinity usdt btc', { code: 'command.unreadable', problem: 'notANumber', at: 4 }],
    ['buy 1e3 usdt btc', { code: 'command.unreadable', problem: 'notANumber', at: 4, suggestion: '1000' }],
    ['buy 1,000 usdt btc', { code: 'command.unreadable', problem: 'notANumber', at: 4, suggestion: '1000' }],
    ['buy 100,5 usdt btc', { code: 'command.unreadable', problem: 'notANumber', at: 4 }],
    ['buy .5 usdt btc', { code: 'command.unreadable', problem: 'notANumber', at: 4, suggestion: '0.5' }],
    ['buy +5 usdt btc', { code: 'command.unreadable', problem: 'notANumber', at: 4, suggestion: '5' }],
    ['buy 0x10 usdt btc', { code: 'command.unreadable', problem: 'notANumber', at: 4 }],
    ['buy １００ usdt btc', { code: 'command.unreadable', problem: 'notANumber', at: 4 }],
    ['buy 1.123456789 usdt btc', { code: 'command.amountTooPrecise', at: 4 }],
    ['buy 10000000000000000 usdt btc', { code: 'command.amountTooLarge', at: 4 }],
    ['buy 100 eur btc', { code: 'command.unreadable', problem: 'unknownUnit', at: 8 }],
    ['buy 100 udst btc', { code: 'command.unreadable', problem: 'unknownUnit', at: 8, suggestion: 'usdt' }],
    ['buy 1 eth btc', { code: 'command.unreadable', problem: 'unknownUnit', at: 6, suggestion: 'usdt' }],
    ['buy 50% btc', { code: 'command.unreadable', problem: 'shareOfNothing', at: 4 }],
    ['sell 0% btc', { code: 'command.amountNotPositive', at: 5 }],
    ['sell 101% btc', { code: 'command.amountTooLarge', at: 5 }],
    ['sell 1.005% btc', { code: 'command.amountTooPrecise', at: 5 }],
    ['sell 50%', { code: 'command.unreadable', problem: 'missingSymbol', at: 8 }],
    ['close', { code: 'command.unreadable', problem: 'missingSymbol', at: 5 }],
    ['close doge', { code: 'command.unknownSymbol', at: 6 }],
    ['stop', { code: 'command.unreadable', problem: 'missingWord', at: 4 }],
    ['stop btc', { code: 'command.unreadable', problem: 'missingWord', at: 8 }],
    ['stop btc -1%', { code: 'command.amountNotPositive', at: 9 }],
    ['stop btc low', { code: 'command.unreadable', problem: 'notANumber', at: 9 }],
    ['iceberg 300 usdt btc', { code: 'command.unreadable', problem: 'missingSide', at: 7 }],
    ['lock', { code: 'command.unreadable', problem: 'missingWord', at: 4 }],
    ['lock forever', { code: 'command.unreadable', problem: 'notADuration', at: 5 }],
    ['lock 0h', { code: 'command.durationOutOfRange', at: 5 }],
    ['lock 31d', { code: 'command.durationOutOfRange', at: 5 }],
    ['lock 1constructor', { code: 'command.unreadable', problem: 'notADuration', at: 5 }],
    ['strategy', { code: 'command.unreadable', problem: 'missingWord', at: 8 }],
    ['strategy ../x on', { code: 'command.unknownStrategy', at: 9 }],
    ['positions btc', { code: 'command.unreadable', problem: 'extraWords', at: 10 }],
    ['close-all btc', { code: 'command.unreadable', problem: 'extraWords', at: 10 }],
    ['buy 100 usdt btc\n', { code: 'command.unreadable', problem: 'controlCharacter', at: 16 }],
    ['buy 100\u202e usdt btc', { code: 'command.unreadable', problem: 'controlCharacter', at: 7 }],
    ['buy\u200b 100 usdt btc', { code: 'command.unreadable', problem: 'controlCharacter', at: 3 }],
    ['\u001b[31mbuy', { code: 'command.unreadable', problem: 'controlCharacter', at: 0 }],
    ['journal \u001b]0;x\u0007', { code: 'command.unreadable', problem: 'controlCharacter', at: 8 }],
    ['help \ud800', { code: 'command.unreadable', problem: 'controlCharacter', at: 5 }],
    ['x'.repeat(501), { code: 'command.unreadable', problem: 'tooLong', at: 500 }],
    [`journal ${'x'.repeat(20_000)}`, { code: 'command.unreadable', problem: 'tooLong', at: 20_000 }],
    ['constructor', { code: 'command.unreadable', problem: 'unknownWord', at: 0 }],
  ])('%s', (line, expected) => {
    const read = parseCommand(line, context);
    expect(read.ok).toBe(false);
    if (read.ok) return;
    const { code, at, suggestion, figures } = read.error;
    expect({ code, at, suggestion, problem: figures['problem'] }).toEqual({
      suggestion: null,
      problem: undefined,
      ...expected,
    });
    expect(explain(read.error).what).not.toMatch(/unknown|[{}[\]]/);
  });

  test('a ten megabyte line is refused without being read', () => {
    const line = 'buy 100 usdt btc '.repeat(600_000);
    // The text is put together on first use; that is not what is measured.
    line.charCodeAt(line.length - 1);
    const started = performance.now();
    expect(parseCommand(line, context).ok).toBe(false);
    expect(performance.now() - started).toBeLessThan(200);
  });

  test('a strategy that is not installed gets the nearest one that is', () => {
    const read = parseCommand('strategy simple_arp on', {
      ...context,
      strategies: ['simple_arb', 'spread_capture'],
    });
    expect(!read.ok && read.error.suggestion).toBe('simple_arb');
  });
});

describe('completion', () => {
  const texts = (line: string, given: GrammarContext = context): readonly string[] =>
    completions(line, line.length, given).items.map((item) => item.text);
  test('commands by their beginning', () => expect(texts('po')).toEqual(['positions']));
  test('every command on an empty line', () => expect(texts('')).toContain('buy'));
  test('units and coins after a number', () =>
    expect(texts('buy 100 ')).toEqual(['usdt', 'btc', 'btc', 'eth', 'eth', '1inch']));
  test('pairs after the unit', () => expect(texts('b100u b')).toEqual(['btc']));
  test('what is held comes first when closing', () => expect(texts('close ', oneOpen)).toEqual(['btc']));
  test('on and off after a strategy', () => expect(texts('strategy simple_arb o')).toEqual(['on', 'off']));
  test('nothing after free text', () => expect(texts('journal b')).toEqual([]));
  test('the whole word under the cursor is replaced', () => {
    expect(completions('posit now', 3, context)).toMatchObject({ from: 0, to: 5 });
  });
});
