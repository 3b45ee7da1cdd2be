/**
 * A dashboard on which every panel is filled, as a HUNTER in a busy hour would see it; change what the
 * test is about. Round figures, nothing random.
 */
import type { Dashboard, MarketPanel, PerformancePanel, PositionPanel } from '../../src/core/dashboard.ts';
import { FAKE_NOW, fakeDashboard, fakePosition } from './fake-engine.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const TODAY: number = Math.floor(FAKE_NOW / DAY);

const [bitcoin] = fakeDashboard().markets;

function market(symbol: string, base: string, last: string, changes: Partial<MarketPanel> = {}): MarketPanel {
  if (bitcoin === undefined) throw new Error('the fake dashboard follows a market');
  return {
    ...bitcoin,
    symbol,
    display: `${base}/USDT`,
    baseAsset: base,
    last,
    bid: last,
    ask: last,
    closes: bitcoin.closes.map((close, index) => close * 0.05 + (index % 7)),
    ...changes,
  };
}

const ether: PositionPanel = {
  ...fakePosition,
  positionId: '019374d0-0000-7000-8000-000000000002',
  symbol: 'ETHUSDT',
  display: 'ETH/USDT',
  quantity: '0.0412',
  entryPrice: '3391.40',
  markPrice: '3374.05',
  value: '139.01',
  pnlDollars: '-0.71',
  pnlBps: -51,
  stopPrice: '3323.57',
  stopDistanceBps: 149,
  openedAt: FAKE_NOW - 42 * MINUTE,
};

const fullPerformance: PerformancePanel = {
  equityCurve: Array.from({ length: 90 }, (_, index) => ({
    at: FAKE_NOW - (90 - index) * 8 * 60 * MINUTE,
    equity: (3_020 + index * 2.2 + 40 * Math.sin(index / 6)).toFixed(2),
  })),
  days: Array.from({ length: 33 }, (_, index) => ({
    day: TODAY - 32 + index,
    pnl: ((((index * 37) % 23) - 9) * 1.35).toFixed(2),
    trades: (index * 5) % 7,
  })).filter((_, index) => index % 6 !== 4),
  byStrategy: [
    { name: 'by hand', trades: 61, wins: 34, pnl: '41.20' },
    { name: 'mean_reversion', trades: 22, wins: 13, pnl: '18.05' },
    { name: 'multi_pair', trades: 9, wins: 3, pnl: '-6.40' },
  ],
  bySymbol: [
    { name: 'BTCUSDT', trades: 48, wins: 29, pnl: '38.10' },
    { name: 'ETHUSDT', trades: 31, wins: 16, pnl: '12.35' },
    { name: 'SOLUSDT', trades: 13, wins: 5, pnl: '2.40' },
  ],
  byHour: [7, 8, 9, 13, 14, 15, 16, 20, 21].map((hour, index) => ({
    name: String(hour),
    trades: 4 + index,
    wins: 2 + (index % 3),
    pnl: (((index * 29) % 17) - 6).toFixed(2),
  })),
};

/** Every panel filled. */
export function fullDashboard(changes: Partial<Dashboard> = {}): Dashboard {
  const base = fakeDashboard();
  return {
    ...base,
    markets: [
      ...base.markets,
      market('ETHUSDT', 'ETH', '3374.05', { spreadBps: 0.3 }),
      market('SOLUSDT', 'SOL', '188.42', { spreadBps: 1.06, state: 'VOLATILE' }),
      market('DUSKUSDT', 'DUSK', '0.21', { spreadBps: 14.2, priceDecimals: 4, ageMs: 6_400, stale: true }),
    ],
    account: {
      ...base.account,
      equity: '3218.40',
      balance: '3218.40',
      quoteFree: '2804.12',
      dayPnl: '12.60',
      dayPnlBps: 39,
      dailyLossLimit: '100',
      dailyLossLeft: '100',
      peak: '3301.90',
      drawdownBps: 253,
      entriesToday: 7,
      entriesMax: 20,
    },
    positions: [fakePosition, ether],
    orders: [
      {
        orderId: '019374d0-0000-7000-8000-000000000011',
        clientOrderId: 'gen-011',
        symbol: 'BTCUSDT',
        side: 'SELL',
        type: 'STOP_LOSS',
        purpose: 'stop',
        status: 'SUBMITTED',
        quantity: '0.00037',
        filledQuantity: '0',
        price: null,
        stopPrice: '66063.86',
        createdAt: FAKE_NOW - 4 * MINUTE,
      },
      {
        orderId: '019374d0-0000-7000-8000-000000000012',
        clientOrderId: 'gen-012',
        symbol: 'SOLUSDT',
        side: 'BUY',
        type: 'LIMIT',
        purpose: 'entry',
        status: 'PARTIAL',
        quantity: '0.8',
        filledQuantity: '0.25',
        price: '187.90',
        stopPrice: null,
        createdAt: FAKE_NOW - 11 * MINUTE,
      },
    ],
    executions: [
      {
        executionId: '019374d0-0000-7000-8000-000000000021',
        method: 'TWAP',
        symbol: 'ETHUSDT',
        side: 'BUY',
        state: 'running',
        slicesDone: 3,
        slicesTotal: 8,
        filledQuantity: '0.0154',
        wantedQuantity: '0.0412',
        arrivalPrice: '3391.10',
        averagePrice: '3391.40',
        slippageBps: 0.9,
        startedAt: FAKE_NOW - 6 * MINUTE,
        endsAt: FAKE_NOW + 10 * MINUTE,
      },
    ],
    tier: {
      tier: 'HUNTER',
      startedAt: FAKE_NOW - 19 * DAY,
      next: 'STRATEGIST',
      gates: [
        { gate: 'equity', currentValue: '3218.40', requiredValue: '10000', passed: false },
        { gate: 'days at tier', currentValue: '19', requiredValue: '45', passed: false },
        { gate: 'slicedOrdersPercent', currentValue: '97', requiredValue: '95', passed: true },
        { gate: 'uncorrelatedPairs', currentValue: '3', requiredValue: '5', passed: false },
        { gate: 'recovery', currentValue: 'not yet measured', requiredValue: '1', passed: false },
        { gate: 'priceImpactPercent', currentValue: '0.02', requiredValue: '0.5', passed: true },
        { gate: 'sharpe', currentValue: '1.21', requiredValue: '1.5', passed: false },
      ],
      features: ['market', 'limit', 'iceberg', 'twap'],
      lockedFeatures: ['STOP_LOSS_LIMIT', 'vwap', 'statistical_arb', 'market_making'],
      dashboardFigures: 7,
    },
    tilt: {
      score: 34,
      level: 'CAUTION',
      indicators: [
        { name: 'decision speed', points: 18, words: 'twice as fast as usual for you' },
        { name: 'size swings', points: 11, words: 'sizes vary more than usual for you' },
        { name: 'trades per hour', points: 5, words: 'a few more trades than usual for you' },
      ],
      lockedUntil: null,
      journalRequired: 0,
      journalWords: 0,
    },
    risk: {
      limits: [
        { limit: 'dailyLoss', words: "day's loss", used: '$0', max: '$100', usedBps: 0 },
        { limit: 'openPositions', words: 'open positions', used: '2', max: '5', usedBps: 4_000 },
        {
          limit: 'positionValue',
          words: 'largest position',
          used: '$139.01',
          max: '$160.92',
          usedBps: 8_638,
        },
        { limit: 'entriesPerDay', words: 'entries today', used: '7', max: '20', usedBps: 3_500 },
        { limit: 'entriesPerMinute', words: 'entries this minute', used: '3', max: '3', usedBps: 10_000 },
      ],
      exposure: '163.97',
      exposureBps: 509,
      drawdown: { bps: 253, warningsBps: [500, 1_000, 1_200], haltBps: 1_500 },
      deleveraging: [
        { atBps: 1_000, cutBps: 2_500, done: false },
        { atBps: 1_200, cutBps: 5_000, done: false },
      ],
      sizeFactors: [
        { factor: 'losingDays', words: 'two losing days in a row', bps: 5_000 },
        { factor: 'marketState', words: 'SOL is volatile', bps: 7_500 },
      ],
      losingTradesInRow: 1,
      losingDaysInRow: 2,
      breakUntil: null,
      recovery: null,
      correlation: {
        symbols: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'],
        matrix: [
          [1, 0.71, 0.44],
          [0.71, 1, null],
          [0.44, null, 1],
        ],
        mean: 0.58,
        warnAbove: 0.6,
        refuseAbove: 0.8,
        cutAbove: 0.95,
      },
      valueAtRisk: {
        confidenceBps: 9_500,
        valueAtRisk: '21.40',
        expectedShortfall: '33.10',
        observations: 61,
        horizonMs: 1_800_000,
      },
      latches: [],
      checklist: [],
      pendingSettings: [
        {
          setting: 'default stop distance',
          from: '2 %',
          to: '3 %',
          maturesAt: FAKE_NOW + 40 * MINUTE,
          waitsFor: 'a calm hour',
        },
      ],
    },
    tierJourney: {
      stage: 'gates',
      watched: false,
      evidence: [
        { gate: 'slicedOrdersPercent', words: '33 of 34 orders over $200', events: [] },
        { gate: 'uncorrelatedPairs', words: 'BTC, SOL, DUSK', events: [] },
      ],
      trial: null,
      phrase: 'I understand the responsibilities',
      adjustmentUntil: null,
      promotionNotBefore: FAKE_NOW + 3 * DAY,
      checklist: [],
      history: [
        {
          at: FAKE_NOW - 19 * DAY,
          from: 'SNIPER',
          to: 'HUNTER',
          reason: 'all gates, trial, sentence and reflection',
        },
      ],
    },
    tiltMirror: {
      sessionsLearned: 24,
      lifeEvents: [],
      relearning: false,
      relearnAt: null,
      learning: false,
      profile: 'alert',
      history: Array.from({ length: 60 }, (_, index) => ({
        at: FAKE_NOW - (60 - index) * 3 * MINUTE,
        score: Math.round(8 + 26 * Math.max(0, Math.sin((index - 20) / 14))),
      })),
      suggestion: 'Nothing is blocked. A minute away from the screen is usually enough.',
      debt: 12,
      sizeBps: 10_000,
      sizeReasons: [],
      calmTrades: 2,
      calmTradesNeeded: 5,
      prompt: null,
      checklist: [],
      overrides: { used: 0, max: 3, notBefore: null, effectiveAt: null },
      interventionNotBefore: null,
      costAbove: [
        { score: 0, trades: 92, pnl: '52.85' },
        { score: 30, trades: 14, pnl: '-18.30' },
        { score: 60, trades: 3, pnl: '-11.75' },
      ],
      falseAlarms: { interventions: 4, fine: 1 },
      waysBack: [{ step: 'journal', taken: 3, calmAfter: 2 }],
      dangerousHours: [{ hour: 15, chance: 0.18, low: 0.09, high: 0.31, activeHours: 40 }],
    },
    performance: fullPerformance,
    strategies: [{ strategy: 'mean_reversion', symbol: 'ETHUSDT', enabled: true }],
    ...changes,
  };
}
