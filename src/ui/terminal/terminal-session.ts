/**
 * Puts the console on the terminal's second screen, and takes it off again however it ends: asked for,
 * hung up, stopped, or a bug. The painter writes to it; what it sends becomes keys.
 */
import type { ConsoleStore, Leaving } from '../console-store.ts';
import { zenGarden } from '../themes/zen-garden.ts';
import { createFramePainter } from './frame-painter.ts';
import { createKeyReader } from './key-reader.ts';
import type { TerminalTraits } from './terminal-traits.ts';

const ESC = '\u001b';
/** Second screen, bracketed paste, no automatic line break. */
const ENTER: string = `${ESC}[?1049h${ESC}[?2004h${ESC}[?7l`;
const LEAVE: string = `${ESC}[?2026l${ESC}[0m${ESC}[?7h${ESC}[?2004l${ESC}[?25h${ESC}[?1049l`;

/** Shows the store until it is left; the terminal is as before afterwards. */
export async function showConsole(store: ConsoleStore, traits: TerminalTraits): Promise<Leaving> {
  const { stdin, stdout } = process;
  const painter = createFramePainter(
    zenGarden(traits.depth, traits.background, traits.contrast),
    traits.unicode,
  );
  const reader = createKeyReader();
  let shown = false;
  let blocked = false;
  let quiet: NodeJS.Timeout | null = null;

  const paint = (): void => {
    if (!shown || blocked) return;
    const text = painter.frame(store.rows(), sizeOf(stdout).columns);
    // A terminal that does not keep up is sent the newest frame once it can, never all that were missed.
    if (text !== '' && !stdout.write(text)) {
      blocked = true;
      stdout.once('drain', () => {
        blocked = false;
        paint();
      });
    }
  };
  const enter = (): void => {
    if (shown) return;
    shown = true;
    stdin.setRawMode(true);
    stdout.write(ENTER);
    painter.forget();
    paint();
  };
  const restore = (): void => {
    if (!shown) return;
    shown = false;
    try {
      stdout.write(LEAVE);
      stdin.setRawMode(false);
    } catch {
      // The terminal is gone; there is nothing left to put in order.
    }
  };
  const heard = (keys: ReturnType<typeof reader.take>): void => {
    for (const key of keys) {
      if (key.kind === 'redraw') painter.forget();
      if (key.kind === 'suspend') {
        restore();
        process.kill(process.pid, 'SIGTSTP');
      } else store.key(key);
    }
    if (keys.some(({ kind }) => kind === 'redraw')) paint();
    if (quiet !== null) clearTimeout(quiet);
    quiet = reader.waitMs === null ? null : setTimeout(() => heard(reader.quiet()), reader.waitMs);
  };
  const hear = (chunk: Buffer | string): void => heard(reader.take(String(chunk)));
  const resized = (): void => {
    const { columns, rows } = sizeOf(stdout);
    painter.forget();
    store.resize(columns, rows);
    paint();
  };
  const leave = (): void => store.close();

  stdin.setEncoding('utf8');
  stdin.on('data', hear);
  stdin.once('end', leave);
  stdin.once('error', leave);
  stdout.on('resize', resized);
  stdout.once('error', leave);
  // A closed terminal or a stopped console never touches the engine.
  process.once('SIGHUP', leave);
  process.once('SIGTERM', leave);
  process.on('SIGCONT', enter);
  process.once('exit', restore);
  const unsubscribe = store.subscribe(paint);
  enter();
  store.open();
  resized();

  const leaving = await store.left;
  unsubscribe();
  if (quiet !== null) clearTimeout(quiet);
  restore();
  process.removeListener('SIGCONT', enter);
  stdout.removeListener('resize', resized);
  stdin.removeListener('data', hear);
  stdin.pause();
  store.close();
  return leaving;
}

/** A terminal that does not say its size is taken for the usual one. */
function sizeOf(stdout: NodeJS.WriteStream): { readonly columns: number; readonly rows: number } {
  const { columns, rows } = stdout;
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}
