/**
 * One thing that is wrong with the configuration or the environment, said so that a person can mend
 * it. Problems are collected and reported all at once; a secret's value never appears in one
 * (invariant 31).
 */
export type ConfigProblem = {
  /** The file's name, or `environment`. */
  readonly file: string;
  /** From the top, such as `tiers.SNIPER.dailyLossMax`; empty for the whole file. */
  readonly path: string;
  /** Line in the file, from 1; null when it has none. */
  readonly line: number | null;
  /** What is wrong, as a clause without a capital: `is 12000, above the most allowed`. */
  readonly problem: string;
  /** What would be right: a range, a list of words, a form. Null when the problem already says it. */
  readonly allowed: string | null;
  /** The known key or word it was perhaps meant to be. */
  readonly nearest: string | null;
};

/** The problem as one line: `trading-rules.yaml:12 risk.stopDistanceBps: is 5; allowed: …`. */
export function describeConfigProblem(problem: ConfigProblem): string {
  const place = problem.line === null ? problem.file : `${problem.file}:${problem.line}`;
  const path = problem.path === '' ? '' : ` ${problem.path}`;
  const allowed = problem.allowed === null ? '' : `; allowed: ${problem.allowed}`;
  const nearest = problem.nearest === null ? '' : `; did you mean ${problem.nearest}`;
  return printable(`${place}${path}: ${problem.problem}${allowed}${nearest}`);
}

/** Control and formatting characters out, so that a file cannot draw on the terminal that shows its problems. */
function printable(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?').slice(0, 500);
}
