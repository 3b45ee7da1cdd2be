/** Puts the console on the terminal's second screen, and takes it off again however it ends. */
import { render } from 'ink';
import { App } from './app.tsx';
import type { ConsoleStore, Leaving } from './console-store.ts';
import { boundedInput } from './terminal-input.ts';

/** Shows the store until it is left; the terminal is as before afterwards. */
export async function showConsole(store: ConsoleStore): Promise<Leaving> {
  store.open();
  const instance = render(<App store={store} />, {
    stdin: boundedInput(process.stdin),
    exitOnCtrlC: false,
    patchConsole: false,
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    maxFps: 60,
  });
  const leave = (): void => store.close();
  // A closed terminal or a stopped console never touches the engine.
  process.once('SIGHUP', leave);
  process.once('SIGTERM', leave);
  process.stdin.once('end', leave);
  process.stdout.once('error', leave);
  const leaving = await store.left;
  instance.unmount();
  await instance.waitUntilExit().catch(() => {});
  store.close();
  return leaving;
}
