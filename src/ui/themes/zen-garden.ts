/**
 * The colours: two grays, white, one muted green, one amber; red only for the border of a lock
 * (console-sketch.md, domain-rules.md "Words"). Loss has no colour of its own. Each style has a value
 * for every colour depth, none at all when colour is not wanted, and a set of high contrast where
 * even the quiet pieces are easily read.
 */
import type { Style } from '../view-model/spans.ts';

export type ColourDepth = 'none' | '16' | '256' | 'truecolor';
export type Background = 'dark' | 'light';

export type Theme = {
  /** SGR parameters that start a style; empty when the terminal's own text is right. */
  readonly start: Readonly<Record<Style, string>>;
};

type Tone = readonly [rgb: string, indexed: number, basic: string];
type Tones = Readonly<Record<Exclude<Style, 'cursor'>, Tone>>;

const onDark: Tones = {
  bright: ['236;236;232', 255, '97'],
  text: ['184;184;180', 249, '37'],
  quiet: ['118;118;114', 243, '90'],
  good: ['143;179;138', 108, '32'],
  caution: ['205;170;106', 179, '33'],
  lock: ['168;84;84', 131, '31'],
};

const onLight: Tones = {
  bright: ['24;24;24', 234, '30'],
  text: ['72;72;70', 239, '30'],
  quiet: ['112;112;108', 242, '90'],
  good: ['62;110;62', 65, '32'],
  caution: ['138;98;20', 94, '33'],
  lock: ['150;48;48', 124, '31'],
};

/** At least seven to one against black or white (WCAG 2.2, 1.4.6). */
const contrastOnDark: Tones = {
  bright: ['255;255;255', 231, '1;97'],
  text: ['238;238;238', 255, '97'],
  quiet: ['190;190;190', 250, '37'],
  good: ['150;230;150', 120, '92'],
  caution: ['255;210;110', 222, '93'],
  lock: ['255;140;140', 210, '91'],
};

const contrastOnLight: Tones = {
  bright: ['0;0;0', 16, '1;30'],
  text: ['20;20;20', 233, '30'],
  quiet: ['70;70;70', 238, '30'],
  good: ['0;82;0', 22, '32'],
  caution: ['105;62;0', 58, '33'],
  lock: ['140;0;0', 88, '31'],
};

/** The theme for a terminal. */
export function zenGarden(depth: ColourDepth, background: Background, contrast: 'usual' | 'high'): Theme {
  const tones =
    contrast === 'high'
      ? background === 'dark'
        ? contrastOnDark
        : contrastOnLight
      : background === 'dark'
        ? onDark
        : onLight;
  const code = (style: keyof Tones): string => {
    const [rgb, indexed, basic] = tones[style];
    switch (depth) {
      case 'none':
        return '';
      case '16':
        return basic;
      case '256':
        return `38;5;${indexed}`;
      case 'truecolor':
        return `38;2;${rgb}`;
    }
  };
  return {
    start: {
      bright: code('bright'),
      text: code('text'),
      quiet: code('quiet'),
      good: code('good'),
      caution: code('caution'),
      lock: code('lock'),
      cursor: code('bright'),
    },
  };
}
