/**
 * The desk: takes a command from anyone, passes entries through the one admission point, answers at
 * once. What follows (fills, stop, close) arrives as events. Every command is written before it acts.
 */
import { figureText } from '../core/explain-figures.ts';
import type { Command, CommandOrigin, EntryTerms } from '../core/commands.ts';
import type { CommandReply, Preview } from '../core/dashboard.ts';
import type { DomainEvent } from '../core/events.ts';
import { explain } from '../core/explain.ts';
import { formatFixed } from '../core/money.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import type { Result } from '../core/result.ts';
import type { EntryRequest } from '../core/stages.ts';
import { createActions, type ActionDeps } from './actions.ts';
import type { Denied } from './admission.ts';
import { createEntries, type EntryDeps } from './entries.ts';
import { previewLines } from './narrate.ts';
import { checklistLines, checklistOf, isHeld } from './recovery-checklist.ts';
import { behaviourFigures } from './reported.ts';
import type { Authorisation } from './state-machine/authorise.ts';

export interface Desk {
  command(command: Command, origin: CommandOrigin): CommandReply;
  preview(command: Command): Preview;
  /** A strategy's wish to enter: the same admission, no words. */
  enter(request: Omit<EntryRequest, 'commandId'>): Result<Authorisation, Denied>;
}

export type DeskDeps = EntryDeps & ActionDeps;

export function createDesk(deps: DeskDeps): Desk {
  const { kernel, executor } = deps;
  const entries = createEntries(deps);
  const act = createActions(deps);

  const refuse = (
    commandId: string,
    command: Command,
    why: Refusal,
    before: readonly DomainEvent[],
  ): CommandReply => {
    kernel.commit(
      [
        ...before,
        ...refusedSetting(command, why),
        { kind: 'command.refused', commandId, command: command.kind, code: why.code, figures: why.figures },
      ],
      commandId,
    );
    return refusedReply(commandId, why);
  };

  const command = (asked: Command, origin: CommandOrigin): CommandReply => {
    const commandId = kernel.ids.next();
    if (asked.kind === 'view')
      return {
        commandId,
        outcome: 'answered',
        lines: asked.view === 'why' ? whyLines(kernel.state().lastRefusal) : [],
        refusal: null,
      };
    // Without a word after it, resume shows what is left to do.
    if (asked.kind === 'resume' && asked.phrase.trim() === '' && isHeld(kernel.state())) {
      deps.keeper.doubt();
      return { commandId, outcome: 'answered', lines: checklistLines(checklistOf(deps)), refusal: null };
    }
    if (asked.kind === 'set' && asked.setting === null)
      return { commandId, outcome: 'answered', lines: deps.settings.lines(), refusal: null };
    if (kernel.storeFailed())
      return refusedReply(
        commandId,
        refusal('engine.halted', { reason: 'the event store could not be written' }),
      );
    const before = receivedEvents(commandId, asked, origin);
    const requested = entryRequest(asked, commandId, origin);
    if (requested !== null) {
      const admitted = entries.enter(requested, before);
      if (!admitted.ok) return refusedReply(commandId, admitted.error.refusal);
      const rules = kernel.symbolRules(requested.symbol);
      return {
        commandId,
        outcome: 'accepted',
        lines: rules === null ? [] : previewLines(admitted.value.entry, rules),
        refusal: null,
      };
    }
    const done = act(asked, commandId, origin);
    if (!done.ok) return refuse(commandId, asked, done.error, before);
    const { events, lines, refused, answered } = done.value;
    if (refused !== undefined) return refuse(commandId, asked, refused, [...before, ...events]);
    kernel.commit([...before, ...events], commandId);
    done.value.afterwards?.();
    executor.look();
    return { commandId, outcome: answered === true ? 'answered' : 'accepted', lines, refusal: null };
  };

  const preview = (asked: Command): Preview => {
    const requested = entryRequest(asked, '', unnamed);
    if (requested === null)
      return isShown(asked) ? previewAction(asked) : { outcome: 'answered', lines: [], figures: {} };
    const rules = kernel.symbolRules(requested.symbol);
    const admitted = entries.admit(requested);
    if (!admitted.ok || rules === null) {
      const why = admitted.ok
        ? refusal('command.unknownSymbol', { symbol: requested.symbol })
        : admitted.error.refusal;
      return refusedPreview(why);
    }
    const { entry } = admitted.value;
    return {
      outcome: 'wouldSend',
      lines: previewLines(entry, rules),
      figures: {
        ...entry.figures,
        quantity: formatFixed(entry.quantity),
        reserved: formatFixed(entry.reserved),
        stopPrice: formatFixed(entry.stopPrice),
        price: formatFixed(entry.referencePrice),
      },
    };
  };

  /** Moving a level or selling a part: what would be done, in the words that would be said. */
  const previewAction = (asked: Command): Preview => {
    const done = act(asked, '', unnamed);
    return done.ok
      ? { outcome: 'wouldSend', lines: done.value.lines, figures: {} }
      : refusedPreview(done.error);
  };

  return {
    command,
    preview,
    enter: (request) => entries.enter({ ...request, commandId: kernel.ids.next() }, []),
  };
}

/** Each attempt at a setting is recorded, also one that comes to nothing. */
function refusedSetting(command: Command, why: Refusal): readonly DomainEvent[] {
  if (command.kind !== 'set') return [];
  return [
    {
      kind: 'setting.refused',
      setting: command.setting ?? '',
      direction: why.code === 'setting.outOfRange' ? 'loosen' : 'tighten',
      to: command.value.slice(0, 40),
      code: why.code,
      figures: why.figures,
    },
  ];
}

const unnamed: CommandOrigin = { actor: 'trader', text: '', behaviour: null };

function isShown({ kind }: Command): boolean {
  return kind === 'sell' || kind === 'close' || kind === 'stop' || kind === 'target';
}

function refusedPreview(why: Refusal): Preview {
  const words = explain(why);
  return { outcome: 'refused', lines: [words.what, words.next], figures: { ...why.figures, code: why.code } };
}

function entryRequest(asked: Command, commandId: string, origin: CommandOrigin): EntryRequest | null {
  const base = {
    commandId,
    actor: origin.actor,
    strategy: null,
    type: 'MARKET',
    timeInForce: null,
    price: null,
    triggerPrice: null,
  } as const;
  if (asked.kind === 'buy')
    return {
      ...base,
      ...termsOf(asked.terms),
      symbol: asked.symbol,
      side: 'BUY',
      method: 'whole',
      amount: asked.amount,
    };
  if (asked.kind === 'short')
    return { ...base, symbol: asked.symbol, side: 'SELL', method: 'whole', amount: asked.amount };
  if (asked.kind === 'slice')
    return { ...base, symbol: asked.symbol, side: asked.side, method: asked.method, amount: asked.amount };
  return null;
}

function termsOf(
  terms: EntryTerms | undefined,
): Pick<EntryRequest, 'type' | 'timeInForce' | 'price' | 'triggerPrice'> {
  switch (terms?.type) {
    case undefined:
      return { type: 'MARKET', timeInForce: null, price: null, triggerPrice: null };
    case 'LIMIT':
      return {
        type: 'LIMIT',
        timeInForce: terms.timeInForce,
        price: terms.price,
        triggerPrice: null,
      };
    case 'LIMIT_MAKER':
      return { type: 'LIMIT_MAKER', timeInForce: null, price: terms.price, triggerPrice: null };
    case 'STOP_LOSS_LIMIT':
      return {
        type: 'STOP_LOSS_LIMIT',
        timeInForce: 'GTC',
        price: terms.price,
        triggerPrice: terms.stopPrice,
      };
  }
}

function receivedEvents(commandId: string, asked: Command, origin: CommandOrigin): readonly DomainEvent[] {
  const { behaviour } = origin;
  // Journal text stays out of the log; its hash is kept by the journal's own event.
  const isPrivate =
    asked.kind === 'journal' ||
    asked.kind === 'override' ||
    (asked.kind === 'tier' && asked.ask === 'reflect');
  const text = isPrivate ? asked.kind : origin.text;
  return [
    { kind: 'command.received', commandId, actor: origin.actor, command: asked.kind, text },
    {
      kind: 'action.recorded',
      action: 'command',
      symbol: 'symbol' in asked ? asked.symbol : null,
      figures: {
        command: asked.kind,
        ...behaviourFigures(behaviour),
      },
    },
  ];
}

function refusedReply(commandId: string, why: Refusal): CommandReply {
  const explanation = explain(why);
  return {
    commandId,
    outcome: 'refused',
    lines: [explanation.what, explanation.why, explanation.next],
    refusal: { code: why.code, figures: why.figures, explanation },
  };
}

function whyLines(last: Refusal | null): readonly string[] {
  if (last === null) return ['nothing was refused so far'];
  const { what, why, next } = explain(last);
  const figures = Object.entries(last.figures).flatMap(([name, value]) => {
    const text = figureText(name, value);
    return text === null ? [] : [`${figureName(name)} ${text}`];
  });
  return [what, why, next, ...(figures.length === 0 ? [] : [figures.join(' · ')])];
}

/** `untilMs` as `until`, `dayLossBps` as `day loss`: the unit is in the figure already. */
function figureName(name: string): string {
  const words = name.replace(/(?:Bps|Ms)$/, '').replaceAll(/([a-z\d])([A-Z])/g, '$1 $2');
  return words.toLowerCase();
}
