/**
 * Positions whose history is not here, taken up from the exchange: a resting stop with a client order id
 * of ours says that the coins it covers are a position of ours, a resting target of ours beside it is its other
 * leg; the account's own trades since those coins were last sold out say what it cost. Written as the events that made it, so that everything after them (fills,
 * stop, close, profit) is as if nothing had been lost. Pure; nothing is sent.
 */
import type { DomainEvent, EventOf } from '../core/events.ts';
import { clientOrderIdOf } from '../core/ids.ts';
import {
  averagePriceFloor,
  notionalFloor,
  ZERO_NOTIONAL,
  type Notional,
  type Quantity,
} from '../core/money.ts';
import type { ExchangeOrder, ExchangeTrade } from '../core/ports/gateway.ts';
import type { SymbolRules } from '../core/symbols.ts';
import type { Order } from './executor/orders.ts';
import type { FeeWorth } from './executor/reports.ts';
import { ownOrderId } from './reconcile.ts';

export type AdoptInput = {
  readonly openOrders: readonly ExchangeOrder[];
  readonly trades: readonly ExchangeTrade[];
  readonly rules: (symbol: string) => SymbolRules | null;
  /** False for a symbol on which a position or an order of ours is known already. */
  readonly isUnknown: (symbol: string) => boolean;
  readonly isBooked: (trade: ExchangeTrade) => boolean;
  readonly feeWorth: FeeWorth;
  readonly nextId: () => string;
  readonly marketState: (symbol: string) => EventOf<'position.opened'>['marketState'];
};

/** The events of every position that can be taken up; empty when there is none. */
export function adoptPositions(input: AdoptInput): readonly DomainEvent[] {
  const events: DomainEvent[] = [];
  const taken = new Set<string>();
  for (const stop of input.openOrders) {
    const stopId = ownOrderId(stop.clientOrderId);
    const isStop = stop.side === 'SELL' && (stop.type === 'STOP_LOSS' || stop.type === 'STOP_LOSS_LIMIT');
    if (stopId === null || !isStop || taken.has(stop.symbol) || !input.isUnknown(stop.symbol)) continue;
    const rules = input.rules(stop.symbol);
    const trades = rules === null ? [] : sinceFlat(input.trades, rules);
    if (rules === null || trades.length === 0 || trades.some(input.isBooked)) continue;
    taken.add(stop.symbol);
    const target = targetBeside(stop, input.openOrders);
    events.push(...positionEvents(input, rules, trades, { picture: stop, orderId: stopId }, target));
  }
  return events;
}

type Leg = { readonly picture: ExchangeOrder; readonly orderId: string };

/** Our own order that waits above to sell the same coins; of several the first. */
function targetBeside(stop: ExchangeOrder, openOrders: readonly ExchangeOrder[]): Leg | null {
  for (const picture of openOrders) {
    const orderId = ownOrderId(picture.clientOrderId);
    if (orderId === null || picture.symbol !== stop.symbol || picture.side !== 'SELL') continue;
    if (picture.type === 'LIMIT_MAKER' && picture.quantity === stop.quantity) return { picture, orderId };
  }
  return null;
}

/** The trades since the coins of this symbol were last sold out, oldest first; empty when none are held. */
function sinceFlat(trades: readonly ExchangeTrade[], rules: SymbolRules): readonly ExchangeTrade[] {
  let held = 0n;
  let current: ExchangeTrade[] = [];
  for (const trade of trades
    .filter(({ symbol }) => symbol === rules.symbol)
    .toSorted((left, right) => left.tradeId - right.tradeId)) {
    // A sale of coins that nobody saw bought is not part of a position.
    if (trade.side === 'SELL' && held < rules.stepSize) continue;
    current.push(trade);
    held += trade.side === 'BUY' ? trade.quantity : -trade.quantity;
    if (trade.feeAsset === rules.baseAsset) held -= trade.fee;
    // What is left below a step cannot be sold: it is dust.
    if (held >= rules.stepSize) continue;
    held = 0n;
    current = [];
  }
  return current;
}

function positionEvents(
  input: AdoptInput,
  rules: SymbolRules,
  trades: readonly ExchangeTrade[],
  stop: Leg,
  target: Leg | null,
): readonly DomainEvent[] {
  const { symbol, baseAsset, quoteAsset } = rules;
  const positionId = input.nextId();
  const events: DomainEvent[] = [];
  const byOrder = Map.groupBy(trades, (trade) => trade.exchangeOrderId);
  let opened = false;
  for (const fills of byOrder.values()) {
    const [first] = fills;
    if (first === undefined) continue;
    const orderId = input.nextId();
    const quantity = fills.reduce((sum, fill) => sum + fill.quantity, 0n) as Quantity;
    const worth = fills.reduce((sum, fill) => sum + notionalFloor(fill.price, fill.quantity), 0n) as Notional;
    const isEntry = first.side === 'BUY';
    events.push(
      intended(orderId, positionId, symbol, {
        purpose: isEntry ? 'entry' : 'exit',
        side: first.side,
        type: 'MARKET',
        quantity,
        stopPrice: null,
        referencePrice: averagePriceFloor(worth, quantity),
      }),
      {
        kind: 'order.accepted',
        orderId,
        exchangeOrderId: first.exchangeOrderId,
        exchangeTime: first.exchangeTime,
        sentLatencyMs: null,
      },
      ...fills.map((fill): DomainEvent => ({
        kind: 'order.filled',
        orderId,
        positionId,
        symbol,
        side: fill.side,
        tradeId: fill.tradeId,
        price: fill.price,
        quantity: fill.quantity,
        fee: fill.fee,
        feeAsset: fill.feeAsset,
        feeQuote: input.feeWorth(fill, { symbol }),
        isMaker: fill.isMaker,
        exchangeTime: fill.exchangeTime,
      })),
      { kind: 'order.ended', orderId, status: 'FILLED', executedQuantity: quantity, reason: 'taken up' },
    );
    if (opened || !isEntry) continue;
    opened = true;
    // The fold opens a position before its first fill is booked into it.
    const fillAt = events.findIndex((event) => event.kind === 'order.filled');
    events.splice(fillAt, 0, {
      kind: 'position.opened',
      positionId,
      symbol,
      baseAsset,
      quoteAsset,
      entryPrice: averagePriceFloor(worth, quantity),
      stopPrice: stop.picture.stopPrice,
      marketState: input.marketState(symbol),
    });
  }
  // The two belong together as they did: the exchange ends one with the other, whatever their list was called.
  const listClientOrderId = target === null ? null : clientOrderIdOf(input.nextId());
  events.push(...restingEvents(positionId, 'stop', stop, listClientOrderId));
  if (target !== null)
    events.push(
      {
        kind: 'position.targetMoved',
        positionId,
        targetPrice: target.picture.price,
        reason: 'taken up with its order',
      },
      ...restingEvents(positionId, 'target', target, listClientOrderId),
    );
  return events;
}

function restingEvents(
  positionId: string,
  purpose: 'stop' | 'target',
  { picture, orderId }: Leg,
  listClientOrderId: string | null,
): readonly DomainEvent[] {
  const isStop = purpose === 'stop';
  return [
    {
      ...intended(orderId, positionId, picture.symbol, {
        purpose,
        side: 'SELL',
        type: picture.type as Order['type'] & EventOf<'order.intended'>['type'],
        quantity: picture.quantity,
        stopPrice: isStop ? picture.stopPrice : null,
        referencePrice: isStop ? picture.stopPrice : picture.price,
      }),
      price: isStop ? null : picture.price,
      listClientOrderId,
    },
    {
      kind: 'order.accepted',
      orderId,
      exchangeOrderId: picture.exchangeOrderId,
      exchangeTime: picture.exchangeTime,
      sentLatencyMs: null,
    },
  ];
}

type Known = Pick<
  EventOf<'order.intended'>,
  'purpose' | 'side' | 'type' | 'quantity' | 'stopPrice' | 'referencePrice'
>;

/** An intent that was written once, in the history that is gone: nothing is sent for it. */
function intended(
  orderId: string,
  positionId: string,
  symbol: string,
  known: Known,
): EventOf<'order.intended'> {
  return {
    kind: 'order.intended',
    orderId,
    clientOrderId: clientOrderIdOf(orderId),
    positionId,
    commandId: '',
    actor: 'system',
    strategy: null,
    symbol,
    timeInForce: null,
    quoteQuantity: null,
    price: null,
    reserved: ZERO_NOTIONAL,
    intentHash: '',
    figures: { takenUp: true },
    listClientOrderId: null,
    ...known,
  };
}
