/**
 * The colours: two grays, white, one muted green, one amber; red only for the border of a lock
 * (console-sketch.md, domain-rules.md "Words"). Loss has no colour of its own. Each style has a value
 * for every colour depth, and none at all when colour is not wanted.
 */
import type { Style } from '../view-model/spans.ts';

export type ColourDepth = 'none' | '16' | '256' | 'truecolor';

export type Theme = {
  /** SGR parameters that start a style; empty when the terminal's own text is right. */
  readonly start: Readonly<Record<Style, string>>;
};

type Tones = Readonly<
  Record<Exclude<Style, 'cursor'>, readonly [rgb: string, indexed: number, basic: string]>
>;

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
  quiet: ['128;128;124', 244, '90'],
  good: ['62;110;62', 65, '32'],
  caution: ['138;98;20', 94, '33'],
  lock: ['150;48;48', 124, '31'],
};

/** The theme for a terminal. */
export function zenGarden(depth: ColourDepth, background: 'dark' | 'light'): Theme {
  const tones = background === 'dark' ? onDark : onLight;
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
    // Reverse video is not a colour: the cursor is seen without any.
    start: {
      bright: code('bright'),
      text: code('text'),
      quiet: code('quiet'),
      good: code('good'),
      caution: code('caution'),
      lock: code('lock'),
      cursor: '7',
    },
  };
}
