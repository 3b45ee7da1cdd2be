/**
 * The recorded market data of development and CI, beside the checkout. It may not be shipped, so a
 * checkout without it runs everything else, and says so loudly.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder: string = resolve(import.meta.dirname, '../../../../shared/market-data');

/** Path of one recorded file. */
export function recorded(name: string): string {
  return join(folder, name);
}

/** True when all these files are there: for `describe.runIf`. Warns about a suite that cannot run. */
export function hasRecorded(...names: readonly string[]): boolean {
  const missing = names.filter((name) => !existsSync(recorded(name)));
  if (missing.length > 0) {
    console.warn(
      `\n*** NOT TESTED ON RECORDED DATA: ../shared/market-data lacks ${missing.join(', ')} ***\n`,
    );
  }
  return missing.length === 0;
}
