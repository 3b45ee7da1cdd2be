/**
 * The closed union of what can be asked of the engine: by a typed line, the API, a strategy or a
 * script. A command is imperative and may be refused; what came of it is events.
 */
import type { Notional, Price, Quantity } from './money.ts';
import type { Actor, LifeEvent } from './vocabulary.ts';

/** How much: dollars, coins, or a share of what is held in basis points (50 % = 5,000). */
export type CommandAmount =
  | { readonly unit: 'quote'; readonly amount: Notional }
  | { readonly unit: 'base'; readonly amount: Quantity }
  | { readonly unit: 'share'; readonly shareBps: number };

export type KillLevel = 1 | 2 | 3;

export const slicingMethods = ['iceberg', 'twap', 'vwap'] as const;
export type SlicingMethod = (typeof slicingMethods)[number];

export const viewNames = [
  'trade',
  'status',
  'positions',
  'orders',
  'tier',
  'tilt',
  'risk',
  'market',
  'performance',
  'log',
  'why',
  'help',
] as const;
export type ViewName = (typeof viewNames)[number];

/** How an entry is to be executed when not at the market: every form of it is earned (domain rules, Tiers). */
export type EntryTerms =
  /** Waits at its price, or with IOC and FOK takes what is there at once and lets the rest go. */
  | { readonly type: 'LIMIT'; readonly price: Price; readonly timeInForce: 'GTC' | 'IOC' | 'FOK' }
  /** Post-only: waits at its price and never takes. */
  | { readonly type: 'LIMIT_MAKER'; readonly price: Price }
  /** Becomes a limit order once the market has risen to `stopPrice`. */
  | { readonly type: 'STOP_LOSS_LIMIT'; readonly stopPrice: Price; readonly price: Price };

export type Command =
  /** Without terms: at the market. */
  | {
      readonly kind: 'buy';
      readonly symbol: string;
      readonly amount: CommandAmount;
      readonly terms?: EntryTerms;
    }
  /** A wish to be short: known, so that its refusal can say why (domain rules: spot cannot be short). */
  | { readonly kind: 'short'; readonly symbol: string; readonly amount: CommandAmount }
  | { readonly kind: 'sell'; readonly symbol: string; readonly amount: CommandAmount }
  | { readonly kind: 'close'; readonly symbol: string }
  | { readonly kind: 'closeAll' }
  | { readonly kind: 'cancel'; readonly symbol: string | null }
  /** Moves the protective stop: a distance below the market in basis points, or a price. Only ever tightens. */
  | {
      readonly kind: 'stop';
      readonly symbol: string;
      readonly distanceBps: number | null;
      readonly price: Price | null;
    }
  /** Sets the profit target of a position: a distance above the market, or a price; neither takes it away. */
  | {
      readonly kind: 'target';
      readonly symbol: string;
      readonly distanceBps: number | null;
      readonly price: Price | null;
    }
  | {
      readonly kind: 'slice';
      readonly method: SlicingMethod;
      readonly side: 'BUY' | 'SELL';
      readonly symbol: string;
      readonly amount: CommandAmount;
    }
  | { readonly kind: 'lock'; readonly durationMs: number }
  /** Kill levels: 1 no new risk, 2 cancels entries as well, 3 sells everything. */
  /** The trader's own setting; without a name, all of them are shown. */
  | { readonly kind: 'set'; readonly setting: string | null; readonly value: string }
  | { readonly kind: 'halt'; readonly reason: string; readonly level?: KillLevel }
  | { readonly kind: 'resume'; readonly phrase: string }
  /** Accepts changed code or configuration, by a typed sentence. */
  | { readonly kind: 'accept'; readonly phrase: string }
  /** Empty text lists the trader's own past entries. */
  | { readonly kind: 'journal'; readonly text: string }
  /** A step of the recovery checklist; null shows the list. */
  | { readonly kind: 'recover'; readonly step: string | null }
  | { readonly kind: 'override'; readonly journal: string; readonly confirmation: string }
  /** The last intervention was not needed: counted, loosens nothing. */
  | { readonly kind: 'fine' }
  /** Learn the trader's usual anew; without the sentence it is only said what that would mean. */
  | { readonly kind: 'relearn'; readonly phrase: string }
  /** A time in life in which to be stopped sooner; without an event, what stands is shown. Without days, the usual time. */
  | { readonly kind: 'life'; readonly event: LifeEvent | null; readonly days: number | null }
  | {
      readonly kind: 'strategy';
      readonly strategy: string;
      readonly symbol: string | null;
      readonly on: boolean;
    }
  /** The way to the next tier: read the gates, begin the trial, confirm, reflect; and the recovery checklist. */
  | { readonly kind: 'tier'; readonly ask: TierAsk; readonly text: string }
  /** A simulated order of the paper trial. */
  | { readonly kind: 'trial'; readonly order: TrialOrderCommand }
  | { readonly kind: 'view'; readonly view: ViewName };

/** The seed's own sentence, to the letter: typed by a person who overrides an intervention. */
export const OVERRIDE_PHRASE = 'I ACCEPT THE RISKS';

/** Typed by a person who wants their usual to be learned anew. */
export const RELEARN_PHRASE = 'learn my usual anew';

export const tierAsks = ['evaluate', 'trial', 'trialEnd', 'confirm', 'reflect', 'check'] as const;
export type TierAsk = (typeof tierAsks)[number];
export type TrialOrderCommand = Extract<Command, { readonly kind: 'buy' | 'close' | 'cancel' }>;

/** What the console saw of how the command came about, for the tilt detector. Nothing that identifies a person. */
export type Behaviour = {
  /** From the first key of the line to Enter. */
  readonly decisionMs: number | null;
  readonly keys: number;
  readonly corrections: number;
  readonly pasted: boolean;
  /** Since a loss was shown in this console; null or absent when none was. */
  readonly afterLossMs?: number | null;
};

export type CommandOrigin = {
  readonly actor: Actor;
  /** The line as typed, or a description when nothing was typed. Never holds a secret or journal text. */
  readonly text: string;
  readonly behaviour: Behaviour | null;
};
