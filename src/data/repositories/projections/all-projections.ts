/** Every projection, in the order in which an event passes through them: rows that others refer to come first. */
import { accountsProjection } from './accounts.ts';
import { marketStatesProjection } from './market-states.ts';
import { ordersProjection } from './orders.ts';
import { positionsProjection } from './positions.ts';
import type { Projection } from './projection.ts';
import { sessionsProjection } from './sessions.ts';
import { tiltProjection } from './tilt.ts';

export const allProjections: readonly Projection[] = [
  accountsProjection,
  positionsProjection,
  ordersProjection,
  tiltProjection,
  sessionsProjection,
  marketStatesProjection,
];
