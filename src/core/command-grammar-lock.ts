/** `lock 24h`: how long, as a person says it. */
import { fault, type CommandError } from './command-grammar-errors.ts';
import type { CommandWord, Token } from './command-grammar-words.ts';
import type { Command } from './commands.ts';
import { ok, type Result } from './result.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './time.ts';

/** What `lock` accepts; the engine may be stricter. */
const LOCK_MS_MIN: number = MINUTE_MS;
export const LOCK_MS_MAX: number = 30 * DAY_MS;

const unitMs: Readonly<Record<string, number>> = {
  m: MINUTE_MS,
  min: MINUTE_MS,
  minutes: MINUTE_MS,
  h: HOUR_MS,
  hour: HOUR_MS,
  hours: HOUR_MS,
  d: DAY_MS,
  day: DAY_MS,
  days: DAY_MS,
};

export function parseLock(
  entry: CommandWord,
  verb: Token,
  rest: readonly Token[],
): Result<Command, CommandError> {
  const [first] = rest;
  if (first === undefined)
    return fault('missingWord', {
      at: endOf(verb),
      length: 0,
      figures: { command: entry.word, form: entry.form },
    });
  const word = rest
    .slice(0, 2)
    .map((token) => token.lower)
    .join('');
  const match = /^(\d{1,6})([a-z]+)$/.exec(word);
  const unit = match === null || !Object.hasOwn(unitMs, match[2] ?? '') ? undefined : unitMs[match[2] ?? ''];
  const place = { at: first.at, length: endOf(rest[1] ?? first) - first.at, word };
  if (match === null || unit === undefined) return fault('notADuration', place);
  const extra = rest[/\d$/.test(first.lower) ? 2 : 1];
  if (extra !== undefined) return fault('extraWords', { token: extra, figures: { command: entry.word } });
  const durationMs = Number(match[1]) * unit;
  if (durationMs < LOCK_MS_MIN || durationMs > LOCK_MS_MAX) {
    return fault('empty', {
      ...place,
      code: 'command.durationOutOfRange',
      figures: { minMs: LOCK_MS_MIN, maxMs: LOCK_MS_MAX },
    });
  }
  return ok({ kind: 'lock', durationMs });
}

function endOf(token: Token): number {
  return token.at + token.text.length;
}
