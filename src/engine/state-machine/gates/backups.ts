/** Backups restored and verified (`backup.verified`). */
import { newest, type Gate } from './gate.ts';

export const backupsGate: Gate = ({ state }, required) => {
  const { backups } = state.evidence;
  return {
    current: String(backups.length),
    passed: backups.length >= Number(required),
    evidence: newest(backups),
  };
};
