/** Interventions through the real engine: on every path, across restarts, and against the ways around them. */
import { describe, expect, it } from 'vitest';
import { openPosition, readyRig, type Rig } from '../../tests/builders/engine.ts';
import { SYMBOL } from '../../tests/builders/engine-gateway.ts';
import { journalText } from '../../tests/builders/journal-text.ts';
import { connected, lockedRig, pausedRig, restartedWith } from '../../tests/builders/tilt-rig.ts';
import { OVERRIDE_PHRASE } from '../core/commands.ts';
import { createMemoryLockLedger } from '../core/ports/lock-ledger.ts';
import { notional } from '../core/money.ts';
import { MINUTE_MS, SECOND_MS } from '../core/time.ts';

const typed = {
  behaviour: { decisionMs: 20 * MINUTE_MS, keys: journalText.length, corrections: 10, pasted: false },
};
const buy = {
  kind: 'buy',
  symbol: SYMBOL,
  amount: { unit: 'quote', amount: notional('25') },
} as const;
const code = (reply: { readonly refusal: { readonly code: string } | null }): string | null =>
  reply.refusal?.code ?? null;

/** Writes, reviews, and waits until the lock has ended. */
function recover(rig: Rig): void {
  expect(code(rig.say({ kind: 'journal', text: journalText }, typed))).toBeNull();
  expect(code(rig.say({ kind: 'recover', step: 'review' }))).toBeNull();
  rig.wait(6 * MINUTE_MS);
}

describe('a lock', () => {
  it.each(['trader', 'api', 'strategy'] as const)('refuses an entry of the %s', (actor) => {
    const rig = lockedRig();
    expect(code(rig.say(buy, { actor }))).toBe('tilt.locked');
    expect(rig.eventsOf('order.intended')).toEqual([]);
  });

  it('survives a restart and a process that is killed again and again', () => {
    let rig = lockedRig();
    for (let time = 0; time < 5; time += 1) {
      rig = connected(rig.restart());
      expect(code(rig.buy('25'))).toBe('tilt.locked');
    }
  });

  it('ends with its time and its checklist, and then size is a quarter', () => {
    const rig = lockedRig();
    rig.wait(6 * MINUTE_MS);
    expect(code(rig.buy('25'))).toBe('tilt.locked');
    recover(rig);
    expect(rig.engine.dashboard().tilt.lockedUntil).toBeNull();
    expect(rig.buy('25').outcome).toBe('accepted');
    expect(rig.eventsOf('order.intended').at(-1)?.reserved).toBeLessThan(notional('11'));
  });

  it('lets a position be closed', () => {
    const rig = readyRig();
    openPosition(rig);
    const locked = restartedWith(rig, [
      { kind: 'tilt.locked', untilMs: rig.timers.now() + 300_000, reason: 'evidence', repetition: 1 },
    ]);
    expect(locked.say({ kind: 'close', symbol: SYMBOL }).outcome).toBe('accepted');
  });
});

describe('a pause', () => {
  it.each(['trader', 'api', 'strategy'] as const)('refuses an entry of the %s', (actor) => {
    expect(code(pausedRig().say(buy, { actor }))).toBe('tilt.paused');
  });

  it('is reopened by an entry that was typed, at half size', () => {
    const rig = pausedRig();
    expect(code(rig.say({ kind: 'journal', text: journalText }, { behaviour: null }))).toBe(
      'journal.notAccepted',
    );
    expect(code(rig.say({ kind: 'journal', text: 'short' }, typed))).toBe('journal.notAccepted');
    // However many keys and minutes the console names: here it was asked for a moment ago.
    expect(rig.say({ kind: 'journal', text: journalText }, typed).refusal?.figures['problem']).toBe(
      'journal.notTyped',
    );
    rig.wait(3 * MINUTE_MS);
    expect(rig.say({ kind: 'journal', text: journalText }, typed).outcome).toBe('accepted');
    expect(rig.buy('25').outcome).toBe('accepted');
    expect(rig.eventsOf('order.intended').at(-1)?.reserved).toBeLessThan(notional('13'));
  });

  it('is reopened through the API by 500 characters, and not by 499', () => {
    const rig = pausedRig();
    const text = journalText.trim();
    expect(code(rig.say({ kind: 'journal', text: text.slice(0, 499) }, { actor: 'api' }))).toBe(
      'journal.notAccepted',
    );
    expect(rig.say({ kind: 'journal', text: text.slice(0, 501) }, { actor: 'api' }).outcome).toBe('accepted');
  });

  it('takes an entry once, also after a restart and touched up', () => {
    const rig = pausedRig();
    rig.wait(3 * MINUTE_MS);
    rig.say({ kind: 'journal', text: journalText }, typed);
    const again = restartedWith(rig, [
      { kind: 'tilt.levelChanged', from: 'NORMAL', to: 'WARNING', score: 70, message: '', enforced: true },
    ]);
    again.wait(6 * MINUTE_MS);
    const touched = journalText.replaceAll('dollar', 'cent');
    expect(again.say({ kind: 'journal', text: touched }, typed).refusal?.figures['problem']).toBe(
      'journal.recycled',
    );
  });

  it('leaves no word of an entry in the log', () => {
    const rig = pausedRig();
    rig.say({ kind: 'journal', text: journalText }, { ...typed, text: 'journal' });
    rig.say({ kind: 'override', journal: journalText, confirmation: 'no' }, { text: 'override' });
    expect(
      JSON.stringify(rig.events(), (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    ).not.toContain('stomach');
  });

  it('keeps the text only where that was asked for, and forgets it again', () => {
    const rig = readyRig();
    rig.say({ kind: 'journal', text: 'keep on' });
    rig.say({ kind: 'journal', text: 'calm morning, first coffee' });
    expect(rig.say({ kind: 'journal', text: 'read 1' }).lines.join(' ')).toContain('first coffee');
    rig.say({ kind: 'journal', text: 'keep off' });
    expect(rig.say({ kind: 'journal', text: 'read 1' }).lines.join(' ')).not.toContain('coffee');
    expect(rig.say({ kind: 'journal', text: '' }).lines.join(' ')).toContain('4 words');
  });
});

describe('an override', () => {
  const override = { kind: 'override', journal: journalText, confirmation: OVERRIDE_PHRASE } as const;

  it('opens a pause after its delay, is recorded, and never a rest that was asked for or a halt', () => {
    const rig = pausedRig();
    rig.say({ kind: 'lock', durationMs: 60 * MINUTE_MS });
    expect(rig.say(override, { actor: 'api' }).outcome).toBe('accepted');
    rig.wait(15 * MINUTE_MS + SECOND_MS);
    expect(rig.eventsOf('tilt.overrideEnded')).toMatchObject([{ outcome: 'tookEffect' }]);
    expect(code(rig.buy('25'))).toBe('engine.paused');
    rig.say({ kind: 'halt', reason: 'enough for today' });
    expect(code(rig.buy('25'))).toBe('engine.halted');
  });

  it('is recorded when it is refused, and refused again after a restart', () => {
    const rig = pausedRig();
    rig.say(override);
    expect(code(rig.say({ ...override, journal: journalText.split('. ').toReversed().join('. ') }))).toBe(
      'tilt.overrideLocked',
    );
    const again = connected(rig.restart());
    expect(code(again.say(override))).toBe('tilt.overrideLocked');
    expect(again.eventsOf('tilt.overrideAttempted').map(({ outcome }) => outcome)).toEqual([
      'granted',
      'refused',
      'refused',
    ]);
  });
});

describe('ways around a lock', () => {
  it('a fresh data folder or a second account of the same user finds it, and what it took to end it', () => {
    const locks = createMemoryLockLedger();
    const first = restartedWith(readyRig({ locks }), []);
    first.say({ kind: 'lock', durationMs: 30 * MINUTE_MS });
    const second = readyRig({ locks });
    expect(code(second.buy('25'))).toBe('engine.paused');

    const tilted = createMemoryLockLedger();
    tilted.record({ kind: 'evidence', untilMs: readyRig().timers.now() + 4 * MINUTE_MS, repetition: 2 }, 0);
    const fresh = readyRig({ locks: tilted });
    expect(code(fresh.buy('25'))).toBe('tilt.locked');
    fresh.wait(5 * MINUTE_MS);
    expect(code(fresh.buy('25'))).toBe('tilt.locked');
    recover(fresh);
    expect(fresh.buy('25').outcome).toBe('accepted');
    expect(readyRig({ locks: tilted }).buy('25').outcome).toBe('accepted');
  });

  it('a pause is found as well, asks for its entry there, and is answered once', () => {
    const locks = createMemoryLockLedger();
    const first = pausedRig({ locks });
    locks.record({ kind: 'pause', untilMs: first.timers.now(), repetition: 0 }, first.timers.now());
    const second = readyRig({ locks });
    second.wait(SECOND_MS);
    expect(code(second.buy('25'))).toBe('tilt.paused');
    expect(second.eventsOf('tilt.levelChanged')).toMatchObject([{ to: 'WARNING', enforced: true }]);
    expect(second.say({ kind: 'journal', text: 'only a line' }, typed).refusal?.code).toBe(
      'journal.notAccepted',
    );
    second.wait(3 * MINUTE_MS);
    expect(second.say({ kind: 'journal', text: journalText }, typed).outcome).toBe('accepted');
    second.wait(MINUTE_MS);
    expect(second.eventsOf('tilt.levelChanged').filter(({ to }) => to === 'WARNING')).toHaveLength(1);
    expect(second.buy('25').outcome).toBe('accepted');
    expect(readyRig({ locks }).buy('25').outcome).toBe('accepted');
  });

  it('a break after losing trades survives a fresh folder of its account, and binds no other account', () => {
    const locks = createMemoryLockLedger();
    const rig = readyRig({ locks });
    for (let loss = 0; loss < 3; loss += 1) {
      openPosition(rig);
      const stop = rig.gateway.last();
      rig.market('48900');
      rig.gateway.fill(stop.clientOrderId);
      rig.market('50000');
      rig.wait(62 * SECOND_MS);
    }
    expect(code(rig.buy('25'))).toBe('risk.losingStreak');
    const fresh = connected(rig.restart({ emptyLog: true }));
    fresh.wait(SECOND_MS);
    expect(code(fresh.buy('25'))).toBe('risk.losingStreak');
    expect(readyRig({ locks }).buy('25').outcome).toBe('accepted');
  });

  it('is not ended by restarting after its time without the checklist', () => {
    const rig = lockedRig();
    rig.wait(10 * MINUTE_MS);
    expect(code(connected(rig.restart()).buy('25'))).toBe('tilt.locked');
  });

  it('random and scripted activity ends nothing and opens nothing', () => {
    const rig = lockedRig();
    for (let time = 0; time < 300; time += 1) {
      rig.engine.action({ action: 'view', symbol: null, figures: { name: 'positions' } });
      rig.engine.action({
        action: 'keys',
        symbol: null,
        figures: { count: 40, errors: 0, pastes: 0, durationMs: 9_000 },
      });
      if (time % 30 === 0) rig.wait(30 * SECOND_MS);
    }
    rig.wait(6 * MINUTE_MS);
    expect(code(rig.buy('25'))).toBe('tilt.locked');
  });

  it('ten thousand actions in a second lock nobody who made no trade', () => {
    const rig = readyRig();
    rig.wait(SECOND_MS);
    for (let time = 0; time < 10_000; time += 1)
      rig.engine.action({ action: 'view', symbol: null, figures: { name: 'positions' } });
    rig.wait(SECOND_MS);
    expect(rig.eventsOf('tilt.locked')).toEqual([]);
    expect(rig.buy('25').outcome).toBe('accepted');
  });
});
