/**
 * One behaviour fact folded in: what it measures, compared with the trader's usual, added to the evidence.
 * Fields that are missing or not numbers measure nothing. A clock that steps back lets no time pass. The
 * work per fact is bounded by constants, whatever came before.
 */
import type { BehaviourFact } from '../../core/behaviour.ts';
import { expected, hourOf, isOddHour } from '../baseline/baseline.ts';
import {
  exposureIndex as per,
  measureIndex as m,
  MEASURES,
  rateIndex as r,
  rates,
  RATES,
} from '../baseline/channels.ts';
import type { Recorder } from './recorder.ts';
import { AFTER_LOSS, AFTER_WIN, NEUTRAL } from './session.ts';

type Of<K extends BehaviourFact['type']> = Extract<BehaviourFact, { readonly type: K }>;

const MINUTE_MS = 60_000;
/** Longer than this between two facts is absence, not staring. */
const PRESENCE_GAP_MS = 10 * MINUTE_MS;
const TURNOVER_FADES_MS = 10 * MINUTE_MS;
/** Orders of one symbol and side this close together are one wish, sliced. */
const SLICE_MS = 1_000;
const REENTRY_MS = MINUTE_MS;
const QUICK_CANCEL_MS = 5_000;
const DECISION_MAX_MS = 10 * MINUTE_MS;
const POSITIONS_KEPT = 16;
const ORDER_IDS_KEPT = 8;
const STARING_MS = 30 * MINUTE_MS;
const REFLEX_MS = 2_000;
const DISCONNECTS_KEPT = 16;

/** Beyond this a figure is a mistake of whoever wrote it; kept so, sums and logarithms stay finite. */
const FIGURE_MAX = 1e12;
const FIGURE_MIN = 1e-9;

const finite = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value)
    ? Math.min(FIGURE_MAX, Math.max(-FIGURE_MAX, value))
    : null;
const positive = (value: unknown): number | null => {
  const number = finite(value);
  return number !== null && number > 0 ? Math.max(FIGURE_MIN, number) : null;
};

const isAction = ({ type }: BehaviourFact): boolean =>
  type === 'keys' ||
  type === 'preview' ||
  type === 'abandon' ||
  type === 'order' ||
  type === 'amend' ||
  type === 'cancel' ||
  type === 'settings';

export class Step {
  readonly #to: Recorder;

  constructor(recorder: Recorder) {
    this.#to = recorder;
  }

  take(fact: BehaviourFact): void {
    if (isAction(fact)) this.#act();
    switch (fact.type) {
      case 'order':
        if (fact.reduces) return;
        this.#entry(
          fact.id,
          fact.symbol,
          fact.side,
          positive(fact.notional),
          finite(fact.decisionMs),
          finite(fact.afterLossMs),
        );
        return;
      case 'fill':
        this.#fill(fact);
        return;
      case 'lossNotice':
        this.#to.expose(per.losses, 1);
        this.#to.session.noticedAt = this.#to.at;
        if (this.#to.session.lastLossAt === null || this.#to.session.outcome !== AFTER_LOSS) this.#lost();
        return;
      case 'keys':
        this.#keys(fact);
        return;
      case 'view':
        this.#view();
        return;
      case 'preview':
        this.#to.expose(per.previews, 1);
        this.#to.count(r.previewsAsked, 1);
        return;
      case 'abandon':
        this.#to.count(r.abandons, 1);
        return;
      case 'amend':
        this.#to.session.amendedCount =
          fact.id === this.#to.session.amendedId ? this.#to.session.amendedCount + 1 : 1;
        this.#to.session.amendedId = fact.id;
        this.#to.count(r.amends, 1);
        return;
      case 'cancel': {
        const age = finite(fact.ageMs);
        this.#to.count(r.cancels, 1);
        if (age !== null && age < QUICK_CANCEL_MS) this.#to.count(r.quickCancels, 1);
        return;
      }
      case 'settings':
        if (fact.direction === 'loosen') this.#to.count(r.loosened, 1);
        return;
      case 'disconnect':
        this.#to.session.disconnectedAt = [
          ...this.#to.session.disconnectedAt.slice(1 - DISCONNECTS_KEPT),
          this.#to.at,
        ];
        this.#to.count(r.disconnects, 1);
        return;
      case 'market': {
        const volatility = positive(fact.volatility);
        if (volatility !== null)
          this.#to.session.volatility = Math.log(Math.min(8, Math.max(0.25, volatility)));
        return;
      }
      default:
        return;
    }
  }

  /** Time between two facts counts as presence, up to a limit. */
  pass(elapsedMs: number): void {
    const minutes = Math.min(PRESENCE_GAP_MS, elapsedMs) / MINUTE_MS;
    if (minutes > 0) this.#to.expose(per.minutes, minutes);
  }

  /** Doing something: answers a loss that was just noticed, and ends a stretch of staring. */
  #act(): void {
    const { session } = this.#to;
    session.lastActionAt = this.#to.at;
    if (session.noticedAt === null) return;
    if (this.#to.at - session.noticedAt <= REFLEX_MS) this.#to.count(r.reflexes, 1);
    session.noticedAt = null;
  }

  #view(): void {
    const { session } = this.#to;
    this.#to.count(r.views, 1);
    if (this.#to.at - session.lastActionAt < STARING_MS) return;
    session.lastActionAt = this.#to.at;
    this.#to.count(r.staring, 1);
  }

  #entry(
    id: string,
    symbol: string,
    side: string,
    notional: number | null,
    decisionMs: number | null,
    afterLossMs: number | null,
  ): void {
    const { session } = this.#to;
    const at = this.#to.at;
    const sinceEntry = session.lastEntryAt === null ? null : at - session.lastEntryAt;
    const slice =
      sinceEntry !== null &&
      sinceEntry < SLICE_MS &&
      symbol === session.lastSymbol &&
      side === session.lastSide;
    session.lastOrderIds = [...session.lastOrderIds.slice(1 - ORDER_IDS_KEPT), id];
    if (notional !== null) {
      const fade = Math.exp(-Math.max(0, at - session.turnoverAt) / TURNOVER_FADES_MS);
      session.turnover = session.turnover * fade + notional;
      session.turnoverAt = at;
    }
    if (slice) return;
    const lossAt = Math.max(
      session.lastLossAt ?? -Infinity,
      afterLossMs !== null && afterLossMs >= 0 ? at - afterLossMs : -Infinity,
    );
    const fresh = session.lastEntryAt ?? session.startedAt ?? -Infinity;
    const afterLoss = lossAt >= fresh && lossAt > -Infinity && session.outcome !== AFTER_WIN;
    const winAt = session.lastWinAt ?? -Infinity;
    const afterWin = !afterLoss && session.outcome === AFTER_WIN && winAt >= fresh && winAt > -Infinity;
    const outcome = afterLoss ? AFTER_LOSS : afterWin ? AFTER_WIN : NEUTRAL;
    this.#to.expose(per.orders, 1);
    session.orders += 1;
    if (decisionMs !== null && decisionMs >= 0 && decisionMs <= DECISION_MAX_MS)
      this.#to.measure(m.decision, Math.log(Math.max(50, decisionMs)), outcome);
    if (sinceEntry !== null) this.#to.measure(m.interval, Math.log(Math.max(SLICE_MS, sinceEntry)), outcome);
    if (afterLoss) this.#to.measure(m.pauseAfterLoss, Math.log(Math.max(500, at - lossAt)), NEUTRAL);
    if (afterWin) this.#to.measure(m.pauseAfterWin, Math.log(Math.max(500, at - winAt)), NEUTRAL);
    if (notional !== null) this.#size(Math.log(notional), outcome);
    if (session.open.some((position) => position.symbol === symbol)) this.#to.count(r.adds, 1);
    const stop = session.stops.find((each) => each.symbol === symbol);
    if (stop !== undefined && at - stop.at < REENTRY_MS) this.#to.count(r.reentries, 1);
    this.#to.count(r.orders, 1);
    if (isOddHour(this.#to.baseline, at)) this.#to.count(r.oddHours, 1);
    // What did not happen since the last order speaks too: rates fall back as exposure grows.
    for (let index = 0; index < RATES; index += 1)
      if (rates[index]!.per === 'orders' || rates[index]!.per === 'minutes') this.#to.weigh(index);
    // An order that no preview went before is the fact behind too few previews.
    this.#to.cite(MEASURES + r.previewsAsked);
    session.ordersSinceLoss = outcome === AFTER_LOSS ? 1 : session.ordersSinceLoss + 1;
    this.#to.countHour(hourOf(at));
    session.lastEntryAt = at;
    session.lastSymbol = symbol;
    session.lastSide = side;
  }

  #size(log: number, outcome: number): void {
    const { session } = this.#to;
    this.#to.measure(m.size, log, outcome);
    const usual = expected(this.#to.baseline, m.size, this.#to.context(NEUTRAL));
    if (session.lastCloseAt === null && session.lastLossAt === null) {
      session.openingCount += 1;
      session.openingSum += log - usual;
    }
    if (session.lastEntryLog !== null && outcome !== NEUTRAL) {
      const step = log - session.lastEntryLog;
      this.#to.measure(outcome === AFTER_LOSS ? m.sizeAfterLoss : m.sizeAfterWin, step, NEUTRAL);
    }
    this.#to.measure(m.turnover, Math.log(Math.max(1e-9, session.turnover)) - usual, NEUTRAL);
    session.lastEntryLog = log;
    session.smallest = Math.min(session.smallest ?? log, log);
    session.largest = Math.max(session.largest ?? log, log);
  }

  #fill(fact: Of<'fill'>): void {
    const { session } = this.#to;
    const at = this.#to.at;
    const price = positive(fact.price);
    const quantity = positive(fact.quantity);
    const notional = price !== null && quantity !== null ? positive(price * quantity) : null;
    if (fact.opens) {
      const known = typeof fact.id === 'string' && session.lastOrderIds.includes(fact.id);
      // Logs of fills alone have no orders: the fill is then the order.
      if (!known) this.#entry(fact.id, fact.symbol, fact.side, notional, null, null);
      if (!session.open.some(({ symbol }) => symbol === fact.symbol))
        session.open = [...session.open.slice(1 - POSITIONS_KEPT), { symbol: fact.symbol, openedAt: at }];
      return;
    }
    const pnl = finite(fact.realizedPnl) ?? 0;
    const same =
      session.lastCloseAt !== null &&
      session.lastCloseSymbol === fact.symbol &&
      at - session.lastCloseAt < SLICE_MS;
    const position = session.open.find(({ symbol }) => symbol === fact.symbol);
    session.open = session.open.filter(({ symbol }) => symbol !== fact.symbol);
    session.lastCloseAt = at;
    session.lastCloseSymbol = fact.symbol;
    if (fact.closedBy === 'stop' && !same) {
      session.stops = [
        ...session.stops.filter(({ symbol }) => symbol !== fact.symbol).slice(1 - POSITIONS_KEPT),
        { symbol: fact.symbol, at },
      ];
      this.#to.expose(per.stops, 1);
    }
    if (same) return;
    if (position !== undefined && pnl !== 0)
      this.#to.measure(
        pnl < 0 ? m.heldLoser : m.heldWinner,
        Math.log(Math.max(SLICE_MS, at - position.openedAt)),
        NEUTRAL,
      );
    if (pnl < 0) {
      if (notional !== null)
        this.#to.measure(m.lossDepth, Math.log(Math.max(1e-5, -pnl / notional)), NEUTRAL);
      this.#lost();
    } else if (pnl > 0) {
      session.outcome = AFTER_WIN;
      session.lastWinAt = at;
      session.lossStreak = 0;
      session.winStreak += 1;
    }
  }

  #lost(): void {
    const { session } = this.#to;
    session.outcome = AFTER_LOSS;
    session.lastLossAt = this.#to.at;
    session.lossStreak += 1;
    session.winStreak = 0;
  }

  #keys(fact: Of<'keys'>): void {
    const count = positive(fact.count);
    if (count === null) return;
    this.#to.expose(per.keys, count);
    this.#to.expose(per.lines, 1);
    const durationMs = positive(fact.durationMs);
    if (durationMs !== null && count >= 3) this.#to.measure(m.typing, Math.log(durationMs / count), NEUTRAL);
    this.#to.count(r.typingErrors, Math.min(count, Math.max(0, finite(fact.errors) ?? 0)));
    this.#to.count(r.pastes, Math.min(1, Math.max(0, finite(fact.pastes) ?? 0)));
  }
}
