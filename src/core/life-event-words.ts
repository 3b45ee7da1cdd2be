/** Times in life, as they are said on screens. */
import { lifeEvents, type LifeEvent } from './vocabulary.ts';

export const lifeEventWords: Readonly<Record<LifeEvent, string>> = {
  illness: 'not well',
  sleep: 'short of sleep',
  grief: 'a loss in life',
  family: 'much going on at home',
  move: 'on the move or away from the usual desk',
  work: 'a heavy time at work',
  money: 'worries about money',
  joy: 'a time of great joy',
  other: 'a time unlike others',
};

/** The words of one as the log names it; a name that is not known stands for itself. */
export function lifeEventText(name: string): string {
  const known = lifeEvents.find((event) => event === name);
  return known === undefined ? name : lifeEventWords[known];
}
