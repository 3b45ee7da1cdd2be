/**
 * The console without a terminal: bytes go through the real key reader into the real store, its rows
 * through the real painter, on virtual time. For tests that need a hundred thousand of them.
 */
import { createConsoleStore, type ConsoleStore } from '../../src/ui/console-store.ts';
import { createFramePainter } from '../../src/ui/terminal/frame-painter.ts';
import { createKeyReader } from '../../src/ui/terminal/key-reader.ts';
import { zenGarden } from '../../src/ui/themes/zen-garden.ts';
import { rowText } from '../../src/ui/view-model/spans.ts';
import { createVirtualTimers, type VirtualTimers } from '../../src/core/virtual-timers.ts';
import { createFakeConsoleEngine, createFakeHistory, type FakeConsoleEngine } from './fake-console-engine.ts';
import { createFakeEngine, FAKE_NOW, type FakeEngine } from './fake-engine.ts';

export type BytesConsole = {
  readonly engine: FakeEngine;
  readonly link: FakeConsoleEngine;
  readonly store: ConsoleStore;
  readonly timers: VirtualTimers;
  /** What a terminal sends. */
  send(bytes: string): void;
  /** Time passes; what is promised arrives. */
  pass(ms: number): Promise<void>;
  resize(columns: number, rows: number): void;
  /** What was written to the terminal since it was last asked. */
  written(): string;
  rows(): readonly string[];
  /** What stands on the command line before and from the cursor on, as it is shown. */
  line(): { readonly before: string; readonly after: string };
};

export async function openBytesConsole(
  make: (now: () => number) => FakeEngine = createFakeEngine,
  size: { readonly columns: number; readonly rows: number } = { columns: 220, rows: 40 },
): Promise<BytesConsole> {
  const timers = createVirtualTimers(FAKE_NOW);
  const engine = make(() => timers.now());
  const link = createFakeConsoleEngine(engine);
  const store = createConsoleStore({
    engine: link,
    timers,
    history: createFakeHistory(['buy 10 usdt btc', 'close btc', 'tier']),
    unicode: true,
    size,
  });
  const reader = createKeyReader();
  const painter = createFramePainter(zenGarden('truecolor', 'dark', 'usual'), true);
  let { columns } = size;
  let output = '';
  const paint = (): void => {
    output += painter.frame(store.rows(), columns);
  };
  store.subscribe(paint);
  const rows = (): readonly string[] => store.rows().map(rowText);
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
  };
  const opened: BytesConsole = {
    engine,
    link,
    store,
    timers,
    send(bytes): void {
      for (const key of reader.take(bytes)) store.key(key);
    },
    async pass(ms): Promise<void> {
      if (reader.waitMs !== null && ms >= reader.waitMs) for (const key of reader.quiet()) store.key(key);
      timers.advance(ms);
      await settle();
    },
    resize(wide, high): void {
      columns = wide;
      painter.forget();
      store.resize(wide, high);
      paint();
    },
    written(): string {
      const text = output;
      output = '';
      return text;
    },
    rows,
    line(): { readonly before: string; readonly after: string } {
      const row = store.rows().find(([first]) => first?.text === ' › ') ?? [];
      const cursor = row.findIndex(({ style }) => style === 'cursor');
      const at = cursor < 0 ? row.length : cursor;
      return { before: rowText(row.slice(1, at)), after: rowText(row.slice(at)).trimEnd() };
    },
  };
  store.open();
  await settle();
  return opened;
}
