/**
 * The vocabulary of the command line, each word once: commands with their forms, short forms, and
 * what they do. Parsing, completion, suggestions and help all read this table (design.md "Command
 * line"). Also the lexical rules: words between
 * spaces, and which characters a line may hold.
 */
import type { Command, ViewName } from './commands.ts';

export type CommandWord = {
  readonly word: string;
  /** Other ways to write it; the first is the short form. */
  readonly aliases: readonly string[];
  readonly kind: Command['kind'];
  readonly form: string;
  readonly description: string;
};

const view = (word: ViewName, aliases: readonly string[], description: string): CommandWord => ({
  word,
  aliases,
  kind: 'view',
  form: word,
  description,
});

export const commandWords: readonly CommandWord[] = [
  {
    word: 'buy',
    aliases: ['b'],
    kind: 'buy',
    form: 'buy 100 usdt btc',
    description: 'open a position; the preview shows all of it',
  },
  {
    word: 'short',
    aliases: [],
    kind: 'short',
    form: 'short 100 usdt btc',
    description: 'not possible on spot; says why',
  },
  {
    word: 'sell',
    aliases: ['s'],
    kind: 'sell',
    form: 'sell 50% btc',
    description: 'sell part of what you hold',
  },
  { word: 'close', aliases: ['c'], kind: 'close', form: 'close btc', description: 'close a position' },
  {
    word: 'close-all',
    aliases: ['closeall'],
    kind: 'closeAll',
    form: 'close-all',
    description: 'close every position',
  },
  {
    word: 'cancel',
    aliases: [],
    kind: 'cancel',
    form: 'cancel [btc]',
    description: 'cancel waiting entry orders; stops stay',
  },
  {
    word: 'stop',
    aliases: [],
    kind: 'stop',
    form: 'stop btc 1.5%',
    description: 'tighten a stop: by a distance or a price',
  },
  {
    word: 'target',
    aliases: ['tp'],
    kind: 'target',
    form: 'target btc 3%',
    description: 'take profit at a distance or a price; off takes the target away',
  },
  {
    word: 'iceberg',
    aliases: [],
    kind: 'slice',
    form: 'iceberg buy 300 usdt btc',
    description: 'fill in hidden slices (from HUNTER)',
  },
  {
    word: 'twap',
    aliases: [],
    kind: 'slice',
    form: 'twap buy 300 usdt btc',
    description: 'fill evenly over time (from HUNTER)',
  },
  {
    word: 'vwap',
    aliases: [],
    kind: 'slice',
    form: 'vwap buy 300 usdt btc',
    description: 'fill along the day’s volume (from STRATEGIST)',
  },
  view('trade', [], 'what is open, the chart and the log'),
  view('positions', ['pos'], 'what is open, with stops'),
  view('orders', ['o'], 'what rests at the exchange, and slices under way'),
  view('status', [], 'account, data age, streams'),
  view('tier', [], 'where you stand and the gates ahead'),
  {
    ...view('tilt', [], 'how unusual today is for you, and why; reset: learn your usual anew'),
    form: 'tilt [reset]',
  },
  view('risk', [], 'limits and how much of each is used'),
  view('market', ['m'], 'pairs, spreads, depth and candles'),
  view('performance', ['perf'], 'what was earned: curve, days, pairs and hours'),
  view('log', [], 'what happened, newest first, and the last refusal'),
  {
    word: 'journal',
    aliases: ['j'],
    kind: 'journal',
    form: 'journal what I see and feel',
    description: 'write an entry; it stays on this machine',
  },
  {
    word: 'recover',
    aliases: [],
    kind: 'recover',
    form: 'recover [review]',
    description: 'the checklist after a rest, or a step of it done',
  },
  {
    word: 'fine',
    aliases: [],
    kind: 'fine',
    form: 'fine',
    description: 'the last intervention was not needed; counted, loosens nothing',
  },
  {
    word: 'life',
    aliases: [],
    kind: 'life',
    form: 'life [event] [sleep 3d]',
    description: 'a time in which you want to be stopped sooner; it ends by itself',
  },
  {
    word: 'override',
    aliases: [],
    kind: 'override',
    form: 'override why I want this I ACCEPT THE RISKS',
    description: 'reopen entries after a delay: 500 characters, three in a month',
  },
  {
    word: 'lock',
    aliases: [],
    kind: 'lock',
    form: 'lock 24h',
    description: 'rest from entries for a while; cannot be shortened',
  },
  {
    word: 'strategy',
    aliases: [],
    kind: 'strategy',
    form: 'strategy simple_arb on btc',
    description: 'switch a strategy on or off',
  },
  {
    word: 'set',
    aliases: ['settings'],
    kind: 'set',
    form: 'set stop-distance 1.5%',
    description: 'a limit of your own: tighter at once, looser after a wait; settings shows all',
  },
  {
    word: 'halt',
    aliases: [],
    kind: 'halt',
    form: 'halt [--cancel|--flatten] reason',
    description: 'no new risk until resumed; --cancel takes back resting entries, --flatten sells everything',
  },
  {
    word: 'resume',
    aliases: [],
    kind: 'resume',
    form: 'resume [cause …|plan …|sentence]',
    description: 'the recovery checklist; done, it opens trading again',
  },
  {
    word: 'accept',
    aliases: [],
    kind: 'accept',
    form: 'accept sentence',
    description: 'accept a changed program or configuration as yours',
  },
  view('why', [], 'explain the last refusal'),
  view('help', ['?', 'h'], 'every command with an example'),
];

const byWord: ReadonlyMap<string, CommandWord> = new Map(
  commandWords.flatMap((entry) => [entry.word, ...entry.aliases].map((word) => [word, entry] as const)),
);

/** The command a word stands for, or undefined. Expects lower case. */
export function commandWord(word: string): CommandWord | undefined {
  return byWord.get(word);
}

export type Token = { readonly text: string; readonly lower: string; readonly at: number };

/** Words between spaces, with their place in the line. */
export function tokensOf(line: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of line.matchAll(/[^ ]+/g))
    tokens.push({ text: match[0], lower: match[0].toLowerCase(), at: match.index });
  return tokens;
}

/**
 * Index of the first character that cannot be seen or that reorders text on screen, else -1: C0, C1,
 * DEL, bidirectional controls, zero-width characters, line and paragraph separators, lone
 * surrogates. A journal may hold line breaks and tabs.
 */
export function hiddenCharacterAt(line: string, breaksAllowed: boolean): number {
  for (let index = 0; index < line.length; index += 1) {
    const code = line.charCodeAt(index);
    if (code >= 0x20 && code < 0x7f) continue;
    if (breaksAllowed && (code === 0x0a || code === 0x0d || code === 0x09)) continue;
    if (isHidden(code)) return index;
    if (code >= 0xd800 && code <= 0xdfff) {
      const next = line.charCodeAt(index + 1);
      if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return index;
      // U+E0000–U+E0FFF: tags and further invisible characters, all behind this surrogate.
      if (code === 0xdb40) return index;
      index += 1;
    }
  }
  return -1;
}

/** True for a UTF-16 unit that must never reach a screen from outside. */
export function isHidden(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    code === 0xad ||
    code === 0x061c ||
    code === 0x180e ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0xfeff ||
    (code >= 0xfff9 && code <= 0xfffb)
  );
}
