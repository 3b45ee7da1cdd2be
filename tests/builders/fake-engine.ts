/**
 * A scripted EngineControl for tests of what stands in front of the engine: it keeps one paper
 * account and at most one position, answers like the engine does, and remembers everything it was
 * asked. Nothing here decides money; the figures are round on purpose.
 */
import type { Command, CommandOrigin } from '../../src/core/commands.ts';
import type {
  CommandReply,
  Dashboard,
  MarketDetail,
  MarketPanel,
  Notice,
  PositionPanel,
  Preview,
} from '../../src/core/dashboard.ts';
import { explain } from '../../src/core/explain.ts';
import type { DomainEvent, EventRecord } from '../../src/core/events.ts';
import { notional, price, quantity } from '../../src/core/money.ts';
import type { ActionReport, EngineControl, EngineMessage } from '../../src/core/ports/engine-control.ts';
import { refusal, type Refusal } from '../../src/core/refusals.ts';

/** 2026-11-23 14:02:11 UTC: the moment of the console sketch. */
export const FAKE_NOW: number = Date.UTC(2026, 10, 23, 14, 2, 11);

const market: MarketPanel = {
  symbol: 'BTCUSDT',
  display: 'BTC/USDT',
  baseAsset: 'BTC',
  bid: '67453.19',
  ask: '67453.20',
  last: '67453.20',
  priceDecimals: 2,
  spreadBps: 0.01,
  state: 'NORMAL',
  ageMs: 100,
  stale: false,
  closes: Array.from({ length: 60 }, (_, index) => 67_400 + 60 * Math.sin(index / 7)),
};

export const fakePosition: PositionPanel = {
  positionId: '019374d0-0000-7000-8000-000000000001',
  symbol: 'BTCUSDT',
  display: 'BTC/USDT',
  side: 'LONG',
  quantity: '0.00037',
  entryPrice: '67412.10',
  markPrice: '67453.20',
  value: '24.96',
  pnlDollars: '0.02',
  pnlBps: 6,
  stopPrice: '66063.86',
  stopDistanceBps: 206,
  targetPrice: null,
  targetResting: false,
  protected: true,
  closing: false,
  openedAt: FAKE_NOW - 240_000,
};

/** A calm SNIPER account at the moment of the console sketch; change what the test is about. */
export function fakeDashboard(changes: Partial<Dashboard> = {}): Dashboard {
  return {
    mode: 'paper',
    version: '0.1.0',
    at: FAKE_NOW,
    uptimeMs: 60_000,
    tradingState: 'READY',
    stateReason: '',
    pausedUntil: null,
    readOnly: false,
    streams: { market: 'connected', user: 'connected' },
    clockOffsetMs: 3,
    sequence: 42,
    markets: [market],
    account: {
      accountId: '019374d0-0000-7000-8000-0000000000aa',
      equity: '501.24',
      balance: '501.22',
      quoteFree: '476.26',
      quoteAsset: 'USDT',
      dayPnl: '1.24',
      dayPnlBps: 25,
      dailyLossLimit: '25',
      dailyLossLeft: '23.76',
      peak: '501.30',
      drawdownBps: 1,
      entriesToday: 1,
      entriesMax: 10,
      dust: [],
    },
    positions: [],
    orders: [],
    tier: {
      tier: 'SNIPER',
      startedAt: FAKE_NOW - 86_400_000,
      next: 'HUNTER',
      gates: [
        { gate: 'equity', currentValue: '$501', requiredValue: '$2,000', passed: false },
        { gate: 'days at tier', currentValue: '1', requiredValue: '30', passed: false },
        { gate: 'no drawdown above 10 %', currentValue: '0 %', requiredValue: '10 %', passed: true },
      ],
      features: ['market'],
      lockedFeatures: ['iceberg', 'twap'],
      dashboardFigures: 3,
    },
    tilt: {
      score: 4,
      level: 'NORMAL',
      indicators: [{ name: 'decision speed', points: 4, words: 'a little faster than usual for you' }],
      lockedUntil: null,
      journalRequired: 0,
      journalWords: 0,
    },
    risk: null,
    tierJourney: null,
    tiltMirror: null,
    performance: null,
    executions: [],
    strategies: [{ strategy: 'simple_arb', symbol: 'BTCUSDT', enabled: false }],
    notices: [
      { at: FAKE_NOW - 2_528_000, tone: 'quiet', text: 'lock 10 min ended', commandId: null, done: true },
      {
        at: FAKE_NOW - 24_000,
        tone: 'plain',
        text: 'bought 0.00037 BTC at 67,412.10, stop resting at 66,063.86',
        commandId: null,
        done: true,
      },
    ],
    ...changes,
  };
}

/** Two hours of candles in slow waves, and ten levels a side. */
export const fakeMarketDetail: MarketDetail = {
  symbol: 'BTCUSDT',
  candles: Array.from({ length: 120 }, (_, index) => {
    const open = 67_400 + 60 * Math.sin(index / 7);
    const close = 67_400 + 60 * Math.sin((index + 1) / 7);
    return {
      at: FAKE_NOW - (120 - index) * 60_000,
      open,
      close,
      high: Math.max(open, close) + 6 + (index % 5),
      low: Math.min(open, close) - 6 - (index % 4),
      volume: 2 + (index % 9),
    };
  }),
  bids: Array.from({ length: 10 }, (_, level) => [
    (67_453.19 - level * 0.4).toFixed(2),
    (0.4 + ((level * 7) % 5) * 0.3).toFixed(5),
  ]),
  asks: Array.from({ length: 10 }, (_, level) => [
    (67_453.2 + level * 0.4).toFixed(2),
    (0.3 + ((level * 3) % 7) * 0.25).toFixed(5),
  ]),
};

export type FakeEngine = EngineControl & {
  readonly commands: { readonly command: Command; readonly origin: CommandOrigin }[];
  readonly actions: ActionReport[];
  readonly previews: Command[];
  /** What a command of this kind comes to, a moment after its reply. */
  readonly outcomes: Map<Command['kind'], string>;
  show(changes: Partial<Dashboard>): void;
  /** The next command is refused with this, instead of the script. */
  refuseNext(refused: Refusal): void;
  emit(event: DomainEvent): EventRecord;
  notice(text: string, changes?: Partial<Notice>): void;
};

/** A new fake engine; `now` moves with the caller's clock. */
export function createFakeEngine(now: () => number = () => FAKE_NOW): FakeEngine {
  let shown = fakeDashboard();
  let refused: Refusal | null = null;
  let lastRefusal: Refusal | null = null;
  let count = 0;
  const records: EventRecord[] = [];
  const listeners = new Set<(message: EngineMessage) => void>();
  const say = (message: EngineMessage): void => {
    for (const listener of listeners) listener(message);
  };
  const reply = (
    outcome: CommandReply['outcome'],
    lines: readonly string[],
    why: Refusal | null,
  ): CommandReply => ({
    commandId: `019374d0-0000-7000-9000-${String((count += 1)).padStart(12, '0')}`,
    outcome,
    lines,
    refusal: why === null ? null : { code: why.code, figures: why.figures, explanation: explain(why) },
  });
  const answer = (command: Command, origin: CommandOrigin): CommandReply => {
    engine.commands.push({ command, origin });
    if (refused !== null) {
      lastRefusal = refused;
      refused = null;
      return reply('refused', [explain(lastRefusal).what], lastRefusal);
    }
    switch (command.kind) {
      case 'buy':
        shown = { ...shown, positions: [fakePosition] };
        return reply('accepted', ['buying $25 of BTC'], null);
      case 'close':
      case 'closeAll': {
        const open = shown.positions;
        shown = { ...shown, positions: [] };
        for (const position of open) {
          engine.emit({
            kind: 'position.closed',
            positionId: position.positionId,
            symbol: position.symbol,
            reason: 'manual',
            entryPrice: price(position.entryPrice),
            exitPrice: price('67453.20'),
            quantity: quantity(position.quantity),
            realisedPnl: notional('0.0152'),
            fees: notional('0.05'),
            heldMs: 240_000,
          });
        }
        return open.length === 0
          ? reply('refused', [], (lastRefusal = refusal('command.noPosition', {})))
          : reply('accepted', ['closing'], null);
      }
      case 'halt':
        shown = { ...shown, tradingState: 'HALTED', stateReason: command.reason };
        return reply('accepted', ['Trading is halted.'], null);
      case 'view': {
        if (command.view !== 'why') return reply('answered', [`${command.view}: all quiet`], null);
        return reply(
          'answered',
          lastRefusal === null ? ['Nothing was refused lately.'] : Object.values(explain(lastRefusal)),
          null,
        );
      }
      default:
        return reply('answered', ['done'], null);
    }
  };
  const engine: FakeEngine = {
    commands: [],
    actions: [],
    previews: [],
    outcomes: new Map(),
    dashboard: () => ({ ...shown, at: now() }),
    market: (symbol) => (symbol === 'BTCUSDT' ? fakeMarketDetail : null),
    preview(command): Preview {
      engine.previews.push(command);
      if (command.kind === 'slice') {
        const why = explain(
          refusal('tier.executionMethod', {
            what: command.method,
            tier: 'SNIPER',
            earnedAt: 'HUNTER',
            equityMin: '2000',
            daysAtTierMin: 30,
          }),
        );
        return { outcome: 'refused', lines: [why.what, why.why, why.next], figures: {} };
      }
      if (command.kind !== 'buy') return { outcome: 'answered', lines: [], figures: {} };
      return {
        outcome: 'wouldSend',
        lines: [
          '$100 becomes $25: one position holds at most 5 % of $500.',
          'Stop 66,104.20, worst loss $0.50, fees about $0.05, even at 67,594.86.',
        ],
        figures: {
          requested: '100.00',
          cap: '25.00',
          equity: '500.00',
          shareBps: 500,
          riskShareBps: 11_363,
          kellyShareBps: null,
          marketStateBps: 7_500,
          breakEvenBps: 21,
          slicesMax: 4,
        },
      };
    },
    command(command, origin): CommandReply {
      const answered = answer(command, origin);
      const outcome = engine.outcomes.get(command.kind);
      if (outcome !== undefined)
        setImmediate(() => engine.notice(outcome, { commandId: answered.commandId }));
      return answered;
    },
    action: (report) => void engine.actions.push(report),
    recentEvents: (limit, afterMs) =>
      records
        .filter((record) => afterMs === null || record.at > afterMs)
        .toReversed()
        .slice(0, limit),
    symbols: () => [
      { symbol: 'BTCUSDT', baseAsset: 'BTC', quoteAsset: 'USDT' },
      { symbol: 'ETHUSDT', baseAsset: 'ETH', quoteAsset: 'USDT' },
    ],
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    show(changes) {
      shown = { ...shown, ...changes };
    },
    refuseNext(given) {
      refused = given;
    },
    emit(event) {
      const sequence = records.length + 1;
      const record: EventRecord = {
        eventId: `019374d0-0000-7000-a000-${String(sequence).padStart(12, '0')}`,
        at: now(),
        aggregateType: 'engine',
        aggregateId: '019374d0-0000-7000-8000-0000000000bb',
        causationId: '',
        event,
        sequence,
        previousHash: '',
        hash: String(sequence),
      };
      records.push(record);
      say({ kind: 'event', record });
      return record;
    },
    notice(text, changes = {}) {
      const notice: Notice = { at: now(), tone: 'plain', text, commandId: null, done: true, ...changes };
      shown = { ...shown, notices: [...shown.notices, notice].slice(-5) };
      say({ kind: 'notice', notice });
    },
  };
  return engine;
}
