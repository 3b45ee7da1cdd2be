/**
 * What the trader can do about an intervention: write, go through the checklist, ask for a rationed
 * override, say that it was fine, read what was written before. Gives the events to write and the lines
 * to show; nothing here lifts a halt, a limit or a rest that was asked for. Text never enters an event.
 */
import type { Command, CommandOrigin } from '../core/commands.ts';
import type { DomainEvent } from '../core/events.ts';
import type { JournalStore } from '../core/ports/journal-store.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import { err, ok, type Result } from '../core/result.ts';
import { MINUTE_MS } from '../core/time.ts';
import { journalWordsRequired } from '../tilt/interventions.ts';
import type { InterventionsState } from '../tilt/interventions-state.ts';
import { acceptJournal, type JournalInput } from '../tilt/journal.ts';
import {
  journalMessage,
  keepingWords,
  markedFine,
  noRecovery,
  nothingToMark,
  overrideGranted,
  promptFor,
  recoveryDone,
} from '../tilt/messages.ts';
import { askOverride, manualNotBefore } from '../tilt/override.ts';
import { recoveryChecklist, reportedSteps } from '../tilt/recovery.ts';
import type { Action } from './actions.ts';
import type { Kernel } from './kernel.ts';
import { pastEntries } from './past-entries.ts';

type TiltCommand = Extract<Command, { readonly kind: 'journal' | 'recover' | 'override' | 'fine' }>;

export type TiltActionDeps = { readonly kernel: Kernel; readonly journals: JournalStore };

export function createTiltActions(
  deps: TiltActionDeps,
): (asked: TiltCommand, origin: CommandOrigin) => Result<Action, Refusal> {
  const { kernel, journals } = deps;

  const journal = (text: string, origin: CommandOrigin): Result<Action, Refusal> => {
    const state = kernel.state().tilt.interventions;
    const rules = kernel.rules.trading;
    const keep = /^keep (on|off)$/i.exec(text);
    if (keep !== null) return keeping(keep[1]?.toLowerCase() === 'on');
    if (text === '' || /^read( \d{1,4})?$/i.test(text)) return reading(state, text);
    const required = journalWordsRequired(state, rules) > 0;
    const now = kernel.timers.now();
    const notBefore = manualNotBefore(state, now, rules.interventions);
    if (required && notBefore !== null)
      return err(refusal('tilt.coolDown', { waitMs: Math.ceil(notBefore - now) }));
    const textHash = kernel.hash(text);
    const entry = acceptJournal(journalInput(state, text, textHash, required, origin));
    if (!entry.ok)
      return err(
        refusal('journal.notAccepted', {
          message: journalMessage(entry.error),
          problem: entry.error.code,
          wordsMin: required ? rules.interventions.journalWordsMin : 1,
        }),
      );
    if (state.keepsJournal) journals.keep({ at: now, textHash, text });
    const { words, sketch } = entry.value;
    return ok({
      events: [
        { kind: 'journal.accepted', words, textHash, reason: required ? 'required' : 'own wish', sketch },
      ],
      lines: [
        state.keepsJournal
          ? `${words} words kept for you in the encrypted store; the log has their number and a fingerprint`
          : `${words} words read; only their number and a fingerprint are recorded`,
      ],
    });
  };

  const journalInput = (
    state: InterventionsState,
    text: string,
    textHash: string,
    required: boolean,
    origin: CommandOrigin,
  ): JournalInput => {
    const rules = kernel.rules.trading.interventions;
    // Through the API there are no keys to see: it is held to characters instead (domain rules).
    const viaApi = origin.actor !== 'trader';
    return {
      text,
      textHash,
      wordsMin: required && !viaApi ? rules.journalWordsMin : 1,
      charactersMin: required && viaApi ? rules.journalCharactersMinApi : 1,
      typing:
        required && !viaApi
          ? {
              keys: origin.behaviour?.keys ?? 0,
              durationMs: typedForMs(state, origin.behaviour?.decisionMs ?? null),
              pasted: origin.behaviour?.pasted ?? false,
              keysMinBps: rules.typedKeysMinBps,
              keysPerSecondMax: rules.typedKeysPerSecondMax,
            }
          : null,
      earlier: state.journals,
      similarityMaxBps: rules.journalSimilarityMaxBps,
    };
  };

  /** What the console says, and no more than has passed here since the entry was asked for. */
  const typedForMs = ({ requiredSince }: InterventionsState, said: number | null): number | null => {
    if (said === null || requiredSince === null) return said;
    return Math.min(said, kernel.timers.now() - requiredSince);
  };

  const keeping = (keep: boolean): Result<Action, Refusal> => {
    if (!keep) journals.forget();
    return done([{ kind: 'journal.keepingChanged', keep }], [keepingWords(keep)]);
  };

  const reading = (state: InterventionsState, text: string): Result<Action, Refusal> => {
    const required = journalWordsRequired(state, kernel.rules.trading);
    const number = /\d+/.exec(text)?.[0] ?? null;
    const lines = pastEntries(state, number === null ? null : Number(number), (hash) =>
      journals.textOf(hash),
    );
    const prompt =
      required > 0 ? [`${required} words open entries again. ${promptFor(state.indicators)}`, ''] : [];
    return ok({ events: [], lines: [...prompt, ...lines], answered: true });
  };

  const recover = (step: string | null, origin: CommandOrigin): Result<Action, Refusal> => {
    const { tilt } = kernel.state();
    const list = recoveryChecklist(tilt.interventions, kernel.timers.now());
    if (step === null)
      return ok({
        events: [],
        lines:
          list.length === 0
            ? [noRecovery]
            : list.map(({ words, done: isDone }) => `${isDone ? 'done' : 'open'}  ${words}`),
        answered: true,
      });
    const reported = reportedSteps.find((name) => name === step);
    const item = list.find((candidate) => candidate.item === step);
    if (reported === undefined || item === undefined)
      return err(
        refusal('tilt.noRecovery', {
          ...(list.length === 0 ? {} : { step }),
          steps: reportedSteps.join(', '),
        }),
      );
    if (item.done) return ok({ events: [], lines: [recoveryDone], answered: true });
    return done(
      [
        {
          kind: 'tilt.recoveryStepDone',
          step: reported,
          actor: origin.actor,
          evidence: reported === 'review' ? (tilt.interventions.lock?.evidence ?? []) : [],
        },
      ],
      [recoveryDone],
    );
  };

  const override = (
    asked: Extract<Command, { readonly kind: 'override' }>,
    origin: CommandOrigin,
  ): Result<Action, Refusal> => {
    const state = kernel.state().tilt.interventions;
    const rules = kernel.rules.trading.interventions;
    const textHash = kernel.hash(asked.journal);
    const entry = acceptJournal({
      text: asked.journal,
      textHash,
      wordsMin: 1,
      charactersMin: rules.overrideJournalCharactersMin,
      typing: null,
      earlier: state.journals,
      similarityMaxBps: rules.journalSimilarityMaxBps,
    });
    const answer = askOverride(
      state,
      {
        actor: origin.actor,
        confirmation: asked.confirmation,
        words: entry.ok ? entry.value.words : 0,
        textHash,
        journalProblem: entry.ok ? null : entry.error,
      },
      kernel.timers.now(),
      rules,
    );
    const events = answer.event === null ? [] : [answer.event];
    if (answer.refusal !== null) return ok({ events, lines: [], refused: answer.refusal });
    const minutes = Math.round(rules.overrideDelayMs / MINUTE_MS);
    return done(events, [overrideGranted(minutes, rules.sizeAfterLockBps[0] ?? 0)]);
  };

  const fine = (): Result<Action, Refusal> => {
    const { lastIntervention } = kernel.state().tilt.interventions;
    if (lastIntervention === null || lastIntervention.fine)
      return ok({ events: [], lines: [nothingToMark], answered: true });
    const { eventId, level } = lastIntervention;
    return done([{ kind: 'tilt.markedFine', interventionId: eventId, level }], [markedFine]);
  };

  return (asked, origin) => {
    switch (asked.kind) {
      case 'journal':
        return journal(asked.text, origin);
      case 'recover':
        return recover(asked.step, origin);
      case 'override':
        return override(asked, origin);
      case 'fine':
        return fine();
    }
  };
}

function done(events: readonly DomainEvent[], lines: readonly string[]): Result<Action, Refusal> {
  return ok({ events, lines });
}
