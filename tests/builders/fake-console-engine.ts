/**
 * The console's port over a scripted engine, without network or clock: pictures and notices are
 * pushed by the test, the stream can be cut or fall silent, the engine can be gone.
 */
import { createCommandDesk } from '../../src/api/command-desk.ts';
import type {
  ConsoleEngine,
  EngineSession,
  HistoryStore,
  SessionHandlers,
} from '../../src/ui/console-engine.ts';
import { formatFixed } from '../../src/core/money.ts';
import { err, ok } from '../../src/core/result.ts';
import type { FakeEngine } from './fake-engine.ts';

export type FakeConsoleEngine = ConsoleEngine & {
  /** Pushes the engine's present picture. */
  picture(): void;
  /** Cuts the stream; `attach` finds the engine again unless it is `gone`. */
  cut(): void;
  gone: boolean;
  /** Commands get no answer. */
  mute: boolean;
  readonly counts: { attached: number; started: number; stopped: number };
};

export function createFakeConsoleEngine(
  engine: FakeEngine,
  changes: { readonly gone?: boolean } = {},
): FakeConsoleEngine {
  const desk = createCommandDesk(engine);
  let handlers: SessionHandlers | null = null;
  const counts = { attached: 0, started: 0, stopped: 0 };
  const unreachable = {
    what: 'The engine does not answer.',
    why: 'Stops stay.',
    next: 'Start it.',
    fateUnknown: true,
  };

  const session = (): EngineSession => ({
    symbols: async () => ok(engine.symbols()),
    market: async (symbol) => {
      const detail = engine.market(symbol);
      return detail === null ? err(unreachable) : ok(detail);
    },
    command: async (line, behaviour) =>
      fake.mute ? err(unreachable) : ok(desk.command(line, 'trader', behaviour)),
    preview: async (line) => ok(desk.preview(line)),
    action: async (report) => engine.action(report),
    listen(given): void {
      handlers = given;
      given.snapshot(engine.dashboard());
    },
    async stopEngine() {
      counts.stopped += 1;
      return ok(null);
    },
    close: () => {},
  });

  const fake: FakeConsoleEngine = {
    gone: changes.gone ?? false,
    mute: false,
    counts,
    async attach() {
      if (fake.gone) return null;
      counts.attached += 1;
      return session();
    },
    async start() {
      counts.started += 1;
      if (fake.gone)
        return err({
          what: 'The engine could not start.',
          why: 'Nothing was sent.',
          next: 'Look into the log.',
        });
      return ok(session());
    },
    picture: () => handlers?.snapshot(engine.dashboard()),
    cut: () => handlers?.closed(),
  };
  engine.listen((message) => {
    if (message.kind === 'notice') handlers?.notice(message.notice);
    else if (message.record.event.kind === 'position.closed' && message.record.event.realisedPnl < 0n) {
      const { symbol, realisedPnl } = message.record.event;
      handlers?.loss({ symbol, realizedPnl: Number(formatFixed(realisedPnl)) });
    }
  });
  return fake;
}

/** A history in memory; `lines` is what was appended. */
export function createFakeHistory(
  loaded: readonly string[] = [],
): HistoryStore & { readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, load: () => loaded, append: (line) => void lines.push(line) };
}
