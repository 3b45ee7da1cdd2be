// From frame to frame the terminal shows the rows, whatever was there before, and is sent little.
import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { zenGarden } from '../themes/zen-garden.ts';
import { cutRow, rowText, span, type Row, type Style } from '../view-model/spans.ts';
import { createFramePainter } from './frame-painter.ts';

const theme = zenGarden('truecolor', 'dark', 'usual');
const COLUMNS = 30;
const ROWS = 4;

async function screenAfter(
  frames: readonly string[],
): Promise<{ readonly rows: readonly string[]; readonly cursor: readonly number[] }> {
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  for (const frame of frames) await new Promise<void>((resolve) => terminal.write(frame, resolve));
  const buffer = terminal.buffer.active;
  const rows = Array.from({ length: ROWS }, (_, row) =>
    (buffer.getLine(row)?.translateToString(true) ?? '').trimEnd(),
  );
  const cursor = [buffer.cursorY, buffer.cursorX];
  terminal.dispose();
  return { rows, cursor };
}

const padded = (rows: readonly Row[]): readonly Row[] => [
  ...rows,
  ...Array.from({ length: ROWS - rows.length }, (): Row => []),
];

describe('a frame', () => {
  test('is written whole at first, then only where it differs', () => {
    const painter = createFramePainter(theme, true);
    const first = painter.frame(
      padded([[span('BTC/USDT  67,453.20', 'bright'), span('   calm', 'quiet')]]),
      COLUMNS,
    );
    expect(first).toContain('\u001b[2J');
    const next = painter.frame(
      padded([[span('BTC/USDT  67,453.21', 'bright'), span('   calm', 'quiet')]]),
      COLUMNS,
    );
    expect(next).toBe('\u001b[?2026h\u001b[?25l\u001b[1;19H\u001b[38;2;236;236;232m1\u001b[0m\u001b[?2026l');
    expect(
      painter.frame(padded([[span('BTC/USDT  67,453.21', 'bright'), span('   calm', 'quiet')]]), COLUMNS),
    ).toBe('');
  });

  test('two changes far apart are written apart', () => {
    const painter = createFramePainter(theme, true);
    painter.frame(padded([[span('a........................b')]]), COLUMNS);
    const next = painter.frame(padded([[span('c........................d')]]), COLUMNS);
    expect(next).toContain('\u001b[1;1H');
    expect(next).toContain('\u001b[1;26H');
    expect(next).not.toContain('...');
  });

  test('the cursor stands where the row says, and is hidden when no row says', async () => {
    const painter = createFramePainter(theme, true);
    const shown = painter.frame(
      padded([[], [span(' › '), span('buy'), { text: ' ', style: 'cursor' }]]),
      COLUMNS,
    );
    expect(shown.endsWith('\u001b[2;7H\u001b[?25h\u001b[?2026l')).toBe(true);
    expect((await screenAfter([shown])).cursor).toEqual([1, 6]);
    expect(painter.frame(padded([[], [span(' › buy')]]), COLUMNS)).not.toContain('\u001b[?25h');
  });

  test('without colour there is no colour in it', () => {
    const painter = createFramePainter(zenGarden('none', 'dark', 'usual'), true);
    const frame = painter.frame(padded([[span('x', 'good'), span('y', 'lock')]]), COLUMNS);
    expect(frame).toContain('xy');
    expect(frame.replaceAll('\u001b[0m', '')).not.toMatch(/\[[\d;]+m/);
  });

  test('without Unicode every sign has a plain one of its width', async () => {
    const painter = createFramePainter(theme, false);
    const { rows } = await screenAfter([painter.frame(padded([[span('› ━━╸── → 宽 ▓')]]), COLUMNS)]);
    expect(rows[0]).toBe('> ==--- > ?? *');
  });
});

test('after any frames the terminal shows the last one', async () => {
  const style = fc.constantFrom<Style>('bright', 'text', 'quiet', 'good', 'caution', 'lock');
  const words = fc.oneof(
    fc.string({ maxLength: 14 }),
    fc.constantFrom('宽宽', 'é'.normalize('NFD'), '    ', '67,453.20', '━━━╸──', '⡠⠔⠊', ''),
  );
  const row = fc.array(fc.tuple(words, style), { maxLength: 4 }).map((pieces) =>
    cutRow(
      pieces.map(([text, look]) => span(text, look)),
      COLUMNS,
    ),
  );
  const frame = fc.array(row, { maxLength: ROWS }).map(padded);
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 6 }), async (frames) => {
      const painter = createFramePainter(theme, true);
      const { rows } = await screenAfter(frames.map((rows_) => painter.frame(rows_, COLUMNS)));
      expect(rows).toEqual(frames.at(-1)?.map((last) => rowText(last).trimEnd()));
    }),
    { numRuns: process.env['GENESIS_TEST_PROFILE'] === 'full' ? 2_000 : 80 },
  );
});
