// Properties of the command line: total, quick, exact, and printed commands read back as themselves.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { completions } from './command-grammar-completion.ts';
import type { CommandError, GrammarContext } from './command-grammar-errors.ts';
import { printCommand } from '../../tests/builders/command-text.ts';
import { hiddenCharacterAt } from './command-grammar-words.ts';
import { LOCK_MS_MAX } from './command-grammar-lock.ts';
import { LINE_LENGTH_MAX, parseCommand } from './command-grammar.ts';
import { slicingMethods, viewNames, type Command, type CommandAmount, type EntryTerms } from './commands.ts';
import { explain } from './explain.ts';
import type { Notional, Price, Quantity } from './money.ts';
import { MINUTE_MS } from './time.ts';
import { lifeEvents } from './vocabulary.ts';

const numRuns = process.env['GENESIS_TEST_PROFILE'] === 'full' ? 50_000 : 1_000;

const context: GrammarContext = {
  symbols: [
    { symbol: 'BTCUSDT', baseAsset: 'BTC', quoteAsset: 'USDT' },
    { symbol: 'ETHUSDT', baseAsset: 'ETH', quoteAsset: 'USDT' },
    { symbol: 'ETHBTC', baseAsset: 'ETH', quoteAsset: 'BTC' },
    { symbol: '1INCHUSDT', baseAsset: '1INCH', quoteAsset: 'USDT' },
  ],
};

const symbol = fc.constantFrom(...context.symbols.map((entry) => entry.symbol));
const positive = fc.bigInt({ min: 1n, max: 10n ** 22n });
const dollarAmount: fc.Arbitrary<CommandAmount> = positive.map((value) => ({
  unit: 'quote',
  amount: value as Notional,
}));
const coinAmount: fc.Arbitrary<CommandAmount> = positive.map((value) => ({
  unit: 'base',
  amount: value as Quantity,
}));
const share: fc.Arbitrary<CommandAmount> = fc
  .integer({ min: 1, max: 10_000 })
  .map((shareBps) => ({ unit: 'share', shareBps }));
const freeText = fc
  .string({ maxLength: 80 })
  .map((text) => text.trim())
  .filter((text) => hiddenCharacterAt(text, false) < 0);

const anyPrice = positive.map((value) => value as Price);
const terms: fc.Arbitrary<EntryTerms> = fc.oneof(
  fc.record({
    type: fc.constant('LIMIT' as const),
    price: anyPrice,
    timeInForce: fc.constantFrom('GTC' as const, 'IOC' as const, 'FOK' as const),
  }),
  fc.record({ type: fc.constant('LIMIT_MAKER' as const), price: anyPrice }),
  fc.record({ type: fc.constant('STOP_LOSS_LIMIT' as const), stopPrice: anyPrice, price: anyPrice }),
);

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant('buy' as const), symbol, amount: fc.oneof(dollarAmount, coinAmount) }),
  fc.record({ kind: fc.constant('buy' as const), symbol, amount: fc.oneof(dollarAmount, coinAmount), terms }),
  fc.record({ kind: fc.constant('short' as const), symbol, amount: fc.oneof(dollarAmount, coinAmount) }),
  fc.record({
    kind: fc.constant('sell' as const),
    symbol,
    amount: fc.oneof(dollarAmount, coinAmount, share),
  }),
  fc.record({
    kind: fc.constant('slice' as const),
    method: fc.constantFrom(...slicingMethods),
    side: fc.constantFrom('BUY' as const, 'SELL' as const),
    symbol,
    amount: fc.oneof(dollarAmount, coinAmount),
  }),
  fc.record({ kind: fc.constant('close' as const), symbol }),
  fc.constant({ kind: 'closeAll' as const }),
  fc.record({ kind: fc.constant('cancel' as const), symbol: fc.option(symbol) }),
  fc.record({
    kind: fc.constant('stop' as const),
    symbol,
    distanceBps: fc.integer({ min: 1, max: 10_000 }),
    price: fc.constant(null),
  }),
  fc.record({
    kind: fc.constant('stop' as const),
    symbol,
    distanceBps: fc.constant(null),
    price: positive.map((value) => value as Price),
  }),
  fc.record({
    kind: fc.constant('lock' as const),
    durationMs: fc.integer({ min: 1, max: LOCK_MS_MAX / MINUTE_MS }).map((minutes) => minutes * MINUTE_MS),
  }),
  fc.record({ kind: fc.constant('halt' as const), reason: freeText }),
  fc.record({
    kind: fc.constant('halt' as const),
    reason: freeText,
    level: fc.constantFrom(2 as const, 3 as const),
  }),
  fc.record({ kind: fc.constant('resume' as const), phrase: freeText }),
  fc.record({ kind: fc.constant('journal' as const), text: freeText }),
  fc.record({ kind: fc.constant('relearn' as const), phrase: freeText }),
  fc.record({
    kind: fc.constant('life' as const),
    event: fc.constantFrom(...lifeEvents),
    days: fc.option(fc.integer({ min: 1, max: 999 })),
  }),
  fc.record({
    kind: fc.constant('strategy' as const),
    strategy: fc.stringMatching(/^[a-z][a-z0-9_-]{0,39}$/),
    symbol: fc.option(symbol),
    on: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('tier' as const),
    ask: fc.constantFrom('evaluate' as const, 'trial' as const, 'trialEnd' as const),
    text: fc.constant(''),
  }),
  fc.record({
    kind: fc.constant('tier' as const),
    ask: fc.constantFrom('confirm' as const, 'reflect' as const, 'check' as const),
    text: freeText,
  }),
  fc.record({
    kind: fc.constant('trial' as const),
    order: fc.oneof(
      fc.record({ kind: fc.constant('buy' as const), symbol, amount: dollarAmount, terms }),
      fc.record({ kind: fc.constant('close' as const), symbol }),
      fc.record({ kind: fc.constant('cancel' as const), symbol: fc.option(symbol) }),
    ),
  }),
  fc.record({ kind: fc.constant('view' as const), view: fc.constantFrom(...viewNames) }),
);

test('a printed command reads back as itself', () => {
  fc.assert(
    fc.property(command, (given) => {
      expect(parseCommand(printCommand(given, context), context)).toEqual({ ok: true, value: given });
    }),
    { numRuns },
  );
});

const piece = fc.constantFrom(
  'buy',
  'b100u',
  'sell',
  's50%',
  'stop',
  'lock',
  '100',
  '-1',
  '1e9',
  'NaN',
  '%',
  '$',
  'usdt',
  'btc',
  '24h',
  'strategy',
  'on',
  '__proto__',
  'all',
  '\u202e',
  '\u0000',
  ',',
  '.',
);
const wordSalad = fc
  .array(fc.oneof(piece, fc.string({ maxLength: 8 })), { maxLength: 12 })
  .chain((words) => fc.constantFrom(' ', '', '  ').map((gap) => words.join(gap)));
const anyLine = fc.oneof(
  wordSalad,
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.string({ unit: 'grapheme', maxLength: 100 }),
);

const readsBack = (given: Command): boolean => {
  const again = parseCommand(printCommand(given, context), context);
  return again.ok && printCommand(again.value, context) === printCommand(given, context);
};
const hasPlaceAndWords = (error: CommandError, line: string): boolean =>
  error.at >= 0 &&
  error.at + error.length <= Math.max(line.length, LINE_LENGTH_MAX) &&
  explain(error).what !== '';

test('any line is either a command that prints, or a refusal with a place and sentences', () => {
  fc.assert(
    fc.property(anyLine, fc.nat(700), (line, cursor) => {
      const read = parseCommand(line, context);
      expect(read.ok ? readsBack(read.value) : hasPlaceAndWords(read.error, line)).toBe(true);
      completions(line, cursor, context);
    }),
    { numRuns },
  );
});

test('no amount below or at zero, and none that was rounded, ever comes out', () => {
  const digits = fc.stringMatching(/^-?[0-9]{0,17}(\.[0-9]{0,10})?$/);
  fc.assert(
    fc.property(digits, (text) => {
      const read = parseCommand(`buy ${text} usdt btc`, context);
      if (!read.ok || read.value.kind !== 'buy' || read.value.amount.unit !== 'quote') return;
      expect(read.value.amount.amount > 0n).toBe(true);
      const [whole = '', fraction = ''] = text.split('.');
      expect(read.value.amount.amount).toBe(BigInt(whole + fraction.slice(0, 8).padEnd(8, '0')));
      expect(fraction.slice(8)).toMatch(/^0*$/);
    }),
    { numRuns },
  );
});
