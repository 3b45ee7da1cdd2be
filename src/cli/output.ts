/**
 * What every command prints alike: JSON on one line, problems in three parts (what, why it is all
 * right, what next) on standard error, and the exit status. Text that came from outside is cleaned
 * before it reaches a terminal.
 */
import { isHidden } from '../core/command-grammar-words.ts';
import type { Explanation } from '../core/refusals.ts';

/** Prints a value as one line of JSON. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Prints lines for a person. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(lines.length === 0 ? '' : `${lines.map(cleanText).join('\n')}\n`);
}

/** Says a problem and makes the exit status 1; with `json` the problem is JSON on standard output. */
export function printProblem(problem: Explanation & { readonly code?: string }, json: boolean): void {
  process.exitCode = 1;
  const { what, why, next, code } = problem;
  if (json) printJson({ error: { ...(code === undefined ? {} : { code }), what, why, next } });
  else process.stderr.write(`${[what, why, next].map(cleanText).join('\n')}\n`);
}

/** Takes characters away that a terminal would act on or that reorder text. */
function cleanText(text: string): string {
  let clean = '';
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    clean += code === 0x0a || !isHidden(code) ? (text[index] ?? '') : '';
  }
  return clean;
}
