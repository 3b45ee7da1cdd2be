/** The user's own state folder, by the XDG rules: what must outlive any data folder. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

export function stateFolder(given: string | null): string {
  if (given !== null) return resolve(given);
  const xdg = process.env['XDG_STATE_HOME'] ?? '';
  // Relative values are to be ignored, says the XDG specification.
  return isAbsolute(xdg) ? join(xdg, 'genesis') : join(homedir(), '.local', 'state', 'genesis');
}
