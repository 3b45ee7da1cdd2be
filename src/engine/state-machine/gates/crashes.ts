/** Historical crashes survived in simulation (`drill.passed` with `crash:NAME`, each name once). */
import { newest, type Gate } from './gate.ts';

export const crashesGate: Gate = ({ state }, required) => {
  const survived = [...state.evidence.drills].filter(([drill]) => drill.startsWith('crash:'));
  return {
    current: survived.length === 0 ? 'none yet, such a drill is not built in' : String(survived.length),
    passed: survived.length >= Number(required),
    evidence: newest(survived.map(([, eventId]) => eventId)),
  };
};
