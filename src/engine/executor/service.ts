/**
 * The executor's shell: sends what was committed, merges what comes back, asks after what is unknown,
 * and keeps every open position protected. Nothing here waits; deadlines are monotonic (invariant 22).
 * Keeps invariants 1, 2, 4, 5, 8, 14.
 */
import type { DomainEvent } from '../../core/events.ts';
import type { Price, Quantity } from '../../core/money.ts';
import type { ExchangeFill, ExchangeOrder, GatewayReport } from '../../core/ports/gateway.ts';
import type { ExecutionRules } from '../../core/rules.ts';
import type { Kernel } from '../kernel.ts';
import { averageStop } from '../portfolio/closing.ts';
import { ownOrderId } from '../reconcile.ts';
import { endedForNothing, insertOpening, isFutileEnd } from './endings.ts';
import { listRequestOf, requestOf, type Intent } from './intent.ts';
import { createLatency } from './latency.ts';
import { createPatience } from './patience.ts';
import { exchangeKey, findOrder, isImmediate, isUnresolved, siblingOf, type Order } from './orders.ts';
import { BOUNDED_LEGS_MAX, createProtector } from '../protector.ts';
import { refusedProtection } from '../refused-protection.ts';
import { createRestingEntries } from '../resting-entries.ts';
import { feeInQuote, isOpenAtExchange, mergeReport, type FeeWorth } from './reports.ts';

/** Past every time-out of the gateway: an answer that is not here by now does not come. */
const ANSWER_OVERDUE_MS: number = 20_000;

/** What is only true of this run and dies with it. */
type Watch = { nextAt: number; probes: number; absent: number };

export interface Executor {
  /** Commits the intent together with `before`, then hands the order to the gateway. */
  send(before: readonly DomainEvent[], intent: Intent): void;
  cancel(order: Order, reason: string): void;
  onReport(report: GatewayReport): void;
  /** Looks after unknown outcomes and positions; called on every tick and after every report. */
  look(): void;
  /** Asks the exchange about an order now. */
  lookUp(orderId: string): void;
  /** Something outside had changed and is known now: what was refused may be tried again at once. */
  forgive(): void;
  /** Changes with every order sent, cancelled or reported: two equal readings frame a quiet time. */
  activity(): number;
  feeWorth: FeeWorth;
}

export function createExecutor(kernel: Kernel): Executor {
  const sentAt = new Map<string, number>();
  const latency = createLatency();
  const watches = new Map<string, Watch>();
  const startedAt = kernel.timers.monotonic();
  let activity = 0;
  const execution = (): ExecutionRules => kernel.rules.trading.execution;
  // The gateway signs with what it was started with: how late an order may still arrive does not change in a run.
  const { recvWindowMs } = execution();
  // Exits and stops are tried again while a stop may be missing, however often they failed (invariant 14).
  const patience = createPatience(
    () => kernel.timers.monotonic(),
    () => {
      const { retryDelaysMs, protectWithinMs } = execution();
      return retryDelaysMs.filter((delayMs) => delayMs < protectWithinMs);
    },
  );

  // A refused order list is left alone for as long as anything is: its position has a plain stop meanwhile.
  const lists = createPatience(
    () => kernel.timers.monotonic(),
    () => execution().retryDelaysMs.slice(-1),
  );

  const feeWorth: FeeWorth = (fill, order) => {
    const assets = kernel.state().assets.get(order.symbol) ?? { baseAsset: '', quoteAsset: '' };
    return feeInQuote(
      fill,
      assets,
      (asset) => thirdAssetPrice(asset, assets.quoteAsset),
      kernel.rules.trading.risk.feeBps,
    );
  };
  const thirdAssetPrice = (asset: string, quoteAsset: string): Price | null =>
    kernel.view.bid(`${asset}${quoteAsset}`);

  /** Durable before anything of it leaves (invariant 1). */
  const commitIntents = (before: readonly DomainEvent[], intents: readonly [Intent, ...Intent[]]): void => {
    const [{ symbol, commandId }] = intents;
    const rules = kernel.state().assets.has(symbol) ? null : kernel.symbolRules(symbol);
    const noticed: readonly DomainEvent[] =
      rules === null
        ? []
        : [{ kind: 'symbol.noticed', symbol, baseAsset: rules.baseAsset, quoteAsset: rules.quoteAsset }];
    const decidedAt = kernel.timers.monotonic();
    kernel.commit([...noticed, ...before, ...intents], commandId);
    activity += 1;
    const submittedAt = kernel.timers.monotonic();
    for (const { orderId } of intents) {
      sentAt.set(orderId, submittedAt);
      latency.committed(orderId, submittedAt - decidedAt);
    }
  };

  const send = (before: readonly DomainEvent[], intent: Intent): void => {
    commitIntents(before, [intent]);
    kernel.gateway.submit(requestOf(intent));
  };

  const sendList = (stop: Intent, target: Intent): void => {
    commitIntents([], [stop, target]);
    kernel.gateway.submitList(listRequestOf(stop, target));
  };

  const cancel = (order: Order, reason: string): void => {
    kernel.commit([{ kind: 'order.cancelRequested', orderId: order.orderId, reason }], order.commandId);
    activity += 1;
    kernel.gateway.cancel({ clientOrderId: order.clientOrderId, symbol: order.symbol });
  };

  const lookUp = (orderId: string): void => {
    const order = findOrder(kernel.state().orders, orderId);
    if (order === undefined || order.purpose === 'external') return;
    const now = kernel.timers.monotonic();
    const watch = watches.get(orderId) ?? { nextAt: now, probes: 0, absent: 0 };
    const { retryDelaysMs: delays, protectWithinMs } = execution();
    const delay = delays[Math.min(watch.probes, delays.length - 1)] ?? 1_000;
    // What is not known holds up the stop, so it is asked after at least as often as a stop may be missing.
    watch.nextAt = now + Math.min(delay, protectWithinMs);
    watch.probes += 1;
    watches.set(orderId, watch);
    kernel.gateway.lookUp({ clientOrderId: order.clientOrderId, symbol: order.symbol });
  };

  const merge = (order: Order, picture: ExchangeOrder, fills: readonly ExchangeFill[]): void => {
    if (fills.length > 0 && opensPosition(order) && kernel.symbolRules(order.symbol) === null) {
      // Just started, and the symbol's rules are not read yet: its stop could not be placed. Asked again soon.
      if (!watches.has(order.orderId)) lookUp(order.orderId);
      return;
    }
    const outcome = mergeReport(
      kernel.state().orders,
      order,
      picture,
      fills,
      feeWorth,
      latency.of(order.orderId),
    );
    const opening = openingEvents(order, fills);
    const merged = outcome.events.some((event) => event.kind === 'order.filled')
      ? insertOpening(outcome.events, opening)
      : outcome.events;
    const events = [...merged, ...cutAgain(order, merged)];
    if (events.length > 0) {
      activity += 1;
      kernel.commit(events, order.orderId);
    }
    // A stop or exit that ends by itself without doing its work is not sent again in the same breath.
    if (events.some(isFutileEnd) && endedForNothing(kernel.state().orders, order))
      patience.failed(order.positionId);
    const other = siblingOf(kernel.state().orders, order);
    // The leg that ended it has filled: told in a moment, else asked for.
    if (events.some(isFutileEnd) && other !== undefined && isOpenAtExchange(other)) watchLater(other.orderId);
    if (outcome.fillsMissing) {
      if (!watches.has(order.orderId)) lookUp(order.orderId);
    } else if (isLate(findOrder(kernel.state().orders, order.orderId))) {
      watchLater(order.orderId);
    } else {
      watches.delete(order.orderId);
    }
    forgetIfOver(order.orderId);
  };

  const forgetIfOver = (orderId: string): void => {
    if (kernel.state().orders.open.has(orderId)) return;
    sentAt.delete(orderId);
    latency.forget(orderId);
  };

  /** What never waits is done at once: one that still rests has answers on the way, or lost. */
  const isLate = (order: Order | undefined): boolean =>
    order !== undefined && isImmediate(order) && isOpenAtExchange(order);

  const watchLater = (orderId: string): void => {
    if (!watches.has(orderId))
      watches.set(orderId, {
        nextAt: kernel.timers.monotonic() + execution().lookUpAfterMs,
        probes: 0,
        absent: 0,
      });
  };

  const opensPosition = (order: Order): boolean =>
    order.purpose === 'entry' && !kernel.state().positions.open.has(order.positionId);

  /** The first fill of an entry opens its position; the stop belongs below what was really paid. */
  const openingEvents = (order: Order, fills: readonly ExchangeFill[]): readonly DomainEvent[] => {
    if (!opensPosition(order)) return [];
    const rules = kernel.symbolRules(order.symbol);
    const paid = fills[0]?.price;
    if (rules === null || paid === undefined) return [];
    return [
      {
        kind: 'position.opened',
        positionId: order.positionId,
        symbol: order.symbol,
        baseAsset: rules.baseAsset,
        quoteAsset: rules.quoteAsset,
        entryPrice: paid,
        stopPrice: averageStop(fills, rules, kernel.rules.trading.risk.stopDistanceBps),
        marketState: kernel.view.state(order.symbol),
      },
    ];
  };

  /** A leg of a cut that the book did not take whole: its rest is asked for again, a few times. */
  const cutAgain = (order: Order, events: readonly DomainEvent[]): readonly DomainEvent[] => {
    const position = kernel.state().positions.open.get(order.positionId);
    const ended = events.find((event) => event.kind === 'order.ended');
    if (order.purpose !== 'exit' || order.quantity === null || ended === undefined) return [];
    if (position === undefined || position.closing !== null || position.reducing !== null) return [];
    const rest = (order.quantity - ended.executedQuantity) as Quantity;
    if (rest <= 0n || patience.failures(order.positionId) + 1 >= BOUNDED_LEGS_MAX) return [];
    const { positionId, actor, commandId } = order;
    return [{ kind: 'position.reduceRequested', positionId, quantity: rest, actor, commandId }];
  };

  const onReport = (report: GatewayReport): void => {
    switch (report.kind) {
      case 'order': {
        const orderId =
          ownOrderId(report.order.clientOrderId) ??
          kernel
            .state()
            .orders.byExchangeId.get(exchangeKey(report.order.symbol, report.order.exchangeOrderId));
        const order = orderId === undefined ? undefined : findOrder(kernel.state().orders, orderId);
        activity += 1;
        if (order !== undefined) merge(order, report.order, report.fills);
        break;
      }
      case 'sent': {
        const orderId = ownOrderId(report.clientOrderId);
        if (orderId !== null) latency.wired(orderId, report.latencyMs);
        break;
      }
      case 'rejected':
        onRejected(report.clientOrderId, report.code, report.message);
        break;
      case 'notSent':
        resolve(report.clientOrderId, (order) => ({
          kind: 'order.failed',
          orderId: order.orderId,
          reason: `not sent: ${report.reason}`,
        }));
        break;
      case 'unknown':
        resolve(
          report.clientOrderId,
          (order) => ({ kind: 'order.unknown', orderId: order.orderId, reason: report.reason }),
          (order) => lookUp(order.orderId),
        );
        break;
      case 'absent':
        onAbsent(report.clientOrderId);
        break;
      case 'cancelRejected':
      case 'cancelUnknown':
        onCancelDoubt(
          report.clientOrderId,
          report.kind === 'cancelRejected' ? `${report.code} ${report.message}` : report.reason,
        );
        break;
      default:
        break;
    }
  };

  const own = (clientOrderId: string): Order | undefined => {
    const orderId = ownOrderId(clientOrderId);
    return orderId === null ? undefined : findOrder(kernel.state().orders, orderId);
  };

  /** Applies an outcome only while the order is unanswered: a later word never undoes an earlier one. */
  const resolve = (
    clientOrderId: string,
    event: (order: Order) => DomainEvent,
    then?: (order: Order) => void,
  ): void => {
    const order = own(clientOrderId);
    activity += 1;
    if (order === undefined) return;
    if (order.status !== 'PENDING' && order.status !== 'UNKNOWN') {
      // Known already, but what the lost answer said of it may be news.
      if (isOpenAtExchange(order)) then?.(order);
      return;
    }
    kernel.commit([event(order)], order.orderId);
    forgetIfOver(order.orderId);
    // Both legs of a list fail in one breath: that is one failure.
    if (order.purpose !== 'entry' && order.purpose !== 'target') patience.failed(order.positionId);
    then?.(order);
  };

  const onRejected = (clientOrderId: string, code: number, message: string): void => {
    const order = own(clientOrderId);
    activity += 1;
    if (order === undefined || (order.status !== 'PENDING' && order.status !== 'UNKNOWN')) return;
    const events: DomainEvent[] = [{ kind: 'order.rejected', orderId: order.orderId, code, message }];
    const position = kernel.state().positions.open.get(order.positionId);
    if (position !== undefined && order.purpose !== 'exit') {
      events.push(...refusedProtection({ order, position, code, message }, patience, lists));
    } else if (order.purpose === 'exit') {
      patience.failed(order.positionId);
    }
    kernel.commit(events, order.orderId);
  };

  const onAbsent = (clientOrderId: string): void => {
    const order = own(clientOrderId);
    if (order === undefined || !isUnresolved(order) || order.exchangeOrderId !== null) return;
    const watch = watches.get(order.orderId) ?? { nextAt: 0, probes: 1, absent: 0 };
    watch.absent += 1;
    // The exchange answers: the next look need not wait for a connection to mend.
    watch.probes = 0;
    watch.nextAt = kernel.timers.monotonic() + execution().lookUpAfterMs;
    watches.set(order.orderId, watch);
    const since = kernel.timers.monotonic() - (sentAt.get(order.orderId) ?? startedAt);
    const grace = recvWindowMs + execution().absenceGraceMs;
    if (watch.absent < execution().lookUpProbesMin || since < grace) return;
    watches.delete(order.orderId);
    activity += 1;
    kernel.commit(
      [
        {
          kind: 'order.failed',
          orderId: order.orderId,
          reason: `absent at the exchange after ${watch.absent} look-ups`,
        },
      ],
      order.orderId,
    );
  };

  const onCancelDoubt = (clientOrderId: string, reason: string): void => {
    const order = own(clientOrderId);
    activity += 1;
    if (order === undefined) return;
    if (order.cancelRequestedAt !== null)
      kernel.commit([{ kind: 'order.cancelFailed', orderId: order.orderId, reason }], order.orderId);
    patience.failed(order.orderId);
    lookUp(order.orderId);
  };

  const look = (): void => {
    if (kernel.storeFailed()) return;
    lookAfterOrders();
    resting.look();
    for (const position of kernel.state().positions.open.values()) protector.look(position.positionId);
  };

  const lookAfterOrders = (): void => {
    const now = kernel.timers.monotonic();
    for (const order of kernel.state().orders.open.values()) {
      if (order.purpose === 'external') continue;
      const watch = watches.get(order.orderId);
      if (watch !== undefined) {
        if (now >= watch.nextAt) lookUp(order.orderId);
        continue;
      }
      const waited = now - (sentAt.get(order.orderId) ?? Number.NEGATIVE_INFINITY);
      // Not sent by this run, or the answer is overdue beyond every time-out of the gateway.
      if (isUnresolved(order) && waited > execution().lookUpAfterMs) lookUp(order.orderId);
      else if (
        order.cancelRequestedAt !== null &&
        kernel.timers.now() - order.cancelRequestedAt > ANSWER_OVERDUE_MS
      ) {
        onCancelDoubt(order.clientOrderId, 'no answer to the cancel');
      }
    }
  };

  const resting = createRestingEntries(kernel, patience, cancel);
  const protector = createProtector({
    kernel,
    patience,
    send,
    sendList,
    cancel,
    listsOpen: (positionId) => !lists.isWaiting(positionId),
  });

  return {
    send,
    cancel,
    onReport,
    look,
    lookUp,
    forgive(): void {
      patience.clear();
      lists.clear();
    },
    activity: () => activity,
    feeWorth,
  };
}
