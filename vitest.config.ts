// How tests are found and run. GENESIS_TEST_PROFILE=fast (default) or full: tests read it through
// the same variable and do more rounds under full. One file: npx vitest run path/to/x.test.ts
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ViteUserConfig } from 'vitest/config';

const profile = process.env['GENESIS_TEST_PROFILE'] ?? 'fast';
if (profile !== 'fast' && profile !== 'full') {
  throw new Error(`GENESIS_TEST_PROFILE is "${profile}"; it may be "fast" or "full"`);
}

const config: ViteUserConfig = {
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'build/**', 'scripts/fixtures/**'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    // Shared machines stand still at times: a test that hangs is still told from one that waits.
    testTimeout: profile === 'full' ? 120_000 : 45_000,
    hookTimeout: 60_000,
    // Locks of test runs stay among themselves.
    env: {
      GENESIS_TEST_PROFILE: profile,
      GENESIS_STATE_DIR: mkdtempSync(join(tmpdir(), 'genesis-state-')),
    },
    reporters: ['default', './scripts/count-reporter.ts'],
    coverage: {
      provider: 'v8',
      // What stands between a wish and the exchange. `npm run coverage` prints every file of it.
      include: [
        'src/core/money.ts',
        'src/engine/{admission,entries,protection,protector,reconcile,reducing,unlock}.ts',
        'src/engine/{risk-context,risk-watch,kill-levels,recovery-checklist,resting-entries,settings-keeper}.ts',
        'src/engine/{risk-engine,state-machine,executor,portfolio,settings}/**/*.ts',
      ],
      exclude: ['src/**/*.test.*', 'src/**/*.types.ts'],
      reporter: ['text'],
      reportsDirectory: 'build/coverage',
      reportOnFailure: true,
      // Whole, and it stays so: a branch without a test fails the command.
      thresholds: {
        'src/core/money.ts': { branches: 100 },
        'src/engine/{admission,risk-context,risk-watch,kill-levels,reconcile}.ts': { branches: 100 },
        'src/engine/{risk-engine,state-machine}/**/*.ts': { branches: 100 },
      },
    },
  },
};

// Vitest reads its settings from the default export.
export default config;
