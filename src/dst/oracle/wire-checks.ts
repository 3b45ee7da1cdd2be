/**
 * Judges every request at the two moments that matter: when the engine hands it to its socket (what
 * is durable by then?), and when the exchange has answered. Invariants 1, 2, 4, 6, 7, 8, 20, 23, 24.
 */
import type { HttpRequest } from '../../core/ports/network.ts';
import type { SymbolSpec, Venue } from '../../simulator/matching/venue-api.ts';
import type { HttpAnswer, HttpQuestion } from '../../simulator/server/rest.ts';
import type { Facts, OwnOrder } from './facts.ts';
import { decimal, units, worth } from './units.ts';

export type WireContext = {
  readonly facts: Facts;
  readonly venue: Venue;
  readonly accountId: number;
  /** Greatest value of one position, in basis points of equity. */
  readonly positionMaxBps: number;
  readonly nowMs: () => number;
  /** Filters that were in force until a moment ago count as current for this long. */
  readonly filtersChangedMs: () => number;
  readonly somebodyElseActed: () => boolean;
  readonly violated: (invariant: string, detail: string) => void;
};

export interface WireChecks {
  sending(request: HttpRequest): void;
  answered(question: HttpQuestion, answer: HttpAnswer | null): void;
  delivered(request: HttpRequest, status: number, headers: Readonly<Record<string, string>>): void;
  /** A new process has begun: it has read nothing yet. */
  restarted(): void;
  /** Orders the venue has accepted that the engine was never told of in an answer. */
  acceptedUnanswered(): number;
}

/** The symbol rules are read again within this after a filter failure or by time. */
const FILTER_GRACE_MS = 310_000;
/** More orders than this for one position in this time is a storm. */
const STORM_ORDERS = 12;
const STORM_MS = 5_000;
/** Invariant 6. */
const RECONCILED_MAX_MS = 60_000;

export function createWireChecks(context: WireContext): WireChecks {
  const { facts, violated } = context;
  const sentIds = new Set<string>();
  const accepted = new Map<string, number>();
  const answeredIds = new Set<string>();
  let silentUntilMs = 0;
  let accountReadAtMs = Number.NEGATIVE_INFINITY;
  let ordersRead = false;
  /** When orders left for a position, the last of them. */
  const sentFor = new Map<string, number[]>();

  function sending(request: HttpRequest): void {
    const now = context.nowMs();
    if (now < silentUntilMs - 1)
      violated('23', `a request leaves ${silentUntilMs - now} ms before the exchange allows any`);
    if (request.method !== 'POST') return;
    const fields = new URLSearchParams(request.body ?? '');
    if (request.url.endsWith('/api/v3/orderList/oco')) {
      for (const leg of legsOf(fields)) sendingOrder(leg, now);
      checkPair(fields);
    } else if (request.url.endsWith('/api/v3/order')) sendingOrder(fields, now);
    else violated('1', `a POST goes to ${request.url}`);
  }

  /** A stop below and a target above for the same coins, in the log as one list. */
  function checkPair(fields: URLSearchParams): void {
    const [above, below] = legsOf(fields).map((leg) =>
      facts.byClientId.get(leg.get('newClientOrderId') ?? ''),
    );
    if (above === undefined || below === undefined) return;
    if (
      above.listId === null ||
      above.listId !== fields.get('listClientOrderId') ||
      above.listId !== below.listId
    )
      violated('1', `the list ${fields.get('listClientOrderId') ?? ''} is not the one in the log`);
    if (above.positionId !== below.positionId || above.quantity !== below.quantity)
      violated('8', `the legs of list ${above.listId ?? ''} do not sell the same`);
    if (above.purpose !== 'target' || below.purpose !== 'stop')
      violated('14', `list ${above.listId ?? ''} is a ${above.purpose} over a ${below.purpose}`);
  }

  function sendingOrder(fields: URLSearchParams, now: number): void {
    const clientId = fields.get('newClientOrderId') ?? '';
    const order = facts.byClientId.get(clientId);
    if (order === undefined) {
      violated('1', `order ${clientId} leaves without a durable intent`);
      return;
    }
    const difference = differenceOf(order, fields);
    if (difference !== null) violated('1', `order ${clientId} leaves as ${difference}`);
    if (!/^[0-9a-f]{64}$/.test(order.intentHash)) violated('1', `the intent of ${clientId} has no hash`);
    if (sentIds.has(clientId)) violated('2', `order ${clientId} is sent a second time`);
    sentIds.add(clientId);
    if (order.purpose !== 'target') checkStorm(order, now);
    if (order.status === 'REJECTED' || order.status === 'FAILED' || order.status === 'ENDED')
      violated('2', `order ${clientId} is sent although the log says ${order.status}`);
    if (order.purpose === 'entry') sendingEntry(order, now);
    else if (order.side === 'SELL') sendingSale(order);
    else violated('8', `${order.purpose} ${clientId} is a ${order.side}`);
  }

  function sendingEntry(order: OwnOrder, now: number): void {
    if (facts.halted) {
      violated('7', `entry ${order.clientId} leaves while HALTED is durable`);
      violated('24', `entry ${order.clientId} leaves after the kill was accepted`);
    }
    const form = formOf(order);
    if (!(earned[facts.tier] ?? []).includes(form))
      violated('13', `a ${form} entry ${order.clientId} leaves as ${facts.tier}`);
    if (facts.locked) violated('7', `entry ${order.clientId} leaves while LOCKED`);
    if (facts.phase !== 'READY') violated('6', `entry ${order.clientId} leaves while ${facts.phase}`);
    if (now - accountReadAtMs > RECONCILED_MAX_MS)
      violated(
        '6',
        `entry ${order.clientId} leaves ${now - accountReadAtMs} ms after the account was last read`,
      );
    const assets = facts.assets.get(order.symbol);
    if (assets === undefined) return;
    checkSize(order, assets.quote);
    // Everything whose outcome is not known costs its full notional (4).
    let reserved = 0n;
    for (const other of facts.orders.values()) {
      if (other.purpose !== 'entry' || other.orderId === order.orderId) continue;
      if (other.status === 'PENDING' || other.status === 'UNKNOWN') reserved += other.reserved;
    }
    const held = facts.ledger.get(assets.quote) ?? 0n;
    if (order.reserved > held - reserved)
      violated(
        '4',
        `entry ${order.clientId} reserves ${decimal(order.reserved)} of ${decimal(held)} with ${decimal(reserved)} in doubt`,
      );
  }

  /** Nothing a position needs takes so many orders: something goes round in circles at the exchange's expense. */
  function checkStorm(order: OwnOrder, now: number): void {
    const times = (sentFor.get(order.positionId) ?? []).filter((at) => now - at < STORM_MS);
    times.push(now);
    sentFor.set(order.positionId, times);
    if (times.length > STORM_ORDERS)
      violated('23', `${times.length} orders for one position within ${STORM_MS} ms`);
  }

  /** Invariant 9 by the oracle's own equity; a fiftieth of it for a market that moved since the engine looked. */
  function checkSize(order: OwnOrder, quote: string): void {
    let equity = facts.ledger.get(quote) ?? 0n;
    for (const position of facts.positions.values())
      equity += worth(priceOf(position.symbol), position.bought - position.sold);
    for (const [asset, quantity] of facts.dust) equity += worth(priceOf(`${asset}${quote}`), quantity);
    const limit = (equity * BigInt(context.positionMaxBps) * 51n) / (10_000n * 50n);
    if (order.reserved > limit)
      violated(
        '9',
        `entry ${order.clientId} may cost ${decimal(order.reserved)}; the limit is ${decimal(limit)} of ${decimal(equity)}`,
      );
  }

  /** What somebody pays, else what somebody last paid: an empty book makes nothing worthless. */
  function priceOf(symbol: string): bigint {
    if (context.venue.symbol(symbol) === null) return 0n;
    return context.venue.bestBid(symbol)?.price ?? context.venue.lastPrice(symbol) ?? 0n;
  }

  function sendingSale(order: OwnOrder): void {
    const assets = facts.assets.get(order.symbol);
    if (assets === undefined || order.quantity === null) return;
    let selling = order.quantity;
    // Of a list only one leg can sell.
    const lists = new Set(order.listId === null ? [] : [order.listId]);
    for (const other of facts.orders.values()) {
      if (other.listId !== null && lists.has(other.listId)) continue;
      if (other.orderId === order.orderId || other.side !== 'SELL' || other.symbol !== order.symbol) continue;
      if (other.status !== 'PENDING' && other.status !== 'UNKNOWN' && other.status !== 'ACCEPTED') continue;
      if (other.listId !== null) lists.add(other.listId);
      selling += (other.quantity ?? 0n) - other.filled;
    }
    const held = facts.ledger.get(assets.base) ?? 0n;
    if (selling > held)
      violated(
        '8',
        `${order.purpose} ${order.clientId} makes it ${decimal(selling)} ${assets.base} to be sold with ${decimal(held)} held`,
      );
  }

  function answered(question: HttpQuestion, answer: HttpAnswer | null): void {
    if (question.method !== 'POST') return;
    const fields = new URLSearchParams(question.body);
    if (question.path === '/api/v3/orderList/oco')
      for (const leg of legsOf(fields)) answeredOrder(leg, answer);
    else if (question.path === '/api/v3/order') answeredOrder(fields, answer);
  }

  function answeredOrder(fields: URLSearchParams, answer: HttpAnswer | null): void {
    const clientId = fields.get('newClientOrderId') ?? '';
    const symbol = fields.get('symbol') ?? '';
    const known = context.venue.order(context.accountId, symbol, { clientOrderId: clientId });
    if (known !== null) {
      const before = accepted.get(clientId);
      if (before !== undefined && before !== known.orderId)
        violated('2', `client id ${clientId} names the exchange's orders ${before} and ${known.orderId}`);
      accepted.set(clientId, known.orderId);
      const order = facts.byClientId.get(clientId);
      if (order?.status === 'FAILED' || order?.status === 'REJECTED')
        violated('4', `order ${clientId} was given up as ${order.status} and is accepted now`);
      return;
    }
    if (answer !== null && answer.status === 400) refused(fields, answer.body);
  }

  function refused(fields: URLSearchParams, body: string): void {
    const symbol = context.venue.symbol(fields.get('symbol') ?? '');
    if (symbol === null) {
      violated('20', `an order for the unlisted symbol ${fields.get('symbol') ?? ''}`);
      return;
    }
    const settledMs = context.nowMs() - context.filtersChangedMs();
    const broken = brokenFilter(fields, symbol, context.venue);
    if (broken !== null && settledMs > FILTER_GRACE_MS) violated('20', `${broken}: ${fields.toString()}`);
    if (/insufficient balance/i.test(body) && fields.get('side') === 'SELL' && !context.somebodyElseActed())
      violated('8', `the exchange refuses a sale for want of balance: ${fields.toString()}`);
    if (/duplicate/i.test(body))
      violated('2', `the exchange has seen this order before: ${fields.toString()}`);
  }

  function delivered(request: HttpRequest, status: number, headers: Readonly<Record<string, string>>): void {
    const now = context.nowMs();
    if (status === 429 || status === 418) {
      const seconds = Number(headers['retry-after'] ?? '0');
      silentUntilMs = Math.max(silentUntilMs, now + seconds * 1_000);
    }
    // A reading of the account ends with the balances that follow the open orders.
    if (status === 200 && request.url.includes('/api/v3/openOrders')) ordersRead = true;
    if (status === 200 && ordersRead && request.url.includes('/api/v3/account')) {
      accountReadAtMs = now;
      ordersRead = false;
    }
    if (request.method === 'POST') {
      const fields = new URLSearchParams(request.body ?? '');
      const placed = request.url.endsWith('/oco') ? legsOf(fields) : [fields];
      for (const each of placed) answeredIds.add(each.get('newClientOrderId') ?? '');
    }
  }

  return {
    sending,
    answered,
    delivered,
    restarted(): void {
      accountReadAtMs = Number.NEGATIVE_INFINITY;
      ordersRead = false;
    },
    acceptedUnanswered(): number {
      let count = 0;
      for (const clientId of accepted.keys()) if (!answeredIds.has(clientId)) count += 1;
      return count;
    },
  };
}

/** What each tier has earned, written down here once more on purpose (domain rules, Tiers). */
const hunters = ['MARKET', 'LIMIT', 'LIMIT_MAKER', 'LIMIT IOC', 'LIMIT FOK'];
const earned: Readonly<Record<string, readonly string[]>> = {
  SNIPER: ['MARKET'],
  HUNTER: hunters,
  STRATEGIST: [...hunters, 'STOP_LOSS_LIMIT'],
  ARCHITECT: [...hunters, 'STOP_LOSS_LIMIT'],
};

function formOf({ type, timeInForce }: OwnOrder): string {
  return timeInForce === null || timeInForce === 'GTC' ? type : `${type} ${timeInForce}`;
}

/** The two legs of a list as the orders they are. */
function legsOf(fields: URLSearchParams): readonly URLSearchParams[] {
  return ['above', 'below'].map((side) => {
    const leg = new URLSearchParams();
    for (const name of ['symbol', 'side', 'quantity']) leg.set(name, fields.get(name) ?? '');
    const own: readonly (readonly [string, string])[] = [
      ['type', `${side}Type`],
      ['price', `${side}Price`],
      ['stopPrice', `${side}StopPrice`],
      ['timeInForce', `${side}TimeInForce`],
      ['newClientOrderId', `${side}ClientOrderId`],
    ];
    for (const [name, there] of own) {
      const value = fields.get(there);
      if (value !== null) leg.set(name, value);
    }
    return leg;
  });
}

function differenceOf(order: OwnOrder, fields: URLSearchParams): string | null {
  const same = (name: string, wanted: string | null): string | null =>
    (fields.get(name) ?? null) === wanted
      ? null
      : `${name} ${fields.get(name) ?? 'none'} instead of ${wanted ?? 'none'}`;
  const sameAmount = (name: string, wanted: bigint | null): string | null => {
    const given = fields.get(name);
    if (given === null || wanted === null)
      return given === null && wanted === null ? null : `${name} ${given ?? 'none'}`;
    return units(given) === wanted ? null : `${name} ${given} instead of ${decimal(wanted)}`;
  };
  return (
    same('symbol', order.symbol) ??
    same('side', order.side) ??
    same('type', order.type) ??
    same('timeInForce', order.timeInForce) ??
    sameAmount('quantity', order.quantity) ??
    sameAmount('quoteOrderQty', order.quoteQuantity) ??
    sameAmount('price', order.price) ??
    sameAmount('stopPrice', order.stopPrice)
  );
}

/** The filter this order breaks by the oracle's own reckoning, or null. */
function brokenFilter(fields: URLSearchParams, symbol: SymbolSpec, venue: Venue): string | null {
  const quantity = fields.get('quantity');
  const isMarket = fields.get('type') === 'MARKET' || fields.get('type') === 'STOP_LOSS';
  for (const name of ['price', 'stopPrice']) {
    const given = fields.get(name);
    if (given === null) continue;
    const price = units(given);
    if (symbol.tickSize > 0n && price % symbol.tickSize !== 0n)
      return `${name} is not on a tick of ${decimal(symbol.tickSize)}`;
    if (price < symbol.minPrice || (symbol.maxPrice > 0n && price > symbol.maxPrice))
      return `${name} is out of bounds`;
  }
  if (quantity === null) return null;
  const size = units(quantity);
  if (size <= 0n || size < symbol.minQuantity || size > symbol.maxQuantity)
    return 'quantity is out of bounds';
  if (symbol.stepSize > 0n && size % symbol.stepSize !== 0n)
    return `quantity is not on a step of ${decimal(symbol.stepSize)}`;
  if (isMarket && symbol.marketMaxQuantity > 0n && size > symbol.marketMaxQuantity)
    return 'quantity is above the market maximum';
  const bid = venue.bestBid(symbol.symbol);
  // The exchange takes an average price; a twentieth of difference is not ours to judge.
  if (bid !== null && worth(bid.price, size) * 20n < symbol.minNotional * 19n)
    return 'value is below the minimum';
  return null;
}
