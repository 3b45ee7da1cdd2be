/**
 * What could come next at the cursor, with a word on each. Pure; the console shows it and Tab takes
 * it. Offers only what the grammar would read and what makes sense (pairs that are held first).
 */
import type { GrammarContext } from './command-grammar-errors.ts';
import { lifeEventWords } from './life-event-words.ts';
import { lifeEvents } from './vocabulary.ts';
import { commandWord, commandWords, tokensOf, type CommandWord } from './command-grammar-words.ts';

export type Completion = {
  /** What the word becomes; a space follows when another word is expected. */
  readonly text: string;
  readonly description: string;
};

export type Completions = {
  /** The part of the line that a completion replaces. */
  readonly from: number;
  readonly to: number;
  readonly items: readonly Completion[];
};

const ITEMS_MAX = 20;

/** Completions for the word that ends at `cursor`. */
export function completions(line: string, cursor: number, context: GrammarContext): Completions {
  const at = Math.max(0, Math.min(cursor, line.length));
  const before = line.slice(0, at);
  const nothing: Completions = { from: at, to: at, items: [] };
  if (before.length > 200) return nothing;
  const tokens = tokensOf(before);
  const last = tokens.at(-1);
  const midWord = last !== undefined && last.at + last.text.length === at;
  const words = tokens.map((token) => token.lower);
  const typed = midWord ? (words.pop() ?? '') : '';
  const from = midWord ? (last?.at ?? at) : at;
  const tail = /^[^ ]*/.exec(line.slice(at))?.[0] ?? '';
  const items = candidates(words, typed, context)
    .filter((item) => item.text.startsWith(typed) && item.text !== typed)
    .slice(0, ITEMS_MAX);
  return { from, to: at + tail.length, items };
}

function candidates(words: readonly string[], typed: string, context: GrammarContext): readonly Completion[] {
  const [first, ...rest] = words;
  if (first === undefined)
    return commandWords.map((entry) => ({ text: entry.word, description: entry.description }));
  const short = /^[bs][$\d.]/.test(first);
  const entry = commandWord(short ? first.slice(0, 1) : first);
  if (entry === undefined) return [];
  return afterCommand(entry, short ? [first.slice(1), ...rest] : rest, typed, context);
}

function afterCommand(
  entry: CommandWord,
  rest: readonly string[],
  typed: string,
  context: GrammarContext,
): readonly Completion[] {
  switch (entry.kind) {
    case 'buy': {
      const terms = termWords(rest);
      return terms.length > 0 ? terms : amountWords('buy', rest, typed, context);
    }
    case 'sell':
      return amountWords('sell', rest, typed, context);
    case 'slice':
      if (rest.length === 0)
        return [
          { text: 'buy', description: 'open with slices' },
          { text: 'sell', description: 'leave with slices' },
        ];
      return amountWords(rest[0] === 'sell' ? 'sell' : 'buy', rest.slice(1), typed, context);
    case 'close':
    case 'cancel':
      return rest.length === 0 ? heldFirst(context) : [];
    case 'stop':
      if (rest.length === 0) return heldFirst(context);
      return rest.length === 1
        ? [
            { text: '1%', description: 'one percent below the market' },
            { text: '1.5%', description: 'a little more room' },
          ]
        : [];
    case 'target':
      if (rest.length === 0) return heldFirst(context);
      return rest.length === 1
        ? [
            { text: '3%', description: 'three percent above the market' },
            { text: 'off', description: 'no target; the stop stays' },
          ]
        : [];
    case 'lock':
      return rest.length === 0
        ? [
            ['1h', 'one hour'],
            ['24h', 'a day'],
            ['7d', 'a week'],
          ].map(([text = '', description = '']) => ({ text, description }))
        : [];
    case 'view':
      return rest.length === 0 ? (viewSteps[entry.word] ?? []) : [];
    case 'life':
      return lifeWords(rest);
    case 'strategy':
      return strategyWords(rest, context);
    default:
      return [];
  }
}

/** What may follow a whole `100 usdt btc`: when it is to be bought, and in which manner. */
function termWords(rest: readonly string[]): readonly Completion[] {
  const at = rest.findIndex((word) => word === 'at' || word === 'stop' || word.startsWith('@'));
  if (at < 0) {
    const attached = /[a-z$]$/.test(rest[0] ?? '');
    return rest.length === (attached ? 2 : 3)
      ? [
          { text: 'at', description: 'at this price or better (from HUNTER)' },
          { text: 'stop', description: 'once the market has risen to a price (from STRATEGIST)' },
        ]
      : [];
  }
  const [word = '', ...after] = rest.slice(at);
  if (word === 'stop') return after.length === 1 ? [{ text: 'limit', description: 'and at most at' }] : [];
  return after.length === (word === 'at' || word === '@' ? 1 : 0)
    ? [
        { text: 'post', description: 'only if it waits; never pays the spread' },
        { text: 'ioc', description: 'what is there at once, the rest is let go' },
        { text: 'fok', description: 'all of it at once, or nothing' },
      ]
    : [];
}

function amountWords(
  side: 'buy' | 'sell',
  rest: readonly string[],
  typed: string,
  context: GrammarContext,
): readonly Completion[] {
  const [amount, unit] = rest;
  if (amount === undefined) {
    if (typed !== '') return [];
    return side === 'buy'
      ? [{ text: '25', description: 'dollars or coins: 25 usdt, 0.001 btc' }]
      : [
          { text: '50%', description: 'half of what you hold' },
          { text: '100%', description: 'all of it' },
        ];
  }
  if (/[u%$]|usdt?$/.test(amount))
    return unit === undefined ? (side === 'sell' ? heldFirst(context) : pairs(context)) : [];
  if (unit === undefined) {
    const quotes = [...new Set(context.symbols.map((symbol) => symbol.quoteAsset.toLowerCase()))];
    return [
      ...quotes.map((text) => ({ text, description: 'an amount in dollars' })),
      ...pairs(context, 'an amount in coins'),
    ];
  }
  const isQuote =
    context.symbols.some((symbol) => symbol.quoteAsset.toLowerCase() === unit) ||
    unit === 'u' ||
    unit === '%';
  return rest.length === 2 && isQuote ? (side === 'sell' ? heldFirst(context) : pairs(context)) : [];
}

/** `life sleep 3d`: the kind, then how long. */
function lifeWords(rest: readonly string[]): readonly Completion[] {
  const after = rest[0] === 'event' ? rest.slice(1) : rest;
  if (after.length === 0)
    return lifeEvents.map((text) => ({ text, description: `be stopped sooner: ${lifeEventWords[text]}` }));
  return after.length === 1
    ? [
        { text: '3d', description: 'three days' },
        { text: '7d', description: 'a week' },
        { text: '14d', description: 'two weeks' },
      ]
    : [];
}

const tierWords: readonly Completion[] = [
  { text: 'evaluate', description: 'read every gate now' },
  { text: 'trial', description: 'begin the paper trial, or see how far it is' },
  { text: 'confirm', description: 'the sentence, after the trial' },
  { text: 'reflect', description: 'the reflection, the last step up' },
  { text: 'check', description: 'a line of the recovery checklist' },
];

const viewSteps: Readonly<Record<string, readonly Completion[]>> = {
  tier: tierWords,
  tilt: [{ text: 'reset', description: 'learn your usual anew; says first what that means' }],
};

function strategyWords(rest: readonly string[], context: GrammarContext): readonly Completion[] {
  if (rest.length === 0)
    return (context.strategies ?? []).map((text) => ({ text, description: 'installed strategy' }));
  if (rest.length === 1)
    return [
      { text: 'on', description: 'switch on' },
      { text: 'off', description: 'switch off' },
    ];
  return rest.length === 2 ? pairs(context) : [];
}

function pairs(context: GrammarContext, description?: string): readonly Completion[] {
  return context.symbols.map((symbol) => ({
    text: symbol.baseAsset.toLowerCase(),
    description: description ?? `${symbol.baseAsset}/${symbol.quoteAsset}`,
  }));
}

function heldFirst(context: GrammarContext): readonly Completion[] {
  const open = new Set(context.openSymbols ?? []);
  const held = context.symbols.filter((symbol) => open.has(symbol.symbol));
  return pairs(held.length > 0 ? { symbols: held } : context, held.length > 0 ? 'open position' : undefined);
}
