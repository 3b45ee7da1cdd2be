/** Historical crashes survived in simulation (`drill.passed` with `crash:NAME`, each name once). */
import { newest, type Gate } from './gate.ts';

export const crashesGate: Gate = ({ state }, required) => {
  const survived = [...state.evidence.drills].filter(([drill]) => drill.startsWith('crash:'));
  return {
    current: String(survived.length),
    passed: survived.length >= Number(required),
    evidence: newest(survived.map(([, eventId]) => eventId)),
  };
};
