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
    testTimeout: profile === 'full' ? 120_000 : 15_000,
    hookTimeout: 60_000,
    // Locks of test runs stay among themselves.
    env: {
      GENESIS_TEST_PROFILE: profile,
      GENESIS_STATE_DIR: mkdtempSync(join(tmpdir(), 'genesis-state-')),
    },
    reporters: ['default', './scripts/count-reporter.ts'],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.{ts,tsx}'],
      exclude: ['src/**/*.test.*', 'src/**/*.types.ts'],
    },
  },
};

// Vitest reads its settings from the default export.
export default config;
