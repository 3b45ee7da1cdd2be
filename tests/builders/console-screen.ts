/**
 * The console's screen and its keys, for tests of view-models: one way to make the input of a screen, checked for
 * its size whenever it is shown, and one way to press keys.
 */
import { expect } from 'vitest';
import type { Dashboard } from '../../src/core/dashboard.ts';
import { afterKey } from '../../src/ui/view-model/console-keys.ts';
import {
  grammarOf,
  initialState,
  type ConsoleState,
  type KeyContext,
  type Step,
} from '../../src/ui/view-model/console-state.ts';
import type { Key } from '../../src/ui/view-model/key.ts';
import { screenRows, type ScreenInput } from '../../src/ui/view-model/screen.ts';
import { rowText, rowWidth } from '../../src/ui/view-model/spans.ts';
import { nothingRemembered } from '../../src/ui/view-model/views/view.ts';
import { utc } from '../../src/ui/view-model/zone.ts';

/** A console that is attached to an engine and shows 120 by 40; one thing changed. */
export function screenInput(dashboard: Dashboard | null, changes: Partial<ScreenInput> = {}): ScreenInput {
  return {
    state: initialState([]),
    dashboard,
    notices: [],
    connection: { kind: 'live' },
    size: { columns: 120, rows: 40 },
    unicode: true,
    market: nothingRemembered,
    zone: utc,
    nowMs: 5_000,
    ...changes,
  };
}

/** The rows as text: exactly as many as the terminal has, none wider than it is. */
export function shownRows(input: ScreenInput): readonly string[] {
  const rows = screenRows(input);
  expect(rows).toHaveLength(input.size.rows);
  for (const row of rows) expect(rowWidth(row)).toBeLessThanOrEqual(input.size.columns);
  return rows.map((row) => rowText(row).trimEnd());
}

const bitcoin: KeyContext['grammar']['symbols'] = [
  { symbol: 'BTCUSDT', baseAsset: 'BTC', quoteAsset: 'USDT' },
];

export function keyContext(dashboard: Dashboard, changes: Partial<KeyContext> = {}): KeyContext {
  return {
    now: 10_000,
    grammar: grammarOf(bitcoin, dashboard),
    connection: 'live',
    journalWords: 0,
    dashboard,
    readOnly: false,
    ...changes,
  };
}

/** The state after these keys, and all that followed from them. */
export function keysPressed(state: ConsoleState, dashboard: Dashboard, ...keys: readonly Key[]): Step {
  return keys.reduce<Step>(
    (step, key) => {
      const next = afterKey(step.state, key, keyContext(dashboard));
      return { state: next.state, effects: [...step.effects, ...next.effects] };
    },
    { state, effects: [] },
  );
}
