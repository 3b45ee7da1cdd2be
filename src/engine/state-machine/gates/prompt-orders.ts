/** Enough of the last orders left soon after they were decided. */
import { newest, type Gate } from './gate.ts';

export const promptOrdersGate: Gate = ({ state, measures }, required) => {
  const { latencies } = state.evidence;
  const prompt = latencies.filter(({ ms }) => ms <= measures.promptWithinMs).length;
  const enough = latencies.length >= measures.promptOrders;
  const share = latencies.length === 0 ? 0 : (prompt * 100) / latencies.length;
  return {
    current: enough ? share.toFixed(0) : `${prompt} of ${latencies.length}, ${measures.promptOrders} needed`,
    passed: enough && share >= Number(required),
    evidence: newest(latencies.map(({ eventId }) => eventId)),
  };
};
