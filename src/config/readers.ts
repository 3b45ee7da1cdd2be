/**
 * Small readers that turn a YAML node into a typed, checked value. A reader never throws and never
 * stops at the first fault: it adds every problem it finds and returns undefined when it has no
 * value. Written by hand because a schema library costs a twentieth of the start-up budget.
 */
import { formatFixed, parseFixed, type Notional } from '../core/money.ts';
import { nearestWord } from '../core/nearest.ts';
import type { ConfigProblem } from './config-problem.ts';
import { join, type YamlNode } from './yaml-tree.ts';

export type ReadContext = { readonly file: string; readonly problems: ConfigProblem[] };

export type Reader<T> = (node: YamlNode, path: string, context: ReadContext) => T | undefined;

/** Adds one problem at a node and returns undefined, so that a reader can end with it. */
export function report(
  context: ReadContext,
  node: YamlNode,
  path: string,
  problem: string,
  allowed: string | null = null,
  nearest: string | null = null,
): undefined {
  if (node.kind !== 'refused')
    context.problems.push({ file: context.file, path, line: node.line, problem, allowed, nearest });
  return undefined;
}

function shown(node: YamlNode): string {
  if (node.kind === 'map') return 'is a map';
  if (node.kind === 'list') return 'is a list';
  if (node.kind === 'refused') return 'cannot be read';
  if (node.value === null) return 'is empty';
  const text = typeof node.value === 'string' ? JSON.stringify(node.value.slice(0, 60)) : String(node.value);
  return `is ${text}`;
}

export type Range = { readonly min: number; readonly max: number; readonly unit?: string };

function rangeText(kind: string, range: Range): string {
  return `${kind} from ${range.min} to ${range.max}${range.unit === undefined ? '' : ` ${range.unit}`}`;
}

/** A whole number within the range. */
export function whole(range: Range): Reader<number> {
  return (node, path, context) => {
    const value = node.kind === 'scalar' && !node.quoted ? node.value : null;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= range.min && value <= range.max)
      return value;
    return report(context, node, path, shown(node), rangeText('a whole number', range));
  };
}

/** A finite number within the range. */
export function decimal(range: Range): Reader<number> {
  return (node, path, context) => {
    const value = node.kind === 'scalar' && !node.quoted ? node.value : null;
    if (typeof value === 'number' && Number.isFinite(value) && value >= range.min && value <= range.max)
      return value;
    return report(context, node, path, shown(node), rangeText('a number', range));
  };
}

/** An amount as a quoted decimal, read exactly (invariant 19); bounds inclusive. */
export function amount(range: { readonly min: Notional; readonly max: Notional }): Reader<Notional> {
  const allowed = `a quoted decimal from "${formatFixed(range.min)}" to "${formatFixed(range.max)}", at most 8 places`;
  return (node, path, context) => {
    if (node.kind !== 'scalar') return report(context, node, path, shown(node), allowed);
    if (typeof node.value === 'number')
      return report(context, node, path, `${shown(node)}, without quotes`, allowed);
    if (typeof node.value !== 'string' || !node.quoted)
      return report(context, node, path, shown(node), allowed);
    const parsed = parseFixed<Notional>(node.value);
    if (!parsed.ok || parsed.value < range.min || parsed.value > range.max)
      return report(context, node, path, shown(node), allowed);
    return parsed.value;
  };
}

/** One of a closed list of words. */
export function word<W extends string>(words: readonly W[]): Reader<W> {
  return (node, path, context) => {
    const value = node.kind === 'scalar' ? node.value : null;
    const known = words.find((candidate) => candidate === value);
    if (known !== undefined) return known;
    const nearest = typeof value === 'string' ? nearestWord(value, words) : null;
    return report(context, node, path, shown(node), `one of ${words.join(', ')}`, nearest);
  };
}

/** A pair as the exchange writes it. */
export const symbol: Reader<string> = (node, path, context) => {
  const value = node.kind === 'scalar' ? node.value : null;
  return typeof value === 'string' && /^[A-Z0-9]{5,20}$/.test(value)
    ? value
    : report(context, node, path, shown(node), 'a pair as the exchange writes it, such as BTCUSDT');
};

/** The value, or null where the file says `null`. */
export function orNull<T>(reader: Reader<T>): Reader<T | null> {
  return (node, path, context) =>
    node.kind === 'scalar' && node.value === null ? null : reader(node, path, context);
}

export type ListRules = { readonly min: number; readonly max: number; readonly distinct?: boolean };

/** A list whose every item the reader takes. */
export function list<T>(item: Reader<T>, rules: ListRules): Reader<readonly T[]> {
  return (node, path, context) => {
    const allowed = `a list of ${rules.min} to ${rules.max} items`;
    if (node.kind !== 'list') return report(context, node, path, shown(node), allowed);
    const before = context.problems.length;
    if (node.items.length < rules.min || node.items.length > rules.max) {
      report(context, node, path, `has ${node.items.length} items`, allowed);
    }
    const values: T[] = [];
    for (const [index, child] of node.items.entries()) {
      const at = `${path}[${index}]`;
      const value = item(child, at, context);
      if (value === undefined) continue;
      if (rules.distinct === true && values.includes(value))
        report(context, child, at, `${shown(child)} a second time`, 'each item once');
      values.push(value);
    }
    return context.problems.length === before && !node.items.some((child) => child.kind === 'refused')
      ? values
      : undefined;
  };
}

/** Looks at what could be read of a map, whole or not, and reports values that contradict each other. */
export type CrossCheck<T> = (
  read: Partial<T>,
  problem: (key: keyof T & string, problem: string, allowed: string) => void,
) => void;

/** A map with exactly these keys: missing and unknown ones are problems, with the nearest known key. */
export function record<T>(
  fields: { readonly [K in keyof T]-?: Reader<T[K]> },
  check?: CrossCheck<T>,
): Reader<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  const known = new Set<string>(names);
  return (node, path, context) => {
    if (node.kind !== 'map')
      return report(context, node, path, shown(node), `a map with ${names.join(', ')}`);
    const missing = names.filter((name) => !node.entries.has(name));
    let complete = missing.length === 0;
    for (const [key, child] of node.entries) {
      if (known.has(key)) continue;
      complete = false;
      report(
        context,
        child.kind === 'refused' ? node : child,
        join(path, key),
        'is not a setting',
        null,
        nearestWord(key, missing) ?? nearestWord(key, names),
      );
    }
    for (const name of missing) report(context, node, join(path, name), 'is missing');
    const value: Partial<T> = {};
    for (const name of names) {
      const child = node.entries.get(name);
      if (child === undefined) continue;
      const read = fields[name](child, join(path, name), context);
      if (read === undefined) complete = false;
      else value[name] = read;
    }
    check?.(value, (key, problem, allowed) => {
      complete = false;
      report(context, node.entries.get(key) ?? node, join(path, key), problem, allowed);
    });
    return complete ? (value as T) : undefined;
  };
}

/** Reports every neighbour pair of these keys whose values do not rise (or, with `orEqual`, fall). */
export function checkAscending<T>(
  read: Partial<T>,
  problem: (key: keyof T & string, problem: string, allowed: string) => void,
  keys: readonly (keyof T & string)[],
  orEqual: boolean,
): void {
  for (const [index, key] of keys.entries()) {
    const below = keys[index - 1];
    if (below === undefined) continue;
    const low = read[below];
    const high = read[key];
    if (low === undefined || low === null || high === undefined || high === null) continue;
    if (low < high || (orEqual && low === high)) continue;
    problem(
      key,
      `is ${plain(high)} while ${below} is ${plain(low)}`,
      `${orEqual ? 'at least' : 'more than'} ${below}`,
    );
  }
}

/** A number or an amount as text for a person. */
export function plain(value: unknown): string {
  return typeof value === 'bigint' ? formatFixed(value) : String(value);
}

/** True when each item is above the one before. */
export function isRising(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value > (values[index - 1] ?? value));
}
