/**
 * Measures the exchange's clock: a round of samples at the start, every minute, and whenever
 * something suggests that the clock is off (-1021, a jump). One round at a time; a round without any
 * sample is tried again soon (failure 3).
 */
import type { ClockReading, ExchangeClock } from './clock-sync.ts';
import type { Cancel, Timers } from '../core/ports/timers.ts';
import { askQuery, readOutcome, type Asking } from './order-lookup.ts';
import { fieldsOf, isJson } from './parse/fields.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { GatewaySettings } from './settings.ts';

export interface ClockRounds {
  /** Begins a round now, unless one is running. */
  begin(): void;
  stop(): void;
}

export type ClockRoundsOptions = {
  readonly asking: Asking;
  readonly clock: ExchangeClock;
  readonly timers: Timers;
  readonly settings: GatewaySettings;
  /** After the very first sample, and after each round. */
  readonly measured: (reading: ClockReading) => void;
};

const RETRY_MS = 1_000;

export function createClockRounds(options: ClockRoundsOptions): ClockRounds {
  const { clock, timers, settings } = options;
  let running = false;
  let stopped = false;
  let cancelNext: Cancel | null = null;

  async function sample(): Promise<boolean> {
    const askedAt = timers.monotonic();
    const outcome = await askQuery(options.asking, 1, { name: 'time' });
    const answeredAt = timers.monotonic();
    const serverTimeMs = readOutcome(outcome, parseTime);
    if (!serverTimeMs.ok) return false;
    const first = clock.reading() === null;
    const taken = clock.offer({ askedAt, answeredAt, serverTimeMs: serverTimeMs.value });
    if (first && taken && !stopped) tell();
    return true;
  }

  function tell(): void {
    const reading = clock.reading();
    if (reading !== null) options.measured(reading);
  }

  async function round(): Promise<void> {
    running = true;
    cancelNext?.();
    clock.beginRound();
    let answered = 0;
    for (let count = 0; count < settings.clockSamples; count += 1) {
      if (stopped || !(await sample())) break;
      answered += 1;
    }
    running = false;
    if (stopped) return;
    if (answered > 0) tell();
    cancelNext = timers.after(answered > 0 ? settings.clockEveryMs : RETRY_MS, begin);
  }

  function begin(): void {
    if (!running && !stopped) void round();
  }

  return {
    begin,
    stop(): void {
      stopped = true;
      cancelNext?.();
    },
  };
}

function parseTime(body: unknown): Result<number, string> {
  const fields = fieldsOf(isJson(body) ? body : {});
  const time = fields.integer('serverTime');
  const problem = fields.problem();
  return problem === null ? ok(time) : err(problem);
}
