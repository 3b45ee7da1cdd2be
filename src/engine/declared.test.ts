/** `tilt reset` and `life` through the real engine: recorded, on every path, and never a way to looser limits. */
import { expect, it, describe } from 'vitest';
import { connected, lockedRig, pausedRig } from '../../tests/builders/tilt-rig.ts';
import { openPosition, readyRig } from '../../tests/builders/engine.ts';
import {
  calmDay,
  chase,
  experiencedTrader,
  type ScriptedTrader,
} from '../../tests/builders/scripted-trader.ts';
import { RELEARN_PHRASE } from '../core/commands.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/time.ts';

const meaning = { kind: 'relearn', phrase: '' } as const;
const begin = { kind: 'relearn', phrase: RELEARN_PHRASE } as const;
const sessions = (trader: ScriptedTrader): number =>
  trader.rig().engine.state().tilt.detector.detection.baseline.sessions;

describe('tilt reset', () => {
  it('says what is lost and when learning ends, waits its hour, begins anew, and survives a restart on the way', () => {
    const trader = experiencedTrader();
    const told = trader.rig().say(meaning).lines.join(' ');
    expect(told).toContain('9 sessions have taught');
    expect(told).toContain('Until 10 calm sessions are learned again, a warning binds');
    expect(told).toContain(RELEARN_PHRASE);
    expect(trader.rig().eventsOf('tilt.relearnAsked')).toEqual([]);
    expect(trader.rig().say({ kind: 'relearn', phrase: 'go' }).refusal?.code).toBe('command.phraseWrong');

    expect(trader.rig().say(begin, { actor: 'api' }).outcome).toBe('accepted');
    trader.wait(30 * MINUTE_MS);
    trader.restarts();
    expect(sessions(trader)).toBeGreaterThan(0);
    trader.wait(30 * MINUTE_MS + SECOND_MS);
    expect(trader.rig().eventsOf('tilt.relearnWithdrawn')).toEqual([]);
    expect(sessions(trader)).toBe(0);
    expect(trader.rig().eventsOf('tilt.baselineReset')).toMatchObject([
      { reason: 'asked for by the trader' },
    ]);
    expect(trader.rig().engine.dashboard().tiltMirror).toMatchObject({ relearning: true, relearnAt: null });
    expect(trader.rig().say(begin).refusal?.code).toBe('tilt.relearnNotNow');
  });

  it('brings no days back in which a warning is only shown, and a warning comes sooner', () => {
    const trader = experiencedTrader();
    trader.rig().say(begin);
    trader.wait(HOUR_MS + SECOND_MS);
    const { interventions } = trader.rig().engine.state().tilt;
    const opened = trader.rig().engine.state().account?.openedAt ?? 0;
    expect(interventions.openedAt).toBe(opened);
    trader.sleeps();
    chase(trader, 4);
    expect(trader.rig().engine.state().tilt.interventions.level).not.toBe('NORMAL');
  });

  it('is withdrawn when its hour is not calm', () => {
    const trader = experiencedTrader();
    trader.rig().say(begin);
    chase(trader, 4);
    trader.wait(HOUR_MS);
    expect(trader.rig().eventsOf('tilt.relearnWithdrawn')).toHaveLength(1);
    expect(trader.rig().eventsOf('tilt.baselineReset')).toEqual([]);
  });

  it.each([
    ['a lock', () => lockedRig(), 'entries rest'],
    ['a pause', () => pausedRig(), 'entries wait for a journal entry'],
  ] as const)('is refused in %s, however it is asked', (_name, make, reason) => {
    const rig = make();
    for (const actor of ['trader', 'api', 'system'] as const)
      expect(rig.say(begin, { actor }).refusal?.figures['reason']).toBe(reason);
  });

  it('is refused in a rest that was asked for, and on a day in the red', () => {
    const resting = readyRig();
    resting.say({ kind: 'lock', durationMs: HOUR_MS });
    expect(resting.say(begin).refusal?.figures['reason']).toBe('trading rests or is halted');
    const losing = readyRig();
    openPosition(losing);
    losing.market('49900');
    expect(losing.say(begin).refusal?.figures['reason']).toBe('the day stands below where it began');
  });
});

describe('life', () => {
  it('is said, shown, kept over a restart, and ends by itself', () => {
    const rig = readyRig();
    expect(rig.say({ kind: 'life', event: null, days: null }).lines[0]).toBe('No time in life is declared.');
    expect(rig.say({ kind: 'life', event: 'sleep', days: 1 }).outcome).toBe('accepted');
    expect(rig.say({ kind: 'life', event: 'sleep', days: 1 }).refusal?.code).toBe('tilt.lifeEventStands');
    const again = connected(rig.restart());
    expect(again.engine.dashboard().tiltMirror?.lifeEvents).toMatchObject([{ event: 'sleep' }]);
    again.timers.advance(DAY_MS);
    connected(again);
    again.wait(SECOND_MS);
    expect(again.eventsOf('tilt.lifeEventEnded')).toHaveLength(1);
  });

  it('speaks up sooner, and what is done in it teaches nothing', () => {
    const trader = experiencedTrader();
    const before = sessions(trader);
    trader.rig().say({ kind: 'life', event: 'grief', days: 10 });
    calmDay(trader, 3);
    trader.sleeps();
    calmDay(trader, 4);
    expect(sessions(trader)).toBe(before + 1);
  });
});
