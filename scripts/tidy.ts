// House rules about single files, as a program. Each rule names what to do instead, and each has
// a failing example under scripts/fixtures/tidy/<rule>.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { longFiles } from './long-files.ts';
import { runAlone, type Report } from './report.ts';
import { isNode, isTest, lineAt, readSources, walk, type Node, type Source } from './source.ts';

type Found = { readonly offset: number; readonly what: string };
export type Rule = {
  readonly name: string;
  readonly instead: string;
  readonly applies: (source: Source) => boolean;
  readonly find: (source: Source) => readonly Found[];
};

export const lineLimit = 400;

const inProgram = (source: Source): boolean => source.path.startsWith('src/') && !isTest(source.path);
const everywhere = (): boolean => true;

function nodes(source: Source, match: (node: Node, parent: Node | null) => string | null): readonly Found[] {
  const found: Found[] = [];
  walk(source.program, (node, parent) => {
    const what = match(node, parent);
    if (what !== null) found.push({ offset: node.start, what });
  });
  return found;
}

const textOf = (source: Source, node: unknown): string =>
  isNode(node) ? source.text.slice(node.start, node.end) : '';

const moneyWord = /price|quantity|qty|notional|amount|balance|money|fee|pnl|usdt|equity|proceeds|cost/i;
const testMarks =
  /^(?:(?:describe|it|test|suite|bench)\.(?:[a-z]+\.)*(?:only|skip|todo)|[xf](?:describe|it|test))$/;

const rules: readonly Rule[] = [
  {
    name: 'no-marks',
    instead: 'do it now, or open an issue',
    applies: everywhere,
    find: ({ comments }) =>
      comments
        .filter(({ value }) => /\b(?:TODO|FIXME|HACK|XXX)\b/.test(value))
        .map(({ start, value }) => ({ offset: start, what: value.trim().slice(0, 60) })),
  },
  {
    name: 'no-test-marks',
    instead: 'run every test, or delete it',
    applies: ({ path }) => isTest(path),
    find: (source) =>
      nodes(source, (node, parent) => {
        const called = parent?.type === 'CallExpression' && parent['callee'] === node;
        const text = called || node.type === 'MemberExpression' ? textOf(source, node) : '';
        return testMarks.test(text) ? text : null;
      }),
  },
  {
    name: 'no-float-money',
    instead: 'parse amounts with core/money.ts; cross to number only with its one named function',
    applies: (source) =>
      inProgram(source) &&
      /^src\/(core|engine|data)\//.test(source.path) &&
      source.path !== 'src/core/money.ts',
    find: (source) =>
      nodes(source, (node) => {
        const text = textOf(source, node);
        if (node.type === 'CallExpression') {
          const callee = textOf(source, node['callee']).replace(/^(Number|globalThis)\./, '');
          if (callee === 'parseFloat') return text;
          const given = Array.isArray(node['arguments']) ? textOf(source, node['arguments'][0]) : '';
          return callee === 'Number' && moneyWord.test(given) ? text : null;
        }
        return node.type === 'UnaryExpression' && node['operator'] === '+' && moneyWord.test(text)
          ? text
          : null;
      }),
  },
  {
    name: 'no-enum',
    instead: 'an "as const" list and a union derived from it',
    applies: everywhere,
    find: (source) => nodes(source, (node) => (node.type === 'TSEnumDeclaration' ? 'enum' : null)),
  },
  {
    name: 'no-default-export',
    instead: 'export by name',
    // Vitest and knip find a reporter by its default export.
    applies: ({ path }) => path !== 'scripts/count-reporter.ts' && path !== 'scripts/knip-count.ts',
    find: (source) =>
      nodes(source, (node) => (node.type === 'ExportDefaultDeclaration' ? 'export default' : null)),
  },
  {
    name: 'no-barrels',
    instead: 'import from the file that defines the name',
    applies: inProgram,
    find: ({ path, program }) => {
      if (/^index\.tsx?$/.test(basename(path))) return [{ offset: 0, what: 'a file named index' }];
      const body = (Array.isArray(program['body']) ? program['body'] : []) as readonly Node[];
      const onlyPasses =
        body.length > 0 && body.every((node) => node.type.startsWith('Export') && isNode(node['source']));
      return onlyPasses ? [{ offset: 0, what: 'a file that only passes on exports' }] : [];
    },
  },
  {
    name: 'no-console',
    instead: 'log through the logger port; only commands and scripts print',
    applies: (source) => inProgram(source) && !source.path.startsWith('src/cli/'),
    find: (source) =>
      nodes(source, (node) => {
        const text = node.type === 'MemberExpression' ? textOf(source, node) : '';
        return /^console\.\w+$/.test(text) ? text : null;
      }),
  },
  {
    name: 'kebab-case',
    instead: 'name the file after its main export, in kebab-case',
    applies: everywhere,
    find: ({ path }) => {
      const bad = path.split('/').find((part) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*$/.test(part));
      return bad === undefined ? [] : [{ offset: 0, what: bad }];
    },
  },
  {
    name: 'file-header',
    instead: 'start with a comment: what the file owns, which invariants, where its rules come from',
    applies: inProgram,
    find: ({ text, comments }) => {
      const first = /\S/.exec(text.replace(/^#!.*\n/, (line) => ' '.repeat(line.length)))?.index ?? 0;
      return comments.some((comment) => comment.start === first && comment.value.trim().length > 0)
        ? []
        : [{ offset: first, what: 'no header' }];
    },
  },
  {
    name: 'line-limit',
    instead: `look for the hidden noun and split; if the file must be long, say why in scripts/long-files.ts`,
    applies: (source) =>
      (inProgram(source) || source.path.startsWith('scripts/')) && !(source.path in longFiles),
    find: ({ text }) => {
      const lines = text.trimEnd().split('\n').length;
      return lines > lineLimit ? [{ offset: 0, what: `${lines} lines, the limit is ${lineLimit}` }] : [];
    },
  },
];

/** The names of all rules about single files. */
export const ruleNames: readonly string[] = rules.map((rule) => rule.name);

function problemsIn(source: Source): readonly string[] {
  return rules
    .filter((rule) => rule.applies(source))
    .flatMap((rule) =>
      rule
        .find(source)
        .map(
          ({ offset, what }) =>
            `${source.path}:${lineAt(source.text, offset)}: [${rule.name}] ${what}: ${rule.instead}`,
        ),
    );
}

/** Entries of long-files.ts that no longer excuse anything. */
export function staleLongFiles(
  listed: Readonly<Record<string, string>>,
  sources: readonly Source[],
): readonly string[] {
  return Object.keys(listed)
    .filter((path) => {
      const source = sources.find((candidate) => candidate.path === path);
      return source === undefined || source.text.trimEnd().split('\n').length <= lineLimit;
    })
    .map(
      (path) => `scripts/long-files.ts: ${path} is no longer over ${lineLimit} lines; take it off the list`,
    );
}

const exactVersion = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** Every package has an exact version and a line in docs/dependencies.md that says why it is here. */
export function packageProblems(root: string): readonly string[] {
  const path = join(root, 'package.json');
  if (!existsSync(path)) return ['package.json: not found'];
  const parsed = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, string> | undefined>;
  const packages = { ...parsed['dependencies'], ...parsed['devDependencies'] };
  const reasonsPath = join(root, 'docs/dependencies.md');
  const reasons = existsSync(reasonsPath) ? readFileSync(reasonsPath, 'utf8') : '';
  const explained = new Set([...reasons.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? ''));
  const problems: string[] = [];
  for (const [name, version] of Object.entries(packages)) {
    if (!exactVersion.test(version))
      problems.push(`package.json: [exact-version] ${name} is "${version}": pin it`);
    if (!explained.delete(name)) {
      problems.push(
        `package.json: [dependency-reason] ${name} has no line in docs/dependencies.md: say why it is here`,
      );
    }
  }
  for (const name of explained) {
    problems.push(
      `docs/dependencies.md: [dependency-reason] ${name} is not in package.json: take the line out`,
    );
  }
  const lock = join(root, 'package-lock.json');
  if (existsSync(lock) && /"resolved": "https?:/.test(readFileSync(lock, 'utf8'))) {
    problems.push(
      'package-lock.json: [no-registry] names a registry: install with the .npmrc of this project',
    );
  }
  return problems;
}

/** Holds every source file, and the package list, against the house rules. */
export function checkTidy(root: string): Report {
  const sources = readSources(root, ['src', 'tests', 'scripts']);
  return {
    read: sources.length,
    unit: 'files',
    problems: [
      ...sources.flatMap(problemsIn),
      ...staleLongFiles(longFiles, sources),
      ...packageProblems(root),
    ],
  };
}

runAlone(import.meta, checkTidy);
