import { describe, expect, it } from 'vitest';
import { interventionsLoop, type InterventionsLoop } from '../../tests/builders/interventions.ts';
import { testRules } from '../../tests/builders/rules.ts';
import { journal, noon } from '../../tests/builders/tilt.ts';
import { OVERRIDE_PHRASE } from '../core/commands.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/time.ts';
import { clearForEntry } from './interventions.ts';
import { askOverride, overridesUsed, type OverrideAsk } from './override.ts';
import { sizeMultiplierBps } from './return-size.ts';

const rules = testRules().trading;
const delay = rules.interventions.overrideDelayMs;

function ask(loop: InterventionsLoop, at: number, change: Partial<OverrideAsk> = {}): string {
  const answer = askOverride(
    loop.state(),
    {
      actor: 'api',
      confirmation: OVERRIDE_PHRASE,
      words: 100,
      textHash: `h${at}`,
      journalProblem: null,
      ...change,
    },
    at,
    rules.interventions,
  );
  if (answer.event !== null) loop.give(answer.event, at);
  const reason = answer.refusal?.figures['reason'];
  return answer.refusal === null
    ? 'granted'
    : `${answer.refusal.code}${reason === undefined ? '' : ` ${String(reason)}`}`;
}
const clear = (loop: InterventionsLoop, at: number): string | null =>
  clearForEntry(loop.state(), at, 'ETHUSDT', rules)?.code ?? null;

/** A pause that an override reopens at `at`; quiet afterwards. */
function overridden(loop: InterventionsLoop, at: number): string {
  loop.score(70, at);
  const said = ask(loop, at + MINUTE_MS);
  loop.fade(0, at + MINUTE_MS + delay);
  return said;
}

describe('an override', () => {
  it('opens entries after its delay and not before, at the smallest size', () => {
    const loop = interventionsLoop(rules);
    loop.score(90, noon);
    expect(ask(loop, noon + MINUTE_MS)).toBe('granted');
    loop.fade(50, noon + MINUTE_MS + delay - 1);
    expect(clear(loop, noon + MINUTE_MS + delay - 1)).toBe('tilt.locked');
    loop.wait(noon + MINUTE_MS + delay);
    expect(clear(loop, noon + MINUTE_MS + delay)).toBeNull();
    expect(sizeMultiplierBps(loop.state(), noon + HOUR_MS, rules.interventions)).toBe(2_500);
    expect(loop.state().debt).toBe(30);
    expect(loop.said('tilt.overrideEnded')).toEqual([{ kind: 'tilt.overrideEnded', outcome: 'tookEffect' }]);
  });

  it('lapses when new evidence comes before its time', () => {
    const loop = interventionsLoop(rules);
    loop.score(70, noon);
    expect(ask(loop, noon + MINUTE_MS)).toBe('granted');
    loop.score(72, noon + 2 * MINUTE_MS);
    expect(loop.said('tilt.overrideEnded')).toMatchObject([{ outcome: 'lapsed' }]);
    loop.fade(20, noon + MINUTE_MS + delay);
    expect(clear(loop, noon + MINUTE_MS + delay)).toBe('tilt.paused');
  });

  it('has nothing to do where nothing is held back, and then nothing is counted', () => {
    const loop = interventionsLoop(rules);
    expect(ask(loop, noon)).toBe('tilt.overrideNotNeeded');
    expect(loop.log).toEqual([]);
  });

  it('asks for the sentence and the entry, and says which is missing', () => {
    const loop = interventionsLoop(rules);
    loop.score(70, noon);
    expect(ask(loop, noon, { confirmation: 'i accept the risks' })).toBe('command.phraseWrong');
    const tooShort = { code: 'journal.tooFewCharacters', characters: 499, charactersMin: 500 } as const;
    expect(ask(loop, noon, { journalProblem: tooShort })).toBe('journal.notAccepted');
    expect(loop.said('tilt.overrideAttempted').map(({ outcome }) => outcome)).toEqual([
      'incomplete',
      'incomplete',
    ]);
    expect(loop.state().overrideAttempts).toEqual([]);
  });

  it('comes once a day', () => {
    const loop = interventionsLoop(rules);
    expect(overridden(loop, noon)).toBe('granted');
    const granted = noon + MINUTE_MS;
    loop.score(70, granted + DAY_MS - MINUTE_MS);
    expect(ask(loop, granted + DAY_MS - 1)).toBe('tilt.overrideLocked coolDown');
    expect(ask(loop, granted + DAY_MS)).toBe('granted');
  });

  it('comes three times in 30 days', () => {
    const loop = interventionsLoop(rules);
    for (const day of [0, 2, 4]) expect(overridden(loop, noon + day * DAY_MS)).toBe('granted');
    expect(overridesUsed(loop.state(), noon + 5 * DAY_MS, rules.interventions)).toBe(3);
    loop.score(70, noon + 6 * DAY_MS);
    expect(ask(loop, noon + 30 * DAY_MS + MINUTE_MS - 1)).toBe('tilt.overrideLocked usedUp');
    expect(ask(loop, noon + 30 * DAY_MS + MINUTE_MS)).toBe('granted');
  });

  it('is not weighed at all after five attempts within a day', () => {
    const loop = interventionsLoop(rules);
    loop.score(70, noon);
    expect(ask(loop, noon)).toBe('granted');
    for (let attempt = 1; attempt < 5; attempt += 1)
      expect(ask(loop, noon + attempt * SECOND_MS)).toBe('tilt.overrideLocked underWay');
    expect(ask(loop, noon + 10 * SECOND_MS, { confirmation: '' })).toBe(
      'tilt.overrideLocked tooManyAttempts',
    );
    expect(loop.said('tilt.overrideAttempted').map(({ outcome }) => outcome)).toEqual([
      'granted',
      ...Array.from({ length: 5 }, () => 'refused'),
    ]);
  });

  it('waits five minutes after a journal entry that reopened trading', () => {
    const loop = interventionsLoop(rules);
    loop.score(70, noon);
    loop.give(journal(), noon + MINUTE_MS);
    loop.score(75, noon + 2 * MINUTE_MS);
    expect(ask(loop, noon + 6 * MINUTE_MS - 1)).toBe('tilt.overrideLocked manualCoolDown');
    expect(ask(loop, noon + 6 * MINUTE_MS)).toBe('granted');
  });

  it('neither gains nor loses by a clock that steps back', () => {
    const loop = interventionsLoop(rules);
    loop.score(70, noon);
    ask(loop, noon + MINUTE_MS);
    loop.fade(10, noon - DAY_MS);
    loop.give(journal('x'), noon - DAY_MS);
    expect(loop.state().override).toEqual({
      grantedAt: noon - DAY_MS,
      effectiveAtMs: noon - DAY_MS + delay,
    });
    loop.score(70, noon - DAY_MS + delay);
    loop.wait(noon - DAY_MS + delay);
    expect(ask(loop, noon - 1)).toBe('tilt.overrideLocked coolDown');
    expect(ask(loop, noon)).toBe('granted');
  });
});
