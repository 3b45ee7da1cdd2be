import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { configDir, testRules } from '../../tests/builders/rules.ts';
import { describeConfigProblem } from './config-problem.ts';
import { loadRules, rulesFrom } from './load-config.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const shipped = {
  tierGates: readFileSync(join(configDir, 'tier-gates.yaml'), 'utf8'),
  tradingRules: readFileSync(join(configDir, 'trading-rules.yaml'), 'utf8'),
};

type Edit = readonly [from: string | RegExp, to: string];

function edited(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const [from, to] of edits) {
    const next = result.replace(from, to);
    if (next === result) throw new Error(`The shipped file has no ${String(from)}`);
    result = next;
  }
  return result;
}

function problemsWith(file: 'tierGates' | 'tradingRules', edits: readonly Edit[]): readonly string[] {
  const files = { ...shipped, [file]: edited(shipped[file], edits) };
  const loaded = rulesFrom({ tierGates: encode(files.tierGates), tradingRules: encode(files.tradingRules) });
  return loaded.ok ? [] : loaded.error.map(describeConfigProblem);
}

describe('the shipped configuration', () => {
  it('loads and carries the domain figures exactly', () => {
    const loaded = loadRules(configDir);
    if (!loaded.ok) throw new Error(loaded.error.map(describeConfigProblem).join('\n'));
    expect(loaded.value.tierGates.tiers.SNIPER.dailyLossMax).toBe(2_500_000_000n);
    expect(loaded.value.tierGates.tiers.ARCHITECT.capitalTo).toBeNull();
    expect(loaded.value.trading.risk.drawdownHaltBps).toBe(1_500);
    expect(loaded.value.tierGates.gates.map((gate) => `${gate.from}>${gate.to}`)).toEqual([
      'SNIPER>HUNTER',
      'HUNTER>STRATEGIST',
      'STRATEGIST>ARCHITECT',
    ]);
    expect(loaded.value.configHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has another hash when a byte changes, even in a comment', () => {
    const files = {
      tierGates: encode(shipped.tierGates),
      tradingRules: encode(`${shipped.tradingRules}# mine\n`),
    };
    const loaded = rulesFrom(files);
    expect(loaded.ok && loaded.value.configHash).not.toBe(testRules().configHash);
  });

  it('is what the test builder changes one thing of', () => {
    const rules = testRules({ trading: { risk: { feeBps: 0 } } });
    expect(rules.trading.risk.feeBps).toBe(0);
    expect(rules.trading.risk.stopDistanceBps).toBe(200);
    expect(testRules().trading.risk.feeBps).toBe(10);
  });
});

describe('a bad file', () => {
  const rows: readonly (readonly [
    name: string,
    file: 'tierGates' | 'tradingRules',
    edits: readonly Edit[],
    expected: readonly (string | RegExp)[],
  ])[] = [
    [
      'an unknown key names the nearest known one',
      'tradingRules',
      [['stopDistanceBps:', 'stopDistanceBp:']],
      [
        /risk\.stopDistanceBp: is not a setting; did you mean stopDistanceBps/,
        /risk\.stopDistanceBps: is missing/,
      ],
    ],
    [
      'an extra key is refused',
      'tradingRules',
      [['risk:\n', 'risk:\n  yolo: true\n']],
      [/:\d+ risk\.yolo: is not a setting$/],
    ],
    [
      '__proto__ is a key like any other, and unknown',
      'tradingRules',
      [['risk:\n', 'risk:\n  __proto__: {drawdownHaltBps: 9}\n']],
      [/risk\.__proto__: is not a setting/],
    ],
    [
      'a missing section is missed as a whole',
      'tradingRules',
      [[/tilt:\n[^]*$/, '']],
      [/^trading-rules\.yaml:\d+ tilt: is missing$/],
    ],
    [
      'an amount without quotes is refused before it can lose digits',
      'tradingRules',
      [['positionValueMin: "10"', 'positionValueMin: 10']],
      [/risk\.positionValueMin: is 10, without quotes; allowed: a quoted decimal from "1" to "10"/],
    ],
    [
      'an amount with nine decimals is refused, never rounded',
      'tradingRules',
      [['"10"', '"10.000000001"']],
      [/risk\.positionValueMin: is "10\.000000001"/],
    ],
    [
      'an amount with an exponent is refused',
      'tradingRules',
      [['"10"', '"1e1"']],
      [/risk\.positionValueMin: is "1e1"/],
    ],
    [
      'a negative amount is refused',
      'tierGates',
      [['dailyLossMax: "25"', 'dailyLossMax: "-25"']],
      [/tiers\.SNIPER\.dailyLossMax: is "-25"/],
    ],
    [
      'a number in quotes is not a number',
      'tradingRules',
      [['feeBps: 10 ', 'feeBps: "10" ']],
      [/risk\.feeBps: is "10"; allowed: a whole number from 0 to 100 bps/],
    ],
    [
      'NaN is refused',
      'tradingRules',
      [['sizeSwingTimes: 4', 'sizeSwingTimes: .nan']],
      [/tilt\.indicators\.sizeSwingTimes: is NaN/],
    ],
    [
      'infinity is refused',
      'tradingRules',
      [['abandonedTimes: 2', 'abandonedTimes: .inf']],
      [/tilt\.indicators\.abandonedTimes: is Infinity/],
    ],
    [
      'a fraction where a whole number belongs is refused',
      'tradingRules',
      [['openOrdersMax: 50', 'openOrdersMax: 2.5']],
      [/risk\.openOrdersMax: is 2\.5/],
    ],
    [
      'an empty value is refused',
      'tradingRules',
      [['openOrdersMax: 50', 'openOrdersMax:']],
      [/risk\.openOrdersMax: is empty/],
    ],
    [
      'a limit past its invariant is refused',
      'tierGates',
      [['positionValueMaxBps: 500 ', 'positionValueMaxBps: 501 ']],
      [/tiers\.SNIPER\.positionValueMaxBps: is 501; allowed: a whole number from 1 to 500/],
    ],
    [
      'a halt later than 15 % is refused',
      'tradingRules',
      [['drawdownHaltBps: 1500', 'drawdownHaltBps: 1600']],
      [/risk\.drawdownHaltBps: is 1600/],
    ],
    [
      'a minimum above its maximum is refused',
      'tradingRules',
      [
        ['positionValueMin: "10"', 'positionValueMin: "9"'],
        ['orderValueMax: "5000"', 'orderValueMax: "8"'],
      ],
      [/risk\.orderValueMax: is 8 while positionValueMin is 9; allowed: at least positionValueMin/],
    ],
    [
      'a stop outside its bounds is refused',
      'tradingRules',
      [['stopDistanceBps: 200', 'stopDistanceBps: 1001']],
      [/risk\.stopDistanceMaxBps: is 1000 while stopDistanceBps is 1001/],
    ],
    [
      'drawdown warnings must rise',
      'tradingRules',
      [['[500, 1000, 1200]', '[500, 1200, 1000]']],
      [/risk\.drawdownWarningsBps: is 500, 1200, 1000; allowed: each warning above the one before/],
    ],
    [
      'a warning at the halt warns of nothing',
      'tradingRules',
      [['[500, 1000, 1200]', '[500, 1500]']],
      [/risk\.drawdownHaltBps: is 1500 while a warning comes at 1500/],
    ],
    [
      'a cut for every loss of deleveraging, and the last closes all',
      'tradingRules',
      [['[2500, 5000, 7500, 10000]   # domain: … and', '[2500, 5000, 7500]   # domain: … and']],
      [/deleverageCutBps: has 3 steps while deleverageAtBps has 4/, /ends at 7500; allowed: 10000/],
    ],
    [
      'stages of deleveraging must rise',
      'tradingRules',
      [['[1000, 1200, 1400, 1500]', '[1000, 1000, 1400, 1500]']],
      [/deleverageAtBps: is 1000, 1000, 1400, 1500; allowed: each step above the one before/],
    ],
    [
      'a recovery that begins at the halt is refused',
      'tradingRules',
      [
        ['drawdownHaltBps: 1500', 'drawdownHaltBps: 1300'],
        ['rearmedDrawdownBps: 1000', 'rearmedDrawdownBps: 1300'],
      ],
      [/drawdownHaltBps: is 1300 while rearmedDrawdownBps is 1300/],
    ],
    [
      'correlation limits must rise',
      'tradingRules',
      [['correlationRefuse: 0.8 ', 'correlationRefuse: 0.6 ']],
      [/correlationRefuse: is 0.6 while correlationWarn is 0.6/],
    ],
    [
      'a symbol has limits of its own once, in the right form, and never looser than all',
      'tradingRules',
      [
        [
          'symbolLimits: []',
          'symbolLimits: [{symbol: BTCUSDT, priceCollarBps: 201, orderQuantityMax: "1"}, {symbol: BTCUSDT, priceCollarBps: 200, orderQuantityMax: "1"}]',
        ],
      ],
      [/BTCUSDT a collar of 201 while priceCollarBps is 200/, /names BTCUSDT twice/],
    ],
    [
      'a symbol is written as the exchange writes it',
      'tradingRules',
      [['symbolLimits: []', 'symbolLimits: [{symbol: btc, priceCollarBps: 20, orderQuantityMax: 1}]']],
      [/symbol: is "btc"; allowed: a pair such as BTCUSDT/, /orderQuantityMax: is 1, without quotes/],
    ],
    [
      'loss limits are loosened no sooner than others',
      'tradingRules',
      [['loosenLossWaitMs: 86400000', 'loosenLossWaitMs: 3600000']],
      [/loosenLossWaitMs: is 3600000; allowed/],
    ],
    [
      'reconciling less often than its age limit is refused',
      'tradingRules',
      [['reconcileEveryMs: 45000', 'reconcileEveryMs: 60000']],
      [/execution\.reconcileAgeMaxMs: is 60000 while reconcileEveryMs is 60000/],
    ],
    [
      'tilt levels must rise',
      'tradingRules',
      [['warningFrom: 60', 'warningFrom: 30']],
      [/tilt\.warningFrom: is 30 while cautionFrom is 30/],
    ],
    [
      'lock steps must get longer',
      'tradingRules',
      [['[300000, 1800000, 86400000]', '[1800000, 300000]']],
      [/interventions\.lockStepsMs: is 1800000, 300000/],
    ],
    [
      'overlapping tiers are refused',
      'tierGates',
      [['capitalFrom: "10000"', 'capitalFrom: "9000"']],
      [/tiers\.STRATEGIST: begins at 9000 and overlaps HUNTER, which ends at 10000/],
    ],
    [
      'a gap between tiers is refused',
      'tierGates',
      [['capitalFrom: "10000"', 'capitalFrom: "11000"']],
      [/tiers\.STRATEGIST: begins at 11000 and leaves a gap after HUNTER/],
    ],
    [
      'a gate that lets a tier be reached too poor is refused',
      'tierGates',
      [
        ['capitalTo: "10000"', 'capitalTo: "11000"'],
        ['capitalFrom: "10000"', 'capitalFrom: "11000"'],
      ],
      [
        /gates: let STRATEGIST be reached with 10000, below where it begins; allowed: equityMin of at least 11000/,
      ],
    ],
    [
      'a gate made easier than the domain rules is refused',
      'tierGates',
      [
        ['equityMin: "2000"', 'equityMin: "1999.99"'],
        ['daysAtTierMin: 30', 'daysAtTierMin: 29'],
        ['profitableDaysPercent: 60', 'profitableDaysPercent: 59'],
        ['drawdownMaxPercent: 10', 'drawdownMaxPercent: 11'],
        ['trialHours: 48', 'trialHours: 47'],
        ['positionValueMax: "10"', 'positionValueMax: "11"'],
      ],
      [
        /transition\.trialHours: is 47/,
        /demotion\.positionValueMax: is "11"/,
        /gates\[0\]\.equityMin: is "1999\.99"/,
        /gates\[0\]\.daysAtTierMin: is 29/,
        /gates\[0\]\.gates\.profitableDaysPercent: is 59/,
        /gates\[0\]\.gates\.drawdownMaxPercent: is 11/,
      ],
    ],
    [
      'a tier that is given more than it has earned is refused, all of it at once',
      'tierGates',
      [
        ['openPositionsMax: 1\n', 'openPositionsMax: 2\n'],
        ['dailyLossMax: "100"', 'dailyLossMax: "100.01"'],
        ['[MARKET]', '[MARKET, LIMIT]'],
        ['[whole]', '[whole, twap]'],
        ['[simple_arb, spread_capture, sma_cross]', '[simple_arb, spread_capture, sma_cross, multi_pair]'],
        ['capitalFrom: "2000"', 'capitalFrom: "1999"'],
        ['capitalTo: "2000"', 'capitalTo: "1999"'],
      ],
      [
        /tiers\.SNIPER: has openPositionsMax 2/,
        /tiers\.HUNTER: has dailyLossMax 100\.01/,
        /tiers\.SNIPER: has entryOrderTypes with LIMIT/,
        /tiers\.SNIPER: has executionMethods with twap/,
        /tiers\.SNIPER: has strategies with multi_pair/,
        /tiers\.HUNTER: begins at 1999/,
      ],
    ],
    [
      'a smallest position above that of the domain rules, which would pass the tier’s share, is refused',
      'tradingRules',
      [['positionValueMin: "10"', 'positionValueMin: "10.01"']],
      [/risk\.positionValueMin: is "10\.01"/],
    ],
    [
      'a range that ends before it begins is refused',
      'tierGates',
      [['capitalTo: "2000"', 'capitalTo: "0.00"']],
      [/tiers\.SNIPER\.capitalTo: is "0\.00"/],
    ],
    [
      'a limit that falls with the tier is refused',
      'tierGates',
      [['openPositionsMax: 10', 'openPositionsMax: 4']],
      [/tiers\.STRATEGIST: has openPositionsMax 4, below HUNTER with 5/],
    ],
    [
      'losing an order type on the way up is refused',
      'tierGates',
      [['[MARKET, LIMIT, LIMIT_MAKER, IOC, FOK, STOP_LOSS_LIMIT]', '[MARKET, LIMIT, STOP_LOSS_LIMIT]']],
      [/tiers\.STRATEGIST: has entryOrderTypes without LIMIT_MAKER, IOC, FOK of HUNTER/],
    ],
    [
      'nothing is given before its tier',
      'tierGates',
      [
        ['entryOrderTypes: [MARKET]', 'entryOrderTypes: [MARKET, LIMIT]'],
        ['executionMethods: [whole]', 'executionMethods: [whole, iceberg]'],
        ['simple_arb, spread_capture, sma_cross]', 'simple_arb, spread_capture, sma_cross, market_making]'],
      ],
      [
        /tiers\.SNIPER: has entryOrderTypes with LIMIT; allowed: what SNIPER has earned/,
        /tiers\.SNIPER: has executionMethods with iceberg/,
        /tiers\.SNIPER: has strategies with market_making/,
        /tiers\.HUNTER: has strategies without market_making of SNIPER/,
      ],
    ],
    [
      'an unknown order type names the nearest',
      'tierGates',
      [['entryOrderTypes: [MARKET]', 'entryOrderTypes: [MARKE]']],
      [/tiers\.SNIPER\.entryOrderTypes\[0\]: is "MARKE"; allowed: one of .*; did you mean MARKET/],
    ],
    [
      'an unknown tier is refused',
      'tierGates',
      [['  HUNTER:\n', '  HUNTR:\n']],
      [/tiers\.HUNTR: is not a setting; did you mean HUNTER/, /tiers\.HUNTER: is missing/],
    ],
    [
      'a gate left out is missed',
      'tierGates',
      [[/ {6}profitablePairs: 3\n/, '']],
      [/gates\[0\]\.gates\.profitablePairs: is missing/],
    ],
    [
      'transitions cannot skip a tier',
      'tierGates',
      [['  - from: SNIPER\n    to: HUNTER', '  - from: SNIPER\n    to: ARCHITECT']],
      [/gates\[0\]\.to: is "ARCHITECT"; allowed: one of HUNTER/],
    ],
    [
      'a transition left out is missed',
      'tierGates',
      [[/ {2}- from: STRATEGIST[^]*$/, '']],
      [/gates: has 2 entries; allowed: one entry for each/],
    ],
    [
      'a day limit that reaches the halt is refused',
      'tradingRules',
      [
        ['drawdownHaltBps: 1500', 'drawdownHaltBps: 500'],
        ['[500, 1000, 1200]', '[100]'],
        ['recoveryFromBps: 1000', 'recoveryFromBps: 400'],
        ['rearmedDrawdownBps: 1000', 'rearmedDrawdownBps: 400'],
      ],
      [/SNIPER\.dailyLossMaxBps: is 500 while/, /HUNTER/, /STRATEGIST/, /ARCHITECT/],
    ],
    [
      'a duplicate key is refused',
      'tradingRules',
      [['risk:\n', 'risk:\n  feeBps: 1\n']],
      [/is not YAML we read: .*unique/],
    ],
    [
      'an anchor is refused',
      'tradingRules',
      [['feeBps: 10', 'feeBps: &fee 10']],
      [/risk\.feeBps: carries an anchor/],
    ],
    ['a tag is refused', 'tradingRules', [['feeBps: 10', 'feeBps: !js 10']], [/tag/i]],
    ['a second document is refused', 'tradingRules', [[/$/, '---\na: 1\n']], [/holds a second document/]],
    [
      'broken YAML says where',
      'tradingRules',
      [['risk:\n', 'risk: [\n']],
      [/^trading-rules\.yaml:\d+: is not YAML we read/],
    ],
    [
      'a list instead of the map is refused',
      'tierGates',
      [[/^tiers:[^]*?(?=^measures:)/m, 'tiers: []\n']],
      [/tiers: is a list; allowed: a map with SNIPER/],
    ],
    ['an empty file is refused', 'tradingRules', [[/^[^]*$/, '']], [/^trading-rules\.yaml: is empty$/]],
    [
      'a file with comments only is refused',
      'tradingRules',
      [[/^[^]*$/, '# nothing\n']],
      [/^trading-rules\.yaml: is empty$/],
    ],
    [
      'control characters never reach the terminal',
      'tradingRules',
      [['risk:\n', 'risk:\n  "a\\e[31mb\\u202e": 1\n']],
      [/^[\x20-\x7e]+$/],
    ],
    [
      'a file beyond any real size is refused unread',
      'tradingRules',
      [[/$/, `#${'x'.repeat(300_000)}\n`]],
      [/holds \d+ characters; allowed: at most 262144/],
    ],
    [
      'several faults are reported together',
      'tradingRules',
      [
        ['feeBps: 10 ', 'feeBps: -1 '],
        ['snapshotEveryEvents: 500', 'snapshotEveryEvents: many'],
        ['journalWordsMin: 500', 'journalWordsMin: 0'],
      ],
      [/risk\.feeBps/, /execution\.snapshotEveryEvents: is "many"/, /interventions\.journalWordsMin/],
    ],
  ];

  it.each(rows)('%s', (_name, file, edits, expected) => {
    const problems = problemsWith(file, edits);
    for (const pattern of expected) expect(problems).toContainEqual(expect.stringMatching(pattern));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(Math.max(expected.length, 2));
  });

  it('reports faults of both files at once', () => {
    const loaded = rulesFrom({
      tierGates: encode(
        shipped.tierGates
          .replace('openPositionsMax: 1 ', 'openPositionsMax: 0 ')
          .replace('openPositionsMax: 1\n', 'openPositionsMax: 0\n'),
      ),
      tradingRules: encode(shipped.tradingRules.replace('feeBps: 10', 'feeBps: 1000')),
    });
    expect(loaded.ok ? [] : loaded.error.map((problem) => problem.file)).toEqual([
      'tier-gates.yaml',
      'trading-rules.yaml',
    ]);
  });

  it('gives the line of each fault', () => {
    const [problem] = problemsWith('tradingRules', [['feeBps: 10', 'feeBps: 1000']]);
    const line = shipped.tradingRules.split('\n').findIndex((text) => text.includes('feeBps')) + 1;
    expect(problem).toMatch(new RegExp(`^trading-rules\\.yaml:${line} `));
  });

  it('is refused when it is not UTF-8', () => {
    const loaded = rulesFrom({
      tierGates: new Uint8Array([0xff, 0xfe, 0x41]),
      tradingRules: encode(shipped.tradingRules),
    });
    expect(loaded.ok ? [] : loaded.error.map(describeConfigProblem)).toEqual([
      'tier-gates.yaml: is not UTF-8 text; allowed: UTF-8',
    ]);
  });
});

describe('a folder', () => {
  const dir = mkdtempSync(join(tmpdir(), 'genesis-config-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  it('without the files is reported file by file', () => {
    const loaded = loadRules(join(dir, 'absent'));
    expect(loaded.ok ? [] : loaded.error.map((problem) => problem.file)).toEqual([
      'tier-gates.yaml',
      'trading-rules.yaml',
    ]);
  });

  it('with one file missing still has the other checked', () => {
    writeFileSync(
      join(dir, 'trading-rules.yaml'),
      shipped.tradingRules.replace('feeBps: 10', 'feeBps: 1000'),
    );
    const loaded = loadRules(dir);
    expect(loaded.ok ? [] : loaded.error.map((problem) => problem.path)).toEqual(['', 'risk.feeBps']);
  });
});

describe('no figure of the way up or down can be made easier', () => {
  it.each([
    ['profitableDaysPercent: 60', '59'],
    ['daysWithoutPositionBreach: 14', '13'],
    ['promptOrdersPercent: 90', '89'],
    ['drawdownMaxPercent: 10', '11'],
    ['profitablePairs: 3', '2'],
    ['slicedOrdersPercent: 95', '94'],
    ['slicedOrders: 20', '19'],
    ['uncorrelatedPairs: 5', '4'],
    ['recoveries: 1', '0'],
    ['marketImpactMaxPercent: 0.5', '0.6'],
    ['sharpeMin: 1.5', '1.4'],
    ['profitableStrategies: 3', '2'],
    ['strategyShareMaxPercent: 40', '41'],
    ['crashesSurvived: 3', '2'],
    ['backupsRestored: 1', '0'],
    ['daysWithoutOverride: 30', '29'],
    ['daysAtTierMin: 30', '29'],
    ['daysAtTierMin: 45', '44'],
    ['daysAtTierMin: 60', '59'],
    ['tradingDays: 20', '19'],
    ['promptWithinMs: 100', '101'],
    ['drawdownDays: 30', '29'],
    ['sharpeDays: 30', '29'],
    ['slicesMin: 3', '2'],
    ['trialHours: 48', '47'],
    ['trialProfitableDays: 3', '2'],
    ['trialRoundTrips: 10', '9'],
    ['trialUptimeBps: 9900', '9899'],
    ['confirmWithinHours: 24', '25'],
    ['adjustmentHours: 48', '47'],
    ['adjustmentSizeBps: 5000', '5001'],
    ['dayLossBps: 1500', '1501'],
    ['losingDays: 3', '4'],
    ['losingDayBps: 500', '501'],
    ['overrides: 5', '6'],
    ['overrideHours: 24', '23'],
    ['correlationAbove: 0.8', '0.81'],
    ['outageMsMin: 30000', '30001'],
    ['equityUnderHours: 24', '25'],
    ['promotionPauseDays: 30', '29'],
  ])('%s to %s', (line, easier) => {
    const name = line.slice(0, line.indexOf(':'));
    expect(shipped.tierGates).toContain(`${line} `.trimEnd());
    const loaded = rulesFrom({
      tierGates: encode(shipped.tierGates.replace(new RegExp(`${line}(?![.\\d])`), `${name}: ${easier}`)),
      tradingRules: encode(shipped.tradingRules),
    });
    expect(loaded.ok ? [] : loaded.error.map(({ path }) => path.split('.').at(-1))).toContain(name);
  });
});
