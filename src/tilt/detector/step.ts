/**
 * One behaviour fact folded in: what it measures, compared with the trader's usual, added to the evidence.
 * Fields that are missing or not numbers measure nothing. A clock that steps back lets no time pass. The
 * work per fact is bounded by constants, whatever came before.
 */
import type { BehaviourFact } from '../../core/behaviour.ts';
import {
  expected,
  hourCellOf,
  hourOf,
  isOddHour,
  outcomeCell,
  type Baseline,
  type Context,
  type ProfileName,
} from '../baseline/baseline.ts';
import {
  exposureIndex as per,
  measureIndex as m,
  MEASURES,
  rateIndex as r,
  rates,
  RATES,
} from '../baseline/channels.ts';
import {
  draftEvidence,
  IDS_KEPT,
  observeMeasure,
  observeRate,
  settlePatterns,
  type Evidence,
  type EvidenceDraft,
} from './evidence.ts';
import { AFTER_LOSS, AFTER_WIN, NEUTRAL, type Session, type Sums } from './session.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type WritableSums = { [K in keyof Sums]: number[] };
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
const TIRED_AFTER_MS = 3 * 60 * MINUTE_MS;
const STRESSED_FROM = Math.log(1.5);
const SURPRISE_MAX = 2.5;
const STARING_MS = 30 * MINUTE_MS;
const REFLEX_MS = 2_000;
const DISCONNECTS_KEPT = 16;

const finite = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
const positive = (value: unknown): number | null => {
  const number = finite(value);
  return number !== null && number > 0 ? number : null;
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
  readonly session: Writable<Session>;
  readonly #before: Evidence;
  readonly #baseline: Baseline;
  readonly #at: number;
  readonly #id: string;
  #draft: EvidenceDraft | null = null;
  #sums: WritableSums | null = null;
  #exposure: number[] | null = null;

  constructor(session: Session, evidence: Evidence, baseline: Baseline, at: number, id: string) {
    this.session = { ...session } as Writable<Session>;
    this.#before = evidence;
    this.#baseline = baseline;
    this.#at = at;
    this.#id = id;
  }

  evidence(): Evidence {
    return this.#draft ?? this.#before;
  }

  take(fact: BehaviourFact): void {
    if (isAction(fact)) this.#act();
    switch (fact.type) {
      case 'order':
        if (fact.reduces === true) return;
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
        this.#expose(per.losses, 1);
        this.session.noticedAt = this.#at;
        if (this.session.lastLossAt === null || this.session.outcome !== AFTER_LOSS) this.#lost();
        return;
      case 'keys':
        this.#keys(fact);
        return;
      case 'view':
        this.#view();
        return;
      case 'preview':
        this.#expose(per.previews, 1);
        this.#count(r.previewsAsked, 1);
        return;
      case 'abandon':
        this.#count(r.abandons, 1);
        return;
      case 'amend':
        this.session.amendedCount = fact.id === this.session.amendedId ? this.session.amendedCount + 1 : 1;
        this.session.amendedId = fact.id;
        this.#count(r.amends, 1);
        return;
      case 'cancel': {
        const age = finite(fact.ageMs);
        this.#count(r.cancels, 1);
        if (age !== null && age < QUICK_CANCEL_MS) this.#count(r.quickCancels, 1);
        return;
      }
      case 'settings':
        if (fact.direction === 'loosen') this.#count(r.loosened, 1);
        return;
      case 'disconnect':
        this.session.disconnectedAt = [...this.session.disconnectedAt.slice(1 - DISCONNECTS_KEPT), this.#at];
        this.#count(r.disconnects, 1);
        return;
      case 'market': {
        const volatility = positive(fact.volatility);
        if (volatility !== null) this.session.volatility = Math.log(Math.min(8, Math.max(0.25, volatility)));
        return;
      }
      default:
        return;
    }
  }

  /** Time between two facts counts as presence, up to a limit. */
  pass(elapsedMs: number): void {
    const minutes = Math.min(PRESENCE_GAP_MS, elapsedMs) / MINUTE_MS;
    if (minutes > 0) this.#expose(per.minutes, minutes);
  }

  settle(): void {
    if (this.#draft !== null) settlePatterns(this.#draft, this.session.exposure);
  }

  /** Doing something: answers a loss that was just noticed, and ends a stretch of staring. */
  #act(): void {
    const { session } = this;
    session.lastActionAt = this.#at;
    if (session.noticedAt === null) return;
    if (this.#at - session.noticedAt <= REFLEX_MS) this.#count(r.reflexes, 1);
    session.noticedAt = null;
  }

  #view(): void {
    const { session } = this;
    this.#count(r.views, 1);
    if (this.#at - session.lastActionAt < STARING_MS) return;
    session.lastActionAt = this.#at;
    this.#count(r.staring, 1);
  }

  #entry(
    id: string,
    symbol: string,
    side: string,
    notional: number | null,
    decisionMs: number | null,
    afterLossMs: number | null,
  ): void {
    const { session } = this;
    const at = this.#at;
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
    this.#expose(per.orders, 1);
    session.orders += 1;
    if (decisionMs !== null && decisionMs >= 0 && decisionMs <= DECISION_MAX_MS)
      this.#measure(m.decision, Math.log(Math.max(50, decisionMs)), outcome);
    if (sinceEntry !== null) this.#measure(m.interval, Math.log(Math.max(SLICE_MS, sinceEntry)), outcome);
    if (afterLoss) this.#measure(m.pauseAfterLoss, Math.log(Math.max(500, at - lossAt)), NEUTRAL);
    if (afterWin) this.#measure(m.pauseAfterWin, Math.log(Math.max(500, at - winAt)), NEUTRAL);
    if (notional !== null) this.#size(Math.log(notional), outcome);
    if (session.open.some((position) => position.symbol === symbol)) this.#count(r.adds, 1);
    const stop = session.stops.find((each) => each.symbol === symbol);
    if (stop !== undefined && at - stop.at < REENTRY_MS) this.#count(r.reentries, 1);
    this.#count(r.orders, 1);
    if (isOddHour(this.#baseline, at)) this.#count(r.oddHours, 1);
    // What did not happen since the last order speaks too: rates fall back as exposure grows.
    for (let index = 0; index < RATES; index += 1)
      if (rates[index]!.per === 'orders' || rates[index]!.per === 'minutes') this.#weigh(index);
    // An order that no preview went before is the fact behind too few previews.
    this.#cite(this.#drafted(), MEASURES + r.previewsAsked);
    session.ordersSinceLoss = outcome === AFTER_LOSS ? 1 : session.ordersSinceLoss + 1;
    this.#summed().hours[hourOf(at)]! += 1;
    session.lastEntryAt = at;
    session.lastSymbol = symbol;
    session.lastSide = side;
  }

  #size(log: number, outcome: number): void {
    const { session } = this;
    this.#measure(m.size, log, outcome);
    if (session.lastEntryLog !== null && outcome !== NEUTRAL) {
      const step = log - session.lastEntryLog;
      this.#measure(outcome === AFTER_LOSS ? m.sizeAfterLoss : m.sizeAfterWin, step, NEUTRAL);
    }
    const usual = expected(this.#baseline, m.size, this.#context(NEUTRAL));
    this.#measure(m.turnover, Math.log(Math.max(1e-9, session.turnover)) - usual, NEUTRAL);
    session.lastEntryLog = log;
    session.smallest = Math.min(session.smallest ?? log, log);
    session.largest = Math.max(session.largest ?? log, log);
  }

  #fill(fact: Of<'fill'>): void {
    const { session } = this;
    const at = this.#at;
    const price = positive(fact.price);
    const quantity = positive(fact.quantity);
    const notional = price !== null && quantity !== null ? price * quantity : null;
    if (fact.opens === true) {
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
      this.#expose(per.stops, 1);
    }
    if (same) return;
    if (position !== undefined && pnl !== 0)
      this.#measure(
        pnl < 0 ? m.heldLoser : m.heldWinner,
        Math.log(Math.max(SLICE_MS, at - position.openedAt)),
        NEUTRAL,
      );
    if (pnl < 0) {
      if (notional !== null) this.#measure(m.lossDepth, Math.log(Math.max(1e-5, -pnl / notional)), NEUTRAL);
      this.#lost();
    } else if (pnl > 0) {
      session.outcome = AFTER_WIN;
      session.lastWinAt = at;
      session.lossStreak = 0;
      session.winStreak += 1;
    }
  }

  #lost(): void {
    const { session } = this;
    session.outcome = AFTER_LOSS;
    session.lastLossAt = this.#at;
    session.lossStreak += 1;
    session.winStreak = 0;
  }

  #keys(fact: Of<'keys'>): void {
    const count = positive(fact.count);
    if (count === null) return;
    this.#expose(per.keys, count);
    this.#expose(per.lines, 1);
    const durationMs = positive(fact.durationMs);
    if (durationMs !== null && count >= 3) this.#measure(m.typing, Math.log(durationMs / count), NEUTRAL);
    this.#count(r.typingErrors, Math.min(count, Math.max(0, finite(fact.errors) ?? 0)));
    this.#count(r.pastes, Math.min(1, Math.max(0, finite(fact.pastes) ?? 0)));
  }

  #context(outcome: number): Context {
    const { session } = this;
    const started = session.startedAt ?? this.#at;
    const profile: ProfileName =
      session.volatility >= STRESSED_FROM
        ? 'stressed'
        : this.#at - started >= TIRED_AFTER_MS
          ? 'tired'
          : 'alert';
    return {
      volatility: session.volatility,
      hourCell: hourCellOf(this.#at),
      profile: profile === 'alert' ? 0 : profile === 'tired' ? 1 : 2,
      outcome,
    };
  }

  #measure(index: number, value: number, outcome: number): void {
    if (!Number.isFinite(value)) return;
    const context = this.#context(outcome);
    const baseline = this.#baseline;
    const raw = (value - expected(baseline, index, context)) / Math.sqrt(baseline.variance[index]!);
    // Wider while little is known, so that learning can reach what is far from the population.
    const limit = SURPRISE_MAX * Math.sqrt(1 + baseline.doubt[index]!);
    const surprise = Math.min(limit, Math.max(-limit, raw));
    const sums = this.#summed();
    sums.count[index]! += 1;
    sums.sum[index]! += surprise;
    sums.squares[index]! += surprise * surprise;
    sums.volatility[index]! += context.volatility;
    const cell = outcomeCell(index, outcome);
    if (cell >= 0) {
      sums.outcomeCount[cell]! += 1;
      sums.outcomeSum[cell]! += surprise;
    }
    const draft = this.#drafted();
    this.#cite(draft, index);
    observeMeasure(draft, baseline, context, index, surprise);
  }

  #count(index: number, events: number): void {
    if (events > 0) this.#summed().rateCount[index]! += events;
    const draft = this.#drafted();
    if (events > 0) this.#cite(draft, MEASURES + index);
    observeRate(draft, this.#baseline, this.session.exposure, index, events);
  }

  #weigh(index: number): void {
    observeRate(this.#drafted(), this.#baseline, this.session.exposure, index, 0);
  }

  #expose(kind: number, amount: number): void {
    if (this.#exposure === null) {
      this.#exposure = this.session.exposure.slice();
      this.session.exposure = this.#exposure;
    }
    this.#exposure[kind]! += amount;
  }

  #cite(draft: EvidenceDraft, channel: number): void {
    const known = draft.ids[channel]!;
    draft.ids[channel] =
      known.length < IDS_KEPT
        ? [...known, this.#id]
        : [...known.slice(known.length - IDS_KEPT + 1), this.#id];
  }

  #summed(): WritableSums {
    if (this.#sums === null) {
      const { sums } = this.session;
      this.#sums = {
        count: sums.count.slice(),
        sum: sums.sum.slice(),
        squares: sums.squares.slice(),
        volatility: sums.volatility.slice(),
        outcomeCount: sums.outcomeCount.slice(),
        outcomeSum: sums.outcomeSum.slice(),
        rateCount: sums.rateCount.slice(),
        hours: sums.hours.slice(),
      };
      this.session.sums = this.#sums;
    }
    return this.#sums;
  }

  #drafted(): EvidenceDraft {
    this.#draft ??= draftEvidence(this.#before);
    return this.#draft;
  }
}
