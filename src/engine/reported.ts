/** What a console tells is taken as it comes, but for figures that are no numbers: those are not known. */
import type { Behaviour } from '../core/commands.ts';
import type { Figures } from '../core/events.ts';

const known = (value: number | null | undefined): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** Figures that can be written down. */
export function soundFigures(figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, typeof value === 'number' ? known(value) : value]),
  );
}

/** How a line came about, as figures of its event. */
export function behaviourFigures(behaviour: Behaviour | null): Figures {
  return {
    decisionMs: known(behaviour?.decisionMs),
    keys: known(behaviour?.keys) ?? 0,
    corrections: known(behaviour?.corrections) ?? 0,
    pasted: behaviour?.pasted ?? false,
    afterLossMs: known(behaviour?.afterLossMs),
  };
}
