/**
 * What a trader does, as the tilt detector sees it: one closed union, also the line format of the
 * behaviour log (JSON lines, ordered by time within a trader; unknown types and fields are ignored).
 * The engine makes these from its own events, `genesis tilt evaluate` reads them from a file, so
 * that both run the same detector. Times are ms UTC, durations ms, money in quote units as a number:
 * these are statistics, never amounts to trade with.
 */
import type { Side } from './ports/gateway.ts';

/** Why a position ended: its stop, its target, by hand; null when the fill closed nothing. */
export type ClosedBy = 'stop' | 'target' | 'manual' | null;

export type BehaviourFact =
  | { readonly type: 'session.start' }
  | { readonly type: 'session.end' }
  | {
      readonly type: 'keys';
      readonly count: number;
      readonly errors: number;
      readonly pastes: number;
      readonly durationMs: number;
    }
  | { readonly type: 'view'; readonly name: string }
  | { readonly type: 'preview'; readonly symbol: string; readonly side: Side; readonly notional: number }
  | { readonly type: 'abandon' }
  | {
      readonly type: 'order';
      readonly id: string;
      readonly symbol: string;
      readonly side: Side;
      readonly notional: number;
      /** MARKET, LIMIT, … as the log names it; unknown words are kept. */
      readonly kind: string;
      readonly decisionMs: number | null;
      readonly afterLossMs: number | null;
      /** A typed close; a stop or target that fires is a `fill` alone. */
      readonly reduces: boolean;
    }
  | { readonly type: 'amend'; readonly id: string }
  | { readonly type: 'cancel'; readonly id: string; readonly ageMs: number }
  | {
      readonly type: 'fill';
      readonly id: string;
      readonly symbol: string;
      readonly side: Side;
      readonly price: number;
      readonly quantity: number;
      readonly opens: boolean;
      readonly closedBy: ClosedBy;
      readonly realizedPnl: number;
    }
  | { readonly type: 'lossNotice'; readonly symbol: string; readonly realizedPnl: number }
  | { readonly type: 'settings'; readonly key: string; readonly direction: 'loosen' | 'tighten' }
  | { readonly type: 'disconnect' }
  | { readonly type: 'connect' }
  /** 1 is normal. */
  | { readonly type: 'market'; readonly volatility: number };

/** A fact with its time and the id of the event or line it came from, to be cited as evidence. */
export type BehaviourEvent = { readonly t: number; readonly id: string; readonly fact: BehaviourFact };

/** A line of the behaviour log. `label` stands on `session.start` only and never reaches the detector. */
export type BehaviourLine = BehaviourEvent & {
  readonly trader: string;
  readonly session: string;
  readonly label: string | null;
};
