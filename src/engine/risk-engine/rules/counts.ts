/** How many: entries a day and a minute, open positions, open orders, and the same intent twice. */
import { MINUTE_MS } from '../../../core/time.ts';
import { refusal, type Refusal } from '../../../core/refusals.ts';
import type { RiskContext } from '../context.ts';
import { messagesWithin } from '../message-count.ts';

export function counts(context: RiskContext): Refusal | null {
  const { state, limits, rules, request, now } = context;
  if (state.entriesToday >= limits.entriesPerDayMax) {
    return refusal('risk.dailyEntries', { entries: state.entriesToday, limit: limits.entriesPerDayMax });
  }
  if (context.positionOnSymbol) return refusal('risk.positionExists', { symbol: request.symbol });
  const positions = context.openPositions + context.pendingEntries;
  if (positions >= limits.openPositionsMax) {
    return refusal('risk.openPositions', { open: positions, limit: limits.openPositionsMax });
  }
  if (context.openOrdersOnSymbol >= rules.openOrdersMax) {
    return refusal('risk.openOrders', { open: context.openOrdersOnSymbol, limit: rules.openOrdersMax });
  }
  if (context.openOrders >= rules.openOrdersTotalMax) {
    return refusal('risk.openOrdersTotal', { open: context.openOrders, limit: rules.openOrdersTotalMax });
  }
  // The rest of the cap belongs to exits and cancels.
  const messages = messagesWithin(state.messages, now);
  const messagesMax = Math.floor((rules.messagesPerMinuteMax * (10_000 - rules.messagesReserveBps)) / 10_000);
  if (messages >= messagesMax) {
    return refusal('risk.messageCap', { messages, limit: messagesMax });
  }
  return entryRate(context);
}

/** In the last minute: no more entries than are allowed, and none that is this one again. */
function entryRate({ state, rules, request, now }: RiskContext): Refusal | null {
  let entries = 0;
  let twinAt: number | null = null;
  for (const { at, symbol, side } of state.recentEntries) {
    const ago = now - at;
    if (!(ago < MINUTE_MS)) continue;
    entries += 1;
    if (
      twinAt === null &&
      symbol === request.symbol &&
      side === request.side &&
      ago < rules.duplicateIntentMs
    )
      twinAt = at;
  }
  if (entries >= rules.entriesPerMinuteMax)
    return refusal('risk.entryRate', { entries, limit: rules.entriesPerMinuteMax });
  if (twinAt === null) return null;
  return refusal('risk.duplicateIntent', {
    symbol: request.symbol,
    agoMs: now - twinAt,
    limitMs: rules.duplicateIntentMs,
  });
}
