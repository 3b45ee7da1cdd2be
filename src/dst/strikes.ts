/** Carries out, at their moments, the planned faults that neither the network nor the exchange deals itself. */
import { worldKinds, type FaultKind, type PlannedFault } from './faults.ts';
import { killPointNames } from './kill-points.ts';
import type { Lives } from './lives.ts';
import type { VirtualNetwork } from './network.ts';
import { thinned } from './settings.ts';
import type { SomebodyElse } from './somebody-else.ts';
import type { Stage } from './stage.ts';

/** What the judge has to know of it to be fair. */
export type Disturbances = {
  filtersChangedMs: number;
  somebodyActed: boolean;
};

export type StrikeDeps = {
  readonly stage: Stage;
  readonly lives: Lives;
  readonly network: VirtualNetwork;
  readonly somebody: SomebodyElse;
  readonly disturbances: Disturbances;
};

const CLOCK_WRONG_MS = 4_000;
const APPENDS_OR_SENDS_MAX = 25;

/** Puts every planned moment into the world's time. */
export function planStrikes(deps: StrikeDeps): void {
  const { base, faults } = deps.stage;
  for (const fault of faults.schedule.faults)
    if (isMoment(fault.kind)) base.after(fault.fromMs, () => strike(deps, fault));
}

function strike(deps: StrikeDeps, fault: PlannedFault): void {
  const { stage, lives } = deps;
  if (fault.kind === 'process.kill') {
    lives.kill(fault);
    return;
  }
  if (fault.kind === 'process.killAtPoint') {
    // Counted when it is reached.
    const draw = stage.random.fork(`point ${fault.fromMs}`);
    lives.points.arm(draw.pick(killPointNames), draw.between(1, APPENDS_OR_SENDS_MAX));
    return;
  }
  if (!carryOut(deps, fault)) return;
  stage.note('fault', `${fault.kind} ${fault.ms}`);
  stage.faults.count(fault.kind);
}

/** False when there was nothing to do it to. */
function carryOut(
  { stage, lives, network, somebody, disturbances }: StrikeDeps,
  fault: PlannedFault,
): boolean {
  const { base, market, settings } = stage;
  const life = lives.current();
  switch (fault.kind) {
    case 'process.stall':
      life?.process.stall(fault.ms);
      return life !== null;
    case 'store.full':
      life?.log.failNextAppend('before', 'log.full');
      return life !== null;
    case 'machine.clockJump':
      lives.machine.jumpWall(fault.ms);
      // Mostly somebody sets it right again; some machines stay wrong.
      if (fault.fromMs % 4 !== 0) base.after(CLOCK_WRONG_MS, () => lives.machine.jumpWall(-fault.ms));
      return true;
    case 'market.thinBook':
    case 'market.panic':
      market.setRegime(fault.kind === 'market.panic' ? 'panic' : thinned(settings.regime));
      base.after(fault.ms, () => market.setRegime(settings.regime));
      return true;
    case 'stream.cut':
      network.cut(fault.fromMs % 3 === 0 ? 'all' : 'one');
      return true;
    case 'stream.halfOpen':
      network.freeze();
      return true;
    default: {
      const done = somebody.act(fault.kind);
      if (done === null) return false;
      stage.note('elsewhere', `${fault.kind}: ${done}`);
      if (fault.kind === 'venue.filtersChange') disturbances.filtersChangedMs = base.monotonic();
      else disturbances.somebodyActed = true;
      return true;
    }
  }
}

/** Kinds that strike at a moment and are not the exchange's or the network's own affair. */
function isMoment(kind: FaultKind): boolean {
  if (kind === 'stream.cut' || kind === 'stream.halfOpen') return true;
  return kind !== 'venue.rejectsOrder' && (worldKinds as readonly string[]).includes(kind);
}
