/**
 * YAML text to a small tree with line numbers. Strict on purpose: plain maps, lists and scalars
 * only. Anchors, aliases, tags, merge keys, duplicate keys and further documents are refused, and
 * keys live in a `Map`, so that `__proto__` is a key like any other (and later an unknown one).
 */
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import type { ConfigProblem } from './config-problem.ts';

export type YamlNode =
  | { readonly kind: 'map'; readonly line: number; readonly entries: ReadonlyMap<string, YamlNode> }
  | { readonly kind: 'list'; readonly line: number; readonly items: readonly YamlNode[] }
  | {
      readonly kind: 'scalar';
      readonly line: number;
      readonly value: string | number | boolean | null;
      readonly quoted: boolean;
    }
  /** Something this reader does not take; its problem has been reported already. */
  | { readonly kind: 'refused'; readonly line: number };

/** Far above any real file; a larger one is refused unread. */
const CHARACTERS_MAX = 256 * 1024;
const DEPTH_MAX = 8;

/** Reads one document. Adds what is wrong to `problems`; null when there is no tree to go on with. */
export function parseYaml(file: string, text: string, problems: ConfigProblem[]): YamlNode | null {
  const report = (
    line: number | null,
    path: string,
    problem: string,
    allowed: string | null = null,
  ): void => {
    problems.push({ file, path, line, problem, allowed, nearest: null });
  };
  if (text.length > CHARACTERS_MAX) {
    report(null, '', `holds ${text.length} characters`, `at most ${CHARACTERS_MAX}`);
    return null;
  }
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
    merge: false,
    prettyErrors: false,
    logLevel: 'silent',
    lineCounter: lines,
  });
  if (!Array.isArray(documents)) {
    report(null, '', 'is empty');
    return null;
  }
  const faults = documents.flatMap((each) => [...each.errors, ...each.warnings]);
  for (const fault of faults) {
    report(lines.linePos(fault.pos[0]).line, '', `is not YAML we read: ${fault.message}`);
    // After a broken line the parser is guessing; what it says next would mislead.
    if (fault.code !== 'DUPLICATE_KEY') break;
  }
  if (faults.length > 0) return null;
  const [document, second] = documents;
  if (second !== undefined)
    report(lines.linePos(second.range[0]).line, '', 'holds a second document', 'one document');
  if (document === undefined || document.contents === null) {
    report(null, '', 'is empty');
    return null;
  }

  const lineOf = (node: unknown): number =>
    isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1;

  function convert(node: unknown, path: string, depth: number): YamlNode {
    const line = lineOf(node);
    const refuse = (problem: string, allowed: string): YamlNode => {
      report(line, path, problem, allowed);
      return { kind: 'refused', line };
    };
    if (isAlias(node)) return refuse('is an alias', 'the value itself');
    if (depth > DEPTH_MAX) return refuse('is nested too deeply', `at most ${DEPTH_MAX} levels`);
    if (isNode(node) && 'anchor' in node && node.anchor !== undefined)
      return refuse('carries an anchor', 'a plain value');
    if (isNode(node) && node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:'))
      return refuse(`carries the tag ${node.tag}`, 'a plain value');
    if (isMap(node)) {
      const entries = new Map<string, YamlNode>();
      for (const pair of node.items) {
        const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
        entries.set(
          key,
          pair.value === null
            ? { kind: 'scalar', line, value: null, quoted: false }
            : convert(pair.value, join(path, key), depth + 1),
        );
      }
      return { kind: 'map', line, entries };
    }
    if (isSeq(node))
      return {
        kind: 'list',
        line,
        items: node.items.map((item, index) => convert(item, `${path}[${index}]`, depth + 1)),
      };
    if (isScalar(node)) {
      const value: unknown = node.value;
      const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
      if (
        value === null ||
        typeof value === 'string' ||
        typeof value === 'number' ||
        typeof value === 'boolean'
      ) {
        return { kind: 'scalar', line, value, quoted };
      }
    }
    return refuse('is a kind of value we do not read', 'a number, text, a list or a map');
  }
  return convert(document.contents, '', 0);
}

/** `a` and `b` to `a.b`. */
export function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
