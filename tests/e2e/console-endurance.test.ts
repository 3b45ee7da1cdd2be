/**
 * Twelve hours in front of a busy market, as fast as the machine goes: ten pictures a second, fills, looks at
 * every view, lines typed and dropped. The heap at the end is the heap of the beginning, no handle is left open,
 * and the last minute is painted as quickly as the first. Fast profile: a few minutes of it. The
 * figures are printed.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createBusyEngine } from '../builders/busy-engine.ts';
import { openBytesConsole } from '../builders/console-bytes.ts';

const full: boolean = process.env['GENESIS_TEST_PROFILE'] === 'full';
const MINUTES = full ? 12 * 60 : 6;
const WARM_MINUTES = full ? 5 : 2;
const PICTURE_MS = 100;
const MB = 1_048_576;
const GROWTH_MAX_MB = full ? 6 : 4;
/** Minutes at each end whose time is compared, and how much slower the last may be on a shared machine. */
const TIMED_MINUTES = full ? 30 : 1;
const SLOWER_MAX = 2;

/** The heap once everything unreachable is gone. */
function settledHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

test(
  `${MINUTES} minutes of a busy market leave the heap as it was`,
  { timeout: full ? 1_800_000 : 120_000 },
  async () => {
    let minutes = 0;
    const opened = await openBytesConsole((now) => createBusyEngine(now), { columns: 120, rows: 40 });
    const minute = async (): Promise<void> => {
      for (let picture = 0; picture < 60_000 / PICTURE_MS; picture += 1) {
        opened.link.picture();
        if (picture % 97 === 0) opened.send(String(1 + ((picture + minutes) % 9)));
        if (picture % 211 === 0) opened.send('buy 25 usdt btc');
        if (picture % 211 === 40) opened.send('\u0015');
        if (picture % 70 === 0) opened.engine.notice(`bought ${picture} of something at 67,412.10`);
        await opened.pass(PICTURE_MS);
      }
      opened.written();
      // What the scripted engine remembers for tests is its own growth, not the console's.
      opened.engine.actions.length = 0;
      opened.engine.previews.length = 0;
      minutes += 1;
    };
    const timed = async (count: number): Promise<number> => {
      const begun = process.cpuUsage();
      for (let done = 0; done < count; done += 1) await minute();
      return process.cpuUsage(begun).user / 1_000 / count;
    };
    // Warm: code is compiled, rings are full.
    for (let count = 0; count < WARM_MINUTES; count += 1) await minute();
    const before = settledHeap();
    const handles = process.getActiveResourcesInfo().length;
    const firstMs = await timed(TIMED_MINUTES);
    for (let count = minutes; count < MINUTES - TIMED_MINUTES; count += 1) await minute();
    const lastMs = await timed(TIMED_MINUTES);
    const grownMb = (settledHeap() - before) / MB;
    const handlesMore = process.getActiveResourcesInfo().length - handles;
    opened.store.close();
    process.stdout.write(
      `${MINUTES} minutes: heap ${(before / MB).toFixed(1)} MB and ${grownMb.toFixed(2)} more, ${handlesMore} handles more, ` +
        `a minute takes ${firstMs.toFixed(0)} ms of processor at first, ${lastMs.toFixed(0)} at last\n`,
    );
    expect(grownMb).toBeLessThan(GROWTH_MAX_MB);
    expect(handlesMore).toBeLessThanOrEqual(0);
    expect(lastMs).toBeLessThan(firstMs * SLOWER_MAX);
  },
);
