/** Randomness comes in through here: seeded in simulation, from the operating system otherwise. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** `length` random bytes. */
  bytes(length: number): Uint8Array;
}
