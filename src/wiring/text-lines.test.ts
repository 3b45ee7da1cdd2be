// Lines streamed from files: plain, packed, cut short, too long, with foreign line ends.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readTextLines } from './text-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'genesis-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Read = {
  readonly lines: readonly (readonly [number, string])[];
  readonly tooLong: readonly number[];
  readonly error: string | null;
};

async function read(content: Buffer | string, stopAfter: number = Infinity): Promise<Read> {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  const lines: (readonly [number, string])[] = [];
  const tooLong: number[] = [];
  const result = await readTextLines(path, {
    line: (text, number) => lines.push([number, text]),
    tooLong: (number) => tooLong.push(number),
    stopped: () => lines.length >= stopAfter,
  });
  return { lines, tooLong, error: result.ok ? null : result.error };
}

describe('lines', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\nb\n', ['a', 'b']],
    ['a\r\n\r\nb', ['a', '', 'b']],
    ['\uFEFF{}\nü', ['\uFEFF{}', 'ü']],
  ])('of %j are the same plain and packed', async (content, expected) => {
    const plain = await read(content);
    expect(plain.lines.map(([, text]) => text)).toEqual(expected);
    expect(plain.lines.map(([number]) => number)).toEqual(expected.map((_, index) => index + 1));
    expect(await read(gzipSync(content))).toEqual(plain);
  });

  it('of a large packed file arrive whole and in order', async () => {
    const count = 200_000;
    const content = gzipSync(Array.from({ length: count }, (_, index) => `line ${index} ü`).join('\n'));
    const { lines, error } = await read(content);
    expect(error).toBeNull();
    expect(lines).toHaveLength(count);
    expect(lines.every(([number, text]) => text === `line ${number - 1} ü`)).toBe(true);
  });

  it('before the end of a packed file that was cut short are handed over, and the cut is told', async () => {
    const whole = gzipSync(Array.from({ length: 50_000 }, (_, index) => `line ${index}`).join('\n'));
    const { lines, error } = await read(whole.subarray(0, whole.length / 2));
    expect(error).toContain('unexpected end of file');
    expect(lines.length).toBeGreaterThan(1_000);
  });

  it('that are too long are passed over under their number', async () => {
    const { lines, tooLong } = await read(`a\n${'x'.repeat(2_500_000)}\nb`);
    expect(lines).toEqual([
      [1, 'a'],
      [3, 'b'],
    ]);
    expect(tooLong).toEqual([2]);
  });

  it('stop being read when asked', async () => {
    const { lines } = await read('line\n'.repeat(500_000), 10);
    expect(lines.length).toBeLessThan(100_000);
  });

  it('of a file that is not there are an error, not an exception', async () => {
    const result = await readTextLines(join(folder, 'nothing'), {
      line() {},
      tooLong() {},
      stopped: () => false,
    });
    expect(!result.ok && result.error).toContain('ENOENT');
  });
});
