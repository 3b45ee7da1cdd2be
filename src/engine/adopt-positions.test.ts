import { describe, expect, it } from 'vitest';
import { openPosition, readyRig, type Rig } from '../../tests/builders/engine.ts';

/** The same account after its store was lost: a new log, the exchange as it was. */
function lostStore(before: Rig): Rig {
  const rig = before.restart({
    lostHistory: { reason: 'gone', anchoredSequence: 9, anchoredHash: 'ab', keptAs: null },
    emptyLog: true,
  });
  rig.gateway.connect();
  rig.wait(1_000);
  return rig;
}

describe('a position whose history is lost', () => {
  it('is taken up with its stop, its cost and its quantity, and nothing is sent', () => {
    const before = readyRig();
    openPosition(before);
    const [was] = before.engine.dashboard().positions;
    const rig = lostStore(before);
    expect(rig.gateway.submitted).toEqual([]);
    expect(rig.engine.dashboard().positions).toEqual([
      { ...was, positionId: expect.any(String), openedAt: expect.any(Number) },
    ]);
    expect(rig.eventsOf('order.adopted')).toEqual([]);
    expect(rig.eventsOf('trade.adopted')).toEqual([]);
  });

  it('can be closed, and its result counts', () => {
    const before = readyRig();
    openPosition(before);
    const rig = lostStore(before);
    rig.market('49500');
    expect(rig.say({ kind: 'close', symbol: 'BTCUSDT' }).outcome).toBe('accepted');
  });

  it('was an entry of today', () => {
    const before = readyRig();
    openPosition(before);
    expect(lostStore(before).engine.dashboard().account.entriesToday).toBe(1);
  });

  it('is not taken up twice: a second start knows it', () => {
    const before = readyRig();
    openPosition(before);
    const rig = lostStore(before).restart();
    rig.gateway.connect();
    rig.wait(1_000);
    expect(rig.engine.dashboard().positions).toHaveLength(1);
    expect(rig.eventsOf('position.opened')).toHaveLength(1);
  });
});
