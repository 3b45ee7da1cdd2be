/** The strategies of the SNIPER folder. */
import type { StrategyManifest } from '../strategy.ts';
import { smaCross } from './sma-cross.ts';

export const sniperManifest: StrategyManifest = { tier: 'SNIPER', strategies: [smaCross] };
