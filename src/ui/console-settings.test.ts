// Settings of the console: what is taken, and what is said of the rest.
import { expect, test } from 'vitest';
import { consoleSettings } from './console-settings.ts';

test.each<[string, Readonly<Record<string, string>>, string, number]>([
  ['nothing is asked', {}, 'UTC', 0],
  ['UTC by name', { GENESIS_TIME_ZONE: 'utc' }, 'UTC', 0],
  ['a zone', { GENESIS_TIME_ZONE: 'Asia/Tokyo' }, 'GMT+9', 0],
  ['a zone nobody knows', { GENESIS_TIME_ZONE: 'Mars/Base' }, 'UTC', 1],
  ['two themes', { GENESIS_THEME: 'light contrast' }, 'UTC', 0],
  ['a theme nobody knows', { GENESIS_THEME: 'Solarized' }, 'UTC', 1],
  ['both at once', { GENESIS_TIME_ZONE: 'CEST!', GENESIS_THEME: 'dark neon' }, 'UTC', 2],
])('%s', (_name, environment, label, problems) => {
  const settings = consoleSettings(environment);
  expect([settings.zone.label, settings.problems.length]).toEqual([label, problems]);
});

test('what is not known is named, and what holds instead', () => {
  expect(consoleSettings({ GENESIS_TIME_ZONE: 'Mars/Base' }).problems).toEqual([
    'GENESIS_TIME_ZONE is “Mars/Base”, which is no time zone: times are UTC. Try Europe/Zurich.',
  ]);
});
