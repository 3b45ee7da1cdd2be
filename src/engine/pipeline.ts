/**
 * The whole flow on one screen. Read this first.
 *
 *   market feed → view (book, candles, state) → strategies → signals ─┐
 *   typed command, API ───────────────────────────────────────────────┤
 *                                                                     ▼
 *   admission (state → risk → tilt → tier) → durable intent → gateway → exchange
 *                                                                     │
 *   analytics, API, console ← events ← fold (orders, positions, risk, tilt, tier) ← reports
 *
 * One thread, one order of events: I/O only publishes to the bus; the bus runs these handlers to
 * completion, execution first. Live, paper, backtest and simulation differ in the ports alone.
 */
import type { DomainEvent, EventRecord } from '../core/events.ts';
import type { CandleUpdate, MarketUpdate } from '../core/ports/market-feed.ts';
import { MINUTE_MS } from '../core/time.ts';
import { decideDeclared } from '../tilt/declared.ts';
import { decideInterventions } from '../tilt/interventions.ts';
import { scoreTilt } from '../tilt/tilt-state.ts';
import { calmAt } from './calm.ts';
import type { LockLedger } from '../core/ports/lock-ledger.ts';
import { carriedLocks } from './carried-locks.ts';
import type { Desk } from './desk.ts';
import type { Executor } from './executor/service.ts';
import { matureChange } from './integrity.ts';
import type { EngineMessageOnBus, Kernel } from './kernel.ts';
import type { OutageWatch } from './outages.ts';
import { positionOn } from './portfolio/positions.ts';
import type { AccountKeeper } from './portfolio/service.ts';
import type { RiskWatch } from './risk-watch.ts';
import type { SettingsKeeper } from './settings-keeper.ts';
import type { GrantHolder } from './state-machine/grants.ts';
import type { TierKeeper } from './tier-keeper.ts';
import { tradingRulesNow } from './tilt-rules.ts';
import type { Toolbox } from './unlock.ts';
import { isRedDay, unrestNow } from './unrest.ts';

/** What strategies want, as seen from here: pure functions over candles, run by the strategy engine. */
export interface StrategyRunner {
  readonly names: readonly string[];
  /** Signals of the enabled strategies after a closed candle. */
  onCandle(
    enabled: ReadonlyMap<string, string>,
    update: CandleUpdate,
    isOpen: boolean,
  ): readonly StrategySignal[];
}
export type StrategySignal = {
  readonly strategy: string;
  readonly symbol: string;
  readonly kind: 'enter' | 'exit';
  readonly reason: string;
};

export type PipelineDeps = {
  readonly kernel: Kernel;
  readonly executor: Executor;
  readonly keeper: AccountKeeper;
  readonly desk: Desk;
  readonly watch: RiskWatch;
  readonly settings: SettingsKeeper;
  readonly grants: GrantHolder;
  readonly tools: Toolbox;
  readonly tiers: TierKeeper;
  readonly outages: OutageWatch;
  readonly strategies: StrategyRunner;
  readonly locks: LockLedger;
  /** Streams, clock, symbols, limits: the state of the connection, kept by the engine. */
  readonly onConnection: (
    report: Extract<EngineMessageOnBus, { readonly topic: 'report' }>['report'],
  ) => void;
  readonly onEvent: (record: EventRecord) => void;
};

export function connectPipeline(deps: PipelineDeps): void {
  const { kernel, executor, keeper, desk, grants, tools, tiers, strategies, watch, settings } = deps;

  // 1 → 2: the market as it is now, and what it means for what is open
  const onMarket = (update: MarketUpdate): void => {
    const change = kernel.view.apply(update);
    if (change !== null && kernel.state().account !== null && !kernel.storeFailed())
      kernel.commit([{ kind: 'market.stateChanged', ...change }]);
    if (update.kind === 'book') {
      keeper.onMarket();
      watch.onBook(update.symbol);
      tiers.onMarket(update.symbol);
    }
    if (update.kind === 'candle' && update.closed) onCandle(update);
  };

  // 3: strategies see closed candles; their wishes pass the same admission as anyone's
  const onCandle = (update: CandleUpdate): void => {
    watch.onCandle(update);
    const { strategies: enabled, positions } = kernel.state();
    if (kernel.storeFailed()) return;
    const position = positionOn(positions, update.symbol);
    const signals = strategies.onCandle(enabled, update, position !== undefined);
    // Candles from before the stream teach a strategy; what it would have done then is past.
    if (kernel.timers.now() - update.candle.closeTime > MINUTE_MS) return;
    for (const signal of signals) {
      if (signal.kind === 'enter' && position === undefined) {
        desk.enter({
          actor: 'strategy',
          strategy: signal.strategy,
          symbol: signal.symbol,
          side: 'BUY',
          type: 'MARKET',
          timeInForce: null,
          price: null,
          triggerPrice: null,
          // A strategy asks for all there is; admission makes of it what the limits allow.
          method: 'whole',
          amount: { unit: 'share', shareBps: 10_000 },
        });
      } else if (signal.kind === 'exit' && position !== undefined && position.closing === null) {
        kernel.commit([
          {
            kind: 'position.closeRequested',
            positionId: position.positionId,
            reason: 'manual',
            actor: 'strategy',
            commandId: '',
          },
        ]);
        executor.look();
      }
    }
  };

  // 8 → 9: what the exchange says, merged; then whatever the positions need next
  const onReport = (report: Extract<EngineMessageOnBus, { readonly topic: 'report' }>['report']): void => {
    deps.onConnection(report);
    if (kernel.storeFailed()) return;
    // The exchange's time is known from here on: a lock from elsewhere binds before the next command.
    if (report.kind === 'clock') settleTilt();
    executor.onReport(report);
    keeper.onReport(report);
    watch.look();
    executor.look();
  };

  const onTick = (): void => {
    watch.look();
    executor.look();
    keeper.onTick();
    settings.look();
    deps.outages.look();
    tiers.onTick();
    kernel.maintain();
    settleTilt();
    settleIntegrity();
  };

  // after each event: tilt learns, the tier's grant follows, everyone who listens hears of it
  const onEvent = (record: EventRecord): void => {
    if (record.event.kind === 'tier.changed' || record.event.kind === 'account.opened') {
      const { tier } = kernel.state().tier;
      grants.become(tier);
      tools.become(tier);
    }
    tiers.onEvent(record);
    if (isBehaviour(record.event)) settleTilt();
    deps.onEvent(record);
  };

  const settleTilt = (): void => {
    // A lock ends by the exchange's time, so nothing is settled before that is known.
    if (kernel.state().account === null || kernel.storeFailed() || !kernel.timers.isTrusted()) return;
    const now = kernel.timers.now();
    kernel.commit(carriedLocks(kernel.state(), deps.locks, now));
    const { tilt } = kernel.state();
    const rules = tradingRulesNow(kernel, keeper.equity());
    kernel.commit(decideInterventions(tilt.interventions, scoreTilt(tilt, now, rules), now, rules));
    const { declared } = kernel.state().tilt;
    if (declared.relearn !== null || declared.life.length > 0) {
      const equity = keeper.equity();
      const sight = { unrest: unrestNow(kernel, equity), red: isRedDay(kernel, equity), at: now };
      kernel.commit(decideDeclared(declared, sight));
    }
  };

  /** A change of program or configuration that a person accepted takes effect when its hour has passed. */
  const settleIntegrity = (): void => {
    const { integrity } = kernel.state();
    if (integrity.requested === null || kernel.storeFailed()) return;
    kernel.commit(matureChange(integrity, calmAt(kernel, keeper.equity())));
  };

  kernel.bus.subscribe('report', (message) => onReport(message.report), 'HIGH');
  kernel.bus.subscribe('tick', onTick, 'HIGH');
  kernel.bus.subscribe('market', (message) => onMarket(message.update), 'NORMAL');
  kernel.bus.subscribe('event', (message) => onEvent(message.record), 'NORMAL');
}

/** What the tilt detector learns from; its own events are not behaviour. */
function isBehaviour(event: DomainEvent): boolean {
  switch (event.kind) {
    case 'action.recorded':
    case 'command.received':
    case 'command.refused':
    case 'setting.requested':
    case 'setting.refused':
    case 'order.intended':
    case 'order.filled':
    case 'order.cancelRequested':
    case 'position.stopMoved':
    case 'position.closed':
    case 'journal.accepted':
    case 'entry.refused':
      return true;
    default:
      return false;
  }
}
