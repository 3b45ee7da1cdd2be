import { describe, expect, it } from 'vitest';
import { entryRequest, riskContext } from '../../tests/builders/engine-values.ts';
import { testRules } from '../../tests/builders/rules.ts';
import type { Refusal } from '../core/refusals.ts';
import type { Result } from '../core/result.ts';
import { admitEntry, type AdmissionInput, type Denied } from './admission.ts';
import type { Authorisation } from './state-machine/authorise.ts';
import { createGrantHolder } from './state-machine/grants.ts';
import { initialState, type EngineState } from './state.ts';
import { initialTrading } from './trading-state.ts';

const ready: EngineState = { ...initialState, trading: { ...initialTrading, phase: 'READY' } };
const locked: EngineState = {
  ...ready,
  tilt: {
    ...ready.tilt,
    interventions: {
      ...ready.tilt.interventions,
      lock: {
        untilMs: Number.MAX_SAFE_INTEGER,
        done: [],
      } as never,
    },
  },
};
const halted: EngineState = {
  ...ready,
  trading: {
    ...ready.trading,
    halt: { state: 'HALTED', reason: 'enough', untilMs: null, since: 0, level: 1 },
  },
};

function admit(change: Partial<AdmissionInput> = {}): Result<Authorisation, Denied> {
  return admitEntry({
    state: ready,
    risk: riskContext(),
    grant: createGrantHolder('SNIPER').current(),
    rules: testRules(),
    reconciledAgoMs: 1_000,
    ...change,
  });
}
function said(change: Partial<AdmissionInput>): readonly [string, Refusal['code']] | 'admitted' {
  const answer = admit(change);
  return answer.ok ? 'admitted' : [answer.error.stage, answer.error.refusal.code];
}

const poor = riskContext({ openPositions: 1 });
const unearned = entryRequest({ method: 'iceberg' });
const exploding = {
  ...riskContext(),
  get equity(): never {
    throw new Error('the guard is broken');
  },
};

describe('admission', () => {
  it('admits what passes every stage, with the grant the executor will ask for', () => {
    const grant = createGrantHolder('SNIPER').current();
    const answer = admit({ grant });
    expect(answer.ok && answer.value.grant).toBe(grant);
  });

  it.each([
    [
      'a halt, before all else',
      { state: halted, reconciledAgoMs: 1e9, risk: { ...poor, request: unearned } },
      ['state', 'engine.halted'],
    ],
    [
      'an account not read lately (invariant 6)',
      { reconciledAgoMs: 60_001, risk: { ...poor, request: unearned } },
      ['state', 'engine.reconciliationStale'],
    ],
    [
      'an account never read',
      { reconciledAgoMs: Number.POSITIVE_INFINITY },
      ['state', 'engine.reconciliationStale'],
    ],
    [
      'what is not earned, before its size',
      { risk: { ...poor, request: unearned }, state: locked },
      ['tier', 'tier.executionMethod'],
    ],
    ['risk, before tilt', { risk: poor, state: locked }, ['risk', 'risk.openPositions']],
    ['tilt', { state: locked }, ['tilt', 'tilt.locked']],
    ['a guard that throws: halt, never carry on', { risk: exploding }, ['guard', 'risk.guardFailed']],
  ] as const)('refuses for %s', (_why, change, expected) => {
    expect(said(change)).toEqual(expected);
  });

  const trading = ready.trading;
  const latch = { reason: '', untilMs: Number.MAX_SAFE_INTEGER, since: 0 };
  it.each([
    ['the trader', 'trader', null],
    ['a program', 'api', null],
    ['a strategy', 'strategy', 'sma_cross'],
  ] as const)('asks every stage whoever wants in: %s', (_who, actor, strategy) => {
    const by = (change: Partial<AdmissionInput>): readonly [string, Refusal['code']] | 'admitted' => {
      const risk = change.risk ?? riskContext();
      return said({ ...change, risk: { ...risk, request: { ...risk.request, actor, strategy } } });
    };
    const state = (change: Partial<EngineState>): Partial<AdmissionInput> => ({
      state: { ...ready, ...change },
    });
    expect(by({})).toBe('admitted');
    for (const [change, expected] of [
      [state({ integrity: { ...ready.integrity, changed: 'edited' } }), ['state', 'engine.readOnly']],
      [state({ integrity: { ...ready.integrity, unproved: 'torn' } }), ['state', 'engine.readOnly']],
      [{ state: halted }, ['state', 'engine.halted']],
      [
        state({ trading: { ...trading, reduceOnly: { ...latch, state: 'REDUCE_ONLY' } } }),
        ['state', 'engine.reduceOnly'],
      ],
      [state({ trading: { ...trading, pause: { ...latch, state: 'PAUSED' } } }), ['state', 'engine.paused']],
      [state({ trading: { ...trading, phase: 'STARTING' } }), ['state', 'engine.starting']],
      [state({ trading: { ...trading, phase: 'RECONCILING' } }), ['state', 'engine.reconciling']],
      [{ reconciledAgoMs: 60_001 }, ['state', 'engine.reconciliationStale']],
      [{ risk: { ...riskContext(), request: unearned } }, ['tier', 'tier.executionMethod']],
      [{ risk: poor }, ['risk', 'risk.openPositions']],
      [{ state: locked }, ['tilt', 'tilt.locked']],
    ] as const)
      expect(by(change)).toEqual(expected);
  });

  it('takes an account read 60 s ago for read', () => {
    expect(said({ reconciledAgoMs: 60_000 })).toBe('admitted');
  });

  it('says how old the account is, and nothing when it was never read', () => {
    const old = admit({ reconciledAgoMs: 60_000.7 });
    expect(!old.ok && old.error.refusal.figures).toEqual({ ageMs: 60_001, limitMs: 60_000 });
    const never = admit({ reconciledAgoMs: Number.POSITIVE_INFINITY });
    expect(!never.ok && never.error.refusal.figures['ageMs']).toBeNull();
  });

  it('names the guard that failed, also when what it threw is no error', () => {
    const failed = admit({ risk: exploding });
    expect(!failed.ok && failed.error.refusal.figures).toEqual({ guard: 'the guard is broken' });
    const odd = admit({
      risk: {
        ...riskContext(),
        get equity(): never {
          // eslint-disable-next-line no-throw-literal, typescript/only-throw-error -- what an odd dependency might do
          throw 'odd';
        },
      },
    });
    expect(!odd.ok && odd.error.refusal.figures).toEqual({ guard: 'unknown' });
  });

  it('refuses a revoked grant before anything is sized', () => {
    const holder = createGrantHolder('SNIPER');
    const grant = holder.current();
    holder.become('HUNTER');
    expect(said({ grant, risk: poor })).toEqual(['tier', 'tier.grantRevoked']);
  });

  it('refuses a grant that is revoked while the request is looked at', () => {
    const holder = createGrantHolder('SNIPER');
    const grant = holder.current();
    const { equity } = riskContext();
    const risk = {
      ...riskContext(),
      get equity() {
        holder.become('HUNTER');
        return equity;
      },
    };
    expect(said({ grant, risk })).toEqual(['tier', 'tier.grantRevoked']);
  });

  it('gives the same answer to the same question', () => {
    expect(admit().ok).toBe(true);
    expect(said({ risk: poor })).toEqual(said({ risk: poor }));
  });
});
