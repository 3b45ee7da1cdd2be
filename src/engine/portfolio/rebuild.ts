/**
 * What the exchange's own trades say of an account whose history is not here: the day's result, streaks
 * and the peak, so that a deleted or rolled-back store forgets no loss. Pure; a position is its average
 * cost, a round trip ends when what was bought is sold. Coins whose purchase the trades do not show have no
 * cost, and selling them is no result. Where the trades leave room the stricter reading is taken.
 */
import { notionalFloor, type Notional } from '../../core/money.ts';
import type { ExchangeTrade } from '../../core/ports/gateway.ts';
import { dayNumber } from '../../core/time.ts';

export type RebuildInput = {
  readonly trades: readonly ExchangeTrade[];
  readonly equity: Notional;
  readonly today: number;
  readonly feeWorth: (trade: ExchangeTrade) => Notional;
  readonly baseAssetOf: (symbol: string) => string;
  /** The least quantity that counts as held; what is left below it is dust. */
  readonly stepOf: (symbol: string) => bigint;
};

export type Rebuilt = {
  readonly trades: number;
  readonly since: number | null;
  /** Results of today, fees included. */
  readonly dayPnl: Notional;
  readonly entriesToday: number;
  readonly losingTradesInRow: number;
  /** Losing days before today, counted back over days on which something was sold. */
  readonly losingDaysInRow: number;
  readonly lastLossAt: number | null;
  readonly peakEquity: Notional;
};

type Held = { quantity: bigint; cost: bigint; result: bigint };

export function rebuildFromTrades(input: RebuildInput): Rebuilt {
  const trades = input.trades.toSorted(
    (left, right) => left.exchangeTime - right.exchangeTime || left.tradeId - right.tradeId,
  );
  const held = new Map<string, Held>();
  const byDay = new Map<number, bigint>();
  const entries = new Set<string>();
  let result = 0n;
  let best = 0n;
  let losingTradesInRow = 0;
  let lastLossAt: number | null = null;

  const earn = (amount: bigint, at: number): void => {
    result += amount;
    if (result > best) best = result;
    const day = dayNumber(at);
    byDay.set(day, (byDay.get(day) ?? 0n) + amount);
  };

  for (const trade of trades) {
    const coin = held.get(trade.symbol) ?? { quantity: 0n, cost: 0n, result: 0n };
    held.set(trade.symbol, coin);
    // A fee taken in the coin makes what is left of it dearer; any other is paid at once.
    const inCoin = trade.feeAsset === input.baseAssetOf(trade.symbol);
    const fee = inCoin ? 0n : (input.feeWorth(trade) as bigint);
    const worth = notionalFloor(trade.price, trade.quantity) as bigint;
    if (trade.side === 'BUY') {
      coin.quantity += inCoin ? trade.quantity - trade.fee : trade.quantity;
      coin.cost += worth;
      coin.result -= fee;
      earn(-fee, trade.exchangeTime);
      if (dayNumber(trade.exchangeTime) === input.today)
        entries.add(`${trade.symbol} ${trade.exchangeOrderId}`);
      continue;
    }
    const known = trade.quantity < coin.quantity ? (trade.quantity as bigint) : coin.quantity;
    if (known <= 0n) continue;
    const cost = (coin.cost * known) / coin.quantity;
    const gained = (worth * known) / trade.quantity - cost - fee;
    coin.quantity -= known;
    coin.cost -= cost;
    coin.result += gained;
    earn(gained, trade.exchangeTime);
    if (coin.quantity >= input.stepOf(trade.symbol)) continue;
    if (coin.result < 0n) {
      losingTradesInRow += 1;
      lastLossAt = trade.exchangeTime;
    } else losingTradesInRow = 0;
    held.set(trade.symbol, { quantity: 0n, cost: 0n, result: 0n });
  }

  return {
    trades: trades.length,
    since: trades[0]?.exchangeTime ?? null,
    dayPnl: (byDay.get(input.today) ?? 0n) as Notional,
    entriesToday: entries.size,
    losingTradesInRow,
    losingDaysInRow: losingDays(byDay, input.today),
    lastLossAt,
    // Results only: what was paid in or out is not known, and equity now is what is left of the best moment.
    peakEquity: (input.equity + best - result) as Notional,
  };
}

function losingDays(byDay: ReadonlyMap<number, bigint>, today: number): number {
  let count = 0;
  for (const day of [...byDay.keys()].filter((each) => each < today).toSorted((a, b) => b - a)) {
    if ((byDay.get(day) ?? 0n) >= 0n) break;
    count += 1;
  }
  return count;
}
