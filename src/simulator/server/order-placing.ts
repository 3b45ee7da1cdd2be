/**
 * What placing any order or order list shares: generated ids, the unfilled-order limits, pegged prices.
 */
import type { Result } from '../../core/result.ts';
import type { VenueReject } from '../matching/venue-api.ts';
import { randomText } from './api-keys.ts';
import type { Context, World } from './endpoint.ts';
import { fromVenue, refuse } from './errors.ts';
import type { Params } from './params.ts';

/** Length of the ids the exchange makes when the client sends none. */
const GENERATED_ID_LENGTH = 22;

export function generatedId(world: World): string {
  return randomText(world.random, GENERATED_ID_LENGTH);
}

/** Pegged prices are switched off on every symbol (`pegInstructionsAllowed`). */
export function refusePegs(params: Params, prefix: string): void {
  const names = ['pegPriceType', 'pegOffsetType', 'pegOffsetValue'];
  const spelled = prefix === '' ? names : names.map((name) => `${prefix}P${name.slice(1)}`);
  if (spelled.map((name) => params.optional(name)).some((value) => value !== null)) {
    refuse({ status: 400, code: -1013, message: 'Pegged orders are not supported for this symbol.' });
  }
}

/** What did not reach the engine (-1013, filters and form) is not counted. */
export function counted<T>(
  world: World,
  context: Context,
  orders: number,
  result: Result<T, VenueReject>,
): Result<T, VenueReject> {
  if (result.ok || result.error.code !== -1013)
    world.limits.countOrders(context.now, context.accountId, orders);
  return result;
}

/** Places within the order limits; `orders` is how many unfilled orders it adds. */
export function withinOrderLimit<T>(
  world: World,
  context: Context,
  orders: number,
  act: () => Result<T, VenueReject>,
): T {
  const refusal = world.limits.admitOrders(context.now, context.accountId, orders);
  if (refusal !== null) refuse(refusal);
  const result = counted(world, context, orders, act());
  return result.ok ? result.value : refuse(fromVenue(result.error));
}
