import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Mode } from '../core/vocabulary.ts';
import { describeConfigProblem } from './config-problem.ts';
import { environmentVariables, readEnvironment } from './environment.ts';

const databaseKey = '0123456789abcdef'.repeat(4);
const liveKeys = { GENESIS_LIVE_API_KEY: 'k'.repeat(64), GENESIS_LIVE_API_SECRET: 's'.repeat(64) };

function problems(variables: Record<string, string>, mode: Mode = 'paper'): readonly string[] {
  const read = readEnvironment(variables, mode);
  return read.ok ? [] : read.error.map(describeConfigProblem);
}

describe('the environment', () => {
  it('may be empty: a first run needs nothing', () => {
    expect(readEnvironment({ PATH: '/bin', HOME: '/root' }, 'paper')).toEqual({
      ok: true,
      value: {
        dataDir: null,
        stateDir: null,
        databaseKey: null,
        apiPort: null,
        logLevel: 'info',
        exchangeKeys: null,
      },
    });
  });

  it('gives every setting', () => {
    const read = readEnvironment(
      {
        GENESIS_DATA_DIR: '/data',
        GENESIS_DB_KEY: databaseKey.toUpperCase(),
        GENESIS_API_PORT: '8080',
        GENESIS_LOG_LEVEL: 'warn',
        ...liveKeys,
      },
      'live',
    );
    if (!read.ok) throw new Error(read.error.map(describeConfigProblem).join('\n'));
    expect(read.value).toMatchObject({ dataDir: '/data', apiPort: 8_080, logLevel: 'warn' });
    expect(read.value.databaseKey?.reveal()).toBe(databaseKey);
    expect(read.value.exchangeKeys?.apiKey.reveal()).toBe(liveKeys.GENESIS_LIVE_API_KEY);
  });

  it('takes an empty variable as not set', () => {
    expect(problems(Object.fromEntries(Object.keys(environmentVariables).map((name) => [name, ''])))).toEqual(
      [],
    );
  });

  it('leaves alone what the starter and the tests set', () => {
    expect(problems({ GENESIS_ROOT: '/x', GENESIS_COMMIT: 'abc', GENESIS_TEST_PROFILE: 'fast' })).toEqual([]);
  });

  it.each<readonly [name: string, variables: Record<string, string>, mode: Mode, expected: RegExp]>([
    [
      'a misspelt variable names the nearest',
      { GENESIS_LIVE_API_SECERT: 'x' },
      'paper',
      /GENESIS_LIVE_API_SECERT: is not a setting; did you mean GENESIS_LIVE_API_SECRET/,
    ],
    [
      'a short store key is refused',
      { GENESIS_DB_KEY: 'abc' },
      'paper',
      /GENESIS_DB_KEY: has 3 characters or is not hex; allowed: 64 hex digits/,
    ],
    [
      'a store key of one digit is refused',
      { GENESIS_DB_KEY: '0'.repeat(64) },
      'paper',
      /GENESIS_DB_KEY: repeats itself/,
    ],
    [
      'a port that is not a number is refused',
      { GENESIS_API_PORT: '80a' },
      'paper',
      /GENESIS_API_PORT: is not a port/,
    ],
    [
      'a port below 1024 is refused',
      { GENESIS_API_PORT: '80' },
      'paper',
      /allowed: a whole number from 1024 to 65535/,
    ],
    ['a port above 65535 is refused', { GENESIS_API_PORT: '65536' }, 'paper', /GENESIS_API_PORT/],
    [
      'an unknown log level names the nearest',
      { GENESIS_LOG_LEVEL: 'wran' },
      'paper',
      /GENESIS_LOG_LEVEL: is not a log level; .*did you mean warn/,
    ],
    [
      'a data folder with control characters is refused',
      { GENESIS_DATA_DIR: 'a\u0000b' },
      'paper',
      /GENESIS_DATA_DIR: is not a path/,
    ],
    ['live mode without keys says which are missing', {}, 'live', /GENESIS_LIVE_API_KEY: is missing/],
    ['the test network does not take live keys', liveKeys, 'testnet', /GENESIS_TESTNET_API_KEY: is missing/],
    [
      'a key with a space is refused',
      { ...liveKeys, GENESIS_LIVE_API_KEY: 'abcdefgh ijklmnop' },
      'live',
      /GENESIS_LIVE_API_KEY: is not a key/,
    ],
    [
      'a secret that repeats the key is refused',
      { GENESIS_LIVE_API_KEY: 'k'.repeat(64), GENESIS_LIVE_API_SECRET: 'k'.repeat(64) },
      'live',
      /GENESIS_LIVE_API_SECRET: is the same as the key/,
    ],
  ])('%s', (_name, variables, mode, expected) => {
    expect(problems(variables, mode)).toContainEqual(expect.stringMatching(expected));
  });

  it('reports every problem at once', () => {
    expect(problems({ GENESIS_API_PORT: 'x', GENESIS_DB_KEY: 'x', GENESIS_NOPE: '1' }, 'live')).toHaveLength(
      5,
    );
  });

  it('never shows a secret, neither in a problem nor when the settings are printed', () => {
    const canary = 'canary-9f2b7c';
    const bad = problems(
      { GENESIS_DB_KEY: canary, GENESIS_LIVE_API_KEY: `${canary} `, GENESIS_LIVE_API_SECRET: canary },
      'live',
    ).join('\n');
    expect(bad).not.toContain(canary);
    const read = readEnvironment(
      { ...liveKeys, GENESIS_LIVE_API_SECRET: `${canary}-${'x'.repeat(20)}`, GENESIS_DB_KEY: databaseKey },
      'live',
    );
    const shown = [
      JSON.stringify(read),
      inspect(read, { depth: 9, showHidden: true }),
      String(read.ok && read.value.databaseKey),
    ].join('\n');
    expect(shown).not.toContain(canary);
    expect(shown).not.toContain(databaseKey);
  });
});
