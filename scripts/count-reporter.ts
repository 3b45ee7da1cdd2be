// Ends every vitest run with the plain line "N passed, N failed", which CI counts tests by.
// A test file that cannot even load counts as one failure: zero failures must mean green.
import type { Reporter, TestModule } from 'vitest/node';

type Count = { passed: number; failed: number };

function count(modules: ReadonlyArray<TestModule>): Count {
  const total: Count = { passed: 0, failed: 0 };
  for (const module of modules) {
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') total.passed += 1;
      if (state === 'failed') failedHere += 1;
    }
    total.failed += failedHere === 0 && module.state() === 'failed' ? 1 : failedHere;
  }
  return total;
}

export class CountReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<unknown>): void {
    const total = count(modules);
    const line = `${total.passed} passed, ${total.failed + errors.length} failed\n`;
    // Other reporters print their summary in the same event: printing at exit makes this the last line.
    process.once('exit', () => process.stdout.write(line));
  }
}

// Vitest loads a reporter file by its default export.
export default CountReporter;
