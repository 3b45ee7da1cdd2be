import { describe, expect, it } from 'vitest';
import { openPosition, readyRig, type Rig } from '../../tests/builders/engine.ts';
import { price } from '../core/money.ts';

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

  /** With its stop and its target resting as one list. */
  function withTarget(): Rig {
    const rig = readyRig();
    openPosition(rig);
    rig.gateway.answersCancels = true;
    rig.say({ kind: 'target', symbol: 'BTCUSDT', distanceBps: 300, price: null });
    rig.wait(500);
    const legs = rig.gateway.submitted.slice(-2);
    expect(legs.map(({ type }) => type)).toEqual(['STOP_LOSS', 'LIMIT_MAKER']);
    for (const leg of legs) rig.gateway.accept(leg);
    return rig;
  }

  it('is taken up with both legs of its list: the target beside the stop, and every sum agrees', () => {
    const before = withTarget();
    const was = before.engine.dashboard();
    const rig = lostStore(before);
    const now = rig.engine.dashboard();
    expect(rig.gateway.submitted).toEqual([]);
    expect(rig.gateway.cancels).toEqual([]);
    expect(now.positions).toMatchObject([{ protected: true, targetResting: true, targetPrice: '51500' }]);
    expect(now.positions[0]?.quantity).toBe(was.positions[0]?.quantity);
    expect(now.orders.map(({ type }) => type).toSorted()).toEqual(
      was.orders.map(({ type }) => type).toSorted(),
    );
    expect(rig.eventsOf('order.adopted')).toEqual([]);
    const { sums } = rig.engine.state().orders;
    const { sums: before2 } = before.engine.state().orders;
    expect([sums.open, sums.reserved]).toEqual([before2.open, before2.reserved]);
  });

  it('is closed by the target that was taken up, with its profit', () => {
    const before = withTarget();
    const goal = before.gateway.submitted.at(-1)?.clientOrderId ?? '';
    const rig = lostStore(before);
    rig.market('51500');
    rig.gateway.fill(goal);
    for (const { clientOrderId } of before.gateway.submitted.slice(-2, -1))
      rig.gateway.end(clientOrderId, 'EXPIRED');
    rig.wait(1_000);
    expect(rig.eventsOf('position.closed')).toMatchObject([{ reason: 'take_profit' }]);
    expect(rig.eventsOf('position.closed')[0]?.realisedPnl).toBeGreaterThan(0n);
    expect(rig.engine.dashboard().positions).toEqual([]);
  });

  it('leaves somebody’s order beside its stop to them', () => {
    const before = readyRig();
    openPosition(before);
    const stop = before.gateway.last();
    before.gateway.takeSilently({
      ...stop,
      clientOrderId: 'mine',
      type: 'LIMIT_MAKER',
      stopPrice: null,
      price: price('52000'),
    });
    const rig = lostStore(before);
    expect(rig.engine.dashboard().positions).toMatchObject([{ protected: true, targetPrice: null }]);
    expect(rig.eventsOf('order.adopted')).toHaveLength(1);
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
