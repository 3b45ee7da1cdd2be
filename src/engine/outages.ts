/**
 * What it cost to be blind while something was open (domain rules, "Demotion": an infrastructure failure that
 * cost more than $500): the account could not be read, a book of an open position was old, or the process had
 * died. Blind for long enough, what the account lost since the last good look is the cost. A stop that was asked
 * for is no failure.
 */
import { ZERO_NOTIONAL, type Notional } from '../core/money.ts';
import type { Kernel } from './kernel.ts';
import type { AccountKeeper } from './portfolio/service.ts';

export interface OutageWatch {
  /** Looks once; called on every tick. */
  look(): void;
}

/** The last moment in which everything was seen. */
type Sight = { readonly worth: Notional; readonly peak: Notional; readonly isOpen: boolean };

/** Made before this run has written anything: the newest event is the last of the run before. */
export function createOutageWatch(
  kernel: Kernel,
  { equity, mark }: Pick<AccountKeeper, 'equity' | 'mark'>,
): OutageWatch {
  const last = [...kernel.log.read(Math.max(1, kernel.log.head().sequence))].at(-1) ?? null;
  const died = last !== null && last.event.kind !== 'engine.stopped';
  let seen: Sight = died ? sightAt(kernel, kernel.state().tier.evidence.days.equity) : NOTHING_OPEN;
  let what = 'the process ended without being asked to';
  /** Since when it is blind, and how long it had been already; null while it sees. */
  let blind: { readonly since: number; readonly beforeMs: number } | null = died
    ? { since: kernel.timers.monotonic(), beforeMs: Number.NaN }
    : null;
  /** Since when it sees again: a price that has just come back is believed a moment later. */
  let seesSince: number | null = null;

  /** Why nothing can be said of the account now; null when something can. */
  const blindness = (): string | null => {
    const { trading, positions } = kernel.state();
    if (trading.phase !== 'READY') return 'the account could not be read';
    const limitMs = kernel.rules.trading.risk.bookAgeMaxMs;
    for (const { symbol } of positions.open.values()) {
      const ageMs = kernel.view.bookAgeMs(symbol, kernel.timers.monotonic());
      if (ageMs === null || ageMs > limitMs) return `no prices of ${symbol} came`;
    }
    return null;
  };

  const settle = (lastedMs: number): void => {
    // Marked first: what this failure cost is not found again after the next.
    mark();
    const loss = lostSince(seen, sightAt(kernel, equity()));
    if (!seen.isOpen || loss < CENT || lastedMs < kernel.rules.tierGates.demotion.outageMsMin) return;
    kernel.commit([{ kind: 'infrastructure.failed', what, loss }]);
  };

  return {
    look(): void {
      if (kernel.storeFailed() || kernel.state().risk.day < 0 || !kernel.timers.isTrusted()) return;
      // How long it was gone is known once the exchange's time is.
      if (blind !== null && Number.isNaN(blind.beforeMs) && last !== null)
        blind = { ...blind, beforeMs: Math.max(0, kernel.timers.now() - last.at) };
      const now = kernel.timers.monotonic();
      const reason = blindness();
      if (reason !== null) {
        seesSince = null;
        if (blind === null) {
          blind = { since: now, beforeMs: 0 };
          what = reason;
        }
        return;
      }
      if (blind !== null) {
        seesSince ??= now;
        if (now - seesSince < kernel.rules.trading.risk.markConfirmMs) return;
        settle(seesSince - blind.since + blind.beforeMs);
      }
      blind = null;
      seesSince = null;
      seen = sightAt(kernel, equity());
    },
  };
}

/** Less is rounding. */
const CENT = 1_000_000n;
const NOTHING_OPEN: Sight = { worth: ZERO_NOTIONAL, peak: ZERO_NOTIONAL, isOpen: false };

function sightAt(kernel: Kernel, worth: Notional): Sight {
  const { risk, positions } = kernel.state();
  return { worth, peak: risk.peakEquity, isOpen: positions.open.size > 0 };
}

/** Money that came or went moves the peak by its share of the account, and so the worth that was to be expected. */
function lostSince(before: Sight, now: Sight): Notional {
  const expected = before.peak <= 0n ? before.worth : (before.worth * now.peak) / before.peak;
  return (expected - now.worth) as Notional;
}
