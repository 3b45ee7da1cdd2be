/**
 * The stages an entry passes, as types: `EntryRequest → RiskApproved → TiltCleared → TierAuthorised`.
 * What has not passed a stage cannot be given to the next one; a skipped stage does not compile.
 * Casting to a stage type belongs only in the file that owns the stage (risk-engine/decide.ts,
 * admission.ts for tilt, state-machine/authorise.ts). `Reduce` is separate and always allowed.
 */
import type { Brand } from './brand.ts';
import type { CommandAmount } from './commands.ts';
import type { Figures } from './events.ts';
import type { Notional, Price, Quantity } from './money.ts';
import type { OrderType, Side, TimeInForce } from './ports/gateway.ts';
import type { Actor, CloseReason } from './vocabulary.ts';

export type ExecutionMethod = 'whole' | 'iceberg' | 'twap' | 'vwap';

/** A wish to add risk, from anyone. */
export type EntryRequest = {
  readonly commandId: string;
  readonly actor: Actor;
  readonly strategy: string | null;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce | null;
  readonly price: Price | null;
  /** The market must have risen to it before the order works (STOP_LOSS_LIMIT). */
  readonly triggerPrice: Price | null;
  readonly method: ExecutionMethod;
  readonly amount: CommandAmount;
};

/** The request with the size that the limits leave of it. */
export type SizedEntry = EntryRequest & {
  readonly quantity: Quantity;
  /** quantity × reference price, rounded up: counted against the limits until the outcome is known. */
  readonly reserved: Notional;
  readonly referencePrice: Price;
  readonly stopPrice: Price;
  /** What made the size what it is, for the preview and for `why`. */
  readonly figures: Figures;
};

export type RiskApproved = Brand<SizedEntry, 'RiskApproved'>;
export type TiltCleared = Brand<RiskApproved, 'TiltCleared'>;
export type TierAuthorised = Brand<TiltCleared, 'TierAuthorised'>;

/** An order that only takes risk away: an exit, a protective stop or a profit target. Passes no entry stage. */
export type Reduce = {
  readonly positionId: string;
  readonly symbol: string;
  readonly purpose: 'exit' | 'stop' | 'target';
  readonly actor: Actor;
  readonly commandId: string;
  readonly reason: CloseReason | 'protect';
  /** Never more than the position holds (invariant 8). */
  readonly quantity: Quantity;
  readonly stopPrice: Price | null;
  /** A target's price. An exit sells for this at least and at once, or not at all (IOC); null at the market. */
  readonly price: Price | null;
  readonly referencePrice: Price;
};
