/**
 * What the trader types about the tier: reading the gates, the paper trial and its orders, the sentence, the
 * reflection, the recovery checklist. The rules of each step are the tier machine's (state-machine/).
 */
import type { Command, CommandOrigin } from '../core/commands.ts';
import type { DomainEvent } from '../core/events.ts';
import { durationOfMs, percentOfBps } from '../core/explain-figures.ts';
import {
  bpsFloor,
  floorTo,
  formatFixed,
  formatPlaces,
  notionalCeil,
  quantityFloor,
  smaller,
  type Notional,
  type Quantity,
} from '../core/money.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { TierGates, TradingRules } from '../core/rules.ts';
import { HOUR_MS } from '../core/time.ts';
import { clearForEntry } from '../tilt/interventions.ts';
import { acceptJournal } from '../tilt/journal.ts';
import { journalMessage } from '../tilt/messages.ts';
import { clearIntegrity } from './integrity.ts';
import type { Kernel } from './kernel.ts';
import { limitsNow } from './state-machine/limits.ts';
import {
  check,
  confirm,
  evaluatedEvent,
  reflect,
  startTrial,
  type Moment,
} from './state-machine/transition.ts';
import { sale, trialForms, trialProgress } from './state-machine/trial.ts';
import type { Trial } from './state-machine/trial-state.ts';
import type { TierKeeper } from './tier-keeper.ts';
import { clearTradingState } from './trading-state.ts';

export type TierCommand = Extract<Command, { readonly kind: 'tier' | 'trial' }>;
type Done = {
  readonly events: readonly DomainEvent[];
  readonly lines: readonly string[];
  readonly afterwards?: () => void;
};
export type TierAct = (asked: TierCommand, origin: CommandOrigin) => Result<Done, Refusal>;

export function createTierActions(kernel: Kernel, keeper: TierKeeper, equity: () => Notional): TierAct {
  const gates = (): TierGates => kernel.rules.tierGates;
  const trading = (): TradingRules => kernel.rules.trading;
  const moment = (): Moment => ({
    now: kernel.timers.now(),
    gates: gates(),
    evaluation: keeper.evaluation(),
  });
  const tier = (): ReturnType<Kernel['state']>['tier'] => kernel.state().tier;

  const evaluate = (): Result<Done, Refusal> => {
    const reading = keeper.evaluation();
    if (reading.to === null) return err(refusal('tier.top', { tier: reading.from }));
    const lines = reading.readings.map(
      ({ words, current, required, passed }) => `${passed ? '✓' : '·'} ${words}: ${current} of ${required}`,
    );
    return ok({
      events: [evaluatedEvent(reading, 'asked')],
      lines: [
        ...lines,
        reading.passed
          ? `every gate to ${reading.to} is open; tier trial begins the paper trial`
          : `${reading.readings.filter(({ passed }) => !passed).length} gates to ${reading.to} are still closed`,
      ],
    });
  };

  const trial = (): Result<Done, Refusal> => {
    const running = tier().trial;
    if (running !== null) return ok({ events: [], lines: progressLines(running) });
    const started = startTrial(tier(), moment(), kernel.ids.next());
    if (!started.ok) return started;
    const { trialHours, trialRoundTrips, trialProfitableDays } = gates().transition;
    return ok({
      events: started.value,
      lines: [
        `the paper trial runs: ${trialHours} hours, ${trialRoundTrips} round trips, ${trialProfitableDays} days in profit in a row`,
        'tier trial buy 25 usdt btc at 65000 gives a simulated order; tier trial close btc ends one',
      ],
    });
  };

  const progressLines = (running: Trial): readonly string[] => {
    const { transition } = gates();
    const shown = trialProgress(running, kernel.timers.now(), transition);
    const left = Math.max(0, transition.trialHours * HOUR_MS - shown.elapsedMs);
    return [
      `trial for ${running.to}: ${shown.roundTrips} of ${transition.trialRoundTrips} round trips, ${shown.profitableDays} of ${transition.trialProfitableDays} days in profit, uptime ${percentOfBps(shown.uptimeBps)}`,
      left > 0
        ? `${durationOfMs(left)} are left of its hours`
        : 'its hours are over; what is missing still counts',
      ...[...running.orders.values()].map(
        (order) =>
          `waits: ${order.form} ${formatFixed(order.quantity)} ${order.symbol}${order.price === null ? '' : ` at ${formatFixed(order.price)}`}`,
      ),
      ...[...running.positions.values()].map(
        (position) =>
          `open: ${formatFixed(position.quantity)} ${position.symbol}, stop ${formatFixed(position.stopPrice)}`,
      ),
    ];
  };

  const order = (asked: Extract<TierCommand, { readonly kind: 'trial' }>['order']): Result<Done, Refusal> => {
    const running = tier().trial;
    if (running === null)
      return err(refusal('tier.noTrial', { to: null, hours: gates().transition.trialHours }));
    switch (asked.kind) {
      case 'buy':
        return buy(running, asked);
      case 'close': {
        const shown = keeper.quote(asked.symbol);
        if (!running.positions.has(asked.symbol))
          return err(refusal('command.noPosition', { symbol: asked.symbol }));
        if (shown === null) return err(refusal('risk.bookMissing', { symbol: asked.symbol }));
        return ok({
          events: [sale(running, asked.symbol, shown.bid, trading().risk, 'close')],
          lines: [`the simulated position is sold at ${formatFixed(shown.bid)}`],
        });
      }
      case 'cancel': {
        const waiting = [...running.orders.values()].filter(
          ({ symbol }) => asked.symbol === null || symbol === asked.symbol,
        );
        if (waiting.length === 0) return err(refusal('command.nothingToCancel', { symbol: asked.symbol }));
        return ok({
          events: waiting.map(({ trialOrderId }): DomainEvent => ({
            kind: 'tier.trialCancelled',
            trialId: running.trialId,
            trialOrderId,
            reason: 'asked by the trader',
          })),
          lines: [`${waiting.length} simulated orders are cancelled`],
        });
      }
    }
  };

  /** The same limits as a real entry, with the forms of the tier above and nobody's money. */
  const buy = (running: Trial, asked: Extract<Command, { readonly kind: 'buy' }>): Result<Done, Refusal> => {
    const { symbol, amount, terms } = asked;
    const form = terms === undefined ? 'MARKET' : formOf(terms);
    const forms = trialForms(tier().tier, running.to, gates());
    if (!forms.includes(form)) return err(refusal('tier.trialForm', { what: form, forms: forms.join(', ') }));
    const blocked = entriesBlocked(symbol);
    if (blocked !== null) return err(blocked);
    const rules = kernel.symbolRules(symbol);
    const shown = keeper.quote(symbol);
    if (rules === null) return err(refusal('command.unknownSymbol', { symbol }));
    if (shown === null) return err(refusal('risk.bookMissing', { symbol }));
    const busy =
      running.positions.has(symbol) || [...running.orders.values()].some((one) => one.symbol === symbol);
    if (busy) return err(refusal('risk.positionExists', { symbol }));
    const limits = gates().tiers[running.to];
    const open = running.positions.size + running.orders.size;
    if (open >= limits.openPositionsMax)
      return err(refusal('risk.openPositions', { open, limit: limits.openPositionsMax }));
    const at = terms?.price ?? shown.ask;
    const cap = bpsFloor(equity(), limitsNow(tier(), gates(), kernel.timers.now()).positionValueMaxBps);
    const wanted =
      amount.unit === 'base'
        ? notionalCeil(at, amount.amount)
        : amount.unit === 'quote'
          ? amount.amount
          : cap;
    const quantity: Quantity = floorTo(quantityFloor(smaller(wanted, cap), at), rules.stepSize);
    const minimum = trading().risk.positionValueMin;
    if (notionalCeil(at, quantity) < minimum || quantity <= 0n)
      return err(
        refusal('risk.belowMinimum', {
          requested: formatPlaces(smaller(wanted, cap), 2),
          minimum: formatPlaces(minimum, 2),
        }),
      );
    const trialOrderId = kernel.ids.next();
    return ok({
      events: [
        {
          kind: 'tier.trialOrdered',
          trialId: running.trialId,
          trialOrderId,
          symbol,
          form,
          quantity,
          price: terms?.price ?? null,
          triggerPrice: terms?.type === 'STOP_LOSS_LIMIT' ? terms.stopPrice : null,
        },
      ],
      lines: [
        `simulated: ${form} ${formatFixed(quantity)} ${rules.baseAsset} at ${formatFixed(at)}; nothing is sent`,
      ],
      afterwards: () => keeper.match(symbol),
    });
  };

  const entriesBlocked = (symbol: string): Refusal | null => {
    const state = kernel.state();
    const now = kernel.timers.now();
    return (
      clearIntegrity(state.integrity) ??
      clearTradingState(state.trading, now) ??
      clearForEntry(state.tilt.interventions, now, symbol, trading())
    );
  };

  const reflection = (text: string): Result<Done, Refusal> => {
    const textHash = kernel.hash(text);
    const { reflectionWords: wordsMin } = gates().transition;
    const entry = acceptJournal({
      text,
      wordsMin,
      charactersMin: 0,
      typing: null,
      textHash,
      earlier: kernel.state().tilt.interventions.journals,
      similarityMaxBps: trading().interventions.journalSimilarityMaxBps,
    });
    if (!entry.ok)
      return err(
        refusal('journal.notAccepted', {
          message: journalMessage(entry.error),
          problem: entry.error.code,
          wordsMin,
        }),
      );
    const risen = reflect(tier(), moment(), { words: entry.value.words, textHash });
    if (!risen.ok) return risen;
    const { to } = keeper.evaluation();
    return ok({
      events: risen.value,
      lines: [
        `you trade as ${to ?? ''} from now on; for ${gates().transition.adjustmentHours} hours at half limits`,
        'only the number of words and a fingerprint of what you wrote are recorded',
      ],
    });
  };

  return (asked, origin) => {
    if (asked.kind === 'trial') return order(asked.order);
    // The sentence, the reflection and the checklist are a person's, typed at the console.
    const byHand = asked.ask === 'confirm' || asked.ask === 'reflect' || asked.ask === 'check';
    if (byHand && origin.actor !== 'trader')
      return err(
        refusal('command.notHere', {
          command: `tier ${asked.ask}`,
          reason: 'it is typed by a person at the console',
        }),
      );
    switch (asked.ask) {
      case 'evaluate':
        return evaluate();
      case 'trial':
        return trial();
      case 'trialEnd': {
        const running = tier().trial;
        if (running === null)
          return err(refusal('tier.noTrial', { to: null, hours: gates().transition.trialHours }));
        return ok({
          events: [
            {
              kind: 'tier.trialEnded',
              trialId: running.trialId,
              to: running.to,
              passed: false,
              reason: 'ended by the trader',
              figures: {},
            },
          ],
          lines: ['the trial has ended; tier trial begins a new one from the start'],
        });
      }
      case 'confirm':
        return withLines(confirm(tier(), moment(), asked.text, origin.actor), [
          `good for ${gates().transition.confirmWithinHours} hours; tier reflect and ${gates().transition.reflectionWords} words complete the step`,
        ]);
      case 'reflect':
        return reflection(asked.text);
      case 'check':
        return withLines(check(tier(), gates(), asked.text.trim().toLowerCase(), origin.actor), [
          'noted; type tier to see what is left',
        ]);
    }
  };
}

function withLines(
  answer: Result<readonly DomainEvent[], Refusal>,
  lines: readonly string[],
): Result<Done, Refusal> {
  return answer.ok ? ok({ events: answer.value, lines }) : answer;
}

function formOf(terms: NonNullable<Extract<Command, { readonly kind: 'buy' }>['terms']>): string {
  return terms.type === 'LIMIT' && terms.timeInForce !== 'GTC' ? terms.timeInForce : terms.type;
}
