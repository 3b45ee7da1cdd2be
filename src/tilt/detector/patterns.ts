/**
 * The shapes tilt takes, each a list of tests: which channel, which way. A pattern adds up what its tests
 * found since it last started over; a test that finds nothing costs it little (Xie and Siegmund's mixture for
 * sparse changes), because no trader shows every sign, and one who hides a sign shows others. `unusual`
 * looks both ways at everything: people differ in direction.
 */
import { measureIndex as m, MEASURES, rateIndex as r } from '../baseline/channels.ts';

export const patternNames = [
  'chase',
  'size',
  'rules',
  'paralysis',
  'euphoria',
  'concealment',
  'unusual',
] as const;
export type PatternName = (typeof patternNames)[number];
export const PATTERNS: number = patternNames.length;

/** `steady`: much more regular than this trader's own spread, as scripted input is. */
export type Way = 'low' | 'high' | 'both' | 'steady';

export type Test = {
  readonly pattern: number;
  readonly channel: number;
  readonly way: Way;
  /** How much of its evidence counts: channels that see the same thing share it. */
  readonly weight: number;
};

type Line = readonly [channel: number, way: Way, weight: number];
const rate = (index: number): number => MEASURES + index;

const lines: Readonly<Record<PatternName, readonly Line[]>> = {
  chase: [
    [m.decision, 'low', 1],
    [m.interval, 'low', 0.7],
    [m.pauseAfterLoss, 'low', 0.3],
    [m.sizeAfterLoss, 'high', 0.6],
    [m.turnover, 'high', 0.6],
    [m.typing, 'low', 0.8],
    [rate(r.typingErrors), 'high', 0.8],
    [rate(r.reentries), 'high', 0.8],
    [rate(r.orders), 'high', 0.5],
    [rate(r.previewsAsked), 'low', 0.3],
    [rate(r.reflexes), 'high', 0.8],
  ],
  size: [
    [m.size, 'high', 1],
    [m.sizeAfterLoss, 'high', 0.8],
    [m.turnover, 'high', 0.6],
    [rate(r.adds), 'high', 0.8],
    [m.lossDepth, 'high', 0.4],
  ],
  rules: [
    [rate(r.loosened), 'high', 1],
    [rate(r.amends), 'high', 1],
    [rate(r.reentries), 'high', 0.8],
    [rate(r.adds), 'high', 0.6],
    [rate(r.cancels), 'high', 0.6],
    [m.lossDepth, 'high', 0.8],
    [m.heldLoser, 'high', 0.6],
    [rate(r.disconnects), 'high', 0.6],
    [rate(r.oddHours), 'high', 0.5],
  ],
  paralysis: [
    [m.decision, 'high', 1],
    [m.interval, 'high', 0.7],
    [m.pauseAfterLoss, 'high', 0.5],
    [m.typing, 'high', 0.6],
    [rate(r.abandons), 'high', 1],
    [rate(r.previewsAsked), 'high', 0.4],
    [rate(r.views), 'high', 0.5],
    [rate(r.cancels), 'high', 0.6],
    [rate(r.amends), 'high', 0.5],
    [rate(r.orders), 'low', 0.3],
    [m.heldLoser, 'high', 0.5],
    [rate(r.staring), 'high', 0.8],
  ],
  euphoria: [
    [m.sizeAfterWin, 'high', 0.8],
    [m.pauseAfterWin, 'low', 0.3],
    [m.size, 'high', 1],
    [m.decision, 'low', 0.8],
    [m.interval, 'low', 0.6],
    [m.turnover, 'high', 0.6],
    [rate(r.orders), 'high', 0.5],
    [rate(r.adds), 'high', 0.5],
  ],
  concealment: [
    [m.decision, 'steady', 0.6],
    [m.interval, 'steady', 0.6],
    [m.size, 'steady', 0.4],
    [m.typing, 'steady', 0.4],
    [m.pauseAfterLoss, 'low', 0.3],
    [m.turnover, 'high', 0.7],
    [rate(r.orders), 'high', 0.7],
    [rate(r.pastes), 'high', 0.7],
    [rate(r.loosened), 'high', 0.8],
    [rate(r.reentries), 'high', 0.8],
  ],
  unusual: [
    [m.decision, 'both', 0.7],
    [m.interval, 'both', 0.5],
    [m.pauseAfterLoss, 'both', 0.3],
    [m.pauseAfterWin, 'both', 0.3],
    [m.size, 'both', 0.7],
    [m.typing, 'both', 0.7],
    [m.heldLoser, 'both', 0.5],
    [m.heldWinner, 'both', 0.4],
    [m.lossDepth, 'high', 0.5],
    [rate(r.typingErrors), 'high', 0.6],
    [rate(r.quickCancels), 'high', 0.6],
    [rate(r.amends), 'high', 0.6],
    [rate(r.abandons), 'high', 0.6],
    [rate(r.views), 'both', 0.25],
    [rate(r.loosened), 'high', 0.7],
    [rate(r.disconnects), 'high', 0.5],
    [rate(r.pastes), 'high', 0.5],
  ],
};

export const tests: readonly Test[] = patternNames.flatMap((name, pattern) =>
  lines[name].map(([channel, way, weight]) => ({ pattern, channel, way, weight })),
);
export const TESTS: number = tests.length;

const indices = (keep: (test: Test) => boolean): readonly number[] =>
  tests.flatMap((test, index) => (keep(test) ? [index] : []));

/** Tests of each pattern, and of each channel, by index. */
export const testsOfPattern: readonly (readonly number[])[] = patternNames.map((_, pattern) =>
  indices((test) => test.pattern === pattern),
);
export function testsOfChannel(count: number): readonly (readonly number[])[] {
  return Array.from({ length: count }, (_, channel) => indices((test) => test.channel === channel));
}
