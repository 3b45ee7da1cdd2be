/**
 * Amounts as people type them: `100 usdt`, `100u`, `$100`, `0.001 btc`, `50%`, then the pair. Read
 * exactly with `parseFixed`; a number that would need rounding, a sign, a thousands separator or an
 * exponent is refused with what was probably meant (invariant 19).
 */
import {
  fault,
  namesSymbol,
  resolveSymbol,
  USUAL_QUOTE,
  type CommandError,
  type GrammarContext,
  type TradedSymbol,
} from './command-grammar-errors.ts';
import type { Token } from './command-grammar-words.ts';
import type { CommandAmount } from './commands.ts';
import { parseFixed, type Fixed, type Notional, type Price, type Quantity } from './money.ts';
import { nearestWord } from './nearest.ts';
import { ok, type Result } from './result.ts';

type Read<T> = Result<T, CommandError>;
type AmountOfPair = { readonly amount: CommandAmount; readonly symbol: string };

const dollarWords: readonly string[] = ['u', 'usd', '$', 'dollar', 'dollars'];

type Written = {
  readonly token: Token;
  readonly digits: string;
  readonly unit: string;
  readonly dollarSign: boolean;
};

/** Splits `$100`, `100u`, `50%` into digits and unit. */
function splitNumber(token: Token): Written {
  const dollarSign = token.text.startsWith('$');
  const body = dollarSign ? token.lower.slice(1) : token.lower;
  const digits = /^[-+0-9.,]*/.exec(body)?.[0] ?? '';
  return { token, digits, unit: body.slice(digits.length), dollarSign };
}

/** An amount and the pair it is for; `verb` is the word before it. */
export function readAmount(
  side: 'buy' | 'sell',
  verb: Token,
  rest: readonly Token[],
  context: GrammarContext,
): Read<AmountOfPair> {
  const [first, second, third, fourth] = rest;
  const verbEnd = verb.at + verb.text.length;
  if (first === undefined)
    return fault('missingAmount', { at: verbEnd, length: 0, figures: { command: verb.text } });
  if (side === 'sell' && first.lower === 'all') return readShare(10_000, first, second, third, verb, context);
  const written = splitNumber(first);
  if (written.digits === '') {
    if (namesSymbol(first.lower, context))
      return fault('missingAmount', { at: verbEnd, length: 0, figures: { command: verb.text } });
    return fault('notANumber', { token: first });
  }
  // `1e5` and `1_000`: a number somebody meant, not a unit.
  if (/\d/.test(written.unit) && !namesSymbol(written.unit, context))
    return fault('notANumber', { token: first, suggestion: plainer(first) });

  const attached = written.unit !== '' || written.dollarSign;
  if (written.unit === '%' || (!attached && second?.text === '%')) {
    const share = readShareBps({ ...first, text: `${written.digits}%`, lower: `${written.digits}%` });
    if (!share.ok) return share;
    if (side === 'buy') return fault('shareOfNothing', { token: first });
    const [pair, extra] = attached ? [second, third] : [third, fourth];
    return readShare(share.value, first, pair, extra, verb, context);
  }
  const unitToken = attached ? first : second;
  const unit = attached ? (written.unit === '' ? '$' : written.unit) : second?.lower;
  const afterUnit = attached ? [second, third] : [third, fourth];
  if (unit === undefined || unitToken === undefined) {
    return checkedThen(written, () =>
      fault('missingSymbol', {
        at: first.at + first.text.length,
        length: 0,
        figures: { command: verb.text },
      }),
    );
  }
  return readUnit(written, unit, unitToken, afterUnit, verb, context);
}

function readShare(
  shareBps: number,
  amount: Token,
  pair: Token | undefined,
  extra: Token | undefined,
  verb: Token,
  context: GrammarContext,
): Read<AmountOfPair> {
  if (pair === undefined) {
    const only = context.openSymbols?.length === 1 ? context.openSymbols[0] : undefined;
    if (only === undefined)
      return fault('missingSymbol', {
        at: amount.at + amount.text.length,
        length: 0,
        figures: { command: verb.text },
      });
    return ok({ amount: { unit: 'share', shareBps }, symbol: only });
  }
  const symbol = resolveSymbol(pair, context, null);
  if (!symbol.ok) return symbol;
  if (extra !== undefined) return fault('extraWords', { token: extra, figures: { command: verb.text } });
  return ok({ amount: { unit: 'share', shareBps }, symbol: symbol.value.symbol });
}

function readUnit(
  written: Written,
  unit: string,
  unitToken: Token,
  after: readonly (Token | undefined)[],
  verb: Token,
  context: GrammarContext,
): Read<AmountOfPair> {
  const [pairToken, extra] = after;
  if (extra !== undefined) return fault('extraWords', { token: extra, figures: { command: verb.text } });
  const isQuote =
    dollarWords.includes(unit) || context.symbols.some((symbol) => symbol.quoteAsset.toLowerCase() === unit);
  if (!isQuote && !namesSymbol(unit, context)) {
    const units = new Set([
      USUAL_QUOTE.toLowerCase(),
      ...context.symbols.map((symbol) => symbol.baseAsset.toLowerCase()),
    ]);
    return fault('unknownUnit', {
      token: { ...unitToken, text: unit, lower: unit },
      suggestion: nearestWord(unit, units),
    });
  }
  if (pairToken === undefined) {
    // `buy 0.001 btc`: the coin is the unit and names the pair. Dollars never do, though USDT is itself traded.
    if (dollarWords.includes(unit) || unit === USUAL_QUOTE.toLowerCase() || !namesSymbol(unit, context)) {
      return checkedThen(written, () =>
        fault('missingSymbol', {
          at: unitToken.at + unitToken.text.length,
          length: 0,
          figures: { command: verb.text },
        }),
      );
    }
    const symbol = resolveSymbol({ ...unitToken, text: unit, lower: unit }, context, null);
    return symbol.ok ? finish(written, 'base', symbol.value) : symbol;
  }
  const symbol = resolveSymbol(pairToken, context, isQuote && !dollarWords.includes(unit) ? unit : null);
  if (!symbol.ok) return symbol;
  if (symbol.value.baseAsset.toLowerCase() === unit) return finish(written, 'base', symbol.value);
  if (dollarWords.includes(unit) || symbol.value.quoteAsset.toLowerCase() === unit)
    return finish(written, 'quote', symbol.value);
  return fault('unknownUnit', {
    token: { ...unitToken, text: unit, lower: unit },
    suggestion: symbol.value.quoteAsset.toLowerCase(),
  });
}

function finish(written: Written, unit: 'base' | 'quote', symbol: TradedSymbol): Read<AmountOfPair> {
  if (unit === 'base') {
    const amount = readPositive<Quantity>(written);
    return amount.ok ? ok({ amount: { unit, amount: amount.value }, symbol: symbol.symbol }) : amount;
  }
  const amount = readPositive<Notional>(written);
  return amount.ok ? ok({ amount: { unit, amount: amount.value }, symbol: symbol.symbol }) : amount;
}

/** The number's own fault comes before what is missing after it. */
function checkedThen(written: Written, otherwise: () => Read<AmountOfPair>): Read<AmountOfPair> {
  const checked = readPositive(written);
  return checked.ok ? otherwise() : checked;
}

function readPositive<T extends Fixed>(written: Written): Read<T> {
  const place = { token: written.token, word: written.digits };
  const parsed = parseFixed<T>(written.digits);
  if (parsed.ok) {
    return parsed.value > 0n
      ? ok(parsed.value)
      : fault('empty', { ...place, code: 'command.amountNotPositive' });
  }
  switch (parsed.error) {
    case 'money.tooPrecise':
      return fault('empty', { ...place, code: 'command.amountTooPrecise' });
    case 'money.tooLarge':
      return fault('empty', { ...place, code: 'command.amountTooLarge' });
    case 'money.malformed':
      if (written.digits.startsWith('-') && parseFixed(plainDigits(written.digits.slice(1))).ok) {
        return fault('empty', { ...place, code: 'command.amountNotPositive' });
      }
      return fault('notANumber', { ...place, suggestion: plainer(written.token) });
  }
}

/** A price for a stop. */
export function readPrice(token: Token): Read<Price> {
  const written = splitNumber(token);
  if (written.digits === '' || (written.unit !== '' && !dollarWords.includes(written.unit))) {
    return fault('notANumber', { token, suggestion: plainer(token) });
  }
  return readPositive<Price>(written);
}

/** `1.5%` in basis points: above 0, at most 100 %, two decimal places. */
export function readShareBps(token: Token): Read<number> {
  const digits = token.text.slice(0, -1);
  const written: Written = { token, digits, unit: '%', dollarSign: false };
  const parsed = readPositive(written);
  if (!parsed.ok) return parsed;
  const perBps = 1_000_000n;
  const value: bigint = parsed.value;
  if (value % perBps !== 0n) return fault('empty', { token, code: 'command.amountTooPrecise' });
  const bps = value / perBps;
  if (bps > 10_000n)
    return fault('empty', { token, code: 'command.amountTooLarge', figures: { max: '100 %' } });
  return ok(Number(bps));
}

/** What was probably meant by `1,000`, `+5`, `.5`, `1e3` or `1_000`; null when nothing reads. */
function plainer(token: Token): string | null {
  const body = token.lower.replace(/^\$/, '');
  const small = /^(\d{1,6})e(\d)$/.exec(body);
  const candidate = small === null ? plainDigits(body) : `${small[1]}${'0'.repeat(Number(small[2]))}`;
  return candidate !== token.lower && parseFixed(candidate).ok ? candidate : null;
}

function plainDigits(text: string): string {
  const bare = text.replace(/^\+/, '').replace(/(?<=\d)[,_](?=\d{3}(?!\d))/g, '');
  return bare.startsWith('.') ? `0${bare}` : bare.endsWith('.') ? bare.slice(0, -1) : bare;
}
