// One definition of each thing: no two files of src/ share a block of 25 equal lines.
// Lines are compared without indentation; blank lines, comments and imports do not count.
import { runAlone, type Report } from './report.ts';
import { isTest, readSources, type Source } from './source.ts';

export const blockLines = 25;

type Line = { readonly text: string; readonly number: number };

function telling(source: Source): readonly Line[] {
  const ignored = (node: { readonly type: string }): boolean => node.type === 'ImportDeclaration';
  const body = (source.program['body'] ?? []) as readonly { type: string; start: number; end: number }[];
  let text = source.text;
  const blank = (start: number, end: number): void => {
    text = text.slice(0, start) + text.slice(start, end).replaceAll(/[^\n]/g, ' ') + text.slice(end);
  };
  for (const { start, end } of [...source.comments, ...body.filter(ignored)]) blank(start, end);
  return text
    .split('\n')
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter((line) => line.text !== '');
}

type Place = { readonly path: string; readonly index: number; readonly line: number };

/** Reports each maximal block once, at the later of its two places. */
export function checkCopies(root: string): Report {
  const sources = readSources(root, ['src']).filter((source) => !isTest(source.path));
  const linesOf = new Map(sources.map((source) => [source.path, telling(source)]));
  const first = new Map<string, Place>();
  const problems: string[] = [];
  for (const [path, lines] of linesOf) {
    let resumeAt = 0;
    for (let index = 0; index + blockLines <= lines.length; index += 1) {
      const key = lines
        .slice(index, index + blockLines)
        .map((line) => line.text)
        .join('\n');
      const place: Place = { path, index, line: lines[index]?.number ?? 0 };
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, place);
      else if (earlier.path !== path && index >= resumeAt) {
        const other = linesOf.get(earlier.path) ?? [];
        let length = blockLines;
        while (
          index + length < lines.length &&
          lines[index + length]?.text === other[earlier.index + length]?.text
        ) {
          length += 1;
        }
        resumeAt = index + length;
        problems.push(
          `${path}:${place.line}: ${length} lines equal those at ${earlier.path}:${earlier.line}: keep one definition`,
        );
      }
    }
  }
  return { read: sources.length, unit: 'files', problems };
}

runAlone(import.meta, checkCopies);
