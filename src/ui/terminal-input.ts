/**
 * The keyboard as the painter reads it: the terminal's input with pastes bounded and never left
 * open, so that neither a ten megabyte paste nor a lost end mark can hold the console up.
 */
import { PassThrough } from 'node:stream';
import { createPasteLimiter } from './paste-limiter.ts';

/** More than a journal entry needs. */
const PASTE_MAX = 25_000;
/** A paste that has gone quiet for this long is taken as ended. */
const PASTE_QUIET_MS = 2_000;

/** A stream Ink can read instead of `stdin`. */
export function boundedInput(stdin: NodeJS.ReadStream): NodeJS.ReadStream {
  const limiter = createPasteLimiter(PASTE_MAX);
  const input = new PassThrough({ highWaterMark: 1024 * 1024 });
  let quiet: NodeJS.Timeout | null = null;
  const pass = (text: string): void => {
    if (text !== '') input.write(text);
  };
  stdin.setEncoding('utf8');
  stdin.on('data', (chunk: Buffer | string) => {
    pass(limiter.take(String(chunk)));
    if (quiet !== null) clearTimeout(quiet);
    quiet = limiter.open ? setTimeout(() => pass(limiter.end()), PASTE_QUIET_MS) : null;
  });
  stdin.once('end', () => input.end());
  return Object.assign(input, {
    isTTY: stdin.isTTY,
    setRawMode(wanted: boolean) {
      stdin.setRawMode(wanted);
      return this;
    },
    ref: () => stdin.ref(),
    unref: () => stdin.unref(),
  }) as unknown as NodeJS.ReadStream;
}
