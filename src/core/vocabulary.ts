/**
 * The closed lists of words the domain uses, each once. A union is derived from each list, so that
 * stored text can be checked against it. Definitions in docs/glossary.md.
 */
export const tiers = ['SNIPER', 'HUNTER', 'STRATEGIST', 'ARCHITECT'] as const;
export type Tier = (typeof tiers)[number];

/** Position in the ladder: tiers are compared by rank, never by name. */
export function tierRank(tier: Tier): number {
  return tiers.indexOf(tier);
}

export const tiltLevels = ['NORMAL', 'CAUTION', 'WARNING', 'LOCKED'] as const;
export type TiltLevel = (typeof tiltLevels)[number];

/** Times in life in which a trader may ask to be stopped sooner. */
export const lifeEvents = [
  'illness',
  'sleep',
  'grief',
  'family',
  'move',
  'work',
  'money',
  'joy',
  'other',
] as const;
export type LifeEvent = (typeof lifeEvents)[number];

export const marketStates = ['DEAD', 'NORMAL', 'VOLATILE', 'PANIC', 'MAINTENANCE'] as const;
export type MarketState = (typeof marketStates)[number];

export const modes = ['paper', 'testnet', 'live', 'backtest', 'simulation'] as const;
export type Mode = (typeof modes)[number];

export const tradingStates = ['STARTING', 'RECONCILING', 'READY', 'REDUCE_ONLY', 'PAUSED', 'HALTED'] as const;
export type TradingState = (typeof tradingStates)[number];

export const orderStatuses = [
  'PENDING',
  'SUBMITTED',
  'PARTIAL',
  'FILLED',
  'CANCELLED',
  'REJECTED',
  'EXPIRED',
  'FAILED',
  'UNKNOWN',
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** Why an order exists. Only `entry` adds risk; `external` is somebody else's order on the account. */
export const orderPurposes = ['entry', 'exit', 'stop', 'target', 'external'] as const;
export type OrderPurpose = (typeof orderPurposes)[number];

/** Who asked. Every one of them passes the same admission. */
export const actors = ['trader', 'api', 'strategy', 'protection', 'emergency', 'system'] as const;
export type Actor = (typeof actors)[number];

export const closeReasons = [
  'stop_loss',
  'take_profit',
  'manual',
  'tilt_intervention',
  'emergency',
  'external',
] as const;
export type CloseReason = (typeof closeReasons)[number];

export const sides = ['BUY', 'SELL'] as const;
export const orderTypes = ['MARKET', 'LIMIT', 'LIMIT_MAKER', 'STOP_LOSS', 'STOP_LOSS_LIMIT'] as const;
