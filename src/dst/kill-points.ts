/**
 * The numbered points at which a process can die exactly: before and after each durable append, before
 * and after each request is handed to the network. Dying is honest: what the code does while it
 * unwinds meets a closed log and a dead network.
 */
import type { EventLog } from '../core/ports/event-log.ts';
import type { HttpClient } from '../core/ports/network.ts';

export const killPointNames = ['append.before', 'append.after', 'send.before', 'send.after'] as const;
export type KillPointName = (typeof killPointNames)[number];

export interface KillPoints {
  /** The process dies when it comes past this point for the `nth` time from now. */
  arm(name: KillPointName, nth: number): void;
  disarm(): void;
  /** True exactly when this is where it dies. */
  reach(name: KillPointName): boolean;
}

export function createKillPoints(): KillPoints {
  let armed: { readonly name: KillPointName; left: number } | null = null;
  return {
    arm(name, nth): void {
      armed = { name, left: nth };
    },
    disarm(): void {
      armed = null;
    },
    reach(name): boolean {
      if (armed?.name !== name) return false;
      armed.left -= 1;
      if (armed.left > 0) return false;
      armed = null;
      return true;
    },
  };
}

export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

export function mortalLog(log: EventLog, points: KillPoints, die: (at: KillPointName) => void): EventLog {
  return {
    ...log,
    append(events) {
      if (points.reach('append.before')) {
        die('append.before');
        throw new ProcessDied('append.before');
      }
      const records = log.append(events);
      if (points.reach('append.after')) {
        die('append.after');
        throw new ProcessDied('append.after');
      }
      return records;
    },
  };
}

export function mortalHttp(
  http: HttpClient,
  points: KillPoints,
  die: (at: KillPointName) => void,
): HttpClient {
  return {
    async request(request) {
      if (points.reach('send.before')) {
        die('send.before');
        return new Promise(() => {});
      }
      const answer = http.request(request);
      if (points.reach('send.after')) die('send.after');
      return answer;
    },
    close: () => http.close(),
  };
}
