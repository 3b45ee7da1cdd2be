/** What every bench gives, and what scripts/bench.ts prints and judges. */
export type BenchRow = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the yardstick reached in the same rounds, same unit. */
  readonly yardstick: number;
  /** How many times the yardstick's time ours takes. */
  readonly ratio: number;
  readonly budget: string;
  readonly within: boolean;
};
