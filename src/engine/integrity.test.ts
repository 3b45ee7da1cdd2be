import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../core/events.ts';
import { openPosition, readyRig, type Rig } from '../../tests/builders/engine.ts';
import { ACCEPT_PHRASE, acceptChange, changeSince, evolveIntegrity, initialIntegrity } from './integrity.ts';

const HOUR_MS = 3_600_000;
const build = { codeHash: 'code', configHash: 'config' };
const started = (codeHash: string, reason: string | null): DomainEvent => ({
  kind: 'engine.started',
  mode: 'paper',
  version: '',
  codeHash,
  configHash: 'config',
  runId: '',
  readOnly: reason !== null,
  readOnlyReason: reason,
});
const after = (...events: readonly DomainEvent[]) => events.reduce(evolveIntegrity, initialIntegrity);

/** The same account, started by another program. */
function changedProgram(before: Rig): Rig {
  const rig = before.restart({ codeHash: 'other' });
  rig.gateway.connect();
  rig.wait(500);
  return rig;
}

describe('a change of program or configuration', () => {
  it.each([
    [null, build, null],
    [build, build, null],
    [build, { ...build, codeHash: 'x' }, 'the program is not the one that was accepted'],
    [build, { ...build, configHash: 'x' }, 'the configuration is not the one that was accepted'],
    [
      build,
      { codeHash: 'x', configHash: 'x' },
      'program and configuration are not the ones that were accepted',
    ],
  ] as const)('from %j to %j: %s', (accepted, now, words) => {
    expect(changeSince(accepted, now)).toBe(words);
  });

  it('is not accepted by starting twice', () => {
    const state = after(started('code', null), started('other', 'changed'), started('other', 'changed'));
    expect(state.accepted).toEqual(build);
  });

  it('starts read-only: no entry, exits as always, and says why (invariant 30)', () => {
    const before = readyRig();
    openPosition(before);
    const rig = changedProgram(before);
    expect(rig.buy('25').refusal?.code).toBe('engine.readOnly');
    expect(rig.engine.dashboard()).toMatchObject({
      readOnly: true,
      stateReason: 'the program is not the one that was accepted',
    });
    expect(rig.say({ kind: 'close', symbol: 'BTCUSDT' }).outcome).toBe('accepted');
  });

  it('is accepted at once on a calm day, by the sentence alone', () => {
    const rig = changedProgram(readyRig());
    expect(rig.say({ kind: 'accept', phrase: 'yes' }).refusal?.code).toBe('command.phraseWrong');
    expect(rig.buy('25').refusal?.code).toBe('engine.readOnly');
    expect(rig.say({ kind: 'accept', phrase: ACCEPT_PHRASE }).outcome).toBe('accepted');
    expect(rig.buy('25').outcome).toBe('accepted');
    expect(rig.say({ kind: 'accept', phrase: ACCEPT_PHRASE }).refusal?.code).toBe('command.notHere');
  });

  it('waits an hour on a day in the red, whatever is asked meanwhile, over a restart', () => {
    const before = readyRig();
    openPosition(before);
    before.market('49500');
    before.wait(1_000);
    let rig = changedProgram(before);
    rig.market('49500');
    rig.wait(500);
    rig.say({ kind: 'accept', phrase: ACCEPT_PHRASE });
    expect(rig.eventsOf('engine.changeRequested')).toHaveLength(1);
    rig.wait(HOUR_MS / 2);
    rig.say({ kind: 'accept', phrase: ACCEPT_PHRASE });
    expect(rig.eventsOf('engine.changeRequested')).toHaveLength(1);
    rig = rig.restart({ codeHash: 'other' });
    rig.gateway.connect();
    rig.market('49500');
    rig.wait(HOUR_MS / 2 - 60_000);
    expect(rig.eventsOf('engine.changeAccepted')).toHaveLength(0);
    rig.wait(120_000);
    expect(rig.eventsOf('engine.changeAccepted')).toHaveLength(1);
  });

  it('does not take effect while anything holds the account, however long ago it was asked for', () => {
    const rig = changedProgram(readyRig());
    rig.say({ kind: 'halt', reason: 'enough' });
    rig.say({ kind: 'accept', phrase: ACCEPT_PHRASE });
    rig.wait(2 * HOUR_MS);
    expect(rig.eventsOf('engine.changeRequested')).toHaveLength(1);
    expect(rig.eventsOf('engine.changeAccepted')).toHaveLength(0);
  });

  it('asked for one program does not let another in', () => {
    const state = after(
      started('code', null),
      started('other', 'changed'),
      { kind: 'engine.changeRequested', codeHash: 'other', configHash: 'config', maturesAt: 1 },
      started('third', 'changed'),
    );
    expect(state.requested).toBeNull();
  });
});

describe('a history that does not prove itself', () => {
  const distrusted: DomainEvent = { kind: 'engine.distrusted', detail: 'event 7 was edited' };

  it('closes entries, cannot be accepted, and is judged anew by the next start', () => {
    const state = after(started('code', null), distrusted);
    const answer = acceptChange(state, ACCEPT_PHRASE, { isSettled: true, isCalm: true, now: 0 }, HOUR_MS);
    expect('code' in answer && answer.code).toBe('engine.historyUnproved');
    expect(evolveIntegrity(state, started('code', null)).unproved).toBeNull();
  });

  it('holds entries until the proof is there, and says what it found', () => {
    const rig = readyRig({ provesHistory: true });
    expect(rig.buy('25').refusal?.code).toBe('engine.reconciling');
    rig.engine.historyProved('event 7 was edited');
    rig.wait(500);
    expect(rig.buy('25').refusal).toMatchObject({
      code: 'engine.readOnly',
      figures: { reason: 'event 7 was edited', phrase: null },
    });
  });

  it('opens entries when all of it proves', () => {
    const rig = readyRig({ provesHistory: true });
    rig.engine.historyProved(null);
    rig.wait(500);
    expect(rig.buy('25').outcome).toBe('accepted');
  });
});
