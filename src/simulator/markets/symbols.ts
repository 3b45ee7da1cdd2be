/**
 * Filters of the simulated exchange's symbols. Ticks, steps, bounds and notionals are those of the
 * exchangeInfo recorded on 2024-09-08; iceberg parts, order lists and amendments follow the
 * published changelog up to 2026-07 (see docs on the exchange). A recording of a symbol that is
 * not listed here gets filters derived from the decimals of its own figures.
 */
import { invariant } from '../../core/invariant.ts';
import { fixed, notional, price, quantity, type Price, type Quantity } from '../../core/money.ts';
import type { SymbolSpec } from '../matching/venue-api.ts';

/** symbol, base, quote, tick, greatest price, step, greatest quantity, greatest MARKET quantity, smallest notional. */
type Row = readonly [string, string, string, string, string, string, string, string, string];

const ROWS: readonly Row[] = [
  ['BTCUSDT', 'BTC', 'USDT', '0.01', '1000000', '0.00001', '9000', '129.84957276', '5'],
  ['ETHUSDT', 'ETH', 'USDT', '0.01', '1000000', '0.0001', '9000', '3125.75267907', '5'],
  ['BNBUSDT', 'BNB', 'USDT', '0.1', '100000', '0.001', '900000', '4883.5223682', '5'],
  ['SOLUSDT', 'SOL', 'USDT', '0.01', '10000', '0.001', '90000', '64306.31937238', '5'],
  ['XRPUSDT', 'XRP', 'USDT', '0.0001', '10000', '1', '9222449', '4886361.72803347', '5'],
  ['ADAUSDT', 'ADA', 'USDT', '0.0001', '1000', '0.1', '900000', '1922825.07447698', '5'],
  ['DOGEUSDT', 'DOGE', 'USDT', '0.00001', '1000', '1', '9000000', '19499637.40167364', '1'],
  ['LTCUSDT', 'LTC', 'USDT', '0.01', '100000', '0.001', '90000', '16571.04371129', '5'],
  ['LINKUSDT', 'LINK', 'USDT', '0.01', '10000', '0.01', '90000', '79751.87573221', '5'],
  ['DOTUSDT', 'DOT', 'USDT', '0.001', '10000', '0.01', '90000', '133560.54163179', '5'],
  ['TRXUSDT', 'TRX', 'USDT', '0.0001', '1000', '0.1', '9000000', '6926732.66234309', '5'],
  ['EOSUSDT', 'EOS', 'USDT', '0.0001', '1000', '0.1', '900000', '350647.12887029', '5'],
  ['AVAXUSDT', 'AVAX', 'USDT', '0.01', '10000', '0.01', '90000', '40749.41242677', '5'],
  ['BTCUSDC', 'BTC', 'USDC', '0.01', '1000000', '0.00001', '9000', '30.94034205', '5'],
  ['USDCUSDT', 'USDC', 'USDT', '0.0001', '1000', '1', '10000000', '42216516.48117154', '5'],
  ['XRPETH', 'XRP', 'ETH', '0.0000001', '1000', '1', '90000000', '271118.82008368', '0.001'],
];

/** What a market is made of unless the caller names symbols. */
export const defaultSymbols: readonly string[] = [
  'BTCUSDT',
  'ETHUSDT',
  'BNBUSDT',
  'SOLUSDT',
  'XRPUSDT',
  'ADAUSDT',
];

/** Quote assets by which an unknown symbol is split, longest first. */
const QUOTES = ['FDUSD', 'USDT', 'USDC', 'BUSD', 'TUSD', 'USD', 'EUR', 'TRY', 'BTC', 'ETH', 'BNB'] as const;

/** Stable coins trade in a band of 20 % around the average, others between a fifth and five times it. */
const NARROW_BAND = new Set(['USDCUSDT']);

/** The listed filters of `symbol`, or null when it is not listed here. */
export function listedSpec(symbol: string): SymbolSpec | null {
  const row = ROWS.find((candidate) => candidate[0] === symbol);
  return row === undefined ? null : specOfRow(row);
}

/** Names of all symbols with listed filters. */
export function listedSymbols(): readonly string[] {
  return ROWS.map((row) => row[0]);
}

/**
 * Filters for a recording: the listed ones, with tick and step refined where the recording's
 * figures have more decimals (filters change over the years); derived ones for unknown symbols.
 */
export function recordedSpec(symbol: string, priceDecimals: number, quantityDecimals: number): SymbolSpec {
  const listed = listedSpec(symbol) ?? derivedSpec(symbol, priceDecimals, quantityDecimals);
  const tick = unitOf<Price>(priceDecimals);
  const step = unitOf<Quantity>(quantityDecimals);
  const tickSize = tick < listed.tickSize ? tick : listed.tickSize;
  const stepSize = step < listed.stepSize ? step : listed.stepSize;
  return { ...listed, tickSize, minPrice: tickSize, stepSize, minQuantity: stepSize };
}

function derivedSpec(symbol: string, priceDecimals: number, quantityDecimals: number): SymbolSpec {
  const { base, quote } = splitSymbol(symbol);
  const crypto = quote === 'BTC' || quote === 'ETH' || quote === 'BNB';
  const tick = decimalUnit(priceDecimals);
  const step = decimalUnit(quantityDecimals);
  return specOfRow([
    symbol,
    base,
    quote,
    tick,
    '1000000',
    step,
    '90000000',
    '1000000',
    crypto ? '0.0001' : '5',
  ]);
}

/** Base and quote asset of a symbol as the exchange writes it; the last three letters when no known quote fits. */
function splitSymbol(symbol: string): { readonly base: string; readonly quote: string } {
  const row = ROWS.find((candidate) => candidate[0] === symbol);
  if (row !== undefined) return { base: row[1], quote: row[2] };
  const quote =
    QUOTES.find((candidate) => symbol.length > candidate.length && symbol.endsWith(candidate)) ??
    symbol.slice(-3);
  return { base: symbol.slice(0, -quote.length), quote };
}

function decimalUnit(decimals: number): string {
  invariant(Number.isInteger(decimals) && decimals >= 0 && decimals <= 8, 'decimals lie between 0 and 8');
  return decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`;
}

function unitOf<T extends Price | Quantity>(decimals: number): T {
  return fixed<T>(decimalUnit(decimals));
}

function specOfRow(row: Row): SymbolSpec {
  const [symbol, baseAsset, quoteAsset, tick, maxPrice, step, maxQuantity, marketMax, minNotional] = row;
  const narrow = NARROW_BAND.has(symbol);
  return {
    symbol,
    baseAsset,
    quoteAsset,
    status: 'TRADING',
    tickSize: price(tick),
    minPrice: price(tick),
    maxPrice: price(maxPrice),
    stepSize: quantity(step),
    minQuantity: quantity(step),
    maxQuantity: quantity(maxQuantity),
    marketStepSize: quantity('0'),
    marketMinQuantity: quantity('0'),
    marketMaxQuantity: quantity(marketMax),
    minNotional: notional(minNotional),
    applyMinToMarket: true,
    maxNotional: notional('9000000'),
    applyMaxToMarket: false,
    bidMultiplierUpBps: narrow ? 12_000 : 50_000,
    bidMultiplierDownBps: narrow ? 8_000 : 2_000,
    askMultiplierUpBps: narrow ? 12_000 : 50_000,
    askMultiplierDownBps: narrow ? 8_000 : 2_000,
    averagePriceMinutes: 5,
    maxOrders: 200,
    maxAlgoOrders: 5,
    maxOrderLists: 20,
    maxOrderAmends: 10,
    icebergParts: 100,
    trailingDeltaBps: { minAbove: 10, maxAbove: 2_000, minBelow: 10, maxBelow: 2_000 },
    maxPosition: null,
    defaultSelfTradeMode: 'EXPIRE_MAKER',
    allowedSelfTradeModes: ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH', 'DECREMENT'],
  };
}
