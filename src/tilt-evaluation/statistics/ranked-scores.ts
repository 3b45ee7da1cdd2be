/**
 * Scores of tilted and calm sessions in one order, and the area under the ROC curve over them: the chance
 * that a tilted session scores above a calm one, ties counted half (Mann and Whitney). Sessions carry the number
 * of their trader, so that a bootstrap can weigh whole traders.
 */
export type Scored = { readonly score: number; readonly tilted: boolean; readonly trader: number };

export type RankedScores = {
  readonly scores: Float64Array;
  readonly tilted: Uint8Array;
  readonly traders: Int32Array;
};

export type RocPoint = { readonly falseShare: number; readonly trueShare: number };

export function rankScores(sessions: readonly Scored[]): RankedScores {
  const sorted = sessions.toSorted((a, b) => a.score - b.score);
  return {
    scores: Float64Array.from(sorted, ({ score }) => score),
    tilted: Uint8Array.from(sorted, ({ tilted }) => (tilted ? 1 : 0)),
    traders: Int32Array.from(sorted, ({ trader }) => trader),
  };
}

/** Null when either side is empty. `weights` by trader number; null weighs every trader once. */
export function areaUnderRoc(ranked: RankedScores, weights: Float64Array | null): number | null {
  const { scores, tilted, traders } = ranked;
  let calmBelow = 0;
  let tiltedAll = 0;
  let area = 0;
  for (let from = 0; from < scores.length;) {
    let until = from;
    let calmHere = 0;
    let tiltedHere = 0;
    for (; until < scores.length && scores[until] === scores[from]; until += 1) {
      const weight = weights === null ? 1 : (weights[traders[until] ?? 0] ?? 0);
      if (tilted[until] === 1) tiltedHere += weight;
      else calmHere += weight;
    }
    area += tiltedHere * (calmBelow + calmHere / 2);
    calmBelow += calmHere;
    tiltedAll += tiltedHere;
    from = until;
  }
  return calmBelow === 0 || tiltedAll === 0 ? null : area / (calmBelow * tiltedAll);
}

/** From (0, 0) to (1, 1), one point for each distinct score, highest threshold first. */
export function rocCurve(ranked: RankedScores): readonly RocPoint[] {
  const { scores, tilted } = ranked;
  const tiltedAll = tilted.reduce((sum, each) => sum + each, 0);
  const calmAll = tilted.length - tiltedAll;
  if (tiltedAll === 0 || calmAll === 0) return [];
  const points: RocPoint[] = [{ falseShare: 0, trueShare: 0 }];
  let calm = 0;
  let hits = 0;
  for (let index = scores.length - 1; index >= 0; index -= 1) {
    if (tilted[index] === 1) hits += 1;
    else calm += 1;
    if (index === 0 || scores[index - 1] !== scores[index])
      points.push({ falseShare: calm / calmAll, trueShare: hits / tiltedAll });
  }
  return points;
}
