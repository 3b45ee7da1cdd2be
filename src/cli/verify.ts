/**
 * `genesis verify`: is the history whole? Walks the hash chain, compares the anchor outside the database,
 * rebuilds the projections and compares, and says which code and configuration made it. Changes nothing.
 */
import { join } from 'node:path';
import { Command } from 'commander';
import { loadRules } from '../config/load-config.ts';
import { openSqliteEventLog } from '../data/event-log/sqlite-event-log.ts';
import type { Verdict } from '../data/event-log/verification.ts';
import { allProjections } from '../data/repositories/projections/all-projections.ts';
import { codeHash } from '../wiring/code-hash.ts';
import { proveSnapshot } from '../wiring/snapshot-proof.ts';
import { packageRoot } from '../wiring/package-root.ts';
import { startFailureWords } from './start-failure.ts';
import { accessStore, complain } from './store-access.ts';

export function verifyCommand(): Command {
  return new Command('verify')
    .description('Check that the history is whole: hash chain, anchor, projections, code and configuration.')
    .option('--data-dir <dir>', 'folder of the store (default .genesis)')
    .option('--json', 'print the verdict as JSON')
    .addHelpText('after', '\nExamples:\n  genesis verify\n  genesis verify --json | jq .chain')
    .action((flags: { readonly dataDir?: string; readonly json?: boolean }) => {
      process.exitCode = verify(flags.dataDir, flags.json ?? false);
    });
}

function verify(wantedDir: string | undefined, json: boolean): number {
  const access = accessStore(wantedDir, false);
  if (access === null) return 1;
  const { dir } = access;
  const opened = openSqliteEventLog({
    path: dir.database,
    key: access.key,
    anchorPath: dir.anchor,
    projections: allProjections,
    now: () => Date.now(),
    inspect: true,
  });
  if (!opened.ok) {
    complain(startFailureWords(opened.error.code, opened.error.detail));
    return 1;
  }
  const log = opened.value;
  const { events, head, chain, projections } = log.verify();
  const started = lastStart(log);
  const snapshot = proveSnapshot(log);
  log.close();
  const rules = loadRules(join(packageRoot(), 'config'));
  const code = sameAs(started?.codeHash ?? null, codeHash(), 'the code is not the one that ran last');
  const config = sameAs(
    started?.configHash ?? null,
    rules.ok ? rules.value.configHash : 'unreadable',
    'the configuration is not the one that ran last',
  );
  if (json) {
    const plain = (verdict: Verdict): unknown => (verdict.ok ? 'ok' : verdict.fault);
    process.stdout.write(
      `${JSON.stringify({ events, head: head.hash, chain: plain(chain), projections: plain(projections), snapshot: plain(snapshot), code, config })}\n`,
    );
  } else {
    const say = (name: string, fault: string | null): void =>
      void process.stdout.write(`${name.padEnd(13)}${fault ?? 'whole'}\n`);
    say('chain', chain.ok ? null : `${chain.fault.code}: ${chain.fault.detail}`);
    say('projections', projections.ok ? null : `${projections.fault.code}: ${projections.fault.detail}`);
    say('snapshot', snapshot.ok ? null : `${snapshot.fault.code}: ${snapshot.fault.detail}`);
    say('code', code === 'ok' ? null : code);
    say('config', config === 'ok' ? null : config);
    process.stdout.write(`${events} events, head ${head.hash}\n`);
  }
  return chain.ok && projections.ok && snapshot.ok ? 0 : 1;
}

function sameAs(then: string | null, now: string, difference: string): string {
  return then === null || then === now ? 'ok' : difference;
}

function lastStart(log: {
  readonly read: (from: number) => Iterable<{ readonly event: { readonly kind: string } }>;
}): { readonly codeHash: string; readonly configHash: string } | null {
  let found: { readonly codeHash: string; readonly configHash: string } | null = null;
  try {
    for (const { event } of log.read(1))
      if (event.kind === 'engine.started') found = event as unknown as typeof found;
  } catch {
    // A damaged log says so through the chain's verdict.
  }
  return found;
}
