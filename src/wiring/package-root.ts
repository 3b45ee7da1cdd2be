/** Where the package lies, and with it `config/`: set by the starter, else found from the bundle or the sources. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export function packageRoot(): string {
  const bundled = existsSync(join(import.meta.dirname, 'main.js'));
  return process.env['GENESIS_ROOT'] ?? join(import.meta.dirname, bundled ? '..' : '../..');
}
