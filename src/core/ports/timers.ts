/**
 * Time comes in through here: live it is the machine's clock, in simulation a virtual one.
 * Wall time may jump (invariant 22); deadlines and ages use monotonic time.
 */
export type Cancel = () => void;

export interface Timers {
  /** Wall clock, milliseconds since the Unix epoch, UTC. */
  now(): number;
  /** Never steps back; milliseconds with fraction from an arbitrary start. */
  monotonic(): number;
  /** Runs `task` once after `delayMs` of monotonic time; the returned function calls it off. */
  after(delayMs: number, task: () => void): Cancel;
}
