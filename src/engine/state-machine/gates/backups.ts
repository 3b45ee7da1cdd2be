/** Backups restored and verified (`backup.verified`, written after `genesis restore`). */
import { newest, type Gate } from './gate.ts';

export const backupsGate: Gate = ({ state }, required) => {
  const { backups } = state.evidence;
  return {
    current:
      backups.size === 0 ? 'none yet, genesis restore --rehearse brings one back' : String(backups.size),
    passed: backups.size >= Number(required),
    evidence: newest([...backups.values()]),
  };
};
