// What every check of the house rules answers: how much it read, and what it found wrong.
// A check that read nothing has checked nothing, so it fails.

export type Report = {
  readonly read: number;
  /** What was counted, for the line that is printed: "imports", "files". */
  readonly unit: string;
  readonly problems: readonly string[];
};

/** The problems of a report, and one more when it read nothing. */
export function problemsOf(report: Report): readonly string[] {
  return report.read > 0
    ? report.problems
    : [...report.problems, `read no ${report.unit}: nothing was checked`];
}

/** Lets a check be run alone: node scripts/imports.ts. Prints the report and sets the exit status. */
export function runAlone(meta: ImportMeta, check: (root: string) => Report): void {
  if (!meta.main) return;
  const report = check(process.argv[2] ?? process.cwd());
  const problems = problemsOf(report);
  for (const problem of problems) console.error(problem);
  console.log(`${report.read} ${report.unit} read, ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
