import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkImports } from './imports.ts';
import { problemsOf } from './report.ts';
import { maySee } from './rooms.ts';

const fixture = join(import.meta.dirname, 'fixtures/imports');

test('every planted import problem is found, and nothing else', () => {
  const { problems } = checkImports(fixture);
  expect(problems.map((problem) => problem.replace(/^src\//, ''))).toEqual([
    'api/server.ts:2: "left-pad": left-pad is not in package.json',
    'api/server.ts:3: "vitest": vitest is a development package',
    'api/server.ts:4: "ccxt": ccxt belongs to exchange',
    'api/server.ts:5: "./server.test.ts": the program may not import a test',
    'api/server.ts:6: "../wiring/live.ts": api may not see wiring',
    'attic/old.ts: stands in no room; move it, or give the room a line in scripts/rooms.ts',
    'core/money.ts:2: "../market/candle.ts": core may not see market',
    'engine/executor/service.ts:2: "./hunter/slice.ts": tier folders open only through import() in src/engine/unlock.ts',
    'engine/executor/sniper/market-order.ts:2: "../hunter/slice.ts": a sniper folder may not look up into engine/executor/hunter/slice.ts',
    'engine/pipeline.ts:3: "../exchange/gateway.ts": engine may not see exchange',
    'exchange/gateway.ts:2: "fs": write "node:fs"',
    'exchange/gateway.ts:3: "../core/money.js": relative imports name a .ts or .tsx file',
    'exchange/gateway.ts:4: "./gone.ts": there is no such file',
    'exchange/gateway.ts:5: "(computed)": a computed import() cannot be checked: name the file',
    'market/candle.ts:2: "node:perf_hooks": market is pure: take what node:perf_hooks gives through a port',
    'market/candle.ts:3: "zod": market is pure: it may not use the package zod',
    'tilt/detector.ts:2: "../market/candle.ts": tilt may not see market',
  ]);
});

test('reading no import is a failure', () => {
  expect(problemsOf(checkImports(join(fixture, 'src/attic')))).toEqual([
    'read no imports: nothing was checked',
  ]);
});

test.each([
  ['core/events.ts', 'core/ports/clock.ts', true],
  ['core/events.ts', 'market/candle.ts', false],
  ['market/candle.ts', 'core/money.ts', true],
  ['engine/executor/executor.ts', 'engine/state-machine/grants.ts', true],
  ['engine/executor/executor.ts', 'engine/state-machine/decide.ts', false],
  ['engine/pipeline.ts', 'tilt/detector.ts', true],
  ['engine/pipeline.ts', 'data/event-log/log.ts', false],
  ['engine/risk-engine/decide.ts', 'engine/portfolio/lots.ts', false],
  ['engine/risk-engine/service.ts', 'engine/portfolio/lots.ts', true],
  ['simulator/server/server.ts', 'simulator/matching/book.ts', true],
  ['simulator/matching/book.ts', 'simulator/server/server.ts', false],
  ['backtest/run.ts', 'simulator/matching/book.ts', true],
  ['backtest/run.ts', 'simulator/server/server.ts', false],
  ['backtest/run.ts', 'exchange/gateway.ts', false],
  ['api/server.ts', 'analytics/report.ts', true],
  ['ui/app.tsx', 'engine/pipeline.ts', false],
  ['wiring/live.ts', 'exchange/gateway.ts', true],
  ['wiring/live.ts', 'cli/run.ts', false],
  ['cli/run.ts', 'wiring/live.ts', true],
  ['cli/run.ts', 'exchange/gateway.ts', false],
  ['exchange/gateway.ts', 'wiring/live.ts', false],
  ['dst/world.ts', 'wiring/engine.ts', true],
  ['dst/world.ts', 'ui/app.tsx', false],
  ['main.ts', 'cli/run.ts', true],
  ['cli/run.ts', 'main.ts', false],
])('%s sees %s: %s', (from, to, expected) => {
  expect(maySee(from, to)).toBe(expected);
});
