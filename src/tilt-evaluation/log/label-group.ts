/**
 * What a label on `session.start` means for the summary. Labels are anybody's words, so they are read by
 * what they contain; the order below decides when several fit. Null: not counted (teaching sessions).
 */
import type { Group } from '../generator/archetypes.ts';

export type LabelMeaning = { readonly group: Group; readonly stressed: boolean };

/** Words that begin so: `stress` is stressed, stress, stressful. */
const calmWords = ['calm', 'normal', 'alert', 'control'];
const teachingWords = ['learn', 'teach', 'train', 'baseline', 'warm'];
const gamerWords = ['gam', 'conceal', 'hid', 'evad', 'mask'];

export function labelMeaning(label: string | null): LabelMeaning | null {
  if (label === null) return null;
  const words = label
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
  const has = (beginnings: readonly string[]): boolean =>
    words.some((word) => beginnings.some((beginning) => word.startsWith(beginning)));
  if (words.length === 0 || has(teachingWords)) return null;
  const stressed = has(['stress', 'volatile', 'panic']);
  if (has(gamerWords)) return { group: 'gamer', stressed };
  if (has(['strong', 'severe'])) return { group: 'strong', stressed };
  if (has(['moderate', 'mild', 'weak'])) return { group: 'moderate', stressed };
  const others = words.filter((word) => !/^(stress|volatile|panic|market|session|tilt$)/.test(word));
  if (has(calmWords) || (stressed && others.length === 0)) return { group: 'calm', stressed };
  return { group: 'unseen', stressed };
}
