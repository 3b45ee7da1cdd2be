// Configuration files edited under a running engine: real files in a real folder, written the ways editors write.
import { chmodSync, cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readyRig, type Rig } from '../../tests/builders/engine.ts';
import { configDir } from '../../tests/builders/rules.ts';
import type { ConfigRead } from '../engine/reconfigure.ts';
import { watchConfig } from './config-watch.ts';

const EVERY_MS = 1_000;
let dir: string;
let heard: ConfigRead[];
let stop: () => void;
let rig: Rig;

const path = (file: 'tier-gates' | 'trading-rules'): string => join(dir, `${file}.yaml`);
const text = (file: 'tier-gates' | 'trading-rules'): string => readFileSync(path(file), 'utf8');
const edit = (file: 'tier-gates' | 'trading-rules', from: string, to: string): void => {
  const before = text(file);
  expect(before).toContain(from);
  writeFileSync(path(file), before.replace(from, to));
};
const looks = (count = 1): void => void vi.advanceTimersByTime(count * EVERY_MS);
const entriesMax = (): number => rig.engine.dashboard().account.entriesMax;
const notices = (): readonly string[] => rig.engine.dashboard().notices.map((notice) => notice.text);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  dir = mkdtempSync(join(tmpdir(), 'genesis-config-'));
  cpSync(configDir, dir, { recursive: true });
  heard = [];
  rig = readyRig();
  stop = watchConfig(
    dir,
    (read) => {
      heard.push(read);
      rig.engine.reconfigure(read);
    },
    EVERY_MS,
  );
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  rmSync(dir, { recursive: true, force: true });
});

describe('a file edited under a running engine', () => {
  it('binds with the next look where it is tighter, without a restart, and is told once', () => {
    edit('tier-gates', 'entriesPerDayMax: 10', 'entriesPerDayMax: 4');
    expect(entriesMax()).toBe(10);
    looks();
    expect(entriesMax()).toBe(4);
    looks(5);
    expect(heard).toHaveLength(1);
  });

  it('that was not changed, or was written again as it was, is not told', () => {
    looks(3);
    writeFileSync(path('tier-gates'), text('tier-gates'));
    looks(3);
    expect(heard).toEqual([]);
  });

  it('is seen when an editor writes beside it and renames', () => {
    writeFileSync(
      `${path('tier-gates')}~`,
      text('tier-gates').replace('entriesPerDayMax: 10', 'entriesPerDayMax: 3'),
    );
    renameSync(path('tier-gates'), `${path('tier-gates')}.bak`);
    looks();
    renameSync(`${path('tier-gates')}~`, path('tier-gates'));
    looks();
    expect(entriesMax()).toBe(3);
    // The moment without a file was no edit.
    expect(heard).toHaveLength(1);
  });

  it('written in pieces is read when it is whole, and the pieces are nobody’s problem', () => {
    const whole = text('trading-rules').replace('entriesPerMinuteMax: 5', 'entriesPerMinuteMax: 2');
    for (let piece = 0; piece < 4; piece += 1) {
      writeFileSync(path('trading-rules'), whole.slice(0, Math.floor((whole.length * piece) / 4)));
      looks();
    }
    expect(heard).toEqual([]);
    writeFileSync(path('trading-rules'), whole);
    looks();
    expect(heard.map(({ ok }) => ok)).toEqual([true]);
    expect(notices().join()).not.toContain('does not hold together');
  });

  it.each([
    [
      'is cut off and stays so',
      () => writeFileSync(path('trading-rules'), text('trading-rules').slice(0, 900)),
    ],
    ['is emptied', () => writeFileSync(path('trading-rules'), '')],
    ['is deleted', () => rmSync(path('trading-rules'))],
    [
      'becomes a folder',
      () => {
        rmSync(path('trading-rules'));
        cpSync(configDir, path('trading-rules'), { recursive: true });
      },
    ],
    ['is no text', () => writeFileSync(path('trading-rules'), Uint8Array.from([0xff, 0xfe, 0x00]))],
    ['may not be read', () => chmodSync(path('trading-rules'), 0)],
  ])('that %s changes nothing, is said once, and is taken up again when it is mended', (_what, spoil) => {
    const good = text('trading-rules');
    edit('tier-gates', 'entriesPerDayMax: 10', 'entriesPerDayMax: 4');
    spoil();
    // Whoever runs the tests may read everything: then it was only touched, and the edit beside it counts.
    const reads = (() => {
      try {
        return readFileSync(path('trading-rules'), 'utf8') === good;
      } catch {
        return false;
      }
    })();
    looks(5);
    expect(heard.map(({ ok }) => ok)).toEqual([reads]);
    expect(entriesMax()).toBe(reads ? 4 : 10);
    rmSync(path('trading-rules'), { recursive: true, force: true });
    writeFileSync(path('trading-rules'), good);
    looks(2);
    expect(entriesMax()).toBe(4);
  });

  it('with values that contradict each other keeps the old ones, and every problem is said at once', () => {
    edit('trading-rules', 'drawdownHaltBps: 1500', 'drawdownHaltBps: 400');
    edit('trading-rules', 'bookAgeMaxMs: 2000', 'bookAgeMaxMs: 99999');
    edit('tier-gates', 'entriesPerDayMax: 10', 'entriesPerDayMax: 4');
    edit('tier-gates', 'trialHours: 48', 'trialHours: 1');
    looks(2);
    expect(heard.map(({ ok }) => ok)).toEqual([false]);
    const said = notices().at(-1) ?? '';
    for (const part of ['the old one stays', 'drawdownHaltBps', 'bookAgeMaxMs', 'trialHours'])
      expect(said).toContain(part);
    expect(entriesMax()).toBe(10);
    expect(rig.eventsOf('setting.applied')).toEqual([]);
  });

  it('edited again and again in one moment is read as it stands in the end', () => {
    for (const most of [9, 1, 7, 2, 6]) {
      writeFileSync(
        path('tier-gates'),
        readFileSync(join(configDir, 'tier-gates.yaml'), 'utf8').replace(
          'entriesPerDayMax: 10',
          `entriesPerDayMax: ${most}`,
        ),
      );
    }
    looks();
    expect(entriesMax()).toBe(6);
    // Back to where it was is looser, and waits.
    cpSync(configDir, dir, { recursive: true });
    looks();
    expect(entriesMax()).toBe(6);
    rig.wait(500);
    expect(rig.eventsOf('setting.requested').at(-1)).toMatchObject({ direction: 'loosen', to: '10' });
  });

  it('says which of its figures wait for the next start', () => {
    edit('trading-rules', 'watch: []', 'watch: ["SOLUSDT"]');
    edit('trading-rules', 'recvWindowMs: 5000', 'recvWindowMs: 4000');
    looks();
    expect(notices().join()).toContain('market.watch, execution.recvWindowMs is taken up by the next start');
  });

  it('is not looked at any more once the engine has stopped', () => {
    stop();
    edit('tier-gates', 'entriesPerDayMax: 10', 'entriesPerDayMax: 4');
    looks(3);
    expect(heard).toEqual([]);
  });
});
