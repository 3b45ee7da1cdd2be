/**
 * What a world is played on, made from its seed alone: time, the exchange with its market and its one
 * account, the plan of faults, the trace. The engine is not here yet.
 */
import { invariant } from '../core/invariant.ts';
import type { Rules } from '../core/rules.ts';
import { createSeededRandom, type SeededRandom } from '../core/seeded-random.ts';
import { createVirtualTimers, type VirtualTimers } from '../core/virtual-timers.ts';
import { createSyntheticMarket, type SyntheticMarket } from '../simulator/markets/synthetic.ts';
import { listedSpec } from '../simulator/markets/symbols.ts';
import type { SymbolSpec } from '../simulator/matching/venue-api.ts';
import { createVenue } from '../simulator/matching/venue.ts';
import { newHmacKey } from '../simulator/server/api-keys.ts';
import { createExchange, type Exchange } from '../simulator/server/exchange.ts';
import { exchangePlan } from './exchange-faults.ts';
import { createFaultDealer, planFaults, type FaultDealer, type FaultKind } from './faults.ts';
import { drawSettings, type WorldSettings } from './settings.ts';
import { createTrace, type Trace } from './trace.ts';

export type Stage = {
  readonly random: SeededRandom;
  readonly settings: WorldSettings;
  readonly base: VirtualTimers;
  readonly faults: FaultDealer;
  readonly trace: Trace;
  /** Adds a happening at this moment. */
  readonly note: (kind: string, detail: string) => void;
  readonly market: SyntheticMarket;
  readonly exchange: Exchange;
  readonly credentials: { readonly apiKey: string; readonly secret: string };
  /** The engine's key has been taken away for good. */
  readonly isKeyRevoked: () => boolean;
};

export type StageOptions = {
  readonly seed: number;
  /** The shipped rules. */
  readonly rules: Rules;
  /** Exactly these kinds of fault; null for what the seed draws. */
  readonly only: readonly FaultKind[] | null;
  /** Hears every line of the trace. */
  readonly listener?: (line: string) => void;
};

export const ACCOUNT = 1;
const LINES_KEPT = 30;
/** As few as the synthetic market allows: the engine is shown twenty. */
const BOOK_LEVELS = 24;
const HISTORY_MINUTES = 5;

export function createStage(options: StageOptions): Stage {
  const random = createSeededRandom(options.seed);
  const settings = drawSettings(random.fork('settings'), options.rules);
  const base = createVirtualTimers(settings.startsAtMs);
  const schedule = planFaults(random.fork('faults'), settings, options.only);
  const trace = createTrace({
    kept: LINES_KEPT,
    ...(options.listener === undefined ? {} : { listener: options.listener }),
  });
  const market = createSyntheticMarket({
    random: random.fork('market'),
    symbols: settings.symbols.map((symbol) => requiredSpec(symbol)),
    regime: settings.regime,
    pace: settings.pace,
    levels: BOOK_LEVELS,
    historyMinutes: HISTORY_MINUTES,
  });
  const key = newHmacKey(random.fork('key'), 'engine', ACCOUNT);
  const { balances, makerRate, takerRate, feesInBnb } = settings;
  const exchange = createExchange({
    venue: createVenue(),
    market,
    timers: base,
    random: random.fork('exchange'),
    accounts: [{ accountId: ACCOUNT, balances, makerRate, takerRate, feesInBnb, unlimited: false }],
    keys: [key.spec],
    faults: exchangePlan(schedule, options.seed),
  });
  exchange.start();
  return {
    random,
    settings,
    base,
    faults: createFaultDealer(schedule, random.fork('dealer'), () => base.monotonic()),
    trace,
    note: (kind, detail) => trace.add(base.monotonic(), kind, detail),
    market,
    exchange,
    credentials: { apiKey: key.spec.apiKey, secret: key.secret },
    isKeyRevoked: () => exchange.keys.find(key.spec.apiKey) === null,
  };
}

function requiredSpec(symbol: string): SymbolSpec {
  const spec = listedSpec(symbol);
  invariant(spec !== null, `${symbol} is listed`);
  return spec;
}
