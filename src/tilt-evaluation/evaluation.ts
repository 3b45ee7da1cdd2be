/**
 * Plays generated traders to the judges, one session at a time, and keeps a small record of each test
 * session. Two pasts of each trader are played: a clean one, and one where three in ten of the teaching sessions
 * were tilted. Every judge sees the very same facts; labels stay here.
 */
import type { TiltJudge, TiltSubject } from '../core/ports/tilt-judge.ts';
import { archetypeOf, type Split } from './generator/archetypes.ts';
import { createHistory, type History, type PlannedSession } from './generator/history.ts';
import type { GeneratedSession } from './generator/session.ts';
import { recordOf, type SessionRecord } from './session-record.ts';
import { createSessionScorer } from './session-scorer.ts';

export type JudgeRun = {
  readonly judge: string;
  readonly tests: SessionRecord[];
  /** The same test sessions after a contaminated past; empty for judges that are not asked. */
  readonly afterContamination: SessionRecord[];
  /** Teaching sessions, judged while they teach. */
  readonly learning: SessionRecord[];
  faultyReadings: number;
};

export type EvaluationRequest = {
  readonly split: Split;
  readonly fromSeed: number;
  readonly seeds: number;
  /** Traders of each seed. */
  readonly traders: number;
  readonly judges: readonly { readonly judge: TiltJudge; readonly contaminated: boolean }[];
};

export interface Evaluation {
  readonly runs: readonly JudgeRun[];
  readonly tradersWanted: number;
  tradersDone(): number;
  sessions(): number;
  facts(): number;
  /** Plays the next trader; false when all are done. */
  next(): boolean;
}

type Watched = { readonly run: JudgeRun; readonly clean: TiltSubject; readonly dirty: TiltSubject | null };

export function createEvaluation(request: EvaluationRequest): Evaluation {
  const runs: readonly JudgeRun[] = request.judges.map(({ judge }) => ({
    judge: judge.name,
    tests: [],
    afterContamination: [],
    learning: [],
    faultyReadings: 0,
  }));
  const tradersWanted = request.seeds * request.traders;
  let done = 0;
  let sessions = 0;
  let facts = 0;

  function playTrader(number: number): void {
    const seed = request.fromSeed + Math.floor(number / request.traders);
    const history = createHistory(seed, number % request.traders, request.split);
    const watched: readonly Watched[] = request.judges.map(({ judge, contaminated }, index) => ({
      run: runs[index] as JudgeRun,
      clean: judge.newTrader(),
      dirty: contaminated ? judge.newTrader() : null,
    }));
    for (const session of history.sessions) facts += playSession(history, session, watched, number);
    sessions += history.sessions.length;
  }

  return {
    runs,
    tradersWanted,
    tradersDone: () => done,
    sessions: () => sessions,
    facts: () => facts,
    next(): boolean {
      if (done >= tradersWanted) return false;
      playTrader(done);
      done += 1;
      return done < tradersWanted;
    },
  };
}

function playSession(
  history: History,
  session: PlannedSession,
  watched: readonly Watched[],
  trader: number,
): number {
  const played = history.play(session.plan);
  const anyDirty = watched.some(({ dirty }) => dirty !== null);
  const spoiled = session.contaminated === null || !anyDirty ? played : history.play(session.contaminated);
  const tests = session.role === 'test';
  for (const { run, clean, dirty } of watched) {
    judgeInto(tests ? run.tests : run.learning, run, clean, played, trader);
    if (dirty !== null) judgeInto(tests ? run.afterContamination : null, run, dirty, spoiled, trader);
  }
  return played.events.length;
}

function judgeInto(
  records: SessionRecord[] | null,
  run: JudgeRun,
  subject: TiltSubject,
  { plan, events, onsetMs }: GeneratedSession,
  trader: number,
): void {
  const { group, name } = archetypeOf(plan.archetype);
  const scorer = createSessionScorer(onsetMs);
  for (const event of events) scorer.take(event, subject.observe(event));
  const score = scorer.score();
  run.faultyReadings += score.faultyReadings;
  // A session that ended before its drift began is neither calm nor tilted.
  if (records === null || (group !== 'calm' && onsetMs === null)) return;
  const stressed = plan.market === 'stressed';
  records.push(recordOf({ trader, group, kind: name, stressed, timed: onsetMs !== null }, score));
}
