/** `genesis completion bash|zsh|fish`: prints a script that completes commands, options and console words. */
import { Argument, Command } from 'commander';
import { commandModels, levelsOf, shells, type Shell } from './command-model.ts';
import type { CommandTable } from './command-table.ts';
import { completionScript } from './completion-script.ts';

export function completionCommand(table: CommandTable): Command {
  return new Command('completion')
    .description('Print the completion script of a shell.')
    .addArgument(new Argument('<shell>', 'the shell it is for').choices(shells))
    .addHelpText(
      'after',
      `
Examples:
  genesis completion bash > ~/.local/share/bash-completion/completions/genesis
  genesis completion zsh > ~/.zfunc/_genesis        with fpath=(~/.zfunc $fpath) before compinit
  genesis completion fish > ~/.config/fish/completions/genesis.fish`,
    )
    .action(async (shell: Shell) => {
      process.stdout.write(completionScript(shell, levelsOf(await commandModels(table))));
    });
}
