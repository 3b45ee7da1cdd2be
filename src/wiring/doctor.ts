/**
 * What `genesis doctor` looks at, each as one finding in three parts: what is so, why it matters or
 * is all right, what to do. Looks only: it makes no folder, no key and no order (invariants 22, 29, 31).
 */
import { closeSync, existsSync, openSync, readSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeConfigProblem } from '../config/config-problem.ts';
import { readEnvironment } from '../config/environment.ts';
import { loadRules } from '../config/load-config.ts';
import { dataDirAt, type DataDir } from '../data/data-dir.ts';
import { createWireClient } from '../exchange/http/wire-client.ts';
import { examineExchange, type ExchangeSight } from '../exchange/key-examination.ts';
import type { ExchangeCredentials } from '../exchange/settings.ts';
import { joinExchange, publicEndpoints } from './exchange-link.ts';
import { packageRoot } from './package-root.ts';
import { createSystemTimers, REAL_PACE } from './system-ports.ts';

export type DoctorMode = 'paper' | 'testnet' | 'live';

export type Finding = {
  readonly check:
    'node' | 'config' | 'environment' | 'disk' | 'encryption' | 'clock' | 'limits' | 'keys' | 'exchange';
  readonly verdict: 'good' | 'warning' | 'refused';
  readonly what: string;
  readonly why: string;
  readonly next: string;
};

const NODE_OLDEST = [24, 12] as const;
const DISK_REFUSED = 200 * 1_048_576;
const DISK_WARNED = 1_024 * 1_048_576;
/** Past this no new risk is taken (invariant 22). */
const OFFSET_MAX_MS = 500;
/** What a database that is not encrypted begins with. */
const PLAIN_HEADER = 'SQLite format 3';

function good(check: Finding['check'], what: string): Finding {
  return { check, verdict: 'good', what, why: '', next: '' };
}

/** All findings for a mode, in a fixed order. Asks the exchange when there is one to ask. */
export async function examine(
  mode: DoctorMode,
  wantedDir: string | null,
  exchangeFile: string | null,
): Promise<readonly Finding[]> {
  const environment = readEnvironment(process.env, mode);
  const dir = dataDirAt(wantedDir ?? (environment.ok ? environment.value.dataDir : null) ?? '.genesis');
  const findings: Finding[] = [
    nodeFinding(process.versions.node),
    configFinding(join(packageRoot(), 'config')),
  ];
  if (environment.ok) findings.push(good('environment', 'The environment settings are readable.'));
  else
    for (const problem of environment.error)
      findings.push({
        check: 'environment',
        verdict: 'refused',
        what: describeConfigProblem(problem),
        why: 'An engine would not start with this, so that it never runs with other settings than meant.',
        next: 'Correct or unset the variable.',
      });
  findings.push(diskFinding(freeBytes(dir.root)), ...encryptionFindings(dir));
  const keys = environment.ok ? environment.value.exchangeKeys : null;
  if (mode === 'paper') return [...findings, ...(await examinePaper(dir, exchangeFile))];
  if (keys === null) return findings;
  const credentials = { apiKey: keys.apiKey.reveal(), secret: keys.secret.reveal() };
  return [...findings, ...(await examineAt(publicEndpoints[mode].rest, credentials, createSystemTimers()))];
}

async function examinePaper(dir: DataDir, exchangeFile: string | null): Promise<readonly Finding[]> {
  const file = exchangeFile ?? join(dir.root, 'exchange', 'exchange.json');
  if (exchangeFile === null && !existsSync(file)) {
    return [good('exchange', 'No built-in exchange runs in this folder; an engine starts one by itself.')];
  }
  const link = joinExchange(file);
  if (!link.ok) {
    return [
      {
        check: 'exchange',
        verdict: 'refused',
        what: `No exchange is described in ${file}.`,
        why: 'Nothing was asked and nothing was changed.',
        next: 'Give --exchange-file the line that `genesis exchange` printed, or remove the file.',
      },
    ];
  }
  const { endpoints, credentials, address } = link.value;
  return examineAt(endpoints.rest, credentials, createSystemTimers(address.clock ?? REAL_PACE));
}

async function examineAt(
  restOrigin: string,
  credentials: ExchangeCredentials,
  timers: ReturnType<typeof createSystemTimers>,
): Promise<readonly Finding[]> {
  const http = createWireClient();
  try {
    return exchangeFindings(await examineExchange({ http, timers, restOrigin, credentials }));
  } finally {
    http.close();
  }
}

export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < NODE_OLDEST[0] || (major === NODE_OLDEST[0] && minor < NODE_OLDEST[1]);
  if (!isOld) return good('node', `Node ${version} runs this.`);
  return {
    check: 'node',
    verdict: 'refused',
    what: `Node ${version} is too old.`,
    why: `Node ${NODE_OLDEST.join('.')} or later is needed; nothing was changed.`,
    next: 'Start through bin/genesis, which brings the right one.',
  };
}

function configFinding(folder: string): Finding {
  const rules = loadRules(folder);
  if (rules.ok) return good('config', 'The configuration is readable and within its ceilings.');
  return {
    check: 'config',
    verdict: 'refused',
    what: rules.error.map((problem) => describeConfigProblem(problem)).join(' '),
    why: 'An engine would not start with this; what runs already is not affected.',
    next: 'Correct the lines named above.',
  };
}

/** Null free bytes: they could not be had. */
export function diskFinding(free: number | null): Finding {
  if (free === null || free >= DISK_WARNED) {
    return good(
      'disk',
      free === null ? 'The free disk space is not told here.' : `${megabytes(free)} MB are free.`,
    );
  }
  return {
    check: 'disk',
    verdict: free < DISK_REFUSED ? 'refused' : 'warning',
    what: `Only ${megabytes(free)} MB are free where the data lives.`,
    why: 'A store that cannot be written ends new risk at once; stops stay at the exchange.',
    next: 'Make room, or give a folder on another disk with --data-dir.',
  };
}

function encryptionFindings(dir: DataDir): readonly Finding[] {
  const findings: Finding[] = [];
  if (!existsSync(dir.database))
    findings.push(good('encryption', 'There is no store yet; the first start makes an encrypted one.'));
  else if (headerOf(dir.database) === PLAIN_HEADER)
    findings.push({
      check: 'encryption',
      verdict: 'refused',
      what: 'The store is not encrypted.',
      why: 'Whoever can read the disk can read every trade; nothing was changed.',
      next: 'Move it away and restore a backup with `genesis restore`.',
    });
  else findings.push(good('encryption', 'The store is encrypted.'));
  for (const file of [dir.keyFile, dir.saltFile]) {
    if (!existsSync(file) || process.platform === 'win32') continue;
    const mode = statSync(file).mode & 0o777;
    if ((mode & 0o077) === 0) findings.push(good('encryption', `${file} can be read by its owner only.`));
    else
      findings.push({
        check: 'encryption',
        verdict: 'refused',
        what: `Others on this machine can read ${file} (mode ${mode.toString(8)}).`,
        why: 'With it they can read the store; an engine refuses to start like this.',
        next: `Run chmod 600 ${file}`,
      });
  }
  return findings;
}

/** What the exchange's answers mean. */
export function exchangeFindings(sight: ExchangeSight): readonly Finding[] {
  return [clockFinding(sight), limitsFinding(sight), ...keyFindings(sight)];
}

function clockFinding({ clock }: ExchangeSight): Finding {
  if (!clock.ok) {
    return {
      check: 'exchange',
      verdict: 'refused',
      what: `The exchange does not answer: ${clock.error}.`,
      why: 'Stops that rest there stay; nothing was sent but a question for the time.',
      next: 'Check the network, then ask again.',
    };
  }
  const { offsetMs, roundTripMs } = clock.value;
  if (Math.abs(offsetMs) <= OFFSET_MAX_MS) {
    return good(
      'clock',
      `The clock is ${Math.abs(offsetMs)} ms off the exchange's (answers take ${roundTripMs} ms).`,
    );
  }
  return {
    check: 'clock',
    verdict: 'warning',
    what: `This machine's clock is ${offsetMs} ms behind the exchange's (negative: ahead).`,
    why: 'The engine corrects for it and signs with the exchange’s time, but a clock that wanders stops entries.',
    next: 'Let the machine keep its time by NTP.',
  };
}

function limitsFinding({ limits }: ExchangeSight): Finding {
  if (limits.ok && limits.value.length > 0) {
    const words = limits.value.map(
      ({ kind, limit, intervalMs }) => `${limit} ${kind} in ${intervalMs / 1_000} s`,
    );
    return good('limits', `Limits read: ${words.join(', ')}; at most 80 % of each is used.`);
  }
  return {
    check: 'limits',
    verdict: 'warning',
    what: `The exchange's limits could not be read${limits.ok ? '' : `: ${limits.error}`}.`,
    why: 'Until they are, careful built-in figures hold.',
    next: 'Ask again; if it stays so, the exchange has changed its answer.',
  };
}

function keyFindings({ rights }: ExchangeSight): readonly Finding[] {
  const refused = (what: string, why: string, next: string): Finding => ({
    check: 'keys',
    verdict: 'refused',
    what,
    why,
    next,
  });
  const warning = (what: string, why: string, next: string): Finding => ({
    check: 'keys',
    verdict: 'warning',
    what,
    why,
    next,
  });
  if (!rights.ok) {
    return [
      refused(
        `The key was not accepted: ${rights.error}.`,
        'No order can be placed with it; open orders stay.',
        'Check key, secret and allowed addresses at the exchange.',
      ),
    ];
  }
  const { canTrade, restrictions } = rights.value;
  const findings: Finding[] = [];
  if (!canTrade)
    findings.push(
      refused(
        'This account may not trade.',
        'Every order would be refused; nothing was sent.',
        'Allow spot trading for the account and the key at the exchange.',
      ),
    );
  if (restrictions === null) {
    findings.push(
      warning(
        'The exchange does not say whether this key can withdraw.',
        'Test networks have no such answer; on the real exchange it means the question failed.',
        'Look at the key’s page at the exchange: withdrawals must be off.',
      ),
    );
    return findings;
  }
  if (restrictions.canWithdraw) {
    findings.push(
      refused(
        'This key can withdraw coins.',
        'Whoever steals it takes the account; trading never needs that right.',
        'Switch withdrawals off for the key at the exchange, or make a new key without.',
      ),
    );
  }
  if (restrictions.canTransfer) {
    findings.push(
      warning(
        'This key can move coins between accounts.',
        'Trading never needs that right.',
        'Switch transfers off for the key at the exchange.',
      ),
    );
  }
  if (!restrictions.isBoundToAddresses) {
    findings.push(
      warning(
        'This key works from any address.',
        'Bound to this machine’s address a stolen key is of no use elsewhere.',
        'Restrict the key to trusted addresses at the exchange.',
      ),
    );
  }
  if (findings.length === 0)
    findings.push(good('keys', 'The key can trade and cannot withdraw, and is bound to addresses.'));
  return findings;
}

function headerOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(PLAIN_HEADER.length);
    readSync(file, bytes, 0, bytes.length, 0);
    return bytes.toString('latin1');
  } finally {
    closeSync(file);
  }
}

/** Of the folder, or of the nearest one above it that exists. */
function freeBytes(root: string): number | null {
  let at = root;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  try {
    const { bavail, bsize } = statfsSync(at);
    return bavail * bsize;
  } catch {
    return null;
  }
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1_048_576);
}
