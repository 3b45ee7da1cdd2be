/**
 * How an entry is to be executed, as typed after its amount and pair: `at 65000`, `@65000`, then `post`, `ioc`
 * or `fok`; or `stop 66000 limit 66100`. Words of one letter work too: `p`, `i`, `f`, `l`. Prices are read
 * exactly and never rounded (invariant 19); whether the form is earned is the tier's business, not the grammar's.
 */
import { readPrice } from './command-grammar-amounts.ts';
import { fault, type CommandError } from './command-grammar-errors.ts';
import type { Token } from './command-grammar-words.ts';
import type { EntryTerms } from './commands.ts';
import type { Price } from './money.ts';
import { nearestWord } from './nearest.ts';
import { ok, type Result } from './result.ts';

type Read<T> = Result<T, CommandError>;

const FORM = 'buy 100 usdt btc at 65000 post, or stop 66000 limit 66100';

/** What follows the price of a limit order. */
const manners: Readonly<Record<string, 'post' | 'IOC' | 'FOK'>> = {
  post: 'post',
  p: 'post',
  ioc: 'IOC',
  i: 'IOC',
  fok: 'FOK',
  f: 'FOK',
};

/** Divides what follows `buy` into the amount with its pair, and the terms; `@65000` counts as two words. */
export function splitTerms(rest: readonly Token[]): {
  readonly amount: readonly Token[];
  readonly terms: readonly Token[];
} {
  const at = rest.findIndex(({ lower }) => lower === 'at' || lower === 'stop' || lower.startsWith('@'));
  if (at < 0) return { amount: rest, terms: [] };
  const amount = rest.slice(0, at);
  const [first, ...others] = rest.slice(at);
  if (first === undefined || first.lower === 'at' || first.lower === 'stop')
    return { amount, terms: rest.slice(at) };
  const sign: Token = { text: '@', lower: 'at', at: first.at };
  if (first.text.length === 1) return { amount, terms: [sign, ...others] };
  const price: Token = { text: first.text.slice(1), lower: first.lower.slice(1), at: first.at + 1 };
  return { amount, terms: [sign, price, ...others] };
}

/** Reads the terms; `tokens` begins with `at` or `stop`. */
export function readTerms(tokens: readonly Token[]): Read<EntryTerms> {
  const [word, first, second, third, fourth] = tokens;
  if (word?.lower === 'at') {
    const at = priceAfter(word, first);
    if (!at.ok) return at;
    return third === undefined ? limitTerms(at.value, second) : extra(third);
  }
  const trigger = priceAfter(word, first);
  if (!trigger.ok) return trigger;
  if (second === undefined || (second.lower !== 'limit' && second.lower !== 'l'))
    return second === undefined ? missing(first) : notThat(second, ['limit']);
  const limit = priceAfter(second, third);
  if (!limit.ok) return limit;
  return fourth === undefined
    ? ok({ type: 'STOP_LOSS_LIMIT', stopPrice: trigger.value, price: limit.value })
    : extra(fourth);
}

function limitTerms(price: Price, manner: Token | undefined): Read<EntryTerms> {
  if (manner === undefined) return ok({ type: 'LIMIT', price, timeInForce: 'GTC' });
  const named = Object.hasOwn(manners, manner.lower) ? manners[manner.lower] : undefined;
  if (named === undefined) return notThat(manner, ['post', 'ioc', 'fok']);
  return ok(named === 'post' ? { type: 'LIMIT_MAKER', price } : { type: 'LIMIT', price, timeInForce: named });
}

function priceAfter(word: Token | undefined, price: Token | undefined): Read<Price> {
  return price === undefined ? missing(word) : readPrice(price);
}

function missing(after: Token | undefined): Read<never> {
  return fault('missingWord', {
    at: (after?.at ?? 0) + (after?.text.length ?? 0),
    length: 0,
    figures: { command: 'buy', form: FORM },
  });
}

function notThat(token: Token, known: readonly string[]): Read<never> {
  return fault('missingWord', {
    token,
    suggestion: nearestWord(token.lower, known),
    figures: { command: 'buy', form: FORM },
  });
}

function extra(token: Token): Read<never> {
  return fault('extraWords', { token, figures: { command: 'buy' } });
}
