/**
 * Turns rows of the fill tape into money, order progress, trades and reports, in the order the
 * exchange tells them: per fill the taker's report, then the maker's (Binance, market_orders_faq.md,
 * execution ids). The buyer pays the maker's price from what it locked; each side's fee comes off
 * what it received, or off its free BNB.
 */
import { invariant } from '../../core/invariant.ts';
import {
  notionalFloor,
  type AssetAmount,
  type Notional,
  type Price,
  type Quantity,
} from '../../core/money.ts';
import { feeFloor, feeInBnb } from './commission.ts';
import { accountMarket, reportExecution, type Step } from './engine.ts';
import type { Account } from './ledger.ts';
import { closeOrder, expireSibling } from './lifecycle.ts';
import { remainingOf, type LiveOrder } from './live-order.ts';
import { neededLock } from './locks.ts';
import { vacate } from './market.ts';
import { priceOf, quantityOf } from './scale.ts';
import type { Fill } from './venue-api.ts';

const BNB = 'BNB';
const ONE_BNB = 100_000_000n as Price;

/** Settles every row of the tape. `taker` is null for the outside market; its fills also go to `fills`. */
export function settleTape(
  step: Step,
  taker: LiveOrder | null,
  takerBuys: boolean,
  fills: Fill[] | null,
): void {
  const { tape } = step.market.book;
  for (let row = 0; row < tape.count; row += 1) settleRow(step, taker, takerBuys, row, fills);
  tape.count = 0;
}

function settleRow(
  step: Step,
  taker: LiveOrder | null,
  takerBuys: boolean,
  row: number,
  fills: Fill[] | null,
): void {
  const { engine, market, now } = step;
  const { tape } = market.book;
  const slot = tape.slot[row]!;
  const maker = market.orders[slot] ?? null;
  if (maker !== null && tape.emptied[row] === 1) vacate(market, maker);
  const ticks = tape.price[row]!;
  const lots = tape.lots[row]!;
  const price = priceOf(market.scale, ticks);
  const quantity = quantityOf(market.scale, lots);
  const exactQuote = tape.quote[row]!;
  const quote = exactQuote >= 0 ? (BigInt(exactQuote) as Notional) : notionalFloor(price, quantity);
  const trade: Trade = { tradeId: market.nextTradeId, price, quantity, quote };
  market.nextTradeId += 1;
  // The other leg of an OCO goes before its partner's first fill is told.
  if (maker !== null) expireSibling(step, maker);
  const takerFill = settleParty(step, taker, takerBuys, false, trade, tape.takerFee[row]!, maker);
  const makerFill = settleParty(step, maker, !takerBuys, true, trade, tape.makerFee[row]!, taker);
  engine.events.push({
    kind: 'trade',
    at: now,
    symbol: market.spec.symbol,
    tradeId: trade.tradeId,
    price,
    quantity,
    buyerIsMaker: !takerBuys,
    buyerOrderId: (takerBuys ? taker : maker)?.orderId ?? 0,
    sellerOrderId: (takerBuys ? maker : taker)?.orderId ?? 0,
  });
  if (taker !== null && takerFill !== null) {
    fills?.push(takerFill);
    reportExecution(engine, market, now, taker, 'TRADE', { fill: takerFill });
    if (taker.status === 'FILLED') closeOrder(step, taker);
  }
  if (maker !== null && makerFill !== null) {
    reportExecution(engine, market, now, maker, 'TRADE', { fill: makerFill });
    if (maker.status === 'FILLED') closeOrder(step, maker);
  }
  seePrice(step, price, ticks, lots);
}

/** A trade at this price happened: last price, average, and the orders that waited for it. */
export function seePrice(step: Step, price: Price, ticks: number, lots: number): void {
  const { market, now } = step;
  market.lastPrice = price;
  market.average.add(now, ticks, lots);
  if (market.stops.size > 0) market.stops.observe(now, price, market.triggered);
}

type Trade = {
  readonly tradeId: number;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly quote: Notional;
};

function settleParty(
  step: Step,
  order: LiveOrder | null,
  isBuyer: boolean,
  isMaker: boolean,
  trade: Trade,
  fee: number,
  other: LiveOrder | null,
): Fill | null {
  const { engine, market, now } = step;
  const { ledger } = engine;
  const { baseAsset, quoteAsset } = market.spec;
  if (order === null) {
    if (other === null) return null;
    ledger.outside(baseAsset, isBuyer ? trade.quantity : -trade.quantity);
    ledger.outside(quoteAsset, isBuyer ? -trade.quote : trade.quote);
    return null;
  }
  const { account, lock } = order;
  invariant(lock !== null, 'an order that trades has locked what it pays with');
  order.executedQuantity = (order.executedQuantity + trade.quantity) as Quantity;
  order.cumulativeQuote = (order.cumulativeQuote + trade.quote) as Notional;
  order.updateTime = now;
  order.status = remainingOf(order) === 0n && !order.shortOfQuote ? 'FILLED' : 'PARTIALLY_FILLED';
  ledger.pay(account, lock, isBuyer ? trade.quote : trade.quantity);
  ledger.receive(account, isBuyer ? baseAsset : quoteAsset, isBuyer ? trade.quantity : trade.quote);
  ledger.shrink(account, lock, neededLock(order));
  const charged = charge(step, account, isBuyer, isMaker, trade, fee);
  const fill: Fill = {
    tradeId: trade.tradeId,
    price: trade.price,
    quantity: trade.quantity,
    quoteQuantity: trade.quote,
    commission: charged.amount,
    commissionAsset: charged.asset,
    isMaker,
  };
  if (!account.spec.unlimited) {
    accountMarket(account, order.symbol).traded({
      ...fill,
      symbol: order.symbol,
      orderId: order.orderId,
      orderListId: order.list?.orderListId ?? -1,
      time: now,
      isBuyer,
    });
  }
  return fill;
}

type Charge = { readonly asset: string; readonly amount: AssetAmount };

function charge(
  step: Step,
  account: Account,
  isBuyer: boolean,
  isMaker: boolean,
  trade: Trade,
  fee: number,
): Charge {
  const { engine, market } = step;
  const asset = isBuyer ? market.spec.baseAsset : market.spec.quoteAsset;
  if (account.spec.unlimited) return { asset, amount: 0n as AssetAmount };
  const received = isBuyer ? trade.quantity : trade.quote;
  const rate = isMaker ? account.spec.makerRate : account.spec.takerRate;
  if (account.spec.feesInBnb) {
    const inBnb = bnbFee(step, asset, received, trade.quote, rate);
    if (inBnb !== null && engine.ledger.free(account, BNB) >= inBnb) {
      engine.ledger.fee(account, BNB, inBnb);
      return { asset: BNB, amount: inBnb };
    }
  }
  const amount = fee >= 0 ? (BigInt(fee) as AssetAmount) : feeFloor(received, rate);
  engine.ledger.fee(account, asset, amount);
  return { asset, amount };
}

/** The discounted fee in BNB at the last BNB price in the received asset, else by way of the quote asset. */
function bnbFee(
  step: Step,
  asset: string,
  received: bigint,
  quote: bigint,
  rate: number,
): AssetAmount | null {
  if (asset === BNB) return feeInBnb(received, rate, ONE_BNB);
  const direct = step.engine.markets.get(BNB + asset)?.lastPrice ?? null;
  if (direct !== null) return feeInBnb(received, rate, direct);
  const { quoteAsset } = step.market.spec;
  if (quoteAsset === BNB) return feeInBnb(quote, rate, ONE_BNB);
  const viaQuote = step.engine.markets.get(BNB + quoteAsset)?.lastPrice ?? null;
  return viaQuote === null ? null : feeInBnb(quote, rate, viaQuote);
}
