/**
 * Planted bugs: each wraps one port so that the system does what it must never do (reliability.md
 * section 5, mutation check; several are the incidents of section 4). A simulation that does not find
 * every one of them proves nothing by finding none elsewhere.
 */
import type { DomainEvent, NewEvent } from '../core/events.ts';
import { isOwnClientOrderId } from '../core/ids.ts';
import type { AssetAmount, Notional, Quantity } from '../core/money.ts';
import type { EventLog } from '../core/ports/event-log.ts';
import type { ExchangeFill, Gateway, GatewayReport, OrderRequest } from '../core/ports/gateway.ts';
import type { HttpClient, HttpRequest } from '../core/ports/network.ts';
import { ok } from '../core/result.ts';
import type { ExecutionRules, Rules } from '../core/rules.ts';
import { createMemoryEventLog, type MemoryEventLog } from '../data/event-log/memory-event-log.ts';
import type { GatewayMaker, Mutant } from './mutant.ts';

const isOrder = (request: HttpRequest): boolean =>
  request.method === 'POST' && request.url.endsWith('/api/v3/order');

/** A gateway that hands orders on as `change` makes them; null keeps the order back. */
function changingOrders(
  change: (order: OrderRequest, gateway: Gateway) => OrderRequest | null,
): GatewayMaker {
  return (make, listener) => {
    const gateway = make(listener);
    return {
      ...gateway,
      submit(order): void {
        const changed = change(order, gateway);
        if (changed !== null) gateway.submit(changed);
      },
    };
  };
}

/** A gateway whose reports reach the engine as `change` makes them. */
function changingReports(change: (report: GatewayReport) => readonly GatewayReport[]): GatewayMaker {
  return (make, listener) => make((report) => change(report).forEach(listener));
}

/** A log that stores other events than it was given, and tells nobody. */
function changingEvents(change: (event: DomainEvent) => DomainEvent): (log: EventLog) => EventLog {
  return (log) => ({
    ...log,
    append: (events) => log.append(events.map((each): NewEvent => ({ ...each, event: change(each.event) }))),
  });
}

const execution =
  (change: Partial<ExecutionRules>) =>
  (rules: Rules): Rules => ({
    ...rules,
    trading: { ...rules.trading, execution: { ...rules.trading.execution, ...change } },
  });

/** The engine reads its own fresh cache; the disk follows one batch behind. */
function writesBehind(log: EventLog): EventLog {
  const cache = createMemoryEventLog();
  for (const record of log.read(1)) cache.append([record]);
  let behind: readonly NewEvent[] = [];
  return {
    ...cache,
    append(events) {
      if (behind.length > 0) log.append(behind);
      behind = events;
      return cache.append(events);
    },
    close: () => log.close(),
  };
}

/** Overwrites the last stored event after every tenth append. */
function editsHistory(log: EventLog): EventLog {
  let appends = 0;
  return {
    ...log,
    append(events) {
      const records = log.append(events);
      appends += 1;
      const { disk } = log as MemoryEventLog;
      const last = disk.events.at(-2);
      if (appends % 10 === 0 && last !== undefined)
        disk.events[disk.events.length - 2] = { ...last, at: last.at - 1 };
      return records;
    },
  };
}

const twoHalves = (fill: ExchangeFill): readonly ExchangeFill[] => {
  const half = (fill.quantity / 2n) as Quantity;
  return [
    { ...fill, quantity: half, fee: (fill.fee / 2n) as AssetAmount },
    { ...fill, tradeId: fill.tradeId + 1_000_000, quantity: (fill.quantity - half) as Quantity },
  ];
};

function withoutLastFill(report: Extract<GatewayReport, { readonly kind: 'order' }>): GatewayReport {
  const dropped = report.fills.at(-1)?.quantity ?? 0n;
  return {
    ...report,
    fills: report.fills.slice(0, -1),
    order: { ...report.order, executedQuantity: (report.order.executedQuantity - dropped) as Quantity },
  };
}

/** Pretends that a stop rests at the exchange, and never sends it. */
const skipsStops: GatewayMaker = (make, listener) => {
  const gateway = make(listener);
  let pretended = 900_000;
  return {
    ...gateway,
    submit(order): void {
      if (order.type !== 'STOP_LOSS') {
        gateway.submit(order);
        return;
      }
      pretended += 1;
      listener({
        kind: 'order',
        source: 'reply',
        fills: [],
        order: {
          symbol: order.symbol,
          clientOrderId: order.clientOrderId,
          exchangeOrderId: pretended,
          side: order.side,
          type: order.type,
          status: 'NEW',
          rawStatus: 'NEW',
          quantity: order.quantity ?? (0n as Quantity),
          executedQuantity: 0n as Quantity,
          cumulativeQuote: 0n as Notional,
          price: order.price ?? (0n as never),
          stopPrice: order.stopPrice ?? (0n as never),
          exchangeTime: 0,
        },
      });
    },
  };
};

/** Holds every entry back until the next one comes, whatever happened meanwhile. */
const queuesEntries: GatewayMaker = (make, listener) => {
  const gateway = make(listener);
  let waiting: OrderRequest | null = null;
  let look = 0;
  return {
    ...gateway,
    submit(order): void {
      if (order.lane !== 'enter') gateway.submit(order);
      else waiting = order;
    },
    lookUp(request): void {
      // Asked after, it is sent in a hurry.
      look += 1;
      if (waiting !== null && look % 3 === 0) {
        gateway.submit(waiting);
        waiting = null;
      }
      gateway.lookUp(request);
    },
  };
};

const reusesIds: GatewayMaker = (make, listener) => {
  const gateway = make(listener);
  let previous: string | null = null;
  return {
    ...gateway,
    submit(order): void {
      gateway.submit({ ...order, clientOrderId: previous ?? order.clientOrderId });
      previous = order.clientOrderId;
    },
  };
};

function retryingHttp(again: 'always' | 'onTrouble'): (http: HttpClient) => HttpClient {
  return (http) => ({
    close: () => http.close(),
    async request(request) {
      const answer = await http.request(request);
      if (!isOrder(request)) return answer;
      const trouble = !answer.ok || answer.value.status >= 500;
      return again === 'always' || trouble ? http.request(request) : answer;
    },
  });
}

const deafToBans = (http: HttpClient): HttpClient => ({
  close: () => http.close(),
  async request(request) {
    const answer = await http.request(request);
    if (!answer.ok || (answer.value.status !== 429 && answer.value.status !== 418)) return answer;
    return ok({ status: 503, headers: {}, body: '' });
  },
});

export const mutants: readonly Mutant[] = [
  {
    name: 'resends an order after a time-out',
    breaks: ['2'],
    faults: ['net.replyLost'],
    http: retryingHttp('onTrouble'),
  },
  { name: 'sends every order twice', breaks: ['2'], http: retryingHttp('always') },
  { name: 'sends before the intent is durable', breaks: ['1'], log: writesBehind },
  {
    name: 'takes a time-out for a failure',
    breaks: ['4'],
    faults: ['net.replyLost', 'exchange.timeout.executed'],
    gateway: changingReports((report) => [
      report.kind === 'unknown'
        ? { kind: 'notSent', clientOrderId: report.clientOrderId, reason: 'notConnected' }
        : report,
    ]),
  },
  {
    name: 'believes the first look-up that finds nothing',
    breaks: ['4'],
    faults: ['net.reset', 'exchange.timeout.executed', 'exchange.query.lag'],
    rules: execution({ lookUpProbesMin: 1, absenceGraceMs: -5_000 }),
  },
  {
    name: 'drops the last fill of a report',
    breaks: ['3', '5'],
    gateway: changingReports((report) => [
      report.kind === 'order' && report.fills.length > 0 ? withoutLastFill(report) : report,
    ]),
  },
  {
    name: 'books a fill as two trades',
    breaks: ['5'],
    gateway: changingReports((report) => [
      report.kind === 'order' ? { ...report, fills: report.fills.flatMap(twoHalves) } : report,
    ]),
  },
  {
    name: 'books a fee that was not paid',
    breaks: ['5', '18'],
    gateway: changingReports((report) => [
      report.kind === 'order'
        ? { ...report, fills: report.fills.map((fill) => ({ ...fill, fee: (fill.fee + 1n) as AssetAmount })) }
        : report,
    ]),
  },
  {
    name: 'sells twice what it holds',
    breaks: ['1', '8'],
    gateway: changingOrders((order) =>
      order.side === 'SELL' && order.quantity !== null
        ? { ...order, quantity: (order.quantity * 2n) as Quantity }
        : order,
    ),
  },
  {
    name: 'adds a hundred-millionth to every quantity',
    breaks: ['1', '20'],
    gateway: changingOrders((order) =>
      order.quantity === null ? order : { ...order, quantity: (order.quantity + 1n) as Quantity },
    ),
  },
  { name: 'uses a client order id again', breaks: ['1', '2'], gateway: reusesIds },
  { name: 'never places the stop', breaks: ['4', '6', '14', '32'], gateway: skipsStops },
  {
    name: 'sends entries late',
    breaks: ['2', '4', '6', '7', '24', '32'],
    faults: [],
    gateway: queuesEntries,
  },
  {
    name: 'forgets a halt',
    breaks: ['7', '16', '24'],
    faults: [],
    log: changingEvents((event) =>
      event.kind === 'trading.halted'
        ? { kind: 'action.recorded', action: 'lost', symbol: null, figures: {} }
        : event,
    ),
  },
  {
    name: 'does not look at the drawdown',
    breaks: ['12'],
    rules: (rules) => ({
      ...rules,
      trading: { ...rules.trading, risk: { ...rules.trading.risk, drawdownHaltBps: 1_000_000 } },
    }),
  },
  {
    name: 'writes and sends limit orders that the tier has not earned',
    breaks: ['13'],
    faults: [],
    log: changingEvents((event) =>
      event.kind === 'order.intended' && event.type === 'MARKET' && event.purpose === 'entry'
        ? { ...event, type: 'LIMIT', timeInForce: 'GTC', price: event.referencePrice }
        : event,
    ),
  },
  {
    name: 'turns limit orders into market orders',
    breaks: ['1'],
    gateway: changingOrders((order) =>
      order.type === 'LIMIT' ? { ...order, type: 'MARKET', price: null, timeInForce: null } : order,
    ),
  },
  { name: 'takes ten times the size', breaks: ['9', '4'], rules: (rules) => oversized(rules) },
  {
    name: 'does not hear that it is banned',
    breaks: ['23'],
    faults: ['exchange.limit.429'],
    http: deafToBans,
  },
  {
    name: "does not see somebody else's orders and trades",
    breaks: ['5', '18', '27', '32'],
    faults: ['foreign.order'],
    gateway: changingReports((report) => [
      report.kind === 'account'
        ? {
            ...report,
            trades: [],
            openOrders: report.openOrders.filter((order) => isOwnClientOrderId(order.clientOrderId)),
          }
        : report,
    ]),
  },
  {
    name: 'stores a fill without its fee',
    breaks: ['5', '16'],
    log: changingEvents((event) =>
      event.kind === 'order.filled' ? { ...event, fee: 0n as AssetAmount } : event,
    ),
  },
  { name: 'edits its history', breaks: ['15'], log: editsHistory },
  {
    name: 'writes snapshots that are not its state',
    breaks: ['17'],
    faults: ['process.kill'],
    log: (log) => ({
      ...log,
      saveSnapshot: (snapshot) =>
        log.saveSnapshot({
          ...snapshot,
          state: snapshot.state.replace('"entriesToday":', '"entriesToday":1'),
        }),
    }),
  },
];

function oversized(rules: Rules): Rules {
  const { tiers } = rules.tierGates;
  return {
    ...rules,
    tierGates: {
      ...rules.tierGates,
      tiers: {
        ...tiers,
        SNIPER: { ...tiers.SNIPER, positionValueMaxBps: 5_000 },
        HUNTER: { ...tiers.HUNTER, positionValueMaxBps: 5_000 },
        STRATEGIST: { ...tiers.STRATEGIST, positionValueMaxBps: 5_000 },
        ARCHITECT: { ...tiers.ARCHITECT, positionValueMaxBps: 5_000 },
      },
    },
  };
}
