/** What the detector has to reach on seeds that were never used in tuning (docs/tilt-evaluation.md). */
export const aims = {
  auc: { strong: 0.97, moderate: 0.92, unseen: 0.85, gamer: 0.75 },
  falsePer1000: { cautionCalm: 100, lockedCalm: 2, lockedStressed: 5, lockedWorstDecile: 10 },
  medianDelayTrades: { caution: 3, locked: 6 },
} as const;
