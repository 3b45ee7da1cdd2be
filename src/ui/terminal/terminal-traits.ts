/**
 * What a terminal can show and its owner wants, read from the environment: colours (NO_COLOR wins),
 * Unicode, background, contrast. GENESIS_THEME is `dark`, `light` or `contrast`, or two of them.
 */
import type { Background, ColourDepth } from '../themes/zen-garden.ts';

export type TerminalTraits = {
  readonly depth: ColourDepth;
  readonly unicode: boolean;
  readonly background: Background;
  readonly contrast: 'usual' | 'high';
  /** Words and lines only: wanted (GENESIS_PLAIN), or all this terminal can do. */
  readonly plain: boolean;
};

/** What `GENESIS_THEME` holds that is no theme; empty when all of it is. */
export function unknownThemes(environment: Environment): readonly string[] {
  const words = (environment['GENESIS_THEME'] ?? '').toLowerCase().split(/[\s,]+/);
  return words.filter((word) => !/^(?:|dark|light|contrast)$/.test(word));
}

type Environment = Readonly<Record<string, string | undefined>>;

export function terminalTraits(environment: Environment): TerminalTraits {
  return {
    depth: colourDepth(environment),
    unicode: speaksUnicode(environment),
    background: background(environment),
    contrast: /contrast/i.test(environment['GENESIS_THEME'] ?? '') ? 'high' : 'usual',
    plain: (environment['GENESIS_PLAIN'] ?? '') !== '' || environment['TERM'] === 'dumb',
  };
}

function colourDepth(environment: Environment): ColourDepth {
  const { NO_COLOR: noColour = '', TERM: term = '', COLORTERM: colourTerm = '' } = environment;
  if (noColour !== '' || term === 'dumb') return 'none';
  if (/truecolor|24bit/i.test(colourTerm) || term.endsWith('-direct')) return 'truecolor';
  return /256/.test(term) ? '256' : '16';
}

function speaksUnicode(environment: Environment): boolean {
  const { LC_ALL: all, LC_CTYPE: type, LANG: language, TERM: term } = environment;
  if (term === 'linux' || term === 'dumb') return false;
  const locale = [all, type, language].find((value) => value !== undefined && value !== '') ?? '';
  return /utf-?8/i.test(locale);
}

/** Chosen, else as COLORFGBG says (`foreground;background`; 7 and 15 are light), else dark. */
function background(environment: Environment): Background {
  const chosen = /dark|light/i.exec(environment['GENESIS_THEME'] ?? '')?.[0].toLowerCase();
  if (chosen === 'dark' || chosen === 'light') return chosen;
  const last = environment['COLORFGBG']?.split(';').at(-1);
  return last === '7' || last === '15' ? 'light' : 'dark';
}
