/**
 * The lines of a file or of standard input, streamed: plain or gzip (told by its first bytes), a line at a
 * time, never more than one line in memory. A line that is too long is told of and passed over, not kept.
 */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { err, ok, type Result } from '../core/result.ts';

export type LineTaker = {
  line(text: string, number: number): void;
  tooLong(number: number): void;
  /** Asked between chunks; true ends the reading. */
  stopped(): boolean;
};

const LINE_MAX_CHARACTERS = 1_000_000;

/** `-` is standard input. The error is what the system said; lines read before it were handed over. */
export async function readTextLines(path: string, taker: LineTaker): Promise<Result<number, string>> {
  const splitter = createSplitter(taker);
  const source = path === '-' ? process.stdin : createReadStream(path);
  try {
    for await (const chunk of unpacked(source)) {
      splitter.add(chunk);
      if (taker.stopped()) break;
    }
    splitter.end();
    return ok(splitter.count());
  } catch (error) {
    splitter.end();
    return err(error instanceof Error ? error.message : String(error));
  } finally {
    source.destroy();
  }
}

async function* unpacked(source: Readable): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await chunks.next();
  if (first.done === true) return;
  const rest = async function* (): AsyncGenerator<Buffer> {
    yield first.value;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  };
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield* rest();
    return;
  }
  const gunzip = createGunzip();
  const feeding = feed(rest(), gunzip);
  for await (const chunk of gunzip) yield chunk as Buffer;
  await feeding;
}

async function feed(from: AsyncGenerator<Buffer>, gunzip: ReturnType<typeof createGunzip>): Promise<void> {
  try {
    for await (const chunk of from) {
      if (gunzip.destroyed) return;
      if (!gunzip.write(chunk)) await drained(gunzip);
    }
    gunzip.end();
  } catch (error) {
    gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

async function drained(gunzip: ReturnType<typeof createGunzip>): Promise<void> {
  return new Promise((settle) => {
    const done = (): void => {
      gunzip.off('drain', done);
      gunzip.off('close', done);
      settle();
    };
    gunzip.on('drain', done);
    gunzip.on('close', done);
  });
}

function createSplitter(taker: LineTaker): { add(chunk: Buffer): void; end(): void; count(): number } {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let skipping = false;
  let number = 0;

  function whole(text: string): void {
    number += 1;
    if (skipping || text.length > LINE_MAX_CHARACTERS) taker.tooLong(number);
    else taker.line(text.endsWith('\r') ? text.slice(0, -1) : text, number);
    skipping = false;
  }

  return {
    add(chunk): void {
      const text = rest + decoder.write(chunk);
      let from = 0;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
        whole(text.slice(from, end));
        from = end + 1;
      }
      rest = text.slice(from);
      if (rest.length <= LINE_MAX_CHARACTERS) return;
      rest = '';
      skipping = true;
    },
    end(): void {
      rest += decoder.end();
      if (rest !== '' || skipping) whole(rest);
      rest = '';
    },
    count: () => number,
  };
}
