/**
 * A mood: how far a trader is from their own normal, by channel. Rates, times and sizes are shifts of the
 * logarithm (0 is normal, 0.69 is twice as much); shares are added to the trader's own share.
 */
export const channels = [
  'gap',
  'decision',
  'stake',
  'hold',
  'keyInterval',
  'errors',
  'previews',
  'abandonShare',
  'fastCancelShare',
  'amends',
  'views',
  'settings',
  'loosenShare',
  'sameSymbolShare',
  'lossSize',
  'stopSkippedShare',
  'addToLoserShare',
] as const;
export type Channel = (typeof channels)[number];
export type Mood = Readonly<Record<Channel, number>>;

export const calmMood: Mood = Object.fromEntries(channels.map((channel) => [channel, 0])) as Record<
  Channel,
  number
>;

/** A mood from the few channels that differ, each times `intensity` and the trader's own weight. */
export function moodOf(
  shifts: Readonly<Partial<Record<Channel, number>>>,
  intensity: number,
  weights: Mood,
): Mood {
  const mood: Record<Channel, number> = { ...calmMood };
  for (const [channel, shift] of Object.entries(shifts) as [Channel, number][])
    mood[channel] = shift * intensity * weights[channel];
  return mood;
}
