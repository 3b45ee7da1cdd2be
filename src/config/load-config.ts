/**
 * Reads `config/tier-gates.yaml` and `config/trading-rules.yaml`, the only copies of the domain's
 * figures, and answers with checked rules or with every problem at once. Contradictory or unknown
 * settings never start (reliability: "contradictory configuration never starts").
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../core/result.ts';
import type { Rules, TierGates, TradingRules } from '../core/rules.ts';
import type { ConfigProblem } from './config-problem.ts';
import type { Reader } from './readers.ts';
import { tierGatesReader } from './tier-gates.ts';
import { tradingRulesReader } from './trading-rules.ts';
import { parseYaml } from './yaml-tree.ts';

export type ConfigFiles = { readonly tierGates: Uint8Array; readonly tradingRules: Uint8Array };

const names: { readonly [K in keyof ConfigFiles]: string } = {
  tierGates: 'tier-gates.yaml',
  tradingRules: 'trading-rules.yaml',
};

/** Reads and checks both files in `dir`; never throws. */
export function loadRules(dir: string): Result<Rules, ConfigProblem[]> {
  const problems: ConfigProblem[] = [];
  const tierGates = readBytes(dir, names.tierGates, problems);
  const tradingRules = readBytes(dir, names.tradingRules, problems);
  if (tierGates !== null && tradingRules !== null) return rulesFrom({ tierGates, tradingRules });
  if (tierGates !== null) read(names.tierGates, tierGates, tierGatesReader, problems);
  if (tradingRules !== null) read(names.tradingRules, tradingRules, tradingRulesReader, problems);
  return err(problems);
}

/** Checks the bytes of both files; the hash covers exactly these bytes. */
export function rulesFrom(files: ConfigFiles): Result<Rules, ConfigProblem[]> {
  const problems: ConfigProblem[] = [];
  const tierGates = read<TierGates>(names.tierGates, files.tierGates, tierGatesReader, problems);
  const trading = read<TradingRules>(names.tradingRules, files.tradingRules, tradingRulesReader, problems);
  if (tierGates !== undefined && trading !== undefined) checkTogether(tierGates, trading, problems);
  if (tierGates === undefined || trading === undefined || problems.length > 0) return err(problems);
  return ok({ tierGates, trading, configHash: hashOf(files) });
}

function read<T>(
  file: string,
  bytes: Uint8Array,
  reader: Reader<T>,
  problems: ConfigProblem[],
): T | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    problems.push({
      file,
      path: '',
      line: null,
      problem: 'is not UTF-8 text',
      allowed: 'UTF-8',
      nearest: null,
    });
    return undefined;
  }
  const tree = parseYaml(file, text, problems);
  return tree === null ? undefined : reader(tree, '', { file, problems });
}

/** What only shows when both files are seen. */
function checkTogether(tierGates: TierGates, trading: TradingRules, problems: ConfigProblem[]): void {
  for (const [tier, rules] of Object.entries(tierGates.tiers)) {
    if (rules.dailyLossMaxBps >= trading.risk.drawdownHaltBps) {
      problems.push({
        file: names.tierGates,
        path: `tiers.${tier}.dailyLossMaxBps`,
        line: null,
        nearest: null,
        problem: `is ${rules.dailyLossMaxBps} while the account halts at a drawdown of ${trading.risk.drawdownHaltBps}`,
        allowed: `less than drawdownHaltBps of ${names.tradingRules}`,
      });
    }
  }
}

function readBytes(dir: string, file: string, problems: ConfigProblem[]): Uint8Array | null {
  try {
    return readFileSync(join(dir, file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    problems.push({
      file,
      path: '',
      line: null,
      problem: `cannot be read in ${dir} (${code})`,
      allowed: null,
      nearest: null,
    });
    return null;
  }
}

/** SHA-256 over each file's name, length and bytes, in a fixed order. */
function hashOf(files: ConfigFiles): string {
  const hash = createHash('sha256');
  for (const key of ['tierGates', 'tradingRules'] as const) {
    hash.update(`${names[key]} ${files[key].length}\n`);
    hash.update(files[key]);
  }
  return hash.digest('hex');
}
