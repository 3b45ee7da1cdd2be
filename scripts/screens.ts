// Pictures of the real console for the README and docs/screens/: drives bin/genesis in a pseudo-terminal on a
// seeded paper market, and on a scripted engine for what takes weeks to see, and writes each screen as text and
// as PNG, drawn by a headless Chromium (the program `chromium`, or GENESIS_CHROMIUM). Usage: node scripts/screens.ts
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readApiFile } from '../src/api/api-file.ts';
import { atStage } from '../tests/builders/ceremonies.ts';
import { FAKE_NOW } from '../tests/builders/fake-engine.ts';
import { fullDashboard } from '../tests/builders/full-dashboard.ts';
import { openTerminal, type Cell, type TestTerminal } from '../tests/builders/terminal.ts';
import { smallPng } from './small-png.ts';
import { calmed, openScripted } from '../tests/e2e/scripted-console.ts';

const root: string = join(import.meta.dirname, '..');
const target: string = join(root, 'docs', 'screens');
/** Kept as text alone: their pictures would say nothing new. */
const asTextOnly: ReadonlySet<string> = new Set([
  'tour-120x40',
  'tour-200x60',
  'preview-80x24',
  'preview-200x60',
  'help-120x40',
]);
const CELL_WIDTH = 8.4;
const CELL_HEIGHT = 18;
const MARGIN = 16;
type Paper = { readonly foreground: string; readonly background: string };
const dark: Paper = { foreground: '#c9ccd1', background: '#14161a' };
const light: Paper = { foreground: '#24272c', background: '#fbfbf9' };

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

/** The screen as a picture of text, cell by cell: the letters stand where the terminal has them. */
function svgOf(terminal: TestTerminal, columns: number, rows: number, paper: Paper): string {
  const width = Math.ceil(columns * CELL_WIDTH + 2 * MARGIN);
  const height = rows * CELL_HEIGHT + 2 * MARGIN;
  const lines: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (const { at, text, cell } of pieces(terminal.cells(row))) {
      const colour = cell.colour?.startsWith('#') === true ? cell.colour : paper.foreground;
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
<rect width="100%" height="100%" rx="8" fill="${paper.background}"/>
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
${lines.join('\n')}
</g></svg>\n`;
}

/** Draws the picture; few colours and no shades make it small. */
function drawn(svg: string, columns: number, rows: number, path: string): void {
  const width = Math.ceil(columns * CELL_WIDTH + 2 * MARGIN);
  const height = rows * CELL_HEIGHT + 2 * MARGIN;
  const work = mkdtempSync(join(tmpdir(), 'genesis-picture-'));
  const page = join(work, 'page.html');
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><style>body{margin:0}svg{display:block}</style>${svg}`,
  );
  execFileSync(
    process.env['GENESIS_CHROMIUM'] ?? 'chromium',
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-lcd-text',
      '--hide-scrollbars',
      '--force-device-scale-factor=1',
      `--user-data-dir=${join(work, 'profile')}`,
      `--window-size=${width},${height}`,
      `--screenshot=${path}`,
      `file://${page}`,
    ],
    { stdio: 'ignore', timeout: 60_000 },
  );
  writeFileSync(path, smallPng(readFileSync(path)));
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}

function keep(name: string, terminal: TestTerminal, [columns, rows]: Size, paper: Paper = dark): void {
  writeFileSync(
    join(target, `${name}.txt`),
    `${terminal
      .screen()
      .map((line) => line.trimEnd())
      .join('\n')}\n`,
  );
  if (!asTextOnly.has(name))
    drawn(svgOf(terminal, columns, rows, paper), columns, rows, join(target, `${name}.png`));
  process.stdout.write(`docs/screens/${name}\n`);
}

type Size = readonly [columns: number, rows: number];
const sizes: readonly Size[] = [
  [80, 24],
  [120, 40],
  [200, 60],
];
const usual: Size = [120, 40];

/** The same screen at every size. */
async function keepAll(name: string, terminal: TestTerminal): Promise<void> {
  for (const size of sizes) {
    terminal.resize(...size);
    await pause(1_200);
    keep(`${name}-${size.join('x')}`, terminal, size);
  }
  terminal.resize(...usual);
  await pause(600);
}

function open(folder: string, env: Readonly<Record<string, string>>): TestTerminal {
  return openTerminal({
    file: join(root, 'bin', 'genesis'),
    args: ['--data-dir', folder],
    columns: usual[0],
    rows: usual[1],
    env: { COLORTERM: 'truecolor', ...env },
  });
}

mkdirSync(target, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'genesis-screens-'));
// A rest of this machine's own accounts goes on elsewhere.
process.env['GENESIS_STATE_DIR'] = join(folder, 'locks');
const terminal = open(folder, { GENESIS_THEME: 'dark' });
const closing = [terminal];
try {
  await terminal.until(/Nothing is open/, 60_000);
  await terminal.until(/tour 1 of 6/, 10_000);
  await keepAll('tour', terminal);
  terminal.press('escape');
  await terminal.type('buy 100 usdt btc');
  await terminal.until(/worst loss/, 10_000);
  await keepAll('preview', terminal);
  terminal.press('enter');
  await terminal.until(/stop resting at/, 20_000);
  await pause(2_000);
  await keepAll('position', terminal);
  await terminal.type('iceberg buy 50 usdt btc');
  terminal.press('enter');
  await terminal.until(/HUNTER;/, 10_000);
  keep('refusal-120x40', terminal, usual);
  terminal.press('ctrlU');
  for (const [key, view] of [
    ['2', 'risk'],
    ['3', 'tier'],
    ['5', 'market'],
    ['9', 'help'],
  ] as const) {
    terminal.press('escape');
    await pause(100);
    terminal.write(key);
    await pause(1_500);
    keep(`${view}-120x40`, terminal, usual);
  }
  const bright = open(folder, { GENESIS_THEME: 'light' });
  closing.push(bright);
  await bright.until(/stop/, 20_000);
  await pause(1_500);
  keep('position-light-120x40', bright, usual, light);
  await scriptedScreens();
} finally {
  for (const shown of closing) shown.close();
  const pids = [readApiFile(folder)?.pid, exchangePid(folder)];
  for (const pid of pids) if (pid !== undefined) process.kill(pid, 'SIGTERM');
  await pause(1_000);
  rmSync(folder, { recursive: true, force: true });
}

/** What takes weeks to see: on a scripted engine with everything filled. */
async function scriptedScreens(): Promise<void> {
  const scripted = await openScripted();
  try {
    scripted.engine.show(atStage('gates'));
    const shown = await scripted.open({ GENESIS_THEME: 'dark', COLORTERM: 'truecolor' });
    const view = async (name: string, keys: string): Promise<void> => {
      await calmed(shown);
      shown.write(keys);
      await pause(1_500);
      keep(`${name}-120x40`, shown, usual);
    };
    await view('performance', '6');
    scripted.engine.show(fullDashboard());
    await view('tilt', '4');
    const { tilt, tiltMirror } = fullDashboard();
    scripted.engine.show({
      tilt: { ...tilt, level: 'LOCKED', score: 84, lockedUntil: FAKE_NOW + 272_000 },
      tiltMirror: tiltMirror && { ...tiltMirror, suggestion: 'A walk costs nothing.' },
    });
    await view('locked', '1');
    scripted.engine.show({ tilt, tiltMirror });
    await calmed(shown);
    scripted.engine.show({
      tilt: { ...tilt, level: 'WARNING', score: 66, journalRequired: 1, journalWords: 50 },
    });
    await shown.until('Ctrl-S hands it in');
    await shown.type('I wanted the last loss back at once. Nothing in the market asked for it.');
    await pause(500);
    keep('journal-120x40', shown, usual);
    shown.press('ctrlU');
    for (const stage of ['trial', 'emergency'] as const) {
      scripted.engine.show(atStage('gates'));
      await calmed(shown);
      await pause(300);
      scripted.engine.show(atStage(stage));
      await shown.until('Esc puts this page aside');
      keep(`step-${stage}-120x40`, shown, usual);
    }
  } finally {
    await scripted.close();
  }
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
