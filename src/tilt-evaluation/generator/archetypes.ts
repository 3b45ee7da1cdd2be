/**
 * The kinds of session the generator knows, the group each is reported in, and which of them may be seen
 * while a detector is tuned. What is held out for the report: every archetype of the group "unseen", and the
 * gamers who play random filler or a script.
 */
export const archetypeNames = [
  'calm',
  'chase.strong',
  'chase.moderate',
  'escalation.strong',
  'escalation.moderate',
  'paralysis',
  'euphoria',
  'stopMoving',
  'tired',
  'averagingDown',
  'boredom',
  'gamer.masked',
  'gamer.split',
  'gamer.filler',
  'gamer.scripted',
] as const;
export type ArchetypeName = (typeof archetypeNames)[number];

export const groups = ['calm', 'strong', 'moderate', 'unseen', 'gamer'] as const;
export type Group = (typeof groups)[number];
export type TiltGroup = Exclude<Group, 'calm'>;
export const tiltGroups: readonly TiltGroup[] = ['strong', 'moderate', 'unseen', 'gamer'];

export const splits = ['tune', 'report'] as const;
export type Split = (typeof splits)[number];

/** When the drift may begin: after a loss, after a win, or at any time. */
export type Onset = 'loss' | 'win' | 'anyTime';

export type Archetype = {
  readonly name: ArchetypeName;
  readonly group: Group;
  /** May be seen while tuning. */
  readonly tune: boolean;
  readonly onset: Onset;
  readonly intensity: readonly [number, number];
  /** Trades until the drift is whole. */
  readonly ramp: readonly [number, number];
};

const strong = { intensity: [0.8, 1.25], ramp: [1, 2] } as const;
const moderate = { intensity: [0.38, 0.65], ramp: [1, 4] } as const;
const drifting = { intensity: [0.6, 1.2], ramp: [1, 6] } as const;

const table: Readonly<Record<ArchetypeName, Omit<Archetype, 'name'>>> = {
  calm: { group: 'calm', tune: true, onset: 'anyTime', intensity: [0, 0], ramp: [1, 1] },
  'chase.strong': { group: 'strong', tune: true, onset: 'loss', ...strong },
  'chase.moderate': { group: 'moderate', tune: true, onset: 'loss', ...moderate },
  'escalation.strong': { group: 'strong', tune: true, onset: 'loss', ...strong },
  'escalation.moderate': { group: 'moderate', tune: true, onset: 'loss', ...moderate },
  paralysis: { group: 'unseen', tune: false, onset: 'loss', ...drifting },
  euphoria: { group: 'unseen', tune: false, onset: 'win', ...drifting },
  stopMoving: { group: 'unseen', tune: false, onset: 'loss', ...drifting },
  tired: { group: 'unseen', tune: false, onset: 'anyTime', ...drifting },
  averagingDown: { group: 'unseen', tune: false, onset: 'loss', ...drifting },
  boredom: { group: 'unseen', tune: false, onset: 'anyTime', ...drifting },
  'gamer.masked': { group: 'gamer', tune: true, onset: 'loss', ...strong },
  'gamer.split': { group: 'gamer', tune: true, onset: 'loss', ...strong },
  'gamer.filler': { group: 'gamer', tune: false, onset: 'loss', ...strong },
  'gamer.scripted': { group: 'gamer', tune: false, onset: 'loss', ...strong },
};

export function archetypeOf(name: ArchetypeName): Archetype {
  return { name, ...table[name] };
}

/** The archetypes of a group that this split may draw from; none for "unseen" while tuning. */
export function archetypesFor(group: Group, split: Split): readonly ArchetypeName[] {
  return archetypeNames.filter(
    (name) => table[name].group === group && (split === 'report' || table[name].tune),
  );
}
