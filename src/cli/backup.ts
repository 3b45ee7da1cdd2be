/**
 * `genesis backup`, `genesis restore`: an encrypted copy of the store while it is in use, verified before it
 * counts; and its way back, which never goes behind what the anchor has seen unless a person says so.
 */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { backUp, rehearse, restore, type BackupFailure } from '../data/backup.ts';
import { acquireEngineLock, prepareDataDir } from '../data/data-dir.ts';
import { noteLostHistory } from '../data/lost-history.ts';
import { noteVerifiedBackup } from '../data/verified-backup.ts';
import { allProjections } from '../data/repositories/projections/all-projections.ts';
import { startFailureWords } from './start-failure.ts';
import { accessStore, complain } from './store-access.ts';

type Flags = {
  readonly dataDir?: string;
  readonly json?: boolean;
  readonly to?: string;
  readonly acceptOlder?: boolean;
  readonly rehearse?: boolean;
};

export function backupCommand(): Command {
  return new Command('backup')
    .description('Copy the store, encrypted and verified, while the engine runs.')
    .option('--to <file>', 'where to; default: data/backups in the data folder, named by the time')
    .option('--data-dir <dir>', 'folder of the store (default .genesis)')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExamples:\n  genesis backup\n  genesis backup --to /mnt/safe/genesis.db')
    .action((flags: Flags) => {
      const access = accessStore(flags.dataDir, false);
      if (access === null) return;
      const name = `genesis-${new Date().toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')}.db`;
      const target = resolve(flags.to ?? join(access.dir.backups, name));
      const done = backUp({
        database: access.dir.database,
        key: access.key,
        target,
        projections: allProjections,
      });
      if (!done.ok) return void complain(failureWords(done.error));
      const { path, bytes, head } = done.value;
      if (flags.json === true)
        return void process.stdout.write(
          `${JSON.stringify({ path, bytes, events: head.sequence, head: head.hash })}\n`,
        );
      process.stdout.write(
        `${head.sequence} events in ${path} (${Math.ceil(bytes / 1_024)} kB), verified\nKeep the key apart from it: ${access.dir.keyFile}\n`,
      );
    });
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('Put a verified backup in the place of the store. The engine must not run.')
    .argument('<file>', 'the backup')
    .option(
      '--accept-older',
      'the backup may lack events the store has seen; the exchange still knows what was traded',
    )
    .option('--rehearse', 'bring it back beside the store and walk all of it; the store and the engine go on')
    .option('--data-dir <dir>', 'folder of the store (default .genesis)')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  genesis restore .genesis/data/backups/genesis-2026-11-23-140211.db\n  genesis restore --rehearse .genesis/data/backups/genesis-2026-11-23-140211.db',
    )
    .action((file: string, flags: Flags) => {
      if (!existsSync(file) || !statSync(file).isFile()) {
        return void complain([
          `There is no backup ${file}.`,
          'Nothing was changed.',
          'Name a file that genesis backup made.',
        ]);
      }
      if (flags.rehearse === true) {
        rehearsal(file, flags);
        return;
      }
      const access = accessStore(flags.dataDir, true);
      if (access === null) return;
      const dir = prepareDataDir(access.dir.root);
      if (!dir.ok) return void complain(startFailureWords(dir.error.code, dir.error.detail));
      const lock = acquireEngineLock(dir.value, { pid: process.pid, startedAt: Date.now() });
      if (!lock.ok)
        return void complain(
          startFailureWords(
            lock.error.code,
            lock.error.code === 'lock.held' ? JSON.stringify(lock.error.holder) : lock.error.detail,
          ),
        );
      const done = restore({
        backup: resolve(file),
        database: access.dir.database,
        anchorPath: access.dir.anchor,
        key: access.key,
        projections: allProjections,
        now: () => Date.now(),
        acceptOlder: flags.acceptOlder ?? false,
        noteLoss: (lost, anchored) =>
          noteLostHistory(dir.value, {
            reason: `an older backup was restored; ${lost} events are not in it`,
            anchoredSequence: anchored.sequence,
            anchoredHash: anchored.hash,
            keptAs: null,
          }),
      });
      if (done.ok)
        noteVerifiedBackup(dir.value, access.key, {
          backupId: done.value.head.hash,
          events: done.value.head.sequence,
          way: 'restored',
        });
      lock.value.release();
      if (!done.ok) return void complain(failureWords(done.error));
      const { head, lost, movedAside } = done.value;
      if (flags.json === true)
        return void process.stdout.write(
          `${JSON.stringify({ events: head.sequence, head: head.hash, lost, movedAside })}\n`,
        );
      process.stdout.write(
        `${head.sequence} events are back${lost > 0 ? `, ${lost} newer ones are not in this backup` : ''}\n`,
      );
      if (movedAside !== null) process.stdout.write(`the store that was there is kept as ${movedAside}\n`);
    });
}

/** Nothing of the store is moved: the engine may go on, and notes it at its next start. */
function rehearsal(file: string, flags: Flags): void {
  const access = accessStore(flags.dataDir, false);
  if (access === null) return;
  const { dir, key } = access;
  const done = rehearse({
    backup: resolve(file),
    scratch: join(dir.state, 'rehearsal.db'),
    database: dir.database,
    key,
    projections: allProjections,
  });
  if (!done.ok) return void complain(failureWords(done.error));
  const { sequence: events, hash: head } = done.value;
  noteVerifiedBackup(dir, key, { backupId: head, events, way: 'rehearsed' });
  process.stdout.write(
    flags.json === true
      ? `${JSON.stringify({ events, head, rehearsed: true })}\n`
      : `${events} events came back whole; the store is as it was, and the next start notes it\n`,
  );
}

function failureWords(failure: BackupFailure): readonly string[] {
  switch (failure.code) {
    case 'backup.exists':
      return [
        `${failure.detail} is there already.`,
        'Nothing was overwritten.',
        'Choose another name with --to.',
      ];
    case 'backup.older':
      return [
        `The store has seen ${failure.lost} events that this backup has not.`,
        'Nothing was changed.',
        'Use a newer backup, or add --accept-older when there is none: the account is read from the exchange at the next start.',
      ];
    case 'backup.faulty':
      return [
        `The backup is not whole: ${failure.fault.detail}.`,
        'Nothing was changed.',
        'Use another one.',
      ];
    case 'backup.foreign':
      return [
        `The backup is not one of this store: ${failure.detail}.`,
        'Nothing was changed.',
        'Use one that genesis backup made here.',
      ];
    case 'backup.missing':
    case 'backup.failed':
      return [
        `It did not work: ${failure.detail}.`,
        'The store is as it was.',
        'Mend what is named and try again.',
      ];
    default:
      return startFailureWords(failure.code, failure.detail);
  }
}
