/**
 * A real engine under an intervention: what the detector would have said is written into the log, and
 * the engine starts from it, as after a restart.
 */
import type { DomainEvent } from '../../src/core/events.ts';
import { createIds } from '../../src/core/ids.ts';
import { createSeededRandom } from '../../src/core/seeded-random.ts';
import { readyRig, type Rig, type RigOptions } from './engine.ts';

let seed = 1;

/** The engine dies, these events stand at the end of its log, and it starts again and is ready. */
export function restartedWith(rig: Rig, events: readonly DomainEvent[]): Rig {
  const ids = createIds(() => rig.timers.now(), createSeededRandom((seed += 1)));
  if (events.length > 0)
    rig.log.append(
      events.map((event) => ({
        eventId: ids.next(),
        at: rig.timers.now(),
        aggregateType: 'tilt' as const,
        aggregateId: '',
        causationId: '',
        event,
      })),
    );
  return connected(rig.restart());
}

export function connected(rig: Rig): Rig {
  rig.gateway.connect();
  rig.market('50000');
  rig.wait(500);
  return rig;
}

const scored = (score: number, level: 'WARNING' | 'LOCKED'): readonly DomainEvent[] => [
  { kind: 'tilt.scored', score, level, indicators: ['reentryAfterStop'], evidence: ['e1'], figures: {} },
  { kind: 'tilt.levelChanged', from: 'NORMAL', to: level, score, message: 'unusual for you', enforced: true },
];

export function pausedRig(options: RigOptions = {}): Rig {
  return restartedWith(readyRig(options), scored(70, 'WARNING'));
}

/** Locked for five minutes from now. */
export function lockedRig(options: RigOptions = {}): Rig {
  const rig = readyRig(options);
  return restartedWith(rig, [
    ...scored(90, 'LOCKED'),
    { kind: 'tilt.locked', untilMs: rig.timers.now() + 300_000, reason: 'evidence', repetition: 1 },
  ]);
}
