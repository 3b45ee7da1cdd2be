/**
 * Where observations go: compared with the trader's usual, summed for the lesson, added to the evidence and
 * cited. Copies what it changes, once, so that the state before stays what it was.
 */
import {
  ALERT,
  expected,
  hourCellOf,
  outcomeCell,
  STRESSED,
  TIRED,
  TIRED_MEASURES,
  type Baseline,
  type Context,
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
type WritableSums = { -readonly [K in keyof Sums]: Sums[K] };

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
  readonly #sumsBefore: Sums;
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
    this.#sumsBefore = session.sums;
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
    if (this.#draft !== null) settlePatterns(this.#draft, this.#before, this.session.exposure);
  }

  context(outcome: number): Context {
    const { session } = this;
    const started = session.startedAt ?? this.at;
    return {
      volatility: session.volatility,
      hourCell: hourCellOf(this.at),
      profile:
        session.volatility >= STRESSED_FROM ? STRESSED : this.at - started >= TIRED_AFTER_MS ? TIRED : ALERT,
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
    this.#add('count', index, 1);
    this.#add('sum', index, surprise);
    this.#add('squares', index, surprise * surprise);
    this.#add('volatility', index, context.volatility);
    const cell = outcomeCell(index, outcome);
    if (cell >= 0) {
      this.#add('outcomeCount', cell, 1);
      this.#add('outcomeSum', cell, surprise);
    }
    const late = context.profile === TIRED ? TIRED_MEASURES.indexOf(index) : -1;
    if (late >= 0) {
      this.#add('tiredCount', late, 1);
      this.#add('tiredSum', late, surprise);
    }
    const draft = this.#drafted();
    if (draft.squares === this.#before.squares) draft.squares = draft.squares.slice();
    this.cite(index);
    observeMeasure(draft, baseline, context, index, surprise, this.session.sums);
  }

  count(index: number, events: number): void {
    if (this.#muted?.has(MEASURES + index) === true) return;
    if (events > 0) this.#add('rateCount', index, events);
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
    const next = known.slice(known.length < IDS_KEPT ? 0 : known.length - IDS_KEPT + 1);
    next.push(this.#id);
    draft.ids[channel] = next;
  }

  /** An order at this hour of the day. */
  countHour(hour: number): void {
    this.#add('hours', hour, 1);
  }

  /** Only what is added to is copied, once: most facts touch one of the ten. */
  #add(name: keyof Sums, place: number, amount: number): void {
    if (this.#sums === null) {
      this.#sums = { ...this.#sumsBefore };
      this.session.sums = this.#sums;
    }
    let own = this.#sums[name] as number[];
    if (own === this.#sumsBefore[name]) {
      own = own.slice();
      this.#sums[name] = own;
    }
    own[place]! += amount;
  }

  #drafted(): EvidenceDraft {
    this.#draft ??= draftEvidence(this.#before);
    return this.#draft;
  }
}
