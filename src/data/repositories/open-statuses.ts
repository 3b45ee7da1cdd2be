/** The statuses in which an order can still fill, UNKNOWN among them (invariant 4). */
import type { OrderStatus } from '../../core/vocabulary.ts';

export const openStatuses: readonly OrderStatus[] = ['PENDING', 'SUBMITTED', 'PARTIAL', 'UNKNOWN'];
