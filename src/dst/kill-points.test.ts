import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../core/events.ts';
import { ok } from '../core/result.ts';
import { createMemoryEventLog } from '../data/event-log/memory-event-log.ts';
import { createKillPoints, mortalHttp, mortalLog, ProcessDied, type KillPointName } from './kill-points.ts';

const event = (eventId: string): NewEvent => ({
  eventId,
  at: 1,
  aggregateType: 'engine',
  aggregateId: 'a',
  causationId: '',
  event: { kind: 'engine.stopped', runId: '', reason: 'test' },
});

describe('points at which a process dies', () => {
  it.each([
    ['append.before', 1],
    ['append.after', 2],
  ] as const)('%s: of two appends, %s are durable when it dies at the second', (name, durable) => {
    const points = createKillPoints();
    const died: KillPointName[] = [];
    const memory = createMemoryEventLog();
    const log = mortalLog(memory, points, (at) => died.push(at));
    points.arm(name, 2);
    log.append([event('1')]);
    expect(() => log.append([event('2')])).toThrow(ProcessDied);
    expect(memory.disk.events).toHaveLength(durable);
    expect(died).toEqual([name]);
    log.append([event('3')]);
  });

  it.each([
    ['send.before', 0],
    ['send.after', 1],
  ] as const)('%s: %s requests have left when it dies at the first', async (name, left) => {
    const points = createKillPoints();
    let sent = 0;
    let died = false;
    const http = mortalHttp(
      {
        request: async () => {
          sent += 1;
          return ok({ status: 200, headers: {}, body: '' });
        },
        close: () => {},
      },
      points,
      () => (died = true),
    );
    points.arm(name, 1);
    void http.request({ method: 'GET', url: '', headers: {}, body: null, timeoutMs: 1 });
    await new Promise((settle) => setImmediate(settle));
    expect(died).toBe(true);
    expect(sent).toBe(left);
  });

  it('do nothing when they were called off', () => {
    const points = createKillPoints();
    points.arm('append.before', 1);
    points.disarm();
    expect(points.reach('append.before')).toBe(false);
  });
});
