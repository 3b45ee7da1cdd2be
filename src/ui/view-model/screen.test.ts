// The screen as a person sees it, at the sizes people have, and at sizes nobody has.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dashboard, Preview } from '../../core/dashboard.ts';
import { screenInput, shownRows } from '../../../tests/builders/console-screen.ts';
import { fakeDashboard, fakePosition } from '../../../tests/builders/fake-engine.ts';
import { initialState, type Connection, type ConsoleState } from './console-state.ts';
import { screenRows } from './screen.ts';
import { rowText } from './spans.ts';
import { viewOrder, type View } from './views/view.ts';

const order = 'buy 100 usdt btc';
const preview: Preview = {
  outcome: 'wouldSend',
  lines: [
    '$100 becomes $25: one position holds at most 5 % of $500.',
    'Stop 66,104.20, worst loss $0.50, fees about $0.05.',
  ],
  figures: {},
};

function typing(text: string, changes: Partial<ConsoleState> = {}): ConsoleState {
  return { ...initialState([]), line: { text, cursor: text.length }, ...changes };
}

type Case = {
  readonly columns: number;
  readonly rows: number;
  readonly state?: ConsoleState;
  readonly dashboard?: Dashboard | null;
  readonly connection?: Connection;
};

function screen({
  columns,
  rows,
  state = initialState([]),
  dashboard = fakeDashboard({ positions: [fakePosition] }),
  connection = { kind: 'live' },
}: Case): readonly string[] {
  const notices = dashboard?.notices.toReversed() ?? [];
  return shownRows(screenInput(dashboard, { state, notices, connection, size: { columns, rows } }));
}

describe('a calm SNIPER', () => {
  test('at 80 by 24', () => {
    expect(
      screen({ columns: 80, rows: 24, state: typing(order, { preview: { line: order, preview } }) }),
    ).toEqual([
      ' genesis · paper         BTC/USDT 67,453.20  normal  data 0.1 s    14:02:11 UTC',
      '',
      '   +$1.24 today     $23.76 of $25 left to lose      SNIPER  1/3 to HUNTER',
      '   +0.25 %          ━━━━━━━━━━━━━━━━━━━━━━━━━━╸─    ━━━━━━━━╸────────────────',
      '',
      '   open',
      '   BTC/USDT   0.00037    67,412.10 → 67,453.20   +$0.02     stop 66,063.86',
      '                                                            2.06 % away',
      '',
      '',
      '   14:01:47   bought 0.00037 BTC at 67,412.10, stop resting at 66,063.86',
      '   13:20:03   lock 10 min ended',
      '',
      '',
      '',
      '',
      '',
      ' ─────────────────────────────────────────────────────────────────────────────',
      ' › buy 100 usdt btc',
      '   $100 becomes $25: one position holds at most 5 % of $500.',
      '   Stop 66,104.20, worst loss $0.50, fees about $0.05.',
      '   Enter to send · Esc to clear · ? for why',
      '',
      '',
    ]);
  });

  test('at 120 by 40 there is room for the side, the distance of the stop, the age and a chart', () => {
    const rows = screen({ columns: 120, rows: 40 });
    expect(rows.slice(0, 7)).toEqual([
      ' genesis · paper                                            BTC/USDT  67,453.20   normal   data 0.1 s      14:02:11 UTC',
      '',
      '   +$1.24 today                   $23.76 of $25 left to lose today              SNIPER   1 of 3 gates to HUNTER',
      '   +0.25 %                        ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╸─               ━━━━━━━━━━╸─────────────────────',
      '',
      '   open',
      '   BTC/USDT    long   0.00037     67,412.10 → 67,453.20       +$0.02      stop 66,063.86   2.06 % away    4 min',
    ]);
    expect(rows[13]).toMatch(/^ {3}[ \u2801-\u28ff]+ {3}last 60 min, 1 min candles$/);
    expect(rows[33]).toMatch(/^ ─+$/);
    expect(rows[34]).toBe(' ›');
  });

  test('at 200 by 60 everything keeps its place', () => {
    const rows = screen({ columns: 200, rows: 60 });
    expect(rows[0]?.length).toBe(199);
    expect(rows[6]).toContain('stop 66,063.86');
    expect(rows[54]).toBe(' ›');
  });

  test('at 20 by 5 the money, the position and the line are left', () => {
    expect(screen({ columns: 20, rows: 5, state: typing('close btc') })).toEqual([
      ' genesis · paper',
      '   +$1.24 today',
      '   open',
      ' BTC/USDT  +$0.02',
      ' › close btc',
    ]);
  });

  test('a long line is shifted so that the cursor is seen', () => {
    const row = screen({ columns: 40, rows: 10, state: typing(`journal ${'word '.repeat(40)}end`) })[8];
    expect(row).toMatch(/^ … .*end$/);
  });
});

describe('a long answer', () => {
  const lines = Array.from(
    { length: 30 },
    (_, index) => `setting ${index + 1}: what it is and what it may be`,
  );
  const asked = typing('', { answer: { tone: 'plain', lines } });

  test('takes the middle of the screen and scrolls, the line stays', () => {
    const rows = screen({ columns: 80, rows: 24, state: asked });
    expect(rows).toContain('   answer   Esc goes back');
    expect(rows).toContain('   setting 1: what it is and what it may be');
    expect(rows.slice(-6, -4)).toEqual([
      ' ›',
      '   The answer is above. PgUp and PgDn scroll it, Esc puts it away.',
    ]);
    const end = screen({ columns: 80, rows: 24, state: { ...asked, scroll: 200 } });
    expect(end).toContain('   setting 30: what it is and what it may be');
  });

  test('one that fits stays under the line, and so does a refusal', () => {
    const short = typing('', { answer: { tone: 'plain', lines: lines.slice(0, 5) } });
    const refused = typing('', { answer: { tone: 'caution', lines } });
    for (const state of [short, refused])
      expect(screen({ columns: 80, rows: 24, state }).join('\n')).not.toContain('answer   Esc');
  });
});

describe('what is not calm', () => {
  test('before the engine answers', () => {
    const rows = screen({ columns: 80, rows: 24, dashboard: null, connection: { kind: 'opening' } });
    expect(rows[0]).toMatch(/^ genesis +opening the market…$/);
    expect(rows.join('\n')).toContain('The market is opening; this takes a moment.');
  });

  test('a stale market says so', () => {
    const [market] = fakeDashboard().markets;
    const rows = screen({
      columns: 80,
      rows: 24,
      dashboard: fakeDashboard({ markets: [{ ...market!, ageMs: 4_200, stale: true }] }),
    });
    expect(rows[0]).toContain('data 4.2 s stale');
  });

  test('reconnecting is said with its time, and every figure goes quiet', () => {
    const dashboard = fakeDashboard({ positions: [fakePosition] });
    const rows = screenRows(
      screenInput(dashboard, {
        connection: { kind: 'reconnecting', sinceMs: 2_000 },
        size: { columns: 80, rows: 24 },
      }),
    );
    expect(rowText(rows[0]!)).toContain('reconnecting 3 s');
    expect(
      new Set(
        rows
          .slice(2, 17)
          .flatMap((row) => row.filter((piece) => piece.text.trim() !== '').map((piece) => piece.style)),
      ),
    ).toEqual(new Set(['quiet']));
  });

  test('an engine that is gone is explained', () => {
    const problem = {
      what: 'The engine does not answer any more.',
      why: 'Stops rest at the exchange.',
      next: 'Press Enter to start it again.',
    };
    const text = screen({ columns: 80, rows: 24, connection: { kind: 'stopped', problem } }).join('\n');
    for (const sentence of Object.values(problem)) expect(text).toContain(sentence);
  });

  test('a lock has its border, its end, and what stays protected', () => {
    const tilt = {
      ...fakeDashboard().tilt,
      level: 'LOCKED' as const,
      score: 84,
      lockedUntil: Date.UTC(2026, 10, 23, 14, 7),
    };
    const dashboard = fakeDashboard({ tilt });
    const rows = screenRows(screenInput(dashboard, { size: { columns: 80, rows: 24 } }));
    expect(rows[17]?.at(-1)?.style).toBe('lock');
    expect(rows.map(rowText).join('\n')).toContain(
      'Entries rest for 4 min 49 s, until 14:07 UTC on 2026-11-23.',
    );
    // Red belongs to the border alone.
    expect(rows.flat().filter((piece) => piece.style === 'lock')).toHaveLength(1);
  });

  test('a loss has a minus sign and no colour of its own', () => {
    const account = { ...fakeDashboard().account, dayPnl: '-3.10', dayPnlBps: -62 };
    const positions = [{ ...fakePosition, pnlDollars: '-0.40', pnlBps: -16 }];
    const rows = screenRows(screenInput(fakeDashboard({ account, positions })));
    const loss = rows.flat().filter((piece) => piece.text.startsWith('-$'));
    expect(loss.map((piece) => piece.text.trim())).toEqual(['-$3.10', '-$0.40']);
    expect(
      loss.some((piece) => piece.style === 'good' || piece.style === 'caution' || piece.style === 'lock'),
    ).toBe(false);
  });

  test('the question before leaving', () => {
    const text = screen({ columns: 100, rows: 24, state: typing('', { dialog: 'quit' }) }).join('\n');
    expect(text).toContain('Leave the console. Does the engine keep running?');
    expect(text).toContain('k keep it running · s stop it, stops stay at the exchange · Esc stay here');
  });

  test('without a stop at the exchange, that is what is shown', () => {
    const text = screen({
      columns: 80,
      rows: 24,
      dashboard: fakeDashboard({
        positions: [{ ...fakePosition, protected: false, stopPrice: null, stopDistanceBps: null }],
      }),
    }).join('\n');
    expect(text).toContain('stop being placed');
  });
});

describe('views', () => {
  test.each<[View, string]>([
    ['positions', '67,412.10'],
    ['orders', 'No order rests at the exchange.'],
    ['status', '$501.24, $476.26 free'],
    ['tier', '1 of 3 gates to HUNTER'],
    ['tilt', 'a little faster than usual for you'],
    ['risk', '$23.76 of $25'],
    ['help', 'buy 100 usdt btc'],
  ])('%s', (view, wanted) => {
    const text = screen({ columns: 120, rows: 40, state: typing('', { view }) }).join('\n');
    expect(text).toContain(`   ${view}   Esc goes back`);
    expect(text).toContain(wanted);
  });

  test('a view that is too long is scrolled, and says what is above and below', () => {
    const help = (scroll: number): string =>
      screen({ columns: 80, rows: 24, state: typing('', { view: 'help', scroll }) }).join('\n');
    const more = Number(/… (\d+) more, PgDn/.exec(help(0))?.[1]);
    expect(more).toBeGreaterThan(8);
    expect(help(8)).toContain(`… 8 above, PgUp · ${more - 8} more, PgDn`);
    expect(help(200)).toContain(`… ${more} above, PgUp`);
    expect(help(200)).toContain('short forms');
  });
});

describe('any size, any text', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '\u001b[2J\u001b[31mred',
      '\u202egnp.exe',
      '\u009b31m',
      '宽宽宽',
      '👩‍👩‍👧',
      '\u0000',
      'é'.normalize('NFD'),
    ),
  );
  const view = fc.constantFrom<View>(...viewOrder);
  const connection = fc.constantFrom<Connection>(
    { kind: 'live' },
    { kind: 'opening' },
    { kind: 'reconnecting', sinceMs: 0 },
    { kind: 'stopped', problem: { what: 'w', why: 'y', next: 'n' } },
  );

  test('the screen has exactly its rows, none too wide, none with a character that acts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 220 }),
        fc.integer({ min: 1, max: 70 }),
        hostile,
        view,
        connection,
        fc.boolean(),
        (columns, rows, text, shown, link, empty) => {
          const base = fakeDashboard();
          const dashboard = fakeDashboard({
            positions: [{ ...fakePosition, display: text, quantity: text, stopPrice: text }],
            stateReason: text,
            notices: [{ at: 0, tone: 'plain', text, commandId: null, done: true }],
            tier: {
              ...base.tier,
              gates: [{ gate: text, currentValue: text, requiredValue: text, passed: false }],
            },
            tilt: { ...base.tilt, indicators: [{ name: text, points: 5, words: text }] },
            orders: [
              {
                orderId: '',
                clientOrderId: '',
                symbol: text,
                side: 'BUY',
                type: text,
                purpose: 'entry',
                status: 'UNKNOWN',
                quantity: text,
                filledQuantity: text,
                price: text,
                stopPrice: null,
                createdAt: 0,
              },
            ],
          });
          const state = typing(text, { view: shown, answer: { tone: 'plain', lines: [text, text] } });
          const painted = shownRows(
            screenInput(empty ? null : dashboard, {
              state,
              notices: dashboard.notices,
              connection: link,
              size: { columns, rows },
            }),
          );
          for (const row of painted)
            expect(row).not.toMatch(/[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u);
        },
      ),
      { numRuns: process.env['GENESIS_TEST_PROFILE'] === 'full' ? 5_000 : 300 },
    );
  });
});
