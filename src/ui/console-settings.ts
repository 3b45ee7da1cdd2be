/**
 * What the environment asks of the console, read once when it opens. A setting that nobody knows never keeps the
 * console closed: it opens with the usual one and says so.
 */
import { terminalTraits, unknownThemes, type TerminalTraits } from './terminal/terminal-traits.ts';
import { timeZone } from './time-zone.ts';
import { utc, type Zone } from './view-model/zone.ts';

export type ConsoleSettings = {
  readonly traits: TerminalTraits;
  readonly zone: Zone;
  /** A sentence for each setting that could not be taken as it is. */
  readonly problems: readonly string[];
};

export function consoleSettings(environment: Readonly<Record<string, string | undefined>>): ConsoleSettings {
  const named = environment['GENESIS_TIME_ZONE'];
  const zone = timeZone(named);
  const themes = unknownThemes(environment);
  return {
    traits: terminalTraits(environment),
    zone: zone ?? utc,
    problems: [
      ...(zone === null
        ? [`GENESIS_TIME_ZONE is “${named ?? ''}”, which is no time zone: times are UTC. Try Europe/Zurich.`]
        : []),
      ...(themes.length > 0
        ? [`GENESIS_THEME has “${themes.join(' ')}”, which is no theme: dark, light and contrast are.`]
        : []),
    ],
  };
}
