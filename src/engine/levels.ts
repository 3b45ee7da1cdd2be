/**
 * Where a position is left: its stop, which only ever tightens and never lies wider than the widest distance
 * allowed, and its target, which can be set, moved and taken away. What is asked for here is put in force by
 * the protector. Refused on an old book: a level moved by one could fire at once.
 */
import type { Command } from '../core/commands.ts';
import type { DomainEvent } from '../core/events.ts';
import {
  bpsCeil,
  bpsFloor,
  ceilTo,
  floorTo,
  formatFixed,
  notionalFloor,
  type Notional,
  type Price,
} from '../core/money.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { SymbolRules } from '../core/symbols.ts';
import { averagePriceOf, isUnderBand } from './exit-terms.ts';
import type { Kernel } from './kernel.ts';
import { priceText, signedDollars, TARGET_TAKEN_AWAY } from './narrate.ts';
import {
  heldQuantity,
  positionOn,
  realisedPnl,
  unrealisedPnl,
  type Position,
} from './portfolio/positions.ts';

export type Moved = { readonly events: readonly DomainEvent[]; readonly lines: readonly string[] };

type Sight = { readonly position: Position; readonly rules: SymbolRules; readonly bid: Price };

function sightOf(kernel: Kernel, symbol: string): Result<Sight, Refusal> {
  const position = positionOn(kernel.state().positions, symbol);
  const rules = kernel.symbolRules(symbol);
  if (position === undefined || rules === null) return err(refusal('command.noPosition', { symbol }));
  const bid = kernel.view.bid(symbol);
  if (bid === null) return err(refusal('risk.bookMissing', { symbol }));
  const ageMs = kernel.view.bookAgeMs(symbol, kernel.timers.monotonic()) ?? 0;
  const { bookAgeMaxMs: limitMs } = kernel.rules.trading.risk;
  if (ageMs > limitMs) return err(refusal('risk.bookStale', { symbol, ageMs: Math.round(ageMs), limitMs }));
  return ok({ position, rules, bid });
}

export function moveStop(
  kernel: Kernel,
  asked: Extract<Command, { readonly kind: 'stop' }>,
): Result<Moved, Refusal> {
  const sight = sightOf(kernel, asked.symbol);
  if (!sight.ok) return sight;
  const { position, rules, bid } = sight.value;
  const { stopDistanceMinBps, stopDistanceMaxBps } = kernel.rules.trading.risk;
  const raw =
    asked.price ??
    (asked.distanceBps === null ? position.stopPrice : bpsFloor(bid, 10_000 - asked.distanceBps));
  const stopPrice = floorTo(raw, rules.tickSize);
  const nearest = bpsFloor(bid, 10_000 - stopDistanceMinBps);
  const widest = floorTo(bpsFloor(bid, 10_000 - stopDistanceMaxBps), rules.tickSize);
  if (stopPrice > nearest || stopPrice < widest || stopPrice <= 0n)
    return err(
      refusal('command.stopOutOfRange', {
        stop: formatFixed(stopPrice),
        bid: formatFixed(bid),
        widest: formatFixed(widest),
        nearest: formatFixed(floorTo(nearest, rules.tickSize)),
      }),
    );
  if (stopPrice <= position.stopPrice)
    return err(
      refusal('command.stopOnlyTightens', {
        stop: formatFixed(stopPrice),
        current: formatFixed(position.stopPrice),
      }),
    );
  const { positionId } = position;
  return ok({
    events: [{ kind: 'position.stopMoved', positionId, stopPrice, reason: 'tightened by the trader' }],
    lines: [`the stop moves up to ${priceText(stopPrice, rules)}`],
  });
}

export function moveTarget(
  kernel: Kernel,
  asked: Extract<Command, { readonly kind: 'target' }>,
): Result<Moved, Refusal> {
  const position = positionOn(kernel.state().positions, asked.symbol);
  if (position !== undefined && asked.price === null && asked.distanceBps === null)
    return ok(withoutTarget(position));
  const sight = sightOf(kernel, asked.symbol);
  if (!sight.ok) return sight;
  const { rules, bid } = sight.value;
  const { stopDistanceMinBps, feeBps } = kernel.rules.trading.risk;
  const raw = asked.price ?? bpsCeil(bid, 10_000 + (asked.distanceBps ?? 0));
  const targetPrice = ceilTo(raw, rules.tickSize);
  const average = averagePriceOf(kernel.view.candles(rules.symbol), kernel.view.formingCandle(rules.symbol));
  const nearest = ceilTo(bpsCeil(bid, 10_000 + stopDistanceMinBps), rules.tickSize);
  if (targetPrice < nearest || targetPrice > rules.maxPrice || !isUnderBand(targetPrice, average, rules))
    return err(
      refusal('command.targetOutOfRange', {
        target: formatFixed(targetPrice),
        bid: formatFixed(bid),
        nearest: formatFixed(nearest),
      }),
    );
  const current = sight.value.position;
  const fee = bpsFloor(notionalFloor(targetPrice, heldQuantity(current)), feeBps);
  const profit = (unrealisedPnl(current, targetPrice) + realisedPnl(current) - fee) as Notional;
  return ok({
    events: [
      {
        kind: 'position.targetMoved',
        positionId: current.positionId,
        targetPrice,
        reason: 'set by the trader',
      },
    ],
    lines: [
      `target ${priceText(targetPrice, rules)}: about ${signedDollars(profit)} after fees when it is reached`,
      rules.ocoAllowed
        ? 'it rests at the exchange together with the stop; the one that fires cancels the other'
        : 'this pair takes no order lists: the stop rests at the exchange, the target is watched from here',
    ],
  });
}

function withoutTarget(position: Position): Moved {
  if (position.targetPrice === null) return { events: [], lines: ['there is no target; the stop stays'] };
  return {
    events: [
      {
        kind: 'position.targetMoved',
        positionId: position.positionId,
        targetPrice: null,
        reason: TARGET_TAKEN_AWAY,
      },
    ],
    lines: ['the target is taken away; the stop stays'],
  };
}
