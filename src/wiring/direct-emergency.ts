/**
 * The emergency without an engine: when none can be started, the exchange is asked directly, through the
 * same gateway. What is ours is known by its client order id: resting entries are cancelled, and what our
 * stops protect is sold. Coins without a stop of ours may be anybody's savings and are left alone.
 */
import { clientOrderIdOf, createIds, isOwnClientOrderId } from '../core/ids.ts';
import { floorTo, smaller, type Quantity } from '../core/money.ts';
import type { ExchangeOrder, Gateway, GatewayReport } from '../core/ports/gateway.ts';
import { marketStep, type SymbolRules } from '../core/symbols.ts';
import { createGateway } from '../exchange/gateway.ts';
import { createWireClient } from '../exchange/http/wire-client.ts';
import { createWireConnector } from '../exchange/stream/wire-connector.ts';
import type { ExchangeLink } from './exchange-link.ts';
import { createSystemRandom, createSystemTimers, REAL_PACE } from './system-ports.ts';

export type DirectOutcome = {
  readonly cancelled: number;
  readonly sold: readonly { readonly symbol: string; readonly quantity: Quantity }[];
  /** What did not work, one sentence each; empty when all did. */
  readonly problems: readonly string[];
};

type AccountReport = Extract<GatewayReport, { readonly kind: 'account' }>;

const ANSWER_WITHIN_MS = 35_000;

/** Cancels our resting entries; with `flatten` also sells what our stops protect. Ends by itself. */
export async function actDirectly(link: DirectLink, flatten: boolean): Promise<DirectOutcome> {
  const problems: string[] = [];
  let cancelled = 0;
  let sold: DirectOutcome['sold'] = [];
  try {
    const stops = await withGateway(link, [], async (desk) => {
      const account = await readAccount(desk, 1);
      const ours = account.openOrders.filter(({ clientOrderId }) => isOwnClientOrderId(clientOrderId));
      for (const order of ours.filter(({ side }) => flatten || side === 'BUY')) {
        await cancel(desk, order, problems);
        if (order.side === 'BUY') cancelled += 1;
      }
      return ours.filter(({ side, type }) => side === 'SELL' && type.startsWith('STOP'));
    });
    const symbols = [...new Set(stops.map(({ symbol }) => symbol))];
    // Started with what is to be sold, so that the rules of those pairs are read.
    if (flatten && symbols.length > 0)
      sold = await withGateway(link, symbols, async (desk) => sell(desk, stops, problems));
  } catch (thrown) {
    problems.push(thrown instanceof Error ? thrown.message : String(thrown));
  }
  return { cancelled, sold, problems };
}

type DirectLink = Pick<ExchangeLink, 'endpoints' | 'credentials' | 'address'>;
type Desk = { readonly gateway: Gateway; readonly heard: Ear; readonly nextClientOrderId: () => string };

/** A gateway that knows the exchange's time, for as long as the work takes. */
async function withGateway<T>(
  link: DirectLink,
  symbols: readonly string[],
  work: (desk: Desk) => Promise<T>,
): Promise<T> {
  const timers = createSystemTimers(link.address.clock ?? REAL_PACE);
  const random = createSystemRandom();
  const ids = createIds(() => timers.now(), random);
  const heard = createEar();
  const gateway = createGateway({
    http: createWireClient(),
    streams: createWireConnector({ connectTimeoutMs: 5_000 }),
    timers,
    random,
    endpoints: link.endpoints,
    credentials: link.credentials,
    settings: {},
    listener: heard.listener,
  });
  try {
    const timeKnown = heard.until((report) => (report.kind === 'clock' ? report : null));
    const rulesKnown = heard.until((report) =>
      symbols.length === 0 || report.kind === 'symbols' ? report : null,
    );
    gateway.start(symbols);
    await Promise.all([timeKnown, rulesKnown]);
    return await work({ gateway, heard, nextClientOrderId: () => clientOrderIdOf(ids.next()) });
  } finally {
    gateway.stop();
  }
}

async function cancel({ gateway, heard }: Desk, order: ExchangeOrder, problems: string[]): Promise<void> {
  const { clientOrderId, symbol } = order;
  gateway.cancel({ clientOrderId, symbol });
  const answer = await heard.until((report) => {
    if (report.kind === 'order' && report.order.exchangeOrderId === order.exchangeOrderId) return report;
    const about = 'clientOrderId' in report && report.clientOrderId === clientOrderId;
    return about && (report.kind === 'cancelRejected' || report.kind === 'cancelUnknown') ? report : null;
  });
  if (answer.kind === 'cancelUnknown')
    problems.push(`${symbol}: the cancel was not answered (${answer.reason})`);
}

/** The part our stops protected, at the market; what is there now, never more than the stops covered. */
async function sell(
  desk: Desk,
  stops: readonly ExchangeOrder[],
  problems: string[],
): Promise<DirectOutcome['sold']> {
  const { gateway, heard } = desk;
  const covered = new Map<string, bigint>();
  for (const { symbol, quantity, executedQuantity } of stops)
    covered.set(symbol, (covered.get(symbol) ?? 0n) + (quantity - executedQuantity));
  const account = await readAccount(desk, 2);
  const sold: { readonly symbol: string; readonly quantity: Quantity }[] = [];
  for (const [symbol, wanted] of covered) {
    const rules = heard.rules().get(symbol);
    const free = account.balances.find(({ asset }) => asset === rules?.baseAsset)?.free ?? 0n;
    const quantity =
      rules === undefined
        ? (0n as Quantity)
        : floorTo(smaller(wanted as Quantity, free as bigint as Quantity), marketStep(rules));
    if (quantity === 0n) {
      problems.push(`${symbol}: nothing of it is free to sell`);
      continue;
    }
    const clientOrderId = desk.nextClientOrderId();
    gateway.submit({
      clientOrderId,
      symbol,
      side: 'SELL',
      type: 'MARKET',
      timeInForce: null,
      quantity,
      quoteQuantity: null,
      price: null,
      stopPrice: null,
      lane: 'reduce',
    });
    const answer = await heard.until((report) => {
      if (report.kind === 'order') return report.order.clientOrderId === clientOrderId ? report : null;
      const isAbout = 'clientOrderId' in report && report.clientOrderId === clientOrderId;
      return isAbout && report.kind !== 'sent' ? report : null;
    });
    if (answer.kind === 'order') sold.push({ symbol, quantity: answer.order.executedQuantity });
    else problems.push(`${symbol}: ${saleProblem(answer)}`);
  }
  return sold;
}

function saleProblem(report: GatewayReport): string {
  switch (report.kind) {
    case 'rejected':
      return `the exchange did not take the sale: ${report.message} (${report.code})`;
    case 'unknown':
      return `the sale was not answered (${report.reason}); look at the exchange before anything else`;
    default:
      return 'the sale could not be sent';
  }
}

async function readAccount({ gateway, heard }: Desk, requestId: number): Promise<AccountReport> {
  gateway.readAccount(requestId, {});
  return heard.until((report) => {
    if (report.kind === 'accountFailed' && report.requestId === requestId)
      throw new Error(`the account could not be read: ${report.reason}`);
    return report.kind === 'account' && report.requestId === requestId ? report : null;
  });
}

type Ear = {
  readonly listener: (report: GatewayReport) => void;
  /** The first report from now on of which `pick` makes something; rejects in time, or when `pick` throws. */
  readonly until: <T>(pick: (report: GatewayReport) => T | null) => Promise<T>;
  readonly rules: () => ReadonlyMap<string, SymbolRules>;
};

function createEar(): Ear {
  const waiting = new Set<(report: GatewayReport) => void>();
  const rules = new Map<string, SymbolRules>();
  return {
    listener(report): void {
      if (report.kind === 'symbols') for (const each of report.symbols) rules.set(each.symbol, each);
      for (const hear of waiting) hear(report);
    },
    until: async (pick) =>
      new Promise((settle, fail) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(hear);
        };
        const hear = (report: GatewayReport): void => {
          try {
            const picked = report.kind === 'unauthorised' ? refuse(report.message) : pick(report);
            if (picked === null) return;
            end();
            settle(picked);
          } catch (thrown) {
            end();
            fail(thrown instanceof Error ? thrown : new Error(String(thrown)));
          }
        };
        const timer = setTimeout(() => {
          end();
          fail(new Error('the exchange did not answer in time'));
        }, ANSWER_WITHIN_MS);
        waiting.add(hear);
      }),
    rules: () => rules,
  };
}

function refuse(message: string): never {
  throw new Error(`the exchange refused the key: ${message}`);
}
