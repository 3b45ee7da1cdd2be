/**
 * Where observations go: compared with the trader's usual, summed for the lesson, added to the evidence and
 * cited. Copies what it changes, once, so that the state before stays what it was.
 */
import {
  expected,
  hourCellOf,
  outcomeCell,
  type Baseline,
  type Context,
  type ProfileName,
} from '../baseline/baseline.ts';
import { MEASURES } from '../baseline/channels.ts';
import {
  draftEvidence,
  IDS_KEPT,
  observeMeasure,
  observeRate,
  settlePatterns,
  type Evidence,
  type EvidenceDraft,
} from './evidence.ts';
import type { Session, Sums } from './session.ts';

export type WritableSession = { -readonly [K in keyof Session]: Session[K] };
type WritableSums = { [K in keyof Sums]: number[] };

export const TIRED_AFTER_MS: number = 3 * 60 * 60_000;
export const STRESSED_FROM: number = Math.log(1.5);
const SURPRISE_MAX = 3;

export class Recorder {
  readonly session: WritableSession;
  readonly baseline: Baseline;
  readonly at: number;
  readonly #before: Evidence;
  readonly #id: string;
  readonly #muted: ReadonlySet<number> | null;
  #draft: EvidenceDraft | null = null;
  #sums: WritableSums | null = null;
  #exposure: number[] | null = null;

  constructor(
    session: Session,
    evidence: Evidence,
    baseline: Baseline,
    at: number,
    id: string,
    muted: ReadonlySet<number> | null,
  ) {
    this.session = { ...session };
    this.#before = evidence;
    this.baseline = baseline;
    this.at = at;
    this.#id = id;
    this.#muted = muted;
  }

  evidence(): Evidence {
    return this.#draft ?? this.#before;
  }

  settle(): void {
    if (this.#draft !== null) settlePatterns(this.#draft, this.session.exposure);
  }

  context(outcome: number): Context {
    const { session } = this;
    const started = session.startedAt ?? this.at;
    const profile: ProfileName =
      session.volatility >= STRESSED_FROM
        ? 'stressed'
        : this.at - started >= TIRED_AFTER_MS
          ? 'tired'
          : 'alert';
    return {
      volatility: session.volatility,
      hourCell: hourCellOf(this.at),
      profile: profile === 'alert' ? 0 : profile === 'tired' ? 1 : 2,
      outcome,
    };
  }

  measure(index: number, value: number, outcome: number): void {
    if (!Number.isFinite(value) || this.#muted?.has(index) === true) return;
    const context = this.context(outcome);
    const baseline = this.baseline;
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
    this.cite(index);
    observeMeasure(draft, baseline, context, index, surprise, {
      count: sums.count[index]!,
      sum: sums.sum[index]!,
    });
  }

  count(index: number, events: number): void {
    if (this.#muted?.has(MEASURES + index) === true) return;
    if (events > 0) this.#summed().rateCount[index]! += events;
    const draft = this.#drafted();
    if (events > 0) this.cite(MEASURES + index);
    observeRate(
      draft,
      this.baseline,
      this.session.exposure,
      index,
      events,
      this.session.sums.rateCount[index]!,
    );
  }

  weigh(index: number): void {
    if (this.#muted?.has(MEASURES + index) === true) return;
    const draft = this.#drafted();
    // Too few of something is shown by the fact that came without it.
    if (draft.ids[MEASURES + index]!.length === 0) this.cite(MEASURES + index);
    observeRate(draft, this.baseline, this.session.exposure, index, 0, this.session.sums.rateCount[index]!);
  }

  expose(kind: number, amount: number): void {
    if (this.#exposure === null) {
      this.#exposure = this.session.exposure.slice();
      this.session.exposure = this.#exposure;
    }
    this.#exposure[kind]! += amount;
  }

  /** This fact is behind what the channel shows. */
  cite(channel: number): void {
    const draft = this.#drafted();
    const known = draft.ids[channel]!;
    draft.ids[channel] =
      known.length < IDS_KEPT
        ? [...known, this.#id]
        : [...known.slice(known.length - IDS_KEPT + 1), this.#id];
  }

  /** An order at this hour of the day. */
  countHour(hour: number): void {
    this.#summed().hours[hour]! += 1;
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
