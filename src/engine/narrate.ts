/**
 * The words for what happened: from events and figures to the lines a person reads. Dollars first,
 * percent second; calm, no exclamation marks (domain rules, "Words"). Refusals have their own
 * catalogue in core/explain.ts.
 */
import type { EventRecord } from '../core/events.ts';
import type { Notice } from '../core/dashboard.ts';
import {
  add,
  bpsCeil,
  bpsFloor,
  ceilTo,
  fixed,
  formatFixed,
  formatPlaces,
  type Notional,
  notionalFloor,
  parseFixed,
  type Price,
  ZERO_NOTIONAL,
} from '../core/money.ts';
import type { SizedEntry } from '../core/stages.ts';
import type { SymbolRules } from '../core/symbols.ts';
import type { CloseReason } from '../core/vocabulary.ts';
import { lifeEventText } from '../core/life-event-words.ts';
import type { EngineState } from './state.ts';
import { tierWords } from './tier-words.ts';

/** `67,453.20`: thousands separated, `places` decimals. */
function grouped(value: bigint, places: number): string {
  const text = formatPlaces(value, places);
  const [whole = '0', fraction] = text.replace('-', '').split('.');
  const separated = whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
  return `${text.startsWith('-') ? '-' : ''}${separated}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** `+$1.24`, `-$0.30`: signed dollars. */
export function signedDollars(value: Notional): string {
  return `${value < 0n ? '-' : '+'}$${grouped(value < 0n ? -value : value, 2)}`;
}

function dollars(value: bigint): string {
  return `$${grouped(value, 2)}`;
}

/** Decimals of a tick: 0.01 → 2. */
export function decimalsOf(tick: bigint): number {
  const text = formatFixed(tick);
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

export function priceText(value: Price, rules: SymbolRules | null): string {
  return grouped(value, rules === null ? 2 : Math.max(2, decimalsOf(rules.tickSize)));
}

export function percentText(bps: number): string {
  return `${(bps / 100).toFixed(bps % 100 === 0 ? 0 : bps % 10 === 0 ? 1 : 2)} %`;
}

/** What a buy would become and why, before anything is sent. */
export function previewLines(
  entry: Pick<SizedEntry, 'figures' | 'quantity' | 'referencePrice' | 'stopPrice'>,
  rules: SymbolRules,
): readonly string[] {
  const { figures } = entry;
  const value = notionalFloor(entry.referencePrice, entry.quantity);
  const requested = String(figures['requested'] ?? '');
  const shrunk = Number(figures['cap']) < Number(requested);
  const first = shrunk
    ? `$${requested} becomes ${dollars(value)}: ${boundWords(figures)}, in steps of ${formatFixed(rules.stepSize)} ${rules.baseAsset}.`
    : `${formatFixed(entry.quantity)} ${rules.baseAsset} for about ${dollars(value)}.`;
  const size = `${formatFixed(entry.quantity)} ${rules.baseAsset} near ${priceText(entry.referencePrice, rules)}. `;
  const evenBps = Number(figures['breakEvenBps']);
  const evenAt = ceilTo(
    add(entry.referencePrice, bpsCeil(entry.referencePrice, Number.isFinite(evenBps) ? evenBps : 0)),
    rules.tickSize,
  );
  const even = Number.isFinite(evenBps) ? `, even at ${priceText(evenAt, rules)}` : '';
  return [
    first,
    `${shrunk ? size : ''}Stop ${priceText(entry.stopPrice, rules)}, worst loss $${String(figures['worstLoss'])}, fees about $${String(figures['fees'])}${even}.`,
  ];
}

/** Which of the bounds of a size counts here. */
function boundWords(figures: SizedEntry['figures']): string {
  const shares = ['shareBps', 'riskShareBps', 'kellyShareBps'].flatMap((name) => {
    const share = figures[name];
    return typeof share === 'number' ? [share] : [];
  });
  const least = Math.min(...shares);
  const smallerBps = Number(figures['sizeMultiplierBps']);
  const equity = parseFixed<Notional>(String(figures['equity']));
  const cap = parseFixed<Notional>(String(figures['cap']));
  const byShare = equity.ok ? bpsFloor(bpsFloor(equity.value, least), smallerBps) : ZERO_NOTIONAL;
  // An emergency, or an own limit: less than every share allows, to the dollar.
  if (cap.ok && cap.value + fixed<Notional>('1') < byShare)
    return `one order is at most $${String(figures['cap'])} now`;
  const factor = smallerBps < 10_000 ? `, cut to ${percentText(smallerBps)}` : '';
  return `one position holds at most ${percentText(least)} of $${String(figures['equity'])}${factor}`;
}

const closeWords: Readonly<Record<CloseReason, string>> = {
  stop_loss: 'the stop did its work',
  take_profit: 'the target was reached',
  manual: 'closed',
  tilt_intervention: 'closed to protect the account',
  emergency: 'closed by the emergency command',
  external: 'closed outside this system',
};

/** Why a target went that the trader did not want any more. */
export const TARGET_TAKEN_AWAY: string = 'taken away by the trader';

/** The notice an event deserves, or null when a person need not read it. `state` is the state after it. */
export function noticeOf(
  record: EventRecord,
  state: EngineState,
  symbolRules: (symbol: string) => SymbolRules | null,
): Notice | null {
  const { event, at } = record;
  const say = (
    text: string,
    tone: Notice['tone'] = 'plain',
    commandId: string | null = null,
    done = false,
  ): Notice => ({ at, tone, text, commandId, done });
  switch (event.kind) {
    case 'order.filled': {
      const rules = symbolRules(event.symbol);
      const order = state.orders.open.get(event.orderId) ?? state.orders.finished.get(event.orderId);
      if (order === undefined) return null;
      const verb = event.side === 'BUY' ? 'bought' : 'sold';
      return say(
        `${verb} ${formatFixed(event.quantity)} ${rules?.baseAsset ?? event.symbol} at ${priceText(event.price, rules)}`,
        'plain',
        order.commandId || null,
      );
    }
    case 'order.accepted': {
      const order = state.orders.open.get(event.orderId);
      if (order?.purpose === 'target' && order.price !== null)
        return say(`target resting at ${priceText(order.price, symbolRules(order.symbol))}`, 'quiet');
      if (order?.purpose !== 'stop' || order.stopPrice === null) return null;
      const position = state.positions.open.get(order.positionId);
      return say(
        `stop resting at ${priceText(order.stopPrice, symbolRules(order.symbol))}`,
        'quiet',
        position === undefined ? null : entryCommand(state, order.positionId),
        true,
      );
    }
    case 'history.lost':
      return say(
        `the history before now is not here (${event.reason}); the account is read from the exchange, at SNIPER`,
        'caution',
      );
    case 'history.rebuilt':
      return say(
        `read from ${event.trades} trades at the exchange: ${signedDollars(event.dayPnl)} today, ${event.entriesToday} entries, ${event.losingTradesInRow} losing trades in a row`,
        'quiet',
      );
    case 'engine.distrusted':
      return say(`the stored history does not prove itself: ${event.detail}; entries are closed`, 'caution');
    case 'engine.changeAccepted':
      return say('program and configuration are accepted', 'quiet');
    case 'order.rejected': {
      const order = state.orders.finished.get(event.orderId);
      if (order === undefined) return null;
      return say(
        `the exchange did not take the ${order.purpose} order: ${event.message} (${event.code})`,
        'caution',
        order.commandId || null,
        true,
      );
    }
    case 'order.failed': {
      const order = state.orders.finished.get(event.orderId);
      return order === undefined
        ? null
        : say(
            `the ${order.purpose} order did not reach the exchange; nothing was bought or sold by it`,
            'caution',
            order.commandId || null,
            true,
          );
    }
    case 'order.unknown':
      return say('no answer from the exchange; looking the order up before anything else is sent', 'caution');
    case 'position.closed': {
      const rules = symbolRules(event.symbol);
      const closing = closeWords[event.reason];
      const outcome = `${signedDollars(event.realisedPnl)} after ${dollars(event.fees)} fees`;
      return say(
        `${rules === null ? event.symbol : `${rules.baseAsset}/${rules.quoteAsset}`} ${closing}: ${outcome}`,
        event.realisedPnl >= 0n ? 'good' : 'quiet',
        closeCommand(state, record),
        true,
      );
    }
    case 'position.targetMoved':
      // Set by the trader it needs no telling; taken away by the exchange it does.
      return event.targetPrice === null && event.reason !== TARGET_TAKEN_AWAY
        ? say(`the target is gone: ${event.reason}. The stop stays.`, 'caution')
        : null;
    case 'protection.failed':
      return say(
        `the stop could not be placed (${event.reason}); trying again, then leaving the position`,
        'caution',
      );
    case 'order.adopted':
      return say(
        `an order on ${event.symbol} that was not placed here was found and counts against the limits`,
        'caution',
      );
    case 'trade.adopted':
      return say(`a trade on ${event.symbol} made elsewhere was found and booked`, 'caution');
    case 'balance.adopted':
      return say(
        `${event.asset}: ${event.delta >= 0n ? '+' : ''}${formatFixed(event.delta)} (${event.reason})`,
        'quiet',
      );
    case 'reconciliation.completed':
      return event.trigger === 'periodic' && event.differences.length === 0
        ? null
        : say(reconciledText(event), event.differences.length === 0 ? 'quiet' : 'caution');
    case 'reconciliation.failed':
      return say(
        `the account could not be read (${event.reason}); asking again, no entries until then`,
        'caution',
      );
    case 'account.drawdownWarned':
      return say(
        `the account is ${dollars(event.peak - event.equity)} (${percentText(event.drawdownBps)}) below its peak; at ${percentText(event.haltBps)} entries stop, exits go on`,
        'caution',
      );
    case 'trading.halted':
      return say(`trading halted: ${event.reason}. Stops stay where they are.`, 'caution');
    case 'trading.rearmed':
      return say('trading is armed again', 'plain');
    case 'tilt.levelChanged':
      return say(event.message, event.to === 'NORMAL' ? 'plain' : 'caution');
    case 'tilt.baselineReset':
      return say(
        'your usual is learned anew from here; until it is known again warnings come sooner',
        'quiet',
      );
    case 'tilt.relearnWithdrawn':
      return say(`your usual stays as it was learned: ${event.reason}`, 'quiet');
    case 'tilt.lifeEventEnded':
      return say(
        `a declared time is over: ${lifeEventText(event.lifeEvent)}; thresholds are the usual ones again`,
        'quiet',
      );
    case 'tier.changed':
    case 'tier.emergencyStarted':
    case 'tier.emergencyEnded':
    case 'tier.trialEnded': {
      const words = tierWords(event);
      return say(words.text, words.tone);
    }
    case 'strategy.enabled':
      return say(`${event.strategy} is on for ${event.symbol}`, 'plain');
    case 'strategy.disabled':
      return say(`${event.strategy} is off: ${event.reason}`, 'plain');
    default:
      return null;
  }
}

function reconciledText(
  event: Extract<EventRecord['event'], { readonly kind: 'reconciliation.completed' }>,
): string {
  const parts = [`${event.openOrders} open ${event.openOrders === 1 ? 'order' : 'orders'}`];
  if (event.fillsBooked > 0) parts.push(`${event.fillsBooked} fills booked`);
  if (event.externalFound > 0) parts.push(`${event.externalFound} not made here`);
  if (event.differences.length > 0) parts.push(event.differences.join('; '));
  return `agrees with the exchange: ${parts.join(', ')}`;
}

function entryCommand(state: EngineState, positionId: string): string | null {
  for (const order of state.orders.finished.values())
    if (order.positionId === positionId && order.purpose === 'entry') return order.commandId || null;
  return null;
}

function closeCommand(state: EngineState, record: EventRecord): string | null {
  if (record.causationId !== '') return record.causationId;
  for (const order of [...state.orders.finished.values()].toReversed())
    if (order.positionId === record.aggregateId && order.purpose === 'exit') return order.commandId || null;
  return null;
}
