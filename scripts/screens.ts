// Pictures of the real console for the README and docs/screens/: drives bin/genesis in a pseudo-terminal on a
// seeded paper market and writes each screen as text and as SVG. Usage: node scripts/screens.ts
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readApiFile } from '../src/api/api-file.ts';
import { openTerminal, type Cell, type TestTerminal } from '../tests/builders/terminal.ts';

const root: string = join(import.meta.dirname, '..');
const target: string = join(root, 'docs', 'screens');
const CELL_WIDTH = 8.4;
const CELL_HEIGHT = 18;
const MARGIN = 16;
const FOREGROUND = '#c9ccd1';
const BACKGROUND = '#14161a';

/** Same text beside same colour becomes one piece, so that the picture stays small. */
function pieces(
  cells: readonly Cell[],
): { readonly at: number; readonly text: string; readonly cell: Cell }[] {
  const found: { at: number; text: string; cell: Cell }[] = [];
  cells.forEach((cell, at) => {
    const last = found.at(-1);
    const text = cell.text === '' ? ' ' : cell.text;
    const same =
      last !== undefined &&
      last.cell.colour === cell.colour &&
      last.cell.bold === cell.bold &&
      last.cell.dim === cell.dim;
    if (same) last.text += text;
    else found.push({ at, text, cell });
  });
  return found.filter(({ text }) => text.trim() !== '');
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function svgOf(terminal: TestTerminal, columns: number, rows: number): string {
  const width = Math.ceil(columns * CELL_WIDTH + 2 * MARGIN);
  const height = rows * CELL_HEIGHT + 2 * MARGIN;
  const lines: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (const { at, text, cell } of pieces(terminal.cells(row))) {
      const colour = cell.colour?.startsWith('#') === true ? cell.colour : FOREGROUND;
      const x = (MARGIN + at * CELL_WIDTH).toFixed(1);
      const y = (MARGIN + row * CELL_HEIGHT + 13).toFixed(1);
      const length = (text.length * CELL_WIDTH).toFixed(1);
      const style = `${cell.bold ? ' font-weight="bold"' : ''}${cell.dim ? ' opacity="0.6"' : ''}`;
      lines.push(
        `<text x="${x}" y="${y}" textLength="${length}" fill="${colour}"${style} xml:space="preserve">${escapeText(text)}</text>`,
      );
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
${lines.join('\n')}
</g></svg>\n`;
}

function keep(name: string, terminal: TestTerminal, columns: number, rows: number): void {
  writeFileSync(
    join(target, `${name}.txt`),
    `${terminal
      .screen()
      .map((line) => line.trimEnd())
      .join('\n')}\n`,
  );
  writeFileSync(join(target, `${name}.svg`), svgOf(terminal, columns, rows));
  process.stdout.write(`docs/screens/${name}\n`);
}

mkdirSync(target, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'genesis-screens-'));
const terminal = openTerminal({
  file: join(root, 'bin', 'genesis'),
  args: ['--data-dir', folder],
  columns: 120,
  rows: 30,
  env: { COLORTERM: 'truecolor' },
});
try {
  await terminal.until(/Nothing is open/, 40_000);
  await pause(1_500);
  await terminal.type('buy 100 usdt btc');
  await terminal.until(/worst loss/, 10_000);
  keep('preview-120x30', terminal, 120, 30);
  terminal.press('enter');
  await terminal.until(/stop resting at/, 15_000);
  await pause(3_000);
  keep('position-120x30', terminal, 120, 30);
  await terminal.type('iceberg buy 50 usdt btc');
  terminal.press('enter');
  await terminal.until(/HUNTER;/, 10_000);
  keep('refusal-120x30', terminal, 120, 30);
  terminal.resize(80, 24);
  await pause(1_000);
  keep('position-80x24', terminal, 80, 24);
} finally {
  terminal.close();
  const pids = [readApiFile(folder)?.pid, exchangePid(folder)];
  for (const pid of pids) if (pid !== undefined) process.kill(pid, 'SIGTERM');
  await pause(1_000);
  rmSync(folder, { recursive: true, force: true });
}

function exchangePid(dataDir: string): number | undefined {
  try {
    return (
      JSON.parse(readFileSync(join(dataDir, 'exchange', 'exchange.json'), 'utf8')) as {
        readonly pid?: number;
      }
    ).pid;
  } catch {
    return undefined;
  }
}
