/** A process that takes the engine lock of a data folder, says its token, and stays until it is killed. */
import { writeSync } from 'node:fs';
import { acquireEngineLock, dataDirAt } from '../../src/data/data-dir.ts';

const lock = acquireEngineLock(dataDirAt(process.argv[2] ?? ''), { pid: process.pid, startedAt: 1_234 });
writeSync(1, `${lock.ok ? lock.value.token : lock.error.code}\n`);
// An open pipe keeps the process; it ends with the test at the latest.
process.stdin.resume();
