import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { price } from '../core/money.ts';
import type { Candle } from '../core/ports/market-feed.ts';
import { openKlineFiles, type KlineFiles, type KlineRequest } from './kline-files.ts';

const dir = mkdtempSync(join(tmpdir(), 'genesis-klines-'));
afterAll(() => rmSync(dir, { recursive: true }));

const HEADER = 'open_time,open,high,low,close,volume';
const row = (minute: number, close = '100.5'): string => `${minute * 60_000},100,101,99.25,${close},1.5`;
const text = (...rows: readonly string[]): string => `${rows.join('\n')}\n`;

let count = 0;
/** A folder of its own with these files. */
function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const at = join(dir, String((count += 1)));
  mkdirSync(at);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(at, name), content);
  return at;
}

const request = (path: string, change: Partial<KlineRequest> = {}): KlineRequest => ({
  paths: [path],
  symbol: null,
  from: null,
  to: null,
  ...change,
});

async function opened(path: string, change: Partial<KlineRequest> = {}): Promise<KlineFiles> {
  const result = await openKlineFiles(request(path, change));
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
}

async function refused(path: string, change: Partial<KlineRequest> = {}): Promise<string> {
  const result = await openKlineFiles(request(path, change));
  return result.ok ? 'ok' : `${result.error.code}: ${result.error.detail}`;
}

const all = (files: KlineFiles): readonly Candle[] =>
  Array.from({ [Symbol.iterator]: () => files.candles() });
const minutes = (files: KlineFiles): readonly number[] => all(files).map(({ openTime }) => openTime / 60_000);

describe('kline files', () => {
  it('are read plain or packed, with a header or without, in order of their names', async () => {
    const path = folder({
      'BTCUSDT-1m-2022-02.csv': text(row(3), row(4)),
      'BTCUSDT-1m-2022-01.csv.gz': gzipSync(text(HEADER, row(1), row(2))),
      'notes.txt': 'x',
    });
    const files = await opened(path);
    expect(minutes(files)).toEqual([1, 2, 3, 4]);
    expect(files.counts).toEqual({ rows: 4, passedOver: 0, holes: 0 });
    expect(files).toMatchObject({ symbol: 'BTCUSDT', spec: { symbol: 'BTCUSDT', tickSize: price('0.01') } });
    expect(all(files)[0]).toMatchObject({ openTime: 60_000, closeTime: 119_999, low: price('99.25') });
  });

  it('of twelve columns are read too', async () => {
    const path = folder({ 'BTCUSDT-1m.csv': text(`${row(1)},119999,150,10,1,100,0`) });
    expect(minutes(await opened(path))).toEqual([1]);
  });

  it('pass over what is no candle and count it, and count holes', async () => {
    const path = folder({
      'BTCUSDT-1m.csv': text(
        HEADER,
        row(1),
        'garbage',
        row(1),
        row(0),
        '180000,NaN,1,1,1,1',
        '180000,100,90,99,100,1',
        row(4),
        row(5),
        row(9),
      ),
    });
    const files = await opened(path);
    expect(minutes(files)).toEqual([1, 4, 5, 9]);
    expect(files.counts).toMatchObject({ passedOver: 5, holes: 2 });
  });

  it('are cut to the period asked for, the end not included', async () => {
    const path = folder({ 'BTCUSDT-1m.csv': text(...[1, 2, 3, 4, 5].map((minute) => row(minute))) });
    expect(minutes(await opened(path, { from: 120_000, to: 240_000 }))).toEqual([2, 3]);
  });

  it('of several pairs need one named', async () => {
    const path = folder({ 'BTCUSDT-1m.csv': text(row(1)), 'ETHUSDT-1m.csv': text(row(1)) });
    expect(await refused(path)).toBe('data.manySymbols: BTCUSDT, ETHUSDT');
    expect((await opened(path, { symbol: 'ETHUSDT' })).symbol).toBe('ETHUSDT');
    expect(await refused(path, { symbol: 'XRPUSDT' })).toBe('data.noCandles: BTCUSDT, ETHUSDT');
  });

  it('of hours are refused', async () => {
    const path = folder({ 'BTCUSDT-1h.csv': text(row(60), row(120), row(180)) });
    expect(await refused(path)).toBe('data.notMinutes: 60 minutes');
  });

  it('that are missing, empty, broken or named after no pair are refused in words', async () => {
    expect(await refused(join(dir, 'nowhere'))).toMatch(/^data\.notReadable: .*nowhere is not there$/);
    expect(await refused(folder({}))).toBe('data.noCandles: ');
    expect(await refused(folder({ 'BTCUSDT-1m.csv': '' }))).toBe('data.noCandles: BTCUSDT-1m.csv');
    expect(await refused(folder({ 'notes.csv': text(row(1)) }))).toBe('data.noCandles: notes.csv');
    const broken = folder({ 'BTCUSDT-1m.csv.gz': new Uint8Array([0x1f, 0x8b, 1, 2, 3]) });
    expect(await refused(broken)).toMatch(/^data\.notReadable/);
  });
});
