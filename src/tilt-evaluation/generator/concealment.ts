/**
 * How a gamer hides the chase: part of the change in pace, decision time and stake is suppressed, and on top
 * comes one trick: a pace kept at the usual median, orders split to the usual size, random filler activity, or a
 * script whose timing is too regular.
 */
import type { ArchetypeName } from './archetypes.ts';
import type { Draws } from './draws.ts';
import type { Mood } from './mood.ts';

export type Trick = 'masked' | 'split' | 'filler' | 'scripted';

export type Concealment = {
  readonly trick: Trick;
  /** Share of the change that does not show. */
  readonly hidden: number;
  readonly parts: number;
};

const tricks: Readonly<Partial<Record<ArchetypeName, Trick>>> = {
  'gamer.masked': 'masked',
  'gamer.split': 'split',
  'gamer.filler': 'filler',
  'gamer.scripted': 'scripted',
};

export function drawConcealment(name: ArchetypeName, draws: Draws): Concealment | null {
  const trick = tricks[name];
  if (trick === undefined) return null;
  return { trick, hidden: draws.uniform(0.4, 0.85), parts: draws.random.between(2, 5) };
}

export function concealed(mood: Mood, concealment: Concealment): Mood {
  const shown = 1 - concealment.hidden;
  return {
    ...mood,
    gap: mood.gap * shown,
    // A delay before confirming is easily feigned.
    decision: mood.decision * shown * 0.3,
    // Split orders keep the whole raise; each part looks usual.
    stake: concealment.trick === 'split' ? mood.stake : mood.stake * shown,
  };
}
