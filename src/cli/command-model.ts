/** What can be typed after `genesis`, read from the commands themselves, so that completion and manual never lag behind. */
import type { Command } from 'commander';
import { completions } from '../core/command-grammar-completion.ts';
import { commandWords } from '../core/command-grammar-words.ts';
import type { CommandTable } from './command-table.ts';

export type OptionModel = {
  /** `--data-dir`. */
  readonly long: string;
  /** `-y`, or null. */
  readonly short: string | null;
  readonly flags: string;
  readonly takesValue: boolean;
  readonly about: string;
};

export type CommandModel = {
  readonly name: string;
  readonly about: string;
  /** `[options] <line...>`. */
  readonly usage: string;
  readonly options: readonly OptionModel[];
  readonly commands: readonly CommandModel[];
};

/** One word with what it does. */
export type WordModel = { readonly word: string; readonly about: string };

/** Words that may come next after what stands before them: `` is the first, `exec tier` the third. */
export type Level = {
  readonly path: string;
  readonly words: readonly WordModel[];
  readonly options: readonly OptionModel[];
};

/** Loads every command and reads its form. */
export async function commandModels(table: CommandTable): Promise<readonly CommandModel[]> {
  return Promise.all(
    Object.entries(table).map(async ([name, { about, load }]) => ({ ...modelOf(await load()), name, about })),
  );
}

function modelOf(command: Command): CommandModel {
  return {
    name: command.name(),
    about: command.description(),
    usage: command.usage(),
    options: command.options.map(({ long, short, flags, required, optional, description }) => ({
      long: long ?? short ?? '',
      short: long === undefined ? null : (short ?? null),
      flags,
      takesValue: required || optional,
      about: description,
    })),
    commands: command.commands.map(modelOf),
  };
}

/** Every place at which something can be completed. */
export function levelsOf(models: readonly CommandModel[]): readonly Level[] {
  const first: Level = {
    path: '',
    words: models.map(({ name, about }) => ({ word: name, about })),
    options: models.find(({ name }) => name === 'console')?.options ?? [],
  };
  return [first, ...models.flatMap((model) => levelsUnder('', model)), ...consoleLevels()];
}

function levelsUnder(above: string, model: CommandModel): readonly Level[] {
  const path = above === '' ? model.name : `${above} ${model.name}`;
  const own: Level = { path, words: wordsAfter(model), options: model.options };
  return [own, ...model.commands.flatMap((command) => levelsUnder(path, command))];
}

function wordsAfter(model: CommandModel): readonly WordModel[] {
  if (model.name === 'exec')
    return commandWords.map(({ word, description }) => ({ word, about: description }));
  if (model.name === 'completion') return shells.map((word) => ({ word, about: `for ${word}` }));
  return model.commands.map(({ name, about }) => ({ word: name, about }));
}

/** What the console itself would offer after each of its words, as far as no engine has to be asked. */
function consoleLevels(): readonly Level[] {
  return commandWords.flatMap(({ word }): readonly Level[] => {
    const line = `${word} `;
    const { items } = completions(line, line.length, { symbols: [] });
    const words = items.map(({ text, description }) => ({ word: text, about: description }));
    return words.length === 0 ? [] : [{ path: `exec ${word}`, words, options: [] }];
  });
}

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];
