/**
 * The evaluation harness put together with whoever judges: here, and nowhere else, the two meet. Neither
 * imports the other; both know core/ports/tilt-judge.ts only.
 */
import { join } from 'node:path';
import type { ConfigProblem } from '../config/config-problem.ts';
import { loadRules } from '../config/load-config.ts';
import type { TiltJudge } from '../core/ports/tilt-judge.ts';
import { err, ok, type Result } from '../core/result.ts';
import { detectorJudge } from '../tilt/judge.ts';
import { createCountingJudge } from '../tilt-evaluation/counting-judge.ts';
import { createEvaluation, type Evaluation } from '../tilt-evaluation/evaluation.ts';
import type { Split } from '../tilt-evaluation/generator/archetypes.ts';
import { packageRoot } from './package-root.ts';

export type TiltEvaluationRequest = {
  readonly split: Split;
  readonly fromSeed: number;
  readonly seeds: number;
  readonly traders: number;
  /** Also judge with each part of the detector left out. */
  readonly ablations: boolean;
};

/** The judge that decides in the engine, with the levels of the configuration; every problem of it at once. */
export function openTiltJudge(): Result<TiltJudge, readonly ConfigProblem[]> {
  const rules = loadRules(join(packageRoot(), 'config'));
  return rules.ok ? ok(detectorJudge(rules.value.trading.tilt)) : err(rules.error);
}

/** The detector first, then the counting rule, then the detector with parts left out. */
export function openTiltEvaluation(judge: TiltJudge, request: TiltEvaluationRequest): Evaluation {
  const left = request.ablations ? (judge.variants?.() ?? []) : [];
  return createEvaluation({
    ...request,
    judges: [
      { judge, contaminated: true },
      { judge: createCountingJudge(), contaminated: false },
      ...left.map((variant) => ({ judge: variant, contaminated: false })),
    ],
  });
}
