// The tier machine through the whole engine: what is typed, what the day brings, what a fall does at once, and
// that the trial is neither a clock's nor a restart's to shorten.
import { describe, expect, it } from 'vitest';
import { openPosition, readyRig, type Rig, type RigOptions } from '../../tests/builders/engine.ts';
import type { TierAsk } from '../core/commands.ts';
import type { CommandReply } from '../core/dashboard.ts';
import { notional, price, quantity } from '../core/money.ts';
import { DAY_MS, HOUR_MS } from '../core/time.ts';
import { parseCommand } from '../core/command-grammar.ts';
import { RESPONSIBILITY_PHRASE } from './state-machine/transition.ts';

const ask = (rig: Rig, step: TierAsk, text = ''): CommandReply => rig.say({ kind: 'tier', ask: step, text });
const line = (rig: Rig, text: string): CommandReply => {
  const parsed = parseCommand(text, { symbols: rig.engine.symbols() });
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.code}`);
  return rig.say(parsed.value);
};
const hunter = (options: RigOptions = {}): Rig =>
  readyRig({ tier: 'HUNTER', balance: notional('4000'), ...options });
const stranger = (rig: Rig): void => {
  rig.gateway.foreignTrade('BUY', quantity('0.001'), price('50000'));
  rig.wait(50_000);
};

describe('a stranger’s order on the account', () => {
  it('takes the tier at once, takes back what waits, and keeps positions at $10 until the checklist is done', () => {
    const rig = hunter();
    expect(line(rig, 'buy 100 usdt btc at 49800').outcome).toBe('accepted');
    const waiting = rig.gateway.last();
    rig.gateway.accept(waiting);
    stranger(rig);
    expect(rig.engine.state().tier.tier).toBe('SNIPER');
    expect(rig.gateway.cancels.map(({ clientOrderId }) => clientOrderId)).toContain(waiting.clientOrderId);
    expect(rig.kinds()).toContain('tilt.baselineReset');
    // The form is gone with the tier; what is left is small.
    expect(line(rig, 'buy 100 usdt btc at 49800').refusal?.code).toBe('tier.orderType');
    expect(rig.buy('100').outcome).toBe('accepted');
    const intent = rig.eventsOf('order.intended').at(-1);
    expect(intent?.reserved).toBeLessThanOrEqual(notional('10'));
    const panel = rig.engine.dashboard().tierJourney;
    expect(panel).toMatchObject({ stage: 'emergency', history: [{}, { from: 'HUNTER', to: 'SNIPER' }] });
    expect(panel?.checklist.map(({ done }) => done)).toEqual([false, false, false, false]);
    // A restart changes nothing of it.
    const again = rig.restart();
    expect(again.engine.state().tier.emergency?.trigger).toBe('foreignOrders');
    for (const item of ['cause', 'orders', 'limits'])
      expect(line(again, `tier check ${item}`).outcome).toBe('accepted');
    expect(again.engine.state().tier.emergency).not.toBeNull();
    expect(line(again, 'tier trial').refusal?.code).toBe('tier.emergency');
  });

  it('at SNIPER brings emergency mode without a step down', () => {
    const rig = readyRig();
    stranger(rig);
    expect(rig.engine.state().tier).toMatchObject({
      tier: 'SNIPER',
      emergency: { trigger: 'foreignOrders' },
    });
    expect(rig.eventsOf('tier.changed')).toEqual([]);
  });
});

describe('equity under the tier’s minimum', () => {
  it('is noted, survives a restart, and takes the tier after 24 hours', () => {
    const rig = hunter({ balance: notional('1500') });
    rig.wait(1_500);
    expect(rig.eventsOf('tier.equityFell')).toHaveLength(1);
    const again = rig.restart();
    again.gateway.connect();
    again.market('50000');
    again.timers.advance(DAY_MS - 60_000);
    again.wait(1_500);
    expect(again.engine.state().tier.tier).toBe('HUNTER');
    again.timers.advance(120_000);
    again.wait(1_500);
    expect(again.engine.state().tier).toMatchObject({
      tier: 'SNIPER',
      emergency: { trigger: 'equityUnder' },
    });
  }, 30_000);
});

describe('what is typed about the tier', () => {
  it('shows every gate with its figures, and writes the reading down', () => {
    const rig = readyRig();
    const reply = line(rig, 'tier evaluate');
    expect(reply.lines).toHaveLength(8);
    expect(reply.lines[0]).toMatch(/^· equity in dollars: 500\.00 of 2000\.00/);
    expect(rig.eventsOf('tier.evaluated')).toMatchObject([{ to: 'HUNTER', passed: false, trigger: 'asked' }]);
    const { tier, tierJourney } = rig.engine.dashboard();
    expect(tier.gates).toHaveLength(7);
    expect(tierJourney).toMatchObject({ stage: 'gates', watched: false, trial: null });
  });

  it('is refused with what is missing, and raises nothing', () => {
    const rig = readyRig();
    for (const [text, code] of [
      ['tier trial', 'tier.gates'],
      [`tier confirm ${RESPONSIBILITY_PHRASE}`, 'tier.noTrial'],
      ['tier trial end', 'tier.noTrial'],
      ['tier trial buy 25 usdt btc at 49800', 'tier.noTrial'],
      ['tier check cause', 'command.notHere'],
      ['tier reflect too short', 'journal.notAccepted'],
    ] as const)
      expect(line(rig, text).refusal?.code, text).toBe(code);
    expect(ask(readyRig({ tier: 'ARCHITECT', balance: notional('60000') }), 'evaluate').refusal?.code).toBe(
      'tier.top',
    );
    expect(rig.engine.state().tier.tier).toBe('SNIPER');
  });

  it('is a person’s where it counts: the API neither confirms nor ticks off', () => {
    const rig = readyRig();
    for (const step of ['confirm', 'reflect', 'check'] as const) {
      const reply = rig.say({ kind: 'tier', ask: step, text: RESPONSIBILITY_PHRASE }, { actor: 'api' });
      expect(reply.refusal?.code).toBe('command.notHere');
    }
  });

  it('is read each day by itself', () => {
    const rig = readyRig();
    rig.timers.advance(11 * HOUR_MS);
    rig.wait(1_000);
    expect(rig.eventsOf('tier.evaluated')).toMatchObject([{ trigger: 'daily' }]);
  }, 30_000);
});

describe('a backup that was brought back', () => {
  it('is evidence of the gate to ARCHITECT with the next start, once however often it is brought back', () => {
    const verifiedBackup = { backupId: 'head', figures: { events: 7, way: 'rehearsed' } };
    const rig = readyRig({ tier: 'STRATEGIST', balance: notional('12000'), verifiedBackup });
    const gate = (at: Rig): unknown =>
      at.engine.dashboard().tier.gates.find(({ gate: name }) => name.includes('backups'))?.passed;
    expect(rig.eventsOf('backup.verified')).toMatchObject([{ backupId: 'head' }]);
    expect(gate(rig)).toBe(true);
    const again = rig.restart();
    expect(again.engine.state().tier.evidence.backups.size).toBe(1);
    expect(gate(readyRig({ tier: 'STRATEGIST', balance: notional('12000') }))).toBe(false);
  });
});

describe('the watch before HUNTER', () => {
  it('begins at $1,800', () => {
    expect(readyRig({ balance: notional('1799') }).engine.dashboard().tierJourney?.watched).toBe(false);
    expect(readyRig({ balance: notional('1800') }).engine.dashboard().tierJourney?.watched).toBe(true);
  });
});

describe('capital above the tier', () => {
  it('raises nothing: $60,000 without gates trades as SNIPER', () => {
    const rig = readyRig({ balance: notional('60000') });
    openPosition(rig);
    rig.timers.advance(11 * HOUR_MS);
    rig.wait(1_000);
    expect(rig.engine.state().tier.tier).toBe('SNIPER');
    expect(line(rig, 'buy 100 usdt btc at 49800').refusal?.code).toBe('tier.orderType');
  }, 30_000);
});
