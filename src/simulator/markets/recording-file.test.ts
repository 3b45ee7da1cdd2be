import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { FeedError } from './feed-error.ts';
import { openRecording, type RecordingFile } from './recording-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'genesis-recording-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function stored(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function all(file: RecordingFile): readonly string[] {
  const lines = file.lines();
  const read: string[] = [];
  for (let line = lines.next(); line !== null; line = lines.next()) read.push(line);
  return read;
}

// Lines longer than a chunk, in every length around it, with letters of more than one byte.
const wanted = Array.from(
  { length: 300 },
  (_, index) => `${index}:${'é'.repeat(index * 7)}${'x'.repeat(index === 250 ? 200_000 : 3)}`,
);

describe('a recording on disk', () => {
  it.each([
    ['plain', 'plain.csv', wanted.join('\n'), undefined],
    ['plain with a last newline', 'newline.csv', `${wanted.join('\n')}\n`, undefined],
    ['with Windows line ends and empty lines', 'windows.csv', wanted.join('\r\n\r\n'), undefined],
    ['packed', 'packed.csv.gz', gzipSync(wanted.join('\n')), undefined],
    ['packed and unpacked through the disk', 'big.csv.gz', gzipSync(wanted.join('\n')), 16],
  ])('is read line by line: %s', async (_name, name, content, limit) => {
    const file = await openRecording(stored(name, content), limit);
    expect(all(file)).toEqual(wanted);
    // A second reader starts over, and two readers do not disturb each other.
    const [left, right] = [file.lines(), file.lines()];
    expect([left.next(), right.next(), left.next(), right.next()]).toEqual([
      wanted[0],
      wanted[0],
      wanted[1],
      wanted[1],
    ]);
  });

  it('is told apart by its content, not its name', async () => {
    expect(all(await openRecording(stored('misnamed.csv', gzipSync('a\nb'))))).toEqual(['a', 'b']);
  });

  it('that is cut off or missing is refused when it is opened', async () => {
    const whole = gzipSync(wanted.join('\n'));
    const cut = stored('cut.csv.gz', whole.subarray(0, whole.length / 2));
    for (const path of [cut, join(folder, 'nowhere.csv')]) {
      for (const limit of [undefined, 16])
        await expect(openRecording(path, limit)).rejects.toThrow(FeedError);
    }
  });
});
