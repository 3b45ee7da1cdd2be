/**
 * The word an order's form is earned by: its type, except that a limit order which never waits is named by how
 * long it lasts. These are the words of `entryOrderTypes` in config/tier-gates.yaml.
 */
import type { EntryRequest } from './stages.ts';

export function orderWord(order: {
  readonly type: EntryRequest['type'] | 'OTHER';
  readonly timeInForce: string | null;
}): string {
  const { type, timeInForce } = order;
  return type === 'LIMIT' && (timeInForce === 'IOC' || timeInForce === 'FOK') ? timeInForce : type;
}
