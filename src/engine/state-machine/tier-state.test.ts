import { describe, expect, it } from 'vitest';
import { idOf, recordOf } from '../../../tests/builders/engine-values.ts';
import type { DomainEvent } from '../../core/events.ts';
import { InvariantViolation } from '../../core/invariant.ts';
import { DAY_MS, HOUR_MS } from '../../core/time.ts';
import type { Tier } from '../../core/vocabulary.ts';
import { stepEvents } from '../../dst/earned-history.ts';
import { evolveTier, initialTier, type TierState } from './tier-state.ts';

const START = 1_000 * DAY_MS;
/** Folds events an hour apart. */
const after = (state: TierState, events: readonly DomainEvent[], from = START): TierState =>
  events.reduce(
    (next, event, index) =>
      evolveTier(next, recordOf(event, { at: from + index * HOUR_MS, eventId: idOf(index + 1) })),
    state,
  );
const opened: DomainEvent = {
  kind: 'account.opened',
  accountId: 'a',
  mode: 'paper',
  quoteAsset: 'USDT',
  tier: 'SNIPER',
};
const emergency = (tier: Tier): DomainEvent => ({
  kind: 'tier.emergencyStarted',
  trigger: 'dayLoss',
  tier,
  figures: {},
  evidence: [idOf(1)],
});
const changed = (from: Tier, to: Tier): DomainEvent => ({
  kind: 'tier.changed',
  from,
  to,
  reason: '',
  evidence: [idOf(1)],
});
const hunter = after(initialTier, [opened, ...stepEvents('SNIPER', 'HUNTER')]);

describe('the tier', () => {
  it('begins with the account', () => {
    const state = after(initialTier, [opened]);
    expect([state.tier, state.startedAt]).toEqual(['SNIPER', START]);
  });

  it('rises one step by every gate, the trial, the sentence and the reflection, and remembers it', () => {
    expect(hunter.tier).toBe('HUNTER');
    expect(hunter.risenAt).toBe(hunter.startedAt);
    expect(hunter.history.map(({ from, to }) => [from, to])).toEqual([['SNIPER', 'HUNTER']]);
    expect([hunter.trialPassed, hunter.confirmed, hunter.reflected, hunter.evaluated]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it.each(
    stepEvents('SNIPER', 'HUNTER')
      .slice(0, -1)
      .map((event, index) => [event.kind, index] as const),
  )('does not rise without %s (invariant 13)', (kind, index) => {
    const steps = stepEvents('SNIPER', 'HUNTER').filter(
      (event, at) => at !== index && (kind !== 'tier.evaluated' || event.kind !== kind),
    );
    // Ending a trial that never began is refused as well.
    expect(() => after(initialTier, [opened, ...steps])).toThrow(InvariantViolation);
  });

  it('does not rise with a gate closed, nor by evidence that is empty, nor for another step', () => {
    const steps = stepEvents('SNIPER', 'HUNTER');
    const closed = steps.map((event) =>
      event.kind === 'tier.evaluated' ? { ...event, passed: false } : event,
    );
    expect(() => after(initialTier, [opened, ...closed])).toThrow(/all gates pass/);
    const bare = steps.map((event) => (event.kind === 'tier.changed' ? { ...event, evidence: [] } : event));
    expect(() => after(initialTier, [opened, ...bare])).toThrow(/with its evidence/);
    for (const kind of ['tier.evaluated', 'tier.trialEnded', 'tier.confirmed', 'tier.reflected']) {
      const other = steps.map((event) =>
        event.kind === kind ? ({ ...event, to: 'STRATEGIST' } as DomainEvent) : event,
      );
      expect(() => after(initialTier, [opened, ...other])).toThrow(InvariantViolation);
    }
  });

  const steps = [opened, ...stepEvents('SNIPER', 'HUNTER')];
  const asked = after(initialTier, steps.slice(0, -1));
  const riseAfter = (age: number): TierState =>
    after(asked, steps.slice(-1), (asked.confirmed?.at ?? 0) + age);

  it.each([0, 24 * HOUR_MS])('takes a sentence that is %d ms old', (age) => {
    expect(riseAfter(age).tier).toBe('HUNTER');
  });

  it.each([-1, 24 * HOUR_MS + 1])('takes no sentence that is %d ms old', (age) => {
    expect(() => riseAfter(age)).toThrow(/not older than a day/);
  });

  it('never skips a step and never changes from where it is not (invariant 13)', () => {
    const sniper = after(initialTier, [opened]);
    expect(() => after(sniper, [changed('SNIPER', 'STRATEGIST')])).toThrow(/one step/);
    expect(() => after(sniper, [changed('HUNTER', 'STRATEGIST')])).toThrow(/from the tier it is/);
  });

  it('falls in an emergency alone, and everything asked for on the way up is gone', () => {
    expect(() => after(hunter, [changed('HUNTER', 'SNIPER')])).toThrow(/emergency/);
    const later = START + 100 * HOUR_MS;
    const fallen = after(hunter, [emergency('HUNTER'), changed('HUNTER', 'SNIPER')], later);
    expect(fallen.tier).toBe('SNIPER');
    expect([fallen.fellAt, fallen.risenAt]).toEqual([later, null]);
    expect(fallen.emergency).toMatchObject({ trigger: 'dayLoss', done: [] });
    expect(() => after(fallen, stepEvents('SNIPER', 'HUNTER'), later)).toThrow(InvariantViolation);
  });

  it('ticks off the checklist, each line once', () => {
    const journal: DomainEvent = {
      kind: 'journal.accepted',
      words: 5,
      textHash: 'h',
      reason: '',
      sketch: [],
    };
    const lines: readonly DomainEvent[] = [
      { kind: 'tier.checkDone', item: 'cause', actor: 'trader' },
      { kind: 'tier.checkDone', item: 'cause', actor: 'trader' },
      journal,
      { ...journal, words: 4 },
    ];
    expect(after(hunter, lines).emergency).toBeNull();
    const fallen = after(hunter, [emergency('HUNTER'), ...lines]);
    expect(fallen.emergency).toMatchObject({ done: ['cause'], journalWords: 5 });
    expect(after(fallen, [{ kind: 'tier.emergencyEnded', reason: '' }]).emergency).toBeNull();
  });

  it('is moved by nothing else, least of all by time', () => {
    expect(evolveTier(initialTier, recordOf({ kind: 'tilt.lockEnded', reason: '' }, { at: 1e15 }))).toBe(
      initialTier,
    );
  });
});
