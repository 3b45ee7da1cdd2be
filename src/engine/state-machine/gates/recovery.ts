/** A deep drawdown was earned back, or the drill passed on paper (recovery-checklist.ts): K3 and the whole way back. */
import { newest, type Gate } from './gate.ts';

export const recoveryGate: Gate = ({ state, measures }, required) => {
  const { recovered, drills } = state.evidence;
  const deep = recovered.filter(({ bps }) => bps >= measures.recoveryFromBps);
  const drill = drills.get('recovery');
  const count = deep.length + (drill === undefined ? 0 : 1);
  return {
    current: String(count),
    passed: count >= Number(required),
    evidence: newest([...deep.flatMap(({ eventIds }) => eventIds), ...(drill === undefined ? [] : [drill])]),
  };
};
