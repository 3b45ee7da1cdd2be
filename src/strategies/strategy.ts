/**
 * What a strategy is: a pure function from its own state and a closed candle to the next state and
 * its wishes. It sees prices and whether it is in the market; never the exchange, the balance or a
 * limit. A wish becomes an order only through admission, like anyone's.
 */
import type { Figures } from '../core/events.ts';
import type { Candle } from '../core/ports/market-feed.ts';
import type { Tier } from '../core/vocabulary.ts';

export type Signal = {
  readonly strategy: string;
  readonly symbol: string;
  readonly side: 'LONG';
  readonly kind: 'enter' | 'exit';
  /** A few words for `why` and the log. */
  readonly reason: string;
  /** The numbers behind it. */
  readonly figures: Figures;
};

export type StrategyInput = {
  readonly symbol: string;
  /** A closed one-minute candle. */
  readonly candle: Candle;
  /** A position on this symbol is open. */
  readonly isOpen: boolean;
};

export type StrategyStep<State> = { readonly state: State; readonly signals: readonly Signal[] };

export interface Strategy<State = unknown> {
  readonly name: string;
  /** One line for a person. */
  readonly summary: string;
  /** State before the first candle: plain data. */
  readonly initial: State;
  onCandle(state: State, input: StrategyInput): StrategyStep<State>;
}

/** What a tier folder offers; loaded only once the tier is reached. */
export type StrategyManifest = { readonly tier: Tier; readonly strategies: readonly Strategy[] };
