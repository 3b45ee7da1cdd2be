// Pure rooms read no clock, no chance, no environment and no network, and never wait: those come
// through ports, or as events, which is what makes a replay equal to the first run.
import { runAlone, type Report } from './report.ts';
import { roomOf, tierDoor } from './rooms.ts';
import { isNode, isTest, lineAt, readSources, walk, type Node, type Source } from './source.ts';

const replacement: Readonly<Record<string, string>> = {
  Date: 'time arrives in the command',
  performance: 'time arrives in the command',
  process: 'settings arrive as values',
  fetch: 'requests go through a port',
  WebSocket: 'streams come through a port',
  EventSource: 'streams come through a port',
  crypto: 'ids and chance come through ports',
  console: 'say it with an event',
  setTimeout: 'use the timers port',
  setInterval: 'use the timers port',
  setImmediate: 'use the timers port',
  queueMicrotask: 'use the event bus',
  globalThis: 'take what is needed through a port',
  require: 'import it',
  Buffer: 'use Uint8Array',
};

/** Files that may write new Date(instant): turning a known instant into a calendar day reads no clock. */
const calendar: ReadonlySet<string> = new Set(['src/core/time.ts']);

const isName = (parent: Node | null, key: string): boolean =>
  parent !== null &&
  ((parent.type === 'MemberExpression' && key === 'property' && parent['computed'] !== true) ||
    (key === 'key' && parent['computed'] !== true) ||
    (parent.type === 'TSQualifiedName' && key === 'right') ||
    parent.type === 'ImportSpecifier' ||
    parent.type === 'ExportSpecifier');

/** The names a parameter or a declared pattern introduces. */
function boundNames(pattern: unknown): readonly string[] {
  if (Array.isArray(pattern)) return (pattern as readonly unknown[]).flatMap(boundNames);
  if (!isNode(pattern)) return [];
  switch (pattern.type) {
    case 'Identifier':
      return [String(pattern['name'])];
    case 'AssignmentPattern':
      return boundNames(pattern['left']);
    case 'RestElement':
      return boundNames(pattern['argument']);
    case 'ArrayPattern':
      return boundNames(pattern['elements']);
    case 'ObjectPattern':
      return boundNames(pattern['properties']);
    case 'Property':
      return boundNames(pattern['value']);
    default:
      return [];
  }
}

/** Names the file declares itself, anywhere: those are not the globals. */
function declaredNames(program: Node): ReadonlySet<string> {
  const names: string[] = [];
  walk(program, (node) => {
    if (node.type === 'VariableDeclarator') names.push(...boundNames(node['id']));
    if (node.type.includes('Function') || node.type.startsWith('TSMethodSignature')) {
      names.push(...boundNames(node['id']), ...boundNames(node['params']));
    }
    if (/^Import.*Specifier$/.test(node.type)) names.push(...boundNames(node['local']));
  });
  return new Set(names);
}

function problemsIn(source: Source): readonly string[] {
  const problems: string[] = [];
  const own = declaredNames(source.program);
  const report = (node: Node, message: string): void => {
    problems.push(`${source.path}:${lineAt(source.text, node.start)}: ${message}`);
  };
  walk(source.program, (node, parent, key) => {
    if (node.type === 'MemberExpression' && source.text.slice(node.start, node.end) === 'Math.random') {
      report(node, 'Math.random in a pure room: chance comes through the seeded port');
    }
    if (node.type === 'AwaitExpression' && source.path !== `src/${tierDoor}`) {
      report(node, 'await in a pure room: nothing in the core waits; answers come back as events');
    }
    if (node.type !== 'Identifier' || isName(parent, key)) return;
    const name = String(node['name']);
    const instead = Object.hasOwn(replacement, name) ? replacement[name] : undefined;
    if (instead === undefined || own.has(name)) return;
    if (name === 'Date' && calendar.has(source.path) && parent?.type === 'NewExpression') {
      const given = parent['arguments'];
      if (Array.isArray(given) && given.length > 0) return;
    }
    report(node, `${name} in a pure room: ${instead}`);
  });
  return problems;
}

/** Reads every pure file: domain folders without their service.ts and tests. */
export function checkPurity(root: string): Report {
  const pure = readSources(root, ['src']).filter(
    ({ path }) => !isTest(path) && !path.endsWith('/service.ts') && roomOf(path.slice(4))?.pure === true,
  );
  return { read: pure.length, unit: 'pure files', problems: pure.flatMap(problemsIn) };
}

runAlone(import.meta, checkPurity);
