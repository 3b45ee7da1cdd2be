/**
 * What came of a command: listens to the engine's notices from before it is sent until the one that says
 * it is done (filled with its stop resting, closed with its result, refused by the exchange), so that a
 * script and a person see the outcome and not only that it was accepted.
 */
import type { ApiClient } from '../api/client.ts';
import type { Notice } from '../core/dashboard.ts';

export interface Following {
  /** Notices of this command, in order, as they come; resolves with whether the end was seen in time. */
  until(commandId: string, withinMs: number, each: (notice: Notice) => void): Promise<boolean>;
  stop(): void;
}

/** Opens the stream; resolves once it is open, or cannot be. */
export async function followCommand(client: ApiClient): Promise<Following> {
  const heard: Notice[] = [];
  let onNotice: (notice: Notice) => void = (notice) => heard.push(notice);
  let stop: () => void = () => undefined;
  await new Promise<void>((settle) => {
    stop = client.stream({
      opened: () => settle(),
      closed: () => settle(),
      message: (message) => {
        if (message.kind === 'notice') onNotice(message.notice);
      },
    });
  });
  return {
    stop,
    until: async (commandId, withinMs, each) =>
      new Promise<boolean>((settle) => {
        const timer = setTimeout(() => settle(false), withinMs);
        const take = (notice: Notice): void => {
          if (notice.commandId !== commandId) return;
          each(notice);
          if (!notice.done) return;
          clearTimeout(timer);
          settle(true);
        };
        onNotice = take;
        for (const notice of heard.splice(0)) take(notice);
      }),
  };
}

/** Commands whose outcome is more than their acceptance. */
export function hasOutcome(line: string): boolean {
  return /^\s*(?:b(?:uy)?\s*\d|buy\b|s(?:ell)?\s*\d|sell\b|close\b)/i.test(line);
}
