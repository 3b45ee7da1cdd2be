/**
 * The completion scripts as text. Each finds the words typed so far without options and their values, and
 * offers what may follow them; an option's value is a file. No engine is asked: it may not be running.
 */
import type { Level, OptionModel, Shell } from './command-model.ts';

export function completionScript(shell: Shell, levels: readonly Level[]): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](levels);
}

const helpOption: OptionModel = {
  long: '--help',
  short: '-h',
  flags: '-h, --help',
  takesValue: false,
  about: 'what it does, with examples',
};

function optionsOf({ path, options }: Level): readonly OptionModel[] {
  return path.startsWith('exec ') ? [] : [...options, helpOption];
}

/** Options after which a value stands, wherever they appear. */
function valueOptions(levels: readonly Level[]): readonly string[] {
  const names = levels.flatMap(({ options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .flatMap(({ long, short }) => (short === null ? [long] : [long, short])),
  );
  return [...new Set(names)].toSorted();
}

/** A text in single quotes for a shell of the Bourne family. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function bashScript(levels: readonly Level[]): string {
  const values = valueOptions(levels).join('|');
  const places = levels.map((level) => {
    const words = level.words.map(({ word }) => word).join(' ');
    const options = optionsOf(level)
      .map(({ long }) => long)
      .join(' ');
    return `    ${quoted(level.path)}) words=${quoted(words)} options=${quoted(options)} ;;`;
  });
  return `# Completion of genesis for bash, printed by: genesis completion bash
_genesis() {
  local word="\${COMP_WORDS[COMP_CWORD]}" typed='' words='' options='' index
  case "\${COMP_WORDS[COMP_CWORD - 1]}" in
    ${values}) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in
      ${values}) index=$((index + 1)) ;;
      -*) ;;
      *) typed="$typed\${typed:+ }\${COMP_WORDS[index]}" ;;
    esac
  done
  case "$typed" in
${places.join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
  esac
}
complete -F _genesis genesis
`;
}

function zshScript(levels: readonly Level[]): string {
  const values = valueOptions(levels).join('|');
  const described = (word: string, about: string): string =>
    quoted(`${word.replaceAll(':', String.raw`\:`)}:${about}`);
  const places = levels.map((level) => {
    const words = level.words.map(({ word, about }) => described(word, about)).join(' ');
    const options = optionsOf(level)
      .map(({ long, about }) => described(long, about))
      .join(' ');
    return `    (${quoted(level.path)}) candidates=(${words}) options=(${options}) ;;`;
  });
  return `#compdef genesis
# Completion of genesis for zsh, printed by: genesis completion zsh
_genesis() {
  local typed='' index
  local -a candidates options
  case "\${words[CURRENT-1]}" in
    (${values}) _files; return ;;
  esac
  for ((index = 2; index < CURRENT; index++)); do
    case "\${words[index]}" in
      (${values}) index=$((index + 1)) ;;
      (-*) ;;
      (*) typed="$typed\${typed:+ }\${words[index]}" ;;
    esac
  done
  case "$typed" in
${places.join('\n')}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe -o 'option' options
  else
    _describe 'command' candidates
  fi
}
if [[ "\${funcstack[1]}" == _genesis ]]; then
  _genesis "$@"
else
  compdef _genesis genesis
fi
`;
}

function fishScript(levels: readonly Level[]): string {
  const text = (words: string): string =>
    `'${words.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
  const lines = levels.flatMap((level) => {
    const here = `complete -c genesis -n ${text(`__genesis_typed "${level.path}"`)}`;
    return [
      ...level.words.map(({ word, about }) => `${here} -a ${text(word)} -d ${text(about)}`),
      ...optionsOf(level).map(({ long, short, takesValue, about }) => {
        const letter = short === null ? '' : ` -s ${short.replace(/^-/, '')}`;
        return `${here} -l ${long.replace(/^--/, '')}${letter}${takesValue ? ' -r -F' : ''} -d ${text(about)}`;
      }),
    ];
  });
  return `# Completion of genesis for fish, printed by: genesis completion fish
function __genesis_typed
    set -l found
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case ${valueOptions(levels).join(' ')}
                set skip yes
            case '-*'
            case '*'
                set -a found $word
        end
    end
    test "$found" = "$argv[1]"
end
complete -c genesis -f
${lines.join('\n')}
`;
}
