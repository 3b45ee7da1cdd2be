import { expect, test } from 'vitest';
import { commands } from './command-table.ts';

test.each(Object.keys(commands))('genesis %s --help says what it does, with examples', async (name) => {
  const command = await commands[name]?.load();
  let shown = '';
  command?.configureOutput({ writeOut: (text) => (shown += text) }).outputHelp();
  expect(shown).toMatch(/Usage:[\s\S]*Options:/);
  expect(shown).toMatch(/Examples?:/);
});
