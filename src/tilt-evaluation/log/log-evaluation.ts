/**
 * Judges a behaviour log line by line: traders may be interleaved, earlier sessions of a trader teach the
 * later ones, and nothing is kept but one subject per trader, the sessions still open and small records of the
 * labelled ones. Neither a broken line nor a strange one stops it.
 */
import type { TiltJudge, TiltSubject } from '../../core/ports/tilt-judge.ts';
import { recordOf, type SessionRecord } from '../session-record.ts';
import {
  createSessionScorer,
  type FirstMoments,
  type SessionScore,
  type SessionScorer,
} from '../session-scorer.ts';
import { labelMeaning } from './label-group.ts';
import { isFault, lineProblemWords, parseLogLine, type LineProblem, type LogLine } from './parse-line.ts';

export type SessionVerdict = {
  readonly trader: string;
  readonly session: string;
  readonly maxScore: number;
  readonly first: FirstMoments;
  readonly trades: number;
  readonly label: string | null;
};

export type LogCounts = {
  lines: number;
  facts: number;
  sessions: number;
  traders: number;
  unknownTypes: number;
  broken: number;
  /** Facts whose time lies before the trader's fact before; judged all the same. */
  backwards: number;
  faultyReadings: number;
};

export type BrokenLine = { readonly line: number; readonly problem: string };

export interface LogEvaluation {
  line(text: string, number: number): void;
  /** A fact that was not read from a line. */
  take(fact: LogLine): void;
  /** A line that was never read whole. */
  refuse(problem: LineProblem, number: number): void;
  /** Ends every session still open. */
  end(): void;
  readonly records: readonly SessionRecord[];
  readonly counts: Readonly<LogCounts>;
  readonly brokenLines: readonly BrokenLine[];
}

type OpenSession = {
  readonly scorer: SessionScorer;
  label: string | null;
  readonly timed: boolean;
  ended: boolean;
};

type KnownTrader = {
  readonly number: number;
  readonly subject: TiltSubject;
  readonly open: Map<string, OpenSession>;
  lastMs: number;
};

/** Sessions of one trader that may be open at once; the oldest is closed first. */
const OPEN_MAX = 8;
const BROKEN_NAMED_MAX = 20;

export function createLogEvaluation(
  judge: TiltJudge,
  tell: (verdict: SessionVerdict) => void,
): LogEvaluation {
  const traders = new Map<string, KnownTrader>();
  const records: SessionRecord[] = [];
  const brokenLines: BrokenLine[] = [];
  const counts: LogCounts = {
    lines: 0,
    facts: 0,
    sessions: 0,
    traders: 0,
    unknownTypes: 0,
    broken: 0,
    backwards: 0,
    faultyReadings: 0,
  };

  function traderOf(name: string): KnownTrader {
    const known = traders.get(name);
    if (known !== undefined) return known;
    const added = { number: traders.size, subject: judge.newTrader(), open: new Map(), lastMs: -Infinity };
    traders.set(name, added);
    counts.traders += 1;
    return added;
  }

  function close(name: string, trader: KnownTrader, session: string, open: OpenSession): void {
    trader.open.delete(session);
    const score = open.scorer.score();
    counts.sessions += 1;
    counts.faultyReadings += score.faultyReadings;
    keep(trader, open, score);
    const { maxScore, first, trades } = score;
    tell({ trader: name, session, maxScore, first, trades, label: open.label });
  }

  function keep(trader: KnownTrader, { label, timed }: OpenSession, score: SessionScore): void {
    const meaning = labelMeaning(label);
    if (meaning === null) return;
    records.push(recordOf({ trader: trader.number, kind: label ?? '', timed, ...meaning }, score));
  }

  function sessionOf(name: string, trader: KnownTrader, session: string, begin: Beginning): OpenSession {
    for (const [other, open] of trader.open)
      if (other !== session && open.ended) close(name, trader, other, open);
    const open = trader.open.get(session);
    if (open !== undefined) return open;
    const [oldest] = trader.open;
    if (oldest !== undefined && trader.open.size >= OPEN_MAX) close(name, trader, ...oldest);
    const { label, onsetMs } = begin;
    const begun = { scorer: createSessionScorer(onsetMs), label, timed: onsetMs !== null, ended: false };
    trader.open.set(session, begun);
    return begun;
  }

  function refuse(problem: LineProblem, number: number): void {
    counts.lines += 1;
    if (!isFault(problem)) {
      counts.unknownTypes += 1;
      return;
    }
    counts.broken += 1;
    if (brokenLines.length < BROKEN_NAMED_MAX)
      brokenLines.push({ line: number, problem: lineProblemWords[problem] });
  }

  function take({ line, onsetMs }: LogLine): void {
    counts.facts += 1;
    const trader = traderOf(line.trader);
    if (line.t < trader.lastMs) counts.backwards += 1;
    trader.lastMs = line.t;
    const open = sessionOf(line.trader, trader, line.session, { label: line.label, onsetMs });
    // Some logs have a fact or two before the session's own first line.
    open.label ??= line.label;
    const event = { t: line.t, id: line.id, fact: line.fact };
    open.scorer.take(event, trader.subject.observe(event));
    if (line.fact.type === 'session.end') open.ended = true;
  }

  return {
    records,
    counts,
    brokenLines,
    refuse,
    take,
    line(text, number): void {
      if (text.trim() === '') return;
      const parsed = parseLogLine(text, number);
      if (!parsed.ok) return refuse(parsed.error, number);
      counts.lines += 1;
      take(parsed.value);
    },
    end(): void {
      for (const [name, trader] of traders)
        for (const [session, open] of trader.open) close(name, trader, session, open);
    },
  };
}

type Beginning = { readonly label: string | null; readonly onsetMs: number | null };
