/** Large orders were sliced: there were enough of them, and enough of those used enough slices. */
import { newest, type Gate, type GateInput } from './gate.ts';
import type { SlicedOrder } from '../evidence.ts';

/** Nothing writes `execution.completed` before orders are sliced: said, so that nobody looks for a mistake. */
const WAITS = 'none yet, slicing is not built in';

/** Of the large orders, this share used slices enough. */
export const slicedShareGate: Gate = (input, required) => {
  const large = largeOrders(input);
  const sliced = large.filter(({ slices }) => slices >= input.measures.slicesMin);
  const share = large.length === 0 ? 0 : (sliced.length * 100) / large.length;
  return {
    current: large.length === 0 ? WAITS : share.toFixed(0),
    passed: large.length > 0 && share >= Number(required),
    evidence: newest(sliced.map(({ eventId }) => eventId)),
  };
};

export const slicedCountGate: Gate = (input, required) => {
  const large = largeOrders(input);
  return {
    current: large.length === 0 ? WAITS : String(large.length),
    passed: large.length >= Number(required),
    evidence: newest(large.map(({ eventId }) => eventId)),
  };
};

function largeOrders({ state, measures }: GateInput): readonly SlicedOrder[] {
  return state.evidence.sliced.filter(({ value }) => value > measures.slicedFrom);
}
