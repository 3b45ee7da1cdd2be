/**
 * What a line is read against (the pairs and strategies there are), and how a line that cannot be
 * read is refused: a refusal with its place, so that the console can point at the word.
 */
import type { UnreadableProblem } from './explain-catalogue.ts';
import type { Figures } from './events.ts';
import type { Token } from './command-grammar-words.ts';
import { nearestWord } from './nearest.ts';
import type { Refusal, RefusalCode } from './refusals.ts';
import { err, ok, type Err, type Result } from './result.ts';

export type TradedSymbol = {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
};

export type GrammarContext = {
  readonly symbols: readonly TradedSymbol[];
  /** Pairs with an open position: `close` and `stop 1%` mean the only one. */
  readonly openSymbols?: readonly string[];
  /** Installed strategies, for suggestions; when absent any well-formed name is read. */
  readonly strategies?: readonly string[];
};

/** A refusal of the line itself, with the place it is about (UTF-16 units). `explain` gives the sentences. */
export type CommandError = Refusal & {
  readonly at: number;
  readonly length: number;
  readonly suggestion: string | null;
};

/** Quoted words in messages are cut here. */
const WORD_SHOWN = 40;

type FaultPlace = {
  readonly token?: Token;
  readonly at?: number;
  readonly length?: number;
  readonly word?: string;
  readonly suggestion?: string | null;
  readonly figures?: Figures;
  /** A code of its own; `problem` is then not shown. */
  readonly code?: RefusalCode;
};

/** Refuses the line: `problem` names the sentence, the rest its figures and its place. */
export function fault(problem: UnreadableProblem, place: FaultPlace): Err<CommandError> {
  const at = place.at ?? place.token?.at ?? 0;
  const length = place.length ?? place.token?.text.length ?? 0;
  const suggestion = place.suggestion ?? null;
  const word = place.word ?? place.token?.text;
  return err({
    code: place.code ?? 'command.unreadable',
    figures: {
      ...(place.code === undefined ? { problem } : {}),
      ...(word === undefined
        ? {}
        : { word: word.length > WORD_SHOWN ? `${word.slice(0, WORD_SHOWN)}…` : word }),
      ...(suggestion === null ? {} : { suggestion }),
      column: at + 1,
      ...place.figures,
    },
    at,
    length,
    suggestion,
  });
}

/** The quote asset meant when a base asset trades against several. */
export const USUAL_QUOTE: string = 'USDT';

/** The pair a word stands for: `btc`, `btcusdt`, `BTC/USDT`; `quote` narrows it down. */
export function resolveSymbol(
  token: Token,
  context: GrammarContext,
  quote: string | null,
): Result<TradedSymbol, CommandError> {
  const wanted = token.lower.replace(/[/_-]/, '');
  let best: TradedSymbol | null = null;
  for (const candidate of context.symbols) {
    if (candidate.symbol.toLowerCase() === wanted) return ok(candidate);
    if (candidate.baseAsset.toLowerCase() !== token.lower) continue;
    if (quote !== null && candidate.quoteAsset.toLowerCase() === quote) return ok(candidate);
    if (best === null || (candidate.quoteAsset === USUAL_QUOTE && best.quoteAsset !== USUAL_QUOTE))
      best = candidate;
  }
  if (best !== null) return ok(best);
  const near = nearestWord(
    token.lower,
    context.symbols.map((symbol) => symbol.baseAsset.toLowerCase()),
  );
  return fault('empty', { token, code: 'command.unknownSymbol', suggestion: near });
}

/** True when a word names a base asset or a pair. */
export function namesSymbol(lower: string, context: GrammarContext): boolean {
  const joined = lower.replace(/[/_-]/, '');
  return context.symbols.some(
    (symbol) => symbol.baseAsset.toLowerCase() === lower || symbol.symbol.toLowerCase() === joined,
  );
}
