/** Reads a fault plan from JSON: every problem at once, unknown kinds and members refused. */
import { err, ok, type Result } from '../../core/result.ts';
import { faultKinds, type FaultPlan, type FaultRule } from './faults.ts';

type Check = (value: unknown) => boolean;
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isText: Check = (value) => typeof value === 'string' && value !== '';
const statuses = ['TRADING', 'BREAK', 'HALT', 'CANCEL_ONLY', 'END_OF_DAY'];

const members: Readonly<Record<keyof FaultRule, readonly [Check, string]>> = {
  kind: [(value) => (faultKinds as readonly unknown[]).includes(value), `one of ${faultKinds.join(', ')}`],
  probability: [(value) => typeof value === 'number' && value >= 0 && value <= 1, 'a number from 0 to 1'],
  from: [isNumber, 'milliseconds'],
  until: [isNumber, 'milliseconds'],
  at: [isNumber, 'milliseconds'],
  limit: [(value) => isNumber(value) && Number.isInteger(value), 'a whole number'],
  match: [isText, 'a text'],
  ms: [(value) => typeof value === 'number' && Number.isFinite(value), 'milliseconds'],
  symbol: [isText, 'a symbol'],
  status: [(value) => statuses.includes(value as string), `one of ${statuses.join(', ')}`],
  apiKey: [isText, 'an API key'],
};

export function readFaultPlan(text: string): Result<FaultPlan, readonly string[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return err([`it is not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return err(['it is not an object with "seed" and "rules"']);
  const { seed = 0, rules, ...others } = value as Record<string, unknown>;
  const problems = Object.keys(others).map((name) => `"${name}" is not known here`);
  if (!isNumber(seed) || !Number.isSafeInteger(seed)) problems.push('"seed" must be a whole number');
  if (!Array.isArray(rules)) return err([...problems, '"rules" must be a list']);
  for (const [index, rule] of (rules as readonly unknown[]).entries())
    problems.push(...problemsOf(rule, index));
  return problems.length > 0
    ? err(problems)
    : ok({ seed: seed as number, rules: rules as readonly FaultRule[] });
}

function problemsOf(rule: unknown, index: number): readonly string[] {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule))
    return [`rule ${index + 1} is not an object`];
  const problems = 'kind' in rule ? [] : [`rule ${index + 1} has no "kind"`];
  for (const [name, value] of Object.entries(rule)) {
    const member = Object.hasOwn(members, name) ? members[name as keyof FaultRule] : undefined;
    if (member === undefined) problems.push(`rule ${index + 1}: "${name}" is not known here`);
    else if (!member[0](value)) problems.push(`rule ${index + 1}: "${name}" must be ${member[1]}`);
  }
  return problems;
}
