/** Joins the plain console to the terminal: whole lines in, words out, until it is left. */
import type { Leaving } from '../console-store.ts';
import type { PlainConsole } from '../plain-console.ts';

export async function showPlain(console_: PlainConsole): Promise<Leaving> {
  const { stdin } = process;
  let rest = '';
  const hear = (chunk: Buffer | string): void => {
    const parts = (rest + String(chunk)).split(/\r\n|\r|\n/);
    rest = (parts.pop() ?? '').slice(0, 25_000);
    if (parts.length > 0) void console_.lines(parts);
  };
  const leave = (): void => console_.close();
  stdin.setEncoding('utf8');
  stdin.on('data', hear);
  stdin.once('end', leave);
  process.stdout.once('error', leave);
  process.once('SIGHUP', leave);
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  void console_.open();
  const leaving = await console_.left;
  stdin.removeListener('data', hear);
  stdin.pause();
  console_.close();
  return leaving;
}
