// What a failure of the machine or the line cost, and the tier that it takes: through the whole engine.
import { describe, expect, it } from 'vitest';
import { openPosition, readyRig, type Rig } from '../../tests/builders/engine.ts';
import { testRules } from '../../tests/builders/rules.ts';
import { notional } from '../core/money.ts';

const rules = testRules({
  tierGates: {
    tiers: {
      HUNTER: { positionValueMaxBps: 10_000, dailyLossMax: notional('5000'), dailyLossMaxBps: 10_000 },
    },
  },
  trading: { risk: { orderValueMax: notional('20000'), riskPerTradeBps: 10_000 } },
});

/** $6,000 of $20,000 at 50,000. */
function exposed(): Rig {
  const rig = readyRig({ tier: 'HUNTER', balance: notional('20000'), rules });
  openPosition(rig, '6000');
  // Marked since.
  rig.wait(11_000);
  return rig;
}

const failures = (rig: Rig): readonly string[] =>
  rig.eventsOf('infrastructure.failed').map(({ what }) => what);

/** Dead for so long, and back in a market at this price. */
function dieFor(rig: Rig, ms: number, price: string): Rig {
  const again = rig.restart();
  // It is started later: until then nothing of it is connected.
  again.timers.advance(ms);
  again.gateway.connect();
  again.market(price);
  again.wait(4_000);
  return again;
}

describe('a process that died with a position open', () => {
  it('and lost more than $500 by it takes a tier, once', () => {
    const again = dieFor(exposed(), 31_000, '45000');
    expect(failures(again)).toEqual(['the process ended without being asked to']);
    const [failed] = again.eventsOf('infrastructure.failed');
    expect(failed?.loss).toBeGreaterThan(notional('590'));
    expect(failed?.loss).toBeLessThan(notional('620'));
    expect(again.engine.state().tier).toMatchObject({ tier: 'SNIPER', emergency: { trigger: 'outage' } });
    const once = dieFor(again, 31_000, '45000');
    expect(failures(once)).toHaveLength(1);
  });

  it.each([
    ['lost little', 31_000, '49500', 1],
    ['lost nothing', 31_000, '50100', 0],
    ['was back before it counts', 20_000, '45000', 0],
  ])('and %s keeps it', (_what, ms, price, events) => {
    const again = dieFor(exposed(), ms, price);
    expect(failures(again)).toHaveLength(events);
    expect(again.engine.state().tier.tier).toBe('HUNTER');
  });

  it('has lost nothing by what was taken out of the account meanwhile', () => {
    const rig = exposed();
    rig.gateway.balances.set('USDT', (rig.gateway.balances.get('USDT') ?? 0n) - notional('3000'));
    const again = dieFor(rig, 31_000, '50000');
    // The day's own cents are shared out over a smaller account.
    for (const { loss } of again.eventsOf('infrastructure.failed')) expect(loss).toBeLessThan(notional('1'));
    expect(again.engine.state().tier.tier).toBe('HUNTER');
  });
});

it('a stop that was asked for is no failure', () => {
  const rig = exposed();
  rig.engine.stop('asked');
  expect(failures(dieFor(rig, 60_000, '45000'))).toEqual([]);
});

it('with nothing open nothing is lost', () => {
  const rig = readyRig({ tier: 'HUNTER', balance: notional('20000'), rules });
  expect(failures(dieFor(rig, 60_000, '45000'))).toEqual([]);
});

describe('an engine that goes on', () => {
  it.each([
    [29_000, 0],
    [31_000, 1],
  ])('and is without its account for %i ms', (ms, events) => {
    const rig = exposed();
    rig.gateway.connect('disconnected');
    rig.wait(ms - 4_000);
    rig.market('49100');
    rig.wait(4_000);
    rig.gateway.connect();
    rig.wait(4_000);
    expect(failures(rig)).toEqual(events === 0 ? [] : ['the account could not be read']);
  });

  it('and hears no prices of what is open', () => {
    const rig = exposed();
    rig.timers.advance(34_000);
    rig.market('45000');
    rig.wait(4_000);
    expect(failures(rig)).toEqual(['no prices of BTCUSDT came']);
    expect(rig.engine.state().tier.emergency?.trigger).toBe('outage');
  });
});
