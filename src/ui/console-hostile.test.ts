/**
 * Whatever a terminal sends and whatever the exchange says: no order that was not seen on the line and
 * sent with an Enter of its own, nothing thrown, nothing that acts on the terminal but what the
 * painter writes. Judged from the outside: by the row on screen and the bytes written.
 */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { openBytesConsole, type BytesConsole } from '../../tests/builders/console-bytes.ts';
import { fakeDashboard, fakePosition } from '../../tests/builders/fake-engine.ts';
import { fullDashboard } from '../../tests/builders/full-dashboard.ts';

const full: boolean = process.env['GENESIS_TEST_PROFILE'] === 'full';
const INPUTS = full ? 100_000 : 2_000;
const SCENARIOS = full ? 1_000 : 40;
const STEPS = 50;
const ESC = '\u001b';
vi.setConfig({ testTimeout: full ? 900_000 : 60_000 });

/** Orders and whatever else changes something; looking and writing for oneself is free. */
const harmless: ReadonlySet<string> = new Set(['view', 'journal']);

/** Commands that are whole: what is typed behind one, in one piece and with an Enter, is a command of its own. */
const whole =
  /^(?:buy [\d.]+ usdt \w+|b[\d.]+u \w+|close \w+|close-all|sell [\d.]+% \w+|cancel|stop \w+ [\d.]+%)$/;

/** What gets out of a position or keeps it as it is; never adds to one. */
const protects = /^(?:c|close|close-all|closeall|cancel|stop|undo)(?: |$)/;

type Line = ReturnType<BytesConsole['line']>;

const kills: Readonly<Record<string, RegExp>> = {
  '\u0015': /^.*$/,
  '\u0017': /[^ ]* *$/,
  '\u007f': /.$/,
};

/** The line as a person sees it in their mind once these keys were pressed; null when one of them is no typing. */
function inMind(keys: string, before: string, after: string): string | null {
  let text = before;
  for (const key of keys) {
    const kill = kills[key];
    if (kill !== undefined) text = text.replace(kill, '');
    else if (key < ' ' || key > '~') return null;
    // On an empty line a number is a view, not a letter.
    else if (text + after !== '' || !/[1-9]/.test(key)) text += key;
  }
  return squeezed(text + after);
}

/**
 * Whether a person may have meant a line by this chunk: an Enter of its own, and before it either the whole line
 * as it is shown with what this chunk types at the cursor; or, behind a whole command, all of what it types; or,
 * of what only protects, the words typed last.
 */
function isIntended(sent: string, { before, after }: Line, chunk: string): boolean {
  const typed = chunk === '\n' ? '' : /^([^\r\n]*)\r$/.exec(chunk)?.[1];
  if (typed === undefined) return false;
  const wanted = inMind(typed, before, after);
  if (wanted === null) return false;
  if (wanted === squeezed(sent)) return true;
  if (after === '' && whole.test(squeezed(before)) && inMind(typed, '', '') === squeezed(sent)) return true;
  return protects.test(sent) && inMind(typed, before, '')?.endsWith(sent) === true;
}

const squeezed = (line: string): string => line.replaceAll(/ +/g, ' ').trim();

/** A cancel that was entered leaves after its undo window, or with the console. */
type Held = { cancel: boolean };

/** Feeds one chunk, lets time pass, and returns what was sent that nobody meant. */
async function unintended(
  console_: BytesConsole,
  chunk: string,
  wait: number,
  held: Held,
): Promise<readonly string[]> {
  const before = console_.engine.commands.length;
  const shown = console_.line();
  // What the screen says of the next Enter, when that comes by itself.
  const promised =
    chunk === '\r' || chunk === '\n'
      ? /Enter carries out (.+) alone\./.exec(console_.rows().join('\n'))?.[1]
      : undefined;
  held.cancel ||= isIntended('cancel', shown, chunk);
  console_.send(chunk);
  await console_.pass(0);
  const byKey = console_.engine.commands.length;
  await console_.pass(wait);
  return console_.engine.commands
    .slice(before)
    .filter(({ command, origin }, index) => {
      if (harmless.has(command.kind)) return false;
      if (command.kind === 'cancel' && held.cancel) return (held.cancel = false);
      if (before + index < byKey && promised === origin.text && protects.test(origin.text)) return false;
      return before + index >= byKey || !isIntended(origin.text, shown, chunk);
    })
    .map(({ origin }) => origin.text);
}

const words = fc.constantFrom(
  'buy 25 usdt btc',
  'b100u btc',
  'close btc',
  'close-all',
  'sell 50% btc',
  'cancel',
  'undo',
  'journal ',
  'tier',
  'market eth',
  'stop btc 1%',
  '7',
  '?',
  'x',
);
const sequence = fc.constantFrom(
  `${ESC}[A`,
  `${ESC}[B`,
  `${ESC}[D`,
  `${ESC}[200~`,
  `${ESC}[201~`,
  `${ESC}]0;title\u0007`,
  `${ESC}Pq${ESC}\\`,
  `${ESC}[31m`,
  `${ESC}[1;5D`,
  ESC,
  '\u009b31m',
);
const control = fc.constantFrom(
  '\r',
  '\n',
  '\t',
  '\u0003',
  '\u0012',
  '\u0013',
  '\u0015',
  '\u0017',
  '\u0000',
  '\u007f',
  '\u202e',
  '\u200b',
);
const chunk = fc.oneof(
  { weight: 4, arbitrary: words },
  { weight: 3, arbitrary: control },
  {
    weight: 2,
    arbitrary: fc.array(fc.oneof(words, sequence, control), { maxLength: 5 }).map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: sequence },
);

/** Strips what the painter may write; what is left must be nothing but signs. */
function acts(written: string): readonly string[] {
  const own = new RegExp(`${ESC}\\[(?:\\?(?:2026|25)[hl]|\\d+;\\d+H|[\\d;]*m|K|2J)`, 'g');
  return (
    written.replaceAll(own, '').match(/[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu) ?? []
  );
}

describe('random input', () => {
  test('sends nothing that was not on the line and entered by itself', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(chunk, fc.constantFrom(0, 0, 5, 60, 60, 60, 400, 3_200)), {
          minLength: STEPS,
          maxLength: STEPS,
        }),
        async (steps) => {
          const console_ = await openBytesConsole(undefined, { columns: 220, rows: 24 });
          const wrong: string[] = [];
          const held: Held = { cancel: false };
          console_.engine.show({ positions: [fakePosition] });
          for (const [bytes, wait] of steps) {
            wrong.push(...(await unintended(console_, bytes, wait, held)));
          }
          expect([wrong, acts(console_.written())]).toEqual([[], []]);
          console_.store.close();
        },
      ),
      { numRuns: Math.ceil(INPUTS / STEPS) },
    );
  });
});

describe('hostile surroundings', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      `${ESC}[2J${ESC}[31mgone`,
      '\u009b2J',
      '\u202egnp.exe',
      '宽宽宽',
      '👩‍👩‍👧',
      `${ESC}]52;c;aGk=\u0007`,
      'a\nb\rc',
      '',
    ),
  );
  const event = fc.oneof(
    fc.record({ kind: fc.constant('bytes' as const), bytes: chunk }),
    fc.record({
      kind: fc.constant('bomb' as const),
      size: fc.integer({ min: 1, max: 200_000 }),
      closed: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('size' as const),
      columns: fc.integer({ min: 1, max: 300 }),
      rows: fc.integer({ min: 1, max: 80 }),
    }),
    fc.record({ kind: fc.constant('notice' as const), text }),
    fc.record({ kind: fc.constant('picture' as const), text }),
    fc.record({ kind: fc.constant('cut' as const), gone: fc.boolean() }),
    fc.record({ kind: fc.constant('mute' as const), mute: fc.boolean() }),
  );

  test('bombs, sizes, cut streams and terminal escapes in what the exchange says: nothing is placed, nothing breaks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 10, maxLength: 30 }), async (events) => {
        const console_ = await openBytesConsole(undefined, { columns: 220, rows: 24 });
        let misfits = 0;
        for (const happened of events) {
          switch (happened.kind) {
            case 'bytes':
              console_.send(happened.bytes.replaceAll(/[\r\n]/g, ''));
              break;
            case 'bomb':
              console_.send(
                `${ESC}[200~${'buy 25 usdt btc\r'.repeat(Math.ceil(happened.size / 16))}${happened.closed ? `${ESC}[201~` : ''}`,
              );
              break;
            case 'size':
              console_.resize(happened.columns, happened.rows);
              misfits += console_.store.rows().length === happened.rows ? 0 : 1;
              break;
            case 'notice':
              console_.engine.notice(happened.text);
              break;
            case 'picture': {
              const base = fullDashboard();
              const [market] = fakeDashboard().markets;
              console_.engine.show({
                ...base,
                stateReason: happened.text,
                markets: market === undefined ? [] : [{ ...market, display: happened.text }],
                positions: [{ ...fakePosition, display: happened.text, quantity: happened.text }],
                performance: null,
              });
              console_.link.picture();
              break;
            }
            case 'cut':
              console_.link.gone = happened.gone;
              console_.link.cut();
              break;
            case 'mute':
              console_.link.mute = happened.mute;
              break;
          }
          await console_.pass(120);
        }
        console_.link.gone = false;
        await console_.pass(3_000);
        expect(misfits).toBe(0);
        expect(console_.engine.commands.filter(({ command }) => !harmless.has(command.kind))).toEqual([]);
        expect(acts(console_.written())).toEqual([]);
        console_.store.close();
      }),
      { numRuns: SCENARIOS },
    );
  });
});
