/**
 * When a world is over and what is held against it then: after the faults have ended, log and exchange
 * have to agree within a minute and stay so (invariant 32); at the end the live state is the fold of the
 * log, with snapshots and without (16, 17), and counts what the log counts (18).
 */
import type { MemoryDisk } from '../data/event-log/memory-event-log.ts';
import { encodeEngineState } from '../engine/state.ts';
import { foldedFromSnapshot, foldedFromStart, type Incarnation } from './incarnation.ts';
import type { Lives } from './lives.ts';
import type { Oracle } from './oracle/oracle.ts';
import type { Stage } from './stage.ts';

/** Invariant 32. */
const CONVERGE_WITHIN_MS = 60_000;
/** Agreement has to last this long. */
const AGREED_FOR_MS = 1_500;
const CHECK_EVERY_MS = 250;
/** A trouble is over when nothing has struck for this long: probes, grace and one retry. */
const HEALED_AFTER_MS = 20_000;
/** Lost user events are found by the next reading of the account. */
const READ_AFTER_MS = 50_000;

const deafening: readonly string[] = ['user.dropped', 'user.silent', 'stream.halfOpen'];

/** Since when all is well: the engine is ready and nothing has struck long enough ago; else null. */
export function createHealth(stage: Stage): (lives: Lives, oracle: Oracle) => number | null {
  const { base, exchange, faults } = stage;
  let strikes = 0;
  let struckMs = Number.NEGATIVE_INFINITY;
  let readySinceMs: number | null = null;

  /** End of the last window, so far, in which something lay in force without being counted. */
  function lastWindowMs(now: number): number {
    let last = Number.NEGATIVE_INFINITY;
    for (const { probability, fromMs, untilMs } of faults.schedule.faults)
      if (probability === 1 && fromMs <= now) last = Math.max(last, Math.min(now, untilMs));
    return last;
  }

  return (lives, oracle) => {
    const now = base.monotonic();
    const { fired } = exchange.faults;
    let total = 0;
    for (const times of Object.values(fired)) total += times;
    if (total !== strikes) struckMs = now;
    strikes = total;
    if (lives.current() === null || oracle.facts.phase !== 'READY' || stage.isKeyRevoked()) {
      readySinceMs = null;
      return null;
    }
    readySinceMs ??= now;
    // An engine that was made deaf hears of what happened meanwhile at its next reading of the account.
    const isDeaf = deafening.some((kind) => (fired[kind] ?? faults.fired[kind]) !== undefined);
    const healedAfterMs = isDeaf ? READ_AFTER_MS : HEALED_AFTER_MS;
    const since = Math.max(
      faults.lastFiredMs() + healedAfterMs,
      struckMs + healedAfterMs,
      lastWindowMs(now) + HEALED_AFTER_MS,
      lives.bootedAtMs(),
      readySinceMs,
    );
    return since <= now ? since : null;
  };
}

export interface Judgement {
  /** True when log and exchange have agreed for a while, or have had their time. */
  isOver(): boolean;
  lastLook(): void;
}

export function createJudgement(stage: Stage, disk: MemoryDisk, lives: Lives, oracle: Oracle): Judgement {
  const { base, settings } = stage;
  let agreedSinceMs: number | null = null;
  let checkedAtMs = 0;

  function unsettled(life: Incarnation): readonly string[] {
    const { trading } = life.engine.state();
    if (stage.isKeyRevoked())
      return trading.halt === null ? ['the key is revoked and the engine is not halted'] : [];
    const open = oracle.differences().map((each) => `(${each.invariant}) ${each.detail}`);
    if (trading.phase !== 'READY') return [`the engine is ${trading.phase}`, ...open];
    return [...open, ...oracle.unprotected()];
  }

  return {
    isOver(): boolean {
      const now = base.monotonic();
      if (now < settings.calmAtMs + 2 * CHECK_EVERY_MS || now - checkedAtMs < CHECK_EVERY_MS) return false;
      checkedAtMs = now;
      const life = lives.current();
      const open = life === null ? ['the engine is down'] : unsettled(life);
      if (open.length === 0) {
        agreedSinceMs ??= now;
        return now - agreedSinceMs >= AGREED_FOR_MS;
      }
      agreedSinceMs = null;
      if (now < Math.max(settings.calmAtMs, lives.bootedAtMs()) + CONVERGE_WITHIN_MS) return false;
      oracle.violated('32', open.join('; '));
      return true;
    },
    lastLook(): void {
      const life = lives.current();
      if (life === null) return;
      const live = encodeEngineState(life.engine.state());
      if (live !== foldedFromStart(disk)) oracle.violated('16', 'the live state is not the fold of the log');
      if (live !== foldedFromSnapshot(disk))
        oracle.violated('17', 'snapshot and tail do not give the live state');
      for (const [asset, line] of life.engine.state().ledger) {
        const held = line.external + line.traded - line.fees;
        if (held !== (oracle.facts.ledger.get(asset) ?? 0n))
          oracle.violated('18', `the engine counts ${held}e-8 ${asset}, its log says otherwise`);
      }
      stage.note('state', live);
    },
  };
}
