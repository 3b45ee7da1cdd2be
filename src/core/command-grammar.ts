/**
 * From a typed line to a command (design.md "Command line"). Pure, total and exact: amounts are read
 * by `parseFixed` and never rounded, anything doubtful is refused with its place in the line and the
 * nearest known word (invariant 19). A line says one thing; words left over refuse the whole line.
 * Words and their forms are in command-grammar-words.ts; amounts in command-grammar-amounts.ts.
 */
import { readAmount, readPrice, readShareBps } from './command-grammar-amounts.ts';
import { parseLock } from './command-grammar-lock.ts';
import { parseLife, parseTilt } from './command-grammar-tilt.ts';
import { readTerms, splitTerms } from './command-grammar-terms.ts';
import { fault, resolveSymbol, type CommandError, type GrammarContext } from './command-grammar-errors.ts';
import {
  commandWord,
  commandWords,
  hiddenCharacterAt,
  tokensOf,
  type CommandWord,
  type Token,
} from './command-grammar-words.ts';
import { OVERRIDE_PHRASE, slicingMethods, tierAsks, viewNames, type Command } from './commands.ts';
import { nearestWord } from './nearest.ts';
import { err, ok, type Result } from './result.ts';

/** Characters a line may have; checked before anything else is looked at. */
export const LINE_LENGTH_MAX: number = 500;
/** A journal entry of 500 words needs more room. */
export const JOURNAL_LENGTH_MAX: number = 20_000;
type Read<T> = Result<T, CommandError>;

/** Reads one line. Never throws, whatever the line holds. */
export function parseCommand(line: string, context: GrammarContext): Read<Command> {
  const journal = /^ *(?:j(?:ournal)?|override|tier +reflect) /i.test(line.slice(0, 40));
  const lengthMax = journal ? JOURNAL_LENGTH_MAX : LINE_LENGTH_MAX;
  if (line.length > lengthMax)
    return fault('tooLong', { at: lengthMax, length: 0, figures: { max: lengthMax } });
  const hidden = hiddenCharacterAt(line, journal);
  if (hidden >= 0) return fault('controlCharacter', { at: hidden, length: 1 });

  const tokens = splitShortForm(tokensOf(line));
  const first = tokens[0];
  if (first === undefined) return fault('empty', { at: 0, length: 0 });
  const entry = commandWord(first.lower);
  if (entry === undefined) {
    const known = commandWords.flatMap((command) => [command.word, ...command.aliases]);
    return fault('unknownWord', { token: first, suggestion: nearestWord(first.lower, known) });
  }
  return parseAfter(entry, first, tokens.slice(1), line, context);
}

/** `b100u btc` is `b 100u btc`: a side and its amount written together. */
function splitShortForm(tokens: readonly Token[]): readonly Token[] {
  const [first, ...rest] = tokens;
  if (first === undefined || !/^[bs][$\d.,+-]/.test(first.lower)) return tokens;
  const part = (from: number, to?: number): Token => ({
    text: first.text.slice(from, to),
    lower: first.lower.slice(from, to),
    at: first.at + from,
  });
  return [part(0, 1), part(1), ...rest];
}

function parseAfter(
  entry: CommandWord,
  verb: Token,
  rest: readonly Token[],
  line: string,
  context: GrammarContext,
): Read<Command> {
  switch (entry.kind) {
    case 'buy':
      return parseBuy(verb, rest, context);
    case 'sell':
      return parseOrder('sell', verb, rest, context);
    case 'short': {
      const read = readAmount('buy', verb, rest, context);
      return read.ok ? ok({ kind: 'short', symbol: read.value.symbol, amount: read.value.amount }) : read;
    }
    case 'slice':
      return parseSlice(entry, verb, rest, context);
    case 'close':
      if (rest.length === 1 && rest[0]?.lower === 'all') return ok({ kind: 'closeAll' });
      return withSymbol(entry, verb, rest, context, (symbol) => ({ kind: 'close', symbol }));
    case 'cancel':
      if (rest.length === 0) return ok({ kind: 'cancel', symbol: null });
      return withSymbol(entry, verb, rest, context, (symbol) => ({ kind: 'cancel', symbol }));
    case 'stop':
    case 'target':
      return parseLevel(entry.kind, entry, verb, rest, context);
    case 'lock':
      return parseLock(entry, verb, rest);
    case 'strategy':
      return parseStrategy(entry, verb, rest, context);
    case 'halt':
      return ok(haltFrom(textAfter(verb, line)));
    case 'resume':
      return ok({ kind: 'resume', phrase: textAfter(verb, line) });
    case 'accept':
      return ok({ kind: 'accept', phrase: textAfter(verb, line) });
    case 'journal':
      return ok({ kind: 'journal', text: textAfter(verb, line) });
    case 'recover': {
      const [step, extra] = rest;
      return extra === undefined
        ? ok({ kind: 'recover', step: step?.lower ?? null })
        : fault('extraWords', { token: extra, figures: { command: entry.word } });
    }
    case 'fine':
      return complete(entry, rest, { kind: 'fine' });
    case 'life':
      return parseLife(entry, rest);
    case 'override':
      return ok(overrideOf(textAfter(verb, line)));
    case 'set':
      return parseSet(entry, verb, rest);
    case 'closeAll':
      return complete(entry, rest, { kind: 'closeAll' });
    case 'tier':
    case 'trial':
    case 'relearn':
    case 'view': {
      if (entry.word === 'tilt' && rest.length > 0) return parseTilt(rest, line);
      if (entry.word === 'tier' && rest.length > 0) return parseTier(verb, rest, line, context);
      const view = viewNames.find((name) => name === entry.word);
      return view === undefined
        ? fault('unknownWord', { token: verb })
        : complete(entry, rest, { kind: 'view', view });
    }
  }
}

/** `tier evaluate`, `tier trial [order]`, `tier confirm sentence`, `tier reflect text`, `tier check item`. */
function parseTier(
  verb: Token,
  rest: readonly Token[],
  line: string,
  context: GrammarContext,
): Read<Command> {
  const [step, ...more] = rest;
  const ask = tierAsks.find((known) => known === step?.lower);
  if (step === undefined || ask === undefined || ask === 'trialEnd')
    return fault('missingWord', {
      token: step ?? verb,
      suggestion: nearestWord(step?.lower ?? '', tierAsks),
      figures: { command: 'tier', form: TIER_FORM },
    });
  if (ask === 'confirm' || ask === 'reflect' || ask === 'check')
    return ok({ kind: 'tier', ask, text: textAfter(step, line) });
  const [order] = more;
  if (order === undefined) return ok({ kind: 'tier', ask, text: '' });
  if (ask === 'evaluate') return fault('extraWords', { token: order, figures: { command: 'tier' } });
  if (order.lower === 'end' && more.length === 1) return ok({ kind: 'tier', ask: 'trialEnd', text: '' });
  return parseTrialOrder(splitShortForm(more), line, context);
}

function parseTrialOrder(tokens: readonly Token[], line: string, context: GrammarContext): Read<Command> {
  const [first, ...rest] = tokens;
  const entry = first === undefined ? undefined : commandWord(first.lower);
  if (first === undefined || entry === undefined || !trialWords.includes(entry.word))
    return fault('missingWord', {
      ...(first === undefined ? {} : { token: first }),
      figures: { command: 'tier trial', form: TIER_FORM },
    });
  const order = parseAfter(entry, first, rest, line, context);
  if (!order.ok) return order;
  const { value } = order;
  // `close all` is a word of the account, not of the trial.
  if (value.kind !== 'buy' && value.kind !== 'close' && value.kind !== 'cancel')
    return fault('extraWords', { token: first, figures: { command: 'tier trial' } });
  return ok({ kind: 'trial', order: value });
}

const trialWords: readonly string[] = ['buy', 'close', 'cancel'];
const TIER_FORM = 'tier [evaluate | trial [buy 25 usdt btc at 65000] | confirm … | reflect … | check …]';

function textAfter(verb: Token, line: string): string {
  return line.slice(verb.at + verb.text.length).trim();
}

/** The sentence stands at the end, exactly; what comes before it is the entry. */
function overrideOf(text: string): Command {
  const confirmed = text.endsWith(OVERRIDE_PHRASE);
  return {
    kind: 'override',
    journal: confirmed ? text.slice(0, -OVERRIDE_PHRASE.length).trim() : text,
    confirmation: confirmed ? OVERRIDE_PHRASE : '',
  };
}

/** `set NAME VALUE`, the value as it is: which form it has is the setting's own matter. */
function parseSet(entry: CommandWord, verb: Token, rest: readonly Token[]): Read<Command> {
  const [name, ...value] = rest;
  if (name === undefined) return ok({ kind: 'set', setting: null, value: '' });
  if (value.length === 0)
    return fault('missingWord', {
      at: endOf(name),
      length: 0,
      figures: { command: verb.lower, form: entry.form },
    });
  return ok({ kind: 'set', setting: name.lower, value: value.map(({ lower }) => lower).join(' ') });
}

/** `halt --cancel reason`, `halt --flatten reason`: the kill levels by the word in front. */
function haltFrom(text: string): Command {
  const match = /^--(cancel|flatten)(?: +|$)/.exec(text);
  if (match === null) return { kind: 'halt', reason: text };
  return { kind: 'halt', reason: text.slice(match[0].length), level: match[1] === 'cancel' ? 2 : 3 };
}

function complete(entry: CommandWord, rest: readonly Token[], command: Command): Read<Command> {
  const extra = rest[0];
  return extra === undefined
    ? ok(command)
    : fault('extraWords', { token: extra, figures: { command: entry.word } });
}

function endOf(token: Token): number {
  return token.at + token.text.length;
}

/** `buy 100 usdt btc`, then how: nothing, `at 65000 [post|ioc|fok]` or `stop 66000 limit 66100`. */
function parseBuy(verb: Token, rest: readonly Token[], context: GrammarContext): Read<Command> {
  const { amount, terms } = splitTerms(rest);
  const order = parseOrder('buy', verb, amount, context);
  if (!order.ok || terms.length === 0) return order;
  const read = readTerms(terms);
  return read.ok ? ok({ ...(order.value as Command & { readonly kind: 'buy' }), terms: read.value }) : read;
}

function parseOrder(
  side: 'buy' | 'sell',
  verb: Token,
  rest: readonly Token[],
  context: GrammarContext,
): Read<Command> {
  const read = readAmount(side, verb, rest, context);
  if (!read.ok) return read;
  return ok({ kind: side, symbol: read.value.symbol, amount: read.value.amount });
}

function parseSlice(
  entry: CommandWord,
  verb: Token,
  rest: readonly Token[],
  context: GrammarContext,
): Read<Command> {
  const method = slicingMethods.find((name) => name === entry.word);
  const [sideToken, ...amount] = rest;
  const side = sideToken === undefined ? undefined : commandWord(sideToken.lower)?.kind;
  if (method === undefined || sideToken === undefined || (side !== 'buy' && side !== 'sell')) {
    return fault('missingSide', { at: endOf(verb), length: 0, figures: { command: entry.word } });
  }
  const read = readAmount(side, sideToken, amount, context);
  if (!read.ok) return read;
  return ok({
    kind: 'slice',
    method,
    side: side === 'buy' ? 'BUY' : 'SELL',
    symbol: read.value.symbol,
    amount: read.value.amount,
  });
}

/** One pair, or none when it is plain which one is meant. */
function withSymbol(
  entry: CommandWord,
  verb: Token,
  rest: readonly Token[],
  context: GrammarContext,
  make: (symbol: string) => Command,
): Read<Command> {
  const [token, extra] = rest;
  if (token === undefined) {
    const only = onlySymbol(context);
    return only === null
      ? fault('missingSymbol', { at: endOf(verb), length: 0, figures: { command: entry.word } })
      : ok(make(only));
  }
  const symbol = resolveSymbol(token, context, null);
  if (!symbol.ok) return symbol;
  return extra === undefined
    ? ok(make(symbol.value.symbol))
    : fault('extraWords', { token: extra, figures: { command: entry.word } });
}

/** The pair that is meant when none is named: the one open position, or the one pair there is. */
function onlySymbol(context: GrammarContext): string | null {
  if (context.openSymbols !== undefined && context.openSymbols.length > 0) {
    return context.openSymbols.length === 1 ? (context.openSymbols[0] ?? null) : null;
  }
  return context.symbols.length === 1 ? (context.symbols[0]?.symbol ?? null) : null;
}

/** A pair and a level: a distance or a price; a target can also be taken away. */
function parseLevel(
  kind: 'stop' | 'target',
  entry: CommandWord,
  verb: Token,
  rest: readonly Token[],
  context: GrammarContext,
): Read<Command> {
  const [first, second] = rest;
  if (first === undefined)
    return fault('missingWord', {
      at: endOf(verb),
      length: 0,
      figures: { command: entry.word, form: entry.form },
    });
  const isOff = (token: Token): boolean => kind === 'target' && token.lower === 'off';
  const named = (!/^[$\d.,+-]/.test(first.text) && !isOff(first)) || second !== undefined;
  let symbol: string;
  if (named) {
    const found = resolveSymbol(first, context, null);
    if (!found.ok) return found;
    symbol = found.value.symbol;
  } else {
    const only = onlySymbol(context);
    if (only === null)
      return fault('missingSymbol', { at: endOf(verb), length: 0, figures: { command: entry.word } });
    symbol = only;
  }
  const level = named ? second : first;
  const extra = named ? rest[2] : rest[1];
  if (level === undefined)
    return fault('missingWord', {
      at: endOf(first),
      length: 0,
      figures: { command: entry.word, form: entry.form },
    });
  if (extra !== undefined && !(extra.text === '%' && rest.at(-1) === extra)) {
    return fault('extraWords', { token: extra, figures: { command: entry.word } });
  }
  const written =
    extra === undefined ? level : { ...level, text: `${level.text}%`, lower: `${level.lower}%` };
  if (isOff(written)) return ok({ kind: 'target', symbol, distanceBps: null, price: null });
  if (written.text.endsWith('%')) {
    const share = readShareBps(written);
    if (!share.ok) return share;
    return ok({ kind, symbol, distanceBps: share.value, price: null });
  }
  const at = readPrice(written);
  return at.ok ? ok({ kind, symbol, distanceBps: null, price: at.value }) : at;
}

function parseStrategy(
  entry: CommandWord,
  verb: Token,
  rest: readonly Token[],
  context: GrammarContext,
): Read<Command> {
  const [name, state, pair, extra] = rest;
  if (name === undefined || state === undefined) {
    return fault('missingWord', {
      at: endOf(name ?? verb),
      length: 0,
      figures: { command: entry.word, form: entry.form },
    });
  }
  const strategies = context.strategies ?? [];
  const known =
    strategies.length === 0 ? /^[a-z][a-z0-9_-]{0,39}$/.test(name.lower) : strategies.includes(name.lower);
  if (!known) {
    const figures = strategies.length === 0 ? {} : { strategies: strategies.join(', ') };
    return fault('empty', {
      token: name,
      code: 'command.unknownStrategy',
      suggestion: nearestWord(name.lower, strategies),
      figures,
    });
  }
  if (state.lower !== 'on' && state.lower !== 'off') {
    return fault('missingWord', { token: state, figures: { command: entry.word, form: entry.form } });
  }
  if (extra !== undefined) return fault('extraWords', { token: extra, figures: { command: entry.word } });
  const symbol = pair === undefined ? null : resolveSymbol(pair, context, null);
  if (symbol !== null && !symbol.ok) return err(symbol.error);
  return ok({
    kind: 'strategy',
    strategy: name.lower,
    symbol: symbol?.value.symbol ?? null,
    on: state.lower === 'on',
  });
}
