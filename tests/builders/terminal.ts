/**
 * A pseudo-terminal with a screen, for end-to-end tests: runs a program in it, types keys, and reads
 * the screen as rows of text (and colours), the way a person would see it. No waiting by time:
 * `until` looks again whenever the screen has changed.
 */
import { spawn, type IPty } from '@lydell/node-pty';
import xterm from '@xterm/headless';

export type TerminalOptions = {
  readonly file: string;
  readonly args: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
};

export type Cell = {
  readonly text: string;
  readonly colour: string | null;
  readonly bold: boolean;
  readonly dim: boolean;
};
export type Exit = { readonly code: number; readonly signal: number | undefined };

export interface TestTerminal {
  readonly pid: number;
  /** The rows of the screen, trailing blanks removed. */
  screen(): readonly string[];
  text(): string;
  /** Everything that was written, escape sequences included. */
  raw(): string;
  bytes(): number;
  /** Whether the second screen is shown. */
  alternate(): boolean;
  /** Foreground colours that are on screen: `default`, `p:<index>` or `rgb:<hex>`. */
  colours(): ReadonlySet<string>;
  /** Every cell of a row: its characters, width and colour (`null` is the terminal's own), for pictures. */
  cells(row: number): readonly Cell[];
  /** Types as a keyboard does: one write for each key. */
  type(text: string): Promise<void>;
  /** Writes at once, as a paste without brackets does. */
  write(text: string): void;
  press(key: keyof typeof keys): void;
  paste(text: string): void;
  resize(columns: number, rows: number): void;
  /** Resolves with the screen when it holds what is looked for; rejects with the screen when time is up. */
  until(wanted: string | RegExp | ((screen: string) => boolean), timeoutMs?: number): Promise<string>;
  readonly exited: Promise<Exit>;
  /** Ends the program and the terminal, if they still are. */
  close(): void;
}

export const keys = {
  enter: '\r',
  escape: '\u001b',
  tab: '\t',
  shiftTab: '\u001b[Z',
  backspace: '\u007f',
  delete: '\u001b[3~',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  home: '\u001b[H',
  end: '\u001b[F',
  ctrlC: '\u0003',
  ctrlU: '\u0015',
  ctrlW: '\u0017',
  ctrlA: '\u0001',
} as const;

const KEY_GAP_MS = 4;

/** Starts a program in a terminal of 120 by 40 unless told otherwise. */
export function openTerminal(options: TerminalOptions): TestTerminal {
  const { columns = 120, rows = 40 } = options;
  const pty: IPty = spawn(options.file, [...options.args], {
    name: options.env?.['TERM'] ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd: options.cwd ?? process.cwd(),
    env: { ...inherited(), TERM: 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...options.env },
  });
  const shown = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1_000 });
  let raw = '';
  let bytes = 0;
  const watchers = new Set<() => void>();
  const wake = (): void => {
    for (const watcher of watchers) watcher();
  };
  const fromProgram = pty.onData((data) => {
    raw = (raw + data).slice(-4_000_000);
    bytes += Buffer.byteLength(data);
    shown.write(data, wake);
  });
  // Answers to the program's questions (cursor position, device attributes).
  const toProgram = shown.onData((data) => pty.write(data));
  let ended = false;
  const exited = new Promise<Exit>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      ended = true;
      shown.write('', wake);
      resolve({ code: exitCode, signal });
    });
  });

  const screen = (): readonly string[] => {
    const buffer = shown.buffer.active;
    return Array.from(
      { length: shown.rows },
      (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? '',
    );
  };
  const text = (): string => screen().join('\n');

  return {
    pid: pty.pid,
    screen,
    text,
    raw: () => raw,
    bytes: () => bytes,
    alternate: () => shown.buffer.active.type === 'alternate',
    colours(): ReadonlySet<string> {
      const found = new Set<string>();
      const buffer = shown.buffer.active;
      for (let row = 0; row < shown.rows; row += 1) {
        for (let column = 0; column < shown.cols; column += 1) {
          const cell = buffer.getLine(buffer.baseY + row)?.getCell(column);
          if (cell === undefined || cell.getChars().trim() === '') continue;
          if (cell.isFgDefault()) found.add('default');
          else if (cell.isFgPalette()) found.add(`p:${cell.getFgColor()}`);
          else found.add(`rgb:${cell.getFgColor().toString(16).padStart(6, '0')}`);
        }
      }
      return found;
    },
    cells(row): readonly Cell[] {
      const line = shown.buffer.active.getLine(shown.buffer.active.baseY + row);
      return Array.from({ length: shown.cols }, (_, column) => {
        const cell = line?.getCell(column);
        if (cell === undefined) return { text: ' ', colour: null, bold: false, dim: false };
        const colour = cell.isFgRGB()
          ? `#${cell.getFgColor().toString(16).padStart(6, '0')}`
          : cell.isFgPalette()
            ? `p:${cell.getFgColor()}`
            : null;
        return { text: cell.getChars(), colour, bold: cell.isBold() !== 0, dim: cell.isDim() !== 0 };
      });
    },
    async type(typed): Promise<void> {
      for (const character of typed) {
        pty.write(character);
        await new Promise((resolve) => setTimeout(resolve, KEY_GAP_MS));
      }
    },
    write: (written) => pty.write(written),
    press: (key) => pty.write(keys[key]),
    paste: (pasted) => pty.write(`\u001b[200~${pasted}\u001b[201~`),
    resize(newColumns, newRows): void {
      shown.resize(newColumns, newRows);
      pty.resize(newColumns, newRows);
    },
    async until(wanted, timeoutMs = 10_000): Promise<string> {
      const holds = (): boolean => {
        const now = text();
        return typeof wanted === 'string'
          ? now.includes(wanted)
          : wanted instanceof RegExp
            ? wanted.test(now)
            : wanted(now);
      };
      return new Promise((resolve, reject) => {
        const finish = (): void => {
          watchers.delete(look);
          clearTimeout(timer);
        };
        const look = (): void => {
          if (!holds()) return;
          finish();
          resolve(text());
        };
        const timer = setTimeout(() => {
          finish();
          reject(new Error(`after ${timeoutMs} ms the screen does not hold ${String(wanted)}:\n${text()}`));
        }, timeoutMs);
        watchers.add(look);
        look();
      });
    },
    exited,
    close(): void {
      fromProgram.dispose();
      toProgram.dispose();
      if (!ended) pty.kill('SIGKILL');
      shown.dispose();
    },
  };
}

/** The environment without what would change the screen. */
function inherited(): Record<string, string> {
  const left = new Set([
    'NO_COLOR',
    'FORCE_COLOR',
    'COLORTERM',
    'COLORFGBG',
    'CI',
    'COLUMNS',
    'LINES',
    'NODE_OPTIONS',
    'VITEST',
    'NODE_ENV',
  ]);
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !left.has(entry[0]),
    ),
  );
}
