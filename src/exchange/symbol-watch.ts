/**
 * Keeps the symbol rules current: read at the start, every few minutes, and soon after the exchange
 * has refused an order for a filter (failures 22, 23). Asks only for the symbols in use; when one of
 * them does not exist the exchange refuses the whole question, and everything is asked for instead.
 */
import type { SymbolRules } from '../core/symbols.ts';
import type { Cancel, Timers } from '../core/ports/timers.ts';
import { codes } from './errors.ts';
import { askQuery, readOutcome, type Asking } from './order-lookup.ts';
import { parseExchangeInfo } from './parse/exchange-info.ts';
import type { LimitRule } from './rate-limit.ts';
import type { GatewaySettings } from './settings.ts';

export interface SymbolWatch {
  /** Reads the rules now, unless that is being done or was done a moment ago. */
  refresh(): void;
  stop(): void;
}

export type SymbolWatchOptions = {
  readonly asking: Asking;
  readonly timers: Timers;
  readonly settings: GatewaySettings;
  readonly symbols: readonly string[];
  readonly loaded: (symbols: readonly SymbolRules[]) => void;
  readonly limits: (rules: readonly LimitRule[]) => void;
  readonly unreadable: (reason: string, sample: string) => void;
};

const RETRY_MS = 1_000;
const REST_MS = 10_000;

export function createSymbolWatch(options: SymbolWatchOptions): SymbolWatch {
  const { timers, settings } = options;
  let running = false;
  let stopped = false;
  let lastReadAt = Number.NEGATIVE_INFINITY;
  let cancelNext: Cancel | null = null;

  async function read(): Promise<void> {
    running = true;
    cancelNext?.();
    let outcome = await askQuery(options.asking, 20, { name: 'exchangeInfo', symbols: options.symbols });
    if (outcome.kind === 'refused' && outcome.code === codes.badSymbol) {
      outcome = await askQuery(options.asking, 20, { name: 'exchangeInfo', symbols: null });
    }
    running = false;
    if (stopped) return;
    const info = readOutcome(outcome, parseExchangeInfo);
    cancelNext = timers.after(info.ok ? settings.symbolsEveryMs : RETRY_MS, refreshNow);
    if (!info.ok) {
      if (outcome.kind === 'answered') options.unreadable(info.error, 'exchangeInfo');
      return;
    }
    lastReadAt = timers.monotonic();
    const wanted = new Set(options.symbols);
    if (info.value.limits.length > 0) options.limits(info.value.limits);
    for (const { symbol, reason } of info.value.unreadable) {
      if (wanted.has(symbol)) options.unreadable(`rules of ${symbol}: ${reason}`, symbol);
    }
    options.loaded(info.value.symbols.filter((rules) => wanted.has(rules.symbol)));
  }

  function refreshNow(): void {
    if (!running && !stopped) void read();
  }

  return {
    refresh(): void {
      if (timers.monotonic() - lastReadAt >= REST_MS) refreshNow();
    },
    stop(): void {
      stopped = true;
      cancelNext?.();
    },
  };
}
