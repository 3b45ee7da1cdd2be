/**
 * An equity curve of bounded size: however long the run, at most `limit` spans remain, each with its
 * last equity and its lowest, so that a drawdown never disappears by thinning. For pictures; plain
 * numbers.
 */
export type CurvePoint = { readonly at: number; readonly equity: number; readonly lowest: number };

export interface EquityCurve {
  /** Takes the equity at a moment; moments do not go back. */
  add(at: number, equity: number): void;
  /** Oldest first. */
  points(): readonly CurvePoint[];
}

const LIMIT = 1_024;

export function createEquityCurve(limit: number = LIMIT): EquityCurve {
  let points: CurvePoint[] = [];
  /** Moments merged into one point. */
  let stride = 1;
  let merged = 0;

  const merge = (left: CurvePoint, right: CurvePoint): CurvePoint => ({
    ...right,
    lowest: Math.min(left.lowest, right.lowest),
  });

  return {
    add(at, equity): void {
      if (!Number.isFinite(equity)) return;
      const point: CurvePoint = { at, equity, lowest: equity };
      const last = points.at(-1);
      if (last !== undefined && merged < stride && points.length > 1) {
        points[points.length - 1] = merge(last, point);
        merged += 1;
        return;
      }
      points.push(point);
      merged = 1;
      if (points.length <= limit) return;
      const [first, ...rest] = points;
      const halved: CurvePoint[] = first === undefined ? [] : [first];
      for (let index = 0; index < rest.length; index += 2) {
        const left = rest[index];
        const right = rest[index + 1];
        if (left !== undefined) halved.push(right === undefined ? left : merge(left, right));
      }
      points = halved;
      stride *= 2;
      merged = stride;
    },
    points: () => points,
  };
}
