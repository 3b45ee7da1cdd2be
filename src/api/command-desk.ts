/**
 * From a line to the engine and back: reads it against what is traded now, hands the command over,
 * and answers a line that does not read in the same form as the engine's own refusals. Remembers
 * the last such line, so that `why` explains whatever was refused last, here or in the engine.
 */
import { parseCommand } from '../core/command-grammar.ts';
import type { CommandError, GrammarContext } from '../core/command-grammar-errors.ts';
import type { Behaviour, Command } from '../core/commands.ts';
import type { CommandReply, Preview } from '../core/dashboard.ts';
import { explain } from '../core/explain.ts';
import type { EngineControl } from '../core/ports/engine-control.ts';
import type { Refusal } from '../core/refusals.ts';
import type { Actor } from '../core/vocabulary.ts';

export interface CommandDesk {
  command(line: string, actor: Actor, behaviour: Behaviour | null): CommandReply;
  preview(line: string): Preview;
}

export function createCommandDesk(control: EngineControl): CommandDesk {
  let unread: CommandError | null = null;

  const context = (): GrammarContext => {
    const { positions } = control.dashboard();
    return { symbols: control.symbols(), openSymbols: positions.map((position) => position.symbol) };
  };

  return {
    command(line, actor, behaviour): CommandReply {
      const read = parseCommand(line, context());
      if (!read.ok) {
        unread = read.error;
        return refused(read.error);
      }
      if (read.value.kind === 'view' && read.value.view === 'why' && unread !== null) {
        const { what, why, next } = explain(unread);
        return { commandId: '', outcome: 'answered', lines: [what, why, next], refusal: null };
      }
      const reply = control.command(read.value, { actor, text: describeLine(line, read.value), behaviour });
      if (reply.outcome === 'refused') unread = null;
      return reply;
    },
    preview(line): Preview {
      const read = parseCommand(line, context());
      if (read.ok) return control.preview(read.value);
      const { at, length, code, figures } = read.error;
      const { what, next } = explain(read.error);
      return { outcome: 'refused', lines: [what, next], figures: { ...figures, code, at, length } };
    },
  };
}

function refused(refusal: Refusal): CommandReply {
  const explanation = explain(refusal);
  return {
    commandId: '',
    outcome: 'refused',
    lines: [explanation.what, explanation.next],
    refusal: { code: refusal.code, figures: refusal.figures, explanation },
  };
}

/** What may be remembered of a line: never journal text, never a typed phrase (invariant 31). */
function describeLine(line: string, command: Command): string {
  switch (command.kind) {
    case 'journal':
      return 'journal';
    case 'override':
      return 'override';
    case 'resume':
    case 'accept':
    case 'relearn':
      return command.kind;
    default:
      return line.trim();
  }
}
