// Reads TypeScript sources for the house-rule checks: text, syntax tree, comments and imports.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';

/** A syntax tree node, as far as the checks care. */
export type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<
  Record<string, unknown>
>;

export type Comment = { readonly value: string; readonly start: number; readonly end: number };

export type Import = {
  /** What stands between the quotes; null when it is computed and cannot be known. */
  readonly specifier: string | null;
  readonly kind: 'static' | 'type' | 'dynamic' | 'typeof';
  readonly line: number;
};

export type Source = {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly comments: readonly Comment[];
  readonly imports: readonly Import[];
};

/** The planted mistakes that the checks are tested on. */
const skipped: ReadonlySet<string> = new Set(['scripts/fixtures']);

/** Relative paths of all .ts and .tsx files under the given folders, sorted; absent folders are empty. */
export function listSources(root: string, folders: readonly string[]): readonly string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!skipped.has(path)) visit(path);
      } else if (/\.tsx?$/.test(entry.name)) found.push(path);
    }
  };
  for (const folder of folders) if (existsSync(join(root, folder))) visit(folder);
  return found.sort();
}

/** True for files that exist for tests only: they may use anything. */
export function isTest(path: string): boolean {
  return path.startsWith('tests/') || /\.(test|types)\.tsx?$/.test(path);
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** Calls visit for every node, parents first. */
export function walk(node: Node, visit: (node: Node, parent: Node | null, key: string) => void): void {
  const step = (current: Node, parent: Node | null, key: string): void => {
    visit(current, parent, key);
    for (const [name, value] of Object.entries(current)) {
      if (Array.isArray(value)) {
        for (const child of value as readonly unknown[]) if (isNode(child)) step(child, current, name);
      } else if (isNode(value)) step(value, current, name);
    }
  };
  step(node, null, '');
}

export function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

function literal(value: unknown): string | null {
  return isNode(value) && value.type === 'Literal' && typeof value['value'] === 'string'
    ? value['value']
    : null;
}

function importsOf(program: Node, text: string): readonly Import[] {
  const imports: Import[] = [];
  walk(program, (node) => {
    const line = lineAt(text, node.start);
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ExportNamedDeclaration': {
        if (!isNode(node['source'])) return;
        const kind = node['importKind'] === 'type' || node['exportKind'] === 'type' ? 'type' : 'static';
        imports.push({ specifier: literal(node['source']), kind, line });
        return;
      }
      case 'ImportExpression':
        imports.push({ specifier: literal(node['source']), kind: 'dynamic', line });
        return;
      case 'TSImportType':
        imports.push({ specifier: literal(node['source']), kind: 'typeof', line });
        return;
      default:
    }
  });
  return imports;
}

/** Reads and parses one file. Throws when it is not valid TypeScript. */
function readSource(root: string, path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  const parsed = parseSync(path, text);
  const fault = parsed.errors[0];
  if (fault !== undefined) throw new Error(`${path}: ${fault.message}`);
  const program = parsed.program as unknown as Node;
  return { path, text, program, comments: parsed.comments, imports: importsOf(program, text) };
}

/** All sources under the given folders. */
export function readSources(root: string, folders: readonly string[]): readonly Source[] {
  return listSources(root, folders).map((path) => readSource(root, path));
}
