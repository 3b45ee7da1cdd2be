import { describe, expect, it } from 'vitest';
import { faultIn } from './history-proof.ts';

const sound = {
  events: 3,
  head: 'ab',
  chain: 'ok',
  projections: 'ok',
  snapshot: 'ok',
  code: 'x',
  config: 'x',
};
const fault = { code: 'verify.editedEvent', detail: 'event 2 is not what its hash was made from' };

describe('the verdict of the proof beside the engine', () => {
  it.each([
    ['all of it whole', sound, null],
    ['an edited event', { ...sound, chain: fault }, fault.detail],
    ['an edited row', { ...sound, projections: { ...fault, detail: 'a row' } }, 'a row'],
    ['an edited snapshot', { ...sound, snapshot: { ...fault, detail: 'a state' } }, 'a state'],
    ['a verdict without a part', { ...sound, snapshot: undefined }, 'the history could not be proved'],
    ['nothing', null, 'the history could not be proved'],
  ])('%s', (_what, verdict, expected) => {
    expect(faultIn(JSON.stringify(verdict))).toBe(expected);
  });

  it('proves nothing by saying nothing', () => {
    expect(faultIn('')).toBe('the history could not be proved');
  });
});
