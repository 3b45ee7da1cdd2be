/**
 * `tilt reset [sentence]` and `life [event] [kind] [days]`: what the trader says about themselves. Days are
 * whole (`3`, `3d`, `3 days`); how many are too many is the engine's matter.
 */
import { fault, type CommandError } from './command-grammar-errors.ts';
import type { CommandWord, Token } from './command-grammar-words.ts';
import type { Command } from './commands.ts';
import { nearestWord } from './nearest.ts';
import { ok, type Result } from './result.ts';
import { lifeEvents } from './vocabulary.ts';

export function parseTilt(rest: readonly Token[], line: string): Result<Command, CommandError> {
  const [word] = rest;
  if (word?.lower !== 'reset')
    return fault('extraWords', {
      ...(word === undefined ? {} : { token: word }),
      suggestion: nearestWord(word?.lower ?? '', ['reset']),
      figures: { command: 'tilt' },
    });
  return ok({ kind: 'relearn', phrase: line.slice(word.at + word.text.length).trim() });
}

export function parseLife(entry: CommandWord, rest: readonly Token[]): Result<Command, CommandError> {
  const [first, ...more] = rest[0]?.lower === 'event' ? rest.slice(1) : rest;
  if (first === undefined) return ok({ kind: 'life', event: null, days: null });
  const event = lifeEvents.find((known) => known === first.lower);
  if (event === undefined)
    return fault('missingWord', {
      token: first,
      suggestion: nearestWord(first.lower, lifeEvents),
      figures: { command: entry.word, form: `life ${lifeEvents.join(', ')}` },
    });
  const [count, unit, extra] = more;
  if (count === undefined) return ok({ kind: 'life', event, days: null });
  const text = `${count.lower}${unit?.lower ?? ''}`;
  const match = /^(\d{1,3})(?:d|day|days)?$/.exec(text);
  if (extra !== undefined) return fault('extraWords', { token: extra, figures: { command: entry.word } });
  if (match === null || Number(match[1]) === 0) return fault('notADuration', { token: count, word: text });
  return ok({ kind: 'life', event, days: Number(match[1]) });
}
