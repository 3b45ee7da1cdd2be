// docs/rules.md names, for every domain rule, the test on each path. A row that names a test which does not exist
// proves nothing: every `file › name` of the table must be a test of that file, word for word (a part will do).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runAlone, type Report } from './report.ts';

const table = 'docs/rules.md';

/** A cell's references: `path/to/x.test.ts › part of the test's name`. */
const reference = /`([\w./-]+\.test\.tsx?) › ([^`]+)`/g;
/** Any mention of a test file in a cell, whole reference or not. */
const mention = /`([\w./-]+\.test\.tsx?)[^`]*`/g;

function problemsOfRow(root: string, cells: readonly string[], line: number): readonly string[] {
  const [rule = '', where = '', ...paths] = cells;
  const problems: string[] = [];
  const report = (what: string): void => void problems.push(`${table}:${line}: ${rule}: ${what}`);
  for (const [, file = ''] of where.matchAll(/`(src\/[\w./-]+)`/g))
    if (!existsSync(join(root, file))) report(`enforced in ${file}, which is not there`);
  const text = paths.join(' | ');
  const named = [...text.matchAll(reference)];
  if (named.length === 0) report('names no test');
  if ([...text.matchAll(mention)].length !== named.length)
    report('a test is named by its file alone: write `file › name`');
  for (const [, file = '', name = ''] of named) {
    const path = join(root, file);
    if (!existsSync(path)) report(`${file} is not there`);
    else if (
      !readFileSync(path, 'utf8').includes(name.replaceAll("'", "\\'")) &&
      !readFileSync(path, 'utf8').includes(name)
    )
      report(`${file} has no test called “${name}”`);
  }
  return problems;
}

/** Reads every row of every table in the document. */
export function checkRulesTable(root: string): Report {
  const path = join(root, table);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const problems: string[] = [];
  let read = 0;
  for (const [index, text] of lines.entries()) {
    const isRow = text.startsWith('| ') && !text.startsWith('| rule ') && !text.startsWith('|--');
    if (!isRow) continue;
    read += 1;
    const cells = text
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    problems.push(...problemsOfRow(root, cells, index + 1));
  }
  return { read, unit: 'rules', problems };
}

runAlone(import.meta, checkRulesTable);
