/**
 * The risk stage of admission: all rules in a fixed order, the first refusal wins; the size that the
 * limits leave is part of the approval. Owns the cast to `RiskApproved`. Keeps invariants 9, 11, 20, 21, 22.
 */
import { invariant } from '../../core/invariant.ts';
import type { Figures } from '../../core/events.ts';
import { formatPlaces, type Price } from '../../core/money.ts';
import { refusal, type Refusal } from '../../core/refusals.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { RiskApproved, SizedEntry } from '../../core/stages.ts';
import type { RiskContext, Sizing } from './context.ts';
import { tooAlike } from './rules/correlation.ts';
import { counts } from './rules/counts.ts';
import { entryPrices } from './rules/entry-price.ts';
import { lossLimits } from './rules/loss-limits.ts';
import { marketAlarm } from './rules/market-alarm.ts';
import { marketReady } from './rules/market-ready.ts';
import { priceCollar } from './rules/price-collar.ts';
import { sizeLimits } from './rules/size-limits.ts';
import { losingStreak } from './rules/streaks.ts';
import { suspendedStrategy } from './rules/suspended.ts';
import { breakEvenBps, factorFigures, sizeEntry, sizeShares, slicesMax, worstLoss } from './sizing.ts';

/** Approves with a size, or refuses with the first rule that says no and its numbers. Changes nothing. */
export function approveRisk(context: RiskContext): Result<RiskApproved, Refusal> {
  if (context.request.side === 'SELL')
    return err(refusal('tier.shortEntry', { symbol: context.request.symbol }));
  const early =
    suspendedStrategy(context) ??
    marketReady(context) ??
    marketAlarm(context) ??
    lossLimits(context) ??
    losingStreak(context) ??
    counts(context) ??
    tooAlike(context);
  if (early !== null) return err(early);
  const { quote } = context;
  invariant(quote !== null, 'a market that is ready has a quote');
  const wrong = entryPrices(context, quote.ask);
  if (wrong !== null) return err(wrong);
  const at = context.request.price ?? quote.ask;
  const sizing = sizeEntry(context, quote.ask);
  const late = sizeLimits(context, sizing) ?? priceCollar(context, at);
  if (late !== null) return err(late);
  const approved: SizedEntry = new Approval(context, sizing, at);
  return ok(approved as RiskApproved);
}

/**
 * The request with its size. Its figures are text for the record and the preview, made when one of them asks:
 * the decision itself does not wait for them.
 */
class Approval implements SizedEntry {
  readonly commandId: SizedEntry['commandId'];
  readonly actor: SizedEntry['actor'];
  readonly strategy: SizedEntry['strategy'];
  readonly symbol: SizedEntry['symbol'];
  readonly side: SizedEntry['side'];
  readonly type: SizedEntry['type'];
  readonly timeInForce: SizedEntry['timeInForce'];
  readonly price: SizedEntry['price'];
  readonly triggerPrice: SizedEntry['triggerPrice'];
  readonly method: SizedEntry['method'];
  readonly amount: SizedEntry['amount'];
  readonly quantity: SizedEntry['quantity'];
  readonly reserved: SizedEntry['reserved'];
  readonly referencePrice: Price;
  readonly stopPrice: Price;
  readonly #context: RiskContext;
  readonly #sizing: Sizing;

  constructor(context: RiskContext, sizing: Sizing, at: Price) {
    const { request } = context;
    this.commandId = request.commandId;
    this.actor = request.actor;
    this.strategy = request.strategy;
    this.symbol = request.symbol;
    this.side = request.side;
    this.type = request.type;
    this.timeInForce = request.timeInForce;
    this.price = request.price;
    this.triggerPrice = request.triggerPrice;
    this.method = request.method;
    this.amount = request.amount;
    this.quantity = sizing.quantity;
    this.reserved = sizing.reserved;
    this.referencePrice = at;
    this.stopPrice = sizing.stopPrice;
    this.#context = context;
    this.#sizing = sizing;
  }

  get figures(): Figures {
    return approvalFigures(this.#context, this.#sizing);
  }
}

function approvalFigures(context: RiskContext, sizing: Sizing): Figures {
  const shares = sizeShares(context);
  const worst = worstLoss(sizing, context.rules.feeBps);
  return {
    requested: formatPlaces(sizing.requested, 2),
    cap: formatPlaces(sizing.cap, 2),
    shareBps: shares.positionBps,
    equity: formatPlaces(context.equity, 2),
    sizeMultiplierBps: sizing.multiplierBps,
    ...factorFigures(sizing.factors),
    riskShareBps: shares.riskBps,
    kellyShareBps: shares.kellyBps,
    worstLoss: formatPlaces(worst.loss, 2),
    fees: formatPlaces(worst.fees, 2),
    breakEvenBps: breakEvenBps(context.rules.feeBps),
    slicesMax: slicesMax(sizing, context.symbol),
  };
}
