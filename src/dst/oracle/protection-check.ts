/**
 * Invariant 14: what was bought is covered by a stop at the exchange within five seconds, or is being
 * sold. Time counts only while the engine runs, the exchange is in reach and nothing has gone wrong
 * lately; what counts is the exchange's own picture.
 */
import type { Venue } from '../../simulator/matching/venue-api.ts';
import type { Facts } from './facts.ts';
import { decimal, worth } from './units.ts';

const WITHIN_MS = 5_000;

export type ProtectionContext = {
  readonly facts: Facts;
  readonly venue: Venue;
  readonly accountId: number;
  readonly nowMs: () => number;
  /** Since when everything has been well; null while it is not. */
  readonly wellSinceMs: () => number | null;
  readonly violated: (invariant: string, detail: string) => void;
};

export interface ProtectionCheck {
  look(): void;
  /** Positions that lack their stop at this moment, for the final judgement. */
  unprotected(): readonly string[];
}

export function createProtectionCheck(context: ProtectionContext): ProtectionCheck {
  const { facts, venue, accountId } = context;
  const bareSince = new Map<string, number>();

  function bare(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const position of facts.positions.values()) {
      const symbol = venue.symbol(position.symbol);
      const bid = venue.bestBid(position.symbol);
      if (symbol === null || bid === null || symbol.status !== 'TRADING') continue;
      const balance = venue.balances(accountId).find((each) => each.asset === position.baseAsset);
      const there = ((balance?.free ?? 0n) as bigint) + ((balance?.locked ?? 0n) as bigint);
      const believed = position.bought - position.sold;
      const held = believed < there ? believed : there;
      const sellable = symbol.stepSize === 0n ? held : (held / symbol.stepSize) * symbol.stepSize;
      if (worth(bid.price, sellable) < (symbol.minNotional * 11n) / 10n || sellable < symbol.minQuantity)
        continue;
      let covered = 0n;
      for (const order of venue.openOrders(accountId, position.symbol)) {
        if (order.side === 'SELL' && order.stopPrice > 0n && facts.byClientId.has(order.clientOrderId))
          covered += order.originalQuantity - order.executedQuantity;
      }
      if (covered * 100n < sellable * 99n)
        found.set(
          position.positionId,
          `${decimal(sellable)} ${position.baseAsset} with ${decimal(covered)} under a stop`,
        );
    }
    return found;
  }

  /** A target that was asked for and not refused rests beside the stop once everything has settled. */
  function untargeted(): readonly string[] {
    const found: string[] = [];
    for (const { positionId, symbol, target, closing } of facts.positions.values()) {
      const spec = venue.symbol(symbol);
      if (target === null || closing || facts.listsRefused.has(positionId) || spec?.status !== 'TRADING')
        continue;
      const rests = venue
        .openOrders(accountId, symbol)
        .some(
          (order) =>
            order.type === 'LIMIT_MAKER' &&
            order.price >= target &&
            facts.byClientId.get(order.clientOrderId)?.positionId === positionId,
        );
      if (!rests) found.push(`position ${positionId}: the target at ${decimal(target)} does not rest`);
    }
    return found;
  }

  return {
    unprotected: () => [
      ...[...bare()].map(([positionId, detail]) => `position ${positionId}: ${detail}`),
      ...untargeted(),
    ],
    look(): void {
      const now = context.nowMs();
      // Asked every time: it counts from when it was first true.
      const well = context.wellSinceMs();
      const found = bare();
      for (const positionId of bareSince.keys()) if (!found.has(positionId)) bareSince.delete(positionId);
      for (const [positionId, detail] of found) {
        const since = bareSince.get(positionId) ?? now;
        bareSince.set(positionId, since);
        if (well === null) continue;
        const bareMs = now - Math.max(since, well);
        if (bareMs > WITHIN_MS) {
          context.violated('14', `position ${positionId} is bare for ${Math.round(bareMs)} ms: ${detail}`);
          bareSince.set(positionId, Number.POSITIVE_INFINITY);
        }
      }
    },
  };
}
