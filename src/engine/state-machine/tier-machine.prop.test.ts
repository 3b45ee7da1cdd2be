// No sequence of events and commands, however odd, yields an order form that is not earned, a tier whose gates,
// trial and sentence are missing, or a demotion that is missed. The model keeps its own short books.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryRequest } from '../../../tests/builders/engine-values.ts';
import { testRules } from '../../../tests/builders/rules.ts';
import { createHistory, liveDay, type History } from '../../../tests/builders/tier-history.ts';
import type { DomainEvent } from '../../core/events.ts';
import { InvariantViolation } from '../../core/invariant.ts';
import { notional, price, quantity, ZERO_QUANTITY } from '../../core/money.ts';
import type { OrderType, TimeInForce } from '../../core/ports/gateway.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/time.ts';
import { tierRank, tiers, type Tier } from '../../core/vocabulary.ts';
import { earnedRefusal } from './authorise.ts';
import { decideDemotion } from './demotion.ts';
import { evaluateGates } from './evaluate.ts';
import { createGrantHolder, type SniperGrant } from './grants.ts';
import {
  check,
  confirm,
  decideEmergencyEnd,
  recoveryItems,
  reflect,
  RESPONSIBILITY_PHRASE,
  startTrial,
  type Moment,
} from './transition.ts';
import { decideTrialEnd } from './trial.ts';

const full = process.env['GENESIS_TEST_PROFILE'] === 'full';
const STEPS = 250;
/** A million steps under the full profile. */
const numRuns = full ? 4_000 : 16;

const rules = testRules();
const gates = rules.tierGates;
const minimum = rules.trading.risk.positionValueMin;

/** The model's own memory of the way up: what a rise needs, and when it was had. */
type Books = { openAt: number | null; passedAt: number | null; saidAt: number | null; alarms: number };

const steps = [
  'good day',
  'month',
  'bad day',
  'terrible day',
  'stranger',
  'override',
  'together',
  'outage',
  'poor',
  'rich',
  'wait',
  'back',
  'trial',
  'live trial',
  'confirm',
  'misquote',
  'reflect',
  'check',
  'journal',
  'forge',
  'order',
] as const;
type Step = readonly [name: (typeof steps)[number], size: number];
const step: fc.Arbitrary<Step> = fc.tuple(fc.constantFrom(...steps), fc.integer({ min: 0, max: 99 }));

const forms: readonly (readonly [OrderType, TimeInForce | null, Tier])[] = [
  ['MARKET', null, 'SNIPER'],
  ['LIMIT', 'GTC', 'HUNTER'],
  ['LIMIT', 'IOC', 'HUNTER'],
  ['LIMIT', 'FOK', 'HUNTER'],
  ['LIMIT_MAKER', null, 'HUNTER'],
  ['STOP_LOSS_LIMIT', 'GTC', 'STRATEGIST'],
];

function must(condition: boolean, rule: string): void {
  if (!condition) throw new Error(`broken: ${rule}`);
}

/** Plays a sequence, judging after each step; gives the tier at its end. */
function play(sequence: readonly Step[]): Tier {
  const history = createHistory();
  const holder = createGrantHolder('SNIPER');
  const books: Books = { openAt: null, passedAt: null, saidAt: null, alarms: 0 };
  const old: SniperGrant[] = [];
  let strangers = 0;
  for (const [name, size] of sequence) {
    const before = history.state();
    const moment = (): Moment => ({
      now: history.now(),
      gates,
      evaluation: evaluateGates(history.state(), history.now(), gates, minimum),
    });
    let rose = false;
    switch (name) {
      case 'good day':
        liveDay(history, { equity: '3000' });
        break;
      case 'month':
        if (size < 40)
          for (let day = 0; day < 31; day += 1)
            liveDay(history, {
              equity: '3000',
              trades: [{ symbol: `COIN${day % 4}USDT`, pnl: '5' }],
            });
        break;
      case 'bad day':
        liveDay(history, { equity: '2800', pnl: '-170' });
        break;
      case 'terrible day':
        if (size < 20) {
          liveDay(history, { equity: '2500', pnl: '-500' });
          // The same day's loss is answered once; the clock may have stepped back into such a day.
          const day = history.state().evidence.days.recent.at(-1)?.day ?? -1;
          if (day > before.signals.answeredDay) books.alarms += 1;
        }
        break;
      case 'stranger':
        if (size < 15) {
          strangers += 1;
          history.add(strangersOrder(strangers));
          books.alarms += 1;
        }
        break;
      case 'override':
        for (let count = 0; count < (size < 10 ? 5 : 1); count += 1) history.add(override);
        if (size < 10) books.alarms += 1;
        break;
      case 'together':
        history.add({
          kind: 'correlation.measured',
          positions: 2,
          lowest: size < 10 ? 0.9 : 0.5,
          uncorrelated: [],
        });
        if (size < 10) books.alarms += 1;
        break;
      case 'outage':
        history.add({ kind: 'infrastructure.failed', what: 'x', loss: notional(size < 10 ? '501' : '10') });
        if (size < 10) books.alarms += 1;
        break;
      case 'poor':
        history.add({
          kind: 'tier.equityFell',
          tier: before.tier,
          equity: notional('1'),
          minimum: notional('2'),
        });
        break;
      case 'rich':
        history.add({
          kind: 'tier.equityRose',
          tier: before.tier,
          equity: notional('2'),
          minimum: notional('2'),
        });
        break;
      case 'wait':
        history.wait(size * HOUR_MS);
        break;
      case 'back':
        history.wait(-size * MINUTE_MS);
        break;
      case 'trial': {
        const answer = startTrial(before, moment(), 't');
        if (answer.ok) {
          must(moment().evaluation.passed, 'every gate is open');
          must(before.emergency === null, 'no trial begins in an emergency');
          history.add(...answer.value);
        }
        break;
      }
      case 'live trial':
        liveTrial(history, size, books);
        break;
      case 'confirm': {
        const answer = confirm(before, moment(), RESPONSIBILITY_PHRASE, 'trader');
        if (answer.ok) {
          must(books.passedAt !== null, 'the trial was passed');
          history.add(...answer.value);
          books.saidAt = history.now();
        }
        break;
      }
      case 'misquote':
        must(!confirm(before, moment(), `${RESPONSIBILITY_PHRASE}.`, 'api').ok, 'no other sentence will do');
        break;
      case 'reflect': {
        const answer = reflect(before, moment(), { words: 120, textHash: 'h' });
        if (answer.ok) {
          must(moment().evaluation.passed, 'every gate is open');
          must(books.passedAt !== null, 'the trial was passed');
          must(
            history.now() - (books.saidAt ?? Number.NEGATIVE_INFINITY) <= 24 * HOUR_MS,
            'the sentence is of the day',
          );
          history.add(...answer.value);
          rose = true;
        }
        break;
      }
      case 'check': {
        const answer = check(before, gates, recoveryItems[size % recoveryItems.length] ?? '', 'trader');
        if (answer.ok) history.add(...answer.value);
        break;
      }
      case 'journal':
        history.add({ kind: 'journal.accepted', words: size * 2, textHash: 'h', reason: '', sketch: [] });
        break;
      case 'forge':
        forge(history, tiers[size % 4] ?? 'ARCHITECT');
        break;
      case 'order':
        break;
    }
    // As the engine does after every event: alarms are answered at once.
    history.add(...decideDemotion(history.state(), history.now(), gates));
    must(decideDemotion(history.state(), history.now(), gates).length === 0, 'an answer answers');
    history.add(...decideEmergencyEnd(history.state(), gates));

    const after = history.state();
    const moved = tierRank(after.tier) - tierRank(before.tier);
    must(moved <= (rose ? 1 : 0), 'a tier rises by the last step alone');
    if (books.alarms > 0) {
      // Every alarm was answered: the tier fell by a step, or there was none below; small positions either way.
      must(after.fellAt === history.now(), 'an alarm is answered at once');
      must(after.emergency !== null, 'an alarm brings emergency mode');
      must(after.tier === tiers[Math.max(0, tierRank(before.tier) - 1)], 'an alarm takes one tier');
      books.passedAt = null;
      books.saidAt = null;
      books.alarms = 0;
    }
    if (after.tier !== before.tier) {
      books.passedAt = null;
      books.saidAt = null;
      old.push(holder.current());
      holder.become(after.tier);
    }
    for (const [type, timeInForce, earnedAt] of forms) {
      const request = entryRequest({ type, timeInForce });
      const earned = tierRank(after.tier) >= tierRank(earnedAt);
      must((earnedRefusal(request, holder.current(), gates) === null) === earned, 'only what is earned');
      for (const grant of old.slice(-2))
        must(earnedRefusal(request, grant, gates) !== null, 'a revoked grant opens nothing');
    }
  }
  return history.state().tier;
}

function liveTrial(history: History, size: number, books: Books): void {
  const { trial } = history.state();
  if (trial === null) return;
  const { trialId } = trial;
  const lived = size < 80;
  for (let day = 0; day < 3; day += 1) {
    for (let count = 0; count < 4; count += 1) roundTrip(history, trialId);
    if (lived) history.add({ kind: 'tier.trialMarked', trialId, upMs: DAY_MS });
    history.wait(DAY_MS);
    history.add({
      kind: 'day.started',
      day: Math.floor(history.now() / DAY_MS),
      equity: notional('3000'),
    });
    const running = history.state().trial;
    if (running === null) return;
    const ended = decideTrialEnd(running, history.now(), gates.transition);
    history.add(...ended);
    const [end] = ended;
    if (end?.kind === 'tier.trialEnded' && end.passed) {
      must(running.upMs >= 47.52 * HOUR_MS, 'a trial is lived through');
      must(running.roundTrips >= 10, 'a trial has its round trips');
      books.passedAt = history.now();
      books.saidAt = null;
    }
    if (end !== undefined) return;
  }
}

function roundTrip(history: History, trialId: string): void {
  const fields = {
    trialId,
    trialOrderId: 'o',
    symbol: 'BTCUSDT',
    form: 'LIMIT',
    quantity: quantity('1'),
  } as const;
  if (history.state().trial?.positions.has('BTCUSDT') === true) return;
  const fill = { kind: 'tier.trialFilled', ...fields, fee: notional('0.1'), stopPrice: price('98') } as const;
  history.add({ kind: 'tier.trialOrdered', ...fields, price: price('100'), triggerPrice: null });
  history.add({ ...fill, side: 'BUY', price: price('100') }, { ...fill, side: 'SELL', price: price('103') });
}

/** Somebody writes the rise into the log by hand: the fold refuses it. */
function forge(history: History, to: Tier): void {
  const { tier } = history.state();
  if (tierRank(to) <= tierRank(tier)) return;
  const forged: DomainEvent = { kind: 'tier.changed', from: tier, to, reason: 'please', evidence: ['me'] };
  let refused = false;
  try {
    history.add(forged);
  } catch (error) {
    refused = error instanceof InvariantViolation;
  }
  must(refused, 'a rise written by hand is refused');
}

const override: DomainEvent = {
  kind: 'tilt.overrideAttempted',
  outcome: 'refused',
  reason: '',
  actor: 'trader',
  words: 0,
  textHash: '',
  effectiveAtMs: null,
};

function strangersOrder(number: number): DomainEvent {
  return {
    kind: 'order.adopted',
    orderId: `stranger ${number}`,
    clientOrderId: 'somebody',
    exchangeOrderId: number,
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    quantity: quantity('1'),
    executedQuantity: ZERO_QUANTITY,
    price: price('1'),
  };
}

test('no sequence yields a form not earned, a tier not gated, or a demotion missed (invariant 13)', () => {
  const result = fc.check(
    fc.property(fc.array(step, { minLength: STEPS, maxLength: STEPS }), (sequence) => void play(sequence)),
    { numRuns },
  );
  expect(result.failed, String(result.errorInstance)).toBe(false);
}, 3_600_000);

test('the way up exists: gates, trial, sentence and reflection rise', () => {
  const way: readonly Step[] = [
    ['month', 0],
    ['good day', 0],
    ['trial', 0],
    ['live trial', 0],
    ['confirm', 0],
    ['reflect', 0],
  ];
  expect(play(way)).toBe('HUNTER');
});
