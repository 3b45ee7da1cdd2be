/**
 * The settings that come from the process environment: where the data lives, the store's key, the
 * exchange's keys. All problems are reported at once; no value of a secret ever appears in one
 * (invariant 31). A misspelt GENESIS_ variable is refused, because ignoring it would mean running
 * with other keys or another store than intended.
 */
import { nearestWord } from '../core/nearest.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Mode } from '../core/vocabulary.ts';
import type { ConfigProblem } from './config-problem.ts';
import { secret, type Secret } from './secret.ts';

export type ExchangeKeys = { readonly apiKey: Secret; readonly secret: Secret };

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export type Environment = {
  /** Null means the default, `.genesis` in the working directory. */
  readonly dataDir: string | null;
  /** Null means the user's own state folder. */
  readonly stateDir: string | null;
  /** 64 hex digits; null means the key file made on first run. */
  readonly databaseKey: Secret | null;
  /** Port of the internal API on loopback; null means a free one. */
  readonly apiPort: number | null;
  readonly logLevel: LogLevel;
  /** Keys of the exchange this mode talks to; null where the built-in one is used. */
  readonly exchangeKeys: ExchangeKeys | null;
};

/** Every variable of ours, for `--help` and docs. */
export const environmentVariables: Readonly<Record<string, string>> = {
  GENESIS_DATA_DIR: 'folder for the store and logs; default .genesis',
  GENESIS_STATE_DIR:
    'folder for what outlives a data folder, such as locks; default $XDG_STATE_HOME/genesis or ~/.local/state/genesis',
  GENESIS_DB_KEY: 'key of the encrypted store, 64 hex digits; default: made on first run',
  GENESIS_API_PORT: 'port of the internal API on loopback, 1024 to 65535; default: a free one',
  GENESIS_LOG_LEVEL: `one of ${logLevels.join(', ')}; default info`,
  GENESIS_LIVE_API_KEY: 'exchange API key, for --mode live',
  GENESIS_LIVE_API_SECRET: 'its secret',
  GENESIS_TESTNET_API_KEY: "the test network's API key, for --mode testnet",
  GENESIS_TESTNET_API_SECRET: 'its secret',
  GENESIS_TIME_ZONE: 'time zone of the console, such as Europe/Zurich; default UTC',
  GENESIS_THEME: 'dark, light, contrast, or two of them, for the console; default: what COLORFGBG says',
  GENESIS_PLAIN: 'set: the console in words and lines, for screen readers',
  GENESIS_API_URL: "an engine's address, for genesis --read-only without its own file",
  GENESIS_READ_KEY: 'the read key that goes with it',
};

/** Set by our own starter, build and test runs; not settings. */
const internal: ReadonlySet<string> = new Set(['GENESIS_ROOT', 'GENESIS_COMMIT']);
const isInternal = (name: string): boolean => internal.has(name) || name.startsWith('GENESIS_TEST');

/** Reads the settings for `mode`; an empty variable counts as not set. */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  mode: Mode,
): Result<Environment, ConfigProblem[]> {
  const problems: ConfigProblem[] = [];
  const problem = (
    path: string,
    text: string,
    allowed: string | null,
    nearest: string | null = null,
  ): null => {
    problems.push({ file: 'environment', path, line: null, problem: text, allowed, nearest });
    return null;
  };
  const value = (name: string): string | null => {
    const text = variables[name];
    return text === undefined || text === '' ? null : text;
  };

  for (const name of Object.keys(variables)) {
    if (!name.startsWith('GENESIS_') || name in environmentVariables || isInternal(name)) continue;
    problem(name, 'is not a setting', null, nearestWord(name, Object.keys(environmentVariables)));
  }

  function folder(name: string): string | null {
    const text = value(name);
    if (text === null) return null;
    if (/\p{Cc}/u.test(text) || text.length > 1_024)
      return problem(name, 'is not a path', 'a path without control characters');
    return text;
  }

  function databaseKey(): Secret | null {
    const text = value('GENESIS_DB_KEY');
    if (text === null) return null;
    if (!/^[0-9a-fA-F]{64}$/.test(text))
      return problem('GENESIS_DB_KEY', `has ${text.length} characters or is not hex`, '64 hex digits');
    if (new Set(text.toLowerCase()).size < 6)
      return problem('GENESIS_DB_KEY', 'repeats itself and protects nothing', '64 random hex digits');
    return secret(text.toLowerCase());
  }

  function apiPort(): number | null {
    const text = value('GENESIS_API_PORT');
    if (text === null) return null;
    const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    if (port < 1_024 || port > 65_535)
      return problem('GENESIS_API_PORT', 'is not a port', 'a whole number from 1024 to 65535');
    return port;
  }

  function logLevel(): LogLevel {
    const text = value('GENESIS_LOG_LEVEL') ?? 'info';
    const level = logLevels.find((known) => known === text);
    if (level === undefined)
      problem(
        'GENESIS_LOG_LEVEL',
        'is not a log level',
        `one of ${logLevels.join(', ')}`,
        nearestWord(text, logLevels),
      );
    return level ?? 'info';
  }

  function exchangeSecret(name: string): Secret | null {
    const text = value(name);
    if (text === null) return problem(name, 'is missing', environmentVariables[name] ?? null);
    if (!/^[\x21-\x7e]{16,4096}$/.test(text))
      return problem(name, 'is not a key', 'at least 16 printable characters without spaces');
    return secret(text);
  }

  function exchangeKeys(): ExchangeKeys | null {
    if (mode !== 'live' && mode !== 'testnet') return null;
    const prefix = mode === 'live' ? 'GENESIS_LIVE' : 'GENESIS_TESTNET';
    const apiKey = exchangeSecret(`${prefix}_API_KEY`);
    const apiSecret = exchangeSecret(`${prefix}_API_SECRET`);
    if (apiKey === null || apiSecret === null) return null;
    if (apiKey.reveal() === apiSecret.reveal())
      return problem(`${prefix}_API_SECRET`, 'is the same as the key', "the key's own secret");
    return { apiKey, secret: apiSecret };
  }

  const environment: Environment = {
    dataDir: folder('GENESIS_DATA_DIR'),
    stateDir: folder('GENESIS_STATE_DIR'),
    databaseKey: databaseKey(),
    apiPort: apiPort(),
    logLevel: logLevel(),
    exchangeKeys: exchangeKeys(),
  };
  return problems.length > 0 ? err(problems) : ok(environment);
}
