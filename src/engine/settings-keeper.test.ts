import { describe, expect, it } from 'vitest';
import { openPosition, readyRig, type Rig } from '../../tests/builders/engine.ts';
import { testRules } from '../../tests/builders/rules.ts';
import { restartedWith } from '../../tests/builders/tilt-rig.ts';
import { notional, quantity } from '../core/money.ts';
import { DAY_MS, HOUR_MS } from '../core/time.ts';
import { ACCEPT_PHRASE } from './integrity.ts';

const set = (rig: Rig, setting: string, value: string) => rig.say({ kind: 'set', setting, value });
const stopOf = (rig: Rig): unknown =>
  rig.engine.preview({
    kind: 'buy',
    symbol: 'BTCUSDT',
    amount: { unit: 'quote', amount: 25_00000000n as never },
  }).figures['stopPrice'];
const edited = (risk: Parameters<typeof testRules>[0]) =>
  ({
    ok: true,
    value: {
      ...testRules(risk),
      configHash: JSON.stringify(risk, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    },
  }) as const;
/** Lets time pass without a tick for every quarter of a second of it. */
const pass = (rig: Rig, ms: number): void => {
  rig.timers.advance(ms);
  rig.market('50000');
  rig.wait(500);
};

describe('a setting of the trader’s own', () => {
  it('binds at once when it is tighter', () => {
    const rig = readyRig();
    expect(stopOf(rig)).toBe('49000');
    expect(set(rig, 'stop-distance', '1.5%').outcome).toBe('accepted');
    expect(stopOf(rig)).toBe('49250');
    expect(rig.eventsOf('setting.applied')).toMatchObject([
      { setting: 'stop-distance', direction: 'tighten', from: '200', to: '150' },
    ]);
  });

  it('loosening waits, over a restart and a clock set forward', () => {
    const rig = readyRig();
    set(rig, 'entries-per-day', '3');
    expect(set(rig, 'entries-per-day', '8').outcome).toBe('accepted');
    expect(rig.eventsOf('setting.requested')).toMatchObject([{ direction: 'loosen', from: '3', to: '8' }]);
    const entriesMax = (at: Rig): number => at.engine.dashboard().account.entriesMax;
    rig.timers.jumpWall(DAY_MS);
    rig.wait(1_000);
    expect(entriesMax(rig)).toBe(3);
    rig.timers.jumpWall(-DAY_MS);
    const again = rig.restart();
    again.gateway.connect();
    again.market('50000');
    again.wait(1_000);
    expect(entriesMax(again)).toBe(3);
    pass(again, HOUR_MS);
    expect(entriesMax(again)).toBe(8);
  });

  it('loss limits wait a day', () => {
    const rig = readyRig();
    set(rig, 'daily-loss', '2%');
    set(rig, 'daily-loss', '4%');
    pass(rig, 2 * HOUR_MS);
    expect(rig.engine.dashboard().account.dailyLossLimit).toBe('10');
    pass(rig, 23 * HOUR_MS);
    expect(rig.engine.dashboard().account.dailyLossLimit).toBe('20');
  });

  it('does not mature while the account is halted', () => {
    const rig = readyRig();
    set(rig, 'entries-per-day', '3');
    set(rig, 'entries-per-day', '8');
    rig.say({ kind: 'halt', reason: 'enough' });
    pass(rig, 2 * HOUR_MS);
    expect(rig.engine.dashboard().account.entriesMax).toBe(3);
    expect(rig.engine.dashboard().risk?.pendingSettings).toMatchObject([
      { setting: 'entries-per-day', from: '3', to: '8', waitsFor: 'recovery' },
    ]);
  });

  it('does not mature in a rest the trader asked for, and does after it', () => {
    const rig = readyRig();
    set(rig, 'entries-per-day', '3');
    set(rig, 'entries-per-day', '8');
    rig.say({ kind: 'lock', durationMs: 3 * HOUR_MS });
    pass(rig, 2 * HOUR_MS);
    expect(rig.engine.dashboard().account.entriesMax).toBe(3);
    expect(rig.engine.dashboard().risk?.pendingSettings).toMatchObject([{ waitsFor: 'calm' }]);
    pass(rig, HOUR_MS);
    expect(rig.engine.dashboard().account.entriesMax).toBe(8);
  });

  // The score fades, what it brought does not: each of them alone keeps the loosening.
  it.each([
    [
      'a tilt lock',
      (now: number) => ({
        kind: 'tilt.locked' as const,
        untilMs: now + 5 * HOUR_MS,
        reason: 'evidence',
        repetition: 1,
      }),
    ],
    [
      'a tilt warning',
      () => ({
        kind: 'tilt.levelChanged' as const,
        from: 'NORMAL' as const,
        to: 'WARNING' as const,
        score: 70,
        message: '',
        enforced: true,
      }),
    ],
  ])('does not mature while %s holds, over a restart', (_what, happened) => {
    const rig = readyRig();
    set(rig, 'entries-per-day', '3');
    set(rig, 'entries-per-day', '8');
    const tilted = restartedWith(rig, [happened(rig.timers.now())]);
    pass(tilted, 2 * HOUR_MS);
    expect(tilted.engine.dashboard().account.entriesMax).toBe(3);
    expect(tilted.engine.dashboard().risk?.pendingSettings).toMatchObject([
      { setting: 'entries-per-day', from: '3', to: '8', waitsFor: 'calm' },
    ]);
    const again = restartedWith(tilted, []);
    pass(again, HOUR_MS);
    expect(again.engine.dashboard().account.entriesMax).toBe(3);
  });

  it('tightened again, forgets the loosening that waited', () => {
    const rig = readyRig();
    set(rig, 'entries-per-day', '3');
    set(rig, 'entries-per-day', '8');
    set(rig, 'entries-per-day', '2');
    pass(rig, 2 * HOUR_MS);
    expect(rig.engine.dashboard().account.entriesMax).toBe(2);
  });

  it.each([
    ['an unknown one', 'leverage', '10', 'setting.unknown'],
    ['above what the files allow', 'daily-loss', '6%', 'setting.outOfRange'],
    ['under the least', 'stop-distance', '0.01%', 'setting.outOfRange'],
    ['no value', 'stop-distance', 'far', 'setting.outOfRange'],
    ['half a basis point', 'stop-distance', '1.005%', 'setting.outOfRange'],
    ['half a position', 'open-positions', '0.5', 'setting.outOfRange'],
    ['what it is', 'stop-distance', '2%', 'setting.unchanged'],
    ['a negative amount', 'order-value', '-5', 'setting.outOfRange'],
  ])('refuses %s, and records the attempt', (_what, name, value, code) => {
    const rig = readyRig();
    expect(set(rig, name, value).refusal?.code).toBe(code);
    expect(rig.eventsOf('setting.refused')).toMatchObject([{ setting: name, code }]);
    expect(rig.engine.state().settings.own.size).toBe(0);
  });

  it('is listed with what binds and what waits', () => {
    const rig = readyRig();
    set(rig, 'order-value', '$300');
    set(rig, 'order-value', '$400');
    const { lines, outcome } = rig.say({ kind: 'set', setting: null, value: '' });
    expect(outcome).toBe('answered');
    expect(lines.join('\n')).toMatch(/order-value \$300: .*at most \$5000[^]*waiting: order-value to \$400/);
  });
});

describe('the files', () => {
  it('a pair’s own limit that leaves the file stays for its hour, over a restart', () => {
    const rig = readyRig();
    const own = { orderQuantityMax: quantity('0.0003'), priceCollarBps: 100 };
    rig.engine.reconfigure(edited({ trading: { risk: { symbolLimits: { BTCUSDT: own } } } }));
    rig.wait(500);
    const sized = (at: Rig): unknown =>
      at.engine.preview({
        kind: 'buy',
        symbol: 'BTCUSDT',
        amount: { unit: 'quote', amount: notional('25') },
      }).figures['quantity'];
    expect(sized(rig)).toBe('0.0003');
    rig.engine.reconfigure(edited({}));
    rig.wait(500);
    expect(sized(rig)).toBe('0.0003');
    expect(rig.eventsOf('setting.requested')).toMatchObject([
      { setting: 'trading.risk.symbolLimits.BTCUSDT.priceCollarBps', direction: 'loosen', to: 'none' },
      { setting: 'trading.risk.symbolLimits.BTCUSDT.orderQuantityMax', from: '$0.0003', to: 'none' },
    ]);
    const again = rig.restart();
    again.gateway.connect();
    again.market('50000');
    again.wait(500);
    again.say({ kind: 'accept', phrase: ACCEPT_PHRASE });
    expect(sized(again)).toBe('0.0003');
    pass(again, HOUR_MS);
    expect(sized(again)).toBe('0.00049');
    // Put back, it binds at once.
    again.engine.reconfigure(edited({ trading: { risk: { symbolLimits: { BTCUSDT: own } } } }));
    again.wait(500);
    expect(sized(again)).toBe('0.0003');
  });

  it('a lock step that leaves the file stays', () => {
    const rig = readyRig();
    rig.engine.reconfigure(edited({ trading: { interventions: { lockStepsMs: [300_000] } } }));
    rig.wait(500);
    expect(rig.eventsOf('setting.requested').map(({ setting, to }) => [setting, to])).toEqual([
      ['trading.interventions.lockStepsMs.1', 'none'],
      ['trading.interventions.lockStepsMs.2', 'none'],
    ]);
  });

  it('an edited file binds at once where it is tighter and waits where it is looser', () => {
    const rig = readyRig();
    rig.engine.reconfigure(
      edited({
        tierGates: { tiers: { SNIPER: { entriesPerDayMax: 4 } } },
        trading: { risk: { stopDistanceBps: 500 } },
      }),
    );
    rig.wait(500);
    expect(rig.engine.dashboard().account.entriesMax).toBe(4);
    expect(stopOf(rig)).toBe('49000');
    expect(rig.eventsOf('setting.requested')).toMatchObject([
      { setting: 'trading.risk.stopDistanceBps', from: '200', to: '500' },
    ]);
    const again = rig.restart();
    again.gateway.connect();
    again.market('50000');
    again.wait(500);
    // The old file is back: the tighter figure is looser again and waits; the other wish is taken back.
    expect(again.engine.dashboard().account.entriesMax).toBe(4);
    expect(again.eventsOf('setting.withdrawn')).toHaveLength(1);
  });

  it('a looser file takes effect when its wait is over', () => {
    const rig = readyRig();
    const loose = edited({ tierGates: { tiers: { SNIPER: { entriesPerDayMax: 19 } } } });
    rig.engine.reconfigure(loose);
    rig.engine.reconfigure(loose);
    rig.wait(500);
    expect(rig.eventsOf('setting.requested')).toHaveLength(1);
    expect(rig.engine.dashboard().account.entriesMax).toBe(10);
    pass(rig, HOUR_MS);
    expect(rig.engine.dashboard().account.entriesMax).toBe(19);
  });

  it('reach what was built at the start: the keeper, the protection, the tier, the alarm and the marks', () => {
    const rig = readyRig();
    openPosition(rig);
    const { value: rules } = edited({
      tierGates: { transition: { trialHours: 72 }, measures: { promptOrders: 30 } },
      trading: {
        execution: { reconcileEveryMs: 2_000, protectWithinMs: 1_000 },
        risk: { markConfirmMs: 500, flashCrashWithinMs: 120_000, correlationSamplesMin: 25 },
      },
    });
    rig.engine.reconfigure({ ok: true, value: rules });
    // The next reading was planned before; from then on they are two seconds apart.
    rig.wait(46_000);
    const reads = rig.gateway.reads.length;
    rig.wait(10_000);
    expect(rig.gateway.reads.length).toBeGreaterThanOrEqual(reads + 4);
    const gates = rig.say({ kind: 'tier', ask: 'evaluate', text: '' }).lines.join();
    expect(gates).toContain('30 needed');
    // 8 % in a minute and another 3 % half a minute later: within two minutes it is a crash.
    rig.market('46000');
    rig.wait(2_500);
    // Its stop has been passed and has not sold: after one second it is left at the market.
    expect(rig.eventsOf('protection.failed')).toMatchObject([{ figures: { limitMs: 1_000 } }]);
    rig.wait(75_000);
    rig.market('44600');
    rig.wait(1_500);
    expect(rig.eventsOf('risk.flashCrash')).toMatchObject([{ withinMs: 120_000 }]);
  });

  it('edited while the engine runs need no sentence at the next start', () => {
    const rig = readyRig();
    const tight = edited({ tierGates: { tiers: { SNIPER: { entriesPerDayMax: 3 } } } });
    rig.engine.reconfigure(tight);
    const again = rig.restart({ rules: tight.value });
    again.gateway.connect();
    again.market('50000');
    again.wait(500);
    expect(again.engine.dashboard()).toMatchObject({ readOnly: false, account: { entriesMax: 3 } });
  });

  it('that do not hold together change nothing, and all of it is said', () => {
    const rig = readyRig();
    rig.engine.reconfigure({ ok: false, error: ['first problem', 'second problem'] });
    expect(rig.engine.dashboard().notices.at(-1)?.text).toMatch(/first problem; second problem/);
    expect(rig.engine.dashboard().account.entriesMax).toBe(10);
  });
});
