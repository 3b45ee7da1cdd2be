// Who may import whom. Reads every import of src/ and tests/ and holds it against rooms.ts:
// rooms, tier folders, packages, and the spelling of specifiers.
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { runAlone, type Report } from './report.ts';
import { allowed, maySee, packageHomes, roomOf, tierDoor, tierOf, tiers } from './rooms.ts';
import { isTest, readSources, type Import, type Source } from './source.ts';

type Packages = { readonly production: ReadonlySet<string>; readonly all: ReadonlySet<string> };

function packagesOf(root: string): Packages {
  const path = join(root, 'package.json');
  const parsed = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, object>) : {};
  const production = Object.keys(parsed['dependencies'] ?? {});
  return {
    production: new Set(production),
    all: new Set([...production, ...Object.keys(parsed['devDependencies'] ?? {})]),
  };
}

const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

function ofPackage(source: Source, specifier: string, packages: Packages): string | null {
  const test = isTest(source.path);
  const inside = source.path.startsWith('src/') ? source.path.slice('src/'.length) : null;
  const room = inside === null || test ? null : roomOf(inside);
  const pure = room !== null && room.pure && !source.path.endsWith('/service.ts');
  if (isBuiltin(specifier)) {
    if (!specifier.startsWith('node:')) return `write "node:${specifier}"`;
    return pure ? `${room.at} is pure: take what ${specifier} gives through a port` : null;
  }
  const name = packageName(specifier);
  if (!packages.all.has(name)) return `${name} is not in package.json`;
  if (test || inside === null) return null;
  if (pure) return `${room.at} is pure: it may not use the package ${name}`;
  if (!packages.production.has(name)) return `${name} is a development package`;
  const homes = packageHomes[name];
  if (homes !== undefined && !homes.some((home) => inside === home || inside.startsWith(`${home}/`))) {
    return `${name} belongs to ${homes.join(', ')}`;
  }
  return null;
}

function ofTier(from: string, to: string, kind: Import['kind']): string | null {
  const target = tierOf(to);
  if (target === null) return null;
  const source = tierOf(from);
  if (source !== null && source.root === target.root) {
    if (source.rank >= target.rank) return null;
    return `a ${tiers[source.rank] ?? ''} folder may not look up into ${to}`;
  }
  if (from === tierDoor && (kind === 'dynamic' || kind === 'typeof')) return null;
  return `tier folders open only through import() in src/${tierDoor}`;
}

function ofFile(
  source: Source,
  specifier: string,
  kind: Import['kind'],
  known: ReadonlySet<string>,
): string | null {
  const target = posix.normalize(posix.join(posix.dirname(source.path), specifier));
  if (!known.has(target)) {
    if (/\.tsx?$/.test(specifier)) return 'there is no such file';
    if (/\.(json|node|wasm)$/.test(specifier) && isTest(source.path)) return null;
    return 'relative imports name a .ts or .tsx file';
  }
  if (!source.path.startsWith('src/')) return null;
  if (isTest(source.path)) return null;
  if (!target.startsWith('src/')) return 'the program may not import from outside src/';
  if (isTest(target)) return 'the program may not import a test';
  const from = source.path.slice('src/'.length);
  const to = target.slice('src/'.length);
  const tierProblem = ofTier(from, to, kind);
  if (tierProblem !== null) return tierProblem;
  if (from === tierDoor && tierOf(to) !== null) return null;
  return maySee(from, to) ? null : `${roomOf(from)?.at ?? from} may not see ${roomOf(to)?.at ?? to}`;
}

function problemOf(
  source: Source,
  item: Import,
  known: ReadonlySet<string>,
  packages: Packages,
): string | null {
  const { specifier } = item;
  if (specifier === null) {
    return isTest(source.path) ? null : 'a computed import() cannot be checked: name the file';
  }
  const exception = `${source.path.replace(/^src\//, '')} -> ${specifier}`;
  if (Object.hasOwn(allowed, exception)) return null;
  if (specifier.startsWith('.')) return ofFile(source, specifier, item.kind, known);
  return ofPackage(source, specifier, packages);
}

/** Holds every import under root against the house rules. */
export function checkImports(root: string): Report {
  const sources = readSources(root, ['src', 'tests', 'scripts']);
  const known = new Set(sources.map((source) => source.path));
  const packages = packagesOf(root);
  const problems: string[] = [];
  let read = 0;
  for (const source of sources) {
    if (source.path.startsWith('scripts/')) continue;
    if (source.path.startsWith('src/') && !isTest(source.path) && roomOf(source.path.slice(4)) === null) {
      problems.push(
        `${source.path}: stands in no room; move it, or give the room a line in scripts/rooms.ts`,
      );
    }
    for (const item of source.imports) {
      read += 1;
      const problem = problemOf(source, item, known, packages);
      if (problem !== null) {
        problems.push(`${source.path}:${item.line}: "${item.specifier ?? '(computed)'}": ${problem}`);
      }
    }
  }
  return { read, unit: 'imports', problems };
}

runAlone(import.meta, checkImports);
