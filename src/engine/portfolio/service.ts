/**
 * The account's shell: reads the exchange at start, after every reconnection and every minute, and makes
 * the two agree (invariants 5, 6, 18, 27); marks equity, starts days, halts at the drawdown limit
 * (invariant 12). Readings taken while something of ours was under way prove nothing and are repeated.
 */
import type { DomainEvent } from '../../core/events.ts';
import { formatPlaces, type Notional } from '../../core/money.ts';
import type { ExchangeTrade, GatewayReport } from '../../core/ports/gateway.ts';
import { exchangeKey, isBooked, isUnresolved } from '../executor/orders.ts';
import type { Executor } from '../executor/service.ts';
import type { Kernel } from '../kernel.ts';
import { ownOrderId, reconcileBalances, reconcileOrders, type AccountRead } from '../reconcile.ts';
import { createEquityMarks } from '../equity-marks.ts';
import { adoptPositions } from '../adopt-positions.ts';
import { positionOn } from './positions.ts';
import { rebuildFromTrades } from './rebuild.ts';
import { awaitsAccount } from '../../tilt/recovery.ts';
import { createEquityMeter } from '../equity-meter.ts';

export type ReconcileTrigger = 'start' | 'reconnected' | 'periodic' | 'doubt';

export interface AccountKeeper {
  request(trigger: ReconcileTrigger): void;
  /** Something may have been missed: the account is read soon, however often this is said. */
  doubt(): void;
  onReport(report: GatewayReport): void;
  onTick(): void;
  /** Marks equity when it moved enough to matter; called on every change of a book. */
  onMarket(): void;
  equity(): Notional;
  /** Marks equity now. */
  mark(): void;
  /** Open positions at the best bid, all of them and one. */
  exposure(): Notional;
  valueOf(positionId: string): Notional;
  /** The position on this symbol at its mark; null when none is open. */
  heldOn(symbol: string): Notional | null;
  reconciledAgoMs(): number;
}

/** The exchange's code for an order it will not take, mostly for want of balance. */
const ORDER_REFUSED = -2010;
const QUIET_RETRY_MS = 250;
/** However much is doubtful, the account is read at most this often for it. */
const DOUBT_MS = 1_000;
const UNCLEAN_RETRY_MS_MAX = 4_000;
/** An account read that has not answered by now is asked again; the gateway gives up earlier. */
const READ_OVERDUE_MS = 30_000;
const NOISY_READS_MAX = 8;

type Pending = {
  readonly requestId: number;
  readonly trigger: ReconcileTrigger;
  readonly activity: number;
  readonly sentAt: number;
};

export type AccountKeeperDeps = {
  readonly kernel: Kernel;
  readonly executor: Executor;
  readonly watchedSymbols: readonly string[];
  /** Whether the account's stream is connected: what was read is true only as long as we hear what changes. */
  readonly isListening: () => boolean;
};

export function createAccountKeeper(deps: AccountKeeperDeps): AccountKeeper {
  const { kernel, executor, watchedSymbols } = deps;
  let pending: Pending | null = null;
  let nextReadAt = Number.POSITIVE_INFINITY;
  let nextTrigger: ReconcileTrigger = 'periodic';
  let lastReconciledAt = Number.NEGATIVE_INFINITY;
  let noisyReads = 0;
  let uncleanReads = 0;
  /** Why the account could not be read, told once until it can. */
  let lastFailure: string | null = null;
  /** Each said once, however often the account is read before it is clean. */
  const differences = new Set<string>();
  /** Answers to an earlier question are never taken for the answer to the last one. */
  let lastRequestId = kernel.state().reconciliation.requestId;
  let booked = { fills: 0, external: 0, orders: 0 };
  const meter = createEquityMeter(
    () => kernel.state(),
    (symbol) => kernel.view.mark(symbol),
    () => kernel.view.marksVersion(),
  );
  const equity = (): Notional => meter.equity();
  const marks = createEquityMarks(kernel, equity);

  /** Trades of a symbol from before it was first read are part of the balances adopted then; ours are always ours. */
  const isNews = (trade: ExchangeTrade): boolean =>
    trade.tradeId > (kernel.state().reconciliation.tradeCursor.get(trade.symbol) ?? Infinity) ||
    kernel.state().orders.byExchangeId.has(exchangeKey(trade.symbol, trade.exchangeOrderId));

  const schedule = (delayMs: number, trigger: ReconcileTrigger): void => {
    const at = kernel.timers.monotonic() + delayMs;
    if (at < nextReadAt) {
      nextReadAt = at;
      nextTrigger = trigger;
    }
  };

  const read = (trigger: ReconcileTrigger): void => {
    lastRequestId += 1;
    const requestId = lastRequestId;
    pending = { requestId, trigger, activity: executor.activity(), sentAt: kernel.timers.monotonic() };
    nextReadAt = Number.POSITIVE_INFINITY;
    const cursor: Record<string, number> = {};
    // What was lost is read from as far back as the exchange tells at once.
    if (!kernel.state().integrity.rebuilds)
      for (const symbol of symbolsToRead()) {
        const known = kernel.state().reconciliation.tradeCursor.get(symbol);
        if (known !== undefined) cursor[symbol] = known + 1;
      }
    kernel.gateway.readAccount(requestId, cursor);
  };

  const symbolsToRead = (): ReadonlySet<string> => {
    const symbols = new Set(watchedSymbols);
    for (const order of kernel.state().orders.open.values()) symbols.add(order.symbol);
    for (const position of kernel.state().positions.open.values()) symbols.add(position.symbol);
    return symbols;
  };

  const onAccount = (report: AccountRead): void => {
    if (pending === null || report.requestId !== pending.requestId) return;
    const { trigger, activity } = pending;
    pending = null;
    const quiet = executor.activity() === activity;
    if (!quiet && noisyReads < NOISY_READS_MAX) {
      noisyReads += 1;
      schedule(QUIET_RETRY_MS, trigger);
      return;
    }
    const first = !kernel.state().ledger.has(kernel.state().account?.quoteAsset ?? '');
    noticeSymbols(report);
    if (first || kernel.state().integrity.rebuilds) kernel.commit(adoptable(report));
    const findings = reconcileOrders({
      orders: kernel.state().orders,
      ledger: kernel.state().ledger,
      read: { ...report, trades: report.trades.filter(isNews) },
      orderIdOf: ownOrderId,
      newOrderId: () => kernel.ids.next(),
      feeWorth: executor.feeWorth,
      tradeFeeAssets: (symbol) => kernel.state().assets.get(symbol) ?? null,
    });
    kernel.commit(findings.events);
    for (const difference of findings.differences) differences.add(difference);
    booked = {
      fills: booked.fills + findings.fillsBooked,
      external: booked.external + findings.externalFound,
      orders: booked.orders + findings.ordersResolved,
    };
    for (const orderId of findings.lookUps) executor.lookUp(orderId);
    const open = [...kernel.state().orders.open.values()];
    if (findings.lookUps.length > 0 || findings.events.length > 0 || open.some(isUnresolved)) {
      // Not clean yet: the look-ups answer first, then the account is read again.
      // Each reading costs weight that the look-ups need too, so the next one waits longer.
      noisyReads = 0;
      schedule(Math.min(QUIET_RETRY_MS * 2 ** uncleanReads, UNCLEAN_RETRY_MS_MAX), trigger);
      uncleanReads += 1;
      return;
    }
    noisyReads = 0;
    if (!quiet) {
      schedule(QUIET_RETRY_MS, trigger);
      return;
    }
    uncleanReads = 0;
    complete(report, trigger, first);
  };

  /** Positions that a resting stop of ours tells of and no event does. */
  const adoptable = (report: AccountRead): readonly DomainEvent[] =>
    adoptPositions({
      openOrders: report.openOrders,
      trades: report.trades,
      rules: (symbol) => kernel.symbolRules(symbol),
      isUnknown: (symbol) => positionOn(kernel.state().positions, symbol) === undefined,
      isBooked: (trade) => isBooked(kernel.state().orders, trade.symbol, trade.tradeId),
      feeWorth: executor.feeWorth,
      nextId: () => kernel.ids.next(),
      marketState: (symbol) => kernel.view.state(symbol),
    });

  const complete = (report: AccountRead, trigger: ReconcileTrigger, first: boolean): void => {
    const state = kernel.state();
    const watchedAssets = new Set<string>([state.account?.quoteAsset ?? '']);
    for (const { baseAsset, quoteAsset } of state.assets.values())
      watchedAssets.add(baseAsset).add(quoteAsset);
    const balances = reconcileBalances(
      state.ledger,
      report,
      // At first everything there is: BNB that pays fees later was no deposit then.
      (asset) => first || watchedAssets.has(asset),
      first ? 'first look at the account' : 'deposit, withdrawal or other movement outside this system',
    );
    if (!first)
      for (const event of balances)
        if (event.kind === 'balance.adopted' && event.delta !== 0n)
          differences.add(`${event.asset} differs by ${formatPlaces(event.delta, 8)}`);
    const cursor: Record<string, number> = {};
    for (const symbol of symbolsToRead()) {
      const known = state.reconciliation.tradeCursor.get(symbol) ?? 0;
      cursor[symbol] = Math.max(known, report.tradeCursor[symbol] ?? known);
    }
    const events: DomainEvent[] = [...balances];
    if (
      state.trading.phase !== 'READY' ||
      trigger !== 'periodic' ||
      differences.size > 0 ||
      balances.length > 0 ||
      cursorMoved(cursor) ||
      awaitsAccount(state.tilt.interventions)
    ) {
      events.push({
        kind: 'reconciliation.completed',
        requestId: report.requestId,
        trigger,
        openOrders: report.openOrders.length,
        fillsBooked: booked.fills,
        ordersResolved: booked.orders,
        externalFound: booked.external,
        differences: [...differences],
        tradeCursor: cursor,
      });
    }
    if (state.trading.phase !== 'READY' && deps.isListening())
      events.push({
        kind: 'trading.stateChanged',
        from: state.trading.phase,
        to: 'READY',
        reason: 'the account agrees with the exchange',
        untilMs: null,
      });
    kernel.commit(events);
    if (differences.size > 0) executor.forgive();
    differences.clear();
    booked = { fills: 0, external: 0, orders: 0 };
    lastReconciledAt = kernel.timers.monotonic();
    lastFailure = null;
    nextReadAt = Number.POSITIVE_INFINITY;
    schedule(kernel.rules.trading.execution.reconcileEveryMs, 'periodic');
    marks.startDay();
    if (kernel.state().integrity.rebuilds || (first && report.trades.length > 0)) rebuild(report.trades);
  };

  /** The history is not here: the limits of the day, the streaks and the peak come from the exchange's own trades. */
  const rebuild = (trades: readonly ExchangeTrade[]): void => {
    const worth = equity();
    const rebuilt = rebuildFromTrades({
      trades,
      equity: worth,
      today: kernel.state().risk.day,
      feeWorth: (trade) => executor.feeWorth(trade, trade),
      baseAssetOf: (symbol) => kernel.symbolRules(symbol)?.baseAsset ?? '',
      stepOf: (symbol) => kernel.symbolRules(symbol)?.stepSize ?? 1n,
    });
    kernel.commit([{ kind: 'history.rebuilt', equity: worth, ...rebuilt }]);
  };

  const cursorMoved = (cursor: Record<string, number>): boolean =>
    Object.entries(cursor).some(
      ([symbol, value]) => kernel.state().reconciliation.tradeCursor.get(symbol) !== value,
    );

  /** Assets of symbols that somebody else traded on this account must be known before their trades are booked. */
  const noticeSymbols = (report: AccountRead): void => {
    const events: DomainEvent[] = [];
    const noticed = new Set<string>();
    for (const { symbol } of [...report.openOrders, ...report.trades]) {
      const rules = kernel.symbolRules(symbol);
      if (rules === null || kernel.state().assets.has(symbol) || noticed.has(symbol)) continue;
      noticed.add(symbol);
      events.push({
        kind: 'symbol.noticed',
        symbol,
        baseAsset: rules.baseAsset,
        quoteAsset: rules.quoteAsset,
      });
    }
    kernel.commit(events);
  };

  /** Somebody else trades on the account, or the exchange has not got what we want to sell. */
  const isDoubtful = (report: GatewayReport): boolean => {
    if (report.kind === 'rejected') return report.code === ORDER_REFUSED;
    if (report.kind !== 'order' || report.source !== 'stream') return false;
    return ownOrderId(report.order.clientOrderId) === null;
  };

  const onTick = (): void => {
    if (kernel.storeFailed()) return;
    const now = kernel.timers.monotonic();
    if (pending !== null && now - pending.sentAt > READ_OVERDUE_MS) {
      const { trigger } = pending;
      pending = null;
      schedule(0, trigger);
    }
    if (pending === null && now >= nextReadAt) read(nextTrigger);
    marks.onTick();
  };

  return {
    request(trigger): void {
      // Asked for once more, an account that was not settled is no more settled: the waits stay as long as they were.
      noisyReads = 0;
      pending = null;
      read(trigger);
    },
    doubt(): void {
      // What is being read may be from before; read once more after it.
      if (pending === null) schedule(DOUBT_MS, 'doubt');
      else pending = { ...pending, activity: -1 };
    },
    onReport(report): void {
      if (isDoubtful(report)) schedule(QUIET_RETRY_MS, 'doubt');
      if (report.kind === 'account') onAccount(report);
      if (report.kind === 'accountFailed' && pending?.requestId === report.requestId) {
        const { trigger, requestId } = pending;
        pending = null;
        schedule(kernel.rules.trading.execution.retryDelaysMs[0] ?? 1_000, trigger);
        if (report.reason !== lastFailure)
          kernel.commit([{ kind: 'reconciliation.failed', requestId, trigger, reason: report.reason }]);
        lastFailure = report.reason;
      }
    },
    onTick,
    onMarket(): void {
      marks.onMarket();
    },
    equity,
    mark: () => marks.mark(),
    exposure: () => meter.exposure(),
    valueOf: (positionId) => meter.valueOf(positionId),
    heldOn: (symbol) => meter.heldOn(symbol),
    reconciledAgoMs: () => kernel.timers.monotonic() - lastReconciledAt,
  };
}
