/**
 * `tilt reset` and `life`: what the trader says about themselves. Gives the events to write and the lines to show;
 * a reset says what is lost and when learning ends before it asks for the sentence (decision 0021).
 */
import { RELEARN_PHRASE, type Command, type CommandOrigin } from '../core/commands.ts';
import { momentOfMs, percentOfBps } from '../core/explain-figures.ts';
import { lifeEventWords } from '../core/life-event-words.ts';
import type { Notional } from '../core/money.ts';
import { err, ok, type Result } from '../core/result.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import { lifeEvents } from '../core/vocabulary.ts';
import { askRelearn, declareLife } from '../tilt/declared.ts';
import { relearnAsked, relearnMeaning } from '../tilt/declared-words.ts';
import type { Action } from './actions.ts';
import type { Kernel } from './kernel.ts';
import { isRedDay, unrestNow } from './unrest.ts';

type DeclaredCommand = Extract<Command, { readonly kind: 'relearn' | 'life' }>;

export function declaredAction(
  kernel: Kernel,
  equity: Notional,
  asked: DeclaredCommand,
  { actor }: CommandOrigin,
): Result<Action, Refusal> {
  const { tilt } = kernel.state();
  const at = kernel.timers.now();
  const rules = kernel.rules.trading.interventions;
  if (asked.kind === 'life') {
    if (asked.event === null) return answered(lifeLines(kernel));
    const said = declareLife(tilt.declared, { event: asked.event, days: asked.days }, { actor, at }, rules);
    if (said.event === null || said.refusal !== null) return refused(said.refusal);
    return ok({
      events: [said.event],
      lines: [
        `Noted: ${lifeEventWords[asked.event]}, until ${momentOfMs(said.event.untilMs)}. Until then the program speaks up sooner, ` +
          `at ${percentOfBps(Math.round(100_000_000 / rules.lifeEventSensitivityBps))} of the usual thresholds, and learns nothing from these days.`,
        'Sizes, limits and exits stay as they are. It ends by itself, on a calm account.',
      ],
    });
  }
  const { baseline } = tilt.detector.detection;
  const unrest =
    unrestNow(kernel, equity) ?? (isRedDay(kernel, equity) ? 'the day stands below where it began' : null);
  const answer = askRelearn(tilt.declared, baseline, unrest, { actor, at }, rules);
  if (answer.event === null || answer.refusal !== null) return refused(answer.refusal);
  if (baseline.sessions === 0)
    return answered([
      'Nothing has been learned of you yet, so there is nothing to begin anew. Go on as planned.',
    ]);
  if (asked.phrase === '') return answered(relearnMeaning(baseline.sessions, rules));
  if (asked.phrase !== RELEARN_PHRASE) return err(refusal('command.phraseWrong', { phrase: RELEARN_PHRASE }));
  return ok({ events: [answer.event], lines: relearnAsked(answer.event.maturesAtMs) });
}

/** What stands, and what can be said. */
function lifeLines(kernel: Kernel): readonly string[] {
  const { life } = kernel.state().tilt.declared;
  return [
    ...(life.length === 0
      ? ['No time in life is declared.']
      : life.map(({ event, untilMs }) => `${lifeEventWords[event]}, until ${momentOfMs(untilMs)}`)),
    `Say life and one of ${lifeEvents.join(', ')}, with days if you like: life sleep 3d.`,
  ];
}

function answered(lines: readonly string[]): Result<Action, Refusal> {
  return ok({ events: [], lines, answered: true });
}

function refused(why: Refusal | null): Result<Action, Refusal> {
  return err(why ?? refusal('command.notHere', { command: 'tilt' }));
}
