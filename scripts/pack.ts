// Packs what a server needs into build/genesis-<version>.tgz: the bundle, the lockfile, the starter.
// On the server: unpack, run bin/genesis; the first start fetches production packages only.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root: string = join(import.meta.dirname, '..');
const required = [
  'bin/genesis',
  'dist',
  'LICENSE',
  'package.json',
  'package-lock.json',
  '.npmrc',
  'scripts/bootstrap.sh',
  'tools/node/package.json',
  'tools/node/package-lock.json',
  'tools/node/.npmrc',
];
const optional = ['config', 'README.md', 'CHANGELOG.md'];

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const name = `genesis-${version}`;
const staging = join(root, 'build', name);

rmSync(staging, { recursive: true, force: true });
for (const path of [...required, ...optional.filter((candidate) => existsSync(join(root, candidate)))]) {
  const target = join(staging, path);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(join(root, path), target, { recursive: true });
}
execFileSync('tar', ['-czf', `${name}.tgz`, name], { cwd: join(root, 'build') });
rmSync(staging, { recursive: true });
process.stdout.write(`build/${name}.tgz\n`);
