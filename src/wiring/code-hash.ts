/**
 * What code runs: SHA-256 of the bundle's entry, which names every other chunk by a hash of its content.
 * Run unbundled (tests), the commit or nothing stands in.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../core/version.ts';

export function codeHash(): string {
  try {
    return createHash('sha256')
      .update(readFileSync(join(import.meta.dirname, 'main.js')))
      .digest('hex');
  } catch {
    return `source ${process.env['GENESIS_COMMIT'] ?? 'unknown'}`;
  }
}

/** `0.3.0 (1a2b3c4)` for `--version`, the dashboard and the start event. */
export function versionText(): string {
  return `${VERSION} (${process.env['GENESIS_COMMIT'] ?? 'unknown'})`;
}
